"""No more: a person ends a message, or says what nobody but the partner could know."""

from odoo import fields
from odoo.exceptions import UserError

from ..core.delivery import allowed
from ..core.facts import Fact
from ..core.self_test import MODEL as SELF_TEST
from . import acts

GIVEN_UP = {"out": "cancelled", "in": "discarded"}


def give_up(messages, reason):
    """Cancels outgoing and discards incoming messages; their bytes stay. For a reason."""
    acts.check_operator(messages)
    reason = acts.given_reason(messages.env, reason)
    _refuse_unless(
        messages, lambda message: allowed(message.direction, message.state, end_of(message))
    )
    end(messages, reason)
    _free_the_key(messages)


def end(messages, reason):
    """As ``give_up``, where another act has checked who and what."""
    before = {message: {"from": message.state} for message in messages}
    for direction, state in GIVEN_UP.items():
        chosen = messages.filtered(lambda message, way=direction: message.direction == way)
        acts.change_state(chosen, state, **_decision(chosen.env, reason))
        acts.audit(chosen, f"message.{state}", reason, before)
    acts.settle(messages, reason)


def end_of(message):
    return GIVEN_UP[message.direction]


def supplier_has_it(messages, reason):
    """What was uncertain has arrived: somebody asked."""
    acts.check_operator(messages)
    env = messages.env
    reason = acts.given_reason(env, reason)
    _refuse_unless(messages, lambda message: message.state == "uncertain")
    now = fields.Datetime.now()
    acts.change_state(messages, "sent", delivered=now, **_decision(env, reason))
    acts.audit(messages, "message.confirmed_delivered", reason)
    acts.settle(messages, reason)
    tell(messages, "order.sent", now)
    _free_the_key(messages)


def it_never_arrived(messages, reason):
    """What was uncertain is not at the partner: somebody asked. It goes again under its own id."""
    acts.check_operator(messages)
    env = messages.env
    reason = acts.given_reason(env, reason)
    _refuse_unless(messages, lambda message: message.state == "uncertain")
    acts.change_state(messages, "queued", attempt_count=0, **_decision(env, reason))
    acts.audit(messages, "message.confirmed_missing", reason)
    acts.settle(messages, reason)
    env["integration.drain"]._wake("out")


def tell(messages, fact_type, occurred):
    """The business fact that a person's act stands for."""
    # sudo: a buyer who exports an order need not see its endpoint.
    messages = messages.sudo()
    messages.env["integration.fact"]._record(
        [
            Fact(
                type=fact_type,
                subject=message.number,
                company_id=message.company_id.id,
                occurred=occurred,
                business_ref=message.business_ref or None,
                data={
                    "document_type": message.document_type,
                    "revision": message.revision,
                    "endpoint": message.endpoint_id.code,
                    "by_hand": True,
                },
            )
            for message in messages
            if message.res_model != SELF_TEST
        ]
    )


def _decision(env, reason):
    return {"decision": reason, "decided_by_id": env.uid}


def _refuse_unless(messages, fits):
    refused = messages.filtered(lambda message: not fits(message))
    if refused:
        raise UserError(
            messages.env._(
                "This cannot be decided about %s; nothing was done.", acts.names(refused)
            )
        )


def _free_the_key(messages):
    """What a message held back may go now."""
    messages.env["integration.drain"]._wake(*sorted(set(messages.mapped("direction"))))
