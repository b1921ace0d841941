from odoo import fields, models


class PurchaseShipmentLine(models.Model):
    """One product of a shipment, per lot and package."""

    _name = "purchase.shipment.line"
    _description = "Line of an announced shipment"
    _order = "shipment_id desc, id"

    shipment_id = fields.Many2one(
        "purchase.shipment", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shipment_id.company_id", store=True, index=True)
    order_line_id = fields.Many2one(
        "purchase.order.line", readonly=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="order_line_id.order_id", store=True, index=True)
    product_id = fields.Many2one(related="order_line_id.product_id")
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    quantity = fields.Float("Shipped", digits="Product Unit", readonly=True)
    outstanding = fields.Float("Still to come", digits="Product Unit", readonly=True)
    lot = fields.Char(readonly=True)
    expiry = fields.Date(readonly=True)
    package = fields.Char("Package (SSCC)", readonly=True)
