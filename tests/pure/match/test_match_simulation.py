"""Two verdicts side by side: what is added, removed, stricter, milder, and the money."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from match_strategies import bills, policies

from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.policy import Mode, Policy, Rule
from odoo.addons.healthcare_three_way_match.core.simulation import Kind, compare, kept_back
from odoo.addons.healthcare_three_way_match.core.tolerance import EXACT
from odoo.addons.healthcare_three_way_match.core.verdict import Block, Code

OPPOSITE = {
    Kind.ADDED: Kind.REMOVED,
    Kind.REMOVED: Kind.ADDED,
    Kind.STRICTER: Kind.MILDER,
    Kind.MILDER: Kind.STRICTER,
}


def stopping(verdict):
    return {(f.line, f.code): f.block for f in verdict.all_findings if f.block > Block.NOTHING}


@given(bills(), policies(), policies())
def test_the_changes_lead_from_one_to_the_other(bill, old, new):
    before, after = decide(bill, old), decide(bill, new)
    holds = dict(stopping(before))
    for change in compare(before, after):
        key = (change.finding.line, change.finding.code)
        if change.kind is Kind.REMOVED:
            del holds[key]
        else:
            assert (key in holds) is (change.kind is not Kind.ADDED)
            holds[key] = change.finding.block
    assert holds == stopping(after)


@given(bills(), policies(), policies())
def test_the_way_back_is_the_opposite(bill, old, new):
    before, after = decide(bill, old), decide(bill, new)
    there = {(c.finding.line, c.finding.code, c.kind) for c in compare(before, after)}
    back = {(c.finding.line, c.finding.code, OPPOSITE[c.kind]) for c in compare(after, before)}
    assert there == back


@given(bills(), policies())
def test_the_same_policy_changes_nothing(bill, policy):
    assert compare(decide(bill, policy), decide(bill, policy)) == []


@given(bills(), policies())
def test_from_observing_to_enforcing_all_that_stops_is_added(bill, policy):
    observed, enforced = decide(bill, replace(policy, mode=Mode.OBSERVE)), decide(bill, policy)
    changes = compare(observed, enforced)
    assert {change.kind for change in changes} <= {Kind.ADDED}
    assert len(changes) == len(stopping(enforced))
    assert kept_back(bill, observed) == 0


@given(bills(), policies())
def test_a_bill_not_looked_at_keeps_nothing_back(bill, policy):
    assert kept_back(bill, None) == Fraction(0)
    assert len(compare(None, decide(bill, policy))) == len(stopping(decide(bill, policy)))


@given(bills())
def test_payment_instead_of_posting_is_milder_and_keeps_as_much_back(bill):
    kinds = (
        Code.PRICE,
        Code.PRICE_TOTAL,
        Code.QTY_ORD,
        Code.QTY_REC,
        Code.NOT_RECEIVED,
        Code.UOM_PACK,
    )
    payment = Policy(rules={code: Rule(EXACT, Block.PAYMENT) for code in kinds})
    before, after = decide(bill, Policy()), decide(bill, payment)
    assert {change.kind for change in compare(before, after)} <= {Kind.MILDER}
    assert kept_back(bill, before) == kept_back(bill, after)
