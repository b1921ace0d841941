"""Canonical documents drawn from the fields that X12 and EDIFACT declare to carry.

The classes tell the types, the format tells the fields; what values must have in common in both syntaxes is said
here, what is particular to one stands with its tests, as ``special`` strategies by class and field.
"""

import dataclasses
import types
import typing
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import documents as canonical
from odoo.addons.healthcare_procurement_connector.core.documents import (
    Address,
    CatalogueLine,
    Charge,
    DespatchAdvice,
    Item,
    Lot,
    OrderResponseLine,
    Pack,
    Package,
    Party,
    Price,
    Quantity,
)

# Any character that both syntaxes can hold, their separators and release characters among them.
characters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp"))
texts = st.text(characters, min_size=1, max_size=12).map(str.strip).filter(bool) | st.text(
    "AB*~^>'+:?! 1", min_size=1, max_size=9
).map(str.strip).filter(bool)
codes = st.text("ABCXYZ0123456789-", min_size=1, max_size=9)
notes = st.lists(texts, min_size=1, max_size=3).map("\n".join) | st.text(
    "ab cd", min_size=300, max_size=400
).map(str.strip).filter(bool)
decimals = st.decimals(-(10**9), 10**9, allow_nan=False, places=4) | st.sampled_from(
    [Decimal("0"), Decimal("1E+3"), Decimal("0.00"), Decimal("12.3400")]
)
amounts = st.decimals(0, 10**6, places=2)
positives = st.decimals("0.01", 10**6, places=2)
units = st.sampled_from(["C62", "EA", "XBX", "XCS", "KGM", "H87"])
quantities = st.builds(Quantity, decimals, st.none() | units)
dates = st.dates(date(1970, 1, 1), date(2068, 12, 31))
gtins = st.sampled_from(["04012345123456", "4012345123456", "012345678905", "96385074"])
names = st.text("abc Zü&x", min_size=1, max_size=30).map(str.strip).filter(bool)
LEAVES = {
    str: texts,
    Decimal: decimals,
    date: dates,
    int: st.integers(0, 999),
    Quantity: quantities,
}
DEMANDED = {
    "number", "issued", "buyer", "seller", "order_number", "currency", "line", "status",
}  # fmt: skip

party_ids = st.tuples(
    st.lists(
        st.tuples(st.sampled_from(["", "0088", "0060", "92", "0192"]), codes),
        max_size=3,
        unique=True,
    ),
    st.lists(st.tuples(st.just("VAT"), codes), max_size=1),
).map(lambda ids: (*ids[0], *ids[1]))
prices = st.builds(Price, amounts, st.none() | st.builds(Quantity, positives, st.none() | units))
SPECIAL = {
    (Charge, "kind"): st.sampled_from(["charge", "allowance"]),
    (Charge, "amount"): amounts,
    (Charge, "code"): st.none() | st.sampled_from(["FC", "95", "ABL", "D310", "41"]),
    (Item, "gtin"): st.none() | gtins,
    (Item, "name"): st.none() | notes,
    (Party, "name"): names,
    (Party, "ids"): party_ids,
    (Address, "region"): st.none() | st.sampled_from(["TX", "Bayern"]),
    (Address, "country"): st.none() | st.sampled_from(["DE", "US"]),
    (Address, "zip"): st.none() | codes,
}


class Drawing:
    """Documents with any of the fields in ``carries[cls]``."""

    def __init__(self, carries, special, demanded=()):
        self.carries = carries
        self.special = SPECIAL | special
        self.demanded = DEMANDED | set(demanded)
        self._drawn = {}

    def documents(self, cls):
        if cls not in self._drawn:
            self._drawn[cls] = self._documents(cls)
        return self._drawn[cls]

    def _documents(self, cls):
        drawn = self.objects(cls, self.carries[cls])
        return drawn.flatmap(packed) if cls is DespatchAdvice else drawn

    def objects(self, cls, paths):
        if cls in self.special:
            return self.special[cls]
        if cls is OrderResponseLine:
            return self.answers(paths)
        return st.builds(cls, **self.fields(cls, paths))

    def fields(self, cls, paths):
        hints = typing.get_type_hints(cls, vars(canonical))
        below = {}
        for path in paths:
            name, _, rest = path.partition(".")
            below.setdefault(name, set()).update([rest] if rest else [])
        return {
            name: self.special[cls, name]
            if (cls, name) in self.special
            else self.values(cls, name, hints[name], inner)
            for name, inner in below.items()
            if name != "envelope"
        }

    def values(self, cls, name, hint, paths):
        arguments = typing.get_args(hint)
        if typing.get_origin(hint) is tuple:
            return st.lists(self.plain(arguments[0], paths), max_size=3).map(tuple)
        if isinstance(hint, types.UnionType):
            (hint,) = (each for each in arguments if each is not type(None))
            if name in self.demanded or (cls, name) in self.demanded:
                return self.plain(hint, paths)
            return st.none() | self.plain(hint, paths)
        return self.plain(hint, paths)

    def plain(self, hint, paths):
        if hint in LEAVES:
            return LEAVES[hint]
        objects = self.objects(hint, paths or {field.name for field in dataclasses.fields(hint)})
        return objects.filter(_says_something)

    def answers(self, paths):
        """What a line of an order response says depends on its status."""
        fields = self.fields(OrderResponseLine, paths)
        items = self.plain(
            Item, {path.partition(".")[2] for path in paths if path.startswith("item.")}
        )
        substitutes = self.plain(
            Item, {path.partition(".")[2] for path in paths if path.startswith("substitute.")}
        )

        @st.composite
        def draw_one(draw):
            status = draw(self.special["statuses"])
            given = fields | {"status": st.just(status), "item": st.none() | items}
            given["substitute"] = substitutes if status == "substituted" else st.none()
            return draw(st.builds(OrderResponseLine, **given))

        return draw_one()


def _says_something(drawn):
    return any(getattr(drawn, field.name) not in (None, ()) for field in dataclasses.fields(drawn))


def differences(found, expected, at=""):
    """Where two documents differ, for whoever reads a failure: paths with both values."""
    if found == expected:
        return []
    if (
        type(found) is not type(expected)
        or not isinstance(found, tuple)
        and not dataclasses.is_dataclass(found)
    ):
        return [f"{at}: {found!r} is not {expected!r}"]
    if isinstance(found, tuple):
        if len(found) != len(expected):
            return [f"{at}: {len(found)} are not {len(expected)}: {found!r} / {expected!r}"]
        pairs = (
            (f"{at}[{place}]", *both)
            for place, both in enumerate(zip(found, expected, strict=True))
        )
    else:
        pairs = (
            (f"{at}.{field.name}", getattr(found, field.name), getattr(expected, field.name))
            for field in dataclasses.fields(found)
            if field.compare
        )
    return [each for name, one, other in pairs for each in differences(one, other, name)]


# Despatch advices: lots and packages belong to the lines -----------------------------------------------------


@st.composite
def packed(draw, advice):
    packages = [
        draw(_package(f"o{name}")) for name in draw(st.lists(codes, max_size=3, unique=True))
    ]
    for parent in list(packages):
        for index in range(draw(st.integers(0, 2))):
            packages.append(draw(_package(f"i{parent.id}-{index}", parent.id)))
    packages.sort(key=lambda each: (each.parent or each.id, each.parent is not None, each.id))
    inside = st.sampled_from([None, *(package.id for package in packages)])
    lines = tuple(
        dataclasses.replace(
            line,
            package=draw(inside),
            lots=draw(_lots(line.quantity)),
            outstanding=draw(_outstanding(line.quantity)),
        )
        for line in advice.lines
    )
    return dataclasses.replace(advice, packages=tuple(packages), lines=lines)


def _package(identifier, parent=None):
    return st.builds(
        Package,
        id=st.just(identifier),
        sscc=st.none() | st.just(identifier),
        parent=st.just(parent),
        kind=st.none() | st.sampled_from(["CT", "BX", "PX"]),
    )


def _lots(quantity):
    one = st.builds(Lot, lot=codes, expiry=st.none() | dates, quantity=st.just(quantity))
    many = st.lists(
        st.builds(
            Lot, lot=codes, expiry=st.none() | dates, serial=st.none() | codes, quantity=quantities
        ),
        min_size=2,
        max_size=3,
    )
    return st.just(()) | one.map(lambda lot: (lot,)) | many.map(tuple)


def _outstanding(quantity):
    if quantity is None:
        return st.none()
    return st.none() | st.builds(Quantity, amounts, st.just(quantity.unit))


# Catalogues: packs hold each other ---------------------------------------------------------------------------


@st.composite
def catalogue_lines(draw, items, actions):
    """Lines whose price, packs and minimum agree on what can be ordered."""
    chain = draw(st.lists(units, min_size=1, max_size=3, unique=True))
    packs = []
    for place, unit in enumerate(chain if draw(st.booleans()) else ()):
        last = place == len(chain) - 1
        held = draw(st.integers(1, 20))
        inner = None if last else Quantity(Decimal(held), chain[place + 1])
        gtin = draw(gtins if last and place else st.none() | gtins)
        packs.append(Pack(unit, inner, gtin))
    unit = chain[0]
    per = draw(st.none() | st.builds(Quantity, st.just(Decimal(100)), st.just(unit)))
    return CatalogueLine(
        item=draw(items),
        action=draw(actions),
        price=draw(st.builds(Price, amounts, st.just(per))),
        currency=draw(st.none() | st.just("USD")),
        unit=unit,
        packs=tuple(packs),
        minimum=draw(st.none() | st.builds(Quantity, amounts, st.just(unit))),
        valid_from=draw(st.none() | dates),
        valid_to=draw(st.none() | dates),
    )
