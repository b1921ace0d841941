from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.exact import from_float
from ..core.policy import Rule
from ..core.tolerance import Limit, State, Tolerance
from ..core.verdict import Block, Code
from ..services import wording
from .purchase_match import BLOCKS
from .purchase_match_hold import CODES

LIMIT_STATES = [
    (State.NOT_CHECKED.value, "Not checked"),
    (State.ZERO.value, "Nothing tolerated"),
    (State.VALUE.value, "Up to"),
]

# Kinds with a number to tolerate; the others are right or wrong.
MEASURED = (
    Code.PRICE,
    Code.PRICE_TOTAL,
    Code.CONTRACT,
    Code.QTY_ORD,
    Code.QTY_REC,
    Code.NOT_RECEIVED,
    Code.ACCEPTED_QTY,
    Code.CHARGE,
    Code.TAX,
    Code.TOTALS,
    Code.DATE,
    Code.DOWN_PAYMENT,
    Code.BLANKET_VALUE,
    Code.BLANKET_PERIOD,
    Code.ROUNDING,
)


# Kinds that are said of a whole bill: only a supplier or an order can be named for them.
OF_BILLS = (Code.CHARGE, Code.TOTALS, Code.DUPLICATE, Code.SUPPLIER_BLOCK, Code.BANK)


class PurchaseMatchTolerance(models.Model):
    """How far one kind of difference may go, and what stops when it goes further."""

    _name = "purchase.match.tolerance"
    _inherit = ["purchase.match.scope"]
    _description = "Three-way match tolerance"
    _order = "policy_id, id"
    _rec_name = "code"

    code = fields.Selection(
        [(code, label) for code, label in CODES if code != Code.NO_PO], "Kind", required=True
    )
    measured = fields.Boolean(compute="_compute_measured")
    upper_state = fields.Selection(LIMIT_STATES, "Above", required=True, default=State.ZERO.value)
    upper_percent = fields.Float("Above, %", digits=(16, 2))
    upper_absolute = fields.Float(
        "Above, amount",
        digits=(16, 2),
        help="For a price, a value, a charge or a tax: money. For a quantity: in the order's unit. For a day or a "
        "time: days. "
        "With a percentage too, breaking either breaks it; 0 leaves this measure out.",
    )
    lower_state = fields.Selection(
        LIMIT_STATES, "Below", required=True, default=State.NOT_CHECKED.value
    )
    lower_percent = fields.Float("Below, %", digits=(16, 2))
    lower_absolute = fields.Float("Below, amount", digits=(16, 2))
    blocks = fields.Selection(BLOCKS, "Stops", required=True, default="posting")
    text = fields.Char("In words", compute="_compute_text")

    _code_uniq = models.UniqueIndex(
        "(policy_id, code, COALESCE(partner_id, 0), COALESCE(categ_id, 0), COALESCE(product_id, 0), "
        "COALESCE(order_id, 0))",
        "A policy has one row of a kind for one scope.",
    )

    @api.depends("code")
    def _compute_measured(self):
        for row in self:
            row.measured = row.code in MEASURED

    @api.constrains("code", "categ_id", "product_id")
    def _check_scope(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for row in self:
            if row.code in OF_BILLS and (row.categ_id or row.product_id):
                raise ValidationError(
                    self.env._(
                        "“%s” is said of a whole bill: name a supplier or an order, no product.",
                        labels[row.code],
                    )
                )

    @api.depends("upper_state", "upper_percent", "upper_absolute")
    @api.depends_context("lang")
    def _compute_text(self):
        for row in self:
            limit = row._limit("upper", check=False)
            row.text = wording.limit_text(self.env, wording.limit_numbers(limit))

    @api.constrains(
        "upper_state",
        "upper_percent",
        "upper_absolute",
        "lower_state",
        "lower_percent",
        "lower_absolute",
    )
    def _check_limits(self):
        for row in self:
            for side in ("upper", "lower"):
                percent, absolute = row[f"{side}_percent"], row[f"{side}_absolute"]
                if percent < 0 or absolute < 0:
                    raise ValidationError(self.env._("A tolerance is not negative."))
                if row[f"{side}_state"] == State.VALUE and not (percent or absolute):
                    raise ValidationError(
                        self.env._(
                            "“Up to” needs a percentage or an amount; else say “Nothing tolerated”."
                        )
                    )

    def _rule(self):
        """As the decision knows it."""
        tolerance = Tolerance(self._limit("upper"), self._limit("lower"))
        return Rule(tolerance, Block.of(self.blocks), self.id)

    def _limit(self, side, check=True):
        state = State(self[f"{side}_state"])
        percent, absolute = (
            from_float(self[f"{side}_{measure}"]) or None for measure in ("percent", "absolute")
        )
        if state is not State.VALUE:
            return Limit(state)
        if not (check or percent or absolute):
            return Limit(State.ZERO)
        return Limit.value(percent, absolute)
