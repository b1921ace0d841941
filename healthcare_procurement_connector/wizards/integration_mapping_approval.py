from odoo import api, fields, models

from ..services import mapping_approval, mapping_samples, mapping_versions
from .chosen import done


class IntegrationMappingApproval(models.TransientModel):
    """What an approver looks at before a draft becomes active: changes, samples, from when."""

    _name = "integration.mapping.approval"
    _description = "Approval of a mapping"

    mapping_id = fields.Many2one("integration.mapping", "Draft", required=True, readonly=True)
    date_from = fields.Date("Holds from", required=True, default=fields.Date.context_today)
    reason = fields.Char("Why")
    refusal = fields.Char(readonly=True)
    change_text = fields.Html(readonly=True, sanitize=False)
    sample_text = fields.Html(readonly=True, sanitize=False)
    # Not readonly, so that the client sends back what was shown.
    seen = fields.Char()

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        draft = self.env["integration.mapping"].browse(defaults.get("mapping_id"))
        if draft:
            draft.check_access("read")
            defaults |= {
                "refusal": mapping_approval.may_approve(draft),
                "change_text": mapping_versions.changes_html(draft),
                "sample_text": mapping_samples.report_html(draft),
                "seen": mapping_versions.fingerprint(draft),
            }
        return defaults

    def action_approve(self):
        self.ensure_one()
        replayed = mapping_approval.approve(
            self.mapping_id, self.date_from, self.reason, seen=self.seen
        )
        if replayed:
            return done(self.env, self.env._("Approved; %s messages go on.", len(replayed)))
        return done(self.env, self.env._("Approved."))
