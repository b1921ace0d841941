from odoo import api, models


class IntegrationAuditedMixin(models.AbstractModel):
    """For settings that decide in the open: each is in the audit when it is made, changed or removed."""

    _name = "integration.audited.mixin"
    _description = "Audited setting"

    # What the acts are called by: "check" gives check.created, check.changed, check.removed.
    _audited_as = None

    def _audit_detail(self):
        """What the audit keeps of one record, for JSON."""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._audit("created")
        return records

    def write(self, vals):
        result = super().write(vals)
        self._audit("changed")
        return result

    @api.ondelete(at_uninstall=False)
    def _audit_removal(self):
        self._audit("removed")

    def _audit(self, act):
        self.env["integration.audit"]._append(
            [
                {
                    "action": f"{self._audited_as}.{act}",
                    "res_model": self._name,
                    "res_id": record.id,
                    "company_id": (record.company_id or self.env.company).id,
                    "detail": record._audit_detail(),
                }
                for record in self
            ]
        )
