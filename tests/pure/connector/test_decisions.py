"""The connector's small decisions: identity, mapping, line references, the buyer's answer."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import mapping
from odoo.addons.healthcare_procurement_connector.core.acknowledgement import (
    LABELS,
    STANDING,
    STATUS,
    Terms,
    agreed,
    decision,
    differences,
    overtaken,
    settled,
)
from odoo.addons.healthcare_procurement_connector.core.document_types import (
    DOCUMENT_TYPES,
    type_of,
)
from odoo.addons.healthcare_procurement_connector.core.documents import Invoice, Item
from odoo.addons.healthcare_procurement_connector.core.exception_codes import EXCEPTION_CODES
from odoo.addons.healthcare_procurement_connector.core.identity import (
    content_hash,
    identity_key,
    normalise_number,
)
from odoo.addons.healthcare_procurement_connector.core.line_reference import Candidate, resolve

DAY = date(2026, 11, 22)
AMOUNTS = st.fractions(min_value=0, max_value=10**6)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
TERMS = st.builds(Terms, st.none() | AMOUNTS, st.none() | AMOUNTS, st.none() | DAYS)
STATUSES = st.sampled_from(sorted(STATUS))
ANSWERS = st.lists(st.tuples(STATUSES, TERMS), max_size=6)
DECISIONS = st.sampled_from(
    ["not_needed", "waiting", "pending", "accepted", "declined", "superseded"]
)


class TestIdentity:
    @given(st.text())
    def test_normalising_twice_changes_nothing(self, number):
        assert normalise_number(normalise_number(number)) == normalise_number(number)

    def test_what_differs_in_business_differs(self):
        keys = {
            identity_key("invoice", 1, "17"),
            identity_key("invoice", 1, "017"),
            identity_key("invoice", 2, "17"),
            identity_key("credit_note", 1, "17"),
        }
        assert len(keys) == 4

    def test_one_byte_makes_another_content(self):
        assert content_hash(b"<Invoice/>") != content_hash(b"<Invoice/>\n")


class TestMapping:
    own = mapping.Row("XBX", 7, scope=0)
    general = mapping.Row("XBX", 9)
    for_product = mapping.Row("XBX", 8, product=3)

    def test_a_product_comes_before_an_endpoint_and_that_before_the_standard(self):
        rows = [self.general, self.own, self.for_product]
        assert mapping.inbound(rows, "XBX", 3, DAY) is self.for_product
        assert mapping.inbound(rows, "XBX", 4, DAY) is self.own
        assert mapping.inbound([self.general], "XBX", 4, DAY) is self.general

    def test_a_product_row_never_serves_another_product(self):
        assert mapping.inbound([self.for_product], "XBX", None, DAY) is None
        assert mapping.outbound([self.for_product], 8, 4, DAY) is None

    def test_dates_and_directions_hold(self):
        old = mapping.Row("BX", 1, date_to=DAY - timedelta(days=1))
        new = mapping.Row("BX", 2, date_from=DAY)
        assert mapping.inbound([old, new], "BX", None, DAY) is new
        assert mapping.inbound([old], "BX", None, DAY) is None
        received = mapping.Row("EA", 1, direction="in")
        assert mapping.outbound([received], 1, None, DAY) is None

    @given(st.text(), st.integers())
    def test_what_is_not_mapped_is_never_guessed(self, code, product):
        assert mapping.inbound([], code, product, DAY) is None


class TestLineReference:
    def test_the_number_decides_before_the_item(self):
        first, second = Candidate(1, "1", gtin="04012345678901"), Candidate(2, "2")
        assert resolve("2", Item(gtin="04012345678901"), [first, second]) is second

    def test_two_lines_of_one_item_are_not_told_apart(self):
        lines = [Candidate(1, "1", gtin="04012345678901"), Candidate(2, "2", gtin="04012345678901")]
        assert resolve(None, Item(gtin="04012345678901"), lines) is None

    def test_a_name_is_no_evidence(self):
        assert resolve(None, Item(name="Gloves"), [Candidate(1, "1")]) is None


class TestAnswers:
    def test_every_status_has_a_label_and_a_rule(self):
        assert set(STATUS) == set(LABELS)

    @given(TERMS)
    def test_the_same_terms_do_not_differ(self, terms):
        assert differences(terms, terms) == ()

    @given(TERMS, TERMS)
    def test_what_is_not_said_is_as_ordered(self, ordered, answered):
        named = {"quantity": answered.quantity, "price": answered.price, "day": answered.day}
        assert all(named[name] is not None for name in differences(ordered, answered))

    @given(STATUSES, st.lists(st.sampled_from(["quantity", "price", "day"]), min_size=1))
    def test_a_difference_is_never_accepted_silently(self, status, changed):
        assert decision(status, tuple(changed)) in ("pending", "waiting")

    @given(AMOUNTS, ANSWERS)
    def test_confirmed_parts_add_up_to_the_whole(self, ordered, answers):
        said = [
            terms.quantity
            for status, terms in answers
            if status != "rejected" and terms.quantity is not None
        ]
        result = agreed(ordered, answers)
        if said:
            assert result.quantity == sum(said, Fraction(0))
        else:
            assert result.quantity is None or 0 <= result.quantity <= ordered

    @given(AMOUNTS, ANSWERS)
    def test_without_a_rejection_what_names_no_quantity_stays(self, ordered, answers):
        unsaid = [
            (status, Terms(None, terms.price, terms.day))
            for status, terms in answers
            if status != "rejected"
        ]
        assert agreed(ordered, unsaid).quantity is None

    @given(AMOUNTS, ANSWERS, st.randoms())
    def test_quantity_and_day_do_not_depend_on_the_order_of_answers(self, ordered, answers, random):
        shuffled = list(answers)
        random.shuffle(shuffled)
        one, other = agreed(ordered, answers), agreed(ordered, shuffled)
        assert (one.quantity, one.day) == (other.quantity, other.day)

    @pytest.mark.parametrize(
        ("answers", "quantity"),
        [
            ([("changed", 60)], 60),
            ([("changed", 60), ("backordered", 30)], 90),
            ([("changed", 60), ("on_hold", 40)], 100),
            ([("changed", 60), ("rejected", None)], 60),
            ([("accepted", None)], None),
            ([("accepted", None), ("rejected", 40)], 60),
            ([("accepted", None), ("rejected", None)], None),
            ([("rejected", 40)], 60),
            ([("rejected", 40), ("rejected", 20)], 40),
            ([("rejected", 400)], 0),
            ([("rejected", 0)], 0),
            ([("rejected", None)], 0),
            ([], None),
        ],
    )
    def test_what_is_left_of_a_hundred(self, answers, quantity):
        terms = [
            (status, Terms(None if amount is None else Fraction(amount)))
            for status, amount in answers
        ]
        assert agreed(Fraction(100), terms).quantity == quantity

    @given(DECISIONS, DECISIONS)
    def test_only_what_is_open_is_overtaken(self, earlier, later):
        if overtaken(earlier, [later]):
            assert earlier in ("pending", "waiting")
            assert later not in ("declined", "superseded")

    def test_what_stands_is_neither_open_nor_turned_down(self):
        assert not {"pending", "declined", "superseded"} & set(STANDING)
        assert not any(settled([kind]) for kind in ("pending", "waiting", "declined"))


class TestTables:
    def test_each_document_type_is_found_by_its_class(self):
        for code, kind in DOCUMENT_TYPES.items():
            if kind.document is Invoice:
                assert type_of(Invoice(number="1", kind=code)) == code
        assert type_of(object()) is None

    def test_each_question_to_a_person_says_what_to_do_by_when(self):
        for kind in EXCEPTION_CODES.values():
            assert kind.title and kind.suggestion and kind.hours > 0

    def test_amounts_are_exact(self):
        assert (
            agreed(
                Fraction(1),
                [("changed", Terms(Fraction(1, 3))), ("changed", Terms(Fraction(2, 3)))],
            ).quantity
            == 1
        )
