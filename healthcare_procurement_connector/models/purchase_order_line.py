from odoo import api, fields, models

from ..services import order_saves


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    integration_line_number = fields.Integer(
        "Line number sent to the supplier", copy=False, readonly=True
    )
    acknowledgement_line_ids = fields.One2many("purchase.acknowledgement.line", "order_line_id")
    acknowledgement_summary = fields.Char(
        "Supplier's answer", compute="_compute_acknowledgement_summary"
    )

    def _compute_acknowledgement_summary(self):
        labels = dict(
            self.env["purchase.acknowledgement.line"]
            ._fields["status"]
            ._description_selection(self.env)
        )
        for line in self:
            answers = line.acknowledgement_line_ids
            latest = answers.filtered(
                lambda answer, answers=answers: (
                    answer.acknowledgement_id == max(answers.acknowledgement_id)
                )
            )
            line.acknowledgement_summary = ", ".join(labels[answer.status] for answer in latest)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        order_saves.note_save(lines.order_id)
        return lines

    def write(self, vals):
        if not order_saves.LINE_FIELDS & vals.keys():
            return super().write(vals)
        orders = self.order_id
        result = super().write(vals)
        order_saves.note_save(orders | self.order_id)
        return result

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        order_saves.note_save(orders)
        return result
