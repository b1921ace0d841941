"""Packages: canonical ones are a flat list with parents; UBL nests them below the lines they hold.

A unit is a transport handling unit as UBL has it: a package and the packages in it. A line with a unit that
holds exactly one package is in that package, any other line is in the unit itself. Units of no line stand in
the shipment of the whole document.
"""

from ...core.documents import Package
from ..errors import FormatError
from .codec import Branch, Leaf, Shape
from .values import IDENTIFIER

SSCC = "SSCC"
_SSCC_LENGTH = 18


def is_sscc(text):
    """Whether ``text`` is a serial shipping container code: 18 digits, the last one a check digit.

    >>> is_sscc("173111000000000013"), is_sscc("173111000000000014"), is_sscc("5454")
    (True, False, False)
    """
    if len(text) != _SSCC_LENGTH or not (text.isascii() and text.isdigit()):
        return False
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(text[:-1]))
    return (10 - total % 10) % 10 == int(text[-1])


def _load_package(values, element, reading):
    if "identifier" not in values:
        reading.not_understood(element)
        return None
    scheme, text = values["identifier"]
    sscc = text if scheme == SSCC or is_sscc(text) else None
    return Package(text, sscc, kind=values.get("kind"))


def _dump_package(package, writing):
    scheme, text = (SSCC, package.sscc) if package.sscc else ("", package.id)
    return {"identifier": (scheme, text), "kind": package.kind}


def _load_unit(values, element, reading):
    outer = _load_package(values, element, reading)
    if outer is None:
        return None
    inner = values.get("inner", ())
    return outer, tuple(Package(each.id, each.sscc, outer.id, each.kind) for each in inner)


def _dump_unit(unit, writing):
    outer, inner = unit
    return _dump_package(outer, writing) | {"inner": inner}


_INNER = Shape(
    None,
    Leaf("ID", "identifier", IDENTIFIER),
    Leaf("PackagingTypeCode", "kind"),
    load=_load_package,
    dump=_dump_package,
)
UNIT = Shape(
    None,
    Leaf("ID", "identifier", IDENTIFIER),
    Leaf("TransportHandlingUnitTypeCode", "kind"),
    Branch("Package", _INNER, "inner", many=True),
    load=_load_unit,
    dump=_dump_unit,
)


def package_of(units):
    """The id of the package that a line with these units is in."""
    if not units:
        return None
    outer, inner = units[0]
    return inner[0].id if len(inner) == 1 else outer.id


def packages_of(units):
    """All packages of ``units``, each once, a parent before what is in it."""
    packages = {}
    for outer, inner in units:
        for package in (outer, *inner):
            known = packages.get(package.id)
            if known is None or (known.kind is None and known.parent == package.parent):
                packages[package.id] = package
    return tuple(sorted(packages.values(), key=_place))


def _place(package):
    return package.parent or package.id, package.parent is not None, package.id


def units_of(packages, lines):
    """The unit of each line (None: not in a package) and the units that belong to no line."""
    known = {package.id: package for package in packages}
    _check_nesting(packages, known)
    linked = {line.package for line in lines if line.package}
    if linked - known.keys():
        unknown = min(linked - known.keys())
        raise FormatError(
            "missing", "packages", f"a line is in package {unknown}, which is not listed"
        )
    loose = _loose(packages, linked | {known[each].parent for each in linked})
    units = {}
    for identifier in linked:
        package = known[identifier]
        inner = loose.get(identifier, ())
        if package.parent:
            units[identifier] = known[package.parent], (package,)
        elif len(inner) > 1:
            units[identifier] = package, tuple(loose.pop(identifier))
        else:
            units[identifier] = package, ()
    rest = [(known[outer], tuple(inner)) for outer, inner in loose.items()]
    return [units.get(line.package) for line in lines], rest


def _check_nesting(packages, known):
    for package in packages:
        if package.parent and (package.parent not in known or known[package.parent].parent):
            reason = f"UBL nests packages once: {package.id} in {package.parent}"
            raise FormatError("not_carried", "packages", reason)


def _loose(packages, told):
    """The packages that no line tells of, below the unit they are in."""
    loose = {}
    for package in packages:
        if package.id not in told:
            inner = loose.setdefault(package.parent or package.id, [])
            inner.extend([package] if package.parent else [])
    return loose
