"""What is known of the attempts of many messages, in one query."""

from ..core.certainty import certainly_not_delivered


def not_delivered(messages):
    """Those that certainly did not reach their partner; see ``core.certainty``."""
    # sudo: attempts are closed to buyers, who export their own orders; only outcomes are read.
    groups = (
        messages.env["integration.attempt"]
        .sudo()
        ._read_group(
            [("message_id", "in", messages.ids)], ["message_id", "outcome", "status"], ["__count"]
        )
    )
    known = {}
    for message, outcome, status, count in groups:
        known.setdefault(message.id, []).extend([(outcome, status or None)] * count)
    return messages.filtered(
        lambda m: certainly_not_delivered(m.state, m.attempt_count, known.get(m.id, ()))
    )
