"""What a supplier was told about one order, in turn: the order, its changes, its cancellation.

Each entry has a state of its own and one or more messages (an operator may send it again). From both follows
where it stands:

    open   nothing of it can have left: it may still be replaced or withdrawn
    told   the supplier knows it, or may know it
    void   it never counted: withdrawn, given up by an operator, or a change that the supplier refused
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STATES = {
    "pending": "Waits for an answer",
    "accepted": "Accepted",
    "changed": "Answered with changes",
    "rejected": "Rejected",
    "superseded": "Overtaken by a later one",
    "phone": "To be told by phone",
    "told": "Told by phone",
    "withdrawn": "Not sent",
}
# What people see of a pending one, by the state of its newest message; where none is left it was given up.
PROGRESS = {
    "not_sent": "Not sent yet",
    "stopped": "Stopped; see its message",
    "given_up": "Given up: the supplier does not know",
}
_PROGRESS_OF = {
    "queued": "not_sent",
    "sending": "not_sent",
    "retrying": "not_sent",
    "held": "stopped",
    "uncertain": "stopped",
    "dead": "stopped",
}
KINDS = {"order": "Order", "change": "Change", "cancellation": "Cancellation"}
# The state after an answer of that status; "received" announces an answer, it is none.
ANSWERS = {"accepted": "accepted", "changed": "changed", "rejected": "rejected"}
# A later answer may overrule an earlier one.
ANSWERABLE = ("pending", "superseded", *ANSWERS.values())
# States of a message from which it may still be taken back, if it was never tried.
NOT_YET_SENT = ("queued", "held", "retrying")
GONE = "cancelled"


@dataclass(frozen=True, slots=True)
class Sending:
    """One message of an entry; ``tried``: whether a call was ever begun."""

    state: str
    tried: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """``number``: 0 for the first order, then the next one for whatever the supplier is told."""

    kind: str
    number: int
    state: str
    messages: tuple[Sending, ...] = ()


def unsent(message: Sending) -> bool:
    """Whether the partner can know nothing of it yet.

    >>> unsent(Sending("retrying")), unsent(Sending("retrying", tried=True)), unsent(Sending("dead"))
    (True, False, False)
    """
    return message.state in NOT_YET_SENT and not message.tried


def standing(entry: Entry) -> str:
    """``open``, ``told`` or ``void``.

    >>> standing(Entry("change", 1, "pending", (Sending("queued"),)))
    'open'
    >>> standing(Entry("change", 1, "pending", (Sending("dead", tried=True),)))
    'told'
    >>> standing(Entry("change", 1, "rejected", (Sending("sent", tried=True),)))
    'void'
    """
    if entry.state == "withdrawn" or (entry.state == "rejected" and entry.kind != "order"):
        return "void"
    if entry.state == "phone":
        return "open"
    if entry.state == "told":
        return "told"
    alive = [message for message in entry.messages if message.state != GONE]
    if not alive:
        return "void"
    return "open" if all(unsent(message) for message in alive) else "told"


def progress(entry: Entry) -> str:
    """A key of STATES or PROGRESS: where the entry stands, for people.

    >>> progress(Entry("change", 1, "pending", (Sending("sent", tried=True),)))
    'pending'
    >>> progress(Entry("change", 1, "pending", (Sending("cancelled"),)))
    'given_up'
    """
    if entry.state != "pending":
        return entry.state
    alive = [message.state for message in entry.messages if message.state != GONE]
    return _PROGRESS_OF.get(alive[-1], "pending") if alive else "given_up"


def known(entries: Sequence[Entry]) -> int | None:
    """The position of what the supplier knows of the order; None where it knows of none (any more)."""
    told = [i for i, entry in enumerate(entries) if standing(entry) == "told"]
    if not told or entries[told[-1]].kind == "cancellation":
        return None
    return told[-1]


def replaceable(entries: Sequence[Entry]) -> list[int]:
    """The positions of what waits to be told after what is known, the oldest first."""
    return [i for i, entry in enumerate(entries) if standing(entry) == "open"]


def by_phone(entries: Sequence[Entry]) -> bool:
    """Whether the order itself was placed by phone, so that its changes have nothing to refer to."""
    orders = [entry for entry in entries if entry.kind == "order" and standing(entry) == "told"]
    return bool(orders) and orders[-1].state == "told"


def may_be_phoned(entry: Entry) -> bool:
    """Whether somebody may still tell it by phone without telling it twice.

    A message that failed or that nobody knows about may be replaced by a call; one that was delivered, or is
    under way at this moment, may not.

    >>> may_be_phoned(Entry("change", 1, "pending", (Sending("dead", tried=True),)))
    True
    >>> may_be_phoned(Entry("change", 1, "pending", (Sending("sending", tried=True),)))
    False
    """
    if entry.state == "phone":
        return True
    return entry.state == "pending" and all(
        message.state in (*NOT_YET_SENT, "uncertain", "dead", GONE) for message in entry.messages
    )


def next_number(entries: Iterable[Entry]) -> int:
    """A number that was never told is given again: suppliers expect them without gaps.

    >>> next_number([Entry("order", 0, "accepted"), Entry("change", 1, "withdrawn")])
    1
    """
    return 1 + max((entry.number for entry in entries if entry.state != "withdrawn"), default=-1)


def answered(entries: Sequence[Entry], number: int | None) -> int | None:
    """The position of what an answer settles; ``number`` is the change it names, if it names one.

    One that names the order only is taken for the oldest that waits: answers come in the order of what they
    answer, and to take an order's late acceptance for that of its cancellation would be the costly mistake.
    """
    if number is not None:
        named = [
            i
            for i, entry in enumerate(entries)
            if entry.number == number and entry.state in ANSWERABLE and _may_be_known(entry)
        ]
        return named[-1] if named else None
    waiting = [i for i, entry in enumerate(entries) if waits(entry)]
    return waiting[0] if waiting else None


def waits(entry: Entry) -> bool:
    """Whether it is for the supplier to answer it."""
    return entry.state == "pending" and _may_be_known(entry)


def _may_be_known(entry: Entry) -> bool:
    return any(not unsent(message) and message.state != GONE for message in entry.messages)


def change_number(document_number: str, order_number: str) -> int | None:
    """The number of the change that a document of that number was; None where it was none of the order's.

    >>> change_number("P00042-3", "P00042"), change_number("P00042", "P00042"), change_number("X", "P00042")
    (3, None, None)
    """
    head, _, tail = document_number.rpartition("-")
    return int(tail) if head == order_number and tail.isdecimal() and tail.isascii() else None
