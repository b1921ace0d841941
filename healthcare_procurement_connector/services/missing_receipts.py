"""Functional acknowledgements that a partner owes us and that do not come."""

from odoo import fields
from odoo.tools import SQL

from . import transactions

BATCH = 200


def ask(env, now):
    """Asks a person about what was sent longer ago than its route allows, in one query; some at a time. Commits."""
    env.flush_all()
    transactions.read_committed(env.cr)
    rows = env.execute_query(
        SQL(
            """
            UPDATE integration_message SET receipt = 'missing'
             WHERE id IN (
                   SELECT m.id FROM integration_route r
                     JOIN integration_message m ON m.route_id = r.id
                    WHERE r.receipt_hours > 0 AND r.document_type != 'receipt' AND m.direction = 'out'
                      AND m.state = 'sent' AND m.receipt IS NULL
                      AND m.delivered <= %s - r.receipt_hours * interval '1 hour'
                    ORDER BY m.delivered LIMIT %s FOR NO KEY UPDATE OF m SKIP LOCKED)
            RETURNING id
            """,
            now,
            BATCH,
        )
    )
    # sudo: the message tables are closed to all users; these are the service's own writes.
    messages = env["integration.message"].sudo().browse(sorted(row[0] for row in rows))
    messages.invalidate_recordset()
    env["integration.exception"]._raise(
        [
            {
                "code": "receipt_missing",
                "summary": env._(
                    "%(endpoint)s did not acknowledge %(message)s, sent on %(day)s.",
                    endpoint=message.endpoint_id.name,
                    message=message.display_name,
                    day=fields.Datetime.to_string(message.delivered),
                ),
                "message_id": message.id,
                "company_id": message.company_id.id,
                "partner_id": message.partner_id.id,
                "business_ref": message.business_ref,
                "res_model": message.res_model,
                "res_id": message.res_id,
            }
            for message in messages
        ]
    )
    transactions.commit(env)
    return len(messages)
