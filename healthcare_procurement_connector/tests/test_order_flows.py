"""Odoo's own ways with orders, and who may go them."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..core.told import KINDS
from ..formats import parse
from ..models.purchase_order_change import DOCUMENT_TYPES
from ..services import order_saves
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestOrderFlows(ConnectorCase):
    def sent_orders(self, count):
        orders = self.env["purchase.order"].union(
            *(
                self.confirmed_order([(self.gloves, 100, 5), (self.syringes, 40, 2)])
                for _n in range(count)
            )
        )
        self.drain_outbound()
        return orders

    def sent(self):
        return [type(parse(request.body)[0]).__name__ for request in self.transport.requests]

    def test_requests_for_quotation_tell_nobody_anything(self):
        first, second = (self.draft_order([(self.gloves, n, 5)]) for n in (1, 2))
        first.order_line.product_qty = 7
        first.copy().button_cancel()
        (first | second).action_merge()
        self.drain_outbound()
        self.assertFalse(
            self.env["purchase.order.change"].search([("order_id", "in", (first | second).ids)])
        )
        self.assertFalse(self.transport.requests)

    def test_a_sent_order_back_to_draft_and_confirmed_again(self):
        order = self.sent_orders(1)
        order.button_draft()
        order.button_confirm()
        self.drain_outbound()
        self.assertEqual(self.sent(), ["Order"], "nothing changed, nothing is said")
        order.button_draft()
        order.order_line[0].product_qty = 60
        self.drain_outbound()
        self.assertEqual(self.sent(), ["Order"], "not while it is a draft")
        order.button_confirm()
        self.drain_outbound()
        self.assertEqual(self.sent(), ["Order", "OrderChange"])

    def test_a_change_that_needs_approval_is_told_after_it(self):
        order = self.sent_orders(1)
        order.state = "to approve"
        order.order_line[0].product_qty = 60
        self.save()
        self.assertFalse(self.messages_of(order, "order_change"))
        order.button_approve()
        self.drain_outbound()
        self.assertEqual(self.sent(), ["Order", "OrderChange"])

    def test_an_order_without_electronic_supplier_is_left_alone(self):
        order = self.confirmed_order([(self.gloves, 100, 5)], partner=self.rival)
        order.order_line.product_qty = 60
        self.save()
        order.button_cancel()
        self.assertFalse(order.change_ids)
        order.unlink()

    def test_an_extra_product_in_a_receipt_is_no_order(self):
        order = self.sent_orders(1)
        picking = order.picking_ids
        self.env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": self._product("Masks", "MSK", "9506000191034", "MS-4").id,
                "product_uom_qty": 5,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
                "quantity": 5,
                "picked": True,
            }
        )
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.drain_outbound()
        self.assertEqual(len(order.order_line), 3)
        self.assertEqual(self.sent(), ["Order"])
        order.order_line[0].product_qty = 120
        self.drain_outbound()
        document = parse(self.transport.requests[-1].body)[0]
        self.assertEqual([line.number for line in document.lines], ["1", "2"])

    def test_default_values_of_a_view_do_not_reach_what_is_told(self):
        order = self.sent_orders(1)
        order.with_context(default_uid="mine", default_told_note="mine").write(
            {"order_line": [Command.update(order.order_line[0].id, {"product_qty": 60})]}
        )
        change = order.change_ids[-1]
        self.assertEqual((change.number, change.told_note), (1, False))
        self.assertNotEqual(change.message_id.uid, "mine")

    def test_many_orders_are_compared_together(self):
        few, many = self.sent_orders(2), self.sent_orders(8)
        self.reads_for(self.sent_orders(1))  # what is cached for all orders is read once
        self.assertEqual(self.reads_for(few), self.reads_for(many))
        told = self.env["purchase.order.change"].search([("order_id", "in", (few | many).ids)])
        self.assertEqual(len(told.filtered(lambda row: row.kind == "change")), 10)

    def reads_for(self, orders):
        """How many queries read, when it is decided what the suppliers of ``orders`` are told."""
        for order in orders:
            order.order_line[0].with_context(**{order_saves.AGREED: True}).price_unit = 3
        self.env.flush_all()
        self.env.invalidate_all()
        order_saves.note_save(orders)
        cursor = type(self.env.cr)
        reads, execute = [], cursor.execute

        def count(self, query, *args, **kwargs):
            text = str(getattr(query, "code", query))
            reads.extend([text] if text.startswith("SELECT") else [])
            return execute(self, query, *args, **kwargs)

        with patch.object(cursor, "execute", count):
            self.save()
        return len(reads)

    def test_buyers_of_another_company_see_and_say_nothing(self):
        order = self.sent_orders(1)
        order.order_line[0].product_qty = 60
        self.save()
        other = self.env["res.company"].create({"name": "Other hospital"})
        stranger = self._user("stranger", "purchase.group_purchase_user")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        rows = self.env["purchase.order.change"].with_user(stranger)
        self.assertFalse(rows.search([("order_id", "=", order.id)]))
        with self.assertRaises(AccessError):
            rows.browse(order.change_ids[-1].id)._told_by_phone("me")

    def test_suppliers_on_the_portal_see_nothing_of_it(self):
        order = self.sent_orders(1)
        order.order_line[0].product_qty = 60
        self.save()
        portal = new_test_user(self.env, login="portal_supplier", groups="base.group_portal")
        portal.partner_id.parent_id = self.supplier
        order.message_subscribe(portal.partner_id.ids)
        seen = order.with_user(portal)
        seen.read(["name"])
        for field in ("supplier_story", "waiting_changes", "change_ids"):
            with self.subTest(field), self.assertRaises(AccessError):
                seen.read([field])
        with self.assertRaises(AccessError):
            self.env["purchase.order.change"].with_user(portal).search([])

    def test_a_buyer_needs_no_integration_right(self):
        order = self.sent_orders(1).with_user(self.buyer)
        order.order_line[0].product_qty = 60
        self.drain_outbound()
        self.env.invalidate_all()
        [shown] = order.web_read(
            {
                "supplier_story": {},
                "waiting_changes": {},
                "change_ids": {
                    "fields": {"display_name": {}, "summary": {}, "progress": {}, "may_phone": {}}
                },
            }
        )
        self.assertEqual(
            shown["supplier_story"], "Order: Waits for an answer · Change 1: Waits for an answer"
        )
        self.assertEqual([row["progress"] for row in shown["change_ids"]], ["pending"] * 2)
        order.button_cancel()
        self.assertEqual(order.change_ids[-1].kind, "cancellation")

    def test_the_form_shows_at_once_what_will_be_told(self):
        order = self.sent_orders(1).with_user(self.buyer)
        line = order.order_line[0]
        [saved] = order.web_save(
            {"order_line": [[1, line.id, {"product_qty": 60}]]}, {"waiting_changes": {}}
        )
        self.assertEqual(saved["waiting_changes"], "Change 1: Not sent yet")

    def test_every_kind_has_its_document(self):
        self.assertEqual(set(DOCUMENT_TYPES), set(KINDS))
