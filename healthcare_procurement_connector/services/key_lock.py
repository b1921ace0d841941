"""Holds business keys while a document about them is applied: two workers never apply two answers to one order.

The locks belong to the session, not to the transaction. Under REPEATABLE READ a transaction's first statement
takes its snapshot before it runs: one that took the lock there could hold it and yet not see what the worker
before it committed. So the lock comes first, in a transaction of its own that ends at once, and the snapshot
after it. A worker that dies loses its connection, and with it the locks. (A connection pooler in front of Odoo
must therefore pool by session, as queue_job's runner demands too.)
"""

from contextlib import contextmanager

from odoo.tools import SQL

from . import transactions


@contextmanager
def keys_locked(env, company_id, keys):
    """Yields whether all of the company's keys are ours; never waits. Begins a new transaction if they are.

    Whoever fails to get one of them keeps none. Keys are taken in one order, though nobody waits for them.
    """
    names = sorted({f"healthcare.inbound:{company_id}:{key}" for key in keys})
    rows = env.execute_query(
        SQL(
            "SELECT name, pg_try_advisory_lock(hashtextextended(name, 0)) FROM unnest(%s) name",
            names,
        )
    )
    taken = [name for name, locked in rows if locked]
    try:
        if len(taken) == len(names):
            transactions.commit(env)
        yield len(taken) == len(names)
    except BaseException:
        # An aborted transaction could not give the locks back.
        transactions.rollback(env)
        raise
    finally:
        env.execute_query(
            SQL(
                "SELECT pg_advisory_unlock(hashtextextended(name, 0)) FROM unnest(%s) name",
                taken,
            )
        )
