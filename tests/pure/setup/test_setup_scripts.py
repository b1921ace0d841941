"""What the set-up's scripts decide."""

import doctest

import pytest

from lib import databases, log_rules, run_tests
from lib.places import ROOT

TESTS = ROOT / "tests"
CHAOS = TESTS / "chaos"
ADDON = ROOT / "healthcare_procurement_connector"


@pytest.mark.parametrize("module", [log_rules, run_tests], ids=lambda module: module.__name__)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    ("arguments", "options", "pure", "odoo", "whole"),
    [
        (["tests/pure"], [], [f"{TESTS}/pure"], [], []),
        (["-k", "tests", "tests"], ["-k", "tests"], [str(TESTS)], [], [str(CHAOS)]),
        (["-x", "healthcare_procurement_connector"], ["-x"], [], [str(ADDON)], []),
        (["tests/chaos/run.py::test"], [], [], [], [f"{CHAOS}/run.py::test"]),
        (
            ["healthcare_procurement_connector/__init__.py::Test::test_it", "tests"],
            [],
            [str(TESTS)],
            [f"{ADDON}/__init__.py::Test::test_it"],
            [str(CHAOS)],
        ),
    ],
)
def test_paths_go_to_the_part_that_runs_them(arguments, options, pure, odoo, whole):
    assert run_tests.split(arguments, ROOT) == (
        options,
        {"pure": pure, "odoo": odoo, "whole": whole},
    )


@pytest.mark.parametrize("arguments", [[], ["-k", "order"], ["--lf"], ["."]])
def test_without_a_path_everything_is_meant(arguments):
    options, paths = run_tests.split(arguments, ROOT)
    assert paths is None
    assert options == [each for each in arguments if each != "."]


def noted(**addons):
    return {"base": "hpi_base_1", "addons": addons}


PRINTS = {"once": "1", "code": "1", "assets": "1"}


@pytest.mark.parametrize(
    ("before", "changed"),
    [
        (noted(one=PRINTS, two=PRINTS), []),
        (noted(one={**PRINTS, "code": "0"}, two=PRINTS), ["one"]),
        (noted(one={**PRINTS, "assets": "0"}, two=PRINTS), []),
        (noted(one={**PRINTS, "once": "0"}, two=PRINTS), None),
        (noted(one=PRINTS), None),
        (noted(one=PRINTS, two=PRINTS) | {"base": "hpi_base_0"}, None),
        ({}, None),
    ],
)
def test_the_kept_database_is_updated_or_built_anew(before, changed):
    assert databases._changed_addons(before, noted(one=PRINTS, two=PRINTS)) == changed
