"""The transaction sets we read and write, the shape of each, and who sends it."""

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
from .catalogue import CATALOGUE
from .despatch import DESPATCH
from .invoice import INVOICE
from .order import CANCELLED, CHANGED, ORDER
from .receipt import RECEIPT
from .response import CHANGE_RESPONSE, RESPONSE


class Message(NamedTuple):
    """A transaction set: its code, its shape, and the parties that send and receive it, as fields."""

    type: str
    shape: Shape
    sender: str | None
    receiver: str | None


READ = {
    "850": ORDER,
    "860": CHANGED,
    "855": RESPONSE,
    "865": CHANGE_RESPONSE,
    "856": DESPATCH,
    "810": INVOICE,
    "832": CATALOGUE,
    "997": RECEIPT,
    "999": RECEIPT,
}
# Of each class, what we write; an order response may also be written as the answer to a change.
WRITTEN = {
    Order: (Message("850", ORDER, "buyer", "seller"),),
    OrderChange: (Message("860", CHANGED, "buyer", "seller"),),
    OrderCancellation: (Message("860", CANCELLED, "buyer", "seller"),),
    OrderResponse: (
        Message("855", RESPONSE, "seller", "buyer"),
        Message("865", CHANGE_RESPONSE, "seller", "buyer"),
    ),
    DespatchAdvice: (Message("856", DESPATCH, "seller", "buyer"),),
    Invoice: (Message("810", INVOICE, "seller", "buyer"),),
    Catalogue: (Message("832", CATALOGUE, "seller", "buyer"),),
    Receipt: (Message("997", RECEIPT, None, None),),
}
_ENVELOPE = frozenset(
    f"envelope.{field}"
    for field in "syntax version profile sender receiver control group reference test".split()
)
CARRIES = {cls: messages[0].shape.paths | _ENVELOPE for cls, messages in WRITTEN.items()}
