import pytest

from odoo.addons.healthcare_event_bus.core.trace import child, trace_of

TRACE = "0af7651916cd43dd8448eb211c80319c"
GOOD = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    "header", [GOOD, f" {GOOD}\t", GOOD.replace("00-", "cc-", 1), f"cc{GOOD[2:]}-more"]
)
def test_received_traces_go_on(header):
    assert trace_of(header) == TRACE
    made = child(header, bytes(range(16)), bytes(range(1, 9)))
    assert made.split("-")[1] == TRACE and made.split("-")[2] != "b7ad6b7169203331"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "00",
        f"{GOOD}-more",
        GOOD.upper(),
        "ff" + GOOD[2:],
        GOOD.replace(TRACE, "0" * 32),
        GOOD[:-1],
    ],
)
def test_others_are_ignored(header):
    assert trace_of(header) is None
    assert child(header, bytes([7] * 16), bytes([8] * 8)).startswith("00-" + "07" * 16)
