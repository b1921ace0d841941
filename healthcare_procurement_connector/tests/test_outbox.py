import time
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..core.exceptions import AmbiguousError
from ..core.outcome import Verdict
from ..formats import parse
from ..services import outgoing_orders
from ..services.calls import CallPool, Outcome
from ..services.order_documents import OrderDocuments
from ..services.outbox import Outbox
from ..transports.base import Reply
from .common import ConnectorCase


def one_call(take):
    """A pool that begins one call only, as one whose deadline comes then."""
    begun = []

    def first(pool):
        call = None if begun else take(pool)
        begun.extend([call] if call else [])
        return call

    return first


@tagged("post_install", "-at_install")
class TestOutbox(ConnectorCase):
    def test_confirming_queues_in_the_same_transaction(self):
        order = self.confirmed_order([(self.gloves, 10, 8.40, self.box)])
        message = self.messages_of(order)
        self.assertEqual(message.state, "queued")
        self.assertEqual(message.business_ref, order.business_ref)
        self.assertFalse(self.transport.requests, "nothing leaves before the commit")

    def test_a_supplier_without_route_is_not_sent_to(self):
        self.assertFalse(
            self.messages_of(self.confirmed_order([(self.gloves, 1, 1)], partner=self.rival))
        )

    def test_orders_before_the_route_starts_are_never_sent(self):
        self.endpoint.route_ids.date_from = "2099-01-01"
        self.assertFalse(self.messages_of(self.confirmed_order([(self.gloves, 1, 1)])))

    def test_approving_twice_sends_once(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        outgoing_orders.queue_orders(order)
        self.assertEqual(len(self.messages_of(order)), 1)

    def test_the_drain_sends_a_signed_order(self):
        order = self.confirmed_order([(self.gloves, 10, 8.40, self.box), (self.syringes, 3, 2)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "sent")
        request = self.transport.requests[0]
        self.assertEqual(request.headers["Idempotency-Key"], message.uid)
        self.assertEqual(request.headers["webhook-id"], f"msg_{message.uid}")
        (sent,) = parse(request.body)
        self.assertEqual(sent.number, order.name)
        self.assertEqual([line.quantity.unit for line in sent.lines], ["XBX", "C62"])
        self.assertEqual([str(line.price.value) for line in sent.lines], ["8.4", "2"])
        self.assertEqual(message.payload_ids._raw(), request.body)
        self.assertEqual(message.attempt_ids.outcome, "ok")
        self.assertEqual(self.endpoint.health, "up")

    def test_an_unmapped_unit_holds_the_order_and_asks_a_person(self):
        crate = self.env["uom.uom"].create(
            {"name": "Crate", "relative_factor": 7, "relative_uom_id": self.gloves.uom_id.id}
        )
        order = self.confirmed_order([(self.gloves, 1, 1, crate)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "held")
        self.assertEqual(self.open_exceptions(message).code, "unknown_unit")
        self.assertFalse(self.transport.requests)

    def test_a_supplier_without_gln_cannot_be_addressed(self):
        self.supplier.global_location_number = False
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.drain_outbound()
        self.assertEqual(self.open_exceptions(message).code, "no_gln")

    def test_an_order_that_trips_our_code_does_not_stop_the_others(self):
        broken = self.confirmed_order([(self.gloves, 13, 1)])
        other = self.confirmed_order([(self.syringes, 1, 1)])
        line = OrderDocuments._line

        def trip(builder, order_line):
            return line(builder, order_line) if order_line.product_qty != 13 else 1 / 0

        with (
            patch.object(OrderDocuments, "_line", trip),
            self.assertLogs(
                "odoo.addons.healthcare_procurement_connector.services.prepare", "ERROR"
            ),
        ):
            self.drain_outbound()
        self.assertEqual(self.messages_of(broken).state, "held")
        self.assertEqual(self.open_exceptions(self.messages_of(broken)).code, "cannot_prepare")
        self.assertEqual(self.messages_of(other).state, "sent")

    def test_replay_after_the_mapping_was_mended(self):
        crate = self.env["uom.uom"].create(
            {"name": "Crate", "relative_factor": 7, "relative_uom_id": self.gloves.uom_id.id}
        )
        order = self.confirmed_order([(self.gloves, 1, 1, crate)])
        self.drain_outbound()
        self.env["integration.mapping"].search(
            [("endpoint_id", "=", self.endpoint.id)]
        ).line_ids = [fields.Command.create({"code": "XCR", "uom_id": crate.id})]
        message = self.messages_of(order)
        message.action_replay()
        self.drain_outbound()
        self.assertEqual(message.state, "sent")
        self.assertFalse(self.open_exceptions(message))

    def test_a_busy_partner_is_tried_again_under_the_same_id(self):
        self.transport.answers = [Reply(503, {"retry-after": "60"}, b"busy", 0.1)]
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "retrying")
        self.assertGreaterEqual((message.next_attempt - fields.Datetime.now()).total_seconds(), 55)
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 1, "not before it is due")
        # Its whole system rests as it asked, so time must pass.
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), seconds=61)):
            self.drain_outbound()
        first, second = self.transport.requests
        self.assertEqual(first.headers["webhook-id"], second.headers["webhook-id"])
        self.assertEqual(first.body, second.body)
        self.assertEqual(message.state, "sent")
        self.assertEqual(message.attempt_count, 2)

    def test_a_refusal_goes_to_a_person_at_once(self):
        self.transport.answers = [Reply(422, {}, b"no such customer\x00", 0.1)]
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "dead")
        self.assertEqual(self.open_exceptions(message).code, "delivery_failed")
        self.assertIn("no such customer", message.attempt_ids.excerpt)

    def test_no_answer_is_uncertain_unless_the_partner_knows_repeats(self):
        self.transport.answers = [AmbiguousError("no answer"), AmbiguousError("no answer")]
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        self.assertEqual(self.messages_of(order).state, "uncertain")
        self.assertEqual(self.open_exceptions(self.messages_of(order)).code, "delivery_uncertain")
        self.endpoint.idempotent = True
        other = self.confirmed_order([(self.gloves, 2, 1)])
        self.drain_outbound()
        self.assertEqual(self.messages_of(other).state, "retrying")

    def test_a_stuck_head_holds_back_its_own_order_only(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        other = self.confirmed_order([(self.gloves, 2, 1)])
        change = outgoing_orders.queue_orders(order, "order_change")
        self.transport.answers = [Reply(400, {}, b"", 0.1)]
        self.drain_outbound()
        self.assertEqual(self.messages_of(order).state, "dead")
        self.assertEqual(change.state, "queued")
        self.assertEqual(self.messages_of(other).state, "sent")

    def test_a_state_changes_only_along_the_table(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        with self.assertRaises(ValidationError):
            message.state = "sent"

    def test_an_endpoint_set_up_wrongly_does_not_stop_the_others(self):
        broken = self.endpoint.copy(
            {"url": "https://broken.example", "user_id": self._user("weak").id}
        )
        broken.partner_ids = self.rival
        self.env["integration.route"].create(
            {"endpoint_id": broken.id, "document_type": "order", "date_from": "2020-01-01"}
        )
        stuck = self.confirmed_order([(self.gloves, 1, 1)], partner=self.rival)
        healthy = self.confirmed_order([(self.gloves, 2, 1)])
        self.env.invalidate_all()  # what is in the cache is read without asking for rights
        with self.assertLogs(
            "odoo.addons.healthcare_procurement_connector.services.prepare", "ERROR"
        ):
            self.drain_outbound()
        self.assertEqual(self.messages_of(healthy).state, "sent")
        self.assertEqual(self.messages_of(stuck).state, "held")
        self.assertEqual(self.open_exceptions(self.messages_of(stuck)).code, "cannot_prepare")

    def test_an_order_that_was_deleted_or_taken_back_is_not_sent(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        order.state = "to approve"
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual((message.state, message.error_code), ("held", "order_not_approved"))
        order.button_approve()
        self.drain_outbound()
        self.assertEqual(message.state, "sent")

    def test_cancelling_before_the_order_went_out_sends_nothing(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        order.button_cancel()
        self.drain_outbound()
        self.assertFalse(self.transport.requests)
        self.assertEqual(self.messages_of(order).state, "cancelled")

    def test_cancelling_a_sent_order_tells_the_supplier(self):
        self.endpoint.route_ids = [
            Command.create(
                {
                    "document_type": "order_cancellation",
                    "direction": "out",
                    "date_from": "2020-01-01",
                }
            )
        ]
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        order.button_cancel()
        self.drain_outbound()
        (cancellation,) = parse(self.transport.requests[1].body)
        self.assertEqual(type(cancellation).__name__, "OrderCancellation")
        self.assertEqual(cancellation.order_number, order.name)
        order.button_draft()
        order.button_confirm()
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 3, "confirmed again, it is sent anew")

    def test_without_a_route_for_cancellations_the_buyer_is_asked_to_phone(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        order.button_cancel()
        asked = self.env["integration.exception"].search([("code", "=", "order_cancelled")])
        self.assertEqual((asked.res_id, asked.user_id), (order.id, self.buyer))

    def test_an_answer_that_comes_late_still_counts(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        message = self.messages_of(order)
        with self.worker_dies_at(CallPool, "add"):
            self.drain_outbound()
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=11)):
            Outbox(self.env).heal()
        self.assertEqual(message.state, "uncertain")
        outcome = Outcome(message.id, self.endpoint.id, 1, Verdict("sent", "ok"))
        Outbox(self.env)._record([outcome])
        self.assertEqual(message.state, "sent")
        self.assertFalse(self.open_exceptions(message))

    def test_what_the_deadline_leaves_unsent_is_taken_back(self):
        self.endpoint.write({"idempotent": True, "concurrency": 1})
        orders = [self.confirmed_order([(self.gloves, n, 1)]) for n in (1, 2, 3)]
        # The drain's time is over while the first call is under way.
        with patch.object(CallPool, "_take", one_call(CallPool._take)):
            Outbox(self.env).drain(2)
        messages = [self.messages_of(order) for order in orders]
        self.assertEqual([m.state for m in messages], ["sent", "retrying", "retrying"])
        self.assertEqual([m.attempt_count for m in messages], [1, 0, 0])
        self.drain_outbound()
        self.assertEqual({m.state for m in messages}, {"sent"})

    def test_no_more_calls_at_a_time_than_the_endpoint_takes(self):
        self.endpoint.write({"idempotent": True, "concurrency": 2})
        for quantity in range(1, 9):
            self.confirmed_order([(self.gloves, quantity, 1)])
        running, most = [], []
        send = self.transport.send

        def slow(request, limits):
            running.append(1)
            most.append(len(running))
            time.sleep(0.01)
            running.pop()
            return send(request, limits)

        self.transport.send = slow
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 8)
        self.assertEqual(max(most), 2)

    def test_drains_do_not_run_as_whoever_woke_them(self):
        self.confirmed_order([(self.gloves, 1, 1)])
        job = self.env["queue.job"].search([("method_name", "=", "_job_drain_outbound")], limit=1)
        self.assertEqual(job.user_id.id, SUPERUSER_ID)

    def test_urgent_orders_go_first(self):
        ordinary = self.confirmed_order([(self.gloves, 1, 1)])
        urgent = self.draft_order([(self.gloves, 2, 1)])
        urgent.priority = "1"
        urgent.button_confirm()
        (first,) = Outbox(self.env)._claim()  # one by one: the partner recognises no repeats
        self.assertEqual(first.message_id, self.messages_of(urgent).id)
        self.assertEqual(self.messages_of(ordinary).state, "queued")
