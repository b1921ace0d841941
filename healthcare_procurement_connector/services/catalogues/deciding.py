"""What buyers decide about a run: apply it, give it up, approve or decline price jumps."""

from odoo.exceptions import AccessError, UserError

from . import asking
from .run_states import move

BUYER = "purchase.group_purchase_user"


def apply(run):
    """Begins to apply all but the jumps that nobody approved."""
    _check_buyer(run)
    if run.state not in ("compared", "applied"):
        raise UserError(run.env._("Only what was compared can be applied."))
    move(run, "applying", applied_id=0, applied_by_id=run.env.uid)
    _audit(run, "catalogue.apply", {})
    run._wake()


def give_up(run):
    _check_buyer(run)
    if run.state not in ("reading", "comparing", "compared"):
        raise UserError(run.env._("What was applied cannot be given up."))
    move(run, "cancelled")
    _audit(run, "catalogue.given_up", {})
    asking.settle(run, run.env._("Given up"))


def decide(lines, decision):
    """``decision``: approved or declined, of price jumps that are not applied yet."""
    _check_buyer(lines)
    open_jumps = lines.filtered(lambda line: line.jump and not line.applied)
    if not open_jumps:
        raise UserError(lines.env._("There is no price jump to decide among these lines."))
    # sudo: lines are closed to writes by hand; the right to decide was checked.
    open_jumps.sudo().write({"decision": decision, "decided_by_id": lines.env.uid})
    for run, decided in open_jumps.grouped("catalogue_id").items():
        _audit(run, f"catalogue.jump_{decision}", {"lines": decided.mapped("position")[:1000]})


def _check_buyer(records):
    if not records.env.user.has_group(BUYER):
        raise AccessError(records.env._("Only buyers decide on catalogues."))
    records.check_access("read")


def _audit(run, action, detail):
    run.env["integration.audit"]._append(
        [
            {
                "action": action,
                "res_model": run._name,
                "res_id": run.id,
                "company_id": run.company_id.id,
                "detail": {"number": run.number or run.name, **detail},
            }
        ]
    )
