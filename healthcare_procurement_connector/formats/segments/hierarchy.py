"""Segments tell of a shipment as a tree of levels: shipment, order, tare, pack, item. Canonical ones are flat.

Reading, each item finds the order and the package above it, in whatever order the levels are nested; a level
that does not say its parent hangs below the nearest level before it that is higher by nature. Writing, levels are
opened as the lines need them, so that lines stay in their order; a package that is opened twice is one package.
"""

from dataclasses import dataclass, field, replace

from ...core.documents import DespatchLine, Package
from ..errors import FormatError
from .codec import not_carried

SHIPMENT, ORDER, TARE, PACK, ITEM, LOT = "S", "O", "T", "P", "I", "F"
_RANKS = {SHIPMENT: 0, ORDER: 1, TARE: 2, PACK: 3, ITEM: 4, LOT: 5}


@dataclass(slots=True)
class Level:
    """One HL. What it says: of an order its number, of a package its marks, of an item the fields of a line.

    ``shipment`` are values that belong to the document, on whatever level they stand.
    """

    id: str
    parent: str | None
    code: str
    order_number: str | None = None
    package: Package | None = None
    line: dict | None = None
    lots: list = field(default_factory=list)
    shipment: dict = field(default_factory=dict)


# Reading ---------------------------------------------------------------------------------------------------


def above(levels, reading, tag):
    """For each level the one above it, None for the topmost."""
    known = {}
    open_levels = []
    found = []
    for level in levels:
        rank = _RANKS.get(level.code, len(_RANKS))
        while open_levels and open_levels[-1][0] >= rank:
            open_levels.pop()
        nearest = open_levels[-1][1] if open_levels else None
        if level.parent and level.parent not in known:
            reading.remark("missing", [tag], f"the parent {level.parent} of {level.id}")
        found.append(known.get(level.parent, nearest))
        open_levels.append((rank, level))
        known[level.id] = level
    return found


def lines_of(levels, reading, tag):
    """The lines and the packages of a shipment; ``tag`` is that of the segments that levels come from."""
    levels = list(levels)
    parents = above(levels, reading, tag)
    contexts = {}
    children = {}
    packages = {}
    items = []
    for level, parent in zip(levels, parents, strict=True):
        order, package, item = contexts.get(id(parent), (None, None, None))
        if level.order_number:
            order = level.order_number
        if level.package is not None:
            package = _known_package(level.package, package, packages)
            if item is not None:
                children.setdefault(id(item), []).append(package.id)
        if level.code == LOT and item is not None:
            item.lots.extend(level.lots)
        elif level.line is not None:
            item = level
            items.append((level, order, package.id if package else None))
        contexts[id(level)] = order, package, item
    lines = tuple(
        _line(level, order, package, children.get(id(level), ()), reading, tag)
        for level, order, package in items
    )
    return lines, tuple(sorted(packages.values(), key=place_of))


def _known_package(package, parent, packages):
    if parent is not None and parent.id != package.id:
        package = replace(package, parent=parent.id)
    known = packages.get(package.id)
    if known is None or (known.kind is None and known.parent == package.parent):
        packages[package.id] = package
    return package


def _line(level, order, package, inside, reading, tag):
    if package is None and len(inside) == 1:
        package = inside[0]
    elif package is None and inside:
        reading.remark("not_understood", [tag], f"one line in packages {', '.join(inside)}")
    told = {
        "order_number": level.line.get("order_number") or order,
        "package": package,
        "lots": tuple(level.lots),
    }
    return DespatchLine(**level.line | told)


def place_of(package):
    """A parent before what is in it."""
    return package.parent or package.id, package.parent is not None, package.id


# Writing ---------------------------------------------------------------------------------------------------


def levels_of(despatch):
    """The levels of a shipment below its own, each as (code, depth, what it says)."""
    known = {package.id: package for package in despatch.packages}
    check_packages(despatch.packages, known)
    told = set()
    found = []
    order, stack = None, ()
    for line in despatch.lines:
        if line.package and line.package not in known:
            reason = f"a line is in package {line.package}, which is not listed"
            raise FormatError("missing", "packages", reason)
        if line.order_number != order:
            order, stack = line.order_number, ()
            if order is not None:
                found.append((ORDER, 1, order))
        depth = 1 if order is None else 2
        wanted = _chain(line.package, known)
        found.extend(_opened(stack, wanted, depth))
        stack = wanted
        told.update(package.id for package in wanted)
        found.extend(_items(line, depth + len(wanted)))
    loose = [package for package in despatch.packages if package.id not in told]
    stack = ()
    for package in sorted(loose, key=place_of):
        wanted = _chain(package.id, known)
        found.extend(_opened(stack, wanted, 1))
        stack = wanted
    return found


def _chain(package_id, known):
    if not package_id:
        return ()
    package = known[package_id]
    return (known[package.parent], package) if package.parent else (package,)


def _opened(stack, wanted, depth):
    """The package levels to open where those of ``stack`` are open."""
    same = 0
    while same < min(len(stack), len(wanted)) and stack[same] == wanted[same]:
        same += 1
    for at in range(same, len(wanted)):
        package = wanted[at]
        yield PACK if package.parent or len(wanted) == 1 else TARE, depth + at, package


def _items(line, depth):
    """A line with its one lot, or with a level for each of several lots below it."""
    yield ITEM, depth, line
    if not is_inline(line):
        for lot in line.lots:
            yield LOT, depth + 1, lot


def is_inline(line):
    """Whether the line's own level tells all of its lots: none, or one that is the whole line."""
    return not line.lots or (len(line.lots) == 1 and line.lots[0].quantity == line.quantity)


def check_packages(packages, known):
    for package in packages:
        if package.parent and (package.parent not in known or known[package.parent].parent):
            raise not_carried("packages", f"packages nest once: {package.id} in {package.parent}")
        if package.sscc not in (None, package.id):
            raise not_carried("packages.id", f"{package.id} beside the SSCC {package.sscc}")
