"""The life of a message: one transition table per direction.

A state changes only along these tables; whoever writes a state compares the old one in the same statement.
"""

OUTBOUND: dict[str, set[str]] = {
    "queued": {"sending", "held", "retrying", "dead", "cancelled", "exported"},
    "held": {"queued", "cancelled", "exported"},
    # From retrying or uncertain to sent: an answer that came after its worker was given up, or a person's word.
    # From retrying to queued: it goes to another endpoint, where nothing was tried yet.
    "retrying": {"sending", "sent", "held", "dead", "cancelled", "exported", "queued"},
    "sending": {"sent", "retrying", "uncertain", "dead"},
    # Maybe sent: a person, the partner or a resend under the same id decides.
    "uncertain": {"sending", "sent", "queued", "cancelled", "exported"},
    "dead": {"queued", "cancelled", "exported"},
    "sent": {"acknowledged"},
    "acknowledged": set(),
    "exported": set(),
    "cancelled": set(),
}
INBOUND: dict[str, set[str]] = {
    "received": {"processing"},
    # Back to received: put back untried, because an earlier document of its key comes first.
    "processing": {"received", "processed", "duplicate", "waiting", "retrying", "parked"},
    "waiting": {"received", "processing", "parked", "discarded"},
    "retrying": {"received", "processing", "parked", "discarded"},
    "parked": {"received", "discarded"},
    "processed": set(),
    "duplicate": set(),
    "discarded": set(),
}
TRANSITIONS = {"out": OUTBOUND, "in": INBOUND}

# Dead is final for the machine, yet its business key waits for the person who decides.
FINAL = {
    "sent",
    "acknowledged",
    "exported",
    "dead",
    "cancelled",
    "processed",
    "duplicate",
    "discarded",
}
DUE = {"out": ("queued", "retrying"), "in": ("received", "waiting", "retrying")}
# A message in one of these holds back the younger ones of its business key.
BLOCKING = {
    "out": ("queued", "held", "sending", "retrying", "uncertain", "dead"),
    "in": ("received", "processing", "retrying"),
}
NEEDS_A_PERSON = ("held", "uncertain", "dead", "parked")

LABELS = {
    "queued": "Queued",
    "held": "Held",
    "sending": "Sending",
    "retrying": "Retrying",
    "uncertain": "Uncertain",
    "sent": "Sent",
    "acknowledged": "Acknowledged",
    "exported": "Exported by hand",
    "dead": "Failed",
    "cancelled": "Cancelled",
    "received": "Received",
    "processing": "Processing",
    "waiting": "Waiting",
    "parked": "Parked",
    "processed": "Processed",
    "duplicate": "Duplicate",
    "discarded": "Discarded",
}


def allowed(direction: str, old: str, new: str) -> bool:
    """Whether a message may go from ``old`` to ``new``.

    >>> allowed("out", "sending", "uncertain")
    True
    >>> allowed("out", "queued", "sent")
    False
    """
    return new in TRANSITIONS[direction][old]
