"""Eight connections receive, bill and release on one order: what comes out is what comes out one after the other."""

import json
import subprocess

import pytest

from lib import databases, environment
from lib.places import PYTHON, ROOT

from .match_crowd import DEAR_BILLS, PART, PARTS_BILLED, PARTS_ORDERED

CONNECTIONS = 8
SECONDS = 600


@pytest.fixture(scope="module")
def crowds():
    """What eight at once leave behind, and one alone, in a database of their own."""
    with databases.for_tests(1) as (database,):
        done = subprocess.run(
            [PYTHON, "-m", "tests.chaos.match_crowd", database, str(CONNECTIONS), "1"],
            cwd=ROOT,
            env=environment.odoo_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def together(crowds):
    return crowds[str(CONNECTIONS)]


@pytest.fixture(scope="module")
def alone(crowds):
    return crowds["1"]


def test_nothing_fails(together, alone):
    assert together["failures"] == []
    assert alone["failures"] == []


def test_they_did_meet(together, alone):
    """Else nothing was proved: races were lost, and repeated."""
    assert together["counts"]["lost_races"] >= CONNECTIONS
    assert not alone["counts"].get("lost_races")
    assert together["counts"]["decided_already"]


def test_no_quantity_is_billed_twice(together):
    state = together["state"]
    assert state["billed"] == [PART * PARTS_ORDERED, PART * DEAR_BILLS]
    assert state["billed"] == state["received"] == state["ordered"]
    assert state["refused"] == PARTS_BILLED - PARTS_ORDERED


def test_each_bill_took_its_turn(together):
    assert together["turns"][0] >= PARTS_ORDERED
    assert together["turns"][1] >= DEAR_BILLS


def test_the_outcome_is_that_of_one_after_the_other(together, alone):
    assert together["state"] == alone["state"]
