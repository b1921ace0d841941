"""What operators see and may do, as far as it needs no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.certainty import certainly_not_delivered
from odoo.addons.healthcare_procurement_connector.core.delivery import LABELS, NEEDS_A_PERSON
from odoo.addons.healthcare_procurement_connector.core.documents import (
    Item,
    Order,
    OrderLine,
    Quantity,
)
from odoo.addons.healthcare_procurement_connector.core.exception_codes import EXCEPTION_CODES
from odoo.addons.healthcare_procurement_connector.core.file_parts import safe_cell, safe_name
from odoo.addons.healthcare_procurement_connector.core.outline import outline
from odoo.addons.healthcare_procurement_connector.core.stuck import CAUSES, STUCK

# Questions that are not about a message: there is nothing to replay.
NO_MESSAGE = {
    "acknowledgement", "shipment", "delivery_failed", "delivery_uncertain", "order_cancelled",
    "autopost_failed", "subscriber_failed", "runner_silent", "endpoint_down", "file_refused", "mail_parked", "cutoff_missed", "cancellation_refused", "change_refused", "phone_change",
    "receipt_rejected", "receipt_missing", "mail_bounced", "paid_on_hold", "receipt_not_billed", "statement_differs", "catalogue",
    "lot_recalled", "lot_short_dated",
}  # fmt: skip
ATTEMPT = st.tuples(
    st.sampled_from(["ok", "transient", "permanent", "business", "ambiguous"]),
    st.none() | st.integers(100, 599),
)


class TestCertainty:
    @given(
        state=st.sampled_from(["queued", "retrying", "held", "dead", "sending", "uncertain"]),
        tries=st.integers(0, 5),
        attempts=st.lists(ATTEMPT, max_size=5),
        worse=ATTEMPT,
    )
    def test_more_attempts_never_make_it_surer(self, state, tries, attempts, worse):
        if not certainly_not_delivered(state, tries, attempts):
            assert not certainly_not_delivered(state, tries + 1, [*attempts, worse])

    @pytest.mark.parametrize(
        "outcome, status",
        [("ok", 200), ("ambiguous", None), ("permanent", 422), ("transient", 500),
         ("transient", 503), ("transient", 408), ("business", None)],
    )  # fmt: skip
    def test_one_doubtful_attempt_is_enough(self, outcome, status):
        attempts = [("transient", None), (outcome, status), ("transient", 429)]
        assert not certainly_not_delivered("retrying", 3, attempts)

    @pytest.mark.parametrize("state", ["sending", "uncertain"])
    def test_a_call_under_way_is_never_certain(self, state):
        assert not certainly_not_delivered(state, 0, [])


class TestCauses:
    def test_every_question_about_a_message_has_a_cause(self):
        codes = {code for cause in CAUSES.values() for code in cause.codes}
        assert set(EXCEPTION_CODES) - NO_MESSAGE - codes == set()

    def test_a_code_has_one_cause(self):
        codes = [code for cause in CAUSES.values() for code in cause.codes]
        assert len(codes) == len(set(codes))

    def test_the_last_cause_takes_what_is_left(self):
        *_, last = CAUSES.values()
        assert not (last.codes or last.prefixes or last.states)
        assert all(
            cause.codes or cause.prefixes or cause.states for cause in list(CAUSES.values())[:-1]
        )

    def test_what_needs_a_person_is_stuck(self):
        stuck = {state for states in STUCK.values() for state in states}
        assert set(NEEDS_A_PERSON) <= stuck <= set(LABELS)


class TestFiles:
    @given(st.text())
    def test_a_name_stays_in_its_folder(self, text):
        name = safe_name(text)
        assert name
        assert not name.startswith(".")
        assert not set(name) & set('/\\:\0"')

    @given(st.text())
    def test_no_cell_begins_like_a_formula(self, text):
        assert not safe_cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))

    @given(st.text(st.characters(categories=["L", "N"]), min_size=1))
    def test_plain_text_stays_as_it_is(self, text):
        assert safe_cell(text) == text


def test_an_outline_has_each_line_of_an_order():
    lines = tuple(
        OrderLine(str(n), Item(name=f"Item {n}"), Quantity(n, "C62")) for n in range(1, 4)
    )
    text = outline(Order(number="P1", lines=lines))
    assert [f"Item {n}" in text for n in range(1, 4)] == [True] * 3
    assert "None" not in text
    assert "envelope" not in text
