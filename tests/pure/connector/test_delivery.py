"""The two state machines, and what an attempt's outcome does to a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from odoo.addons.healthcare_procurement_connector.core.delivery import (
    BLOCKING,
    DUE,
    FINAL,
    LABELS,
    NEEDS_A_PERSON,
    TRANSITIONS,
    allowed,
)
from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    BusinessError,
    NotYetError,
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.core.outcome import (
    after_processing,
    after_sending,
)

NOT_YET = NotYetError("later", "order_unknown:P1", None)
ERRORS = st.one_of(
    st.none(),
    st.builds(TransientError, st.just("busy"), retry_after=st.none() | st.floats(0, 10**9)),
    st.sampled_from([PermanentError("no"), BusinessError("ask"), AmbiguousError("maybe")]),
)


@pytest.mark.parametrize("direction", ["out", "in"])
class TestTables:
    def test_every_target_is_a_state_with_a_label(self, direction):
        table = TRANSITIONS[direction]
        for old, targets in table.items():
            assert old in LABELS
            assert targets <= set(table)
            assert old not in targets, "a state does not lead to itself"

    def test_every_state_leads_to_an_end(self, direction):
        table = TRANSITIONS[direction]
        for state in table:
            reached, before = {state}, set()
            while reached != before:
                before = set(reached)
                reached |= {target for each in before for target in table[each]}
            assert reached & FINAL, f"{state} never ends"

    def test_what_is_over_stays_over(self, direction):
        reopened = {
            state for state in FINAL & set(TRANSITIONS[direction]) if TRANSITIONS[direction][state]
        }
        # A person may still decide on what failed; the partner's receipt may still come.
        assert reopened <= {"dead", "sent"}

    def test_what_is_due_blocks_or_waits(self, direction):
        assert set(DUE[direction]) <= set(TRANSITIONS[direction])
        assert set(DUE[direction]) - {"waiting"} <= set(BLOCKING[direction])

    def test_a_person_can_always_do_something(self, direction):
        for state in set(NEEDS_A_PERSON) & set(TRANSITIONS[direction]):
            assert TRANSITIONS[direction][state]


@given(
    error=ERRORS, attempts=st.integers(1, 50), limit=st.integers(1, 20), idempotent=st.booleans()
)
def test_an_outcome_is_a_transition_from_sending(error, attempts, limit, idempotent):
    verdict = after_sending(error, attempts, limit, idempotent, 0.5)
    assert allowed("out", "sending", verdict.state)
    assert (verdict.wait is not None) == (verdict.state == "retrying")
    assert (verdict.state == "sent") == (error is None)
    if attempts >= limit:
        assert verdict.state != "retrying", "the number of attempts is bounded"


@given(error=ERRORS.filter(bool), attempts=st.integers(1, 50), limit=st.integers(1, 20))
def test_a_failed_document_is_tried_again_or_parked(error, attempts, limit):
    verdict = after_processing(error, attempts, limit, 0.5)
    assert allowed("in", "processing", verdict.state)
    assert verdict.state in ("retrying", "parked")
    if attempts >= limit or not isinstance(error, TransientError):
        assert verdict.state == "parked"


class OutgoingMessage(RuleBasedStateMachine):
    """Drains, deaths of workers and people act on one message in any order."""

    def __init__(self):
        super().__init__()
        self.state, self.attempts, self.sent = "queued", 0, 0

    def go(self, state):
        assert allowed("out", self.state, state), (self.state, state)
        self.state = state

    @precondition(lambda self: self.state in DUE["out"])
    @rule(error=ERRORS, idempotent=st.booleans(), dies=st.booleans())
    def drain(self, error, idempotent, dies):
        self.go("sending")
        self.attempts += 1
        if dies:
            self.go("retrying" if idempotent else "uncertain")
        else:
            self.go(after_sending(error, self.attempts, 8, idempotent, 0.5).state)
            self.sent += self.state == "sent"

    @precondition(lambda self: self.state in DUE["out"])
    @rule()
    def cannot_be_prepared(self):
        self.go("held")

    @precondition(lambda self: self.state in ("dead", "held", "uncertain"))
    @rule()
    def replay(self):
        self.go("queued")
        self.attempts = 0

    @precondition(lambda self: self.state in ("dead", "held", "uncertain"))
    @rule()
    def give_up(self):
        self.go("cancelled")

    @precondition(lambda self: self.state in ("queued", "retrying", "held", "dead"))
    @rule()
    def another_way(self):
        if self.state != "queued":
            self.go("queued")
        self.attempts = 0

    @precondition(lambda self: self.state in ("queued", "retrying", "held", "dead", "uncertain"))
    @rule()
    def export_by_hand(self):
        self.go("exported")

    @precondition(lambda self: self.state == "uncertain")
    @rule()
    def the_supplier_has_it(self):
        self.go("sent")

    @precondition(lambda self: self.state in FINAL - {"dead"})
    @rule()
    def over(self):
        assert self.state not in DUE["out"]

    @invariant()
    def nothing_waits_unseen(self):
        assert self.state in FINAL or self.state in DUE["out"] or self.state in NEEDS_A_PERSON

    @invariant()
    def sent_once_is_never_sent_again(self):
        assert self.sent <= 1


TestOutgoingMessage = OutgoingMessage.TestCase

# What ends for good: from nowhere in it does a message go to another.
OVER = {
    direction: {state for state in FINAL & set(table) if not table[state]}
    for direction, table in TRANSITIONS.items()
}
STARTS = {"out": "queued", "in": "received"}


def reachable(direction, state):
    table = TRANSITIONS[direction]
    reached, todo = set(), [state]
    while todo:
        for target in table[todo.pop()] - reached:
            reached.add(target)
            todo.append(target)
    return reached


class Walk(RuleBasedStateMachine):
    """A message that goes wherever its table lets it."""

    @initialize(direction=st.sampled_from(sorted(TRANSITIONS)))
    def begin(self, direction):
        self.direction, self.state = direction, STARTS[direction]
        self.been = {self.state}

    @precondition(lambda self: TRANSITIONS[self.direction][self.state])
    @rule(data=st.data())
    def step(self, data):
        targets = sorted(TRANSITIONS[self.direction][self.state])
        self.state = data.draw(st.sampled_from(targets), label="goes to")
        self.been.add(self.state)

    @precondition(lambda self: not TRANSITIONS[self.direction][self.state])
    @rule()
    def rest(self):
        assert self.state in FINAL, "only what is final leads nowhere"

    @invariant()
    def it_ends_in_one_way_only(self):
        assert len(self.been & OVER[self.direction]) <= 1
        if self.been & OVER[self.direction]:
            assert self.state in OVER[self.direction], "what is final stays final"

    @invariant()
    def what_was_sent_never_goes_back(self):
        if "sent" in self.been:
            assert self.state in ("sent", "acknowledged")

    @invariant()
    def an_end_is_always_within_reach(self):
        if self.state not in FINAL:
            assert reachable(self.direction, self.state) & FINAL

    @invariant()
    def every_step_is_allowed_and_no_other(self):
        for target in TRANSITIONS[self.direction]:
            expected = target in TRANSITIONS[self.direction][self.state]
            assert allowed(self.direction, self.state, target) == expected


TestWalk = Walk.TestCase


def test_all_states_are_reached_and_nothing_is_sent_twice():
    for direction, start in STARTS.items():
        assert reachable(direction, start) | {start} == set(TRANSITIONS[direction])
    assert reachable("out", "sent") == {"acknowledged"}
    assert not reachable("out", "exported"), "phoned or handed over is never sent as well"


class IncomingMessage(RuleBasedStateMachine):
    """Workers, their deaths, events and people act on one document in any order."""

    def __init__(self):
        super().__init__()
        self.state, self.attempts, self.effects = "received", 0, 0

    def go(self, state):
        assert allowed("in", self.state, state), (self.state, state)
        self.state = state

    @precondition(lambda self: self.state in DUE["in"])
    @rule()
    def claim(self):
        self.go("processing")
        self.attempts += 1

    @precondition(lambda self: self.state == "processing")
    @rule(error=st.sampled_from([TransientError("busy"), BusinessError("ask"), NOT_YET]))
    def fail(self, error):
        self.go(after_processing(error, self.attempts, 8, 0.5).state)
        self.attempts -= self.state == "waiting"

    @precondition(lambda self: self.state == "processing")
    @rule()
    def apply(self):
        self.go("processed")
        self.effects += 1

    @precondition(lambda self: self.state == "processing")
    @rule(came_before=st.booleans())
    def recognise(self, came_before):
        """As a duplicate; or that another one of its key comes first."""
        self.go("duplicate" if came_before else "received")
        self.attempts -= not came_before

    @precondition(lambda self: self.state == "processing")
    @rule()
    def die(self):
        self.go(after_processing(TransientError("lost"), self.attempts, 8, 0.5).state)

    @precondition(lambda self: self.state == "waiting")
    @rule(in_time=st.booleans())
    def event_or_deadline(self, in_time):
        self.go("received" if in_time else "parked")

    @precondition(lambda self: self.state in FINAL)
    @rule()
    def over(self):
        assert self.state not in DUE["in"]

    @precondition(lambda self: self.state in ("parked", "waiting", "retrying"))
    @rule(again=st.booleans())
    def decide(self, again):
        self.go("received" if again else "discarded")
        self.attempts = 0

    @invariant()
    def nothing_waits_unseen(self):
        seen = {"processing", *DUE["in"], *NEEDS_A_PERSON, *FINAL}
        assert self.state in seen

    @invariant()
    def it_has_its_effect_at_most_once(self):
        assert self.effects <= 1
        assert (self.effects == 1) == (self.state == "processed")

    @invariant()
    def attempts_are_bounded(self):
        assert 0 <= self.attempts <= 8


TestIncomingMessage = IncomingMessage.TestCase


def test_what_failed_holds_back_its_key_until_a_person_decided():
    assert {"dead", "held", "uncertain"} <= set(BLOCKING["out"])
    assert not {"sent", "cancelled"} & set(BLOCKING["out"])
