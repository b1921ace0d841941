"""Records what became of calls: message, attempt, endpoint state, fact and exception in one transaction."""

from datetime import timedelta

from odoo import fields

from ..core.facts import Fact

EXCERPT = 2000
FACTS = {"sent": "order.sent", "dead": "order.failed"}
EXCEPTIONS = {"dead": "delivery_failed", "uncertain": "delivery_uncertain"}


def record_outcomes(env, outcomes):
    """``outcomes``: services.outbox.Outcome; a message that is no longer ``sending`` keeps its state."""
    # sudo: the message tables are closed to all users; these are the services' own writes.
    messages = env["integration.message"].sudo().browse([o.call.message_id for o in outcomes])
    by_id = dict(zip(messages.ids, messages, strict=True))
    still_sending = [o for o in outcomes if by_id[o.call.message_id].state == "sending"]
    _write_messages(by_id, still_sending)
    _write_attempts(env, outcomes)
    _write_endpoints(env, outcomes)
    _tell(env, by_id, still_sending)
    _raise_exceptions(env, by_id, still_sending)


def _write_messages(by_id, outcomes):
    now = fields.Datetime.now()
    for outcome in outcomes:
        verdict = outcome.verdict
        by_id[outcome.call.message_id].write(
            {
                "state": verdict.state,
                "lease_until": False,
                "next_attempt": now + timedelta(seconds=verdict.wait) if verdict.wait else False,
                "delivered": now if verdict.state == "sent" else False,
                "error_code": outcome.error.code if outcome.error else False,
                "last_error": str(outcome.error) if outcome.error else False,
            }
        )


def _write_attempts(env, outcomes):
    now = fields.Datetime.now()
    # sudo: as in record_outcomes.
    env["integration.attempt"].sudo().create(
        [
            {
                "message_id": outcome.call.message_id,
                "started": now - timedelta(seconds=outcome.seconds),
                "seconds": outcome.seconds,
                "outcome": outcome.verdict.kind,
                "status": outcome.reply.status if outcome.reply else False,
                "error": str(outcome.error) if outcome.error else False,
                "excerpt": _excerpt(outcome.reply),
            }
            for outcome in outcomes
        ]
    )


def _excerpt(reply):
    """Text for people, bounded; NULs cannot be stored."""
    if reply is None:
        return False
    return (
        reply.body[:EXCERPT]
        .decode("utf-8", errors="replace")
        .replace("\x00", "\N{REPLACEMENT CHARACTER}")
    )


def _write_endpoints(env, outcomes):
    now = fields.Datetime.now()
    by_endpoint = {}
    for outcome in outcomes:
        by_endpoint.setdefault(outcome.call.endpoint_id, []).append(outcome)
    # sudo: as in record_outcomes.
    states = (
        env["integration.endpoint.state"].sudo().search([("endpoint_id", "in", list(by_endpoint))])
    )
    for state in states:
        results = by_endpoint[state.endpoint_id.id]
        errors = [outcome.error for outcome in results if outcome.error]
        vals = {}
        if len(errors) < len(results):
            vals.update(last_success=now, failures=0)
        if errors:
            vals.update(last_failure=now, last_error=str(errors[-1]))
        if len(errors) == len(results):
            vals["failures"] = state.failures + len(errors)
        state.write(vals)


def _tell(env, by_id, outcomes):
    now = fields.Datetime.now()
    facts = []
    for outcome in outcomes:
        message = by_id[outcome.call.message_id]
        if outcome.verdict.state in FACTS:
            facts.append(
                Fact(
                    type=FACTS[outcome.verdict.state],
                    subject=message.number,
                    company_id=message.company_id.id,
                    occurred=now,
                    business_ref=message.business_ref or None,
                    data={
                        "document_type": message.document_type,
                        "revision": message.revision,
                        "endpoint": message.endpoint_id.code,
                        "attempts": message.attempt_count,
                    },
                )
            )
    env["integration.fact"]._record(facts)


def _raise_exceptions(env, by_id, outcomes):
    vals_list = []
    for outcome in outcomes:
        message = by_id[outcome.call.message_id]
        if outcome.verdict.state in EXCEPTIONS:
            vals_list.append(
                {
                    "code": EXCEPTIONS[outcome.verdict.state],
                    "summary": f"{message.display_name}: {outcome.error}",
                    "message_id": message.id,
                    "company_id": message.company_id.id,
                    "partner_id": message.partner_id.id,
                    "business_ref": message.business_ref,
                    "res_model": message.res_model,
                    "res_id": message.res_id,
                }
            )
    env["integration.exception"]._raise(vals_list)
