"""An independent judge of the match: slow, in Fractions, as a controller works it out on paper.

Written from the finance suites' definitions (SAP's tolerance keys, Dynamics' price and charge matching,
Oracle's holds) and from what the readme of the product promises, by somebody who had not read ``core/``
beyond the values that go in and come out. It shares no arithmetic with it: quantities are turned into
base units here, sums are made in loops, and nothing is called on the product's objects.

The readings, where the sources leave a choice:

* A bill line costs what its amount says: amount less quantity times the order's price is its price
  difference (SAP PP), in percent of quantity times the order's price. On a negative line that turns the
  sides around: crediting too little is too dear.
* Quantities are of the order line, over all lines of the bill: billed before, plus now, against ordered and
  against received (SAP DQ). The excess is worth the order's price and is this bill's only as far as this bill
  asks for something. Percent is of what was ordered, or received.
* A credit note gives back goods, or only money where it is below the ordered price or gives no more than the
  bill was too dear (readme). Of a bill that came after this one it concerns that bill alone.
* The price total (Dynamics) is the price difference of all bills up to this one, where there are several.
* A charge has nothing agreed to be held against, so all of it is too much, per charge code (Dynamics).
* Bills and orders in two currencies, and units of two kinds, have no numbers that compare.
"""

from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

NONE = Fraction(0)


class Found(NamedTuple):
    """What the judge found: where (bill line, order line or charge), what, and for how much money."""

    where: tuple
    code: str
    stake: Fraction


def judge(bill, policy):
    """Everything wrong with the bill, as a set of :class:`Found`."""
    found = set()
    by_order = defaultdict(list)
    for line in bill.lines:
        if line.order is not None:
            by_order[line.order.key].append(line)
    for lines in by_order.values():
        order = lines[0].order
        for line in lines:
            found |= judge_line(bill, line, order, policy)
        comparable = [line for line in lines if line.unit.base == order.unit.base]
        if comparable:
            found |= judge_quantities(bill, comparable, order, policy)
            if bill.currency == order.currency:
                found |= judge_price_total(bill, comparable, order, policy)
    return found | judge_charges(bill, policy)


def judge_line(bill, line, order, policy):
    found = set()
    where = ("line", line.key)
    amount = amount_of(line)

    # Findings about the whole line have no number that could be tolerated but the line's own amount.
    if not order.confirmed and too_much(policy, "PO_STATE", abs(amount), NONE):
        found.add(Found(where, "PO_STATE", abs(amount)))
    if bill.currency != order.currency and too_much(policy, "CURRENCY", abs(amount), NONE):
        found.add(Found(where, "CURRENCY", abs(amount)))
    if line.unit.base != order.unit.base:
        if too_much(policy, "UOM_PACK", abs(amount), NONE):
            found.add(Found(where, "UOM_PACK", abs(amount)))
        return found | judge_tax(line, order, policy)

    pieces = Fraction(line.quantity) * line.unit.factor
    if bill.currency == order.currency:
        owed = pieces * order_price(order)
        if off(policy, "PRICE", amount - owed, abs(owed)):
            code = "UOM_PACK" if is_pack_ratio(amount, pieces, line, order) else "PRICE"
            found.add(Found(where, code, abs(amount - owed)))
    contract = order.contract
    if contract is not None and contract.currency == bill.currency:
        owed = pieces * Fraction(contract.price)
        if off(policy, "CONTRACT", amount - owed, abs(owed)):
            found.add(Found(where, "CONTRACT", abs(amount - owed)))
    return found | judge_tax(line, order, policy)


def judge_tax(line, order, policy):
    if order.tax_rate is None or line.tax_rate is None:
        return set()
    amount = amount_of(line)
    billed = amount * Fraction(line.tax_rate) / 100
    right = amount * Fraction(order.tax_rate) / 100
    if off(policy, "TAX", billed - right, abs(right)):
        return {Found(("line", line.key), "TAX", abs(billed - right))}
    return set()


def judge_quantities(bill, lines, order, policy):
    found = set()
    where = ("order", order.key)
    price = order_price(order)
    now = sum((Fraction(line.quantity) * line.unit.factor for line in lines), NONE)
    before = NONE
    for other in order.claims:
        if other.unit.base != order.unit.base:
            continue
        pieces = Fraction(other.quantity) * other.unit.factor
        if not other.credit:
            if other.rank < bill.rank:
                before += pieces
        elif gives_goods_back(other, bill, lines, order):
            if other.corrects == bill.key:
                now -= pieces
            elif names_nobody_or_before(other, bill, order):
                before -= pieces

    ordered = order_quantity(order)
    excess = before + now - ordered
    mine = min(excess, now)
    if mine > 0 and off(policy, "QTY_ORD", excess, abs(ordered), excess * price):
        found.add(Found(where, "QTY_ORD", mine * price))

    if order.three_way:
        received = NONE
        for moved in order.received:
            if moved.unit.base == order.unit.base:
                received += Fraction(moved.quantity) * moved.unit.factor
        excess = before + now - received
        mine = min(excess, now)
        code = "QTY_REC" if received > 0 else "NOT_RECEIVED"
        if mine > 0 and off(policy, code, excess, abs(received), excess * price):
            found.add(Found(where, code, mine * price))
    return found


def judge_price_total(bill, lines, order, policy):
    price = order_price(order)
    asked, owed, count = NONE, NONE, 0
    for line in lines:
        asked += amount_of(line)
        owed += Fraction(line.quantity) * line.unit.factor * price
        count += 1
    for other in order.claims:
        if other.unit.base != order.unit.base:
            continue
        pieces = Fraction(other.quantity) * other.unit.factor
        worth = Fraction(other.quantity) * Fraction(other.price)
        if not other.credit:
            if other.rank < bill.rank:
                asked += worth
                owed += pieces * price
                count += 1
        elif other.corrects == bill.key or names_nobody_or_before(other, bill, order):
            asked -= worth
            if gives_goods_back(other, bill, lines, order):
                owed -= pieces * price
    if count > 1 and off(policy, "PRICE_TOTAL", asked - owed, abs(owed)):
        return {Found(("order", order.key), "PRICE_TOTAL", abs(asked - owed))}
    return set()


def judge_charges(bill, policy):
    sums = defaultdict(Fraction)
    for line in bill.lines:
        if line.charge is not None:
            sums[line.charge] += amount_of(line)
    return {
        Found(("charge", code), "CHARGE", abs(amount))
        for code, amount in sums.items()
        if off(policy, "CHARGE", amount, NONE)
    }


# ---- the words above, in numbers ----


def amount_of(line):
    """What the line asks for, without tax."""
    if line.net is not None:
        return Fraction(line.net)
    return Fraction(line.quantity) * Fraction(line.price)


def order_price(order):
    """The price of one base unit: the lower of what the order says now and said when the bill came."""
    now = Fraction(order.price) / order.unit.factor
    if order.agreed is not None and order.agreed.price < now:
        return order.agreed.price
    return now


def order_quantity(order):
    """The quantity in base units, the lower of the two likewise."""
    now = Fraction(order.quantity) * order.unit.factor
    if order.agreed is not None and order.agreed.quantity < now:
        return order.agreed.quantity
    return now


def gives_goods_back(credit, bill, lines, order):
    """False where a credit note only gives money back."""
    price = order_price(order)
    if Fraction(credit.price) / credit.unit.factor < price:
        return False
    worth = Fraction(credit.quantity) * Fraction(credit.price)
    return worth > too_dear(credit.corrects, bill, lines, order)


def too_dear(number, bill, lines, order):
    """By how much the bill that a credit note names was too dear (any bill, where it names none)."""
    price = order_price(order)
    total = NONE
    if number in (None, bill.key):
        for line in lines:
            total += amount_of(line) - Fraction(line.quantity) * line.unit.factor * price
    for other in order.claims:
        if not other.credit and number in (None, other.bill):
            pieces = Fraction(other.quantity) * other.unit.factor
            total += Fraction(other.quantity) * Fraction(other.price) - pieces * price
    return total


def names_nobody_or_before(credit, bill, order):
    """Whether a credit note concerns what was billed before this bill."""
    if credit.corrects is None:
        return True
    for other in order.claims:
        if other.bill == credit.corrects and not other.credit and other.rank > bill.rank:
            return False
    return credit.corrects != bill.key


def is_pack_ratio(amount, pieces, line, order):
    """Whether the bill's price is the order's times the ratio of two sizes the product is known in."""
    right = pieces * order_price(order)
    if not right:
        return False
    sizes = {*order.packs, order.unit.factor, line.unit.factor}
    return any(
        amount * b == right * a and a != b
        for a in sizes
        for b in sizes
    )


def too_much(policy, code, difference, base):
    return off(policy, code, difference, base)


def off(policy, code, difference, base, worth=None):
    """Whether the policy's row for this kind minds the difference.

    ``base`` is what a percentage is of, ``worth`` the money that an amount limits (the difference itself,
    where that is money).
    """
    if not difference:
        return False
    worth = abs(difference if worth is None else worth)
    tolerance = row(policy, code)
    limit = tolerance.upper if difference > 0 else tolerance.lower
    if limit.state.value == "not_checked":
        return False
    if limit.state.value == "zero":
        return True
    if limit.percent is not None and abs(difference) > base * limit.percent / 100:
        return True
    return limit.absolute is not None and worth > limit.absolute


def row(policy, code):
    """The tolerance of the policy's row."""
    return next(rule.tolerance for key, rule in policy.rules.items() if key.value == code)
