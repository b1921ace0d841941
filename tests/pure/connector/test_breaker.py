"""The breaker, driven by drains, workers that die, operators and a clock, in any order."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from odoo.addons.healthcare_procurement_connector.core.breaker import (
    ALIVE,
    FAILED,
    NOTHING,
    OK,
    STATES,
    Breaker,
    BreakerRules,
    force,
    give_back,
    grant,
    next_probe,
    note,
    signal,
)
from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    BusinessError,
    PermanentError,
    TransientError,
)

NOON = datetime(2026, 11, 25, 12, 0)
SAID = st.sampled_from([OK, ALIVE, FAILED, NOTHING])
RULES = st.builds(
    lambda window, minimum, threshold, wait, doublings, probes: BreakerRules(
        window, min(minimum, window), threshold, wait, wait * 2**doublings, probes
    ),
    window=st.integers(1, 30),
    minimum=st.integers(1, 10),
    threshold=st.integers(1, 100),
    wait=st.integers(1, 300),
    doublings=st.integers(0, 5),
    probes=st.integers(1, 3),
)


def stored(breaker):
    """As a row of a table would keep it."""
    row = json.loads(json.dumps(asdict(breaker), default=datetime.isoformat))
    for name in ("opened_at", "probe_until"):
        row[name] = row[name] and datetime.fromisoformat(row[name])
    return Breaker(**row)


class Endpoint(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.rules = BreakerRules()
        self.breaker = Breaker()
        self.now = NOON
        self.under_way = []  # when the call began, and the end of its lease if it was a probe
        self.counted = 0  # outcomes that counted since the breaker was last closed afresh

    def restart(self):
        self.breaker = stored(self.breaker)

    @rule(rules=RULES)
    def a_manager_changes_the_rules(self, rules):
        self.rules = rules

    @rule(seconds=st.integers(0, 4000))
    def time_goes_on(self, seconds):
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: not self.breaker.is_down and not self.breaker.forced)
    @rule()
    def the_partner_goes_down(self):
        for _ in range(self.rules.window):
            self.under_way.append((self.now, None))
            self.ends(len(self.under_way) - 1, FAILED)

    def time_goes_on_until_the_next_probe(self, early):
        self.now = max(self.now, next_probe(self.breaker) - timedelta(seconds=early))

    @rule(wanted=st.integers(-1, 10))
    def a_drain_asks(self, wanted):
        self.ask(wanted)

    @rule(drains=st.integers(2, 5), early=st.integers(0, 1))
    def drains_wait_for_the_next_probe_and_ask_at_once(self, drains, early):
        if next_probe(self.breaker):
            self.time_goes_on_until_the_next_probe(early)
        for _ in range(drains):
            self.ask(1)

    def ask(self, wanted):
        down, before = self.breaker.is_down, self.breaker
        self.breaker, calls = grant(self.breaker, self.rules, wanted, self.now)
        assert 0 <= calls <= max(wanted, 0)
        if not down:
            assert calls == max(wanted, 0), "a closed breaker stops nobody"
        if before.forced == "open":
            assert calls == 0
        lease = self.now + timedelta(seconds=self.rules.probe_lease) if down else None
        self.under_way += [(self.now, lease)] * calls
        if down and calls:
            living = [end for _, end in self.under_way if end and end > self.now]
            assert len(living) <= max(self.rules.probes, 1), "too many probes"

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), said=SAID)
    def a_call_ends(self, data, said):
        self.ends(data.draw(st.integers(0, len(self.under_way) - 1), label="which call"), said)

    def ends(self, which, said):
        began, lease = self.under_way.pop(which)
        if lease and lease <= self.now:
            return  # its drain is over long since: it died with it
        before = self.breaker
        self.breaker = note(before, self.rules, said, began, self.now)
        if before.state == "closed":
            self.counted += said in (OK, FAILED)
        if before.state == "closed" and self.breaker.state == "open":
            assert said == FAILED, "an answer is no reason to stop"
            assert self.counted >= self.rules.minimum, "opened on too little"
            assert before.forced is None
        if before.state != "closed" and self.breaker.state == "closed":
            assert said in (OK, ALIVE)
            self.counted = 0
        if before.state == "half_open" and self.breaker.state == "open":
            # A refused probe forgets its fellows: they began before it opened again.
            self.under_way = [(start, None) for start, _ in self.under_way]

    @precondition(lambda self: self.under_way)
    @rule()
    def the_worker_dies(self):
        """Its calls never end, as far as we know; the lease of its probes will."""
        self.under_way = [(start, lease) for start, lease in self.under_way if lease]

    @precondition(lambda self: self.under_way and self.breaker.state == "half_open")
    @rule()
    def a_probe_was_not_called_after_all(self):
        probes = [call for call in self.under_way if call[1] and call[1] > self.now]
        if probes:
            self.under_way.remove(probes[0])
            self.breaker = give_back(self.breaker, 1)

    @rule(forced=st.sampled_from(["open", "closed", None]))
    def an_operator_forces_it(self, forced):
        self.breaker = force(self.breaker, forced)
        self.counted = len(self.breaker.outcomes)
        self.under_way = [(start, None) for start, _ in self.under_way]

    @rule()
    def the_server_starts_again(self):
        assert stored(self.breaker) == self.breaker
        self.restart()

    @rule(seconds=st.integers(1, 100_000))
    def the_clock_is_set_back(self, seconds):
        self.now -= timedelta(seconds=seconds)
        # Calls cannot have begun later than now.
        self.under_way = [(min(start, self.now), None) for start, _ in self.under_way]

    @invariant()
    def it_is_a_sensible_value(self):
        breaker = self.breaker
        assert breaker.state in STATES
        assert len(breaker.outcomes) <= 30 and set(breaker.outcomes) <= {".", "x"}
        assert breaker.probes_out >= 0 and breaker.probes_passed >= 0
        if breaker.state != "closed":
            assert breaker.opened_at is not None and breaker.forced is None
            assert breaker.wait > 0

    @invariant()
    def it_always_lets_a_probe_through_in_the_end(self):
        if self.breaker.forced == "open":
            return
        asked, _ = grant(self.breaker, self.rules, 1, self.now)
        later = self.now + timedelta(
            seconds=max(self.rules.longest_wait, self.rules.probe_lease, 1)
        )
        assert grant(asked, self.rules, 1, later)[1] == 1


TestEndpoint = Endpoint.TestCase


@given(rules=RULES, failures=st.integers(0, 12))
def test_the_wait_doubles_while_probes_fail_and_never_beyond_the_longest(rules, failures):
    breaker, now = Breaker(), NOON
    while breaker.state == "closed":
        breaker = note(breaker, rules, FAILED, now, now)
    for count in range(failures):
        assert breaker.wait == min(rules.wait * 2**count, rules.longest_wait)
        now += timedelta(seconds=breaker.wait)
        assert grant(breaker, rules, 1, now - timedelta(microseconds=1))[1] == 0
        breaker, calls = grant(breaker, rules, 1, now)
        assert calls == 1
        breaker = note(breaker, rules, FAILED, now, now)
        assert breaker.state == "open"


@given(rules=RULES, mix=st.lists(st.sampled_from([OK, FAILED]), max_size=60))
def test_it_opens_exactly_when_enough_of_the_last_calls_failed(rules, mix):
    breaker, seen = Breaker(), []
    for said in mix:
        breaker = note(breaker, rules, said, NOON, NOON)
        seen.append(said)
        last = seen[-rules.window :]
        share = 100 * last.count(FAILED) / len(last)
        should = said == FAILED and len(last) >= rules.minimum and share >= rules.threshold
        assert (breaker.state == "open") == should
        if should:
            return


def test_all_probes_must_be_answered():
    rules = BreakerRules(probes=3)
    breaker = Breaker("open", opened_at=NOON, wait=60)
    later = NOON + timedelta(seconds=60)
    breaker, calls = grant(breaker, rules, 10, later)
    assert calls == 3
    assert grant(breaker, rules, 10, later)[1] == 0
    for state in ("half_open", "half_open", "closed"):
        breaker = note(breaker, rules, ALIVE, later, later)
        assert breaker.state == state
    assert breaker == Breaker()


def test_an_answer_is_no_reason_to_stop():
    breaker = Breaker(outcomes="xxx.")
    assert note(breaker, BreakerRules(), OK, NOON, NOON).state == "closed"
    assert note(breaker, BreakerRules(), FAILED, NOON, NOON).state == "open"


def test_fewer_probes_than_were_answered_already_still_lets_one_through():
    rules = BreakerRules(probes=1)
    breaker = Breaker("half_open", opened_at=NOON, wait=60, probes_passed=2)
    breaker, calls = grant(breaker, rules, 5, NOON)
    assert calls == 1
    assert note(breaker, rules, OK, NOON, NOON) == Breaker()


def test_a_call_from_before_it_opened_is_no_probe():
    rules = BreakerRules()
    later = NOON + timedelta(seconds=60)
    probing, _ = grant(Breaker("open", opened_at=NOON, wait=60), rules, 1, later)
    before = NOON - timedelta(seconds=1)
    for said in (OK, FAILED):
        assert note(probing, rules, said, before, later) == probing


def test_when_the_next_probe_goes_is_known():
    opened = Breaker("open", opened_at=NOON, wait=60)
    assert next_probe(opened) == NOON + timedelta(seconds=60)
    probing, _ = grant(opened, BreakerRules(), 1, NOON + timedelta(seconds=60))
    assert next_probe(probing) == NOON + timedelta(seconds=360)
    assert next_probe(Breaker()) is None


@pytest.mark.parametrize(
    "error, said",
    [
        (None, OK),
        (TransientError("busy", "http_500"), FAILED),
        (TransientError("busy", "http_503"), FAILED),
        (TransientError("slow down", "http_429"), ALIVE),
        (TransientError("refused", "refused"), FAILED),
        (AmbiguousError("nothing", "no_answer"), FAILED),
        (PermanentError("no", "http_400"), ALIVE),
        (PermanentError("elsewhere", "http_302"), ALIVE),
        (BusinessError("no", "http_422"), ALIVE),
        (PermanentError("bad certificate", "certificate"), FAILED),
        (AmbiguousError("our worker died", "worker_lost"), NOTHING),
    ],
)
def test_what_an_error_says_about_the_partner(error, said):
    assert signal(error) == said
