"""A table of matches a controller can read, and the few words it is written in.

One row: a name, what was ordered, received, billed by others and billed now, the policy, and what is
found. Quantities are in units, ``3 box`` in boxes of 100, ``2 dozen`` in dozens; ``@`` is the price of
one of them. ``-`` means nothing.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from odoo.addons.healthcare_three_way_match.core.exact import money
from odoo.addons.healthcare_three_way_match.core.lines import (
    Bill,
    BillLine,
    Claim,
    Moved,
    OrderLine,
    Unit,
)
from odoo.addons.healthcare_three_way_match.core.policy import Mode, Policy, Rule, Way
from odoo.addons.healthcare_three_way_match.core.rates import Basis
from odoo.addons.healthcare_three_way_match.core.tolerance import (
    NOT_CHECKED,
    ZERO,
    Limit,
    Tolerance,
)
from odoo.addons.healthcare_three_way_match.core.verdict import Block, Code

UNITS = {
    "": Unit("Units"),
    "box": Unit("Box of 100", Fraction(100)),
    "dozen": Unit("Dozen", Fraction(12)),
    "twelfth": Unit("Twelfth", Fraction(1, 12)),
    "kg": Unit("kg", Fraction(1), base="weight"),
}


def quantity(text):
    """``"3 box"`` -> (Decimal(3), the unit)."""
    number, _space, unit = text.partition(" ")
    return Decimal(number), UNITS[unit]


def priced(text):
    """``"3 box @ 4.50"`` -> (quantity, unit, price)."""
    left, _at, price = text.partition(" @ ")
    return *quantity(left), Decimal(price or "0")


def limit(text):
    """``"2%"``, ``"5"``, ``"2% 5"``, ``"zero"`` or ``"off"``."""
    if text in ("zero", "off"):
        return ZERO if text == "zero" else NOT_CHECKED
    parts = text.split()
    percent = next((Decimal(p[:-1]) for p in parts if p.endswith("%")), None)
    absolute = next((Decimal(p) for p in parts if not p.endswith("%")), None)
    return Limit.value(percent, absolute)


def policy(text):
    """``"PRICE 2% 5; PRICE below 10%; QTY_REC off; NO_PO posting; four_way; rate bill"``; empty is exact."""
    rules, mode, way, rate = {}, Mode.ENFORCE, Way.THREE, Basis.HOLD
    for clause in filter(None, map(str.strip, text.split(";"))):
        if clause in ("observe", "off"):
            mode = Mode(clause)
            continue
        if clause.endswith("_way"):
            way = Way(clause)
            continue
        name, _space, rest = clause.partition(" ")
        if name == "rate":
            rate = Basis(rest)
            continue
        code = Code(name)
        rule = rules.get(code, Rule())
        if rest.upper() in Block.__members__:
            rule = Rule(rule.tolerance, Block.of(rest))
        elif rest.startswith("below "):
            lower = limit(rest.removeprefix("below "))
            rule = Rule(Tolerance(rule.tolerance.upper, lower), rule.block)
        else:
            rule = Rule(Tolerance(limit(rest), rule.tolerance.lower), rule.block)
        rules[code] = rule
    return Policy(mode, rules, way, rate=rate)


@dataclass(frozen=True)
class Case:
    """One row. ``finds`` is ``"PRICE 12.00, QTY_REC 8.00"``: the codes and what is at stake."""

    name: str
    ordered: str = "-"
    received: str = "-"
    others: str = "-"
    billed: str = "-"
    policy: str = ""
    finds: str = "-"
    stops: str = "nothing"
    charges: str = "-"
    order: dict = field(default_factory=dict)
    line: dict = field(default_factory=dict)
    bill: dict = field(default_factory=dict)

    def build(self):
        """The bill of this row."""
        order = None
        if self.ordered != "-":
            count, unit, price = priced(self.ordered)
            facts = {
                "received": tuple(Moved(*quantity(t)) for t in split(self.received)),
                "claims": tuple(claim(i, t) for i, t in enumerate(split(self.others), 1)),
            }
            order = OrderLine(1, "P00001", count, unit, price, **facts | self.order)
        lines = tuple(
            BillLine(key, *priced(text), order=order, **self.line)
            for key, text in enumerate(split(self.billed), 1)
        )
        charges = tuple(
            BillLine(key, Decimal(1), price=Decimal(amount), charge=code or "FC")
            for key, text in enumerate(split(self.charges), 50)
            for code, _space, amount in [text.rpartition(" ")]
        )
        return Bill(100, lines + charges, rank=(1, 100), **self.bill)


def split(text):
    """The parts of ``"3 + 4"``; none for ``"-"``."""
    return [] if text == "-" else [part.strip() for part in text.split("+")]


def claim(number, text):
    """``"4"`` posted before us, ``"4 @ 5 USD"`` in dollars, ``"draft 4"``, ``"later 4"``, ``"credit 2 @ 4"``, ``"for us credit …"``, ``"for 201 credit …"``.

    Bills are numbered as they stand in the row, later ones from 201 on.
    """
    corrects = None
    if text.startswith("for "):
        _for, whom, text = text.split(" ", 2)
        corrects = 100 if whom == "us" else int(whom)
    rank, credit = (0, number), False
    if text.startswith("draft "):
        rank, text = (1, number), text.removeprefix("draft ")
    elif text.startswith("later "):
        number, text = 200 + number, text.removeprefix("later ")
        rank = (1, number)
    elif text.startswith("credit "):
        credit, text = True, text.removeprefix("credit ")
    text, dollar, _rest = text.partition(" USD")
    count, unit, price = priced(text)
    return Claim(
        number,
        rank,
        count,
        unit,
        price,
        credit=credit,
        corrects=corrects,
        currency="USD" if dollar else None,
    )


def stakes(verdict):
    """``{code: "12.00"}``: what was found, each kind with all that is at stake for it."""
    sums = defaultdict(Fraction)
    for finding in verdict.all_findings:
        sums[finding.code.value] += finding.stake
    return {code: str(money(stake)) for code, stake in sums.items()}
