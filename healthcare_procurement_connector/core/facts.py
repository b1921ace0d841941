"""Business facts: what happened here, for whoever subscribed. See ``integration.fact``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, in the past tense.

    ``type`` is ``<resource>.<what happened>``, a key of FACT_TYPES; ``subject`` names the thing in our
    words (``P00042``); ``business_ref`` ties it to its order; ``data`` is json-able and carries identifiers
    and numbers, no free text of a partner and nobody's name.
    """

    type: str
    subject: str
    company_id: int
    occurred: datetime
    business_ref: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


FACT_TYPES = {
    "order.queued": "An approved order, change or cancellation waits to be sent",
    "order.sent": "The supplier's system has taken the order",
    "order.exported": "The order was exported, to reach the supplier by hand",
    "order.failed": "The order could not be delivered; a person decides",
    "order.acknowledged": "The supplier answered the order, line by line",
    "shipment.announced": "The supplier announced a shipment",
    "goods.received": "A receipt was validated",
    "invoice.received": "A supplier's invoice or credit note became a draft bill",
    "invoice.matched": "A bill agrees with its orders and receipts",
    "invoice.held": "A bill has findings that stop posting or payment",
    "hold.released": "A person or a changed number released a finding",
    "hold.disputed": "A finding is disputed with the supplier",
    "invoice.posted": "A vendor bill was posted",
    "endpoint.opened": "Calls to a partner's system stopped: it does not answer, or an operator said so",
    "endpoint.closed": "Calls to a partner's system go through again",
    "exception.raised": "A person must decide something",
    "exception.resolved": "A person decided",
}
