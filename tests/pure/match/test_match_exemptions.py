"""Bills that need no order, and those that do all the same."""

from dataclasses import replace
from datetime import date

import pytest

from odoo.addons.healthcare_three_way_match.core.exemption import TRANSITIONS, Exemption, may
from odoo.addons.healthcare_three_way_match.core.lines import Bill, BillLine, Moved, OrderLine
from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.policy import Policy, Rule
from odoo.addons.healthcare_three_way_match.core.scope import Subject
from odoo.addons.healthcare_three_way_match.core.verdict import Block, Code

FROM, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
HELD = {Code.NO_PO: Rule(block=Block.POSTING)}


def exemption(supplier=None, account=None, journal=None, row=1):
    return Exemption(supplier, account, journal, FROM, UNTIL, row)


def rent(*accounts, **values):
    lines = tuple(
        BillLine(number, 1, price=100, account=account) for number, account in enumerate(accounts)
    )
    settings = {"subject": Subject(supplier="landlord"), "journal": "bills", "entered": FROM}
    return Bill(7, lines, **{**settings, **values})


def codes(bill, *exemptions):
    verdict = decide(bill, Policy(rules=HELD, exemptions=exemptions))
    return [finding.code for finding in verdict.all_findings]


CASES = [
    # name, exemption, bill, held
    ("nothing exempts", None, rent("rent"), True),
    ("the supplier", exemption("landlord"), rent("rent"), False),
    ("another supplier", exemption("power"), rent("rent"), True),
    ("the account", exemption(account="rent"), rent("rent"), False),
    ("the account of all lines", exemption(account="rent"), rent("rent", "rent"), False),
    ("not of all lines", exemption(account="rent"), rent("rent", "repairs"), True),
    ("the journal", exemption(journal="bills"), rent("rent"), False),
    ("another journal", exemption(journal="fees"), rent("rent"), True),
    ("all three", exemption("landlord", "rent", "bills"), rent("rent"), False),
    ("two of three", exemption("landlord", "rent", "fees"), rent("rent"), True),
    ("the first day", exemption("landlord"), rent("rent", entered=FROM), False),
    ("the last day", exemption("landlord"), rent("rent", entered=UNTIL), False),
    ("the day before", exemption("landlord"), rent("rent", entered=date(2025, 12, 31)), True),
    ("the day after", exemption("landlord"), rent("rent", entered=date(2027, 1, 1)), True),
    ("no day is known", exemption("landlord"), rent("rent", entered=None), True),
    ("it must have an order", exemption("landlord"), rent("rent", must_have_order=True), True),
    ("no supplier is sure", exemption("landlord"), rent("rent", subject=Subject()), True),
    ("a bill without lines", exemption("landlord"), rent(), True),
]


@pytest.mark.parametrize(
    ("allowed", "bill", "held"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_bill_without_order(allowed, bill, held):
    assert codes(bill, *filter(None, [allowed])) == ([Code.NO_PO] if held else [])


def test_two_exemptions_cover_two_lines():
    both = (exemption(account="rent", row=1), exemption(account="repairs", row=2))
    verdict = decide(rent("rent", "repairs"), Policy(rules=HELD, exemptions=both))
    assert [line.exempt for line in verdict.lines] == [1, 2]
    assert not verdict.all_findings


def test_a_line_beside_ordered_ones():
    order = OrderLine(1, "P1", 1, price=4, received=(Moved(1),))
    bill = rent("rent")
    mixed = replace(bill, lines=(BillLine(9, 1, price=4, order=order), *bill.lines))
    assert codes(mixed) == [Code.NO_PO]
    assert codes(mixed, exemption(account="rent")) == []


def test_the_one_that_ends_last_is_named():
    short = replace(exemption("landlord", row=1), until=date(2026, 6, 30))
    verdict = decide(
        rent("rent"), Policy(rules=HELD, exemptions=(short, exemption("landlord", row=2)))
    )
    assert verdict.lines[0].exempt == 2


def test_not_everything_is_exempt():
    with pytest.raises(ValueError, match="everything"):
        exemption()


@pytest.mark.parametrize("state", ["draft", "approved", "ended"])
@pytest.mark.parametrize("act", ["approve", "end"])
@pytest.mark.parametrize("rights", [(), ("author",), ("author", "approver")])
@pytest.mark.parametrize("had_a_hand", [False, True])
def test_who_may(state, act, rights, had_a_hand):
    allowed = may(state, act, frozenset(rights), had_a_hand)
    if allowed:
        assert (state, act) in TRANSITIONS
        assert rights
        assert act == "end" or ("approver" in rights and not had_a_hand)
    elif (state, act) == ("approved", "end"):
        assert not rights
