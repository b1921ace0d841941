"""The chaos harness's own parts: its weather, its reading of logs, its janitor."""

import doctest
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from tests.chaos import ledger, log_rules, partner_book, weather
from tests.chaos.books import Delivery, Letter
from tests.chaos.janitor import Janitor, members

LINE = "2026-01-01 10:00:00,000 7 {} chaos {}: {}"


class TestWeather:
    def test_examples(self):
        assert doctest.testmod(weather).failed == 0

    def test_it_is_seeded(self):
        first, again, other = (
            [weather.strike(seed, "medi", number, True) for number in range(500)]
            for seed in (1, 1, 2)
        )
        assert first == again != other
        assert 0.2 < sum(how is not None for how in first) / 500 < 0.55

    def test_every_kind_of_fault_comes(self):
        seen = {weather.strike(1, "medi", number, True) for number in range(5000)}
        assert seen == {None, *(how for _weight, how in weather.STORM)}

    @pytest.mark.parametrize("table", [weather.STORM, weather.STORM_WITHOUT_MEMORY])
    def test_nobody_says_yes_to_what_he_did_not_take(self, table):
        for _weight, how in table:
            assert how.stores or how.kind not in ("garbage", "drip", "cut")

    def test_who_does_not_recognise_repeats_never_takes_an_order_and_says_no(self):
        for _weight, how in weather.STORM_WITHOUT_MEMORY:
            assert not (how.stores and how.kind in ("status", "redirect"))

    def test_doors_close_and_open(self):
        times = list(islice(weather.door_times(1, "medi"), 50))
        assert times == list(islice(weather.door_times(1, "medi"), 50))
        assert all(open_for > closed_for > 0 for open_for, closed_for in times)


class TestLog:
    @pytest.mark.parametrize(
        ("logger", "text"),
        [
            ("odoo.http", "Database unusable\npsycopg2.OperationalError: server closed the connection unexpectedly"),
            ("odoo.addons.queue_job.jobrunner.runner", "Re-queued dead job with uuid: 1"),
            ("odoo.sql_db", "bad query: b'…'\nERROR: could not serialize access due to concurrent update"),
        ],
    )  # fmt: skip
    def test_what_the_storm_explains(self, logger, text):
        assert log_rules.unexplained(LINE.format("ERROR", logger, text)) == []

    @pytest.mark.parametrize(
        ("logger", "text"),
        [
            ("odoo.http", "Exception during request\nValueError: no"),
            ("odoo.addons.healthcare_procurement_connector.services.outbox", "Re-queued dead job"),
            ("odoo.sql_db", "bad query: b'…'\nERROR: duplicate key value violates unique constraint"),
        ],
    )  # fmt: skip
    def test_what_it_does_not(self, logger, text):
        (line,) = log_rules.unexplained(LINE.format("WARNING", logger, text))
        assert text in line


def test_the_ledger_becomes_a_book(tmp_path):
    path = tmp_path / "ledger.jsonl"
    book = ledger.Ledger(path)
    delivery = {"supplier": "medi", "key": "k", "sha": "s", "type": "Order", "number": "P1"}
    delivery |= {"order_number": "P1", "revision": None, "taken": True, "how": "served"}
    post = {"supplier": "medi", "kind": "invoice", "number": "I1", "order_number": "P1"}
    post |= {"webhook_id": "m1", "sha": "s", "said": ""}
    book.note("delivery", **delivery)
    book.note("door", supplier="medi", closed_for=1)
    book.note("post", **post, status=0)
    book.note("post", **post, status=202)
    read = partner_book.read(path)
    assert read.deliveries == (Delivery(1, "medi", "k", "s", "Order", "P1", "P1"),)
    assert read.letters == (Letter("medi", "invoice", "I1", "P1", "m1", "s", (0, 202)),)


class TestJanitor:
    def test_it_ends_a_whole_session_and_removes_the_folder(self, tmp_path):
        folder = tmp_path / "run"
        folder.mkdir()
        with Janitor() as janitor:
            janitor.remove(folder)
            process = janitor.watch(parent_and_child())
            assert wait_until(lambda: len(members(process.pid)) == 2)
        process.wait()
        assert members(process.pid) == []
        assert not folder.exists()

    def test_it_outlives_a_run_that_is_killed(self):
        program = (
            "import subprocess, sys, time\n"
            "from tests.chaos.janitor import Janitor\n"
            "with Janitor() as janitor:\n"
            "    sleeper = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
            "    janitor.watch(sleeper)\n"
            "    print(sleeper.pid, flush=True)\n"
            "    time.sleep(60)\n"
        )
        root = Path(__file__).resolve().parents[3]
        run = subprocess.Popen(
            [sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True
        )
        sleeper = int(run.stdout.readline())
        assert members(sleeper)
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        assert wait_until(lambda: not members(sleeper))


def parent_and_child():
    return subprocess.Popen(["sh", "-c", "sleep 60 & wait"], start_new_session=True)


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()
