import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_event_bus.core.filter import (
    PatternError,
    like_patterns,
    matches,
    parse,
    useless,
)
from odoo.addons.healthcare_procurement_connector.core.facts import FACT_TYPES

TYPES = st.from_regex(r"[a-z_]{1,4}(\.[a-z_]{1,4}){1,2}", fullmatch=True).filter(
    lambda name: not any(part.startswith("_") for part in name.split("."))
)
PATTERNS = st.one_of(st.just("*"), TYPES, TYPES.map(lambda name: name.rpartition(".")[0] + ".*"))


def like(pattern, text):
    """What PostgreSQL's LIKE answers."""
    parts = re.findall(r"\\.|.", pattern)
    expression = "".join(
        ".*" if part == "%" else "." if part == "_" else re.escape(part[-1]) for part in parts
    )
    return re.fullmatch(expression, text) is not None


@given(st.lists(PATTERNS, max_size=4), TYPES)
def test_sql_and_python_agree(patterns, name):
    assert any(like(pattern, name) for pattern in like_patterns(patterns)) == matches(
        patterns, name
    )


@given(st.lists(PATTERNS, max_size=5))
def test_what_is_written_is_read(patterns):
    assert parse(", ".join(patterns)) == tuple(dict.fromkeys(patterns))


@pytest.mark.parametrize(
    "text", ["order", "order.s*", "**", "*.sent", "Order.*", "order.%", "order.sent;--", "."]
)
def test_other_texts_are_refused(text):
    with pytest.raises(PatternError):
        parse(text)


@pytest.mark.parametrize("text", ["", "  ", None, ", ,"])
def test_nothing_is_no_pattern(text):
    assert parse(text) == ()
    assert not matches((), "order.sent")


def test_typing_errors_are_found():
    assert useless(["order.*", "*", "invoice.held"], FACT_TYPES) == []
    assert useless(["orders.*", "order.send"], FACT_TYPES) == ["orders.*", "order.send"]
