"""Where a run stands and its figures; they change in the transaction of what they tell of."""

from collections import Counter

from ...core.catalogue import TRANSITIONS


def move(run, state, **vals):
    """Takes the run to ``state``; a step that no transition allows is a mistake of ours."""
    if state not in TRANSITIONS.get(run.state, ()):
        raise ValueError(f"catalogue {run.id} is {run.state}, not to become {state}")
    # sudo: runs are closed to writes by hand; these are the services' own.
    run.sudo().write({"state": state, **vals})


def count(run, verdicts, **vals):
    """Adds so many lines of each verdict to the run's figures; ``vals`` are written with them."""
    added = {
        f"{verdict}_count": run[f"{verdict}_count"] + number
        for verdict, number in Counter(verdicts).items()
    }
    # sudo: as above.
    run.sudo().write({**added, **vals})
