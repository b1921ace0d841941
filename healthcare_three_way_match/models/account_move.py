from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.healthcare_procurement_connector.core.identity import normalise_number

from ..core.holds import ACTIVE
from ..services import wording
from ..services.autopost import AutoPost, sweep
from ..services.collect import BILL_TYPES
from ..services.disputes import response
from ..services.enforcement import Passed, PostingGate
from ..services.linking import Linking
from ..services.matching import Matching
from ..services.worksheet import worksheet
from .purchase_match import BLOCKS, STATES

READERS = (
    "healthcare_three_way_match.group_match_user,purchase.group_purchase_user,"
    "account.group_account_readonly,account.group_account_invoice,"
    "healthcare_procurement_connector.group_integration_auditor"
)

MATCH_LATER = "healthcare_match_later"

# What takes from order lines, or gives back to them.
PURCHASE_TYPES = (*BILL_TYPES, "in_refund")

# A draft is compared again when one of these is saved.
COMPARED = frozenset(
    {
        "invoice_line_ids",
        "line_ids",
        "currency_id",
        "partner_id",
        "integration_payee_account",
        "move_type",
        "state",
        "ref",
        "invoice_date",
    }
)


class AccountMove(models.Model):
    _inherit = "account.move"

    match_ids = fields.One2many(
        "purchase.match", "bill_id", "Matches", readonly=True, groups=READERS
    )
    match_id = fields.Many2one(
        "purchase.match", "Three-way match", compute="_compute_match", groups=READERS
    )
    match_state = fields.Selection(STATES, "Match", compute="_compute_match", groups=READERS)
    match_blocks = fields.Selection(BLOCKS, "Match stops", compute="_compute_match", groups=READERS)
    match_withheld = fields.Monetary("Not payable yet", compute="_compute_match", groups=READERS)
    match_line_ids = fields.One2many(
        "purchase.match.line", "bill_id", readonly=True, groups=READERS
    )
    match_hold_ids = fields.One2many(
        "purchase.match.hold", "bill_id", readonly=True, groups=READERS
    )
    match_number_key = fields.Char(
        compute="_compute_match_number_key",
        store=True,
        index="btree_not_null",
        help="The bill's number without case, blanks and punctuation: by it doubles are found.",
    )
    match_banner = fields.Char(compute="_compute_match_banner", groups=READERS)
    match_worksheet = fields.Json(compute="_compute_match_worksheet", groups=READERS)

    @api.depends("ref", "move_type")
    def _compute_match_number_key(self):
        for move in self:
            is_bill = move.move_type in BILL_TYPES and move.ref
            move.match_number_key = normalise_number(move.ref) if is_bill else False

    @api.depends("match_ids.state", "match_ids.blocks", "match_ids.withheld")
    def _compute_match(self):
        # Grouped, not sliced: a slice forgets its neighbours, and a list would read one row at a time.
        matches = self.match_ids.grouped("bill_id")
        for move in self:
            match = matches.get(move, self.env["purchase.match"])
            move.match_id = match
            move.match_state = match.state
            move.match_blocks = match.blocks
            move.match_withheld = match.withheld

    @api.depends("match_hold_ids.state", "match_ids.blocks")
    @api.depends_context("lang")
    def _compute_match_banner(self):
        for move in self:
            blocks = move.match_blocks
            holds = move.match_hold_ids.filtered(
                lambda hold, blocks=blocks: hold.state in ACTIVE and hold.blocks == blocks
            )
            stops = blocks in ("posting", "payment") and holds
            move.match_banner = wording.banner(holds, blocks) if stops else False

    @api.depends("match_hold_ids.state", "match_ids.matched_on")
    @api.depends_context("lang", "uid")
    def _compute_match_worksheet(self):
        for move in self:
            move.match_worksheet = worksheet(move.match_id)

    # -- compared on saving, so that the worksheet shows what the gate will say -----------------

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # What came over a connection is compared by _integration_bill_received, once, as a batch.
        moves.filtered(lambda move: not move.integration_message_id)._match_drafts()
        return moves

    def write(self, vals):
        if "move_type" in vals:
            self._check_stays_a_bill(vals["move_type"])
        result = super().write(vals)
        if not COMPARED.isdisjoint(vals):
            self._match_drafts()
        if "move_type" in vals:
            # sudo: matches may be out of the user's reach. A bill that became a credit note lets go.
            Matching(self.env).run(self.sudo().filtered("match_ids"))
        if vals.get("state") == "cancel":
            self._match_remember()
        if vals.get("state") in ("draft", "cancel"):
            self._match_shared(self._match_order_lines())
        return result

    def unlink(self):
        order_lines = self.filtered(lambda move: move.state == "draft")._match_order_lines()
        self._match_remember()
        result = super().unlink()
        Matching(self.env).follow(order_lines)
        return result

    def _check_stays_a_bill(self, move_type):
        """A journal entry meets no gate, so a bill that names an order does not turn into one."""
        # sudo: matches may be out of the user's reach; nothing of them leaves.
        for move in self.sudo().filtered(lambda move: move.move_type != move_type):
            posted = move.state == "posted" and move.match_ids
            ordered = move.match_ids.linked_order_line_ids and move_type not in PURCHASE_TYPES
            if posted or ordered:
                raise UserError(
                    self.env._("%s was compared as a bill and stays one.", move.display_name)
                )

    def _match_remember(self):
        """A bill that goes and comes again under its number finds the order as it was when it first came."""
        # sudo: matches and orders may be out of the user's reach; nothing of them leaves.
        for move in self.sudo().filtered("match_number_key"):
            agreed = move.match_ids.agreed or {}
            for line in move.match_ids.linked_order_line_ids:
                if numbers := agreed.get(str(line.id)):
                    known = line.match_remembered or {}
                    # What it said at first is what counts.
                    line.match_remembered = {move.match_number_key: numbers} | known

    def _match_order_lines(self):
        """Order lines that these bills and credit notes take from or give back to."""
        purchases = self.filtered(lambda move: move.move_type in PURCHASE_TYPES)
        # sudo: who enters bills may lack the right to read orders; only their ids are used.
        return purchases.sudo().invoice_line_ids.purchase_line_id

    def _match_shared(self, order_lines):
        """What these take or give back has changed: the bills that share it are compared again."""
        corrected = self.filtered(lambda move: move.move_type == "in_refund").reversed_entry_id
        cancelled = self.filtered(lambda m: m.state == "cancel" and m.move_type in BILL_TYPES)
        # sudo: matches may be out of the user's reach.
        Matching(self.env).run((corrected | cancelled).sudo().filtered("match_ids"))
        Matching(self.env).follow(order_lines)

    @api.model
    def load(self, fields, data):
        """Bills imported from a file are compared by jobs, with progress, not while the import waits.

        Nothing depends on when that happens: the gates compare again when a bill is posted or paid.
        """
        result = super(AccountMove, self.with_context(**{MATCH_LATER: True})).load(fields, data)
        self.env["purchase.match.batch"]._start_import(self.browse(result.get("ids") or []))
        return result

    def _match_drafts(self):
        if self.env.context.get(MATCH_LATER):
            return
        policy = self.env["purchase.match.policy"]
        drafts = self.filtered(
            lambda move: (
                move.move_type in BILL_TYPES
                and move.state == "draft"
                and policy._is_on(move.company_id.id)
            )
        )
        if drafts:
            Matching(self.env).run(drafts)

    # -- the gate -------------------------------------------------------------------------------

    def _post(self, soft=True):
        """No bill with an open posting hold gets past here, whoever posts it and however."""
        gate = PostingGate(self.env)
        gate.check(self)
        passing = self.with_context(**{Passed.KEY: Passed(self)})
        posted = self.browse(super(AccountMove, passing)._post(soft=soft).ids)
        gate.posted(posted)
        posted._match_after_credit()
        return posted

    @api.constrains("state")
    def _check_match_on_posting(self):
        """The same gate for a state written directly."""
        for move in self:
            if move.state == "posted" and not Passed.includes(move):
                PostingGate(self.env).check(move)

    def _match_after_credit(self):
        """A credit note may be what a disputed bill waited for."""
        credit_notes = self.filtered(lambda move: move.move_type == "in_refund")
        if credit_notes:
            credit_notes._match_shared(credit_notes._match_order_lines())

    def _integration_bill_received(self):
        """Bills that came over a connection are compared at once; clean ones are posted if so agreed."""
        result = super()._integration_bill_received()
        linking = Linking(self.env)
        links = linking.automatic(self)
        AutoPost(self.env).post(self)
        linking.record(links)
        return result

    @api.model
    def _cron_match_autopost(self):
        """Clean bills that were not so when they came: the goods arrived since, or somebody corrected them."""
        sweep(self.env)

    def _integration_document(self, message, mappings):
        if message.document_type != "invoice_response":
            return super()._integration_document(message, mappings)
        # sudo: the technical user of a connection need not be allowed to read holds; only what the
        # supplier may know of them is used.
        return response(self.sudo(), mappings)

    # -- buttons --------------------------------------------------------------------------------

    def action_match_link(self, bill_line_id, order_line_id):
        """A person says which order line a line of this bill is for; one of those that were offered."""
        self.ensure_one()
        line = self.invoice_line_ids.filtered(lambda line: line.id == bill_line_id)
        Linking(self.env).choose(line, order_line_id)

    def action_match_again(self):
        """Compares again with the numbers of this moment."""
        self.check_access("read")
        Matching(self.env).run(self)
