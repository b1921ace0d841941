"""``./setup/test``: the tests that need no database, then those that run inside Odoo.

Two calls of pytest, since the two kinds need different plugins; one closing line for both.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lib import browser, databases, environment
from lib.places import PYTHON, ROOT, addons
from lib.ui import say

NOTHING_COLLECTED = 5
PURE = "tests"
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
    results = []
    if paths is None or paths["pure"]:
        results.append(_pure(options, paths["pure"] if paths else [ROOT / PURE]))
    stop = results and results[0]["code"] and {"-x", "--exitfirst"} & set(options)
    if (paths is None or paths["odoo"]) and not stop:
        folders = [path / "tests" for path in addons() if (path / "tests").is_dir()]
        whole = paths is None and not any(each.startswith(SELECTING) for each in options)
        results.append(_odoo(options, paths["odoo"] if paths else folders, whole))
    if len(results) > 1 and all(result["counts"] is not None for result in results):
        print(_closing_line(results, time.monotonic() - started), flush=True)
    return _exit_code(results)


def split(arguments, folder):
    """Parts pytest's options from the paths to collect; returns (options, {"pure": …, "odoo": …}).

    The paths are None where none is named: everything is meant.
    """
    options, paths, value_follows = [], {"pure": [], "odoo": []}, False
    for argument in arguments:
        file, mark, test = argument.partition("::")
        path = (folder / file).resolve()
        if value_follows or argument.startswith("-") or not path.exists():
            options.append(argument)
        elif path == ROOT:
            return [each for each in arguments if each != argument], None
        else:
            pure = path.is_relative_to(ROOT / PURE)
            paths["pure" if pure else "odoo"].append(f"{path}{mark}{test}")
        value_follows = argument in WITH_VALUE
    return options, paths if any(paths.values()) else None


def _pure(options, paths):
    """Without Odoo's plugin, and with a PostgreSQL that is not there: what is pure needs none."""
    variables = {**environment.odoo_environment(), "PGHOST": "/there/is/no/database/for/pure/tests"}
    variables.pop("ODOO_RC")
    return _pytest(["-p", "no:odoo", *options, *paths], variables)


def _odoo(options, paths, whole):
    if not paths:
        return {"code": NOTHING_COLLECTED, "counts": {}}
    browser.ensure()
    environment.ensure()
    with databases.for_tests() as database:
        variables = {
            **environment.odoo_environment(),
            # Jobs are run by the tests themselves, never by a runner beside them.
            "ODOO_QUEUE_JOB_CHANNELS": "root:0",
        }
        return _pytest(
            [
                "-p",
                "lib.pytest_house",
                *(["--need-browser"] if whole else []),
                f"--odoo-database={database}",
                "--odoo-log-level=warn",
                "--odoo-http",
                *options,
                *paths,
            ],
            variables,
        )


def _pytest(arguments, variables):
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        variables = {
            **variables,
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(ROOT / "setup"), variables.get("PYTHONPATH")])
            ),
            "HOUSE_COUNTS": str(counts),
        }
        done = subprocess.run(
            [PYTHON, "-m", "pytest", "-p", "lib.pytest_counts", *arguments],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            check=False,
        )
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
    bad = codes - {0, NOTHING_COLLECTED}
    return min(bad) if bad else min(codes)
