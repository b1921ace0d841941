from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL


@tagged("post_install", "-at_install")
class TestIndexes(TransactionCase):
    def test_what_refers_to_a_message_is_found_by_an_index(self):
        """Among a million rows, looking for those of one message must not read them all."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.conrelid::regclass::text, a.attname
                  FROM pg_constraint c
                  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                 WHERE c.contype = 'f' AND c.confrelid = 'integration_message'::regclass
                   AND NOT EXISTS (
                       SELECT FROM pg_index i
                        WHERE i.indrelid = c.conrelid AND i.indkey[0] = a.attnum
                          AND COALESCE(pg_get_expr(i.indpred, i.indrelid), '') IN (
                              '', format('(%%s IS NOT NULL)', a.attname)))
                """
            )
        )
        transient = {model._table for model in self.env.registry.values() if model._transient}
        self.assertEqual(sorted(row for row in rows if row[0] not in transient), [])
