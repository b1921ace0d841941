from odoo import api, models

from ..services.collect import BILL_TYPES

LATER = "healthcare_match_later"


class AccountMove(models.Model):
    """Bills that are imported from a file are compared by jobs, with progress, not while the import waits.

    Nothing depends on when that happens: the gates compare again when a bill is posted or paid.
    """

    _inherit = "account.move"

    @api.model
    def load(self, fields, data):
        result = super(AccountMove, self.with_context(**{LATER: True})).load(fields, data)
        bills = self.browse(result.get("ids") or []).filtered(
            lambda move: move.move_type in BILL_TYPES and move.state == "draft"
        )
        policies = self.env["purchase.match.policy"]
        self.env["purchase.match.batch"]._start(
            "import",
            {
                company: found.ids
                for company, found in bills.grouped("company_id").items()
                if policies._is_on(company.id)
            },
        )
        return result

    def _match_drafts(self):
        if not self.env.context.get(LATER):
            super()._match_drafts()
