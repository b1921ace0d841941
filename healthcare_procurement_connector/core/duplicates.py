"""When a document came before, and what a second one of the same identity means.

``message_id`` and ``idempotency_key`` are answered at the door with the first answer; the other two once the
document was read. Each says which rule fired.
"""

RULES = {
    "message_id": "Same message id",
    "idempotency_key": "Same idempotency key",
    "business_identity_and_content": "Same supplier, type and number, same content",
    "content_hash": "Same bytes within the endpoint's time window",
}
# What a sender may say its document is for (X12 BAK01, BSN01, BIG08; EDIFACT BGM 1225; cXML operation).
PURPOSES = (None, "original", "replace", "duplicate", "cancel")


def verdict(purpose: str | None, earlier: bool, same_content: bool) -> str:
    """What becomes of a document, where one of the same supplier, type and number may have had its effect.

    "apply", "duplicate" (dropped, told), "replace" (the earlier one), "ask" a person which one holds, or
    "withdrawn": the supplier takes the document back, which only a person can do to what had its effect.

    >>> verdict(None, True, True), verdict("replace", True, False), verdict(None, True, False)
    ('duplicate', 'replace', 'ask')
    >>> verdict("duplicate", False, False)  # a copy of what never arrived
    'apply'
    """
    if purpose == "cancel":
        return "withdrawn"
    if not earlier:
        return "apply"
    if same_content:
        return "duplicate"
    return "replace" if purpose == "replace" else "ask"
