"""Again: messages that stopped go back to work under their own id, so that a partner recognises a repeat."""

from odoo.exceptions import UserError

from . import acts

AGAIN = {"out": "queued", "in": "received"}
REPLAYABLE = {
    "out": ("dead", "held", "uncertain"),
    "in": ("parked", "waiting", "retrying"),
}
# Rows of one statement; all of them are one transaction.
BATCH = 500


def replay(messages):
    """Puts all of them back to work, or none and says which cannot be replayed."""
    acts.check_operator(messages)
    refused = refusals(messages)
    if refused:
        raise UserError("\n".join(refused.values()))
    for start in range(0, len(messages), BATCH):
        _replay(messages[start : start + BATCH])
    messages.env["integration.drain"]._wake(*sorted(set(messages.mapped("direction"))))


def refusals(messages):
    """{message: why it cannot be replayed}, in words."""
    env = messages.env
    refused = {}
    for message in messages:
        if message.state not in REPLAYABLE[message.direction]:
            refused[message] = _not_stopped(message)
        elif message.direction == "in" and not (message.parent_id or message).payload_ids:
            refused[message] = env._(
                "%s has no bytes any more: ask the partner to send it again.", message.display_name
            )
    return refused


def _not_stopped(message):
    env = message.env
    if message.state in ("sent", "acknowledged", "exported"):
        return env._(
            "%s has left the house. A re-send is a decision of its own, with a new message id.",
            acts.names(message),
        )
    return env._("%s: only what stopped can be replayed.", acts.names(message))


def _replay(messages):
    before = {message: {"from": message.state} for message in messages}
    for direction, state in AGAIN.items():
        acts.change_state(
            messages.filtered(lambda message, way=direction: message.direction == way),
            state,
            attempt_count=0,
        )
    acts.audit(messages, "message.replayed", details=before)
    acts.settle(messages, messages.env._("Replayed"))
