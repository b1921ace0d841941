"""What services insert past the ORM is what the ORM would have stored: a field added later fails here first."""

import base64

from odoo.tests import tagged

from ..services.insert_rows import insert_rows
from .common import ConnectorCase

OWN = {"id", "uid", "create_date", "write_date", "created"}


@tagged("post_install", "-at_install")
class TestInsertRows(ConnectorCase):
    def _row(self, record):
        """The record's columns as they are stored, but those that no two rows share."""
        record.flush_recordset()
        self.env.cr.execute(f"SELECT * FROM {record._table} WHERE id = %s", [record.id])
        (row,) = self.env.cr.dictfetchall()
        return {
            name: bytes(value) if isinstance(value, memoryview) else value
            for name, value in row.items()
            if name not in OWN
        }

    def _twin(self, record, **other):
        """The row that the ORM stores for a record with the same values in the fields that were given."""
        names = [
            name
            for name, field in record._fields.items()
            if field.store and field.column_type and not field.compute and name not in OWN
        ]
        values = record.read([n for n in names if not n.endswith(("_uid", "_date"))], load="")[0]
        given = {name: value for name, value in values.items() if value not in (False, 0)}
        given.pop("id", None)
        return record.create({**given, **other})

    def test_an_accepted_document(self):
        uid = self.accept(b"<Order/>", external_id="msg_first").message_id
        message = self.env["integration.message"].search([("uid", "=", uid)])
        twin = self._twin(message, external_id="msg_other")
        self.assertEqual(self._row(message), self._row(twin) | {"external_id": "msg_first"})
        payload = message.payload_ids
        self.assertEqual(payload._raw(), b"<Order/>")
        self.assertEqual(self._row(payload), self._row(self._twin(payload)))

    def test_the_bytes_of_an_order(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        payload = self.messages_of(order).payload_ids
        self.assertEqual(payload._raw(), self.transport.requests[0].body)
        self.assertEqual((payload.document_type, payload.company_id), ("order", self.company))
        self.assertEqual(self._row(payload), self._row(self._twin(payload)))

    def test_rows_are_seen_at_once_and_come_in_order(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.assertFalse(message.payload_ids)
        payloads = self.env["integration.payload"]
        rows = [
            {
                "message_id": message.id,
                "company_id": self.company.id,
                "created": "2026-11-20 10:00:00",
                "content": base64.b64encode(content),
                "content_type": "text/plain",
                "size": 1,
                "sha256": "",
            }
            for content in (b"a", b"b")
        ]
        ids = insert_rows(payloads, rows)
        self.assertEqual([payloads.browse(number)._raw() for number in ids], [b"a", b"b"])
        self.assertEqual(sorted(message.payload_ids.ids), sorted(ids))
        self.assertEqual(insert_rows(payloads, []), [])
