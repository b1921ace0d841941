"""Thousands of bills at once: the plain ones row by row, everything else as any other match.

open bills -> portions -> a job each -> FastMatching (plain bills) -> Matching (what is left)

A portion is one transaction: its results and the note that it is done commit together, so a job that is delivered
twice, or dies half-way, does nothing twice. A bill that fails is left out and named; the others go on.
"""

import psycopg2
from psycopg2 import errors

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from ..core.batches import portions
from ..core.holds import ACTIVE
from .collect import BILL_TYPES
from .fast_matching import FastMatching
from .matching import Matching

REASON_LENGTH = 300


def open_bills(env, companies):
    """Ids of the bills that are not settled yet or have something open, in companies that compare bills."""
    on = companies.filtered(lambda company: env["purchase.match.policy"]._is_on(company.id))
    # sudo: a batch compares everything; what it finds is shown to people by their own rights.
    bills = env["account.move"].sudo()
    return bills.search(
        Domain("company_id", "in", on.ids)
        & Domain("move_type", "in", BILL_TYPES)
        & (
            Domain("state", "=", "draft")
            | Domain("state", "=", "posted")
            & (
                Domain("payment_state", "in", ("not_paid", "partial"))
                | Domain("match_ids.hold_ids.state", "in", list(ACTIVE))
            )
        ),
        order="id",
    ).ids


def cut(env, bill_ids):
    """The bills in portions, by their lines; one query."""
    sizes = env.execute_query(
        SQL(
            """
            SELECT bill.id, count(line.id)
              FROM unnest(%s) AS bill(id)
              LEFT JOIN account_move_line line
                     ON line.move_id = bill.id AND line.display_type = 'product'
             GROUP BY bill.id ORDER BY bill.id
            """,
            list(bill_ids),
        )
    )
    return list(portions(sizes))


def match_portion(env, bill_ids):
    """Compares these bills; returns ``{bill id: reason}`` for those that could not be.

    Raises RetryableJobError where somebody else wrote a match of one of them meanwhile.
    """
    # sudo: as ``Matching``, which decides for itself what it reads and writes.
    bills = env["account.move"].sudo().browse(bill_ids).exists()
    try:
        with env.cr.savepoint():
            _match(env, bills)
            env.flush_all()
        return {}
    except psycopg2.OperationalError:
        raise  # a lock or a serialization failure: the whole job runs again
    except errors.UniqueViolation as error:
        raise RetryableJobError("A bill was saved meanwhile.", seconds=5) from error
    except Exception:
        # One of them is to blame; which one shows when each goes alone.
        env.invalidate_all(flush=False)
    return _one_by_one(env, bills)


def _match(env, bills):
    left = FastMatching(env).run(bills)
    Matching(env).run(left)


def _one_by_one(env, bills):
    failed = {}
    for bill in bills:
        try:
            with env.cr.savepoint():
                Matching(env).run(bill)
                env.flush_all()
        except psycopg2.OperationalError:
            raise
        except errors.UniqueViolation as error:
            raise RetryableJobError("A bill was saved meanwhile.", seconds=5) from error
        except Exception as error:
            env.invalidate_all(flush=False)
            failed[bill.id] = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
    return failed
