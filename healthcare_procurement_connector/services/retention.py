"""Removes what is older than a rule says, a bounded number of rows at a time."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.delivery import FINAL, NEEDS_A_PERSON
from ..core.document_types import DOCUMENT_TYPES
from ..core.retention import rule_for

BATCH = 5000
# Of rows with content: some megabytes each time, never a long transaction.
CONTENT_BATCH = 500
OVER = tuple(FINAL - set(NEEDS_A_PERSON))


def prune(model, domain, date_field, parameter, default_days):
    """Deletes at most BATCH rows older than the days of the system parameter; 0 days keeps everything.

    Returns (deleted, whether more may be left), as Odoo's autovacuum expects.
    """
    # sudo: called by the vacuum, which runs as the superuser.
    days = int(model.env["ir.config_parameter"].sudo().get_param(parameter, default_days))
    if not days:
        return 0, False
    before = fields.Datetime.now() - timedelta(days=days)
    # sudo: as above.
    rows = model.sudo().search(
        Domain(domain) & Domain(date_field, "<", before), limit=BATCH, order="id"
    )
    count = len(rows)
    rows.unlink()
    return count, count == BATCH


def prune_payloads(env):
    """Content that is older than its type's rule; the messages say what it was and that it is gone."""
    return _prune_by_type(env, "payload_days", _delete_payloads)


def prune_attempts(env):
    """Attempts that are older than their type's rule; the messages keep their number and the last error."""
    return _prune_by_type(env, "attempt_days", _delete_attempts)


def _prune_by_type(env, days_field, delete):
    """One bounded batch per call: the vacuum commits, and calls again while more may be left."""
    env.flush_all()
    rules = env["integration.retention"]._rules()
    now = fields.Datetime.now()
    for company in env["res.company"].with_context(active_test=False).search([]):
        for document_type in (*DOCUMENT_TYPES, None):
            days = getattr(rule_for(rules, company.id, document_type), days_field)
            if not days:
                continue
            count = delete(env, company.id, document_type, now - timedelta(days=days))
            if count:
                # More of this type, or of the next ones, may be left.
                return count, True
    return 0, False


def _delete_payloads(env, company_id, document_type, before):
    rows = env.execute_query(
        SQL(
            """
            WITH old AS MATERIALIZED (%s), gone AS (
                DELETE FROM integration_payload p USING old WHERE p.id = old.id
                RETURNING p.message_id, p.size, p.sha256)
            UPDATE integration_message m
               SET pruned = %s, size = gone.size, content_hash = COALESCE(m.content_hash, gone.sha256)
              FROM gone WHERE m.id = gone.message_id
            RETURNING m.id, m.pruned
            """,
            _old(SQL("integration_payload"), SQL("created"), company_id, document_type, before),
            fields.Datetime.now(),
        )
    )
    if rows:
        # The parts of an interchange had their content in it.
        env.cr.execute(
            SQL(
                "UPDATE integration_message SET pruned = %s WHERE parent_id IN %s",
                rows[0][1],
                tuple(row[0] for row in rows),
            )
        )
    env["integration.payload"].invalidate_model()
    env["integration.message"].invalidate_model(["pruned", "size", "content_hash", "payload_ids"])
    return len(rows)


def _delete_attempts(env, company_id, document_type, before):
    rows = env.execute_query(
        SQL(
            "WITH old AS MATERIALIZED (%s) "
            "DELETE FROM integration_attempt a USING old WHERE a.id = old.id RETURNING a.id",
            _old(SQL("integration_attempt"), SQL("started"), company_id, document_type, before),
        )
    )
    env["integration.attempt"].invalidate_model()
    env["integration.message"].invalidate_model(["attempt_ids"])
    return len(rows)


def _old(table, date, company_id, document_type, before):
    """The oldest of one type, read by the index on company, type and date. What is not over keeps everything.

    A row that somebody holds is left for the next time. To be materialized: a join could run it, and so lock and
    count, more than once.
    """
    kind = (
        SQL("old.document_type = %s", document_type)
        if document_type
        else SQL("old.document_type IS NULL")
    )
    return SQL(
        """
        SELECT old.id FROM %(table)s old JOIN integration_message m ON m.id = old.message_id
         WHERE old.company_id = %(company)s AND %(kind)s AND old.%(date)s < %(before)s AND m.state IN %(over)s
           AND NOT EXISTS (SELECT FROM integration_message part
                            WHERE part.parent_id = m.id AND part.state NOT IN %(over)s)
         ORDER BY old.%(date)s LIMIT %(batch)s FOR UPDATE OF old SKIP LOCKED
        """,
        table=table,
        company=company_id,
        kind=kind,
        date=date,
        before=before,
        over=OVER,
        batch=CONTENT_BATCH,
    )
