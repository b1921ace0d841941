"""The match, case by case: what was ordered, received and billed, and what that must find."""

from fractions import Fraction

import pytest
from match_case_table import UNITS, Case, policy, stakes

from odoo.addons.healthcare_three_way_match.core.lines import Agreed
from odoo.addons.healthcare_three_way_match.core.match import decide

HUNDREDS = {"packs": (UNITS["box"].factor, UNITS[""].factor)}

CASES = [
    # What agrees
    Case("all as ordered", "10 @ 4", "10", "-", "10 @ 4"),
    Case("part of it", "10 @ 4", "10", "-", "3 @ 4"),
    Case("the rest of it", "10 @ 4", "10", "7", "3 @ 4"),
    Case("received in three parts", "10 @ 4", "3 + 3 + 4", "-", "10 @ 4"),
    Case("billed by the piece, ordered by the box", "2 box @ 50", "200", "-", "200 @ 0.50"),
    Case("billed by the box, ordered by the piece", "200 @ 0.50", "2 box", "-", "2 box @ 50"),
    Case("a third of a dozen at a third of its price", "1 dozen @ 3", "12", "-", "4 @ 0.25"),
    Case("twelve twelfths are one", "1 @ 12", "12 twelfth", "-", "1 @ 12"),
    Case("free goods", "10 @ 0", "10", "-", "10 @ 0"),
    Case("two lines for one order line", "10 @ 4", "10", "-", "6 @ 4 + 4 @ 4"),
    Case("nothing billed", "10 @ 4", "-", "-", "0 @ 4"),
    # Price
    Case("price too high", "10 @ 4", "10", "-", "10 @ 4.20", "", "PRICE 2.00", "posting"),
    Case("a hundredth of a cent too high, no coin more", "10 @ 4", "10", "-", "10 @ 4.0001", "", "ROUNDING 0.00"),
    Case("a hundredth of a cent too high makes ten cents", "1000 @ 4", "1000", "-", "1000 @ 4.0001", "", "PRICE 0.10", "posting"),
    Case("a hundredth of a cent too high, rounding not told apart", "10 @ 4", "10", "-", "10 @ 4.0001", "ROUNDING off", "PRICE 0.00", "posting"),
    Case("within two percent", "10 @ 4", "10", "-", "10 @ 4.08", "PRICE 2%"),
    Case("just over two percent", "10 @ 4", "10", "-", "10 @ 4.0801", "PRICE 2%", "PRICE 0.80", "posting"),
    Case("within five euro", "100 @ 4", "100", "-", "100 @ 4.05", "PRICE 5"),
    Case("over five euro", "100 @ 4", "100", "-", "100 @ 4.06", "PRICE 5", "PRICE 6.00", "posting"),
    Case("within percent, over euro", "1000 @ 4", "1000", "-", "1000 @ 4.04", "PRICE 2% 5", "PRICE 40.00", "posting"),
    Case("within euro, over percent", "1 @ 4", "1", "-", "1 @ 4.50", "PRICE 2% 5", "PRICE 0.50", "posting"),
    Case("price not checked", "10 @ 4", "10", "-", "10 @ 400", "PRICE off"),
    Case("lower price is nobody's sorrow", "10 @ 4", "10", "-", "10 @ 3"),
    Case("lower price, where that is checked", "10 @ 4", "10", "-", "10 @ 3", "PRICE below 10%", "PRICE 0.00", "posting"),
    Case("charged for free goods", "10 @ 0", "10", "-", "10 @ 1", "PRICE 50%", "PRICE 10.00", "posting"),
    Case("price in another unit too high", "2 box @ 50", "200", "-", "200 @ 0.52", "PRICE 2%", "PRICE 4.00", "posting"),
    Case("price only informs", "10 @ 4", "10", "-", "10 @ 5", "PRICE nothing", "PRICE 10.00", "nothing"),
    Case("price holds the payment", "10 @ 4", "10", "-", "10 @ 5", "PRICE payment", "PRICE 10.00", "payment"),
    # Quantity against the order
    Case("more than ordered, all of it here", "10 @ 4", "12", "-", "12 @ 4", "", "QTY_ORD 8.00", "posting"),
    Case("over-delivery within ten percent", "10 @ 4", "11", "-", "11 @ 4", "QTY_ORD 10%"),
    Case("more than ordered and received: said once", "10 @ 4", "10", "-", "12 @ 4", "", "QTY_ORD 8.00", "posting"),
    Case("more than ordered, fewer received", "10 @ 4", "8", "-", "12 @ 4", "", "QTY_ORD 8.00, QTY_REC 16.00", "posting"),
    Case("ordered unchecked, received still is", "10 @ 4", "10", "-", "12 @ 4", "QTY_ORD off", "QTY_REC 8.00", "posting"),
    Case("ordered only informs, received still holds", "10 @ 4", "10", "-", "12 @ 4", "QTY_ORD nothing", "QTY_ORD 8.00, QTY_REC 8.00", "posting"),
    # Quantity against the receipt
    Case("received short", "10 @ 4", "8", "-", "10 @ 4", "", "QTY_REC 8.00", "posting"),
    Case("half a unit short", "10 @ 4", "9.5", "-", "10 @ 4", "", "QTY_REC 2.00", "posting"),
    Case("short within five percent", "100 @ 4", "96", "-", "100 @ 4", "QTY_REC 5%"),
    Case("nothing received", "10 @ 4", "-", "-", "10 @ 4", "", "NOT_RECEIVED 40.00", "posting"),
    Case("nothing received, first half billed", "10 @ 4", "-", "-", "5 @ 4", "", "NOT_RECEIVED 20.00", "posting"),
    Case("returned to the supplier", "10 @ 4", "10 + -3", "-", "10 @ 4", "", "QTY_REC 12.00", "posting"),
    Case("all of it returned", "10 @ 4", "10 + -10", "-", "10 @ 4", "", "NOT_RECEIVED 40.00", "posting"),
    Case("a service needs no receipt", "10 @ 4", "-", "-", "10 @ 4", order={"three_way": False}),
    Case("a service above its order", "10 @ 4", "-", "-", "11 @ 4", "", "QTY_ORD 4.00", "posting", order={"three_way": False}),
    Case("boxes received, pieces billed", "2 box @ 50", "1 box", "-", "150 @ 0.50", "", "QTY_REC 25.00", "posting"),
    # Other bills
    Case("the second bill takes what is left", "10 @ 4", "10", "6", "4 @ 4"),
    Case("the second bill takes too much", "10 @ 4", "10", "6", "5 @ 4", "", "QTY_ORD 4.00", "posting"),
    Case("an earlier draft counts", "10 @ 4", "10", "draft 6", "5 @ 4", "", "QTY_ORD 4.00", "posting"),
    Case("a later draft does not", "10 @ 4", "10", "later 6", "5 @ 4"),
    Case("all taken: no more is owed than this bill asks", "10 @ 4", "10", "14", "2 @ 4", "", "QTY_ORD 8.00", "posting"),
    Case("goods credited may be billed again", "10 @ 4", "10", "10 + credit 3 @ 4", "3 @ 4"),
    Case("a price credit frees no goods", "10 @ 4", "10", "10 + credit 10 @ 0.20", "1 @ 4", "", "QTY_ORD 4.00", "posting"),
    Case("others billed by the box", "2 box @ 50", "200", "1 box", "101 @ 0.50", "", "QTY_ORD 0.50", "posting"),
    Case("two lines together too much", "10 @ 4", "10", "-", "6 @ 4 + 6 @ 4", "", "QTY_ORD 8.00", "posting"),
    # Credit notes for what we dispute
    Case("the price difference came back", "10 @ 4", "10", "for us credit 10 @ 0.20", "10 @ 4.20"),
    Case("half of it came back", "10 @ 4", "10", "for us credit 5 @ 0.20", "10 @ 4.20", "", "PRICE 1.00", "posting"),
    Case("the goods not received were credited", "10 @ 4", "8", "for us credit 2 @ 4", "10 @ 4"),
    Case("credited as a sum", "10 @ 4", "8", "-", "10 @ 4", bill={"allowance": 8}),
    Case("a credit for somebody else's bill", "10 @ 4", "10", "1 + credit 10 @ 0.20", "9 @ 4.20", "", "PRICE 1.80", "posting"),
    Case("more came back than the goods cost", "10 @ 4", "10", "for us credit 10 @ 6", "10 @ 10"),
    Case("a price credit above the goods' price frees none", "10 @ 4", "10", "10 @ 10 + credit 10 @ 6", "1 @ 4", "", "QTY_ORD 4.00", "posting"),
    Case("dear goods credited as dear", "10 @ 4", "8", "for us credit 2 @ 10", "10 @ 10", "", "PRICE 48.00", "posting"),
    Case("and the rest of the price too", "10 @ 4", "8", "for us credit 2 @ 10 + for us credit 8 @ 6", "10 @ 10"),
    Case("a sum for findings that overlap", "10 @ 4", "9", "-", "12 @ 4", bill={"allowance": 12}),
    Case("half a sum for findings that overlap", "10 @ 4", "9", "-", "12 @ 4", "", "QTY_ORD 2.00, QTY_REC 6.00", "posting", bill={"allowance": 6}),
    Case("a sum for price and quantity", "10 @ 4", "8", "-", "10 @ 5", "", "QTY_REC 5.00", "posting", bill={"allowance": 13}),
    # Units and packs
    Case("a kilogram is no box", "2 box @ 50", "200", "-", "2 kg @ 50", "", "UOM_PACK 100.00", "posting"),
    Case("the box's price for a piece", "200 @ 0.50", "200", "-", "200 @ 50", "", "UOM_PACK 9900.00", "posting", order=HUNDREDS),
    Case("the same, packs unknown", "200 @ 0.50", "200", "-", "200 @ 50", "", "PRICE 9900.00", "posting"),
    Case("pieces counted as boxes", "2 box @ 50", "200", "-", "200 box @ 0.50", "", "UOM_PACK 9900.00", "posting", order=HUNDREDS),
    Case("half a percent off a pack is still a pack", "200 @ 0.50", "200", "-", "200 @ 50.25", "", "UOM_PACK 9950.00", "posting", order=HUNDREDS),
    Case("a pack error is held though packs only inform", "200 @ 0.50", "200", "-", "200 @ 50", "UOM_PACK nothing", "UOM_PACK 9900.00", "posting", order=HUNDREDS),
    # The order changed after the bill came
    Case("raised to the bill's price", "10 @ 5", "10", "-", "10 @ 5", "", "PRICE 10.00", "posting", order={"agreed": Agreed(Fraction(4), Fraction(10))}),
    Case("raised to the bill's quantity", "12 @ 4", "12", "-", "12 @ 4", "", "QTY_ORD 8.00", "posting", order={"agreed": Agreed(Fraction(4), Fraction(10))}),
    Case("lowered", "10 @ 3", "10", "-", "10 @ 4", "", "PRICE 10.00", "posting", order={"agreed": Agreed(Fraction(4), Fraction(10))}),
    Case("unchanged, in another unit", "2 box @ 50", "200", "-", "200 @ 0.50", order={"agreed": Agreed(Fraction(1, 2), Fraction(200))}),
    # Orders, currencies, accounts
    Case("order cancelled", "10 @ 4", "10", "-", "10 @ 4", "", "PO_STATE 40.00", "posting", order={"confirmed": False}),
    Case("another currency", "10 @ 4", "10", "-", "10 @ 4", "", "CURRENCY 40.00", "posting", order={"currency": "USD"}),
    Case("another currency and too many", "10 @ 4", "8", "-", "10 @ 4", "", "CURRENCY 40.00, QTY_REC 8.00", "posting", order={"currency": "USD"}),
    Case("no order, and none is needed", billed="1 @ 40", finds="NO_PO 40.00"),
    Case("no order, policy holds", billed="1 @ 40", policy="NO_PO posting", finds="NO_PO 40.00", stops="posting"),
    Case("no order, though it came over a connection", billed="1 @ 40", finds="NO_PO 40.00", stops="posting", bill={"must_have_order": True}),
    Case("a known account", "10 @ 4", "10", "-", "10 @ 4", bill={"payee": "be68 5390 0754 7034", "accounts": ("BE68539007547034",)}),
    Case("an unknown account", "10 @ 4", "10", "-", "10 @ 4", "", "BANK 40.00", "posting", bill={"payee": "BE71096123456769", "accounts": ("BE68539007547034",)}),
    Case("an account, none known", "10 @ 4", "10", "-", "10 @ 4", "", "BANK 40.00", "posting", bill={"payee": "BE71096123456769"}),
    Case("no account given", "10 @ 4", "10", "-", "10 @ 4", bill={"accounts": ("BE68539007547034",)}),
    # Policy
    Case("observing holds nothing", "10 @ 4", "8", "-", "10 @ 5", "observe", "PRICE 10.00, QTY_REC 8.00", "nothing"),
    Case("several at once", "10 @ 4", "8", "-", "10 @ 5", "", "PRICE 10.00, QTY_REC 8.00", "posting"),
    # Lines that take back
    Case("a line that takes goods back", "10 @ 4", "8", "-", "10 @ 4 + -2 @ 4"),
    Case("it stands first", "10 @ 4", "8", "-", "-2 @ 4 + 10 @ 4"),
    Case("it takes back less than was too much", "10 @ 4", "8", "-", "12 @ 4 + -2 @ 4", "", "QTY_REC 8.00", "posting"),
    Case("split so that each part is within the tolerance", "10 @ 4", "12", "-", "11 @ 4 + 1 @ 4", "QTY_ORD 10%", "QTY_ORD 8.00", "posting"),
    Case("as one line it is the same", "10 @ 4", "12", "-", "12 @ 4", "QTY_ORD 10%", "QTY_ORD 8.00", "posting"),
    Case("all billed before and nothing received", "10 @ 4", "-", "10 @ 4", "10 @ 4", "", "QTY_ORD 40.00, NOT_RECEIVED 40.00", "posting"),
    Case("all billed before and half received", "10 @ 4", "5", "10 @ 4", "10 @ 4", "", "QTY_ORD 40.00, QTY_REC 40.00", "posting"),
    Case("taken back for less than it cost", "10 @ 4", "10", "-", "-2 @ 3", "", "PRICE 2.00", "posting"),
]  # fmt: skip


def test_names_are_unique():
    assert len({case.name for case in CASES}) == len(CASES) >= 70


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    verdict = decide(case.build(), policy(case.policy))
    expected = dict(part.split() for part in case.finds.split(", ") if part != "-")
    assert stakes(verdict) == expected
    assert verdict.block.key == case.stops
