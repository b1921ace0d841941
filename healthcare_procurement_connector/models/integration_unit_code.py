from odoo import api, fields, models


class IntegrationUnitCode(models.Model):
    """What a code for a unit means by its standard: a name to show and to compare with, nothing to convert by.

    Canonical documents hold Recommendation 20 codes, and for packages those of Recommendation 21 after an X; X12's
    element 355 is translated into them by the format (``formats/x12/codes.py``).
    """

    _name = "integration.unit.code"
    _description = "Standard unit code"
    _order = "code, id"
    _rec_name = "code"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    source = fields.Selection(
        [("rec20", "UN/ECE Recommendation 20"), ("rec21", "UN/ECE Recommendation 21")],
        required=True,
        readonly=True,
    )
    x12 = fields.Char("X12 355", readonly=True)

    _code_uniq = models.UniqueIndex("(code)", "This code is there already.")

    @api.model
    def _names(self, codes):
        """{code: name} for those that a standard knows."""
        # sudo: two published lists; whoever may see a mapping may see what a standard calls its codes.
        found = self.sudo().search_fetch([("code", "in", list(set(codes)))], ["code", "name"])
        return {row.code: row.name for row in found}
