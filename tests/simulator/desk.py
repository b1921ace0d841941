"""What one supplier knows and decides: takes orders in, answers them, ships and bills them."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Document,
    Order,
    OrderCancellation,
    OrderChange,
)
from odoo.addons.healthcare_procurement_connector.formats import (
    FormatError,
    detect,
    parse,
)

from . import behaviour, webhooks
from .faults import Faults
from .outbox import Sent
from .speech import NUMBERED, Speech

PROMPTLY = 0.05


class DeskError(Exception):
    """The supplier cannot do this; says why."""


class RefusedError(Exception):
    """A document of the buyer is not taken: the HTTP status and why."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


@dataclass(slots=True)
class Received:
    """One document of the buyer, however often it came."""

    key: str
    raw: bytes
    headers: Mapping[str, str]
    format: str
    document: Document
    received: str
    times: int = 1


@dataclass(slots=True)
class _Deal:
    """An order as it stands with this supplier."""

    format: str
    order: Order
    responses: int = 0
    advices: list = field(default_factory=list)
    bills: list = field(default_factory=list)
    credit_notes: int = 0
    cancelled: bool = False


class Desk:
    """Thread-safe. Documents come in by ``take``; ``respond``, ``ship``, ``bill`` and ``credit`` send some out.

    With ``answers`` the supplier responds to an order by itself, as ``faults`` stand when the order comes in.
    """

    def __init__(self, profile, order_secret, outbox, later, answers=True):
        self.profile = profile
        self.outbox = outbox
        self.answers = answers
        self.faults = Faults()
        self.received = {}
        self.refused = []
        self._order_secret = order_secret
        self._later = later
        self._lock = threading.Lock()
        self._deals = {}
        self._packages = 0
        self._speech = Speech()

    def take(self, headers, raw):
        """Takes a document in, once for each key; raises RefusedError."""
        try:
            self._take(headers, raw)
        except RefusedError as refusal:
            self.refused.append({"status": refusal.status, "reason": str(refusal)})
            raise

    def take_file(self, name, raw):
        """Takes a file of the buyer's in, whose name stands for the key; raises RefusedError."""
        try:
            self._store(name, {}, raw)
        except RefusedError as refusal:
            self.refused.append({"status": refusal.status, "reason": f"{name}: {refusal}"})
            raise

    def _take(self, headers, raw):
        reason = webhooks.refusal(self._order_secret, headers, raw)
        if reason:
            raise RefusedError(401, reason)
        self._store(headers.get("Idempotency-Key") or headers["webhook-id"], headers, raw)

    def _store(self, key, headers, raw):
        with self._lock:
            known = self.received.get(key)
            if known is None:
                document, format_code = _read(raw)
                self._file(document, format_code)
                now = datetime.now(timezone.utc).isoformat()
                self.received[key] = Received(key, raw, dict(headers), format_code, document, now)
                if format_code in NUMBERED and self.answers:
                    self._later.call(PROMPTLY, self._acknowledge, raw, format_code, self.faults)
                return
            known.times += 1
            if known.raw != raw:
                raise RefusedError(422, "the same key came with other content")

    def _acknowledge(self, raw, format_code, faults):
        """What networks of X12 and EDIFACT expect first: that it could be read. Not of an acknowledgement."""
        for receipt, written in self._speech.receipts(raw, format_code):
            sent = Sent(kind="receipt", number=receipt.number, raw=written, document=receipt)
            self.outbox.later(sent, faults)

    def _file(self, document, format_code):
        """Puts an order, a change or a cancellation where it belongs; other documents are only kept."""
        number = getattr(document, "order_number", None) or document.number
        if isinstance(document, OrderCancellation):
            self._known(number).cancelled = True
        elif isinstance(document, OrderChange):
            deal = self._known(number)
            deal.order = behaviour.changed(deal.order, document)
            self._answer_soon(number)
        elif isinstance(document, Order):
            self._deals[number] = _Deal(format_code, document)
            self._answer_soon(number)

    def _known(self, order_number):
        if order_number not in self._deals:
            raise RefusedError(422, f"no order {order_number} is known")
        return self._deals[order_number]

    def _answer_soon(self, order_number):
        if self.answers:
            delay = PROMPTLY if self.faults.delay is None else self.faults.delay
            self._later.call(delay, self._answer, order_number, self.faults)

    def _answer(self, order_number, faults):
        self.outbox.later(self._response(order_number, faults), faults)

    def respond(self, order_number, faults):
        """Answers an order once more, or for the first time where the supplier does not by itself."""
        return self.outbox.now(self._response(order_number, faults), faults)

    def _response(self, order_number, faults):
        with self._lock:
            deal = self._deal(order_number)
            deal.responses += 1
            number = f"OR-{order_number}-{deal.responses}"
            response = behaviour.respond(deal.order, self.profile, faults, date.today(), number)
            deal.order = behaviour.agreed(deal.order, response)
        return self._to_send("response", response, deal, faults)

    def ship(self, order_number, faults):
        """Announces a shipment of all that was agreed."""
        with self._lock:
            deal = self._deal(order_number)
            self._packages += 1
            number = f"DA-{order_number}-{len(deal.advices) + 1}"
            advice = behaviour.despatch(
                deal.order, self.profile, faults, date.today(), number, self._packages
            )
            deal.advices.append(advice)
        return self.outbox.now(self._to_send("despatch", advice, deal, faults), faults)

    def bill(self, order_number, faults):
        """Bills the latest shipment; all that was agreed where nothing was shipped."""
        with self._lock:
            deal = self._deal(order_number)
            number = f"INV-{order_number}-{len(deal.bills) + 1}"
            advice = deal.advices[-1] if deal.advices else None
            bill = behaviour.invoice(deal.order, self.profile, faults, date.today(), number, advice)
            deal.bills.append(bill)
        return self.outbox.now(self._to_send("invoice", bill, deal, faults), faults)

    def credit(self, order_number, faults, quantities=None):
        """Credits the order's first bill, or only ``quantities`` (line -> quantity) of it."""
        with self._lock:
            deal = self._deal(order_number)
            if not deal.bills:
                raise DeskError(f"order {order_number} has no bill to credit")
            deal.credit_notes += 1
            number = f"CN-{order_number}-{deal.credit_notes}"
            note = behaviour.credit_note(
                deal.bills[0], self.profile, faults, date.today(), number, quantities
            )
        return self.outbox.now(self._to_send("credit_note", note, deal, faults), faults)

    def _to_send(self, kind, document, deal, faults):
        raw = self._speech.write(document, deal.format, deal.order.envelope.test)
        if faults.malformed:
            raw = raw[: len(raw) // 2]
        return Sent(kind=kind, number=document.number, raw=raw, document=document)

    def _deal(self, order_number):
        deal = self._deals.get(order_number)
        if deal is None:
            raise DeskError(f"no order {order_number}; known are {', '.join(sorted(self._deals))}")
        if deal.cancelled:
            raise DeskError(f"order {order_number} was cancelled")
        return deal


def _read(raw):
    try:
        format_code = detect(raw)
        (document,) = parse(raw, format_code)
    except FormatError as error:
        raise RefusedError(400, str(error)) from error
    return document, format_code
