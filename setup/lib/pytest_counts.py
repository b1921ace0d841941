"""Pytest plugin: leaves the numbers of the closing line in the file that HOUSE_COUNTS names."""

import json
import os
from pathlib import Path

import pytest


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    counts = {
        word: len([report for report in reports if getattr(report, "count_towards_summary", True)])
        for word, reports in terminalreporter.stats.items()
        if word and word != "warnings"
    }
    Path(os.environ["HOUSE_COUNTS"]).write_text(json.dumps(counts))
