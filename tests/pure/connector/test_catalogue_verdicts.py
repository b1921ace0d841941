"""What a catalogue's line would do to the price list, and which contract price an order is held against."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.catalogue import (
    STATES,
    TRANSITIONS,
    WORKING,
    Offer,
    compare,
    gtin_key,
    gtin_spellings,
    is_jump,
    withdraw,
)
from odoo.addons.healthcare_procurement_connector.core.checks import (
    CHECKS,
    ContractPrice,
    OrderFacts,
    Rule,
    Settings,
    SupplierFacts,
    price_that_holds,
    rules_for,
)

DAY = date(2026, 11, 25)
KNOWN = Offer(1, 2, "EUR", Fraction(10), contract="C", id=7)
TOLD = replace(KNOWN, id=None)
dates = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "same"),
        ({"price": Fraction(11)}, "changed"),
        ({"valid_to": date(2027, 1, 1)}, "changed"),
        ({"code": "MS-1"}, "changed"),
        ({"contract": "D"}, "new"),
        ({"unit": 3}, "new"),
        ({"currency": "USD"}, "new"),
        ({"minimum": Fraction(100)}, "new"),
    ],
)
def test_what_makes_a_price_another(changes, kind):
    assert compare(replace(TOLD, **changes), [KNOWN], DAY).kind == kind


def test_a_price_is_compared_with_the_one_that_holds_when_it_begins():
    now = replace(KNOWN, id=1, valid_to=date(2026, 12, 31))
    later = replace(KNOWN, id=2, valid_from=date(2027, 1, 1), price=Fraction(12))
    told = replace(TOLD, valid_from=date(2027, 2, 1), price=Fraction(13))
    verdict = compare(told, [now, later], DAY)
    assert (verdict.known.id, verdict.replaces) == (2, True)
    assert compare(replace(TOLD, price=Fraction(13)), [now, later], DAY).known.id == 1


def test_dates_alone_never_end_a_price():
    told = replace(TOLD, valid_from=date(2026, 12, 1))
    assert not compare(told, [KNOWN], DAY).replaces


@given(dates, dates, st.fractions(0, 100), st.fractions(0, 100))
def test_what_was_applied_is_unchanged(valid_from, valid_to, before, after):
    told = replace(TOLD, valid_from=valid_from, valid_to=valid_to, price=after)
    assert compare(told, [replace(told, id=3)], DAY).kind == "same"
    verdict = compare(told, [replace(KNOWN, price=before)], DAY)
    assert is_jump(verdict.change, Fraction(10)) == (abs(after - before) * 10 > before)


def test_what_ended_is_not_withdrawn_again():
    assert withdraw([replace(KNOWN, valid_to=date(2026, 11, 24))], DAY) == []
    assert withdraw([replace(KNOWN, valid_to=DAY)], DAY) != []


@given(st.from_regex(r"[1-9]\d{7}|[1-9]\d{11,13}", fullmatch=True))
def test_a_gtin_is_found_however_it_was_entered(gtin):
    assert gtin in gtin_spellings(gtin_key(gtin))
    assert gtin.zfill(14) in gtin_spellings(gtin_key(gtin))


def test_states():
    assert set(TRANSITIONS) <= set(STATES)
    assert {state for found in TRANSITIONS.values() for state in found} <= set(STATES)
    # What works goes on; what failed or was given up is over.
    assert all(state in TRANSITIONS for state in WORKING)
    assert not {"failed", "cancelled"} & set(TRANSITIONS)


def test_the_price_of_a_site_goes_before_a_better_one_for_all():
    general = ContractPrice(Fraction(9), Fraction(0), 1, "C")
    site = ContractPrice(Fraction(10), Fraction(0), 1, "C", site=4)
    assert price_that_holds([general, site], Fraction(1), 1, DAY, 4) is site
    assert price_that_holds([general, site], Fraction(1), 1, DAY, 5) is general
    assert price_that_holds([site], Fraction(1), 2, DAY, 4) is None
    late = replace(general, valid_from=date(2026, 11, 26))
    assert price_that_holds([late], Fraction(1), 1, DAY, None) is None


def test_the_closest_rule_holds():
    everywhere = Rule("supplier_eligible", True)
    company = Rule("supplier_eligible", False, company=1)
    route = Rule("supplier_eligible", True, route=2)
    rules = [route, everywhere, company]
    assert rules_for(rules, 1, 2) == [route]
    assert rules_for(rules, 1, 3) == []
    assert rules_for(rules, 9, 3) == [everywhere]


@pytest.mark.parametrize("check", CHECKS)
def test_a_verdict_says_what_it_looked_at(check):
    verdict = CHECKS[check].decide(OrderFacts("P1", DAY, SupplierFacts()), Settings())
    assert verdict.inputs
