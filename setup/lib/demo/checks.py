"""How a step says that something is not as it should be, and how it waits."""

import time

from lib.demo.people import CheckFailed, RefusedError

# Longer than a minute: where a wake-up was lost, the sweep of each minute finds the work.
PATIENCE = 90.0


def check(condition, otherwise):
    """``otherwise`` says what was seen instead."""
    if not condition:
        raise CheckFailed(otherwise)


def refused(action, what):
    """Odoo's words when it refuses ``action``; CheckFailed if it does not."""
    try:
        action()
    except RefusedError as refusal:
        return str(refusal)
    raise CheckFailed(f"{what} was not refused")


def wait_for(what, ask, seconds=PATIENCE):
    """Asks until the answer is true and returns it; CheckFailed with ``what`` was waited for."""
    deadline = time.monotonic() + seconds
    pause = 0.1
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise CheckFailed(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)
