from . import (
    account_move,
    account_move_line,
    account_payment,
    purchase_match,
    purchase_match_hold,
    purchase_match_line,
    purchase_match_policy,
    purchase_match_tolerance,
    purchase_order_line,
    res_partner,
    res_users,
    stock_picking,
)
