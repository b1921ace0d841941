"""Many calls at a time: each lane in its order, each endpoint within its share, nobody held up by another."""

import threading
import time
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.services.calls import (
    PLENTY,
    RESERVE,
    Call,
    CallPool,
)
from odoo.addons.healthcare_procurement_connector.transports.base import Limits, Reply, Request

NEVER = float("inf")


class Sink:
    """Answers each call after ``seconds`` of its endpoint; keeps what came and how much came at once."""

    def __init__(self, seconds=None):
        self.seconds = seconds or {}
        self.lock = threading.Lock()
        self.arrived = []
        self.running = defaultdict(int)
        self.most = defaultdict(int)

    def send(self, request, limits):
        endpoint, lane, _message = key = tuple(map(int, request.url.split("/")))
        with self.lock:
            self.arrived.append(key)
            for what in (("endpoint", endpoint), ("lane", lane)):
                self.running[what] += 1
                self.most[what] = max(self.most[what], self.running[what])
        time.sleep(self.seconds.get(endpoint, 0))
        with self.lock:
            for what in (("endpoint", endpoint), ("lane", lane)):
                self.running[what] -= 1
        return Reply(200)


def call(message, endpoint=1, lane=1, idempotent=True):
    request = Request(f"{endpoint}/{lane}/{message}")
    return Call(message, endpoint, lane, 1, 8, (5,), idempotent, request, Limits())


def everything(pool):
    outcomes = []
    while not pool.idle():
        outcomes += pool.collect(1000, 0.05)
    return outcomes


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), max_size=60),
    st.integers(1, 8),
    st.integers(1, 4),
)
def test_every_call_ends_once_and_lanes_keep_their_order(places, threads, share):
    calls = [
        call(number, endpoint, endpoint * 10 + lane)
        for number, (endpoint, lane) in enumerate(places)
    ]
    sink = Sink()
    with CallPool(sink, NEVER, threads, share) as pool:
        pool.add(calls[:20])
        pool.add(calls[20:])
        outcomes = everything(pool)
    assert sorted(outcome.message_id for outcome in outcomes) == list(range(len(calls)))
    for lane in {each.lane_id for each in calls}:
        came = [message for _endpoint, of, message in sink.arrived if of == lane]
        assert came == sorted(came)
        assert sink.most["lane", lane] == 1
    assert all(most <= share for (what, _), most in sink.most.items() if what == "endpoint")


def test_an_endpoint_that_hangs_holds_up_nobody_else():
    hanging, healthy = 1, 2
    sink = Sink({hanging: 1.0})
    with CallPool(sink, NEVER, threads=8, share=4) as pool:
        pool.add([call(number, hanging, lane=number) for number in range(20)])
        pool.add([call(number, healthy, lane=100 + number % 4) for number in range(100, 180)])
        started = time.monotonic()
        outcomes = []
        while len(outcomes) < 80:
            outcomes += pool.collect(10, 0.05)
        assert time.monotonic() - started < 0.9
        assert {outcome.endpoint_id for outcome in outcomes} == {healthy}
        pool.give_up()


def test_nothing_begins_after_the_deadline():
    sink = Sink({1: 0.1})
    with CallPool(sink, time.monotonic() + 0.05, threads=1, share=1) as pool:
        pool.add([call(number) for number in range(5)])
        time.sleep(0.2)
        unsent = pool.give_up()
        outcomes = everything(pool)
    assert [each.message_id for each in unsent] == [1, 2, 3, 4]
    assert [each.message_id for each in outcomes] == [0]


def test_what_is_taken_back_is_not_called():
    sink = Sink({1: 0.2})
    with CallPool(sink, NEVER, threads=1, share=1) as pool:
        pool.add([call(number) for number in range(3)])
        while not sink.arrived:
            time.sleep(0.01)
        assert [each.message_id for each in pool.give_up()] == [1, 2]
        assert len(everything(pool)) == 1
    assert len(sink.arrived) == 1


def test_the_outcome_of_a_partner_that_takes_no_repeats_is_given_at_once():
    sink = Sink({1: 0.0, 2: 2.0})
    with CallPool(sink, NEVER, threads=2, share=1) as pool:
        pool.add([call(1, 1, 1, idempotent=False), call(2, 2, 2)])
        started = time.monotonic()
        (outcome,) = pool.collect(20, 5)
        assert (outcome.message_id, time.monotonic() - started < 1) == (1, True)
        everything(pool)


def test_outcomes_are_waited_for_only_so_long():
    with CallPool(Sink({1: 0.5}), NEVER, threads=1, share=1) as pool:
        pool.add([call(1)])
        started = time.monotonic()
        assert pool.collect(20, 0.05) == []
        assert time.monotonic() - started < 0.4
        everything(pool)


def test_a_lane_behind_a_slow_call_is_not_counted_on():
    sink = Sink({1: 1.5})
    with CallPool(sink, NEVER, threads=2, share=2) as pool:
        pool.add([call(number, 1, lane=7) for number in range(RESERVE + 1)])
        pool.add([call(RESERVE + 1, 1, lane=8)])
        assert pool.room() == 0
        time.sleep(1.1)
        assert pool.room() == 2
        assert {7} <= pool.full()
        pool.give_up()


def test_a_call_that_takes_long_is_told():
    with CallPool(Sink({1: 1.5}), NEVER, threads=1, share=1) as pool:
        pool.add([call(1)])
        assert not pool.hangs()
        time.sleep(1.1)
        assert pool.hangs()
        everything(pool)
        assert not pool.hangs()


def test_more_is_asked_for_while_threads_have_no_lane():
    sink = Sink({1: 0.5})
    with CallPool(sink, NEVER, threads=3, share=3) as pool:
        pool.add([call(number, 1, lane=number % 2) for number in range(RESERVE + 2)])
        assert pool.room() == 1
        pool.add([call(number, 1, lane=2) for number in range(100, 102)])
        assert pool.room() == 0
        pool.give_up()


def test_a_pool_with_plenty_asks_for_nothing():
    with CallPool(Sink({1: 0.5}), NEVER, threads=3, share=3) as pool:
        pool.add([call(number, 1, lane=1) for number in range(PLENTY + 1)])
        assert pool.room() == 0
        pool.give_up()


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyError("another")])
def test_a_fault_of_our_own_is_an_outcome_not_a_lost_thread(error):
    class Broken:
        def send(self, request, limits):
            raise error

    with CallPool(Broken(), NEVER, threads=1, share=1) as pool:
        pool.add([call(1), call(2)])
        outcomes = everything(pool)
    assert [outcome.error.code for outcome in outcomes] == ["internal", "internal"]
