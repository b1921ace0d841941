"""An independent judge of the match: slow, in Fractions, as a controller works it out on paper.

Written from the finance suites' definitions (SAP's tolerance keys, Dynamics' price and charge matching,
Oracle's holds) and from what the readme of the product promises, by somebody who had not read ``core/``
beyond the values that go in and come out. It shares no arithmetic with it: quantities are turned into
base units here, sums are made in loops, and nothing is called on the product's objects.

The readings, where the sources leave a choice:

* A bill line costs what its amount says: amount less quantity times the order's price is its price
  difference (SAP PP), in percent of quantity times the order's price. On a negative line that turns the
  sides around: crediting too little is too dear.
* What is below may be found, but nothing is at stake in it.
* Quantities are of the order line, over all lines of the bill together: billed before, plus now, against
  ordered and against received (SAP DQ). Percent is of what was ordered, or received; an amount is a quantity
  in the order's unit (Oracle's Maximum values). The excess is worth the order's price and is this bill's only as
  far as this bill asks for something.
* A credit note gives back goods, or only money where its price is below both the ordered and the billed one, or
  no more than the bill was too dear (readme). One that names this bill gives back goods of its own; one that
  names a later bill has nothing to do with this one.
* A bill in another currency takes goods. Its money is no part of a sum in the order's currency, and a credit note
  in its currency gives goods back where it credits no less than such a bill asks.
* The price total (Dynamics) is the price difference of all bills up to this one, where there is more than one
  line to add up; this bill answers for its own part of it.
* A charge is agreed nowhere, so all of it is too much, per charge code (Dynamics); percent is of the goods.
* A line in another currency, of another unit or for an unconfirmed order is in question as a whole; its sign
  stays. What does not compare is not compared: no price across currencies, no quantity across units.
* A price that is off by the ratio of two known pack sizes, to one percent, is off by the pack size; where the
  price is accepted, the quantity is. This is said of lines that are not in question as a whole.
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
        found |= judge_order_line(bill, lines, lines[0].order, policy)
    return found | judge_charges(bill, policy)


def judge_order_line(bill, lines, order, policy):
    """All lines of the bill for one order line."""
    whole, taxes, prices, quantities = set(), set(), set(), set()
    for line in lines:
        whole |= judge_whole_line(bill, line, order, policy)
        taxes |= judge_tax(line, order, policy)
    comparable = [line for line in lines if line.unit.base == order.unit.base]
    if comparable:
        quantities |= judge_quantities(bill, comparable, order, policy)
    if comparable and bill.currency == order.currency:
        prices |= judge_price_total(bill, comparable, order, policy)
    for line in comparable:
        prices |= judge_price(bill, line, order, policy)
    if len(lines) == 1 and not whole:
        prices, quantities = name_pack_sizes(bill, lines[0], order, prices, quantities)
    return whole | taxes | quantities | prices


def name_pack_sizes(bill, line, order, prices, quantities):
    """Who priced, or counted, in another pack made one mistake: it is named so, for the most it costs."""
    if (prices or quantities) and is_pack_ratio(line, order):
        most = max(each.stake for each in prices or quantities)
        named = {Found(("line", line.key), "UOM_PACK", most)}
        return (named, quantities) if prices else (prices, named)
    return prices, quantities


def judge_whole_line(bill, line, order, policy):
    """Facts that put a whole line in question; a tolerance of zero minds them on a line of nothing too."""
    wrong = {
        "PO_STATE": not order.confirmed,
        "CURRENCY": bill.currency != order.currency,
        "UOM_PACK": line.unit.base != order.unit.base,
    }
    return {
        Found(("line", line.key), code, amount_of(line))
        for code, holds in wrong.items()
        if holds and row(policy, code).upper.state.value == "zero"
    }


def judge_price(bill, line, order, policy):
    """The line against the order's price, and against the contract's."""
    found = set()
    amount = amount_of(line)
    pieces = Fraction(line.quantity) * line.unit.factor
    held_against = []
    if bill.currency == order.currency:
        held_against.append(("PRICE", order_price(order)))
    if order.contract is not None and order.contract.currency == bill.currency:
        held_against.append(("CONTRACT", Fraction(order.contract.price)))
    for code, price in held_against:
        owed = pieces * price
        if off(policy, code, amount - owed, abs(owed)):
            found.add(Found(("line", line.key), code, max(amount - owed, NONE)))
    return found


def judge_tax(line, order, policy):
    if order.tax_rate is None or line.tax_rate is None:
        return set()
    amount = amount_of(line)
    billed = amount * Fraction(line.tax_rate) / 100
    right = amount * Fraction(order.tax_rate) / 100
    if off(policy, "TAX", billed - right, abs(right)):
        return {Found(("line", line.key), "TAX", max(billed - right, NONE))}
    return set()


def judge_quantities(bill, lines, order, policy):
    found = set()
    where = ("order", order.key)
    before, now = billed_quantities(bill, lines, order)
    ordered = order_quantity(order)
    received = NONE
    for moved in order.received:
        if moved.unit.base == order.unit.base:
            received += Fraction(moved.quantity) * moved.unit.factor

    held_against = [("QTY_ORD", ordered)]
    if order.three_way:
        held_against.append(("QTY_REC" if received > 0 else "NOT_RECEIVED", received))
    for code, right in held_against:
        excess = before + now - right
        mine = min(excess, now)
        if mine > 0 and off(policy, code, excess, abs(right), excess / order.unit.factor):
            found.add(Found(where, code, worth_of(mine, bill, lines, order)))
    return found


def billed_quantities(bill, lines, order):
    """What was billed before, less what came back, and what this bill asks for."""
    now = sum((Fraction(line.quantity) * line.unit.factor for line in lines), NONE)
    before = NONE
    for other in order.claims:
        if other.unit.base != order.unit.base:
            continue
        pieces = Fraction(other.quantity) * other.unit.factor
        if not other.credit:
            if other.rank < bill.rank:
                before += pieces
        elif concerns_what_came_before(other, bill, order):
            if gives_goods_back(other, bill, lines, order):
                before -= pieces
        if other.credit and other.corrects == bill.key:
            if gives_goods_back(other, bill, lines, order):
                now -= pieces
    return before, now


def worth_of(pieces, bill, lines, order):
    """At the order's price; where that is in another currency, at what the bill's last lines ask."""
    if bill.currency == order.currency:
        return pieces * order_price(order)
    worth = NONE
    for line in reversed(lines):
        asked = Fraction(line.quantity) * line.unit.factor
        if pieces > 0 and asked > 0:
            share = min(pieces, asked)
            worth += amount_of(line) * share / asked
            pieces -= share
    return worth


def judge_price_total(bill, lines, order, policy):
    """All bills up to this one; this one answers for no more than its own difference."""
    price = order_price(order)
    asked, owed, count = NONE, NONE, 0
    for line in lines:
        asked += amount_of(line)
        owed += Fraction(line.quantity) * line.unit.factor * price
        count += 1
    mine = asked - owed
    for other in order.claims:
        if other.unit.base != order.unit.base or money_of(other, order) != order.currency:
            continue
        pieces = Fraction(other.quantity) * other.unit.factor
        worth = Fraction(other.quantity) * Fraction(other.price)
        if not other.credit:
            if other.rank < bill.rank:
                asked += worth
                owed += pieces * price
                count += 1
        elif other.corrects == bill.key or concerns_what_came_before(other, bill, order):
            goods = gives_goods_back(other, bill, lines, order)
            at_order_price = pieces * price if goods else NONE
            asked -= worth
            owed -= at_order_price
            if other.corrects == bill.key:
                mine -= worth - at_order_price
    mine = min(mine, asked - owed)
    if count > 1 and mine > 0 and off(policy, "PRICE_TOTAL", asked - owed, abs(owed)):
        return {Found(("order", order.key), "PRICE_TOTAL", mine)}
    return set()


def judge_charges(bill, policy):
    sums, goods = defaultdict(Fraction), NONE
    for line in bill.lines:
        if line.charge is not None:
            sums[line.charge] += amount_of(line)
        else:
            goods += amount_of(line)
    return {
        Found(("charge", code), "CHARGE", max(amount, NONE))
        for code, amount in sums.items()
        if off(policy, "CHARGE", amount, abs(goods))
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
    """False where a credit note only gives money back, by its price for one piece."""
    ordered = order_price(order)
    each = Fraction(credit.price) / credit.unit.factor
    dearest = dearest_piece(credit, bill, lines, order)
    if money_of(credit, order) != order.currency:
        return dearest is not None and each >= dearest
    if dearest is None:
        dearest = ordered
    is_cheaper = each < ordered and each < dearest
    is_what_was_too_dear = 0 < each <= dearest - ordered
    return not is_cheaper and not is_what_was_too_dear


def money_of(claim, order):
    """The currency of another bill or credit note."""
    return order.currency if claim.currency is None else claim.currency


def dearest_piece(credit, bill, lines, order):
    """The most that the bill a credit note names asks for one piece in its currency (any bill, where it names none)."""
    asked, number = [], credit.corrects
    if number in (None, bill.key) and bill.currency == money_of(credit, order):
        for line in lines:
            asked.append(Fraction(line.price) / line.unit.factor)
    for other in order.claims:
        comparable = other.unit.base == order.unit.base and money_of(other, order) == money_of(
            credit, order
        )
        if comparable and not other.credit and number in (None, other.bill):
            asked.append(Fraction(other.price) / other.unit.factor)
    return max((price for price in asked if price > 0), default=None)


def concerns_what_came_before(credit, bill, order):
    """Whether a credit note is for bills before this one: it names one of them, or nobody."""
    if credit.corrects is None:
        return True
    for other in order.claims:
        if other.bill == credit.corrects and not other.credit and other.rank > bill.rank:
            return False
    return credit.corrects != bill.key


def is_pack_ratio(line, order):
    """Whether the bill's price is the order's times the ratio of two sizes the product is known in, or nearly so."""
    asked = Fraction(line.price) / line.unit.factor
    right = order_price(order)
    if asked <= 0 or right <= 0:
        return False
    sizes = {*order.packs, order.unit.factor, line.unit.factor}
    return any(a != b and abs(asked / right - a / b) <= a / b / 100 for a in sizes for b in sizes)


def off(policy, code, difference, base, worth=None):
    """Whether the policy's row for this kind minds the difference.

    ``base`` is what a percentage is of, ``worth`` what an amount limits (the difference itself, where that
    is money).
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
