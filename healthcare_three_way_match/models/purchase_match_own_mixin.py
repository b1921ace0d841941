from odoo import api, models

from ..services.own_writes import check_own


class PurchaseMatchOwnMixin(models.AbstractModel):
    """A table that the gates build on: nobody writes it but the services, not even the superuser."""

    _name = "purchase.match.own.mixin"
    _description = "Kept by the match alone"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own("create")
        return super().create(vals_list)

    def write(self, vals):
        self._check_own("write")
        return super().write(vals)

    def unlink(self):
        self._check_own("unlink")
        return super().unlink()

    def _check_own(self, operation):
        self.check_access(operation)
        check_own(self)
