"""Documents that come too early, twice, or again with other words: the tables and the laws behind them."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import documents as doc
from odoo.addons.healthcare_procurement_connector.core import waiting
from odoo.addons.healthcare_procurement_connector.core.difference import differences
from odoo.addons.healthcare_procurement_connector.core.document_types import DOCUMENT_TYPES
from odoo.addons.healthcare_procurement_connector.core.duplicates import PURPOSES, verdict
from odoo.addons.healthcare_procurement_connector.core.exception_codes import EXCEPTION_CODES
from odoo.addons.healthcare_procurement_connector.core.exceptions import NotYetError
from odoo.addons.healthcare_procurement_connector.core.facts import FACT_TYPES
from odoo.addons.healthcare_procurement_connector.core.identity import normalise_number
from odoo.addons.healthcare_procurement_connector.core.outcome import after_processing
from odoo.addons.healthcare_procurement_connector.core.retention import (
    FOR_EVER,
    Rule,
    kept_longest,
    rule_for,
)

NUMBERS = st.text(st.sampled_from("PINV0123456789-/ ._"), min_size=1, max_size=12)
QUANTITIES = st.builds(
    doc.Quantity, st.decimals(0, 10**6, places=2), st.sampled_from(["C62", "XBX", None])
)
LINES = st.builds(
    doc.InvoiceLine,
    number=st.sampled_from("123"),
    item=st.builds(doc.Item, gtin=st.sampled_from(["1", "2", None])),
    quantity=QUANTITIES,
)
INVOICES = st.builds(
    doc.Invoice,
    number=NUMBERS,
    kind=st.just("invoice"),
    currency=st.sampled_from(["EUR", "USD", None]),
    envelope=st.builds(doc.Envelope, control=st.sampled_from(["1", "2", None])),
    purpose=st.sampled_from(PURPOSES),
    lines=st.lists(LINES, max_size=3).map(tuple),
)
KINDS = st.sampled_from([*DOCUMENT_TYPES, None])
RULES = st.lists(
    st.builds(
        Rule, st.sampled_from([None, 1, 2]), KINDS, st.integers(0, 4000), st.integers(0, 4000)
    ),
    unique_by=lambda rule: (rule.company, rule.document_type),
)


class TestWaiting:
    @pytest.mark.parametrize("pair", waiting.WAITS, ids="-".join)
    def test_each_wait_ends(self, pair):
        """By an event that is told, or by a question to a person."""
        kind, missing = pair
        wait = waiting.WAITS[pair]
        assert DOCUMENT_TYPES[kind].direction == "in"
        assert wait.code in EXCEPTION_CODES
        assert 0 < wait.hours <= 72
        for event in waiting.BROUGHT_BY[missing]:
            assert event in FACT_TYPES or event == "order.approved"
            assert waiting.key(missing, "P1") in waiting.completed_by(event, "P1")

    def test_everything_that_can_be_missing_is_waited_for_by_something(self):
        assert {missing for _kind, missing in waiting.WAITS} == set(waiting.BROUGHT_BY)

    def test_what_needs_nothing_does_not_wait(self):
        assert ("invoice", "order_not_sent") not in waiting.WAITS, "it becomes a draft, and is held"
        assert not waiting.completed_by("goods.received", "WH/IN/1")
        assert not waiting.completed_by("order.acknowledged", "P1")

    @given(number=NUMBERS, missing=st.sampled_from(sorted(waiting.BROUGHT_BY)))
    def test_a_number_is_found_however_it_is_written(self, number, missing):
        event = waiting.BROUGHT_BY[missing][0]
        key = waiting.key(missing, number)
        assert key in waiting.completed_by(event, f" {number.lower()} ")
        assert waiting.missing_of(key) == missing

    @given(random=st.floats(0, 1, exclude_max=True), hours=st.integers(1, 72))
    def test_looks_are_few_and_never_far_apart(self, random, hours):
        now, looks = 0.0, 0
        while now < hours * 3600:
            step = waiting.next_look(now, random)
            assert waiting.FIRST_LOOK / 2 <= step <= waiting.LONGEST_LOOK
            now, looks = now + step, looks + 1
        assert looks <= 25 + 2 * hours

    def test_a_document_that_waits_fails_nothing(self):
        for attempts in (1, 8, 100):
            error = NotYetError("later", "order_unknown:P1", None)
            assert after_processing(error, attempts, 8, 0.5).state == "waiting"


class TestNormalisation:
    @given(number=NUMBERS)
    def test_twice_is_once(self, number):
        once = normalise_number(number)
        assert normalise_number(once) == once

    @given(number=NUMBERS)
    def test_case_and_blanks_around_do_not_count(self, number):
        assert normalise_number(f"  {number.lower()}\t") == normalise_number(number)

    @given(digits=st.lists(st.integers(0, 99), min_size=2, max_size=4))
    def test_groups_of_digits_stay_apart(self, digits):
        written = {normalise_number(sign.join(map(str, digits))) for sign in "-/. _"}
        assert written == {"-".join(map(str, digits))}


class TestVerdict:
    @given(purpose=st.sampled_from(PURPOSES), earlier=st.booleans(), same_content=st.booleans())
    def test_nothing_with_other_content_is_dropped(self, purpose, earlier, same_content):
        said = verdict(purpose, earlier, same_content)
        if said == "duplicate":
            assert earlier and same_content
        if said == "replace":
            assert earlier and not same_content and purpose == "replace"
        if said == "apply":
            assert not earlier and purpose != "cancel"


class TestDifference:
    @given(first=INVOICES)
    def test_a_document_agrees_with_itself_however_it_came(self, first):
        again = replace(first, envelope=doc.Envelope(control="9"), purpose="duplicate", remarks=())
        assert differences(first, again) == ()

    @given(first=INVOICES, second=INVOICES)
    def test_whatever_differs_is_told_both_ways(self, first, second):
        told, back = differences(first, second), differences(second, first)
        same = [
            getattr(first, field.name) == getattr(second, field.name)
            for field in fields(first)
            if field.name not in ("envelope", "purpose", "remarks")
        ]
        if not told:
            # The order of lines that have numbers of their own says nothing.
            assert sorted(map(repr, first.lines)) == sorted(map(repr, second.lines)) or all(same)
        else:
            assert not all(same)
        mirrored = {(each.where, each.after, each.before) for each in back}
        assert {(each.where, each.before, each.after) for each in told} == mirrored

    def test_lines_are_compared_by_their_number(self):
        def line(number, quantity):
            return doc.InvoiceLine(
                number=number, item=doc.Item(), quantity=doc.Quantity(Decimal(quantity), "C62")
            )

        first = doc.Invoice(number="1", kind="invoice", lines=(line("1", 5), line("2", 7)))
        second = replace(first, lines=(line("2", 7), line("3", 1), line("1", "5.50")))
        assert [str(each) for each in differences(first, second)] == [
            "line 1 quantity value: 5 → 5.5",
            "line 3: - → 3 1 C62",
        ]

    def test_lines_that_answer_the_same_are_compared_by_their_place(self):
        answers = tuple(
            doc.OrderResponseLine(order_line="1", status=status)
            for status in ("changed", "backordered")
        )
        first = doc.OrderResponse(number="1", status="changed", lines=answers)
        second = replace(first, lines=answers[:1])
        assert [str(each) for each in differences(first, second)] == ["line 2: 1 backordered → -"]

    def test_documents_of_two_kinds(self):
        first = doc.Invoice(number="1", kind="invoice")
        (only,) = differences(first, doc.DespatchAdvice(number="1"))
        assert only.where == "document"


class TestRetention:
    @given(rules=RULES, company=st.sampled_from([1, 2, 3]), kind=KINDS)
    def test_the_closest_rule_holds(self, rules, company, kind):
        rule = rule_for(rules, company, kind)
        for place in ((company, kind), (None, kind), (company, None), (None, None)):
            exact = [each for each in rules if (each.company, each.document_type) == place]
            if exact:
                assert rule == exact[0]
                return
        assert rule == FOR_EVER

    @given(rules=RULES, kinds=st.lists(KINDS, min_size=1))
    def test_bytes_are_kept_as_long_as_any_of_their_documents(self, rules, kinds):
        def days(kind):
            return rule_for(rules, 1, kind).payload_days or 10**6

        assert days(kept_longest(rules, 1, kinds)) == max(map(days, kinds))
