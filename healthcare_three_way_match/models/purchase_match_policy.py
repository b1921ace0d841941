from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..core import versions as machine
from ..core.policy import Mode, Policy, Rule, Way, from_rows
from ..core.rates import Basis
from ..core.verdict import Block, Code
from ..services.policy_changes import changes_table
from ..services.versions import acting
from .purchase_match import BLOCKS

RATES = [
    (Basis.HOLD.value, "Held: no rate is applied"),
    (Basis.ORDER.value, "Rate of the day it was ordered"),
    (Basis.RECEIPT.value, "Rate of the day it was received"),
    (Basis.BILL.value, "Rate of the bill's date"),
]


class PurchaseMatchPolicy(models.Model):
    """What a company tolerates, in versions. One is in force; it is never edited, only followed by another.

    Whoever writes here, the superuser too, can change drafts and nothing else. What becomes of a version is
    written by ``services.versions``, which the context carries as an object.
    """

    _name = "purchase.match.policy"
    _inherit = ["purchase.match.drafted"]
    _description = "Three-way match policy"
    _order = "company_id, version desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    previous_id = fields.Many2one(
        "purchase.match.policy", "Made from", readonly=True, copy=False, ondelete="restrict"
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
    entered_from = fields.Datetime(
        "Bills entered from",
        default=lambda self: self.env.cr.now().replace(microsecond=0),  # as create_date
        help="Bills that were entered before stay untouched: those open when the match was switched on.",
    )
    tolerance_ids = fields.One2many("purchase.match.tolerance", "policy_id", copy=True)
    way_ids = fields.One2many("purchase.match.way", "policy_id", copy=True)
    no_order_blocks = fields.Selection(
        BLOCKS,
        "A bill without order stops",
        required=True,
        default="nothing",
        help="For bills entered by hand that no exemption covers. A bill that came over a connection to a "
        "supplier, or that once named an order line, always needs one.",
    )
    rate_basis = fields.Selection(
        RATES,
        "Bills in another currency",
        required=True,
        default=Basis.HOLD.value,
        help="At which rate a bill in another currency than its order is compared. Of several receipts the last one "
        "up to the bill's date counts; services, which are not received, go by the bill's date. Where no rate is "
        "known for the day the bill is held for its currency.",
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
    hold_days = fields.Integer(
        "Days to decide",
        default=3,
        help="So many days after it opened a hold is due, then overdue.",
    )
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
    second_approval_above = fields.Monetary(
        "Two people above",
        help="A hold about more than this is released by two people, one after the other; 0: one suffices.",
    )
    # Not sanitized: made by services.policy_changes, which escapes what people typed.
    changes = fields.Html(compute="_compute_changes", sanitize=False, compute_sudo=True)
    _version_uniq = models.UniqueIndex(
        "(company_id, version)", "Somebody made another version at the same time: try again."
    )
    _active_uniq = models.UniqueIndex(
        "(company_id) WHERE state = 'active'", "A company has one policy in force."
    )

    @api.constrains("link_score")
    def _check_link_score(self):
        for policy in self:
            # Less than the item and something else would be a guess.
            if policy.link_score and not 70 <= policy.link_score <= 100:
                raise ValidationError(
                    self.env._("Lines are linked from 70 to 100 points, or never (0).")
                )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = f"{policy.name} v{policy.version}"

    @api.depends("state", "tolerance_ids", "way_ids", "previous_id")
    @api.depends_context("lang")
    def _compute_changes(self):
        for policy in self:
            policy.changes = changes_table(policy, policy._compared_with())

    @api.constrains("hold_days", "release_limit", "second_approval_above")
    def _check_positive(self):
        for policy in self:
            if min(policy.hold_days, policy.release_limit, policy.second_approval_above) < 0:
                raise ValidationError(self.env._("Days and limits are not negative."))

    # -- as the decision knows it ---------------------------------------------------------------

    def _core(self, exemptions=()):
        self.ensure_one()
        scoped, ways = from_rows(
            [(row._scope(), Code(row.code), row._rule()) for row in self.tolerance_ids],
            [(row._scope(), Way(row.way), row.id) for row in self.way_ids],
        )
        rules = {Code.NO_PO: Rule(block=Block.of(self.no_order_blocks))}
        return Policy(
            Mode(self.mode),
            rules,
            scoped=scoped,
            ways=ways,
            exemptions=tuple(exemptions),
            rate=Basis(self.rate_basis),
        )

    def _in_force(self, day):
        """The version in force on this day, of versions of one company."""
        kept = [(v.state, v.active_from, v.version, v) for v in self if v.state in machine.BINDING]
        return machine.in_force(kept, day) or self.browse()

    def _compared_with(self):
        """What a version is shown beside: the one in force, or, once it is decided, the one before it."""
        if self.state in (machine.ACTIVE, machine.SUPERSEDED):
            return self.previous_id
        versions = self.search(
            [("company_id", "=", self.company_id.id), ("state", "in", machine.BINDING)]
        )
        return versions._in_force(fields.Date.today()) - self

    @api.model
    @tools.ormcache("company_id")
    def _is_on(self, company_id):
        """Whether a version in force, or soon to be, compares bills; asked on each save of a bill."""
        # sudo: whoever saves a bill may lack the right to read policies; only a yes or no leaves.
        return bool(
            self.sudo().search_count(
                [
                    ("company_id", "=", company_id),
                    ("mode", "!=", Mode.OFF.value),
                    ("state", "in", machine.BINDING),
                ],
                limit=1,
            )
        )

    # -- acts -----------------------------------------------------------------------------------

    def action_new_version(self):
        """A draft like this version, to be changed, tried and submitted."""
        return self._new_version()._get_records_action()

    def _new_version(self, vals=None):
        self.ensure_one()
        draft = self.copy(vals)
        acting(draft).previous_id = self
        return draft
