"""Which version of a policy applies to which bill."""

from odoo import fields

from ..core.policy import Mode
from ..core.versions import BINDING


def policies_for(env, bills):
    """``{bill: policy record}``; bills of companies without one in force, or switched off, are left out.

    One query, whatever the number of bills.
    """
    # sudo: the policy binds whoever saves or posts a bill, also those who may not read it.
    versions = (
        env["purchase.match.policy"]
        .sudo()
        .search([("company_id", "in", bills.company_id.ids), ("state", "in", BINDING)])
    )
    today = fields.Date.today()
    current = {
        company: policies._in_force(today)
        for company, policies in versions.grouped("company_id").items()
    }
    chosen = {}
    for bill in bills:
        policy = current.get(bill.company_id)
        if policy and policy.mode != Mode.OFF and in_time(policy, bill):
            chosen[bill] = policy
    return chosen


def core_policies(policies):
    """``{policy record: core policy}``, with the exemptions of its company."""
    companies = {policy.company_id.id for policy in policies}
    env = next(iter(policies)).env
    exemptions = (
        env["purchase.match.exemption"]
        .search([("company_id", "in", list(companies)), ("state", "=", "approved")])
        .grouped("company_id")
    )
    return {
        policy: policy._core(exemptions[policy.company_id]._core())
        if policy.company_id in exemptions
        else policy._core()
        for policy in policies
    }


def in_time(policy, bill):
    """Whether a bill was entered late enough to be looked at: what was there before stays untouched."""
    return (
        not policy.entered_from or not bill.create_date or bill.create_date >= policy.entered_from
    )
