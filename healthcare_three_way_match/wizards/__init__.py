from . import account_payment_register, purchase_match_decision
