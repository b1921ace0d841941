"""What a supplier sees of an order, and what it was told in turn."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import told
from odoo.addons.healthcare_procurement_connector.core.order_changes import (
    LINE_FIELDS,
    LineTerms,
    OrderTerms,
    actions,
    agreed,
    compare,
    from_json,
    next_line_number,
    to_json,
    wanted,
)
from odoo.addons.healthcare_procurement_connector.core.told import Entry, Sending

IDS = st.integers(1, 4)
QUANTITIES = st.sampled_from([Decimal(0), Decimal(1), Decimal("2.5"), Decimal(100)])
PRICES = st.sampled_from([Decimal(0), Decimal("0.08400000"), Decimal(5)])
DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4))
LINES = st.builds(
    LineTerms,
    number=st.integers(1, 5).map(str),
    item=IDS,
    unit=IDS,
    quantity=QUANTITIES,
    price=PRICES,
    day=DAYS,
    name=st.text(max_size=3),
    unit_name=st.text(max_size=3),
)
TERMS = st.builds(
    OrderTerms,
    lines=st.lists(LINES, unique_by=lambda line: line.number, max_size=5).map(tuple),
    currency=st.sampled_from(["EUR", "USD"]),
    deliver_to=IDS,
    place=st.text(max_size=3),
)
GLOVES = LineTerms("1", 7, 1, Decimal(100), Decimal(5), date(2026, 12, 1), "Gloves", "Units")
SYRINGES = LineTerms("2", 8, 1, Decimal(40), Decimal(2), date(2026, 12, 1), "Syringes", "Units")


def order(*lines, currency="EUR", deliver_to=3):
    return OrderTerms(lines, currency, deliver_to)


def apply(changes):
    """What a supplier makes of ``before`` that takes the changes one by one."""
    lines = wanted(changes.before)
    for change in changes.lines:
        if change.action == "add":
            assert change.number not in lines
            lines[change.number] = change.after
        elif change.action == "delete":
            del lines[change.number]
        else:
            values = {name: getattr(change.after, name) for name in change.fields}
            lines[change.number] = replace(lines[change.number], **values)
    values = {name: getattr(changes.after, name) for name in changes.fields}
    return replace(changes.before, lines=tuple(lines.values()), **values)


class TestCompare:
    @given(TERMS)
    def test_nothing_differs_from_itself(self, terms):
        assert not compare(terms, terms)

    @given(TERMS, TERMS)
    def test_the_changes_turn_one_into_the_other(self, before, after):
        result = apply(compare(before, after))
        assert wanted(result) == wanted(after)
        assert (result.currency, result.deliver_to) == (after.currency, after.deliver_to)

    @given(TERMS, TERMS)
    def test_there_and_back_is_nothing(self, before, after):
        assert bool(compare(before, after)) == bool(compare(after, before))

    @given(TERMS, st.randoms())
    def test_the_order_of_lines_and_all_names_say_nothing(self, terms, random):
        shuffled = [replace(line, name="other", unit_name="other") for line in terms.lines]
        random.shuffle(shuffled)
        assert not compare(terms, replace(terms, lines=tuple(shuffled), place="other"))

    @given(TERMS)
    def test_what_is_stored_comes_back(self, terms):
        stored = from_json(to_json(terms))
        assert stored == terms
        assert [line.name for line in stored.lines] == [line.name for line in terms.lines]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("item", 9),
            ("quantity", Decimal(60)),
            ("unit", 2),
            ("price", Decimal("5.00000001")),
            ("day", date(2026, 12, 2)),
        ],
    )
    def test_each_term_counts(self, field, value):
        [change] = compare(order(GLOVES), order(replace(GLOVES, **{field: value}))).lines
        assert (change.action, change.fields) == ("change", (field,))

    def test_each_term_is_tried_above(self):
        assert set(LINE_FIELDS) == {"item", "quantity", "unit", "price", "day"}

    def test_where_it_is_delivered_counts(self):
        changes = compare(order(GLOVES), order(GLOVES, deliver_to=4))
        assert (changes.fields, changes.lines) == (("deliver_to",), ())

    def test_a_line_at_zero_is_a_line_taken_back(self):
        nothing = replace(GLOVES, quantity=Decimal(0))
        [change] = compare(order(GLOVES, SYRINGES), order(nothing, SYRINGES)).lines
        assert (change.action, change.number) == ("delete", "1")
        assert not compare(order(SYRINGES), order(nothing, SYRINGES)), "it was never wanted"
        [again] = compare(order(nothing), order(GLOVES)).lines
        assert again.action == "add"

    def test_a_deleted_line_is_still_named(self):
        [change] = compare(order(GLOVES, SYRINGES), order(SYRINGES)).lines
        assert (change.action, change.before, change.after) == ("delete", GLOVES, None)

    def test_numbers_are_in_order_and_never_given_again(self):
        ten = replace(GLOVES, number="10")
        changes = compare(order(), order(ten, replace(GLOVES, number="9")))
        assert [change.number for change in changes.lines] == ["9", "10"]
        assert next_line_number([order(ten), order(SYRINGES)]) == 11
        assert next_line_number([]) == 1


class TestActions:
    @given(TERMS, TERMS)
    def test_every_line_has_one(self, before, after):
        found = actions(compare(before, after))
        assert set(found) == set(wanted(before)) | set(wanted(after))
        assert {n for n, action in found.items() if action == "delete"} == (
            set(wanted(before)) - set(wanted(after))
        )

    def test_what_was_declined_is_restated(self):
        changes = compare(order(GLOVES, SYRINGES), order(GLOVES, SYRINGES))
        assert actions(changes) == {"1": "keep", "2": "keep"}
        assert actions(changes, ["2"]) == {"1": "keep", "2": "change"}

    def test_what_is_no_longer_wanted_is_not_restated(self):
        changes = compare(order(GLOVES), order(replace(GLOVES, quantity=Decimal(0))))
        assert actions(changes, ["1"]) == {"1": "delete"}


class TestAgreed:
    @given(TERMS, QUANTITIES)
    def test_what_both_sides_agreed_on_is_no_change(self, terms, quantity):
        for line in terms.lines:
            after = agreed(terms, {line.number: {"quantity": quantity}})
            mine = replace(
                terms,
                lines=tuple(
                    replace(each, quantity=quantity) if each.number == line.number else each
                    for each in terms.lines
                ),
            )
            assert not compare(after, mine)
            assert after.place == terms.place

    def test_other_terms_of_the_line_still_count(self):
        known = agreed(order(GLOVES), {"1": {"quantity": Decimal(60)}})
        mine = replace(GLOVES, quantity=Decimal(60), day=date(2026, 12, 9))
        assert compare(known, order(mine)).lines[0].fields == ("day",)


SENT, QUEUED = Sending("sent", tried=True), Sending("queued")
DEAD, GIVEN_UP = Sending("dead", tried=True), Sending("cancelled", tried=True)


class TestTold:
    @pytest.mark.parametrize("state", ["sending", "sent", "acknowledged", "exported", "uncertain"])
    def test_what_may_have_left_is_known(self, state):
        assert told.standing(Entry("order", 0, "pending", (Sending(state),))) == "told"

    @pytest.mark.parametrize("state", ["queued", "held", "retrying"])
    def test_what_was_never_tried_may_be_replaced(self, state):
        assert told.standing(Entry("order", 0, "pending", (Sending(state),))) == "open"
        tried = Entry("order", 0, "pending", (Sending(state, tried=True),))
        assert told.standing(tried) == "told"

    def test_an_operator_may_give_up_one_message_and_send_another(self):
        assert told.standing(Entry("order", 0, "pending", (GIVEN_UP,))) == "void"
        assert told.standing(Entry("order", 0, "pending", (GIVEN_UP, QUEUED))) == "open"
        assert told.standing(Entry("order", 0, "pending", (DEAD, QUEUED))) == "told"

    def test_a_refused_change_leaves_what_was_before(self):
        entries = [Entry("order", 0, "accepted", (SENT,)), Entry("change", 1, "rejected", (SENT,))]
        assert told.known(entries) == 0

    def test_a_rejected_order_is_known_all_the_same(self):
        assert told.known([Entry("order", 0, "rejected", (SENT,))]) == 0

    def test_a_cancelled_order_is_known_no_more_unless_that_was_refused(self):
        entries = [Entry("order", 0, "accepted", (SENT,))]
        assert told.known([*entries, Entry("cancellation", 1, "pending", (SENT,))]) is None
        assert told.known([*entries, Entry("cancellation", 1, "rejected", (SENT,))]) == 0
        assert told.known([*entries, Entry("cancellation", 1, "pending", (QUEUED,))]) == 0
        assert told.known([*entries, Entry("cancellation", 1, "told")]) is None

    def test_a_call_waits_until_it_is_made(self):
        entries = [Entry("order", 0, "accepted", (SENT,)), Entry("change", 1, "phone")]
        assert (told.known(entries), told.replaceable(entries)) == (0, [1])
        entries[1] = Entry("change", 1, "told")
        assert (told.known(entries), told.replaceable(entries)) == (1, [])

    def test_an_order_placed_by_phone_is_changed_by_phone(self):
        assert told.by_phone([Entry("order", 0, "told")])
        assert not told.by_phone([Entry("order", 0, "pending", (SENT,))])
        again = [
            Entry("order", 0, "told"),
            Entry("cancellation", 1, "told"),
            Entry("order", 2, "pending", (SENT,)),
        ]
        assert not told.by_phone(again)

    def test_numbers_have_no_gaps(self):
        entries = [Entry("order", 0, "accepted"), Entry("change", 1, "accepted")]
        assert told.next_number([]) == 0
        assert told.next_number([*entries, Entry("change", 2, "withdrawn")]) == 2
        assert told.next_number([*entries, Entry("change", 2, "rejected")]) == 3


class TestAnswers:
    ORDER = Entry("order", 0, "pending", (SENT,))
    CHANGE = Entry("change", 1, "pending", (SENT,))

    def test_an_answer_that_names_nothing_is_for_the_oldest_that_waits(self):
        assert told.answered([self.ORDER, self.CHANGE], None) == 0
        accepted = replace(self.ORDER, state="accepted")
        assert told.answered([accepted, self.CHANGE], None) == 1
        assert told.answered([accepted], None) is None

    def test_a_named_change_is_meant(self):
        assert told.answered([self.ORDER, self.CHANGE], 1) == 1
        assert told.answered([self.ORDER, replace(self.CHANGE, state="accepted")], 1) == 1
        assert told.answered([self.ORDER, self.CHANGE], 2) is None

    def test_nobody_answers_what_was_not_sent(self):
        waiting = replace(self.CHANGE, messages=(QUEUED,))
        assert told.answered([waiting], None) is None
        assert told.answered([waiting], 1) is None
        assert told.answered([Entry("change", 1, "phone")], 1) is None

    def test_every_answer_has_its_state(self):
        assert set(told.ANSWERS.values()) <= set(told.STATES)
        assert set(told.ANSWERABLE) <= set(told.STATES)

    @given(st.text(max_size=8))
    def test_only_our_own_numbers_are_taken_apart(self, text):
        assert told.change_number(text, "P00042") is None
        assert told.change_number("P00042-12", "P00042") == 12
