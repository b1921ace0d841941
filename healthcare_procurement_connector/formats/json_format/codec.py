"""Canonical documents and their parts to and from the data of JSON."""

from ...core.documents import Envelope
from ...core.vocabulary import words_of
from ..errors import FormatError
from ..remarks import Remarks
from ..structure import fields_of, name_of
from .schema import CLASSES, TYPE
from .values import LEAVES

SYNTAX = "json"
_SHOWN = 60
_NOTHING = (None, "", ())


class Reading:
    """Where the reading is: JSON pointers tell positions, the same without indexes tell paths."""

    def __init__(self, strict):
        self.remarks = Remarks(strict)

    def deviation(self, code, where, text):
        self.remarks.deviation(code, _path(where), where, text)

    def unknown(self, where, name, data):
        """A property that no class has: an error in strict reading."""
        where = f"{where}/{_shown(name)}"
        self.remarks.deviation("not_understood", _path(where), where, _shown(str(data)))


# Reading -----------------------------------------------------------------------------------------------------


def read_document(data, where, strict):
    if not isinstance(data, dict):
        raise FormatError("unexpected_structure", where or "/", "an object belongs here")
    name = data.pop(TYPE, None)
    if name is None:
        raise FormatError("missing", where or "/", f"no property {TYPE!r} tells the type")
    if not isinstance(name, str) or name not in CLASSES:
        reason = f"no reader for {_shown(str(name))}"
        raise FormatError("unsupported_type", f"{where}/{TYPE}", reason)
    reading = Reading(strict)
    values = _values(CLASSES[name], data, where, reading)
    values["remarks"] = reading.remarks.told()
    envelope = values.get("envelope", Envelope())
    told = {field.name: getattr(envelope, field.name) for field in fields_of(Envelope)}
    return CLASSES[name](**values | {"envelope": Envelope(**told | {"syntax": SYNTAX})})


def _values(cls, data, where, reading):
    fields = {field.name: field for field in fields_of(cls) if field.name != "syntax"}
    for name in data:
        if name not in fields:
            reading.unknown(where, name, data[name])
    values = {}
    for name, field in fields.items():
        value = _read_field(cls, field, data.get(name), f"{where}/{name}", reading)
        if value is not None:
            values[name] = value
        elif field.required:
            raise _missing(where or "/", name)
        elif field.needed:
            values[name] = None
    return values


def _missing(where, name):
    return FormatError("missing", where, f"no {name.replace('_', ' ')}")


def _read_field(cls, field, data, where, reading):
    if data is None:
        return None
    if not field.many:
        return _read_value(cls, field, data, where, reading)
    if not isinstance(data, list):
        raise FormatError("unexpected_structure", where, "a list belongs here")
    read = (
        _read_value(cls, field, each, f"{where}/{index}", reading)
        for index, each in enumerate(data)
    )
    return tuple(value for value in read if value is not None)


def _read_value(cls, field, data, where, reading):
    if field.is_object:
        if not isinstance(data, dict):
            raise FormatError("unexpected_structure", where, "an object belongs here")
        return field.kind(**_values(field.kind, data, where, reading))
    try:
        value = LEAVES[field.kind].read(data, where, reading)
    except FormatError as error:
        raise (error if error.position else error.at(where)) from None
    words = words_of(cls, field.name)
    if words and value is not None and value not in words:
        reason = f"{_shown(value)} is none of {', '.join(words)}"
        raise FormatError("unknown_code", where, reason)
    return value


# Writing -----------------------------------------------------------------------------------------------------


def write_document(document):
    if type(document) not in CLASSES.values():
        kind = type(document).__name__
        raise FormatError("unsupported_type", "", f"JSON is not written for {kind}")
    name = name_of(type(document))
    try:
        return {TYPE: name} | _data(document)
    except FormatError as error:
        raise error.inside(f"/{name}") from None


def _data(obj):
    data = {}
    for field in fields_of(type(obj)):
        value = getattr(obj, field.name)
        if field.name == "envelope":
            value = _own_envelope(value)
        if value in _NOTHING and field.required:
            raise _missing("", field.name)
        if value in _NOTHING or value == field.default or field.name == "syntax":
            continue
        try:
            data[field.name] = _write_field(type(obj), field, value)
        except FormatError as error:
            raise error.inside(field.name) from None
    return data


def _write_field(cls, field, value):
    if field.many:
        return [_write_value(cls, field, each) for each in value]
    return _write_value(cls, field, value)


def _write_value(cls, field, value):
    if field.is_object:
        return _data(value)
    words = words_of(cls, field.name)
    if words and value not in words:
        raise FormatError("unknown_code", "", f"{value!r:.60} is none of {', '.join(words)}")
    return LEAVES[field.kind].write(value)


def _own_envelope(envelope):
    """What another syntax says of its envelope means nothing here, but that it is a test."""
    if envelope.syntax in (None, SYNTAX):
        return envelope
    return Envelope(test=envelope.test)


# Positions ---------------------------------------------------------------------------------------------------


def _path(where):
    return "/".join(part for part in where.split("/") if not part.isdigit())


def _shown(text):
    """A text of a partner's for a position or a reason: short, and nothing that cannot be shown."""
    shown = "".join(each if each.isprintable() and each != "/" else "?" for each in text[:_SHOWN])
    return shown + ("…" if len(text) > _SHOWN else "")
