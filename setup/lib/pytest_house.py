"""Pytest plugin for the tests inside Odoo: nothing unexpected in the log, no browser test skipped.

- A test during which something is logged at WARNING or above fails, unless the line is on the list in
  ``log_rules``. A test that expects a warning catches it with ``assertLogs``.
- A skipped browser test fails. One that passes without having started a browser fails as well.
"""

import inspect
import logging
import re

import pytest

from lib.log_rules import is_known

SKIPPED_BROWSER = re.compile(r"chrome|websocket", re.IGNORECASE)
STARTS_BROWSER = re.compile(r"\b(start_tour|browser_js)\(")


def pytest_addoption(parser):
    parser.addoption(
        "--need-browser", action="store_true", help="fail when no test ran in a browser"
    )


def pytest_configure(config):
    config.pluginmanager.register(LogGuard(), "house-log")
    config.pluginmanager.register(BrowserGuard(config.getoption("--need-browser")), "house-browser")


class LogGuard(logging.Handler):
    """Collects what is logged at WARNING and above and fails the test during which it was."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        message = record.getMessage()
        if not is_known(record.name, message):
            self.lines.append(f"{record.levelname} {record.name}: {message}")

    def pytest_sessionstart(self):
        logging.getLogger().addHandler(self)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self):
        try:
            yield
        finally:
            lines, self.lines = self.lines, []
        if lines:
            pytest.fail("logged, and nobody expected it:\n" + "\n".join(lines), pytrace=False)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        logging.getLogger().removeHandler(self)
        if self.lines and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if self.lines:
            terminalreporter.section("logged outside any test, and nobody expected it", red=True)
            for line in self.lines:
                terminalreporter.line(line)


class BrowserGuard:
    """Sees to it that browser tests ran in a browser."""

    def __init__(self, needed):
        self.needed = needed
        self.started = 0
        self.before = 0
        self.ran = 0

    def pytest_sessionstart(self):
        from odoo.tests import common

        start = common.ChromeBrowser.__init__

        def counting(browser, *args, **kwargs):
            start(browser, *args, **kwargs)
            self.started += 1

        common.ChromeBrowser.__init__ = counting

    def pytest_runtest_setup(self):
        self.before = self.started

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if report.skipped and SKIPPED_BROWSER.search(str(report.longrepr)):
            _fail(report, f"a browser test may not be skipped: {report.longrepr}")
        elif report.when == "call" and report.passed:
            if self.started > self.before:
                self.ran += 1
            elif STARTS_BROWSER.search(_source(item)):
                _fail(report, "a browser test passed without a browser")
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if self.needed and not self.ran and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if self.ran:
            terminalreporter.line(f"{self.ran} of these tests ran in a browser")
        elif self.needed:
            terminalreporter.line("no test passed in a browser: the run fails", red=True)


def _fail(report, reason):
    report.outcome = "failed"
    report.longrepr = reason


def _source(item):
    try:
        return inspect.getsource(item.function)
    except (AttributeError, OSError, TypeError):
        return ""
