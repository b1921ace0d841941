"""When a server is ready for work."""

from datetime import datetime, timedelta

import pytest

from odoo.addons.healthcare_integration_monitor.core.health import (
    SWEEP_LATE,
    Sweep,
    readiness,
    sweep_state,
)

NOW = datetime(2026, 3, 1, 12)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("sweep", "expected"),
    [
        (Sweep(True, NOW - SWEEP_LATE, NOW), "ok"),
        (Sweep(True, NOW - SWEEP_LATE - SECOND, NOW), "late"),
        (Sweep(True, NOW + SECOND, NOW), "ok"),
        (Sweep(True, None, NOW - SWEEP_LATE), "ok"),
        (Sweep(True, None, NOW - SWEEP_LATE - SECOND), "late"),
        (Sweep(False, NOW, NOW), "off"),
        (None, "missing"),
    ],
)
def test_the_sweep(sweep, expected):
    assert sweep_state(sweep, NOW) == expected
    found = readiness(sweep, NOW)
    assert found.ready is (expected == "ok")
    assert found.checks == {"database": "ok", "sweep": expected}
