"""Random bills with their orders, receipts and other bills, for the judge and the product to decide.

Numbers are drawn where decisions turn over: exactly at a limit, a hair above it, a hair below. Seeded, so
that a case number names the same case on every machine.
"""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from odoo.addons.healthcare_three_way_match.core.lines import (
    Agreed,
    Bill,
    BillLine,
    Claim,
    Moved,
    OrderLine,
    Unit,
)
from odoo.addons.healthcare_three_way_match.core.lots import ArrivedLot, Lot
from odoo.addons.healthcare_three_way_match.core.policy import Policy, Rule, Way
from odoo.addons.healthcare_three_way_match.core.terms import Blanket, Contract, Drawn
from odoo.addons.healthcare_three_way_match.core.tolerance import (
    NOT_CHECKED,
    ZERO,
    Limit,
    Tolerance,
)
from odoo.addons.healthcare_three_way_match.core.verdict import Code

PIECES = [
    Unit("Units"),
    Unit("Box of 100", Fraction(100)),
    Unit("Dozen", Fraction(12)),
    Unit("Twelfth", Fraction(1, 12)),
    Unit("Seventh", Fraction(1, 7)),
]
KILO = Unit("kg", Fraction(1), base="weight")
JUDGED = (
    "PRICE", "PRICE_TOTAL", "CONTRACT", "QTY_ORD", "QTY_REC", "NOT_RECEIVED", "UOM_PACK", "CURRENCY", "PO_STATE",
    "TAX", "CHARGE",
)  # fmt: skip
KINDS = (*JUDGED, "ACCEPTED_QTY", "LOT_EXPIRY", "BLANKET_VALUE", "BLANKET_PERIOD", "ROUNDING")
# Kinds whose lower side means something: less than agreed may be as wrong as more.
BOTH_WAYS = ("PRICE", "TAX")
WHOLE_LINE = ("UOM_PACK", "CURRENCY", "PO_STATE")
PERCENTS = [Fraction(1), Fraction(2), Fraction(5, 2), Fraction(10), Fraction(0), Fraction(33, 7)]
AMOUNTS = [Fraction(5), Fraction(1), Fraction(0), Fraction(25, 2), Fraction(100)]
HAIRS = [
    Fraction(0),
    Fraction(1, 10**6),
    Fraction(-1, 10**6),
    Fraction(1, 10**18),
    Fraction(-1, 10**18),
]
OURS = 100


class Dice:
    """The chances of one case."""

    def __init__(self, number, what="judge"):
        self.random = random.Random(f"{what} {number}")

    def of(self, choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def whole(self, low, high):
        return self.random.randint(low, high)


def random_case(number):
    """A bill and the policy it is held against."""
    dice = Dice(number)
    policy = random_policy(dice)
    orders = [random_order(dice, key, policy) for key in range(1, dice.of([2, 2, 2, 3]))]
    lines, key = [], 10
    for order in orders:
        for line in random_lines(dice, key, order, policy):
            lines.append(line)
            key += 1
    for _each in range(dice.of([0, 0, 0, 1, 2])):
        amount = dice.of([Fraction(0), Fraction(-3), *AMOUNTS]) + dice.of(HAIRS)
        lines.append(BillLine(key, Decimal(1), price=amount, charge=dice.of(["FC", "FC", "HD"])))
        key += 1
    dice.random.shuffle(lines)
    currency = "EUR" if not dice.chance(4) else "USD"
    bill = Bill(OURS, tuple(lines), rank=(1, OURS), currency=currency)
    # Dice of its own, so that what was drawn before stays as it was.
    return with_goods_and_terms(Dice(number, "goods and terms"), bill, policy)


def random_policy(dice):
    rules = {}
    for name in JUDGED:
        if name in WHOLE_LINE:
            upper, lower = ZERO, NOT_CHECKED
        else:
            upper = random_limit(dice)
            lower = random_limit(dice) if name in BOTH_WAYS and dice.chance(40) else NOT_CHECKED
        rules[Code(name)] = Rule(Tolerance(upper, lower))
    # A word for what the judge calls a price; properties and named cases are about it.
    rules[Code.ROUNDING] = Rule(Tolerance(NOT_CHECKED))
    return Policy(rules=rules)


def random_limit(dice):
    kind = dice.whole(1, 10)
    if kind <= 3:
        return ZERO
    if kind == 4:
        return NOT_CHECKED
    percent = dice.of(PERCENTS) if kind != 5 else None
    absolute = dice.of(AMOUNTS) if kind in (5, 6, 7) else None
    return Limit.value(percent, absolute)


def random_order(dice, key, policy):
    unit = dice.of(PIECES)
    quantity = Fraction(dice.of([1, 3, 10, 12, 100, 250]))
    price = dice.of([Fraction(0), *[Fraction(n, 100) for n in (1, 99, 450, 1200, 123456)]])
    agreed = contract = None
    if dice.chance(10):
        agreed = Agreed(
            price / unit.factor * dice.of([1, Fraction(9, 10), Fraction(11, 10)]),
            quantity * unit.factor * dice.of([1, Fraction(1, 2), 2]),
        )
    if dice.chance(20):
        each = price / unit.factor * dice.of([1, Fraction(9, 10), Fraction(11, 10)])
        contract = Contract("C1", each, dice.of(["EUR", "EUR", "EUR", "USD"]))
    claims = random_claims(dice, quantity * unit.factor, price / unit.factor)
    return OrderLine(
        key,
        f"P{key}",
        quantity,
        unit,
        price,
        confirmed=not dice.chance(5),
        three_way=not dice.chance(15),
        received=random_receipts(dice, quantity * unit.factor),
        claims=claims,
        packs=dice.of([(), (), (Fraction(100),), (Fraction(12), Fraction(100))]),
        agreed=agreed,
        contract=contract,
        tax_rate=dice.of([None, Fraction(7), Fraction(19), Fraction(0)]),
    )


def random_receipts(dice, pieces):
    """Nothing, everything, parts of it in several units, returns among them."""
    total = pieces * dice.of([0, 1, 1, 1, Fraction(1, 2), Fraction(11, 10)])
    moves, left = [], total
    for _each in range(dice.whole(0, 3)):
        part = total * dice.of([Fraction(1, 2), Fraction(1, 3), Fraction(-1, 10)])
        moves.append(moved(dice, part))
        left -= part
    if left:
        moves.append(moved(dice, left))
    return tuple(moves)


def moved(dice, pieces):
    unit = dice.of(PIECES) if not dice.chance(2) else KILO
    return Moved(pieces / unit.factor, unit)


def random_claims(dice, pieces, price):
    """Bills before ours and after it, and a credit note."""
    claims = []
    for number in range(1, 1 + dice.of([0, 0, 1, 1, 2, 3])):
        unit = dice.of(PIECES)
        rank = dice.of([(0, number), (0, number), (1, number), (1, 200 + number)])
        bill = rank[1]
        part = pieces * dice.of([Fraction(1, 10), Fraction(1, 2), Fraction(1, 3), Fraction(-1, 20)])
        dear = dice.of([1, 1, Fraction(101, 100), Fraction(11, 10), Fraction(9, 10)])
        money = "CHF" if dice.chance(5) else None
        asked = price * unit.factor * dear
        claims.append(Claim(bill, rank, part / unit.factor, unit, asked, currency=money))
    if dice.chance(25):
        unit = dice.of(PIECES)
        part = pieces * dice.of([Fraction(1, 10), Fraction(1, 2), Fraction(1, 100)])
        cheap = dice.of([1, 1, Fraction(11, 10), Fraction(1, 10), Fraction(9, 10)])
        corrects = dice.of([None, OURS, *[claim.bill for claim in claims]])
        claims.append(
            Claim(
                50,
                (0, 50),
                part / unit.factor,
                unit,
                price * unit.factor * cheap,
                credit=True,
                corrects=corrects,
                currency="CHF" if dice.chance(10) else None,
            )  # fmt: skip
        )
    return tuple(claims)


def random_lines(dice, key, order, policy):
    """One to three lines of our bill for one order line, at the borders of what is tolerated."""
    count = dice.of([1, 1, 1, 2, 3])
    before = sum(
        (claim.quantity * claim.unit.factor for claim in order.claims if claim.rank < (1, OURS)),
        start=Fraction(0),
    )
    ordered = order.quantity * order.unit.factor
    received = sum((move.quantity * move.unit.factor for move in order.received), start=Fraction(0))
    bound, rule = dice.of(
        [(ordered, policy.rules[Code.QTY_ORD]), (received, policy.rules[Code.QTY_REC])]
    )
    each = order.price / order.unit.factor
    total = bound - before
    if dice.chance(60):
        total += beyond(dice, rule.tolerance.upper, bound, each)
    total += dice.of(HAIRS)
    if dice.chance(10):
        total = ordered * dice.of([Fraction(1, 10), Fraction(-1, 10), 0, 2])
    parts = [total / count] * count
    if count > 1 and dice.chance(40):
        parts[0] += ordered / 10
        parts[1] -= ordered / 10
    lines = []
    for offset, part in enumerate(parts):
        unit = dice.of(PIECES) if not dice.chance(3) else KILO
        lines.append(random_line(dice, key + offset, part, unit, order, policy))
    return lines


def random_line(dice, key, pieces, unit, order, policy):
    each = order.price / order.unit.factor
    kind = dice.whole(1, 10)
    name = dice.of(["PRICE", "PRICE_TOTAL", "CONTRACT"])
    expected = pieces * each
    if name == "CONTRACT" and order.contract:
        expected = pieces * order.contract.price
    tolerance = policy.rules[Code(name)].tolerance
    amount = pieces * each
    if kind <= 6:
        amount = expected + beyond(dice, tolerance.upper, expected, Fraction(1)) + dice.of(HAIRS)
    elif kind == 7:
        amount = expected - beyond(dice, tolerance.lower, expected, Fraction(1)) + dice.of(HAIRS)
    elif kind == 8:
        amount *= dice.of([100, 12, Fraction(1, 12), Fraction(1, 10), Fraction(6, 5)])
    quantity = pieces / unit.factor
    price = amount / quantity if quantity else order.price
    if not quantity:
        amount = Fraction(0)
    rate = dice.of([None, order.tax_rate, order.tax_rate, Fraction(19)])
    if order.tax_rate and dice.chance(30):
        limit = policy.rules[Code.TAX].tolerance.upper
        more = beyond(dice, limit, order.tax_rate, abs(amount) / 100) + dice.of(HAIRS)
        rate = order.tax_rate + more
    return BillLine(
        key, quantity, unit, price, order=order, net=dice.of([None, amount]), tax_rate=rate
    )


def beyond(dice, limit, base, worth):
    """As much more as a limit still allows, or a little of it."""
    allowed = []
    if limit.percent is not None:
        allowed.append(abs(base) * limit.percent / 100)
    if limit.absolute is not None and worth:
        allowed.append(limit.absolute / worth)
    if not allowed:
        return dice.of([Fraction(0), Fraction(1)])
    return min(allowed) * dice.of([1, 1, 1, Fraction(1, 2), 2])


# ---- inspection, lots, blanket orders, rounding ----

DAY = date(2026, 6, 1)


def with_goods_and_terms(dice, bill, policy):
    """The case with facts of the newer kinds on some of its order lines, and rows for them."""
    policy = with_newer_rows(dice, policy)
    blanket_for_all = dice.chance(10)
    lines = list(bill.lines)
    orders = {line.order.key: line.order for line in lines if line.order is not None}
    for key, order in orders.items():
        news = {}
        if dice.chance(40):
            news["accepted"] = random_receipts(dice, order.quantity * order.unit.factor)
        if dice.chance(30):
            news |= random_lots(dice, order)
        orders[key] = replace(order, **news)
    drawing = list(orders) if blanket_for_all else [key for key in orders if dice.chance(15)]
    for keys in [drawing] if blanket_for_all else [[key] for key in drawing]:
        blanket = random_blanket(dice, keys[0], [orders[key] for key in keys], lines)
        for key in keys:
            orders[key] = replace(orders[key], blanket=blanket)
    told = []
    for line in lines:
        if line.order is not None:
            line = replace(line, order=orders[line.order.key])
            if line.order.lots and dice.chance(30):
                line = replace(line, lots=tuple(named_lots(dice, line.order.lots)))
            if line.quantity and dice.chance(15):
                line = rounded(dice, line, bill)
        told.append(line)
    day = dice.of([None, DAY, DAY, DAY + timedelta(days=dice.of([-9, 5, 6, 40]))])
    return replace(bill, lines=tuple(told), day=day), policy


def with_newer_rows(dice, policy):
    rules = dict(policy.rules)
    days = [ZERO, NOT_CHECKED, Limit.value(absolute=Fraction(5))]
    rules[Code.ACCEPTED_QTY] = Rule(Tolerance(random_limit(dice)))
    rules[Code.LOT_EXPIRY] = Rule(Tolerance(dice.of([ZERO, ZERO, NOT_CHECKED])))
    rules[Code.BLANKET_VALUE] = Rule(Tolerance(random_limit(dice)))
    rules[Code.BLANKET_PERIOD] = Rule(Tolerance(dice.of(days), dice.of(days)))
    if dice.chance(50):
        rules[Code.ROUNDING] = Rule(Tolerance(random_limit(dice)))
    way = dice.of([Way.THREE, Way.FOUR, Way.FOUR, Way.TWO])
    return Policy(rules=rules, way=way)


def random_lots(dice, order):
    """What came in two lots, and what was announced."""
    came = sum(
        (move.quantity * move.unit.factor for move in order.received if move.unit.base == order.unit.base),
        start=Fraction(0),
    )  # fmt: skip
    if came <= 0:
        return {}
    first = came * dice.of([1, Fraction(1, 2), Fraction(1, 3)])
    expiries = [None, DAY + timedelta(days=300), DAY - timedelta(days=3), DAY]
    lots = [ArrivedLot("A 1", first, DAY, dice.of(expiries))]
    if came - first:
        lots.append(ArrivedLot("b2", came - first, DAY, dice.of(expiries)))
    announced = []
    if dice.chance(50):
        names = dice.of([("a1", "B2"), ("a1", "C3"), ("A1",), ("C3",)])
        announced = [
            Lot(
                name,
                dice.of([None, *expiries]),
                came * dice.of([Fraction(1, 2), Fraction(1, 4), 1]),
            )
            for name in names
        ]
    return {"lots": tuple(lots), "announced": tuple(announced)}


def named_lots(dice, lots):
    for lot in lots:
        yield Lot(dice.of([lot.name, lot.name.lower(), "X9"]), dice.of([None, lot.expiry, DAY]))


def random_blanket(dice, key, orders, lines):
    """Up to a value near what bills ask of it, what they drew among them."""
    drawn = []
    for order in orders:
        for claim in order.claims:
            if claim.currency is None:
                amount = claim.quantity * claim.price
                sign = -1 if claim.credit else 1
                drawn.append(
                    Drawn(
                        claim.bill, claim.rank, sign * amount, claim.corrects, credit=claim.credit
                    )
                )
    for number in range(300, 300 + dice.of([0, 1, 2])):
        rank = dice.of([(0, number), (1, number)])
        drawn.append(Drawn(number, rank, dice.of([Fraction(50), Fraction(-7), Fraction(1, 3)])))
    ours = {order.key for order in orders}
    asked = sum(
        (line.quantity * line.price for line in lines if line.order is not None and line.order.key in ours),
        start=sum((each.amount for each in drawn if each.rank < (1, OURS)), start=Fraction(0)),
    )  # fmt: skip
    value = abs(asked * dice.of([1, 1, Fraction(10, 11), Fraction(1, 2), 2])) + dice.of(HAIRS)
    start, end = dice.of([(None, None), (DAY, None), (None, DAY), (DAY, DAY + timedelta(days=30))])
    currency = "EUR" if not dice.chance(5) else "USD"
    return Blanket(key, "P9", currency, dice.of([None, value, value]), start, end, tuple(drawn))


def rounded(dice, line, bill):
    """At the order's price in whole coins, or for the right amount in whole coins."""
    order, cent = line.order, Fraction(1, 100)
    right = order.price / order.unit.factor * line.unit.factor
    if order.contract and dice.chance(30):
        right = order.contract.price * line.unit.factor
    price = round(right / cent + dice.of([0, 0, Fraction(1, 2)])) * cent
    if dice.chance(50):
        return replace(line, price=price, net=None)
    amount = round(line.quantity * right / cent + dice.of([0, Fraction(1, 2), 1])) * cent
    return replace(line, price=amount / line.quantity, net=amount)
