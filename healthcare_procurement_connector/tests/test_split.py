"""An interchange of several documents: each becomes a message of its own."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..formats import render
from ..services import reading
from ..services.inbox import Inbox
from .common import ConnectorCase

PARSE = reading.parse
NEXT = b"\n--next--\n"


def several(raw):
    return [document for part in raw.split(NEXT) for document in PARSE(part)]


@tagged("post_install", "-at_install")
class TestSplit(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.parse = self.startPatcher(patch.object(reading, "parse", side_effect=several))
        self.order = self.confirmed_order([(self.gloves, 10, 5)])
        self.other = self.confirmed_order([(self.gloves, 1, 5)])
        self.drain_outbound()
        self.documents = [
            self.response_for(self.order, status="accepted", number="R-1"),
            self.response_for(self.other, status="accepted", number="R-2", order_number="P99999"),
            self.invoice_for(self.other, number="I-1"),
        ]
        self.raw = NEXT.join(render(document, "ubl") for document in self.documents)

    def test_each_document_has_a_life_of_its_own(self):
        message = self.receive(self.raw)
        self.assertEqual(message.state, "processed")
        children = message.child_ids.sorted("position")
        self.assertEqual(children.mapped("number"), ["R-1", "R-2", "I-1"])
        self.assertEqual(children.mapped("state"), ["processed", "waiting", "processed"])
        self.assertEqual(
            children.mapped("document_type"), ["order_response", "order_response", "invoice"]
        )
        self.assertEqual(self.order.acknowledgement_ids.message_id, children[0])
        self.assertFalse(children.payload_ids)
        self.assertIn("R-2", children[1].payload_text)
        address = f"/web/content/integration.payload/{message.payload_ids.id}/content"
        self.assertIn(address, children[1].action_download()["url"])

    def test_an_x12_interchange(self):
        self.endpoint.environment = "live"
        first = render(self.documents[0], "x12")
        second = render(
            replace(self.documents[0], number="R-9", order_number=self.other.name), "x12"
        )
        head, _, rest = first.partition(b"ST*855*0001")
        body, _, _tail = rest.partition(b"GE*1*1")
        other = second.partition(b"ST*855*0001")[2].partition(b"GE*1*1")[0]
        other = b"ST*855*0002" + other.replace(b"*0001~", b"*0002~")
        raw = head + b"ST*855*0001" + body + other + b"GE*2*1~\nIEA*1*000000001~\n"
        message = self.receive(raw)
        self.assertEqual(message.state, "processed", message.last_error)
        self.assertEqual(message.number, "000000001")
        children = message.child_ids.sorted("position")
        self.assertEqual(children.mapped("number"), ["R-1", "R-9"])
        self.assertEqual(children.mapped("state"), ["processed", "processed"])
        # A network sends it again under another control number: the same documents, in other bytes.
        again = self.receive(raw.replace(b"000000001", b"000000002"))
        self.assertEqual(again.child_ids.mapped("state"), ["duplicate", "duplicate"])
        self.assertEqual(
            set(again.child_ids.mapped("duplicate_rule")), {"business_identity_and_content"}
        )

    def test_it_is_read_once_for_all_its_documents(self):
        self.receive(self.raw)
        self.assertEqual(self.parse.call_count, 1)

    def test_a_part_is_read_again_by_another_worker(self):
        message = self.receive(self.raw)
        waiting = message.child_ids.filtered(lambda child: child.state == "waiting")
        self.other.name = "P99999"
        waiting.next_attempt = False
        Inbox(self.env).drain(30)
        self.env.invalidate_all()
        self.assertEqual(waiting.state, "processed")

    def test_the_whole_again_is_a_duplicate(self):
        first = self.receive(self.raw)
        second = self.receive(self.raw)
        self.assertEqual((second.state, second.duplicate_of_id), ("duplicate", first))
        self.assertEqual(second.duplicate_rule, "content_hash")
        self.assertFalse(second.child_ids)

    def test_one_of_its_documents_again(self):
        first = self.receive(self.raw)
        again = self.receive(render(self.documents[0], "ubl"))
        self.assertEqual(
            (again.state, again.duplicate_of_id),
            ("duplicate", first.child_ids.sorted("position")[0]),
        )

    def test_what_cannot_be_read_is_not_split(self):
        message = self.receive(self.raw + NEXT + b"<nothing/>")
        self.assertEqual(message.state, "parked")
        self.assertFalse(message.child_ids)

    def test_its_bytes_stay_as_long_as_any_of_its_documents_needs_them(self):
        message = self.receive(self.raw)
        payload = message.payload_ids
        self.assertEqual(payload.document_type, "invoice")
        payloads = self.env["integration.payload"]
        payload.created = fields.Datetime.now() - timedelta(days=3000)
        payloads._gc_payloads()
        self.assertTrue(payload.exists(), "an invoice is among them")
        payload.created = fields.Datetime.now() - timedelta(days=4000)
        payloads._gc_payloads()
        self.assertTrue(payload.exists(), "one of them is still waiting")
        self.give_up(message.child_ids.filtered(lambda child: child.state == "waiting"))
        payloads._gc_payloads()
        self.assertFalse(payload.exists())
        self.assertTrue(all(message.child_ids.mapped("pruned")))
