"""How a supplier writes: in the format that its order came in, under numbers of its own, as a test where that was one."""

import itertools
from dataclasses import replace
from datetime import datetime, timezone

from odoo.addons.healthcare_procurement_connector.core.documents import Envelope, Invoice
from odoo.addons.healthcare_procurement_connector.formats import FORMATS, acknowledge, render

NUMBERED = ("x12", "edifact")


class Speech:
    """One supplier's. Counts its interchanges; drawing a number is atomic."""

    def __init__(self):
        self._numbers = itertools.count(1)

    def write(self, document, format_code, test):
        """``test``: whether the order was one; None where its format cannot say."""
        now = datetime.now(timezone.utc)
        if format_code in NUMBERED:
            number = str(next(self._numbers))
            said = _in_its_places(_packages_by_sscc(document), format_code)
            return render(said, format_code, control=number, prepared=now, test=bool(test))
        if format_code == "cxml":
            envelope = Envelope(syntax="cxml", control=f"{document.number}@simulator", test=test)
            return render(replace(document, envelope=envelope), "cxml", timestamp=now)
        return render(document, format_code)

    def receipts(self, raw, format_code):
        """[(receipt, bytes)] that acknowledge what the buyer's system sent."""
        now, number = datetime.now(timezone.utc), str(next(self._numbers))
        found = acknowledge(raw, number, format_code, prepared=now)
        return [(each, render(each, format_code, prepared=now)) for each in found]


def _packages_by_sscc(document):
    """X12 and EDIFACT know a package by its SSCC alone."""
    packages = getattr(document, "packages", ())
    names = {each.id: each.sscc for each in packages if each.sscc}
    if not names:
        return document
    return replace(
        document,
        packages=tuple(
            replace(
                each, id=names.get(each.id, each.id), parent=names.get(each.parent, each.parent)
            )
            for each in packages
        ),
        lines=tuple(
            replace(line, package=names.get(line.package, line.package)) for line in document.lines
        ),
    )


def _in_its_places(document, format_code):
    """A bill names the lines of its ship notice, and the account to pay to, where its language has a place for that."""
    carried = FORMATS[format_code].carries[type(document)]
    if not isinstance(document, Invoice):
        return document
    if "payee.account" not in carried:
        document = replace(document, payee=None)
    if "lines.despatch_line" not in carried:
        lines = tuple(replace(line, despatch_line=None) for line in document.lines)
        document = replace(document, lines=lines)
    return document
