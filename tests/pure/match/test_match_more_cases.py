"""More named cases: contracts, sums over bills, charges, taxes, totals, days, doubles, blocked suppliers."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from match_case_table import Case, policy, stakes

from odoo.addons.healthcare_three_way_match.core.lines import Agreed
from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.terms import Contract, Twin

FOUR = {"contract": Contract("C-1", Fraction(4), "EUR")}
BOX = {"contract": Contract("C-1", Fraction(1, 2), "EUR")}
DOLLAR = {"contract": Contract("C-1", Fraction(4), "USD")}
DUE = {"promised": date(2026, 11, 20)}
ZERO, SIX, TWENTY_ONE = ({"tax_rate": Fraction(rate)} for rate in (0, 6, 21))
EARLIER = Twin("BILL/1", (0, "", 1), same_number=True)
LIKE = Twin("BILL/2", (0, "", 2), same_number=False)
LATER = Twin("BILL/9", (1, 900), same_number=True)
KNOWN = ("BE68539007547034",)


def on(day):
    return {"day": date(2026, 11, day)}


CASES = [
    # The price over all bills
    Case("each bill within two percent, together within two percent", "10 @ 4", "10", "5 @ 4.08", "5 @ 4.08", "PRICE 2%; PRICE_TOTAL 2%"),
    Case("each bill within one euro, together over it", "10 @ 4", "10", "5 @ 4.20", "5 @ 4.20", "PRICE 1; PRICE_TOTAL 1", "PRICE_TOTAL 1.00", "posting"),
    Case("a sum that only informs", "10 @ 4", "10", "5 @ 4.20", "5 @ 4.20", "PRICE 1; PRICE_TOTAL 1; PRICE_TOTAL nothing", "PRICE_TOTAL 1.00", "nothing"),
    Case("a cheap bill makes up for a dear one", "10 @ 4", "10", "5 @ 3.80", "5 @ 4.20", "PRICE 1"),
    Case("it makes up for half", "10 @ 4", "10", "5 @ 3.90", "5 @ 4.20", "PRICE 1", "PRICE_TOTAL 0.50", "posting"),
    Case("a bill at the right price is not blamed for another", "10 @ 4", "10", "5 @ 5", "5 @ 4", "PRICE 1"),
    Case("a price too high is said once", "10 @ 4", "10", "5 @ 4", "5 @ 4.50", "", "PRICE 2.50", "posting"),
    Case("the sum is not looked at on the first bill", "10 @ 4", "10", "-", "10 @ 4.01", "PRICE 1"),
    Case("the sum is not checked", "10 @ 4", "10", "5 @ 4.20", "5 @ 4.20", "PRICE 1; PRICE_TOTAL off"),
    Case("a later bill does not count in the sum", "10 @ 4", "10", "later 5 @ 9", "5 @ 4.20", "PRICE 1"),
    Case("a credit on the price lowers the sum", "10 @ 4", "10", "5 @ 4.20 + credit 5 @ 0.20", "5 @ 4.10", "PRICE 1; PRICE_TOTAL 0.50"),
    Case("three lines of one bill add up", "12 @ 4", "12", "-", "4 @ 4.20 + 4 @ 4.20 + 4 @ 4.20", "PRICE 1; PRICE_TOTAL 2", "PRICE_TOTAL 2.40", "posting"),
    # The contract
    Case("at the contract's price", "10 @ 4", "10", "-", "10 @ 4", order=FOUR),
    Case("ordered above the contract, billed as ordered", "10 @ 5", "10", "-", "10 @ 5", "", "CONTRACT 10.00", "posting", order=FOUR),
    Case("ordered above the contract, billed by the contract", "10 @ 5", "10", "-", "10 @ 4", order=FOUR),
    Case("above order and contract: the same money once", "10 @ 5", "10", "-", "10 @ 6", "", "PRICE 10.00, CONTRACT 20.00", "posting", order=FOUR),
    Case("above an order at the contract's price: said once", "10 @ 4", "10", "-", "10 @ 5", "", "PRICE 10.00", "posting", order=FOUR),
    Case("within the contract's tolerance", "10 @ 4.10", "10", "-", "10 @ 4.10", "CONTRACT 3%", order=FOUR),
    Case("above the contract only informs", "10 @ 5", "10", "-", "10 @ 5", "CONTRACT nothing", "CONTRACT 10.00", order=FOUR),
    Case("the contract is not checked", "10 @ 5", "10", "-", "10 @ 5", "CONTRACT off", order=FOUR),
    Case("a contract per piece, a bill per box", "2 box @ 60", "200", "-", "2 box @ 60", "", "CONTRACT 20.00", "posting", order=BOX),
    Case("a contract in another currency says nothing", "10 @ 5", "10", "-", "10 @ 5", order=DOLLAR),
    Case("below the contract", "10 @ 3", "10", "-", "10 @ 3", order=FOUR),
    # Charges
    Case("freight nobody ordered", "10 @ 4", "10", "-", "10 @ 4", "", "CHARGE 9.00", "posting", charges="9"),
    Case("freight within an amount", "10 @ 4", "10", "-", "10 @ 4", "CHARGE 10", charges="9"),
    Case("freight within a share of the goods", "10 @ 4", "10", "-", "10 @ 4", "CHARGE 25%", charges="10"),
    Case("freight over a share of the goods", "10 @ 4", "10", "-", "10 @ 4", "CHARGE 20%", "CHARGE 10.00", "posting", charges="10"),
    Case("two small charges are one larger", "10 @ 4", "10", "-", "10 @ 4", "CHARGE 10", "CHARGE 12.00", "posting", charges="6 + 6"),
    Case("dear freight beside cheap handling", "10 @ 4", "10", "-", "10 @ 4", "", "CHARGE 5.00", "posting", charges="5 + HD -5"),
    Case("freight and handling, each within its amount", "10 @ 4", "10", "-", "10 @ 4", "CHARGE 10", charges="9 + HD 9"),
    Case("freight lowered by an allowance on freight", "10 @ 4", "10", "-", "10 @ 4", "", "CHARGE 4.00", "posting", charges="5 + -1"),
    Case("an allowance lowers the charges", "10 @ 4", "10", "-", "10 @ 4", "CHARGE 10", charges="12 + -3"),
    Case("an allowance alone", "10 @ 4", "10", "-", "10 @ 4", charges="-3"),
    Case("freight keeps the payment back", "10 @ 4", "10", "-", "10 @ 4", "CHARGE payment", "CHARGE 9.00", "payment", charges="9"),
    Case("freight and no order", policy="NO_PO posting", charges="9", finds="NO_PO 9.00", stops="posting"),
    # Tax
    Case("the rate as ordered", "10 @ 4", "10", "-", "10 @ 4", order=SIX, line=SIX),
    Case("a higher rate", "10 @ 4", "10", "-", "10 @ 4", "", "TAX 6.00", "posting", order=SIX, line=TWENTY_ONE),
    Case("a lower rate is wrong too", "10 @ 4", "10", "-", "10 @ 4", "", "TAX 0.00", "posting", order=TWENTY_ONE, line=SIX),
    Case("a lower rate where only more is asked about", "10 @ 4", "10", "-", "10 @ 4", "TAX zero", order=TWENTY_ONE, line=SIX),
    Case("tax where none was ordered", "10 @ 4", "10", "-", "10 @ 4", "", "TAX 2.40", "posting", order=ZERO, line=SIX),
    Case("tax within an amount", "10 @ 4", "10", "-", "10 @ 4", "TAX 3", order=ZERO, line=SIX),
    Case("a tax that is no rate is not compared", "10 @ 4", "10", "-", "10 @ 4", order={"tax_rate": None}, line=SIX),
    Case("tax and price add up", "10 @ 4", "10", "-", "10 @ 5", "", "PRICE 10.00, TAX 7.50", "posting", order=SIX, line=TWENTY_ONE),
    # The document's total
    Case("as the document says", "10 @ 4", "10", "-", "10 @ 4", bill={"stated": Decimal("40.00")}),
    Case("a rounding step is no difference", "10 @ 4", "10", "-", "10 @ 4", bill={"stated": Decimal("40.01")}),
    Case("two rounding steps on one line are", "10 @ 4", "10", "-", "10 @ 4", "", "TOTALS 0.02", "posting", bill={"stated": Decimal("40.02")}),
    Case("two rounding steps on two lines are not", "10 @ 4", "10", "-", "5 @ 4 + 5 @ 4", bill={"stated": Decimal("40.02")}),
    Case("a price cut to fit the order", "10 @ 4", "10", "-", "10 @ 4", "", "TOTALS 10.00", "posting", bill={"stated": Decimal("50.00")}),
    Case("a price raised above the document", "10 @ 5", "10", "-", "10 @ 5", "", "TOTALS 10.00", "posting", bill={"stated": Decimal("40.00")}),
    Case("a small difference that is written off", "10 @ 4", "10", "-", "10 @ 4", "TOTALS 1; TOTALS below 1", bill={"stated": Decimal("40.50")}),
    Case("entered by hand: no document to differ from", "10 @ 4", "10", "-", "10 @ 4", bill={"stated": None}),
    # The day
    Case("days are not looked at unless asked", "10 @ 4", "10", "-", "10 @ 4", order=DUE, bill=on(1)),
    Case("billed before it is due", "10 @ 4", "10", "-", "10 @ 4", "DATE 5; DATE payment", "DATE 40.00", "payment", order=DUE, bill=on(14)),
    Case("billed a few days early", "10 @ 4", "10", "-", "10 @ 4", "DATE 5; DATE payment", order=DUE, bill=on(15)),
    Case("billed on the day", "10 @ 4", "10", "-", "10 @ 4", "DATE zero; DATE payment", order=DUE, bill=on(20)),
    Case("billed late where that is checked", "10 @ 4", "10", "-", "10 @ 4", "DATE below 3; DATE payment", "DATE 40.00", "payment", order=DUE, bill=on(28)),
    Case("nobody said when it is due", "10 @ 4", "10", "-", "10 @ 4", "DATE zero; DATE payment", bill=on(1)),
    # Doubles
    Case("the number came before", "10 @ 4", "10", "-", "10 @ 4", "", "DUPLICATE 40.00", "posting", bill={"twins": (EARLIER,)}),
    Case("the content came before", billed="1 @ 40", finds="NO_PO 40.00, DUPLICATE 40.00", stops="posting", bill={"twins": (LIKE,)}),
    Case("the one that came first is free", "10 @ 4", "10", "-", "10 @ 4", bill={"twins": (LATER,)}),
    Case("doubles only inform", "10 @ 4", "10", "-", "10 @ 4", "DUPLICATE nothing", "DUPLICATE 40.00", bill={"twins": (EARLIER,)}),
    Case("the double's goods are counted as well", "10 @ 4", "10", "10", "10 @ 4", "", "DUPLICATE 40.00, QTY_ORD 40.00", "posting", bill={"twins": (EARLIER,)}),
    # The supplier
    Case("a blocked supplier", "10 @ 4", "10", "-", "10 @ 4", "", "SUPPLIER_BLOCK 40.00", "posting", bill={"supplier_block": "insolvent"}),
    Case("a blocked supplier, without a reason", "10 @ 4", "10", "-", "10 @ 4", "", "SUPPLIER_BLOCK 40.00", "posting", bill={"supplier_block": ""}),
    Case("blocked suppliers keep the payment back", "10 @ 4", "10", "-", "10 @ 4", "SUPPLIER_BLOCK payment", "SUPPLIER_BLOCK 40.00", "payment", bill={"supplier_block": "insolvent"}),
    Case("a blocked supplier and a strange account", "10 @ 4", "10", "-", "10 @ 4", "", "SUPPLIER_BLOCK 40.00, BANK 40.00", "posting", bill={"supplier_block": "x", "payee": "BE71096123456769", "accounts": KNOWN}),
    # Quantities, once more
    Case("an over-delivery that was billed as delivered", "10 @ 4", "12", "-", "12 @ 4", "QTY_ORD 20%"),
    Case("received in parts, billed in one", "10 @ 4", "3 + 3 + 4", "-", "10 @ 4"),
    Case("received in one, billed in parts", "10 @ 4", "10", "3 + 3", "4 @ 4"),
    Case("billed before a part came", "10 @ 4", "5", "5", "5 @ 4", "", "QTY_REC 20.00", "posting"),
    Case("ordered by the dozen, received in pieces", "2 dozen @ 12", "24", "-", "2 dozen @ 12"),
    Case("ordered by the dozen, one piece missing", "2 dozen @ 12", "23", "-", "2 dozen @ 12", "", "QTY_REC 1.00", "posting"),
    Case("a twelfth twelve times is one", "1 @ 12", "12 twelfth", "-", "1 @ 12"),
    Case("free goods, as ordered", "10 @ 0", "10", "-", "10 @ 0"),
    Case("free goods, more than ordered", "10 @ 0", "12", "-", "12 @ 0", "", "QTY_ORD 0.00", "posting"),
    Case("nothing billed of what came", "10 @ 4", "10", "-", "0 @ 4"),
    Case("a thousandth of a unit too much", "10 @ 4", "10", "-", "10.001 @ 4", "", "QTY_ORD 0.00", "posting"),
    Case("raised, then received and billed as raised", "12 @ 5", "12", "-", "12 @ 5", "", "PRICE 12.00, QTY_ORD 8.00", "posting", order={"agreed": Agreed(Fraction(4), Fraction(10))}),
    # Bills in other currencies
    Case("a bill in dollars takes goods", "10 @ 4", "10", "6 @ 5 USD", "5 @ 4", "", "QTY_ORD 4.00", "posting"),
    Case("a bill in dollars adds nothing to the sum", "10 @ 4", "10", "5 @ 9 USD", "5 @ 4.20", "PRICE 1"),
    Case("a bill in euro adds up beside one in dollars", "12 @ 4", "12", "4 @ 9 USD + 4 @ 4.20", "4 @ 4.20", "PRICE 1; PRICE_TOTAL 1", "PRICE_TOTAL 0.80", "posting"),
    Case("dollars credited as billed: goods", "10 @ 4", "10", "10 @ 5 USD + for 1 credit 3 @ 5 USD", "3 @ 4"),
    Case("dollars credited below the bill: no goods", "10 @ 4", "10", "10 @ 5 USD + for 1 credit 3 @ 4.50 USD", "3 @ 4", "", "QTY_ORD 12.00", "posting"),
    Case("dollars credited for nobody in dollars: no goods", "10 @ 4", "10", "10 @ 4 + credit 3 @ 9 USD", "3 @ 4", "", "QTY_ORD 12.00", "posting"),
    # What an independent judge found on random bills
    Case("what a later bill took and gave back is not ours", "10 @ 4", "10", "later 5 @ 4 + for 201 credit 5 @ 4", "12 @ 4", "", "QTY_ORD 8.00", "posting"),
    Case("what an earlier bill gave back is there to be billed", "10 @ 4", "10", "5 @ 4 + for 1 credit 5 @ 4", "10 @ 4"),
    Case("one cheap unit makes no goods of a price credit", "10 @ 4", "10", "10 @ 4 + 1 @ 0.10 + credit 10 @ 0.50", "10 @ 4", "", "QTY_ORD 40.00", "posting"),
    Case("cheaper than ordered, credited as billed: goods", "10 @ 4", "10", "10 @ 3 + for 1 credit 3 @ 3", "3 @ 4"),
    Case("kilograms that arrived are no pieces", "10 @ 4", "5 kg", "-", "10 @ 4", "", "NOT_RECEIVED 40.00", "posting"),
    Case("kilograms beside pieces add nothing", "10 @ 4", "8 + 2 kg", "-", "10 @ 4", "", "QTY_REC 8.00", "posting"),
    Case("more went back than came", "10 @ 4", "5 + -6", "-", "10 @ 4", "QTY_REC off", "NOT_RECEIVED 40.00", "posting"),
    Case("a sum over bills that took as much as they gave back", "10 @ 4", "10", "5 @ 4.30 + for 1 credit 5 @ 4", "5 @ 4.20", "PRICE 10%", "PRICE_TOTAL 1.00", "posting"),
    Case("a credit lowers the sum over bills once", "10 @ 4", "10", "5 @ 3.90 + for us credit 5 @ 0.05", "5 @ 4.20", "PRICE 10%", "PRICE_TOTAL 0.25", "posting"),
    Case("an amount rounded to cents is no price", "10 @ 0.335", "10", "3 @ 0.335", "3 @ 0.335", line={"net": Decimal("1.01")}),
    Case("a line that takes back keeps its finding beside a credit", "10 @ 4", "10", "for us credit 1 @ 0.05", "-3 @ 4", "", "PO_STATE -12.00", "posting", order={"confirmed": False}),
    Case("one line split in three owes as much in the end", "10 @ 4", "10", "-", "4 @ 4 + 4 @ 4 + 4 @ 4", "", "QTY_ORD 8.00", "posting"),
]  # fmt: skip


def test_names_are_unique():
    assert len({case.name for case in CASES}) == len(CASES) >= 70


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    verdict = decide(case.build(), policy(case.policy))
    found = stakes(verdict)
    expected = dict(part.split() for part in case.finds.split(", ") if part != "-")
    assert found == expected
    assert verdict.block.key == case.stops
