"""Endpoints in files: what is read is what was written, and what is not understood is refused, never dropped."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import endpoint_file

KNOWN = {"endpoint": ["name", "url"], "routes": ["format"], "windows": ["weekday"]}
ROW = {
    "code": "XBX",
    "direction": "both",
    "target": "name:Box",
    "factor": "1/12",
    "product": None,
    "date_from": "2026-01-01",
    "date_to": None,
}
FILE = {
    "schema": endpoint_file.SCHEMA,
    "endpoint": {
        "code": "x",
        "values": {"name": "X", "url": None},
        "partners": ["gln:1"],
        "fallback": None,
        "windows": [{"weekday": "6"}],
    },
    "routes": [{"values": {"format": "ubl"}, "partner": None}],
    "mappings": [{"key": "x-unit", "name": "Units", "domain": "unit", "rows": [ROW]}],
}


def problems(data):
    return [(p.code, p.path) for p in endpoint_file.read(json.dumps(data).encode(), KNOWN)[1]]


def test_there_and_back():
    raw = endpoint_file.write(FILE)
    assert endpoint_file.read(raw, KNOWN) == (FILE, [])
    assert endpoint_file.write(dict(reversed(FILE.items()))) == raw


def test_the_rows_of_a_mapping():
    rows, wrong = endpoint_file.table(FILE["mappings"][0], "mappings[1]")
    assert wrong == []
    assert (rows[0].code, str(rows[0].factor), str(rows[0].date_from)) == (
        "XBX",
        "1/12",
        "2026-01-01",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("factor", "0"), ("factor", "1e9"), ("direction", "up"), ("date_to", "soon"), ("code", "")],
)
def test_a_value_that_is_not_possible(name, value):
    part = {**FILE["mappings"][0], "rows": [ROW, {**ROW, name: value}]}
    assert endpoint_file.table(part, "mappings[1]")[1] == [
        endpoint_file.Problem("value", f"mappings[1].rows[2].{name}")
    ]


def parts(data, path=""):
    """(path, dict) of all parts that a file has."""
    if isinstance(data, dict):
        yield path, data
        for name, value in data.items():
            yield from parts(value, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for place, value in enumerate(data, 1):
            yield from parts(value, f"{path}[{place}]")


@pytest.mark.parametrize("place", range(len(list(parts(FILE)))))
def test_nothing_unknown_is_dropped(place):
    data = copy.deepcopy(FILE)
    path, part = list(parts(data))[place]
    part["future"] = 1
    assert problems(data) == [("unknown", f"{path}.future" if path else "future")]


@given(st.data())
def test_a_part_of_another_type_is_told(data):
    """Whatever stands in place of a part: a problem or a file, never another exception."""
    changed = copy.deepcopy(FILE)
    _path, part = data.draw(st.sampled_from(list(parts(changed))))
    name = data.draw(st.sampled_from(sorted(part)))
    part[name] = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.text(max_size=3), inner, max_size=2)
            ),
            max_leaves=4,
        )
    )
    found, wrong = endpoint_file.read(json.dumps(changed).encode(), KNOWN)
    assert bool(found) != bool(wrong)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b"\xff\xfe", "json"),
        (b"[" * 100_000, "json"),
        (b'{"schema": NaN}', "json"),
        (b"3", "type"),
        (b'{"schema": "healthcare-endpoint/2"}', "schema"),
        (b" " * (endpoint_file.LARGEST + 1), "size"),
    ],
)
def test_what_is_no_such_file(raw, code):
    assert [p.code for p in endpoint_file.read(raw, KNOWN)[1]] == [code]
