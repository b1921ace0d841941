import json
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_event_bus.core.envelope import (
    Event,
    check_fact_type,
    cloud_event,
    encode,
    thin,
    to_json,
)
from odoo.addons.healthcare_procurement_connector.core.facts import FACT_TYPES

WHEN = datetime(2026, 11, 22, 10, 0, tzinfo=timezone(timedelta(hours=2)))
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=50), st.decimals(allow_nan=False)
    ),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5)
    ),
    max_leaves=30,
)


def event(**values):
    return Event(
        **{
            "uuid": "u-1",
            "type": "order.sent",
            "source": "/odoo/d/company/1",
            "subject": "P1",
            "key": "HP1",
            "sequence": 7,
            "occurred": WHEN,
            **values,
        }
    )


def test_has_what_cloudevents_requires():
    made = json.loads(encode(event(data={"order": "P1"}, business_ref="HP1", traceparent="00-1")))
    assert {"id", "source", "specversion", "type"} <= set(made)
    assert made["specversion"] == "1.0"
    assert made["type"] == "org.healthcare-procurement.order.sent.v1"
    assert made["time"] == "2026-11-22T08:00:00Z"
    assert made["data"] == {"order": "P1"}
    assert made["correlationid"] == "HP1"


def test_names_of_attributes_are_lower_case_letters_and_digits():
    made = cloud_event(event(data={"a": 1}, business_ref="x", traceparent="y"))
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in made)


def test_absent_attributes_are_absent_not_null():
    assert None not in cloud_event(event()).values()


def test_the_same_event_gives_the_same_bytes():
    assert encode(event(data={"b": 1, "a": 2})) == encode(event(data={"b": 1, "a": 2}))


def test_sequences_sort_as_text():
    texts = [cloud_event(event(sequence=number))["sequence"] for number in (9, 10, 99, 100, 12345)]
    assert texts == sorted(texts)


@pytest.mark.parametrize("name", FACT_TYPES)
def test_every_known_fact_can_become_an_event(name):
    assert check_fact_type(name) == name


@pytest.mark.parametrize(
    "name", ["", "order", "order.", ".sent", "order..sent", "order.*", "Order.sent", "a.b\n"]
)
def test_types_that_are_none(name):
    with pytest.raises(ValueError):
        check_fact_type(name)


@given(st.dictionaries(st.text(max_size=20), JSON, max_size=8))
def test_thin_data_stays_itself(data):
    assert thin(data) == json.loads(to_json(data))


@given(
    st.dictionaries(st.text(max_size=9), JSON | st.text(max_size=90), max_size=9),
    st.integers(10, 200),
)
def test_fat_data_is_cut_and_says_so(data, largest):
    cut = thin(data, largest)
    if "omitted" not in cut or "omitted" in data:
        return
    kept = {name: value for name, value in cut.items() if name != "omitted"}
    assert len(to_json(data)) > largest >= len(to_json(kept)) - 2
    assert set(cut["omitted"]) == set(data) - set(kept)


def test_decimals_and_times_are_exact():
    made = json.loads(to_json({"amount": Decimal("0.10"), "day": date(2026, 1, 2), "at": WHEN}))
    assert made == {"amount": "0.10", "day": "2026-01-02", "at": "2026-11-22T08:00:00Z"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"x"])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        to_json({"x": value})
