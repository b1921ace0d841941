from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..core.exceptions import AmbiguousError
from ..formats import parse
from ..services.calls import CallPool
from ..services.outbox import Outbox
from ..transports.base import Reply
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestOrderChanges(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.sent_order()
        self.gloves_line, self.syringes_line = self.order.order_line
        self.day = self.gloves_line.date_planned

    def sent_order(self):
        order = self.confirmed_order([(self.gloves, 100, 5), (self.syringes, 40, 2)])
        self.drain_outbound()
        return order.with_user(self.buyer)

    def changes(self, order=None):
        return (order or self.order).change_ids.filtered(lambda row: row.kind == "change")

    def want(self, line, quantity):
        """Sets a quantity as the form does: with the price and date that Odoo would compute anew."""
        line.write(
            {
                "product_qty": quantity,
                "price_unit": line.price_unit,
                "date_planned": line.date_planned,
            }
        )

    def sent_document(self, position=-1):
        return parse(self.transport.requests[position].body)[0]

    def actions(self, document):
        return {line.number: line.action for line in document.lines}

    # -- what makes a change -------------------------------------------------------------------------

    def test_each_term_that_a_supplier_sees_makes_a_change(self):
        elsewhere = self.env["res.partner"].create(
            {"name": "Ward 3", "country_id": self.env.ref("base.us").id}
        )
        line = self.gloves_line
        saves = {
            "quantity": lambda: self.want(line, 60),
            "price": lambda: line.write({"price_unit": 4}),
            "discount": lambda: line.write({"discount": 10}),
            "date": lambda: line.write({"date_planned": "2026-12-24 12:00:00"}),
            "unit": lambda: line.write({"product_uom_id": self.box.id}),
            "place": lambda: self.order.write({"dest_address_id": elsewhere.id}),
            "line": lambda: self.order.write(
                {"order_line": [Command.create(self._order_line(self.insulin, 1, 3))]}
            ),
        }
        for number, (name, act) in enumerate(saves.items(), 1):
            with self.subTest(name):
                act()
                self.drain_outbound()
                newest = self.changes()[-1]
                self.assertEqual((newest.number, newest.state), (number, "pending"))
                self.assertEqual(newest.message_id.state, "sent")
                self.assertEqual(self.sent_document().revision, number)

    def test_what_a_supplier_does_not_see_makes_none(self):
        self.order.write(
            {
                "note": "Terms",
                "origin": "Ward",
                "priority": "1",
                "partner_ref": "X",
                "user_id": False,
            }
        )
        self.gloves_line.write({"sequence": 99, "name": "Gloves, large", "product_qty": 100})
        self.order.write(
            {
                "order_line": [
                    Command.create({"display_type": "line_note", "name": "!", "product_qty": 0})
                ]
            }
        )
        self.save()
        self.assertFalse(self.changes())

    def test_one_save_is_one_change(self):
        self.order.write(
            {
                "order_line": [
                    Command.update(
                        self.gloves_line.id,
                        {"product_qty": 60, "price_unit": 5, "date_planned": self.day},
                    ),
                    Command.update(self.syringes_line.id, {"price_unit": 3}),
                    Command.create(self._order_line(self.insulin, 1, 3)),
                ]
            }
        )
        self.assertEqual(len(self.changes()), 1, "decided before the form is read again")
        self.drain_outbound()
        document = self.sent_document()
        self.assertEqual(
            (document.number, document.order_number), (f"{self.order.name}-1", self.order.name)
        )
        self.assertEqual(self.actions(document), {"1": "change", "2": "change", "3": "add"})
        self.assertEqual([int(line.quantity.value) for line in document.lines], [60, 40, 1])
        summary = self.changes().summary.splitlines()
        self.assertIn("60 instead of 100", summary[0])
        self.assertIn("price 3 instead of 2", summary[1])
        self.assertTrue(summary[2].startswith("New: 1 "), summary)

    def test_lines_written_one_by_one_are_one_change(self):
        self.want(self.gloves_line, 60)
        self.want(self.syringes_line, 30)
        with self.env.cr.savepoint():
            self.gloves_line.price_unit = 4
        self.save()
        change = self.changes()
        self.assertEqual((len(change), change.number), (1, 1))
        self.assertEqual(len(self.messages_of(self.order, "order_change")), 1)
        self.assertEqual(len(change.summary.splitlines()), 2)

    def test_a_save_that_is_rolled_back_changes_nothing(self):
        self.want(self.syringes_line, 30)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.want(self.gloves_line, 60)
            raise UserError(self.env._("no"))
        self.save()
        self.assertNotIn("Gloves", self.changes().summary)
        self.drain_outbound()
        self.assertEqual(self.actions(self.sent_document()), {"1": "keep", "2": "change"})

    def test_saving_in_the_form(self):
        with Form(self.order) as form, form.order_line.edit(0) as line:
            line.product_qty = 60
        self.assertEqual(self.changes().number, 1)

    def test_a_line_taken_back_is_told_as_deleted(self):
        self.want(self.gloves_line, 0)
        self.drain_outbound()
        document = self.sent_document()
        self.assertEqual(self.actions(document), {"1": "delete", "2": "keep"})
        self.assertEqual(document.lines[0].quantity.value, 0)
        self.want(self.syringes_line, 30)
        self.drain_outbound()
        self.assertEqual(self.actions(self.sent_document()), {"2": "change"})

    def test_a_deleted_line_is_named_and_its_number_never_given_again(self):
        self.order.button_draft()
        self.syringes_line.unlink()
        self.order.write({"order_line": [Command.create(self._order_line(self.insulin, 1, 3))]})
        self.order.button_confirm()
        self.drain_outbound()
        document = self.sent_document()
        self.assertEqual(type(document).__name__, "OrderChange")
        self.assertEqual(self.actions(document), {"1": "keep", "3": "add", "2": "delete"})
        deleted = document.lines[-1]
        self.assertEqual((deleted.item.gtin, deleted.quantity.value), (self.syringes.barcode, 0))

    def test_a_receipt_sends_nothing(self):
        picking = self.order.picking_ids
        picking.move_ids[0].quantity = 30
        picking.move_ids[1].quantity = 40
        picking.with_context(skip_backorder=True).button_validate()
        self.save()
        self.assertEqual((self.gloves_line.qty_received, len(self.order.picking_ids)), (30, 2))
        self.assertFalse(self.changes())

    def test_dates_that_the_supplier_sets_on_the_portal_are_not_sent_back(self):
        day = self.gloves_line.date_planned.replace(day=28)
        self.order.sudo()._update_date_planned_for_lines([(self.gloves_line.sudo(), day)])
        self.save()
        self.assertFalse(self.changes())
        self.want(self.gloves_line, 60)
        self.drain_outbound()
        self.assertEqual(self.sent_document().lines[0].requested_delivery.end, date(2026, 12, 28))
        self.assertNotIn("28", self.changes().summary)

    # -- what was never sent is replaced ---------------------------------------------------------------

    def test_an_order_that_still_waits_is_replaced(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        self.want(order.order_line, 60)
        self.drain_outbound()
        self.assertFalse(self.changes(order))
        self.assertEqual(self.sent_document().lines[0].quantity.value, 60)
        self.want(order.order_line, 100)
        self.drain_outbound()
        self.assertIn("100 instead of 60", self.changes(order).summary)

    def test_a_change_that_still_waits_is_replaced_and_keeps_its_number(self):
        self.want(self.gloves_line, 60)
        self.save()
        self.want(self.syringes_line, 30)
        self.save()
        change = self.changes()
        self.assertEqual((len(change), change.number), (1, 1))
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 2)
        self.assertEqual(
            [int(line.quantity.value) for line in self.sent_document().lines], [60, 30]
        )

    def test_a_change_taken_back_before_it_was_sent_is_not_sent(self):
        self.want(self.gloves_line, 60)
        self.save()
        self.want(self.gloves_line, 100)
        self.drain_outbound()
        self.assertEqual(self.changes().state, "withdrawn")
        self.assertEqual(len(self.transport.requests), 1)
        self.want(self.gloves_line, 50)
        self.drain_outbound()
        self.assertEqual(self.sent_document().revision, 1, "numbers have no gaps")

    def test_bytes_that_were_made_and_never_sent_are_made_anew(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        message = self.messages_of(order)
        self.save()
        outbox = Outbox(self.env)
        outbox._record([], unsent=outbox._prepare(outbox._claim()))  # its time was up
        self.assertEqual((message.state, message.attempt_count), ("retrying", 0))
        self.assertTrue(message.payload_ids)
        self.want(order.order_line, 60)
        self.drain_outbound()
        self.assertEqual(message.state, "sent")
        self.assertEqual(self.sent_document().lines[0].quantity.value, 60)

    def test_an_order_held_for_its_unit_goes_when_the_unit_is_changed(self):
        crate = self.env["uom.uom"].create(
            {"name": "Crate", "relative_factor": 7, "relative_uom_id": self.gloves.uom_id.id}
        )
        order = self.confirmed_order([(self.gloves, 1, 1, crate)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "held")
        order.order_line.product_uom_id = self.box
        self.drain_outbound()
        self.assertEqual(message.state, "sent")
        self.assertFalse(self.open_exceptions(message))

    def test_whatever_may_have_been_sent_is_not_replaced(self):
        for answer, state in (
            (AmbiguousError("no answer"), "uncertain"),
            (Reply(422, {}, b"", 0.1), "dead"),
            (Reply(503, {}, b"", 0.1), "retrying"),
        ):
            with self.subTest(state):
                order = self.confirmed_order([(self.gloves, 100, 5)])
                self.transport.answers = [answer]
                self.drain_outbound()
                message = self.messages_of(order)
                self.assertEqual(message.state, state)
                raw = message.payload_ids._raw()
                self.want(order.order_line, 60)
                self.save()
                self.assertEqual(message.payload_ids._raw(), raw)
                self.assertEqual(self.changes(order).message_id.state, "queued")
                self.give_up(message)

    def test_an_order_on_its_way_at_this_moment_is_changed_after_it(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        with self.worker_dies_at(CallPool, "add"):
            self.drain_outbound()
        self.assertEqual(self.messages_of(order).state, "sending")
        self.want(order.order_line, 60)
        self.save()
        self.assertEqual(self.changes(order).message_id.state, "queued")

    def test_a_replayed_order_was_tried_before(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        self.transport.answers = [Reply(422, {}, b"", 0.1)]
        self.drain_outbound()
        message = self.messages_of(order)
        message.action_replay()
        self.assertEqual((message.state, message.attempt_count), ("queued", 0))
        self.want(order.order_line, 60)
        self.drain_outbound()
        bodies = [self.sent_document(-2), self.sent_document(-1)]
        self.assertEqual([type(body).__name__ for body in bodies], ["Order", "OrderChange"])
        self.assertEqual([int(body.lines[0].quantity.value) for body in bodies], [100, 60])

    def test_a_change_to_an_order_that_never_went_is_for_a_person(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        self.transport.answers = [Reply(422, {}, b"", 0.1)]
        self.drain_outbound()
        self.want(order.order_line, 60)
        self.save()
        self.give_up(self.messages_of(order))
        self.drain_outbound()
        change = self.messages_of(order, "order_change")
        self.assertEqual((change.state, change.error_code), ("held", "order_unknown_to_supplier"))

    # -- many at once ----------------------------------------------------------------------------------

    def test_what_odoo_moves_with_a_quantity_is_told_too(self):
        """Odoo takes price and date from the vendor's list again: the supplier must know what the order says."""
        self.gloves.seller_ids.price = 4
        self.gloves_line.product_qty = 60
        self.drain_outbound()
        line = self.sent_document().lines[0]
        self.assertEqual((line.price.value, line.action), (4, "change"))
        self.assertEqual(line.requested_delivery.end, self.gloves_line.date_planned.date())
