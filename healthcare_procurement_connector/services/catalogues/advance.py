"""Works on a run, chunk by chunk, until a person is needed or the time is up."""

import time

from ...core.catalogue import WORKING
from .. import transactions
from ..key_lock import keys_locked
from .applying import apply_chunk, finish_applying
from .comparing import compare_chunk, finish_comparing
from .reading import read

SECONDS = 30


def advance(run, seconds=SECONDS):
    """Goes on with the run where it stands; wakes the next job if there is more to do."""
    env = run.env
    deadline = time.monotonic() + seconds
    with keys_locked(env, run.company_id.id, {f"catalogue:{run.id}"}) as ours:
        while ours and run.state in WORKING and time.monotonic() < deadline:
            _step(run, deadline)
            transactions.commit(env)
            # A chunk's records are not needed again, and there is any number of them.
            env.invalidate_all()
        more = ours and run.state in WORKING
    if more:
        run._wake()
        transactions.commit(env)


def _step(run, deadline):
    if run.state == "reading":
        read(run, deadline)
    elif run.state == "comparing":
        if not compare_chunk(run):
            finish_comparing(run)
    elif not apply_chunk(run):
        finish_applying(run)
