"""Packages of a ship notice: a line names the package it is in and those around it, the innermost first."""

from dataclasses import replace

from ...core.documents import Package
from ..errors import FormatError
from .codec import Leaf, Shape, Wrap
from .values import LOCAL_TEXT


def _load_packaging(values, element, reading):
    sscc = values.get("sscc")
    name = sscc or values.get("id")
    codes = values.get("codes", ())
    if name is None:
        reading.not_understood(element)
        return None
    return Package(name, sscc, values.get("parent"), codes[0] if codes else None)


PACKAGING = Shape(
    None,
    Leaf("PackagingCode", "codes", LOCAL_TEXT, many=True),
    Leaf("ShippingContainerSerialCode", "sscc"),
    Leaf("ShippingContainerSerialCodeReference", "parent"),
    Wrap("PackageID", Leaf("PackageTrackingID", "id")),
    load=_load_packaging,
    dump=lambda package, writing: {
        "codes": [package.kind or ""],
        "sscc": package.sscc,
        "parent": package.parent,
        "id": None if package.sscc else package.id,
    },
)


def packages_of(told):
    """All packages, each once, a package before what is in it."""
    known = {}
    for package in told:
        known.setdefault(package.id, package)
    paths = {name: _path(package, known) for name, package in known.items()}
    return tuple(sorted(known.values(), key=lambda package: paths[package.id]))


def _path(package, known):
    """The names from the outermost package to this one; a circle ends where it began."""
    names = [package.id]
    while (package := known.get(package.parent)) and package.id not in names:
        names.append(package.id)
    return tuple(reversed(names))


def chains_of(advice):
    """{package id: the packages from it outwards}, all named as they are written."""
    known = {package.id: package for package in advice.packages}
    names = {package.id: package.sscc or package.id for package in advice.packages}
    chains = {}
    for line in advice.lines:
        if line.package and line.package not in chains:
            chains[line.package] = _chain(line.package, known, names)
    told = {package.id for chain in chains.values() for package in chain}
    untold = [name for identifier, name in names.items() if names[identifier] not in told]
    if untold:
        raise FormatError("not_carried", "packages", f"no line is in package {untold[0]}")
    return chains


def _chain(identifier, known, names):
    chain = []
    while identifier is not None:
        if identifier not in known:
            raise FormatError("missing", "packages", f"package {identifier} is not listed")
        package = known[identifier]
        if len(chain) == len(known):
            raise FormatError("inconsistent", "packages", f"package {identifier} is in itself")
        parent = names.get(package.parent, package.parent)
        chain.append(replace(package, id=names[identifier], parent=parent))
        identifier = package.parent
    return chain
