"""Random orders, receipts and bills, in units whose factors are no decimals."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from odoo.addons.healthcare_three_way_match.core.lines import (
    Bill,
    BillLine,
    Claim,
    Moved,
    OrderLine,
    Unit,
)
from odoo.addons.healthcare_three_way_match.core.policy import Policy, Rule
from odoo.addons.healthcare_three_way_match.core.tolerance import ZERO, Limit, Tolerance
from odoo.addons.healthcare_three_way_match.core.verdict import Code

UNITS = [
    Unit("each"),
    Unit("box", Fraction(100)),
    Unit("dozen", Fraction(12)),
    Unit("part", Fraction(1, 7)),
]

units = st.sampled_from(UNITS)
quantities = st.decimals(0, 1000, places=2)
prices = st.decimals(0, 500, places=4)
percents = st.decimals(0, 50, places=2)
codes = st.sampled_from([Code.PRICE, Code.QTY_ORD, Code.QTY_REC, Code.NOT_RECEIVED])


@st.composite
def limits(draw):
    if draw(st.booleans()):
        return ZERO
    return Limit.value(draw(percents), draw(quantities))


@st.composite
def policies(draw):
    return Policy(rules={code: Rule(Tolerance(draw(limits()))) for code in draw(st.sets(codes))})


@st.composite
def order_lines(draw, key=1):
    return OrderLine(
        key,
        f"P{key}",
        draw(quantities),
        draw(units),
        draw(prices),
        received=tuple(draw(st.lists(st.builds(Moved, quantities, units), max_size=3))),
        claims=tuple(
            Claim(number, (0, number), quantity, unit)
            for number, (quantity, unit) in enumerate(
                draw(st.lists(st.tuples(quantities, units), max_size=3)), 1
            )
        ),
    )


@st.composite
def bills(draw):
    order = draw(order_lines())
    count = draw(st.integers(1, 3))
    lines = tuple(
        BillLine(key, draw(quantities), draw(units), draw(prices), order) for key in range(count)
    )
    return Bill(100, lines, rank=(1, 100))


def smallest_step():
    """Something no currency and no unit would show."""
    return Decimal("1e-18")
