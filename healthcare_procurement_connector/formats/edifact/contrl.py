"""CONTRL, the functional acknowledgement of an interchange.

The place of an error is the number of the segment in the message and, of an element, ``/<element>`` or
``/<element>.<component>``; its code is of element 0085. CONTRL knows accepted and rejected; accepted with errors is
what has errors all the same, and partly accepted an interchange of which a message is rejected.
"""

from ...core.documents import Receipt, ReceiptError, ReceiptLine
from ..errors import FormatError
from ..segments.codec import Element, Group, Ignored, Segment, Shape, not_carried
from ..segments.values import coded, text_of
from .codes import (
    CONTRL_ACTIONS,
    CONTRL_STATUSES,
)
from .parts import component
from .values import ID

_ACTION = coded(CONTRL_STATUSES)
_QUALIFIERS = {"0088": "14", "0060": "1"}


# Errors ------------------------------------------------------------------------------------------------------


def _load_element(values, segment, reading):
    at = values.get("element", "")
    if "component" in values:
        at = f"{at}.{values['component']}"
    return values.get("code"), at


def _dump_element(told, writing):
    code, at = told
    element, _, part = at.partition(".")
    return {"code": code, "element": element, "component": part or None}


_ELEMENT_ERROR = Shape(
    None,
    Segment(
        "UCD",
        component(1, "code", text_of(3)),
        Element((2, 0), "element", text_of(3)),
        Element((2, 1), "component", text_of(3)),
    ),
    load=_load_element,
    dump=_dump_element,
)


def _load_segment(values, segment, reading):
    place = values.get("place", "")
    found = [ReceiptError(values["code"], place)] if "code" in values else []
    return found + [ReceiptError(code, f"{place}/{at}") for code, at in values.get("elements", ())]


_SEGMENT_ERROR = Shape(
    None,
    Segment(
        "UCS",
        component(1, "place", text_of(6), required=True),
        component(2, "code", text_of(3)),
    ),
    Group(_ELEMENT_ERROR, "elements", many=True),
    load=_load_segment,
    dump=lambda told, writing: dict(zip(("place", "code", "elements"), told, strict=True)),
)


def _split(errors):
    """The code of the error without a place, and those of each segment: (place, its code, its elements)."""
    own, places = None, []
    for error in errors:
        if error.code is None or error.text is not None:
            raise not_carried("errors.text", "CONTRL has codes for errors, no words")
        if error.position is None:
            if own is not None or places:
                raise not_carried("errors", "CONTRL has one error without a place, the first")
            own = error.code
            continue
        place, _, at = error.position.partition("/")
        if not at:
            places.append([place, error.code, []])
            continue
        if not places or places[-1][0] != place:
            places.append([place, None, []])
        places[-1][2].append((error.code, at))
    return own, tuple(places)


# CONTRL ------------------------------------------------------------------------------------------------------


def _load_message(values, segment, reading):
    errors = [ReceiptError(values["code"])] if "code" in values else []
    for found in values.get("places", ()):
        errors += found
    status = values.get("status")
    if status == "accepted" and errors:
        status = "errors"
    if status is None:
        raise FormatError("missing", reading.position(segment, (3, 0)), "no action")
    return ReceiptLine(values.get("control"), status, values.get("type"), errors=tuple(errors))


def _dump_message(line, writing):
    own, places = _split(line.errors)
    return {
        "control": line.control,
        "type": line.type,
        "status": _action(line.status),
        "code": own,
        "places": places,
    }


def _action(status):
    if status not in CONTRL_ACTIONS:
        raise not_carried("status", f"CONTRL has no action for {status!r:.60}")
    return CONTRL_STATUSES[CONTRL_ACTIONS[status]]


_MESSAGE = Shape(
    None,
    Segment(
        "UCM",
        component(1, "control", text_of(14), required=True),
        Element((2, 0), "type", text_of(6)),
        Ignored((2, 1), (2, 2), (2, 3), (2, 4)),
        component(3, "status", _ACTION, required=True),
        component(4, "code", text_of(3)),
    ),
    Group(_SEGMENT_ERROR, "places", many=True),
    load=_load_message,
    dump=_dump_message,
)


def _load_group(values, segment, reading):
    """The messages of a group; a group that is judged as a whole is a line without a message."""
    group = values.get("group")
    lines = tuple(
        ReceiptLine(line.control, line.status, line.type, group, line.errors)
        for line in values.get("messages", ())
    )
    if lines:
        return lines
    errors = (ReceiptError(values["code"]),) if "code" in values else ()
    return (ReceiptLine(None, values.get("status", "received"), None, group, errors),)


def _dump_group(lines, writing):
    first = lines[0]
    values = {"group": first.group, "status": "accepted"}
    if first.control is None:
        own, _places = _split(first.errors)
        return values | {"status": _action(first.status), "code": own}
    return values | {"messages": lines}


_GROUP = Shape(
    None,
    Segment(
        "UCF",
        component(1, "group", text_of(14), required=True),
        Ignored((2, 0), (2, 1), (3, 0), (3, 1)),
        component(4, "status", _ACTION),
        component(5, "code", text_of(3)),
    ),
    Group(_MESSAGE, "messages", many=True),
    load=_load_group,
    dump=_dump_group,
)


def _party(number, field):
    return (
        Element((number, 0), field, ID),
        Element((number, 1), f"{field} qualifier", text_of(4), beside=True),
        Ignored((number, 2)),
    )


def _load_contrl(values, segment, reading):
    values["number"] = reading.envelope.reference
    values["issued"] = reading.prepared
    values["scope"] = "interchange"
    values["errors"] = (ReceiptError(values["code"]),) if "code" in values else ()
    lines = (
        *values.pop("lines", ()),
        *(line for lines in values.pop("groups", ()) for line in lines),
    )
    values["lines"] = lines
    if values.get("status") == "accepted":
        values["status"] = _verdict(lines, values["errors"])
    return CONTRL.build(values, segment, reading)


def _verdict(lines, errors):
    statuses = {line.status for line in lines}
    if "rejected" in statuses:
        return "partial"
    return "errors" if errors or "errors" in statuses else "accepted"


def _dump_contrl(receipt, writing):
    values = CONTRL.values_of(receipt, writing)
    own, places = _split(receipt.errors)
    if places:
        raise not_carried("Receipt.errors.position", "errors of an interchange have no place")
    status = _action(receipt.status)
    if status == "accepted" and receipt.status != _verdict(receipt.lines, receipt.errors):
        raise not_carried("Receipt.status", f"{receipt.status} is not what the messages add up to")
    # The interchange that is answered went from our receiver to our sender.
    values |= _ids("from", writing.frame.receiver) | _ids("to", writing.frame.sender)
    values |= {"status": status, "code": own}
    groups = {}
    values["lines"] = tuple(line for line in receipt.lines if line.group is None)
    for line in receipt.lines[len(values["lines"]) :]:
        if line.group is None:
            raise not_carried("Receipt.lines", "messages in groups come after those without")
        groups.setdefault(line.group, []).append(line)
    values["groups"] = tuple(map(tuple, groups.values()))
    return values


def _ids(field, pair):
    scheme, value = pair
    qualifier = _QUALIFIERS.get(scheme, scheme)
    return {field: value, f"{field} qualifier": qualifier or None}


CONTRL = Shape(
    Receipt,
    Segment(
        "UCI",
        component(1, "control", text_of(14), required=True),
        *_party(2, "from"),
        *_party(3, "to"),
        component(4, "status", _ACTION, required=True),
        component(5, "code", text_of(3)),
    ),
    Group(_MESSAGE, "lines", many=True),
    Group(_GROUP, "groups", many=True),
    load=_load_contrl,
    dump=_dump_contrl,
    also={
        "number": None,
        "issued": None,
        "scope": None,
        "errors": frozenset({"code"}),
        "lines": frozenset(
            {"control", "status", "type", "group", "errors.code", "errors.position"}
        ),
    },
)
