"""Anew: a second message for the same document, under an id of its own, linked to the first.

A replay keeps the message id, so that the partner recognises a repeat. A re-send does not: the partner takes it
for a new document unless it compares numbers. So it is a decision of a person, for a reason, and audited.
"""

from odoo.exceptions import UserError

from ..core.delivery import BLOCKING
from . import acts, give_up, rehearse
from .dry_run import dry_run

# What may be sent anew: it went out, went another way, was given up, or stopped.
RESENDABLE = ("sent", "acknowledged", "exported", "cancelled", "dead", "uncertain", "held")
# A newer message in one of these must end before the old one is sent anew once more.
ON_THE_WAY = {*BLOCKING["out"], *BLOCKING["in"], "waiting", "parked"}
_COPIED = (
    "direction", "document_type", "endpoint_id", "route_id", "company_id", "partner_id", "number",
    "business_ref", "business_key", "priority", "revision", "note", "res_model", "res_id",
    "acknowledges_id", "position",
)  # fmt: skip


def resend(messages, reason):
    """New messages for outgoing ones, made from their orders as these stand now; returns the new ones.

    What stopped is given up, or it would hold the new one back; what is final stays as it was.
    """
    acts.check_operator(messages)
    reason = acts.given_reason(messages.env, reason)
    _check_resendable(messages)
    new = replace(messages, reason)
    audit_link(messages, new, "message.resent", reason)
    give_up.tell(new, "order.queued", new[:1].create_date)
    messages.env["integration.drain"]._wake("out")
    return new


def preview(messages):
    """Rehearsals of the messages that ``resend`` would make; nothing stays."""
    acts.check_operator(messages)
    _check_resendable(messages)
    with dry_run(messages.env):
        return rehearse.rehearse(_create(messages), anew=True)


def _check_resendable(messages):
    refused = messages.filtered(
        lambda message: message.direction == "in" or message.state not in RESENDABLE
    )
    if refused:
        raise UserError(
            messages.env._(
                "These cannot be sent anew: %s. Only what we sent, or meant to send, and is not on its "
                "way any more.",
                acts.names(refused),
            )
        )


def replace(messages, reason, **vals):
    """A new message for each, linked to it; what stopped is given up in the same transaction."""
    acts.decide_once(messages)
    _refuse_if_replaced(messages)
    stopped = messages.filtered(
        lambda m: m.state in BLOCKING[m.direction] or m.state in ("parked", "waiting")
    )
    give_up.end(stopped, reason)
    return _create(messages, decision=reason, decided_by_id=messages.env.uid, **vals)


def _refuse_if_replaced(messages):
    """A double click, or two people at once, must not order twice."""
    underway = messages.replaced_by_ids.filtered(lambda m: m.state in ON_THE_WAY)
    if underway:
        raise UserError(
            messages.env._(
                "Nothing was done, for a newer one is on its way: %s.", acts.names(underway)
            )
        )


def _create(messages, **vals):
    # sudo: the table is closed to writes; the operator's right was checked by the callers.
    rows = messages.sudo()
    return rows.create(
        [
            {
                **message._convert_to_write({name: message[name] for name in _COPIED}),
                "state": "queued" if message.direction == "out" else "received",
                "resend_of_id": message.id,
                **vals,
            }
            for message in rows
        ]
    ).sudo(False)


def audit_link(old, new, action, reason, details=None):
    """Both ends of the link are in the audit record."""
    links = {
        message: {"replaced_by": successor.uid, **(details or {})}
        for message, successor in zip(old, new, strict=True)
    }
    acts.audit(old, action, reason, links)
    acts.audit(
        new,
        f"{action}_as",
        reason,
        {
            successor: {"resend_of": message.uid, **(details or {})}
            for message, successor in zip(old, new, strict=True)
        },
    )
