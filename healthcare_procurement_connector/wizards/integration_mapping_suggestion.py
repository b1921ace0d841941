from odoo import fields, models

REASONS = [
    ("gtin", "Same GTIN"),
    ("gln", "Same GLN"),
    ("vat", "Same VAT number"),
    ("rate", "Same rate"),
    ("seller_code", "Supplier's code of a vendor price"),
    ("buyer_code", "Our own code"),
    ("manufacturer_code", "Manufacturer's code"),
    ("standard", "By the standard"),
    ("alike", "Words are alike"),
    ("near", "Used on the order or with the product"),
]


class IntegrationMappingSuggestion(models.TransientModel):
    """What an unknown code probably stands for: how sure, and why."""

    _name = "integration.mapping.suggestion"
    _description = "Suggestion for an unknown code"
    _order = "score desc, id"

    answer_id = fields.Many2one("integration.mapping.answer", required=True, ondelete="cascade")
    target = fields.Char(required=True)
    name = fields.Char("Probably")
    score = fields.Integer("Sure (%)")
    reason = fields.Selection(REASONS, "Because")
    evidence = fields.Char("In the document")

    def action_use(self):
        """One click: the row, its approval or the question for it, and what waited goes on."""
        self.ensure_one()
        return self.answer_id._answer(self.target)
