"""Lets an order go although a check stopped it: with a reason, by who may."""

from odoo.exceptions import AccessError, UserError

from . import acts

GROUP = "healthcare_procurement_connector.group_check_override"


def override(messages, reason):
    """Sends the held messages; what their checks found is marked as overridden and no longer stops them."""
    env = messages.env
    if not env.user.has_group(GROUP):
        raise AccessError(env._("You may not override checks."))
    messages.check_access("read")
    reason = acts.given_reason(env, reason)
    held = messages.filtered(
        lambda message: message.state == "held" and message.error_code == "check_failed"
    )
    if held != messages:
        raise UserError(env._("Only what a check holds back can be let go so."))
    # sudo: verdicts are closed to writes by hand; the right was checked.
    verdicts = env["integration.check.verdict"].sudo()
    failed = verdicts.search([("message_id", "in", messages.ids), ("passed", "=", False)])
    # What an earlier state of the order was stopped by was not looked at by anybody now.
    last = {}
    for verdict in failed:
        last[verdict.message_id] = max(
            verdict.checked, last.get(verdict.message_id, verdict.checked)
        )
    latest = failed.filtered(lambda verdict: verdict.checked == last[verdict.message_id])
    latest.write({"overridden_by_id": env.uid, "override_reason": reason})
    acts.change_state(messages, "queued", error_code=None, last_error=None)
    details = {message: {"reason": reason} for message in messages}
    acts.audit(messages, "check.overridden", details=details)
    acts.settle(messages, env._("Overridden: %s", reason))
    env["integration.drain"]._wake("out")
