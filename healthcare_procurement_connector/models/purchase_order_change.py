from odoo import api, fields, models

from ..core.told import KINDS, PROGRESS, STATES
from ..services import tell_by_phone
from ..services.supplier_knowledge import Knowledge

DOCUMENT_TYPES = {
    "order": "order",
    "change": "order_change",
    "cancellation": "order_cancellation",
}


class PurchaseOrderChange(models.Model):
    """What the supplier was told about an order, in turn: the order, each change, the cancellation.

    ``terms`` are the order as the supplier knows it by then; a later agreement (an accepted answer) is written
    into them. Rows are part of their order and stay with it. Nobody writes here but the services.
    """

    _name = "purchase.order.change"
    _description = "What a supplier was told about an order"
    _check_company_auto = True
    _order = "order_id, id"

    order_id = fields.Many2one(
        "purchase.order",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    kind = fields.Selection(list(KINDS.items()), "What", required=True, readonly=True)
    number = fields.Integer(required=True, readonly=True)
    state = fields.Selection(list(STATES.items()), required=True, readonly=True, default="pending")
    progress = fields.Selection(
        [*STATES.items(), *PROGRESS.items()], "Status", compute="_compute_progress"
    )
    summary = fields.Text("What changed", readonly=True)
    terms = fields.Json(required=True, readonly=True)
    restated = fields.Json(
        readonly=True, help="Numbers of lines that stay as ordered, whatever the supplier answered."
    )
    message_id = fields.Many2one(
        "integration.message", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    exception_id = fields.Many2one(
        "integration.exception", readonly=True, ondelete="set null", index="btree_not_null"
    )
    acknowledgement_id = fields.Many2one(
        "purchase.acknowledgement",
        "Answer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    told_by_id = fields.Many2one("res.users", "Told by", readonly=True)
    told_on = fields.Datetime("Told on", readonly=True)
    told_note = fields.Char("Told to whom", readonly=True)
    may_phone = fields.Boolean(compute="_compute_progress")

    # Two saves at once cannot both be the same change: the second one runs again and sees the first.
    _number_uniq = models.UniqueIndex("(order_id, number) WHERE state != 'withdrawn'")

    @api.depends("kind", "number")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            kind = labels[row.kind]
            row.display_name = f"{kind} {row.number}" if row.kind == "change" else kind

    @api.depends("state", "message_id.state")
    def _compute_progress(self):
        knowledge = Knowledge(self.order_id)
        for row in self:
            row.progress = knowledge.progress(row)
            row.may_phone = knowledge.may_be_phoned(row)

    def _document_type(self):
        return DOCUMENT_TYPES[self.kind]

    def action_told_by_phone(self):
        """Asks with whom the buyer spoke."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(what)s was told by phone", what=self.display_name),
            "res_model": "purchase.order.phoned",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.order_id.id, "default_change_id": self.id},
        }

    def _told_by_phone(self, note):
        tell_by_phone.told(self, note)
