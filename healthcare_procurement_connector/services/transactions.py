"""The few places that end a transaction or choose its isolation go through here.

Odoo runs REPEATABLE READ. There SKIP LOCKED and compare-and-set raise a serialization failure on rows that
changed since the snapshot, so claiming work and recording its outcome run READ COMMITTED. Test cursors are
left alone: they share one transaction that the test rolls back.
"""

import time
from contextlib import contextmanager

import psycopg2

from odoo.modules import module

# lock_timeout: two cursors of one process can wait for each other, unseen by PostgreSQL.
RECONNECT_PAUSE = 0.5
_READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '5s'"


def commit(env):
    """Ends the transaction for good; in tests it only flushes."""
    env.flush_all()
    if not _in_test():
        # Drains work on a cursor of their own that queue_job allows to commit.
        env.cr.commit()  # pylint: disable=invalid-commit


def rollback(env):
    """Gives the transaction up; in tests nothing happens (a test's own transaction stays)."""
    env.invalidate_all(flush=False)
    if not _in_test():
        env.cr.rollback()


def read_committed(cr):
    """Ends the transaction and begins one in which each statement sees what is committed by then."""
    if not _in_test():
        # PostgreSQL takes the level only as a transaction's first statement.
        cr.commit()  # pylint: disable=invalid-commit
        cr.execute(_READ_COMMITTED)


@contextmanager
def reconnected(env, seconds):
    """The environment on a connection of its own, for when the one at hand is lost; waits for a server that starts.

    What is done in it must commit itself.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            cr = env.registry.cursor()
            break
        except psycopg2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(RECONNECT_PAUSE)
    with cr:
        yield env(cr=cr)


def _in_test():
    return bool(module.current_test)
