"""What operators do with messages that stopped: again, or no more."""

from odoo.exceptions import AccessError, UserError

from ..core.delivery import allowed

OPERATOR = "healthcare_procurement_connector.group_integration_operator"
AGAIN = {"out": "queued", "in": "received"}
GIVEN_UP = {"out": "cancelled", "in": "discarded"}
REPLAYABLE = {
    "out": ("dead", "held", "uncertain"),
    "in": ("parked", "waiting", "retrying"),
}


def replay(messages):
    """Puts messages back to work under their own id, so that a partner can still recognise a repeat."""
    env = _operator_env(messages)
    for message in messages:
        if message.state not in REPLAYABLE[message.direction]:
            raise UserError(
                env._(
                    "%(message)s is %(state)s; only what stopped can be replayed.",
                    message=message.display_name,
                    state=message.state,
                )
            )
    for direction, state in AGAIN.items():
        _change(
            messages.filtered(lambda m, direction=direction: m.direction == direction),
            {"state": state, "next_attempt": False, "lease_until": False, "attempt_count": 0},
            "message.replayed",
        )
    messages.exception_ids._resolve(env._("Replayed"))
    env["integration.drain"]._wake()


def give_up(messages):
    """Cancels outgoing and discards incoming messages; their bytes stay."""
    env = _operator_env(messages)
    for message in messages:
        if not allowed(message.direction, message.state, GIVEN_UP[message.direction]):
            raise UserError(
                env._(
                    "%(message)s is %(state)s and cannot be given up.",
                    message=message.display_name,
                    state=message.state,
                )
            )
    for direction, state in GIVEN_UP.items():
        _change(
            messages.filtered(lambda m, direction=direction: m.direction == direction),
            {"state": state, "next_attempt": False},
            f"message.{state}",
        )
    messages.exception_ids._resolve(env._("Given up"))


def _operator_env(messages):
    env = messages.env
    if not env.user.has_group(OPERATOR):
        raise AccessError(env._("Only integration operators replay or give up messages."))
    messages.check_access("read")
    return env


def _change(messages, vals, action):
    if not messages:
        return
    # sudo: the table is closed to writes; the operator's right was checked above.
    messages.sudo().write(vals)
    messages.env["integration.audit"]._append(
        [
            {
                "action": action,
                "res_model": "integration.message",
                "res_id": message.id,
                "company_id": message.company_id.id,
                "business_ref": message.business_ref,
                "detail": {"number": message.number or None},
            }
            for message in messages
        ]
    )
