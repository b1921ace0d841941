from . import (
    account_payment_register,
    purchase_match_decision,
    purchase_match_policy_return,
    purchase_match_simulation,
    purchase_match_simulation_line,
)
