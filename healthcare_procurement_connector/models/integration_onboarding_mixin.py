from odoo import fields, models

from ..services.onboarding import self_tests


class IntegrationOnboardingMixin(models.AbstractModel):
    """What an endpoint has of the time before it is live; the steps are ``services/onboarding``."""

    _name = "integration.onboarding.mixin"
    _description = "Onboarding of an endpoint"

    self_test_ids = fields.One2many("integration.self.test", "endpoint_id", readonly=True)

    def write(self, vals):
        """Whoever makes an endpoint live ends its tests: none may reach the partner's live system."""
        result = super().write(vals)
        if vals.get("environment") == "live":
            self_tests.withdraw(self)
        return result

    def action_onboarding(self):
        """The checklist, computed as it stands."""
        self.ensure_one()
        self.check_access("read")
        screen = self.env["integration.onboarding"].create({"endpoint_id": self.id})
        return screen._open()
