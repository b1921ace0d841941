from odoo import models


class IntegrationFact(models.AbstractModel):
    """The hook through which business facts are told.

    Whoever does something others may want to know of calls ``_record`` in the same transaction. Here it does
    nothing; an addon that distributes facts extends it and writes in that transaction too, so that a rollback
    takes the fact with it.
    """

    _name = "integration.fact"
    _description = "Hook for business facts"

    def _record(self, facts):
        """Takes a list of ``core.facts.Fact``; called once per batch, never per record."""
