from . import purchase_match_own_mixin  # others inherit it

# isort: split
from . import (
    account_move,
    account_move_line,
    account_partial_reconcile,
    account_payment,
    purchase_match,
    purchase_match_amendment,
    purchase_match_drafted,
    purchase_match_exemption,
    purchase_match_hold,
    purchase_match_line,
    purchase_match_policy,
    purchase_match_scope,
    purchase_match_tolerance,
    purchase_match_way,
    purchase_order,
    purchase_order_line,
    res_groups,
    res_partner,
    res_users,
    stock_location,
    stock_move_line,
    stock_picking,
)
