"""The messages we read and write, the shape of each, and who sends it."""

from typing import NamedTuple

from ...core.documents import (
    Catalogue,
    DespatchAdvice,
    Invoice,
    Order,
    OrderCancellation,
    OrderChange,
    OrderResponse,
    Receipt,
)
from ..segments.codec import Shape
from .aperak import APERAK
from .catalogue import CATALOGUE
from .contrl import CONTRL
from .despatch import DESPATCH
from .invoice import INVOICE
from .order import CANCELLED, CHANGED, ORDER
from .response import RESPONSE


class Message(NamedTuple):
    """A message: its type, its shape, and the parties that send and receive it, as fields."""

    type: str
    shape: Shape
    sender: str | None
    receiver: str | None


READ = {
    "ORDERS": ORDER,
    "ORDCHG": CHANGED,
    "ORDRSP": RESPONSE,
    "DESADV": DESPATCH,
    "INVOIC": INVOICE,
    "PRICAT": CATALOGUE,
    "CONTRL": CONTRL,
    "APERAK": APERAK,
}
WRITTEN = {
    Order: Message("ORDERS", ORDER, "buyer", "seller"),
    OrderChange: Message("ORDCHG", CHANGED, "buyer", "seller"),
    OrderCancellation: Message("ORDCHG", CANCELLED, "buyer", "seller"),
    OrderResponse: Message("ORDRSP", RESPONSE, "seller", "buyer"),
    DespatchAdvice: Message("DESADV", DESPATCH, "seller", "buyer"),
    Invoice: Message("INVOIC", INVOICE, "seller", "buyer"),
    Catalogue: Message("PRICAT", CATALOGUE, "seller", "buyer"),
    Receipt: Message("CONTRL", CONTRL, None, None),
}
APPLICATION_RECEIPT = Message("APERAK", APERAK, None, None)
_ENVELOPE = frozenset(
    f"envelope.{field}"
    for field in (
        "syntax version customization profile sender receiver control group reference test".split()
    )
)
CARRIES = {cls: message.shape.paths | _ENVELOPE for cls, message in WRITTEN.items()}


def message_for(document):
    """What ``document`` is written as; None if there is nothing."""
    if isinstance(document, Receipt) and document.scope == "document":
        return APPLICATION_RECEIPT
    return WRITTEN.get(document.__class__)
