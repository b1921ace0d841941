"""What all acts of operators on messages have in common: who may, what changes, the audit record.

A state is compared in the statement that changes it, so that an act never overrides what a drain did in the
meantime: a message that is being sent is not given up, exported or moved.
"""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.delivery import TRANSITIONS

OPERATOR = "healthcare_procurement_connector.group_integration_operator"
# So many names in one sentence; how many more there are is said.
NAMED = 10


def check_operator(messages):
    """Raises AccessError for who is no operator, or may not see one of the messages."""
    env = messages.env
    if not env.user.has_group(OPERATOR):
        raise AccessError(env._("Only integration operators may do this with messages."))
    messages.check_access("read")


def given_reason(env, reason):
    """The reason without blanks around it; UserError where there is none."""
    if not (reason or "").strip():
        raise UserError(env._("Say in a few words why; the reason stays with the message."))
    return reason.strip()


def change_state(messages, state, **vals):
    """Sets ``state`` (and the columns in ``vals``) on all of one direction's messages, or on none.

    UserError when one of them is where no transition leads, or a drain has it in its hands.
    """
    if messages:
        (direction,) = set(messages.mapped("direction"))
        old = tuple(old for old, targets in TRANSITIONS[direction].items() if state in targets)
        _change(messages, old, {"state": state, "next_attempt": None, "lease_until": None, **vals})


def touch(messages, states):
    """Takes messages that stay in one of ``states`` out of the drains' reach until this transaction ends."""
    if messages:
        _change(messages, states, {})


def _change(messages, states, columns):
    env = messages.env
    now = fields.Datetime.now()
    columns = {**columns, "write_uid": env.uid, "write_date": now}
    messages.flush_model()
    changed = env.execute_query(
        SQL(
            "UPDATE integration_message SET %s WHERE id IN %s AND state IN %s "
            "AND (lease_until IS NULL OR lease_until < %s) RETURNING id",
            SQL(", ").join(SQL("%s = %s", SQL.identifier(k), v) for k, v in columns.items()),
            messages._ids,
            states,
            now,
        )
    )
    messages.invalidate_recordset()
    if len(changed) < len(messages):
        missed = messages - messages.browse([row[0] for row in changed])
        raise UserError(
            env._(
                "Nothing was done, for these are being worked on just now or were decided meanwhile: %s. "
                "Look again in a moment.",
                names(missed),
            )
        )


def decide_once(messages):
    """Of two transactions that decide about the same message at once, the later runs again and sees the other's."""
    messages.flush_recordset()
    messages.env.execute_query(
        SQL(
            "UPDATE integration_message SET write_uid = %s, write_date = %s WHERE id IN %s RETURNING id",
            messages.env.uid,
            fields.Datetime.now(),
            messages._ids,
        )
    )
    messages.invalidate_recordset(["write_uid", "write_date"])


def audit(messages, action, reason=None, details=None):
    """One audit row per message; ``details``: {message: dict} beside number and reason."""
    messages.env["integration.audit"]._append(
        [
            {
                "action": action,
                "res_model": "integration.message",
                "res_id": message.id,
                "company_id": message.company_id.id,
                "business_ref": message.business_ref,
                "detail": {
                    "number": message.number or None,
                    "message": message.uid,
                    "reason": reason,
                    **(details or {}).get(message, {}),
                },
            }
            for message in messages
        ]
    )


def settle(messages, resolution):
    """Closes the questions that were open about the messages."""
    # sudo: who may act on the message may close its question, whoever was asked; checked by the act itself.
    messages.sudo().exception_ids._resolve(resolution)


def names(messages):
    """The messages in words, a bounded number of them."""
    shown = ", ".join(f"{message.display_name} ({_state(message)})" for message in messages[:NAMED])
    more = len(messages) - NAMED
    return (
        messages.env._("%(names)s and %(count)s more", names=shown, count=more)
        if more > 0
        else shown
    )


def _state(message):
    return dict(message._fields["state"]._description_selection(message.env))[message.state]
