"""Which policy applies to which bill."""

from ..core.policy import Mode, most_specific


def policies_for(env, bills):
    """``{bill: policy record}``; bills of companies without one, or switched off, are left out.

    One query, whatever the number of bills.
    """
    # sudo: the policy binds whoever saves or posts a bill, also those who may not read it.
    policies = (
        env["purchase.match.policy"].sudo().search([("company_id", "in", bills.company_id.ids)])
    )
    chosen = {}
    for bill in bills:
        candidates = [
            (specificity, policy.sequence, policy)
            for policy in policies
            if (specificity := _specificity(policy, bill)) is not None
        ]
        policy = most_specific(candidates)
        if policy is not None and policy.mode != Mode.OFF and _in_time(policy, bill):
            chosen[bill] = policy
    return chosen


def _specificity(policy, bill):
    """How closely a policy fits a bill; None when it does not."""
    if policy.company_id != bill.company_id:
        return None
    if not policy.partner_id:
        return 0
    # A bill that names another supplier's order follows the company's policy: changing the supplier on a
    # held bill must not bring it under a milder one.
    ordered_from = bill.invoice_line_ids.purchase_line_id.order_id.partner_id
    suppliers = bill.commercial_partner_id | ordered_from.commercial_partner_id
    return 1 if policy.partner_id.commercial_partner_id == suppliers else None


def _in_time(policy, bill):
    return (
        not policy.date_from or not bill.create_date or bill.create_date.date() >= policy.date_from
    )
