from odoo import models

from ..services.record import record


class IntegrationFact(models.AbstractModel):
    _inherit = "integration.fact"

    def _record(self, facts):
        """Makes events of the facts, in this transaction, and wakes the drain for when it has committed."""
        facts = list(facts)
        result = super()._record(facts)
        if facts:
            record(self.env, facts)
            self.env["integration.event.drain"]._wake({fact.company_id for fact in facts})
        return result
