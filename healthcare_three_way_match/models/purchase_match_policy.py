from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..core.holds import ACTIVE
from ..core.policy import Mode, Policy, Rule, Way
from ..core.verdict import Block, Code
from ..services.matching import Matching
from .purchase_match import BLOCKS

# What decides which bills are held, and for what.
DECISIVE = frozenset(
    {
        "mode",
        "way",
        "active",
        "company_id",
        "partner_id",
        "date_from",
        "tolerance_ids",
        "no_order_blocks",
    }
)


class PurchaseMatchPolicy(models.Model):
    """What a company tolerates, for all suppliers or for one. The most specific policy wins."""

    _name = "purchase.match.policy"
    _description = "Three-way match policy"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Only for supplier",
        check_company=True,
        index="btree_not_null",
        help="Empty: for all suppliers of the company that have no policy of their own.",
    )
    mode = fields.Selection(
        [
            (Mode.OFF.value, "Off: nothing is compared"),
            (Mode.OBSERVE.value, "Observe: compares, stops nothing"),
            (Mode.ENFORCE.value, "Enforce: stops what the rows say"),
        ],
        required=True,
        default=Mode.OBSERVE.value,
    )
    way = fields.Selection(
        [
            (Way.TWO.value, "Two-way: the order"),
            (Way.THREE.value, "Three-way: the order and what was received"),
            (Way.FOUR.value, "Four-way: also what passed the inspection"),
        ],
        "Compared with",
        required=True,
        default=Way.THREE.value,
        help="Services are never received, and goods that nobody inspects need no inspection: they are compared "
        "with what there is.",
    )
    date_from = fields.Date(
        "Bills entered from", help="Bills that were entered before stay untouched."
    )
    tolerance_ids = fields.One2many("purchase.match.tolerance", "policy_id", copy=True)
    no_order_blocks = fields.Selection(
        BLOCKS,
        "A bill without order stops",
        required=True,
        default="nothing",
        help="For bills entered by hand. A bill that came over a connection to a supplier, or that "
        "once named an order line, always needs one.",
    )
    autopost = fields.Boolean(
        "Post clean bills",
        help="A bill that came over a connection and agrees line by line is posted at once.",
    )
    link_score = fields.Integer(
        "Link lines from",
        default=80,
        help="A bill line that names no order is linked by itself to the one order line that evidence gives at least "
        "so many points of 100: the item 60, the price 20, the quantity 10, the name 10. 0: a person decides "
        "always.",
    )
    hold_days = fields.Integer("Days to decide", default=3)
    finance_user_id = fields.Many2one(
        "res.users",
        "Finance contact",
        help="Owns holds about the payee account, and those for which nobody else is found.",
    )
    receiving_user_id = fields.Many2one(
        "res.users",
        "Receiving contact",
        help="Owns quantity holds where the receipt has no responsible; else the buyer does.",
    )
    release_limit = fields.Monetary(
        "Release limit",
        help="Up to which amount an approver without a limit of their own may release; 0: any.",
    )

    _scope_uniq = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0)) WHERE active",
        "This company already has a policy for this scope.",
    )

    @api.constrains("link_score")
    def _check_link_score(self):
        for policy in self:
            # Less than the item and something else would be a guess.
            if policy.link_score and not 70 <= policy.link_score <= 100:
                raise ValidationError(
                    self.env._("Lines are linked from 70 to 100 points, or never (0).")
                )

    @api.constrains("hold_days", "release_limit")
    def _check_positive(self):
        for policy in self:
            if policy.hold_days < 0 or policy.release_limit < 0:
                raise ValidationError(self.env._("Days and limits are not negative."))

    def _core(self):
        """As the decision knows it."""
        self.ensure_one()
        rules = {Code(row.code): row._rule() for row in self.tolerance_ids}
        rules[Code.NO_PO] = Rule(block=Block.of(self.no_order_blocks))
        return Policy(Mode(self.mode), rules, Way(self.way))

    @api.model
    @tools.ormcache("company_id")
    def _is_on(self, company_id):
        """Whether any policy of the company compares bills; asked on each save of a bill."""
        # sudo: whoever saves a bill may lack the right to read policies; only a yes or no leaves.
        return bool(
            self.sudo().search_count(
                [("company_id", "=", company_id), ("mode", "!=", Mode.OFF.value)], limit=1
            )
        )

    def _compare_again(self, companies):
        """Bills that are drafts or have something open follow the policies as they are now."""
        # sudo: who writes policies may lack the right to read bills and matches.
        matches = (
            self.env["purchase.match"]
            .sudo()
            .search(
                Domain("company_id", "in", companies.ids)
                & (
                    Domain("hold_ids.state", "in", list(ACTIVE))
                    | Domain("bill_id.state", "=", "draft")
                )
            )
        )
        Matching(self.env).run(matches.bill_id)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        policies = super().create(vals_list)
        policies._compare_again(policies.company_id)
        return policies

    def write(self, vals):
        self.env.registry.clear_cache()
        companies = self.company_id
        result = super().write(vals)
        if not DECISIVE.isdisjoint(vals):
            self._compare_again(companies | self.company_id)
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        companies = self.company_id
        result = super().unlink()
        self._compare_again(companies)
        return result
