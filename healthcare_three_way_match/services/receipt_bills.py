"""Evaluated receipt settlement: bills drafted from what was received, for suppliers that send none."""

from odoo import Command, fields
from odoo.exceptions import UserError


def bill_receipts(env, order_lines, reference):
    """Drafts one bill an order for what of these lines was received and is on no bill yet.

    ``reference`` (the receipt, the usage report) becomes the bill's number. Suppliers without the agreement are
    left out. A bill that cannot be made never keeps goods from being received: it becomes an exception.
    """
    # sudo: whoever receives may lack the right to bill; amounts come from the order alone.
    lines = order_lines.sudo().filtered(
        lambda line: line.partner_id.commercial_partner_id.match_bill_from_receipt
    )
    for order in lines.order_id:
        ours = lines.filtered(lambda line, order=order: line.order_id == order)
        try:
            with env.cr.savepoint():
                _bill(order, ours, reference)
        except UserError as error:
            _raise(order, reference, error)


def _bill(order, lines, reference):
    # Two receipts of one order at the same time: the second looks again at what is billed.
    lines._take_turn()
    order = order.with_company(order.company_id)
    vals = [
        line._prepare_account_move_line() | {"quantity": open_quantity}
        for line in lines
        if (open_quantity := line.qty_received - line.qty_invoiced) > 0
        and not line.product_uom_id.is_zero(open_quantity)
    ]
    if not vals:
        return
    bill = order.env["account.move"].create(
        order._prepare_invoice()
        | {
            "ref": reference,
            "invoice_date": fields.Date.context_today(order),
            "invoice_line_ids": [Command.create(each) for each in vals],
        }
    )
    bill._integration_bill_received()


def _raise(order, reference, error):
    order.env["integration.exception"]._raise(
        [
            {
                "code": "receipt_not_billed",
                "summary": order.env._("%(receipt)s: %(why)s", receipt=reference, why=error),
                "res_model": order._name,
                "res_id": order.id,
                "partner_id": order.partner_id.id,
                "company_id": order.company_id.id,
                "business_ref": order.business_ref,
            }
        ]
    )
