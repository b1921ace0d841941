from collections import defaultdict

from odoo import models

from ..services import waiting


class IntegrationFact(models.AbstractModel):
    """The hook through which business facts are told.

    Whoever does something others may want to know of calls ``_record`` in the same transaction. Here a fact
    only ends the wait of documents that came too early for it; an addon that distributes facts extends it and
    writes in that transaction too, so that a rollback takes the fact with it.
    """

    _name = "integration.fact"
    _description = "Hook for business facts"

    def _record(self, facts):
        """Takes a list of ``core.facts.Fact``; called once per batch, never per record."""
        events = defaultdict(set)
        for fact in facts:
            events[fact.company_id].add((fact.type, fact.subject))
        waiting.completed(self.env, events)
