from odoo import fields, models

from ..services import batch as service

WAITING, DONE, FAILED, STOPPED = "waiting", "done", "failed", "stopped"

STATES = [
    (WAITING, "Waiting"),
    (DONE, "Compared"),
    (FAILED, "Some bills failed"),
    (STOPPED, "Stopped"),
]


class PurchaseMatchPortion(models.Model):
    """The bills of a batch that one job compares, in one transaction with the note that it did."""

    _name = "purchase.match.portion"
    _description = "Portion of a batch of matches"
    _order = "batch_id, id"
    _log_access = False

    batch_id = fields.Many2one(
        "purchase.match.batch", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="batch_id.company_id", store=True, index=True)
    bill_ids = fields.Json(readonly=True)
    total = fields.Integer("Bills", readonly=True)
    failed = fields.Integer("Not compared", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default=WAITING)
    reasons = fields.Json(readonly=True, help="Per bill that could not be compared: why.")
    reason_text = fields.Text("Why", compute="_compute_reason_text")
    done_on = fields.Datetime("Compared on", readonly=True)

    def _compute_reason_text(self):
        for portion in self:
            rows = (portion.reasons or {}).items()
            portion.reason_text = "\n".join(f"#{bill}: {reason}" for bill, reason in rows)

    def _enqueue(self):
        for portion in self:
            key = f"purchase.match.portion.{portion.id}"
            portion.with_delay(
                identity_key=key,
                priority=20,
                description=f"{portion.batch_id.display_name}: {portion.total}",
            )._job_match()

    def _restart(self):
        self.write({"state": WAITING, "failed": 0, "reasons": False, "done_on": False})
        self._enqueue()

    def _job_match(self):
        """Compares the bills, unless that is done or not wanted any more; delivered again, it does nothing."""
        # sudo: portions are written by services only.
        portion = self.sudo().exists()
        # At most one job works on a portion; what another one left is seen, or this one runs again.
        if not portion.try_lock_for_update() or portion.state != WAITING:
            return
        failed = service.match_portion(self.env, portion.bill_ids)
        portion.write(
            {
                "state": FAILED if failed else DONE,
                "failed": len(failed),
                "reasons": failed or False,
                "done_on": fields.Datetime.now(),
            }
        )
