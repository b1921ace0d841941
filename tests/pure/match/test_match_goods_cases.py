"""Named cases about the goods themselves: inspection, lots and expiry."""

from datetime import date
from fractions import Fraction

import pytest
from match_case_table import Case, policy, quantity, stakes

from odoo.addons.healthcare_three_way_match.core.lines import Moved
from odoo.addons.healthcare_three_way_match.core.lots import ArrivedLot, Lot
from odoo.addons.healthcare_three_way_match.core.match import decide

CAME, PAST, FUTURE = date(2026, 11, 20), date(2026, 11, 1), date(2027, 11, 1)


def accepted(*texts):
    return {"accepted": tuple(Moved(*quantity(text)) for text in texts)}


def arrived(*lots):
    """Lots that came on one day: ``(name, quantity, expiry)``."""
    return {"lots": tuple(ArrivedLot(name, Fraction(n), CAME, expiry) for name, n, expiry in lots)}


def announced(*lots):
    return {"announced": tuple(Lot(name, expiry, Fraction(n)) for name, n, expiry in lots)}


def named(*lots):
    return {"lots": tuple(Lot(name, expiry) for name, expiry in lots)}


BOTH = arrived(("A", 6, FUTURE), ("B", 4, FUTURE))
B_EXPIRED = arrived(("A", 6, FUTURE), ("B", 4, PAST))

CASES = [
    # Inspection
    Case("all passed", "10 @ 4", "10", "-", "10 @ 4", "four_way", order=accepted("10")),
    Case("two still with the inspectors", "10 @ 4", "10", "-", "10 @ 4", "four_way", "ACCEPTED_QTY 8.00", "posting", order=accepted("8")),
    Case("nothing passed yet", "10 @ 4", "10", "-", "10 @ 4", "four_way", "ACCEPTED_QTY 40.00", "posting", order=accepted("0")),
    Case("what passed is billed first", "10 @ 4", "10", "-", "8 @ 4", "four_way", order=accepted("8")),
    Case("and then the rest", "10 @ 4", "10", "8 @ 4", "2 @ 4", "four_way", "ACCEPTED_QTY 8.00", "posting", order=accepted("8")),
    Case("fewer came, all of them passed: said once", "10 @ 4", "8", "-", "10 @ 4", "four_way", "QTY_REC 8.00", "posting", order=accepted("8")),
    Case("fewer came, fewer passed", "10 @ 4", "8", "-", "10 @ 4", "four_way", "QTY_REC 8.00, ACCEPTED_QTY 16.00", "posting", order=accepted("6")),
    Case("nothing came", "10 @ 4", "-", "-", "10 @ 4", "four_way", "NOT_RECEIVED 40.00", "posting", order=accepted()),
    Case("nobody inspects these goods", "10 @ 4", "10", "-", "10 @ 4", "four_way"),
    Case("three-way does not ask for the inspection", "10 @ 4", "10", "-", "10 @ 4", order=accepted("8")),
    Case("two-way does not ask for the receipt", "10 @ 4", "-", "-", "10 @ 4", "two_way"),
    Case("two-way still asks for the order", "10 @ 4", "-", "-", "11 @ 4", "two_way", "QTY_ORD 4.00", "posting"),
    Case("two still with the inspectors, tolerated", "10 @ 4", "10", "-", "10 @ 4", "four_way; ACCEPTED_QTY 25%", order=accepted("8")),
    Case("the payment waits for the inspectors", "10 @ 4", "10", "-", "10 @ 4", "four_way; ACCEPTED_QTY payment", "ACCEPTED_QTY 8.00", "payment", order=accepted("8")),
    Case("boxes passed, pieces billed", "2 box @ 50", "200", "-", "200 @ 0.50", "four_way", "ACCEPTED_QTY 50.00", "posting", order=accepted("1 box")),
    # Lots
    Case("lots nobody spoke of", "10 @ 4", "10", "-", "10 @ 4", order=BOTH),
    Case("the bill names what came", "10 @ 4", "10", "-", "10 @ 4", order=BOTH, line=named(("a", None), ("B", FUTURE))),
    Case("the bill names another lot", "10 @ 4", "10", "-", "10 @ 4", "", "LOT_EXPIRY 40.00", "posting", order=BOTH, line=named(("C", None))),
    Case("the bill names another expiry", "10 @ 4", "10", "-", "10 @ 4", "", "LOT_EXPIRY 40.00", "posting", order=BOTH, line=named(("A", PAST))),
    Case("no lots were received", "10 @ 4", "10", "-", "10 @ 4", line=named(("C", None))),
    Case("lots are not looked at", "10 @ 4", "10", "-", "10 @ 4", "LOT_EXPIRY off", order=B_EXPIRED, line=named(("C", None))),
    Case("another lot only informs", "10 @ 4", "10", "-", "10 @ 4", "LOT_EXPIRY nothing", "LOT_EXPIRY 40.00", order=BOTH, line=named(("C", None))),
    Case("the notice named what came", "10 @ 4", "10", "-", "10 @ 4", order=BOTH | announced(("A", 6, FUTURE), ("B", 4, None))),
    Case("the notice named another lot", "10 @ 4", "10", "-", "10 @ 4", "", "LOT_EXPIRY 16.00", "posting", order=BOTH | announced(("A", 6, None), ("C", 4, None))),
    Case("it may still be on its way", "10 @ 4", "6", "-", "6 @ 4", order=arrived(("A", 6, FUTURE)) | announced(("A", 6, None), ("C", 4, None))),
    Case("the notice named another expiry", "10 @ 4", "10", "-", "10 @ 4", "", "LOT_EXPIRY 16.00", "posting", order=BOTH | announced(("B", 4, PAST))),
    Case("the bill's own word goes before the notice's", "10 @ 4", "10", "-", "10 @ 4", order=BOTH | announced(("C", 4, None)), line=named(("A", None), ("B", None))),
    # Expiry
    Case("expired when it came", "10 @ 4", "10", "-", "10 @ 4", "", "LOT_EXPIRY 16.00", "posting", order=B_EXPIRED),
    Case("expires on the day it came", "10 @ 4", "10", "-", "10 @ 4", order=arrived(("A", 10, CAME))),
    Case("only what is good is billed", "10 @ 4", "10", "-", "6 @ 4", order=B_EXPIRED),
    Case("what is good was billed before", "10 @ 4", "10", "6 @ 4", "4 @ 4", "", "LOT_EXPIRY 16.00", "posting", order=B_EXPIRED),
    Case("two lines: the last answers", "10 @ 4", "10", "-", "5 @ 4 + 5 @ 4", "", "LOT_EXPIRY 16.00", "posting", order=B_EXPIRED),
    Case("expired and missing goods are counted once", "14 @ 4", "10", "-", "14 @ 4", "", "QTY_REC 16.00, LOT_EXPIRY 16.00", "posting", order=B_EXPIRED),
    Case("one expired, and the whole line names another lot: the larger is said", "10 @ 4", "10", "-", "10 @ 4", "", "LOT_EXPIRY 40.00", "posting", order=arrived(("A", 9, FUTURE), ("B", 1, PAST)), line=named(("C", None))),
    Case("one expired, four announced lots did not come: the larger is said", "10 @ 4", "10", "-", "10 @ 4", "", "LOT_EXPIRY 16.00", "posting", order=arrived(("A", 9, FUTURE), ("B", 1, PAST)) | announced(("A", 5, None), ("C", 4, None))),
    Case("credited", "10 @ 4", "10", "for us credit 4 @ 4", "10 @ 4", order=B_EXPIRED),
]  # fmt: skip


def test_names_are_unique():
    assert len({case.name for case in CASES}) == len(CASES) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    verdict = decide(case.build(), policy(case.policy))
    expected = dict(part.split() for part in case.finds.split(", ") if part != "-")
    assert stakes(verdict) == expected
    assert verdict.block.key == case.stops
