"""Leaves in JSON: how each type of value is read, written, and told in a schema.

Decimals are texts, so that no reader makes floats of them; a number without quotes is read exactly all the same,
as a deviation.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ..errors import FormatError
from ..scalars import (
    read_date,
    read_decimal,
    read_integer,
    write_date,
    write_decimal,
    write_integer,
)
from ..structure import PAIR

_SHOWN = 60
# What no database and no encoding takes.
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")


class Number(str):
    """The text of a number without quotes."""

    __slots__ = ()


class Leaf(NamedTuple):
    """``read(data, where, reading)`` gives the value, ``write(value)`` the data, ``schema`` is JSON Schema."""

    read: Callable
    write: Callable
    schema: dict[str, Any]


def _wanted(what, data, where):
    shown = f"{data!a}"[:_SHOWN]
    return FormatError("unexpected_structure", where, f"{what} belongs here, not {shown}")


def checked_text(text):
    if not isinstance(text, str):
        raise FormatError("invalid_text", "", f"not a text: {text!r:.60}")
    if _IMPOSSIBLE.search(text):
        raise FormatError("invalid_text", "", "a zero or half a character")
    return text


def _read_text(data, where, reading):
    if not isinstance(data, str) or isinstance(data, Number):
        raise _wanted("a text", data, where)
    return checked_text(data) or None


def _read_decimal(data, where, reading):
    if not isinstance(data, str):
        raise _wanted("a number as a text", data, where)
    value = read_decimal(data)
    if isinstance(data, Number):
        reading.deviation("wrong_type", where, f"{data} without quotes")
    return value


def _read_integer(data, where, reading):
    if not isinstance(data, Number):
        raise _wanted("a whole number", data, where)
    return read_integer(data)


def _write_integer(value):
    read_integer(write_integer(value))
    return value


def _read_bool(data, where, reading):
    if not isinstance(data, bool):
        raise _wanted("true or false", data, where)
    return data


def _read_date(data, where, reading):
    if not isinstance(data, str) or isinstance(data, Number):
        raise _wanted("a date as a text", data, where)
    return read_date(data)


def _read_pair(data, where, reading):
    if not isinstance(data, dict) or not data.keys() <= {"scheme", "value"}:
        raise _wanted("an object of scheme and value", data, where)
    value = _read_text(data.get("value", ""), where, reading)
    if value is None:
        raise FormatError("missing", where, "no value")
    return _read_text(data.get("scheme", ""), where, reading) or "", value


def _write_pair(pair):
    scheme, value = map(checked_text, pair)
    return {"scheme": scheme, "value": value}


_TEXT = {"type": "string"}
LEAVES = {
    str: Leaf(_read_text, checked_text, _TEXT | {"minLength": 1}),
    Decimal: Leaf(
        _read_decimal,
        write_decimal,
        _TEXT | {"pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$", "maxLength": 40},
    ),
    date: Leaf(_read_date, write_date, _TEXT | {"format": "date"}),
    int: Leaf(
        _read_integer, _write_integer, {"type": "integer", "minimum": 0, "maximum": 999_999_999}
    ),
    bool: Leaf(_read_bool, bool, {"type": "boolean"}),
    PAIR: Leaf(
        _read_pair,
        _write_pair,
        {
            "type": "object",
            "properties": {"scheme": _TEXT, "value": _TEXT | {"minLength": 1}},
            "required": ["value"],
            "additionalProperties": False,
        },
    ),
}
