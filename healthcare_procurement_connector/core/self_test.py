"""Test orders that try a connection out: how they are told from real ones, and when they passed.

A test order has a number that no real order has, says in its note that it must not be delivered, and carries its
syntax's own mark where there is one: X12 ISA15 ``T``, EDIFACT UNB 0035, cXML ``deploymentMode="test"``, and ``test`` in
our JSON. UBL and CSV have no place for such a mark.
"""

import re

from .receipts import REFUSED

MODEL = "integration.self.test"
MARKED = frozenset({"x12", "edifact", "cxml", "json"})
NOTE = "TEST ORDER - DO NOT DELIVER"
_NUMBER = re.compile(r"TEST-(\d{6,9})")

# What becomes of a message that is still ours to send, or that went out.
_RUNNING = ("queued", "retrying", "sending")
_DELIVERED = ("sent", "acknowledged", "exported")


def number_of(identifier: int) -> str:
    """The number of a test order.

    >>> number_of(12)
    'TEST-000012'
    """
    return f"TEST-{identifier:06d}"


def id_of(number: str | None) -> int | None:
    """The test that an order number is of; None for any other number.

    >>> id_of("TEST-000012"), id_of("P00012"), id_of("XTEST-000012"), id_of(None)
    (12, None, None, None)
    """
    found = _NUMBER.fullmatch((number or "").strip())
    return int(found[1]) if found else None


def result_of(state: str | None, receipt: str | None, answered: bool, expected: bool) -> str:
    """running, sent (an answer is still to come), passed or failed.

    ``state`` and ``receipt`` are those of the message, ``expected`` whether the partner answers orders.

    >>> result_of("queued", None, False, True), result_of("sent", None, False, True)
    ('running', 'sent')
    >>> result_of("sent", None, True, True), result_of("acknowledged", "accepted", False, False)
    ('passed', 'passed')
    >>> result_of("dead", None, False, True), result_of("sent", "rejected", False, False)
    ('failed', 'failed')
    """
    if answered:
        return "passed"
    if state in _RUNNING:
        return "running"
    if state not in _DELIVERED or receipt in REFUSED:
        return "failed"
    return "sent" if expected else "passed"
