"""What holds for every bill, whatever the numbers."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from match_strategies import (
    bills,
    codes,
    order_lines,
    percents,
    policies,
    prices,
    quantities,
    smallest_step,
    units,
)

from odoo.addons.healthcare_three_way_match.core.exact import money
from odoo.addons.healthcare_three_way_match.core.holds import Hold, withheld
from odoo.addons.healthcare_three_way_match.core.lines import Bill, BillLine, Claim, Moved
from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.policy import Mode, Policy, Rule
from odoo.addons.healthcare_three_way_match.core.tolerance import (
    NOT_CHECKED,
    Limit,
    State,
    Tolerance,
)
from odoo.addons.healthcare_three_way_match.core.verdict import Block, Code


def codes_of(verdict):
    return {finding.code for finding in verdict.all_findings}


@given(order_lines(), quantities.filter(bool), units)
def test_a_price_a_hair_above_the_limit_is_found(order, count, unit):
    """Rounding never lets anything through: the limit itself passes, the next number does not."""
    percent = Decimal(2)
    allowed = Fraction(order.price) * (1 + Fraction(percent) / 100)
    allowed = allowed / order.unit.factor * unit.factor
    exact = Rule(Tolerance(upper=NOT_CHECKED))
    price = Rule(Tolerance(upper=_percent(percent)))
    policy = Policy(rules={Code.PRICE: price, Code.ROUNDING: exact})
    for price, broken in ((allowed, False), (allowed + Fraction(smallest_step()), True)):
        verdict = decide(_bill(BillLine(1, count, unit, price, order)), policy)
        assert (Code.PRICE in codes_of(verdict)) is broken


@given(order_lines(), quantities, units, st.decimals("-0.02", "0.02", places=6), st.booleans())
def test_only_what_is_rounding_is_named_so(order, count, unit, off, rounded):
    """In whole coins nothing more is asked than the right price makes, or the right price was rounded to coins."""
    coin = Decimal("0.01")
    right = Fraction(order.price) / order.unit.factor * unit.factor
    asked = Fraction(money(right, coin)) if rounded else max(right + Fraction(off), Fraction(0))
    line = BillLine(1, count, unit, asked, order)
    limit = Limit.value(absolute=Decimal("0.05"))
    policy = Policy(rules={Code.ROUNDING: Rule(Tolerance(limit), Block.NOTHING)})
    found = codes_of(decide(_bill(line), policy))
    too_much = Fraction(count) * (asked - right)
    in_coins = money(Fraction(count) * asked, coin) - money(Fraction(count) * right, coin)
    harmless = in_coins == 0 or asked == Fraction(money(right, coin))
    if too_much > 0 and harmless and too_much <= Fraction(5, 100):
        assert Code.ROUNDING in found
        assert Code.PRICE not in found
    else:
        assert Code.ROUNDING not in found
        assert (Code.PRICE in found or Code.UOM_PACK in found) is (too_much > 0)


@given(order_lines(), units)
def test_a_hair_more_than_received_is_found(order, unit):
    received = sum((move.unit.to_base(move.quantity) for move in order.received), Fraction(0))
    order = replace(order, claims=(), quantity=received / order.unit.factor + 1)
    price = Fraction(order.price) / order.unit.factor * unit.factor
    line = BillLine(1, received / unit.factor, unit, price, order)
    shortage = {Code.QTY_REC, Code.NOT_RECEIVED}
    assert not shortage & codes_of(decide(_bill(line), Policy()))
    line = replace(line, quantity=line.quantity + Fraction(smallest_step()))
    assert shortage & codes_of(decide(_bill(line), Policy()))


@given(bills(), policies(), codes, percents)
def test_a_wider_tolerance_never_stops_more(bill, policy, code, wider):
    before = decide(bill, policy)
    after = decide(bill, _widened(policy, code, wider))
    assert after.block <= before.block
    assert len(after.all_findings) <= len(before.all_findings)


@given(bills(), policies(), st.randoms(use_true_random=False))
def test_receipts_and_bills_count_in_any_order(bill, policy, random):
    order = bill.lines[0].order
    received, claims = list(order.received), list(order.claims)
    random.shuffle(received)
    random.shuffle(claims)
    shuffled = replace(order, received=tuple(received), claims=tuple(claims))
    other = replace(bill, lines=tuple(replace(line, order=shuffled) for line in bill.lines))
    assert decide(other, policy) == decide(bill, policy)


@given(bills(), policies(), quantities, quantities)
def test_one_receipt_or_two_of_the_same_sum(bill, policy, first, second):
    order = bill.lines[0].order
    whole = replace(order, received=(Moved(first + second),))
    parts = replace(order, received=(Moved(first), Moved(second)))
    verdicts = [
        decide(replace(bill, lines=tuple(replace(line, order=o) for line in bill.lines)), policy)
        for o in (whole, parts)
    ]
    assert verdicts[0] == verdicts[1]


@given(order_lines(), quantities, quantities, units, prices)
def test_the_parts_put_at_stake_what_the_whole_does(order, first, second, unit, price):
    """Splitting a line changes nothing about how much too much is asked."""
    order = replace(order, claims=())
    whole = decide(_bill(BillLine(1, first + second, unit, price, order)), Policy())
    parts = decide(
        _bill(BillLine(1, first, unit, price, order), BillLine(2, second, unit, price, order)),
        Policy(),
    )
    assert withheld(_holds(parts)) == withheld(_holds(whole))


@given(order_lines(), quantities, quantities)
def test_two_bills_never_take_the_same_goods(order, first, second):
    """Whichever bill is looked at second sees what the first one took."""
    order = replace(order, claims=())
    both = decide(_bill(BillLine(1, first + second, order.unit, order.price, order)), Policy())
    later = replace(order, claims=(Claim(50, (0, 1), first, order.unit),))
    verdicts = [
        decide(_bill(BillLine(1, first, order.unit, order.price, order)), Policy()),
        decide(_bill(BillLine(1, second, order.unit, order.price, later)), Policy()),
    ]
    assert sum(withheld(_holds(verdict)) for verdict in verdicts) == withheld(_holds(both))


@given(bills(), policies())
def test_nothing_stopped_withholds_nothing(bill, policy):
    verdict = decide(bill, policy)
    holds = _holds(verdict)
    stopping = [hold for hold in holds if hold.effective_block]  # rounding only informs
    assert (withheld(holds) > 0) is any(hold.gross > 0 for hold in stopping)
    assert withheld(holds) <= sum((hold.gross for hold in holds), Fraction(0))


@given(bills(), policies())
def test_the_same_facts_give_the_same_fingerprints(bill, policy):
    first, second = decide(bill, policy), decide(replace(bill), policy)
    assert [f.fingerprint for f in first.all_findings] == [
        f.fingerprint for f in second.all_findings
    ]


@given(bills(), policies())
def test_observing_finds_the_same_and_stops_nothing(bill, policy):
    observed = decide(bill, replace(policy, mode=Mode.OBSERVE))
    assert observed.block is Block.NOTHING
    assert {f.fingerprint for f in observed.all_findings} == {
        f.fingerprint for f in decide(bill, policy).all_findings
    }


def _bill(*lines):
    return Bill(100, lines, rank=(1, 100))


def _percent(value):
    return Limit.value(percent=value)


def _holds(verdict):
    return [
        Hold(number, f.code, f.line, block=f.block, claimed=f.claimed, stake=f.stake, gross=f.gross)
        for number, f in enumerate(verdict.all_findings)
    ]


def _widened(policy, code, by):
    rule = policy.rule(code)
    upper = rule.tolerance.upper
    if upper.state is State.ZERO:
        upper = _percent(by)
    else:
        upper = replace(
            upper,
            percent=None if upper.percent is None else upper.percent + Fraction(by),
            absolute=None if upper.absolute is None else upper.absolute + Fraction(by),
        )
    rule = Rule(Tolerance(upper, rule.tolerance.lower), rule.block)
    return Policy(policy.mode, {**policy.rules, code: rule})
