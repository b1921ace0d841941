"""The check of the chaos harness must be able to fail: each rule has a book that breaks it, and it alone."""

from dataclasses import replace

import pytest

from tests.chaos import verdict
from tests.chaos.books import Delivery, Effect, Job, Letter, Message, OdooBook, Order, PartnerBook

ORDER = Message(
    id=1, uid="u1", direction="out", kind="order", state="sent", endpoint="medi", number="P1",
    key="order:7", order=7,
)  # fmt: skip
CHANGE = replace(ORDER, id=3, uid="u3", kind="order_change", number="P1-1", revision=1)
ANSWER = Message(
    id=2, uid="u2", direction="in", kind="order_response", state="processed", endpoint="medi",
    number="R1", key="order:7", order=None, external_id="m2", sha="s2",
)  # fmt: skip
ACKNOWLEDGEMENT = Effect("acknowledgement", "medi", "R1", 2)
FIRST = Delivery(1, "medi", "u1", "s1", "Order", "P1", "P1")
SECOND = Delivery(2, "medi", "u3", "s3", "OrderChange", "P1-1", "P1", revision=1)
LETTER = Letter("medi", "order_response", "R1", "P1", "m2", "s2", (202,))


def books(messages=(ORDER, ANSWER, CHANGE), deliveries=(FIRST, SECOND), letters=(LETTER,), **more):
    odoo = {
        "orders": (Order(7, "P1", "purchase"),),
        "confirmed": (7,),
        "effects": (ACKNOWLEDGEMENT,),
        "jobs": (Job(1, "_job_drain_outbound", "done"),),
    }
    return OdooBook(messages=messages, **(odoo | more)), PartnerBook(deliveries, letters)


def kinds(*both):
    return [finding.kind for finding in verdict.findings(*both)]


def with_state(message, state, **changes):
    return replace(message, state=state, **changes)


def test_good_books_have_no_finding():
    assert kinds(*books()) == []


class TestLost:
    def test_a_confirmed_order_without_a_message(self):
        assert kinds(*books(confirmed=(7, 8))) == ["lost"]

    @pytest.mark.parametrize("state", ["queued", "retrying", "sending"])
    def test_an_order_that_nothing_moves(self, state):
        assert kinds(*books(messages=(with_state(ORDER, state), ANSWER, CHANGE)))[0] == "lost"

    @pytest.mark.parametrize("state", ["received", "processing", "retrying", "waiting"])
    def test_a_document_that_nothing_moves(self, state):
        found = books(messages=(ORDER, with_state(ANSWER, state), CHANGE), effects=())
        assert kinds(*found) == ["lost"]

    def test_what_counts_as_sent_and_never_arrived(self):
        untaken = replace(SECOND, taken=False, how="status 503")
        assert kinds(*books(deliveries=(FIRST, untaken))) == ["lost"]

    def test_a_document_that_was_accepted_and_is_not_there(self):
        assert kinds(*books(messages=(ORDER, CHANGE), effects=())) == ["lost"]

    def test_a_document_that_could_never_be_handed_over(self):
        letters = (LETTER, replace(LETTER, number="R2", external_id="m9", answers=(0, 500)))
        assert kinds(*books(letters=letters)) == ["lost"]

    def test_a_document_without_its_effect(self):
        assert kinds(*books(effects=())) == ["lost"]


class TestDouble:
    def test_an_order_with_two_messages(self):
        twin = replace(ORDER, id=4, uid="u4")
        taken = replace(FIRST, seq=3, key="u4", number="P1b")
        assert "double" in kinds(*books((ORDER, ANSWER, CHANGE, twin), (FIRST, SECOND, taken)))

    def test_a_partner_without_memory_takes_an_order_twice(self):
        messages = tuple(
            replace(each, recognises_repeats=False) for each in (ORDER, ANSWER, CHANGE)
        )
        twice = (FIRST, replace(FIRST, seq=2), replace(SECOND, seq=3))
        assert kinds(*books(messages, twice)) == ["double"]
        decided = (replace(messages[0], decided=True), *messages[1:])
        assert kinds(*books(decided, twice)) == []

    def test_a_partner_with_memory_may_be_told_twice(self):
        assert (
            kinds(*books(deliveries=(FIRST, replace(FIRST, seq=2), replace(SECOND, seq=3)))) == []
        )

    def test_one_answer_with_two_effects(self):
        found = kinds(*books(effects=(ACKNOWLEDGEMENT, ACKNOWLEDGEMENT)))
        assert found == ["double", "double"]

    def test_one_bill_number_twice(self):
        bill = Effect("bill", "medi", "I1", None)
        assert kinds(*books(effects=(ACKNOWLEDGEMENT, bill, bill))) == ["double"]

    def test_a_duplicate_with_an_effect(self):
        again = replace(ANSWER, id=5, uid="u5", external_id="m5", state="duplicate")
        letters = (LETTER, replace(LETTER, external_id="m5"))
        effects = (ACKNOWLEDGEMENT, Effect("acknowledgement", "medi", "R1b", 5))
        found = books((ORDER, ANSWER, CHANGE, again), letters=letters, effects=effects)
        assert kinds(*found) == ["double"]

    def test_a_document_stored_twice(self):
        again = replace(ANSWER, id=5, uid="u5", state="duplicate")
        assert kinds(*books(messages=(ORDER, ANSWER, CHANGE, again))) == ["double"]


class TestIdentity:
    def test_one_document_under_two_ids(self):
        other = replace(FIRST, seq=2, key="u3")
        assert "identity" in kinds(*books(deliveries=(FIRST, other, replace(SECOND, seq=3))))

    def test_an_id_that_is_nobodys(self):
        stray = replace(FIRST, seq=3, key="u9", number="P9", order_number="P9")
        assert kinds(*books(deliveries=(FIRST, SECOND, stray))) == ["identity"]

    def test_other_content_under_the_same_id(self):
        other = replace(FIRST, seq=2, sha="changed")
        assert kinds(*books(deliveries=(FIRST, other, replace(SECOND, seq=3)))) == ["identity"]

    def test_stored_with_other_content(self):
        found = books(messages=(ORDER, replace(ANSWER, sha="other"), CHANGE))
        assert kinds(*found) == ["identity"]


class TestOrder:
    def test_a_change_before_its_order(self):
        early = (replace(SECOND, seq=1), replace(FIRST, seq=2))
        assert kinds(*books(deliveries=early)) == ["order", "order"]

    def test_a_change_while_its_order_is_still_being_repeated(self):
        late = replace(FIRST, seq=3)
        assert kinds(*books(deliveries=(FIRST, SECOND, late))) == ["order"]

    def test_a_change_of_an_order_that_never_came(self):
        uncertain = with_state(ORDER, "uncertain", asked=True)
        assert kinds(*books((uncertain, ANSWER, CHANGE), (SECOND,))) == ["order"]


class TestForAPerson:
    @pytest.mark.parametrize("state", ["held", "uncertain", "dead"])
    def test_what_waits_for_a_person_is_on_a_list(self, state):
        stopped = with_state(ORDER, state)
        behind = with_state(CHANGE, "queued")
        assert kinds(*books((stopped, ANSWER, behind), (FIRST,))) == ["unlisted"]
        listed = replace(stopped, asked=True)
        assert kinds(*books((listed, ANSWER, behind), (FIRST,))) == []

    def test_a_parked_document_is_on_a_list(self):
        parked = with_state(ANSWER, "parked")
        assert kinds(*books((ORDER, parked, CHANGE), effects=())) == ["unlisted"]

    def test_what_our_own_code_did_not_manage_is_no_persons_task(self):
        parked = with_state(ANSWER, "parked", asked=True, code="unknown_unit")
        assert kinds(*books((ORDER, parked, CHANGE), effects=())) == []
        parked = replace(parked, code="processing_failed")
        assert kinds(*books((ORDER, parked, CHANGE), effects=())) == ["broken"]

    def test_an_answer_may_wait_for_the_decision_on_its_order(self):
        stopped = with_state(ORDER, "uncertain", asked=True)
        answer = with_state(ANSWER, "waiting")
        assert kinds(*books((stopped, answer), (FIRST,), effects=())) == []
        assert kinds(*books((ORDER, answer), (FIRST,), effects=())) == ["lost"]

    def test_what_waits_behind_another_order_is_lost(self):
        stopped = with_state(ORDER, "uncertain", asked=True)
        elsewhere = with_state(CHANGE, "queued", key="order:8")
        assert kinds(*books((stopped, ANSWER, elsewhere), (FIRST,))) == ["lost"]


def test_a_sound_document_is_refused():
    for status in (303, 401, 404, 422):
        letter = replace(LETTER, answers=(status, 202))
        assert kinds(*books(letters=(letter,))) == ["refused"]
    for status in (0, 408, 429, 500, 503):
        letter = replace(LETTER, answers=(status, 202))
        assert kinds(*books(letters=(letter,))) == []


@pytest.mark.parametrize("state", ["pending", "enqueued", "started", "failed"])
def test_a_job_that_does_not_move(state):
    jobs = (Job(1, "_job_drain_outbound", state),)
    assert kinds(*books(jobs=jobs)) == ["stuck"]
