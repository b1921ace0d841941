"""Who is asked about a finding, and until when."""

from datetime import timedelta

from odoo import fields

from ..core.verdict import Code

BUYERS = frozenset(
    {
        Code.PRICE,
        Code.PRICE_TOTAL,
        Code.CONTRACT,
        Code.CHARGE,
        Code.DATE,
        Code.BLANKET_VALUE,
        Code.DOWN_PAYMENT,
        Code.BLANKET_PERIOD,
        Code.UOM_PACK,
        Code.CURRENCY,
        Code.PO_STATE,
        Code.QTY_ORD,
    }
)
RECEIVERS = frozenset({Code.QTY_REC, Code.NOT_RECEIVED, Code.ACCEPTED_QTY, Code.LOT_EXPIRY})


def owner(finding, order, policy):
    """Price goes to the buyer, quantity to who received; tax, doubles, payee account and the rest to finance."""
    finance = policy.finance_user_id
    if finding.code in BUYERS:
        return order.user_id or finance
    if finding.code in RECEIVERS:
        receiver = order.picking_ids.user_id[:1]
        return receiver or policy.receiving_user_id or order.user_id or finance
    return finance


def due(policy):
    """The day by which somebody should have decided."""
    return fields.Date.context_today(policy) + timedelta(days=policy.hold_days)
