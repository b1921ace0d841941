"""The life of a policy's version: every state, every act, every kind of person."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_three_way_match.core.versions import (
    ACTIVE,
    APPROVED,
    BINDING,
    DRAFT,
    RIGHTS,
    SUBMITTED,
    SUPERSEDED,
    TRANSITIONS,
    Person,
    Refusal,
    VersionError,
    in_force,
    refusal,
    transition,
)

STATES = (DRAFT, SUBMITTED, APPROVED, ACTIVE, SUPERSEDED)
ACTS = sorted({act for _state, act in TRANSITIONS})
NOBODY, AUTHOR = frozenset(), frozenset({"author"})
APPROVER = frozenset({"author", "approver"})


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", ACTS)
def test_only_what_the_table_says_happens(state, act):
    if (state, act) in TRANSITIONS:
        assert transition(state, act) in STATES
    else:
        with pytest.raises(VersionError):
            transition(state, act)


def test_nothing_comes_back_to_a_draft_once_approved():
    reached, todo = set(), [APPROVED]
    while todo:
        state = todo.pop()
        after = {to for (start, _act), to in TRANSITIONS.items() if start == state} - reached
        reached |= after
        todo += after
    assert not reached & {DRAFT, SUBMITTED}


def test_no_way_into_force_but_by_approval():
    assert {act for (_state, act), to in TRANSITIONS.items() if to == APPROVED} == {"approve"}
    assert {state for (state, _act), to in TRANSITIONS.items() if to == ACTIVE} == {APPROVED}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", sorted(RIGHTS))
@pytest.mark.parametrize("rights", [NOBODY, AUTHOR, APPROVER])
@pytest.mark.parametrize("had_a_hand", [False, True])
def test_who_may_do_what_when(state, act, rights, had_a_hand):
    why = refusal(state, act, Person(rights, had_a_hand))
    if RIGHTS[act] not in rights:
        assert why is Refusal.NO_RIGHT
    elif (state, act) not in TRANSITIONS:
        assert why is Refusal.NOT_NOW
    elif act == "approve" and had_a_hand:
        assert why is Refusal.OWN_WORK
    else:
        assert why is None


days = st.integers(0, 20).map(lambda number: date(2026, 1, 1) + timedelta(number))
versions = st.lists(
    st.tuples(st.sampled_from(STATES), days, st.integers(1, 9), st.none()),
    unique_by=lambda each: each[2],
    max_size=6,
).map(lambda found: [(state, day, number, number) for state, day, number, _none in found])


@given(versions, days)
def test_the_latest_that_has_begun_is_in_force(found, day):
    number = in_force(found, day)
    begun = {n: since for state, since, n, _v in found if state in BINDING and since <= day}
    if number is None:
        assert not begun
    else:
        assert number in begun
        assert all((since, n) <= (begun[number], number) for n, since in begun.items())


@given(versions, days)
def test_a_draft_is_never_in_force(found, day):
    number = in_force(found, day)
    assert number not in {n for state, _day, n, _v in found if state not in BINDING}
