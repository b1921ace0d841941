"""Records what became of calls: message, attempt, endpoint state, fact and exception in one transaction."""

from datetime import timedelta

from odoo import fields

from ..core.facts import Fact

EXCERPT = 2000
FACTS = {"sent": "order.sent", "dead": "order.failed"}
EXCEPTIONS = {"dead": "delivery_failed", "uncertain": "delivery_uncertain"}


def record_outcomes(env, outcomes):
    """``outcomes``: services.calls.Outcome; a message that went on without its answer keeps its state."""
    # sudo: the message tables are closed to all users; these are the services' own writes.
    messages = env["integration.message"].sudo().browse([o.message_id for o in outcomes])
    by_id = {message.id: message for message in messages}
    counting = [outcome for outcome in outcomes if _counts(by_id[outcome.message_id], outcome)]
    _write_messages(by_id, counting)
    _write_attempts(env, outcomes)
    _tell(env, by_id, counting)
    _raise_exceptions(env, by_id, counting)
    # Last: the endpoint's row is the one that others wait for.
    _write_endpoints(env, outcomes)


def _counts(message, outcome):
    if message.state == "sending":
        return True
    # Its worker was taken for dead, and yet the answer came: it was delivered.
    late = message.state in ("retrying", "uncertain") and message.attempt_count == outcome.attempt
    return late and outcome.verdict.state == "sent"


def release_unsent(env, calls):
    """Takes back what was claimed and not called before the drain's time was up."""
    # sudo: as in record_outcomes.
    messages = env["integration.message"].sudo().browse([call.message_id for call in calls])
    for count, batch in messages.grouped("attempt_count").items():
        batch.write({"state": "retrying", "lease_until": False, "attempt_count": count - 1})


def _write_messages(by_id, outcomes):
    now = fields.Datetime.now()
    for outcome in outcomes:
        verdict = outcome.verdict
        by_id[outcome.message_id].write(
            {
                "state": verdict.state,
                "lease_until": False,
                "next_attempt": now + timedelta(seconds=verdict.wait) if verdict.wait else False,
                "delivered": now if verdict.state == "sent" else False,
                "error_code": outcome.error.code if outcome.error else False,
                "last_error": str(outcome.error) if outcome.error else False,
            }
        )
    _settle_questions([by_id[o.message_id] for o in outcomes if o.verdict.state == "sent"])


def _settle_questions(sent):
    """Whether a message had arrived may have been asked of a person; now it is known."""
    for message in sent:
        asked = message.exception_ids.filtered(lambda record: record.state == "open")
        if asked:
            asked._resolve(message.env._("The partner's answer came after all"))


def _write_attempts(env, outcomes):
    now = fields.Datetime.now()
    # sudo: as in record_outcomes.
    env["integration.attempt"].sudo().create(
        [
            {
                "message_id": outcome.message_id,
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
        by_endpoint.setdefault(outcome.endpoint_id, []).append(outcome)
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
        message = by_id[outcome.message_id]
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
        message = by_id[outcome.message_id]
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
