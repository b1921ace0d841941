from odoo import api, fields, models

from ..services.usage_reports import contract_price


class PurchaseUsageReportLine(models.Model):
    """One product that was used, of one lot."""

    _name = "purchase.usage.report.line"
    _description = "Line of a usage report"
    _check_company_auto = True
    _order = "report_id, id"
    _rec_name = "product_id"

    report_id = fields.Many2one(
        "purchase.usage.report", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="report_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('purchase_ok', '=', True)]",
    )
    lot = fields.Char(
        "Lot or serial number", help="As on its label. The bill is held where it names another."
    )
    expiry = fields.Date("Expires on")
    quantity = fields.Float("Used", digits="Product Unit", required=True, default=1.0)
    product_uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        required=True,
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    price_unit = fields.Float(
        "Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        help="The contract's on the day of use. Without a contract it is entered, and stands as ordered.",
    )
    contract = fields.Char(compute="_compute_price_unit", store=True, precompute=True)
    amount = fields.Monetary(compute="_compute_amount")
    order_line_id = fields.Many2one(
        "purchase.order.line",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "What was used is more than 0.")
    _price_positive = models.Constraint("CHECK(price_unit >= 0)", "A price is not negative.")

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.product_id.uom_id

    @api.depends(
        "product_id",
        "product_uom_id",
        "report_id.partner_id",
        "report_id.used_on",
        "report_id.currency_id",
    )
    def _compute_price_unit(self):
        for line in self:
            price, line.contract = contract_price(line)
            line.price_unit = line.price_unit if price is None else price

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price_unit

    # -- as the report --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.report_id._check_draft()
        return lines

    def write(self, vals):
        if "order_line_id" not in vals:
            self.report_id._check_draft()
        elif not self.env.su:
            self.report_id._refuse_sealed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_what_was_ordered(self):
        self.report_id._keep_what_was_ordered()
