"""A short storm: workers are killed, PostgreSQL is restarted, suppliers fail; the books of both sides must agree."""

import pytest

from tests.chaos.plan import SHORT
from tests.chaos.run import run


@pytest.fixture(scope="module")
def report():
    return run(SHORT, "chaos-short")


def test_the_storm_was_one(report):
    assert report.counts["orders"] == SHORT.orders
    assert report.counts["kills"] >= SHORT.kills
    assert report.counts["restarts"] >= SHORT.restarts
    assert report.counts["changes"]
    assert report.counts["letters"] > SHORT.orders / 2


def test_the_books_agree(report):
    assert [str(finding) for finding in report.findings] == []


def test_the_log_holds_nothing_that_the_storm_does_not_explain(report):
    assert report.log_lines == []
