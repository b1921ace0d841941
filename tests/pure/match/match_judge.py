"""An independent judge of the match: slow, in Fractions, as a controller works it out on paper.

Written from the finance suites' definitions (SAP's tolerance keys, Dynamics' price and charge matching,
Oracle's holds) and from what the readme of the product promises, by somebody who had not read ``core/``
beyond the values that go in and come out. It shares no arithmetic with it: quantities are turned into
base units here, sums are made in loops, and nothing is called on the product's objects.

What it says of inspection, lots, blanket orders and rounding was added later, from the same definitions (Oracle's
Quality hold, SAP's LA, LD and BD) and from the readme, by somebody who did know ``core/``: of these kinds it is a second
reckoning, not a second reading.

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
* Goods that are inspected are owed as far as they were accepted, where the policy asks for it (Oracle's Quality).
* Lots (readme): goods that had expired when they came are not owed; a line that names a lot, or an expiry, that did not
  come is in question as a whole; where no line names any, as much of what was announced and did not come as announced.
  Of one line the dearest of these is said.
* A blanket order is used up by what bills asked up to this one, less what credit notes gave back of it (SAP LA), at
  most by what this bill asks. A day outside its time counts as a day (SAP LD); the line is in question as a whole.
* A price difference is rounding (SAP BD, the readme) where nothing else is wrong with a line's price, and either the unit
  price is the right one in whole coins or what all dear lines ask together is the right amount in whole coins, as long
  as it is no more than the policy writes off.
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
    return found | judge_blankets(bill, policy) | judge_charges(bill, policy)


def judge_order_line(bill, lines, order, policy):
    """All lines of the bill for one order line."""
    whole, taxes, prices, quantities = set(), set(), set(), set()
    for line in lines:
        whole |= judge_whole_line(bill, line, order, policy)
        taxes |= judge_tax(line, order, policy)
    comparable = [line for line in lines if line.unit.base == order.unit.base]
    quantities_of_lots = judge_lots(bill, lines, order, policy)
    if comparable:
        quantities |= judge_quantities(bill, comparable, order, policy)
    if comparable and bill.currency == order.currency:
        prices |= judge_price_total(bill, comparable, order, policy)
    for line in comparable:
        found = judge_price(bill, line, line.order, policy)
        if is_rounding(bill, line, comparable, line.order, policy, found):
            found = {Found(("line", line.key), "ROUNDING", max(each.stake for each in found))}
        prices |= found
    if len(lines) == 1 and not whole:
        prices, quantities = name_pack_sizes(bill, lines[0], order, prices, quantities)
    return whole | taxes | quantities | prices | quantities_of_lots


def name_pack_sizes(bill, line, order, prices, quantities):
    """Who priced, or counted, in another pack made one mistake: it is named so, for the most it costs."""
    rounded = any(each.code == "ROUNDING" for each in prices)
    if (prices or quantities) and not rounded and is_pack_ratio(line, order):
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
    received = pieces_of(order.received, order)
    held_against = [("QTY_ORD", ordered)]
    if order.three_way and policy.way.value != "two_way":
        held_against.append(("QTY_REC" if received > 0 else "NOT_RECEIVED", received))
    if order.accepted is not None and policy.way.value == "four_way":
        held_against.append(("ACCEPTED_QTY", pieces_of(order.accepted, order)))
    for code, right in held_against:
        excess = before + now - right
        mine = min(excess, now)
        if mine > 0 and off(policy, code, excess, abs(right), excess / order.unit.factor):
            found.add(Found(where, code, worth_of(mine, bill, lines, order)))
    return found


def pieces_of(moves, order):
    """What moved, in base units; another unit says nothing."""
    pieces = NONE
    for moved in moves:
        if moved.unit.base == order.unit.base:
            pieces += Fraction(moved.quantity) * moved.unit.factor
    return pieces


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


def judge_lots(bill, lines, order, policy):
    """What is wrong with the lots, said of single lines: of each the dearest."""
    if not order.lots or row(policy, "LOT_EXPIRY").upper.state.value == "not_checked":
        return set()
    said = defaultdict(Fraction)
    comparable = [line for line in lines if line.unit.base == order.unit.base]
    before, now = billed_quantities(bill, comparable, order)
    received, expired = pieces_of(order.received, order), NONE
    for lot in order.lots:
        if lot.expiry is not None and lot.expiry < lot.day:
            expired += lot.quantity
    not_owed = min(expired, before + now - (received - expired), now)
    shares = [*last_first(not_owed, comparable)]
    if not any(line.lots for line in lines):
        shares += last_first(min(announced_in_vain(order, received), now), comparable)
    for line, pieces in shares:
        said[line.key] = max(said[line.key], worth_of_line(pieces, bill, line, order))
    for line in lines:
        if any(not as_it_came(lot, order) for lot in line.lots):
            said[line.key] = max(said[line.key], amount_of(line))
    return {Found(("line", key), "LOT_EXPIRY", stake) for key, stake in said.items()}


def announced_in_vain(order, received):
    """How much was announced that did not come, or not as announced, once as much came as was announced."""
    coming, gone, other = NONE, NONE, NONE
    for lot in order.announced:
        coming += lot.quantity
        if arrived(lot, order) is None:
            gone += lot.quantity
        elif not as_it_came(lot, order):
            other += lot.quantity
    # A lot that came under another expiry is only looked at where all came.
    return NONE if received < coming else gone or other


def judge_blankets(bill, policy):
    """The value and the time of the blanket orders that lines of the bill draw on."""
    found, drawing = set(), defaultdict(list)
    for line in bill.lines:
        if line.order is not None and line.order.blanket is not None:
            drawing[line.order.blanket.key].append(line)
    for key, lines in drawing.items():
        blanket = lines[0].order.blanket
        days = Fraction(days_outside(blanket, bill.day))
        if off(policy, "BLANKET_PERIOD", days, NONE):
            for line in lines:
                found.add(Found(("line", line.key), "BLANKET_PERIOD", amount_of(line)))
        if blanket.value is None or blanket.currency != bill.currency:
            continue
        before, asked = drawn_on(blanket, bill)
        for line in lines:
            asked += amount_of(line)
        excess = before + asked - Fraction(blanket.value)
        mine = min(excess, asked)
        if mine > 0 and off(policy, "BLANKET_VALUE", excess, Fraction(blanket.value)):
            found.add(Found(("blanket", key), "BLANKET_VALUE", mine))
    return found


def drawn_on(blanket, bill):
    """What others drew up to this bill, less what came back; and what came back of this bill's own (negative)."""
    before, back, later = NONE, NONE, set()
    for other in blanket.drawn:
        if not other.credit and other.rank > bill.rank:
            later.add(other.bill)
    for other in blanket.drawn:
        concerned = other.corrects if other.credit else other.bill
        if other.credit and concerned == bill.key:
            back += Fraction(other.amount)
        elif concerned not in later and other.bill != bill.key:
            before += Fraction(other.amount)
    return before, back


def is_rounding(bill, line, lines, order, policy, found):
    """Whether what was found about a line's price is nothing but whole coins."""
    limit = row(policy, "ROUNDING").upper
    if not found or limit.state.value != "value":
        return False
    for each in found:
        piece = order_price(order) if each.code == "PRICE" else Fraction(order.contract.price)
        asked, owed = dear_lines(lines, piece)
        if each.stake <= 0 or off(policy, "ROUNDING", asked - owed, abs(owed)):
            return False
        same_price = Fraction(line.price) == coins(piece * line.unit.factor, bill)
        if not same_price and coins(asked, bill) != coins(owed, bill):
            return False
    return True


def dear_lines(lines, piece):
    """What lines ask that are dearer than a price, and what they should."""
    asked = owed = NONE
    for line in lines:
        right = Fraction(line.quantity) * line.unit.factor * piece
        if amount_of(line) > right:
            asked += amount_of(line)
            owed += right
    return asked, owed


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


def coins(amount, bill):
    """In whole coins of the bill's currency, halves away from nothing."""
    step = Fraction(bill.rounding)
    count, rest = divmod(abs(amount), step)
    count += rest * 2 >= step
    return count * step if amount >= 0 else -count * step


def name_of(lot):
    """A lot's name as people compare it."""
    return "".join(lot.name.split()).upper()


def arrived(lot, order):
    """The lot of that name that came."""
    same = [each for each in order.lots if name_of(each) == name_of(lot)]
    return same[-1] if same else None


def as_it_came(lot, order):
    """Whether a named lot is among those that came, and with the expiry it was named with."""
    came = arrived(lot, order)
    return came is not None and (None in (lot.expiry, came.expiry) or lot.expiry == came.expiry)


def last_first(pieces, lines):
    """What of so many base units each line answers for, the last one first."""
    for line in reversed(lines):
        share = min(pieces, Fraction(line.quantity) * line.unit.factor)
        if share > 0:
            pieces -= share
            yield line, share


def worth_of_line(pieces, bill, line, order):
    """So many base units of one line: at the order's price, or as the line asks where that is in another currency."""
    if bill.currency == order.currency:
        return pieces * order_price(order)
    return amount_of(line) * pieces / (Fraction(line.quantity) * line.unit.factor)


def days_outside(blanket, day):
    """Days after its end, or (negative) before its start."""
    if day is not None and blanket.end is not None and day > blanket.end:
        return (day - blanket.end).days
    if day is not None and blanket.start is not None and day < blanket.start:
        return (day - blanket.start).days
    return 0


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
