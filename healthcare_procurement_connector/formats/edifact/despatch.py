"""DESADV, a despatch advice.

CPS opens a level of packing: packages (PAC, PCI, GIN), then what is in them (LIN). Lines are written in their
order, so that a level may be opened again; a package that is told twice is one package.
"""

from dataclasses import replace
from decimal import Decimal

from ...core.documents import DespatchAdvice, Lot, Package
from ..errors import FormatError
from ..segments.codec import Constant, Element, Group, Ignored, Segment, Shape
from ..segments.hierarchy import ITEM, PACK, Level, check_packages, lines_of, place_of
from ..segments.values import text_of
from .codes import DESPATCH_NAME, PACKAGE_KINDS
from .parts import (
    EXPECTED,
    ISSUED,
    ITEM_NAME,
    ITEM_PATHS,
    LINE_COUNT,
    PIA,
    PURPOSE,
    check_count,
    component,
    date_segment,
    item_values,
    opening,
    parties,
    period_segments,
    period_values,
    quantity,
    reference,
    take_item,
    take_parties,
    take_period,
    tell_ids,
)
from .values import ID, DateAt

# 7405, kinds of identity: an SSCC, another mark; a lot, a serial number.
SSCC, MARK, LOT, SERIAL = "BJ", "ML", "BX", "BN"
_WHOLE = "1"


# Lots ------------------------------------------------------------------------------------------------------


def _gin(qualifier, field):
    return Segment(f"GIN+{qualifier}", Element((2, 0), field, ID))


def _load_lot(values, segment, reading):
    return Lot(**values) if values else None


# 4233 of PCI: what follows are lots, is an SSCC.
LOT_MARK, SSCC_MARK = "36E", "33E"
_LOT = Shape(
    Lot,
    Segment(f"PCI+{LOT_MARK}", always=True),
    Segment("DTM+36", DateAt("expiry")),
    quantity("12", "quantity"),
    _gin(LOT, "lot"),
    _gin(SERIAL, "serial"),
    load=_load_lot,
)
_SERIAL = Shape(
    None,
    Segment(f"GIN+{SERIAL}", *(Element((at, 0), f"serial {at}") for at in range(2, 7))),
    load=lambda values, segment, reading: tuple(Lot(serial=text) for text in values.values()),
)


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, segment, reading):
    item_ids = values.get("ids", {})
    plain = {field: item_ids.pop(field) for field in ("lot", "serial") if field in item_ids}
    plain |= {field: values[field] for field in ("lot", "expiry") if field in values}
    lots = [Lot(**plain)] if plain else []
    lots += values.get("lots", ())
    for serials in values.get("serials", ()):
        lots += serials
    amount = values.get("quantity")
    if len(lots) == 1 and lots[0].quantity is None:
        lots = [replace(lots[0], quantity=amount)]
    item = take_item(values)
    tell_ids(values, segment, reading)
    line = {
        "number": values.get("number"),
        "item": item,
        "quantity": amount,
        "order_number": values.get("order_number"),
        "order_line": values.get("order_line") or values.get("order_line too"),
        "outstanding": values.get("outstanding"),
    }
    return line, lots


def _dump_line(line, writing):
    values = {
        "number": line.number,
        "quantity": line.quantity,
        "outstanding": line.outstanding,
        "order_number": line.order_number,
        "order_line": line.order_line,
        "lots": line.lots,
    }
    if line.order_line is not None and line.order_number is None:
        values |= {"order_line": None, "order_line too": line.order_line}
    return values | item_values(line.item, writing)


LINE = Shape(
    None,
    opening(component(1, "number", text_of(6)), Ignored((2, 0))),
    PIA,
    ITEM_NAME,
    quantity("12", "quantity"),
    quantity("83", "outstanding"),
    date_segment("36", "expiry"),
    _gin(LOT, "lot"),
    Group(_SERIAL, "serials", many=True),
    Segment(
        "RFF+ON", Element((1, 1), "order_number", ID), Element((1, 2), "order_line", text_of(6))
    ),
    Segment("RFF+LI", Element((1, 1), "order_line too", ID)),
    Group(_LOT, "lots", many=True, closed=True),
    load=_load_line,
    dump=_dump_line,
)


# Packages ----------------------------------------------------------------------------------------------------


def _load_package(values, segment, reading):
    """The packages of one PAC: by their marks, of which it may have many."""
    kind = values.get("kind")
    kind = PACKAGE_KINDS.get(kind, kind)
    marks = values.get("marks", ())
    return tuple(Package(mark, mark if is_sscc else None, None, kind) for mark, is_sscc in marks)


def _dump_package(package, writing):
    mark = SSCC_MARK if package.sscc else "17"
    return {"kind": package.kind, "PCI": mark, "marks": ((package.id, bool(package.sscc)),)}


def _load_mark(values, segment, reading):
    mark = values.get("mark")
    return (mark, values.get("kind") in (SSCC, "AW")) if mark else None


_MARK = Shape(
    None,
    Segment(
        "GIN",
        component(1, "kind", beside=True),
        Element((2, 0), "mark", ID),
    ),
    load=_load_mark,
    dump=lambda mark, writing: {"mark": mark[0], "kind": SSCC if mark[1] else MARK},
)
_PACKAGE = Shape(
    None,
    Segment("PAC", Constant((1, 0), "1"), component(3, "kind", text_of(17)), always=True),
    Segment("PCI", component(1, "PCI"), Ignored((2, 0), (3, 0))),
    Group(_MARK, "marks", many=True),
    load=_load_package,
    dump=_dump_package,
)


# Levels ----------------------------------------------------------------------------------------------------


def _load_level(values, segment, reading):
    packages = [package for found in values.get("packages", ()) for package in found]
    return values.get("id", ""), values.get("parent"), packages, values.get("lines", ())


def _dump_level(told, writing):
    number, parent, package, lines = told
    return {
        "id": number,
        "parent": parent,
        "packages": (package,) if package else (),
        "lines": lines,
    }


LEVEL = Shape(
    None,
    Segment(
        "CPS", component(1, "id", text_of(35)), component(2, "parent", text_of(35)), Ignored((3, 0))
    ),
    Group(_PACKAGE, "packages", many=True),
    Group(LINE, "lines", many=True),
    load=_load_level,
    dump=_dump_level,
)


def _levels(told, reading):
    """The levels as ``segments.hierarchy`` has them: a line is a level below that of its packages."""
    for number, parent, packages, lines in told:
        level = Level(number, parent, PACK)
        if len(packages) == 1:
            (level.package,) = packages
        yield level
        for place, package in enumerate(packages if len(packages) > 1 else ()):
            yield Level(f"{number} package {place}", number, PACK, package=package)
        if lines and len(packages) > 1:
            reading.remark("not_understood", ["CPS"], f"lines in {len(packages)} packages together")
        for place, (line, lots) in enumerate(lines):
            yield Level(f"{number} line {place}", number, ITEM, line=line, lots=lots)


def _written_levels(despatch):
    """(number, number of the parent, package, lines) of each CPS."""
    known = {package.id: package for package in despatch.packages}
    check_packages(despatch.packages, known)
    writer = _Levels(known)
    for line in despatch.lines:
        if line.package and line.package not in known:
            reason = f"a line is in package {line.package}, which is not listed"
            raise FormatError("missing", "packages", reason)
        writer.open(line.package)
        writer.found[-1][3].append(line)
    for package in sorted(despatch.packages, key=place_of):
        if package.id not in writer.told:
            writer.open(package.id)
    return tuple(writer.found)


class _Levels:
    def __init__(self, known):
        self.known = known
        self.found = [(_WHOLE, None, None, [])]
        self.at = None
        self.outer = None
        self.told = set()

    def open(self, package_id):
        """See to it that the last level is that of the package; None is the whole shipment."""
        if package_id == self.at:
            return
        package = self.known.get(package_id)
        parent = _WHOLE
        if package is not None and package.parent:
            if self.outer is None or self.outer[0] != package.parent:
                self._add(self.known[package.parent], _WHOLE)
                self.outer = package.parent, self.found[-1][0]
            parent = self.outer[1]
        self._add(package, parent)
        if package is None or not package.parent:
            self.outer = (package.id, self.found[-1][0]) if package else None
        self.at = package_id

    def _add(self, package, parent):
        self.found.append((str(len(self.found) + 1), parent, package, []))
        if package is not None:
            self.told.add(package.id)


# Document --------------------------------------------------------------------------------------------------


def _load_despatch(values, segment, reading):
    take_parties(values, segment, reading)
    if period := take_period(values, "expected", segment, reading):
        values["expected"] = period
    if "tracking too" in values:
        values.setdefault("tracking", values.pop("tracking too"))
    for field in ("tracking too", "name"):
        values.pop(field, None)
    levels = values.pop("levels", ())
    values["lines"], values["packages"] = lines_of(_levels(levels, reading), reading, "CPS")
    check_count(values, len(values["lines"]), segment, reading)
    return DESPATCH.build(values, segment, reading)


def _dump_despatch(despatch, writing):
    values = DESPATCH.values_of(despatch, writing)
    values["name"] = DESPATCH_NAME
    values["levels"] = _written_levels(despatch)
    values["line_count"] = Decimal(len(despatch.lines))
    return values | period_values("expected", despatch.expected)


DESPATCH = Shape(
    DespatchAdvice,
    Segment(
        "BGM",
        component(1, "name", beside=True),
        Element((2, 0), "number", ID, required=True),
        component(3, "purpose", PURPOSE),
    ),
    ISSUED,
    date_segment("11", "shipped"),
    *period_segments("expected", EXPECTED),
    reference("ON", "order_number"),
    reference("CN", "tracking"),
    reference("AAS", "tracking too"),
    *parties("buyer", "seller", "deliver_to"),
    Segment(
        "TDT",
        Constant((1, 0), "20"),
        Ignored((2, 0), (3, 0), (4, 0), (5, 0), (5, 1), (5, 2)),
        Element((5, 3), "carrier", ID),
    ),
    Group(LEVEL, "levels", many=True),
    LINE_COUNT,
    load=_load_despatch,
    dump=_dump_despatch,
    also={
        "expected": frozenset({"start", "end"}),
        "packages": frozenset({"id", "sscc", "parent", "kind"}),
        "lines": frozenset(
            {"number", "order_number", "order_line", "package"}
            | {
                f"{field}.{part}"
                for field in ("quantity", "outstanding")
                for part in ("value", "unit")
            }
            | {f"item.{field}" for field in ITEM_PATHS}
            | {"lots.lot", "lots.expiry", "lots.serial", "lots.quantity"}
        ),
    },
)
