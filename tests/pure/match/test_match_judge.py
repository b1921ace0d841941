"""10,000 random bills, decided by the product and by an independent judge: same findings, same money.

What the two mean differently is listed in ``DIFFERENCES``, each with its reason and with a check that says
exactly what the product must say instead. Anything that no row explains fails, and so does a row that explains
nothing.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction

from judge_cases import OURS, random_case
from match_judge import amount_of, judge, off

from odoo.addons.healthcare_three_way_match.core.lines import Claim
from odoo.addons.healthcare_three_way_match.core.match import decide

CASES = 10_000
# Kinds that speak of the same money. One that says no more than another of its family may be left unsaid:
# of a family the largest counts.
FAMILIES = {
    "PRICE": "price", "PRICE_TOTAL": "price", "CONTRACT": "price",
    "QTY_ORD": "quantity", "QTY_REC": "quantity", "NOT_RECEIVED": "quantity",
}  # fmt: skip
# The judge sees these on the order line, whichever lines of the bill carry them.
OF_ORDER_LINES = ("QTY_ORD", "QTY_REC", "NOT_RECEIVED", "PRICE_TOTAL")


def test_the_product_agrees_with_an_independent_judge():
    """Each case agrees, or differs as a row of the table says."""
    explained, unexplained = Counter(), []
    for number in range(CASES):
        bill, policy = random_case(number)
        said = product(bill, policy)
        for topic in topics(bill):
            if not differs(bill, said, by_place(judge(bill, policy)), topic):
                explained["agrees"] += 1
                continue
            reason = explain(bill, policy, said, topic)
            explained[reason] += 1
            if reason is None:
                unexplained.append((number, topic))
    assert not unexplained, f"{len(unexplained)}, the first: {unexplained[:10]}"
    assert set(explained) == {"agrees", *DIFFERENCES}, explained
    assert explained["agrees"] > CASES, explained


# ---- the differences of definition ----


def lines_in_turn(bill, policy, said, topic):
    """Several lines on one order line: the product takes them one after the other, as if each was a bill.

    So a part of an excess that is still within the tolerance is not counted, and a line that gives something
    back helps those behind it. The judge looks at their sum. Oracle's and SAP's checks too are made line by
    line against what is left, so this is theirs.
    """
    lines = [line for line in bill.lines if line.order is not None and place(line) == topic]
    return len(lines) > 1 and not differs(
        bill, product(bill, policy, line_by_line=True), in_turn(bill, policy, lines), topic
    )


def credit_is_money_first(bill, policy, said, topic):
    """A credit note for this bill, or for nobody in particular, is money: the product takes it off all that is in
    question on the order line, goods or not.

    The judge takes off only the goods. So here the product says what the judge says without the credit
    note, less at most what the credit note is worth; never more.
    """
    lines = [line for line in bill.lines if place(line) == topic]
    order = lines[0].order
    if order is None:
        return False
    alone = all(each.credit for each in order.claims)
    names = (None, OURS) if alone else (OURS,)
    ours = [each for each in order.claims if each.credit and each.corrects in names]
    if not ours:
        return False
    worth = sum(
        (
            Fraction(each.quantity) * max(Fraction(each.price), each_price(order, each))
            for each in ours
        ),
        start=Fraction(0),
    )
    rest = tuple(each for each in order.claims if each not in ours)
    without = [replace(line, order=replace(order, claims=rest)) for line in lines]
    found = in_turn(bill, policy, without)
    goods = tuple(replace(each, price=each_price(order, each)) for each in ours)
    returned = [replace(line, order=replace(order, claims=rest + goods)) for line in lines]
    for key, stake in in_turn(bill, policy, returned).items():
        # Fewer goods make the same excess a larger share of them.
        if key[1] == "PRICE_TOTAL":
            found.setdefault(key, stake)
    return within(bill, product(bill, policy, line_by_line=True), found, topic, worth)


def charges_together(bill, policy, said, topic):
    """The product holds all charges of a bill together against the tolerance, the judge each charge code.

    Both are in use (Dynamics: per code; Oracle and SAP: the document). With one code they agree.
    """
    if topic != ("charge",):
        return False
    charges = [line for line in bill.lines if line.charge is not None]
    goods = sum((amount_of(line) for line in bill.lines if line.charge is None), start=Fraction(0))
    total = sum((amount_of(line) for line in charges), start=Fraction(0))
    if not off(policy, "CHARGE", total, abs(goods)):
        return not of_topic(bill, said, topic)
    right = defaultdict(Fraction)
    for line in charges:
        right[("charge", line.charge), "CHARGE"] += max(amount_of(line), Fraction(0))
    return of_topic(bill, said, topic) == right


def contract_caps_what_we_buy(bill, policy, said, topic):
    """On a negative line the product does not look at the contract; its price is a cap on what we pay.

    The judge minds that less is credited than the contract's price.
    """
    return not differs(bill, said, bought_at_most(bill, by_place(judge(bill, policy))), topic)


DIFFERENCES = {
    check.__name__: check
    for check in (charges_together, contract_caps_what_we_buy, lines_in_turn, credit_is_money_first)
}


def explain(bill, policy, said, topic):
    """The first row of the table that accounts for the difference, or None."""
    for name, check in DIFFERENCES.items():
        if check(bill, policy, said, topic):
            return name
    return None


# ---- comparing ----


def product(bill, policy, line_by_line=False):
    """The product's findings as ``{(place, code): stake}``, summed where the judge sums."""
    lines = {line.key: line for line in bill.lines}
    said = defaultdict(Fraction)
    for finding in decide(bill, policy).all_findings:
        line = lines[finding.line]
        where = ("line", line.key)
        if finding.code.value in OF_ORDER_LINES and not line_by_line:
            where = ("order", line.order.key)
        elif line.charge is not None:
            where = ("charge", line.charge)
        said[where, finding.code.value] += finding.stake
    return dict(said)


def by_place(found):
    """The judge's findings in the same shape."""
    said = defaultdict(Fraction)
    for where, code, stake in found:
        said[where, code] = max(said[where, code], stake) if (where, code) in said else stake
    return dict(said)


def place(line):
    """The order line, or the charges, that a bill line belongs to: one topic is compared at a time."""
    return ("order", line.order.key) if line.order is not None else ("charge",)


def topics(bill):
    return sorted({place(line) for line in bill.lines})


def of_topic(bill, found, topic):
    """Those findings that are about one topic."""
    belongs = {("line", line.key): place(line) for line in bill.lines}
    return {
        (where, code): stake
        for (where, code), stake in found.items()
        if belongs.get(where, ("charge",) if where[0] == "charge" else where) == topic
    }


def differs(bill, said, found, topic):
    """Whether product and judge disagree on a topic."""
    said, found = of_topic(bill, said, topic), of_topic(bill, found, topic)
    return any(
        said.get(key) != found.get(key)
        and not (key not in said and said_by_another(said, key, stake_of(found, key)))
        for key in said.keys() | found.keys()
    )


def stake_of(found, key):
    return found.get(key, Fraction(0))


def said_by_another(said, key, stake):
    """Whether another finding of the family says as much."""
    where, code = key
    family = FAMILIES.get(code)
    if family is None:
        return False
    others = [
        other_stake
        for (other_where, other_code), other_stake in said.items()
        if FAMILIES.get(other_code, family if other_code == "UOM_PACK" else None) == family
        and (where[0] == "order" or other_where == where)
    ]
    return bool(others) and (sum(others) if where[0] == "order" else max(others)) >= stake


def within(bill, said, found, topic, worth):
    """Whether the product says no more than the judge, and less by no more than a credit note's worth."""
    said, found = of_topic(bill, said, topic), of_topic(bill, found, topic)
    return all(
        key in found and abs(said.get(key, 0)) <= abs(found[key])
        if key in said
        else found[key] <= worth or said_by_another(said, key, found[key] - worth)
        for key in said.keys() | found.keys()
    ) and all(found[key] - said[key] <= worth for key in said)


def in_turn(bill, policy, lines):
    """What the judge says where each line of the bill is taken as a bill of its own, in their order."""
    found = {}
    for number, line in enumerate(lines):
        order = line.order
        others = tuple(
            Claim(OURS, rank, each.quantity, each.unit, price_of(each))
            for index, each in enumerate(lines)
            if index != number
            for rank in [(1, OURS - 1, index) if index < number else (1, OURS, index)]
        )
        alone = replace(line, order=replace(order, claims=order.claims + others))
        for (_where, code), stake in by_place(judge(replace(bill, lines=(alone,)), policy)).items():
            found[("line", line.key), code] = stake
    return bought_at_most(bill, found)


def bought_at_most(bill, found):
    """Without the contract on negative lines."""
    negative = {("line", line.key) for line in bill.lines if line.quantity < 0}
    return {
        (where, code): stake
        for (where, code), stake in found.items()
        if not (code == "CONTRACT" and where in negative)
    }


def price_of(line):
    quantity = Fraction(line.quantity)
    return amount_of(line) / quantity if quantity else Fraction(line.price)


def each_price(order, claim):
    """The order's price in a claim's unit."""
    return Fraction(order.price) / order.unit.factor * claim.unit.factor
