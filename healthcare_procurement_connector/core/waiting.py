"""Documents that arrive out of order: which ones wait for what they refer to, until when, and what ends it.

A document that needs nothing of what is missing does not wait: a despatch advice fills in the receipts without
an order response, and an invoice without goods becomes a draft bill that is held until they are there.
"""

from dataclasses import dataclass

from .identity import normalise_number


@dataclass(frozen=True, slots=True)
class Wait:
    """``hours``: the longest wait, unless a route says otherwise; ``code``: what a person is asked after it."""

    hours: float
    code: str


# What can be missing, and the events that bring it (core/facts.py; approval is told by the order itself).
BROUGHT_BY = {
    "order_unknown": ("order.approved",),
    "order_not_approved": ("order.approved",),
    "order_not_sent": ("order.sent", "order.exported"),
    "shipment_unknown": ("shipment.announced",),
}
# An unknown number is a mistake more often than an order that is just being approved or imported.
_SHORT = Wait(1, "unknown_order")
_DAY = Wait(24, "still_waiting")
# (document type, what is missing). What is not in the table does not wait.
WAITS = {
    ("order_response", "order_unknown"): _SHORT,
    ("order_response", "order_not_approved"): _DAY,
    ("order_response", "order_not_sent"): _DAY,
    ("despatch_advice", "order_unknown"): _SHORT,
    ("despatch_advice", "order_not_approved"): _DAY,
    ("despatch_advice", "order_not_sent"): _DAY,
    ("invoice", "order_unknown"): _SHORT,
    ("invoice", "order_not_approved"): _DAY,
    ("invoice", "shipment_unknown"): Wait(48, "still_waiting"),
    ("credit_note", "order_unknown"): _SHORT,
    ("credit_note", "order_not_approved"): _DAY,
}
# Seconds. The event may come in the very moment in which a document begins to wait, unseen by both: so it also
# looks by itself, soon at first.
FIRST_LOOK = 30
LONGEST_LOOK = 3600


def key(missing: str, number: str) -> str:
    """What a waiting document is found by.

    >>> key("order_not_sent", "P00042"), key("shipment_unknown", "ls 77")
    ('order_not_sent:P00042', 'shipment_unknown:LS77')
    """
    return f"{missing}:{normalise_number(number)}"


def missing_of(waiting_for: str) -> str:
    """What is missing, of a document that waits for this key.

    >>> missing_of("order_not_sent:P00042")
    'order_not_sent'
    """
    return waiting_for.partition(":")[0]


def completed_by(event: str, number: str) -> tuple[str, ...]:
    """The keys of documents whose wait ends with ``event`` about ``number``.

    >>> completed_by("order.approved", "P00042")
    ('order_unknown:P00042', 'order_not_approved:P00042')
    >>> completed_by("goods.received", "WH/IN/1")
    ()
    """
    return tuple(key(missing, number) for missing, brings in BROUGHT_BY.items() if event in brings)


def next_look(waited: float, random: float) -> float:
    """Seconds until a document that waited so long looks by itself again: the waits double, jittered by a half.

    >>> next_look(0, 1), next_look(600, 1), next_look(600, 0), next_look(10**6, 1)
    (30.0, 600.0, 300.0, 3600.0)
    """
    return min(max(waited, FIRST_LOOK), LONGEST_LOOK) * (1 + random) / 2
