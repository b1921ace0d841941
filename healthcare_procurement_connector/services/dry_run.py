"""Does something for real and takes it back: nothing stays, nothing leaves."""

from collections import Counter
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from odoo.tools.misc import Callbacks

# {cursor: numbers foretold}, of those in a dry run. Not kept with the cursor: its cache is cleared by each rollback.
_RUNNING = WeakKeyDictionary()


class _TakeItBack(Exception):
    """Ends the savepoint of a dry run; never leaves this module."""


@contextmanager
def dry_run(env):
    """Whatever is written inside is rolled back, and what it would do after the commit is forgotten.

    Files are kept in the database meanwhile (``ir.attachment``), and numbers are foretold, not taken
    (``ir.sequence``). Only the ids of new rows, which PostgreSQL counts, are gone. Exceptions come through.
    """
    cr = env.cr
    # What was to be done before is done for good: its numbers and its hooks are no part of this.
    cr.flush()
    outer = numbers_taken(cr)
    _RUNNING[cr] = Counter() if outer is None else outer
    # Hooks of a savepoint that is rolled back would run at the commit, on rows that are not there.
    kept = cr.postcommit, cr.prerollback, cr.postrollback
    cr.postcommit, cr.prerollback, cr.postrollback = Callbacks(), Callbacks(), Callbacks()
    try:
        with cr.savepoint():
            yield
            cr.flush()
            raise _TakeItBack
    except _TakeItBack:
        return
    finally:
        cr.postcommit, cr.prerollback, cr.postrollback = kept
        if outer is None:
            del _RUNNING[cr]


def numbers_taken(cr):
    """A Counter of the numbers that were foretold, by sequence; None outside of a dry run."""
    return _RUNNING.get(cr)
