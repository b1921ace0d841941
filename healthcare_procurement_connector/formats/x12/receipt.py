"""997, a functional acknowledgement of a group, and 999, its successor, which is only read.

The place of an error is told as ``<segment number> <tag>`` and, of an element, ``/<element>`` or
``/<element>.<component>``; its code is one of elements 718 (transaction set), 720 (segment) or 723 (element),
by the place. ``scope`` of a TA1 is the interchange, of all else the group.
"""

import re

from ...core.documents import Receipt, ReceiptError, ReceiptLine
from ..segments.codec import Element, Group, Ignored, Segment, Shape, not_carried
from ..segments.values import INTEGER, coded, text_of
from .codes import RECEIPT_STATUSES

_NUMBERS = re.compile("[0-9]{1,4}")
_STATUS = coded(RECEIPT_STATUSES)
# What may stand as errors of a transaction set (AK502…) and of a group (AK905…).
_SET_ERRORS = tuple(range(2, 7))
_GROUP_ERRORS = tuple(range(5, 10))


class _Codes:
    """Codes of errors, each in an element of its own."""

    required = False
    beside = True
    paths = None

    def __init__(self, places):
        self.places = places
        self.fields = ("codes",)

    def read(self, segment, values, reading):
        found = [segment[at].strip() for at in self.places if at < len(segment)]
        values["codes"] = [code for code in found if code]

    def write(self, values, written, writing):
        codes = values.get("codes") or ()
        if len(codes) > len(self.places):
            raise not_carried("errors", f"X12 tells at most {len(self.places)} here")
        written |= dict(zip(self.places, codes, strict=False))


# Errors at a place -----------------------------------------------------------------------------------------


def _load_segment(values, segment, reading):
    """The errors of a segment: its own, and those of its elements."""
    place = f"{values.get('number', '')} {values.get('tag', '')}".strip()
    found = [ReceiptError(code, place) for code in values.get("codes", ())]
    for element in values.get("elements", ()):
        found.append(ReceiptError(element.code, f"{place}/{element.position}", element.text))
    return found


def _load_element(values, segment, reading):
    return ReceiptError(values.get("code"), values.get("place", ""), values.get("text"))


def _dump_segment(told, writing):
    (number, tag), errors = told
    own = [error for error, at in errors if at is None]
    if any(error.text for error in own):
        raise not_carried("errors.text", "X12 has words for errors of elements only")
    return {
        "number": number,
        "tag": tag,
        "codes": [error.code for error in own],
        "elements": [(error, at) for error, at in errors if at is not None],
    }


def _dump_element(told, writing):
    error, at = told
    return {"place": at, "code": error.code, "text": error.text}


class _ElementPlace:
    """AK401: the element, its component after a separator, as ``1`` or ``1.2``."""

    required = False
    beside = False

    def __init__(self):
        self.places = (1,)
        self.fields = ("place",)

    def read(self, segment, values, reading):
        text = segment[1].strip() if len(segment) > 1 else ""
        values["place"] = ".".join(_NUMBERS.findall(text)[:2])

    def write(self, values, written, writing):
        written[1] = values["place"].replace(".", writing.component)


def _element(tag):
    return Shape(
        None,
        Segment(
            tag,
            _ElementPlace(),
            Ignored(2),
            Element(3, "code", text_of(3), required=True),
            Element(4, "text", text_of(99)),
        ),
        load=_load_element,
        dump=_dump_element,
    )


def _segment(tag, element):
    return Shape(
        None,
        Segment(
            tag,
            Element(1, "tag", text_of(3), required=True),
            Element(2, "number", text_of(6), required=True),
            Ignored(3),
            _Codes((4, 5, 6, 7, 8)),
        ),
        Group(_element(element), "elements", many=True),
        load=_load_segment,
        dump=_dump_segment,
    )


# Transaction sets ------------------------------------------------------------------------------------------


def _load_set(values, segment, reading):
    verdict = values.pop("verdict", None) or values.pop("999 verdict", None)
    if verdict is None:
        reading.remark("missing", segment, "AK5: whether it was accepted")
        verdict = "received", ()
    status, codes = verdict
    errors = [ReceiptError(code) for code in codes]
    for name in ("places", "999 places"):
        for found in values.pop(name, ()):
            errors += found
    return ReceiptLine(values.get("control"), status, values.get("type"), errors=tuple(errors))


def _dump_set(line, writing):
    if line.group is not None:
        raise not_carried("ReceiptLine.group", "a 997 is about one group")
    own, places = _by_place(line.errors)
    return {
        "type": line.type,
        "control": line.control,
        "places": places,
        "verdict": (line.status, own),
    }


def _by_place(errors):
    """The codes of errors without a place, and the errors of each segment in turn."""
    own, places = [], []
    for error in errors:
        if error.code is None:
            raise not_carried("errors.code", "X12 has codes for errors")
        if error.position is None:
            if error.text or places:
                raise not_carried(
                    "errors", "words without a place, or an error after those with one"
                )
            own.append(error.code)
            continue
        where, _, at = error.position.partition("/")
        number, _, tag = where.partition(" ")
        if not places or places[-1][0] != (number, tag) or (not at and places[-1][1][-1][1]):
            places.append(((number, tag), []))
        places[-1][1].append((error, at or None))
    return own, tuple(places)


def _load_verdict(values, segment, reading):
    return values.get("status"), tuple(values.get("codes", ()))


def _verdict(tag):
    return Shape(
        None,
        Segment(tag, Element(1, "status", _STATUS, required=True), _Codes(_SET_ERRORS)),
        load=_load_verdict,
        dump=lambda verdict, writing: {"status": verdict[0], "codes": verdict[1]},
    )


SET = Shape(
    None,
    Segment(
        "AK2",
        Element(1, "type", text_of(3), required=True),
        Element(2, "control", text_of(9), required=True),
        Ignored(3),
    ),
    Group(_segment("AK3", "AK4"), "places", many=True),
    Group(_segment("IK3", "IK4"), "999 places", many=True),
    Group(_verdict("AK5"), "verdict", closed=True),
    Group(_verdict("IK5"), "999 verdict", closed=True),
    load=_load_set,
    dump=_dump_set,
)


# Document --------------------------------------------------------------------------------------------------


def _load_receipt(values, segment, reading):
    values["number"] = reading.envelope.reference
    values["issued"] = reading.prepared
    values["scope"] = "group"
    values.setdefault("control", None)
    values["errors"] = tuple(ReceiptError(code) for code in values.pop("codes", ()))
    told, lines = values.pop("included", None), values.get("lines", ())
    if lines and told is not None and told != len(lines):
        reading.remark("inconsistent", segment, f"AK9/02 {told} told {len(lines)}")
    for field in ("received", "accepted"):
        values.pop(field, None)
    return RECEIPT.build(values, segment, reading)


def _dump_receipt(receipt, writing):
    values = RECEIPT.values_of(receipt, writing)
    if receipt.scope != "group":
        raise not_carried("Receipt.scope", f"a 997 is about a group, not {receipt.scope}")
    own, places = _by_place(receipt.errors)
    if places:
        raise not_carried("Receipt.errors.position", "errors of a group have no place")
    accepted = sum(line.status in ("accepted", "errors") for line in receipt.lines)
    count = len(receipt.lines)
    return values | {"codes": own, "included": count, "received": count, "accepted": accepted}


RECEIPT = Shape(
    Receipt,
    Segment(
        "AK1",
        Element(1, "type", text_of(2), required=True),
        Element(2, "control", text_of(9), required=True),
        Ignored(3),
    ),
    Group(SET, "lines", many=True),
    Segment(
        "AK9",
        Element(1, "status", _STATUS, required=True),
        Element(2, "included", INTEGER),
        Element(3, "received", INTEGER),
        Element(4, "accepted", INTEGER),
        _Codes(_GROUP_ERRORS),
    ),
    load=_load_receipt,
    dump=_dump_receipt,
    also={
        "number": None,
        "issued": None,
        "scope": None,
        "errors": frozenset({"code"}),
        "lines": frozenset(
            {"control", "status", "type", "errors.code", "errors.position", "errors.text"}
        ),
    },
)
