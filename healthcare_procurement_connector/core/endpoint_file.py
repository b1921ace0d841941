"""An endpoint with its routes and mappings as one JSON file: what may stand in it, and what it would change.

Records are named by keys that mean the same in another database (services/mapping_keys.py). No secrets, no ids.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .mapping import parse_factor
from .mapping_csv import DIRECTIONS, FileRow

SCHEMA = "healthcare-endpoint/1"
LARGEST = 20 * 1024 * 1024
# What each part has to hold, and of which type; ``values`` are checked against the fields of this database.
PARTS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "": {"schema": str, "endpoint": dict, "routes": list, "mappings": list},
    "endpoint": {
        "code": str,
        "values": dict,
        "partners": list,
        "fallback": (str, type(None)),
        "windows": list,
    },
    "routes": {"values": dict, "partner": (str, type(None))},
    "mappings": {"key": str, "name": str, "domain": str, "rows": list},
    "rows": {
        "code": str,
        "direction": str,
        "target": str,
        "factor": str,
        "product": (str, type(None)),
        "date_from": (str, type(None)),
        "date_to": (str, type(None)),
    },
}
SIMPLE = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Problem:
    """``code``: json, size, schema, unknown, missing, type, value, or what a database adds to these.

    ``path`` as in ``mappings[2].rows[1].target``.
    """

    code: str
    path: str


def read(raw: bytes, known: Mapping[str, Iterable[str]]) -> tuple[dict[str, Any], list[Problem]]:
    """The file's content, or everything that is wrong with it.

    ``known``: which values endpoint, routes and windows have in this database; others are refused, for what a
    file says must not be lost in silence.

    >>> read(b"[]", {})[1]
    [Problem(code='type', path='')]
    >>> read(b'{"schema": "other/1"}', {})[1]
    [Problem(code='schema', path='schema')]
    """
    if len(raw) > LARGEST:
        return {}, [Problem("size", "")]
    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return {}, [Problem("json", "")]
    if not isinstance(data, dict):
        return {}, [Problem("type", "")]
    if data.get("schema") != SCHEMA:
        return {}, [Problem("schema", "schema")]
    problems = [*_part(data, "", ""), *_parts(data, known)]
    return ({}, problems) if problems else (data, [])


def write(data: dict[str, Any]) -> bytes:
    """The file's bytes: the same content is the same bytes, so that two files can be compared as text."""
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """(name, before, after) of what differs.

    >>> differences({"url": "a", "timeout": 20}, {"url": "b", "timeout": 20})
    [('url', 'a', 'b')]
    """
    return [
        (name, before.get(name), after[name])
        for name in sorted(after)
        if before.get(name) != after[name]
    ]


def table(part: Mapping[str, Any], path: str) -> tuple[list[FileRow], list[Problem]]:
    """The rows of a mapping that was read, or what is wrong with their values."""
    rows: list[FileRow] = []
    problems: list[Problem] = []
    for where, row in _each(part["rows"], f"{path}.rows"):
        wrong = [name for name, check in CHECKS.items() if not check(row[name])]
        problems += [Problem("value", f"{where}.{name}") for name in wrong]
        if not wrong:
            rows.append(
                FileRow(
                    code=row["code"],
                    target=row["target"],
                    direction=row["direction"],
                    factor=parse_factor(row["factor"]),
                    product=row["product"],
                    date_from=_day(row["date_from"]),
                    date_to=_day(row["date_to"]),
                    line=len(rows) + 1,
                )
            )
    return rows, problems


def _parts(data: dict[str, Any], known: Mapping[str, Iterable[str]]) -> Iterable[Problem]:
    endpoint = data.get("endpoint")
    if isinstance(endpoint, dict):
        yield from _part(endpoint, "endpoint", "endpoint")
        yield from _values(endpoint.get("values"), known.get("endpoint", ()), "endpoint.values")
        yield from _texts(endpoint.get("partners"), "endpoint.partners")
        for path, window in _each(endpoint.get("windows"), "endpoint.windows"):
            yield from _values(window, known.get("windows", ()), path)
    for path, route in _each(data.get("routes"), "routes"):
        yield from _part(route, "routes", path)
        if isinstance(route, dict):
            yield from _values(route.get("values"), known.get("routes", ()), f"{path}.values")
    for path, mapping in _each(data.get("mappings"), "mappings"):
        yield from _part(mapping, "mappings", path)
        if isinstance(mapping, dict):
            for row_path, row in _each(mapping.get("rows"), f"{path}.rows"):
                yield from _part(row, "rows", row_path)


def _each(values: Any, path: str) -> Iterable[tuple[str, Any]]:
    if isinstance(values, list):
        for place, value in enumerate(values, 1):
            yield f"{path}[{place}]", value


def _part(value: Any, kind: str, path: str) -> Iterable[Problem]:
    if not isinstance(value, dict):
        yield Problem("type", path)
        return
    wanted = PARTS[kind]
    dot = f"{path}." if path else ""
    for name in sorted(value.keys() | wanted.keys()):
        if name not in wanted:
            yield Problem("unknown", f"{dot}{name}")
        elif name not in value:
            yield Problem("missing", f"{dot}{name}")
        elif not isinstance(value[name], wanted[name]):
            yield Problem("type", f"{dot}{name}")


def _values(values: Any, known: Iterable[str], path: str) -> Iterable[Problem]:
    if not isinstance(values, dict):
        return
    names = set(known)
    for name, value in sorted(values.items()):
        if name not in names:
            yield Problem("unknown", f"{path}.{name}")
        elif not isinstance(value, SIMPLE):
            yield Problem("type", f"{path}.{name}")


def _texts(values: Any, path: str) -> Iterable[Problem]:
    for each, value in _each(values, path):
        if not isinstance(value, str):
            yield Problem("type", each)


def _is_factor(text: str) -> bool:
    try:
        parse_factor(text)
    except ValueError:
        return False
    return True


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _is_day(text: str | None) -> bool:
    try:
        _day(text)
    except ValueError:
        return False
    return True


CHECKS: dict[str, Callable[[Any], bool]] = {
    "code": bool,
    "target": bool,
    "direction": DIRECTIONS.__contains__,
    "factor": _is_factor,
    "date_from": _is_day,
    "date_to": _is_day,
}


def _no_number(text: str) -> Any:
    raise ValueError(text)
