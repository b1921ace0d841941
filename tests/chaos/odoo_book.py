"""What Odoo's database says, read by SQL: no code of ours stands between the rows and the book."""

from .books import Effect, Job, Message, OdooBook, Order

MESSAGES = """
SELECT m.id, m.uid, m.direction, m.document_type AS kind, m.state, e.code AS endpoint,
       COALESCE(e.idempotent, false) AS recognises_repeats, m.number, m.business_key AS key, m.revision,
       CASE WHEN m.res_model = 'purchase.order' THEN m.res_id END AS "order", m.external_id,
       m.content_hash AS sha, m.error_code AS code, m.last_error AS error,
       EXISTS (SELECT FROM integration_exception x WHERE x.message_id = m.id AND x.state = 'open') AS asked,
       EXISTS (SELECT FROM integration_audit a WHERE a.res_model = 'integration.message'
                AND a.res_id = m.id AND a.action = 'message.replayed') AS decided
  FROM integration_message m JOIN integration_endpoint e ON e.id = m.endpoint_id
"""
ORDERS = "SELECT id, name, state FROM purchase_order"
EFFECTS = """
SELECT 'acknowledgement' AS kind, e.code AS supplier, a.name AS number, a.message_id AS message
  FROM purchase_acknowledgement a
  JOIN integration_message m ON m.id = a.message_id JOIN integration_endpoint e ON e.id = m.endpoint_id
 UNION ALL
SELECT 'bill', COALESCE(e.code, p.name), b.ref, b.integration_message_id
  FROM account_move b JOIN res_partner p ON p.id = b.commercial_partner_id
  LEFT JOIN integration_message m ON m.id = b.integration_message_id
  LEFT JOIN integration_endpoint e ON e.id = m.endpoint_id
 WHERE b.move_type IN ('in_invoice', 'in_refund')
"""
JOBS = "SELECT id, method_name AS method, state, exc_message AS error FROM queue_job"


def read(cluster, confirmed):
    """``confirmed``: the ids of the orders that the buyers confirmed."""
    return OdooBook(
        messages=tuple(Message(**row) for row in cluster.rows(MESSAGES)),
        orders=tuple(Order(**row) for row in cluster.rows(ORDERS)),
        confirmed=tuple(confirmed),
        effects=tuple(Effect(**row) for row in cluster.rows(EFFECTS)),
        jobs=tuple(Job(**row) for row in cluster.rows(JOBS)),
    )
