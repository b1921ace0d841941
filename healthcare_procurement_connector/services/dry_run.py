"""Does something for real and takes it back: nothing stays, nothing leaves."""

from contextlib import contextmanager

from odoo.tools.misc import Callbacks


class _TakeItBack(Exception):
    """Ends the savepoint of a dry run; never leaves this module."""


@contextmanager
def dry_run(env):
    """Whatever is written inside is rolled back, and what it would do after the commit is forgotten.

    Sequences that were asked for a number have given it away. Exceptions come through.
    """
    cr = env.cr
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
