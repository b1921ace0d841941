from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.mapping import TARGETS, parse_factor
from ..services import mapping_answer, mapping_suggestions
from .chosen import done


class IntegrationMappingAnswer(models.TransientModel):
    """Says what an unknown code stands for; the suggestions come first."""

    _name = "integration.mapping.answer"
    _description = "Answer to an unknown code"

    exception_id = fields.Many2one("integration.exception", required=True, readonly=True)
    summary = fields.Char(related="exception_id.summary")
    domain = fields.Selection(related="exception_id.mapping_domain")
    code = fields.Char(related="exception_id.mapping_code")
    way = fields.Selection(related="exception_id.mapping_way")
    product_id = fields.Many2one(related="exception_id.mapping_product_id")
    suggestion_ids = fields.One2many("integration.mapping.suggestion", "answer_id")
    uom_id = fields.Many2one("uom.uom", "Our unit")
    own_product_id = fields.Many2one("product.product", "Our product")
    partner_id = fields.Many2one("res.partner", "Our partner")
    tax_id = fields.Many2one("account.tax", "Our tax")
    new_code = fields.Char("The partner's code")
    factor = fields.Char(
        default="1", help="How many of our unit one of the partner's is: 12, 0.001 or 1/12."
    )
    only_product = fields.Boolean(
        "For this product only",
        help="A box of gloves holds something else than a box of masks; a kilogram is always the same.",
    )

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        exception = self.env["integration.exception"].browse(defaults.get("exception_id"))
        if exception:
            exception.check_access("read")
            defaults["only_product"] = _is_package(exception)
            defaults["suggestion_ids"] = [
                Command.create(
                    {
                        "target": str(suggestion.target),
                        "name": suggestion.name,
                        "score": suggestion.score,
                        "reason": suggestion.reason,
                        "evidence": suggestion.evidence,
                    }
                )
                for suggestion in mapping_suggestions.suggest(exception)
            ]
        return defaults

    def action_answer(self):
        """With what was entered by hand."""
        self.ensure_one()
        if self.way == "out":
            return self._answer(self.new_code)
        name = "own_product_id" if self.domain == "item" else TARGETS[self.domain]
        return self._answer(self[name].id)

    def _answer(self, target):
        if not target:
            raise UserError(self.env._("Say what the code stands for."))
        out = self.way == "out"
        try:
            factor = parse_factor(self.factor or "1")
        except ValueError as error:
            raise UserError(
                self.env._("The factor %s is not a number such as 12, 0.001 or 1/12.", self.factor)
            ) from error
        answered = mapping_answer.answer(
            self.exception_id,
            None if out else int(target),
            code=str(target) if out else None,
            factor=factor,
            only_product=self.only_product and self.domain == "unit",
        )
        if answered.approved:
            return done(
                self.env,
                self.env._("It holds from now on; %s messages go on.", len(answered.replayed)),
            )
        return done(
            self.env,
            self.env._(
                "It waits for approval in %s; what waits for it goes on with the approval.",
                answered.draft.display_name,
            ),
        )


def _is_package(exception):
    """Whether the code of an exception is one for packages (or none of a standard): only the partner knows more."""
    if exception.mapping_domain != "unit" or not exception.mapping_product_id:
        return False
    # sudo: a published list.
    unit = (
        exception.env["integration.unit.code"]
        .sudo()
        .search([("code", "=", exception.mapping_code)], limit=1)
    )
    return unit.source != "rec20"
