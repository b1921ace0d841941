"""``./setup/test``: the tests that need no database, those that run inside Odoo, those that run it from outside.

A call of pytest for each kind, since they need different plugins; one closing line for all. When everything is
meant, the largest addon's tests run in a database of their own beside all others, so that two cores have work,
and what each call prints is shown when it has ended.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from lib import browser, databases, environment
from lib.places import PYTHON, ROOT, addons
from lib.ui import say

NOTHING_COLLECTED = 5
PURE = "tests"
# These start Odoo and its database as processes of their own.
WHOLE = "tests/chaos"
# Options of pytest whose next argument is a value, never a path to collect.
WITH_VALUE = ("-k", "-m", "-p", "-o", "-c", "-r", "-W", "-n")
# Options that leave some tests out, browser tests perhaps among them.
SELECTING = ("-k", "-m", "--lf", "--last-failed", "--ff", "--nf", "--sw", "--co", "--deselect")
CLOSING_WORDS = (
    "failed",
    "passed",
    "skipped",
    "deselected",
    "xfailed",
    "xpassed",
    "error",
    "subtests passed",
    "subtests failed",
    "subtests skipped",
)


def main():
    arguments = sys.argv[1:]
    options, paths = split(arguments, Path.cwd())
    started = time.monotonic()
    environment.ensure_python()
    need_browser = paths is None and not any(each.startswith(SELECTING) for each in options)
    stops = bool({"-x", "--exitfirst"} & set(options))
    if paths is None and not stops:
        results = _side_by_side(options, need_browser)
    else:
        results = _one_by_one(options, paths or _all_paths(), need_browser, stops)
    if len(results) > 1 and all(result["counts"] is not None for result in results):
        print(_closing_line(results, time.monotonic() - started), flush=True)
    return _exit_code(results)


def _all_paths():
    folders = [path / "tests" for path in addons() if (path / "tests").is_dir()]
    return {"pure": [ROOT / PURE], "odoo": folders, "whole": [ROOT / WHOLE]}


def _one_by_one(options, paths, need_browser, stops):
    results = []
    for kind, run in (
        ("pure", _pure),
        ("odoo", partial(_odoo, need_browser=need_browser)),
        ("whole", _whole),
    ):
        if paths[kind] and not (stops and any(_is_bad(each["code"]) for each in results)):
            results.append(run(options, paths[kind]))
    return results


def _side_by_side(options, need_browser):
    """The largest addon beside everything else; then, alone, what measures itself against the clock."""
    paths = _all_paths()
    largest = max(paths["odoo"], key=lambda folder: len(list(folder.glob("test_*.py"))))
    others = [folder for folder in paths["odoo"] if folder != largest]
    with _prepared(2) as (one, two), ThreadPoolExecutor(2) as pool:
        run = partial(_in_odoo, options, need_browser=need_browser, shown_at_end=True)
        beside = pool.submit(run, [largest], database=one)
        results = [_pure(options, paths["pure"], shown_at_end=True)]
        results.append(run(others, database=two))
        results.append(beside.result())
    return [*results, _whole(options, paths["whole"])]


def split(arguments, folder):
    """Parts pytest's options from the paths to collect; returns (options, {"pure": …, "odoo": …, "whole": …}).

    The paths are None where none is named: everything is meant.
    """
    options, paths, value_follows = [], {"pure": [], "odoo": [], "whole": []}, False
    for argument in arguments:
        file, mark, test = argument.partition("::")
        path = (folder / file).resolve()
        if value_follows or argument.startswith("-") or not path.exists():
            options.append(argument)
        elif path == ROOT:
            return [each for each in arguments if each != argument], None
        else:
            paths[_kind(path)].append(f"{path}{mark}{test}")
            if path == ROOT / PURE:
                paths["whole"].append(str(ROOT / WHOLE))
        value_follows = argument in WITH_VALUE
    return options, paths if any(paths.values()) else None


def _kind(path):
    if path.is_relative_to(ROOT / WHOLE):
        return "whole"
    return "pure" if path.is_relative_to(ROOT / PURE) else "odoo"


def _pure(options, paths, shown_at_end=False):
    """Without Odoo's plugin, and with a PostgreSQL that is not there: what is pure needs none."""
    variables = {**environment.odoo_environment(), "PGHOST": "/there/is/no/database/for/pure/tests"}
    variables.pop("ODOO_RC")
    return _pytest(
        ["-p", "no:odoo", f"--ignore={ROOT / WHOLE}", *options, *paths], variables, shown_at_end
    )


def _whole(options, paths):
    """With nothing prepared but the environment: these tests bring up all they need."""
    environment.ensure()
    return _pytest(["-p", "no:odoo", *options, *paths], environment.odoo_environment())


def _odoo(options, paths, need_browser):
    with _prepared(1) as (database,):
        return _in_odoo(options, paths, database=database, need_browser=need_browser)


@contextmanager
def _prepared(count):
    """The names of so many databases to run tests on."""
    browser.ensure()
    environment.ensure()
    with databases.for_tests(count) as names:
        yield names


def _in_odoo(options, paths, database, need_browser, shown_at_end=False):
    variables = {
        **environment.odoo_environment(),
        # Jobs are run by the tests themselves, never by a runner beside them.
        "ODOO_QUEUE_JOB_CHANNELS": "root:0",
    }
    return _pytest(
        [
            "-p",
            "lib.pytest_house",
            *(["--need-browser"] if need_browser else []),
            f"--odoo-database={database}",
            "--odoo-log-level=warn",
            "--odoo-http",
            *options,
            *paths,
        ],
        variables,
        shown_at_end,
    )


def _pytest(arguments, variables, shown_at_end=False):
    with tempfile.TemporaryDirectory() as folder:
        counts, output = Path(folder) / "counts.json", Path(folder) / "output.txt"
        variables = {
            **variables,
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(ROOT / "setup"), variables.get("PYTHONPATH")])
            ),
            "HOUSE_COUNTS": str(counts),
        }
        with output.open("w") as file:
            done = subprocess.run(
                [PYTHON, "-m", "pytest", "-p", "lib.pytest_counts", *arguments],
                cwd=ROOT,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=file if shown_at_end else None,
                stderr=subprocess.STDOUT if shown_at_end else None,
                check=False,
            )
        # In one piece, so that two calls which end together do not print into each other.
        print(output.read_text(errors="replace"), end="", flush=True)
        found = json.loads(counts.read_text()) if counts.exists() else None
    return {"code": done.returncode, "counts": found}


def _closing_line(results, seconds):
    """Pytest's closing line for all results together.

    >>> _closing_line([{"counts": {"passed": 2}}, {"counts": {"passed": 1, "failed": 1}}], 3.14159)
    '==================== 1 failed, 3 passed in 3.14s ===================='
    """
    total = {}
    for result in results:
        for word, count in result["counts"].items():
            total[word] = total.get(word, 0) + count
    parts = [
        f"{total[word]} {word}{'s' if word == 'error' and total[word] > 1 else ''}"
        for word in sorted(total, key=CLOSING_WORDS.index)
        if total[word]
    ]
    return f"{'=' * 20} {', '.join(parts) or 'no tests ran'} in {seconds:.2f}s {'=' * 20}"


def _exit_code(results):
    """A part that collected nothing is no failure where the other ran something.

    >>> _exit_code([{"code": 5}, {"code": 0}]), _exit_code([{"code": 5}]), _exit_code([{"code": 1}])
    (0, 5, 1)
    """
    codes = {result["code"] for result in results}
    if not codes:
        say("no tests: there is neither a tests folder nor an addon.")
        return NOTHING_COLLECTED
    bad = {code for code in codes if _is_bad(code)}
    return min(bad) if bad else min(codes)


def _is_bad(code):
    return code not in (0, NOTHING_COLLECTED)
