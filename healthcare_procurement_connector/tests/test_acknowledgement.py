import dataclasses
from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from ..formats import parse, render
from ..services import decide_acknowledgement
from ..services.inbox import Inbox
from .common import ConnectorCase


def answer(
    number, status="accepted", quantity=None, price=None, promised=None, unit="C62", **values
):
    return doc.OrderResponseLine(
        order_line=str(number),
        status=status,
        item=doc.Item(name="Item"),
        quantity=doc.Quantity(Decimal(quantity), unit) if quantity else None,
        price=doc.Price(Decimal(price)) if price else None,
        promised=doc.Period(end=promised) if promised else None,
        **values,
    )


@tagged("post_install", "-at_install")
class TestAcknowledgement(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 100, 5), (self.syringes, 40, 2)])
        self.drain_outbound()

    def answered(self, *lines, **options):
        message = self.receive(self.response_for(self.order, lines, **options))
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env[message.res_model].browse(message.res_id)

    def agree(self, lines):
        lines.with_user(self.buyer).action_accept()

    def refuse(self, lines):
        lines.with_user(self.buyer).action_decline()

    def moved(self, order_line):
        """The quantities on the way, by kind of transfer."""
        moves = order_line.move_ids.filtered(lambda move: move.state != "cancel")
        return {
            code: sum(some.mapped("product_uom_qty"))
            for code, some in moves.grouped(lambda move: move.picking_id.picking_type_code).items()
        }

    def receive_goods(self, order_line, quantity):
        picking = order_line.move_ids.picking_id
        order_line.move_ids.quantity = quantity
        (picking.move_ids - order_line.move_ids).quantity = 0
        picking.with_context(skip_backorder=True).button_validate()
        backorder = order_line.order_id.picking_ids - picking
        self.assertEqual((order_line.qty_received, len(backorder)), (quantity, 1))

    def test_all_accepted_settles_the_order(self):
        acknowledgement = self.answered(status="accepted")
        self.assertEqual(acknowledgement.line_ids.mapped("decision"), ["not_needed"] * 2)
        self.assertTrue(self.order.acknowledged)

    def test_received_only_leaves_it_open(self):
        acknowledgement = self.answered(status="received")
        self.assertEqual(set(acknowledgement.line_ids.mapped("decision")), {"waiting"})
        self.assertFalse(self.order.acknowledged)

    def test_a_change_belongs_to_the_buyer(self):
        acknowledgement = self.answered(
            answer(1, "changed", quantity="60", promised=date(2026, 12, 24)),
            answer(2, "changed", quantity="40", price="2.50"),
        )
        first, second = acknowledgement.line_ids
        self.assertEqual((first.differs, second.differs), ("quantity,day", "price"))
        exception = acknowledgement.message_id.exception_ids
        self.assertEqual((exception.code, exception.user_id), ("acknowledgement", self.buyer))
        self.assertEqual(self.order.order_line[0].product_qty, 100, "nothing is written unasked")

    def test_accepting_writes_the_order(self):
        acknowledgement = self.answered(
            answer(1, "changed", quantity="60", promised=date(2026, 12, 24)),
            answer(2, "changed", quantity="40", price="2.50"),
        )
        acknowledgement.with_user(self.buyer).action_accept_all()
        first, second = self.order.order_line
        self.assertEqual((first.product_qty, self.moved(first)), (60, {"incoming": 60}))
        self.assertEqual(first.date_planned.date(), date(2026, 12, 24))
        self.assertEqual(second.price_unit, 2.5)
        self.assertEqual(sum(self.order.picking_ids.move_ids.mapped("product_uom_qty")), 100)
        self.assertEqual(acknowledgement.message_id.exception_ids.state, "resolved")
        self.assertTrue(self.order.acknowledged)

    def test_a_higher_amount_asks_for_approval_again(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 500
        acknowledgement = self.answered(answer(1, "changed", quantity="100", price="9"))
        acknowledgement.with_user(self.buyer).action_accept_all()
        self.assertEqual(self.order.state, "to approve")
        self.order.button_approve()
        self.assertEqual(self.order.state, "purchase")
        self.assertEqual(len(self.messages_of(self.order)), 1, "it is not sent as new again")

    def test_declining_queues_an_order_change(self):
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        acknowledgement.with_user(self.buyer).action_decline_all()
        self.assertEqual(self.order.order_line[0].product_qty, 100)
        change = self.messages_of(self.order, "order_change")
        self.assertEqual((change.state, change.revision), ("queued", 1))
        self.drain_outbound()
        self.assertEqual(change.state, "sent")

    def test_split_answers_are_summed(self):
        acknowledgement = self.answered(
            answer(1, "changed", quantity="60"),
            answer(1, "backordered", quantity="30", promised=date(2026, 12, 30)),
        )
        acknowledgement.with_user(self.buyer).action_accept_all()
        self.assertEqual(self.order.order_line[0].product_qty, 90)

    def test_accepting_a_quantity_changes_nothing_else(self):
        line = self.order.order_line[0]
        line.date_planned = "2026-12-20 12:00:00"
        self.gloves.seller_ids.price = 9
        self.agree(self.answered(answer(1, "changed", quantity="60")).line_ids)
        self.assertEqual((line.product_qty, line.price_unit, line.name), (60, 5, "Gloves"))
        self.assertEqual(line.date_planned.date(), date(2026, 12, 20))
        self.assertEqual(self.moved(line), {"incoming": 60}, "and nothing goes back")

    def test_what_answers_come_to(self):
        """(answers of one response, decisions by position, quantity of an order of 100)"""
        accepted, rejected = ("accepted", None), ("rejected", None)
        changed, backordered = ("changed", "60"), ("backordered", "30")
        cases = [
            ([changed], "a", 60),
            ([changed, backordered], "aa", 90),
            ([changed, backordered], "ad", 60),
            ([changed, backordered], "da", 30),
            ([accepted, ("rejected", "40")], " a", 60),
            ([accepted, ("rejected", "40")], " d", 100),
            ([("rejected", "40")], "a", 60),
            ([("rejected", "40"), ("rejected", "20")], "aa", 40),
            ([changed, rejected], "aa", 60),
            ([changed, ("rejected", "40")], "aa", 60),
            ([rejected], "a", 0),
        ]
        for answers, decisions, quantity in cases:
            for backwards in (False, True):
                with self.subTest(answers=answers, decisions=decisions, backwards=backwards):
                    line = self.confirmed_order([(self.gloves, 100, 5)]).order_line
                    self.order = line.order_id
                    said = self.answered(
                        *(answer(1, status, quantity=amount) for status, amount in answers)
                    ).line_ids
                    for part, decision in sorted(
                        zip(said, decisions, strict=True), reverse=backwards, key=lambda x: x[0].id
                    ):
                        {"a": self.agree, "d": self.refuse, " ": list}[decision](part)
                    self.assertEqual(line.product_qty, quantity)

    def test_cancelling_the_order_leaves_nothing_to_decide(self):
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        self.order.button_cancel()
        self.assertEqual(set(acknowledgement.line_ids.mapped("decision")), {"superseded"})
        self.assertEqual(acknowledgement.message_id.exception_ids.state, "resolved")

    def test_a_price_for_nothing_is_not_compared(self):
        line = answer(1, "changed", price="5")
        line = dataclasses.replace(
            line, price=doc.Price(Decimal(5), doc.Quantity(Decimal(0), "C62"))
        )
        message = self.receive(self.response_for(self.order, [line]))
        self.assertEqual(self.open_exceptions(message).code, "unreadable")

    def test_a_declined_part_leaves_no_date_behind(self):
        said = self.answered(
            answer(1, "changed", quantity="60"),
            answer(1, "backordered", quantity="30", promised=date(2026, 12, 30)),
        ).line_ids
        self.refuse(said[1])
        self.agree(said[0])
        self.assertEqual(self.order.order_line[0].date_planned.date(), date(2026, 12, 1))
        self.assertFalse(self.order.acknowledged, "what was declined is not agreed")

    def test_what_has_arrived_is_not_taken_back(self):
        line = self.order.order_line[0]
        self.receive_goods(line, 30)
        self.agree(self.answered(answer(1, "rejected")).line_ids)
        self.assertEqual((line.product_qty, line.qty_received), (30, 30))
        self.assertEqual(self.moved(line), {"incoming": 30})

    def test_a_later_answer_takes_the_place_of_an_open_one(self):
        first = self.answered(answer(1, "changed", quantity="60"))
        second = self.answered(answer(1, "changed", quantity="80"))
        self.assertEqual(first.line_ids.decision, "superseded")
        self.assertEqual(first.message_id.exception_ids.state, "resolved")
        self.assertEqual(second.message_id.exception_ids.state, "open")
        with self.assertRaises(UserError):
            self.agree(first.line_ids)
        self.agree(second.line_ids)
        self.assertEqual(self.order.order_line[0].product_qty, 80)
        self.assertTrue(self.order.acknowledged)

    def test_answers_that_arrive_together_are_told_apart(self):
        for quantity in ("60", "80"):
            response = self.response_for(self.order, [answer(1, "changed", quantity=quantity)])
            self.accept(render(response, "ubl"))
        Inbox(self.env).drain(30)
        lines = self.order.acknowledgement_ids.line_ids.sorted("id")
        self.assertEqual(lines.mapped("decision"), ["superseded", "pending"])

    def test_a_later_answer_as_ordered_settles_an_open_one(self):
        first = self.answered(answer(1, "changed", quantity="60"))
        self.answered(answer(1, "accepted", quantity="100"))
        self.assertEqual(first.line_ids.decision, "superseded")
        self.assertEqual(self.order.acknowledgement_pending, 0)

    def test_an_answer_to_another_line_leaves_a_question_open(self):
        first = self.answered(answer(1, "changed", quantity="60"))
        self.answered(answer(2, "accepted"))
        self.assertEqual(first.line_ids.decision, "pending")
        self.assertFalse(self.order.acknowledged)

    def test_that_an_answer_follows_replaces_no_question(self):
        first = self.answered(answer(1, "changed", quantity="60"))
        waiting = self.answered(status="received")
        self.assertEqual(first.line_ids.decision, "pending")
        self.answered(status="accepted")
        self.assertEqual(set(waiting.line_ids.mapped("decision")), {"superseded"})

    def test_nothing_is_decided_on_a_cancelled_order(self):
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        self.order.button_cancel()
        for decide in (self.agree, self.refuse):
            with self.assertRaises(UserError):
                decide(acknowledgement.line_ids)
        self.assertEqual(self.order.order_line[0].product_qty, 100)

    def test_what_the_supplier_adds_is_for_the_buyer_to_order(self):
        said = self.answered(answer(9, "added", quantity="5")).line_ids
        with self.assertRaisesRegex(UserError, "Item is not on the order"):
            self.agree(said)
        self.assertEqual(said.decision, "pending")
        self.refuse(said)
        self.assertEqual(said.decision, "declined")
        self.assertTrue(self.messages_of(self.order, "order_change"))

    def test_units_are_converted_exactly(self):
        acknowledgement = self.answered(answer(1, "accepted", quantity="1", unit="XBX"))
        self.assertEqual(acknowledgement.line_ids.quantity, 100)
        self.assertEqual(acknowledgement.line_ids.decision, "not_needed")

    def test_prices_are_accepted_to_the_last_place(self):
        self.order = self.confirmed_order([(self.gloves, 1000, 0.084)])
        said = self.answered(answer(1, "changed", price="0.0865")).line_ids
        self.assertEqual(said.ordered_price, 0.084)
        self.agree(said)
        self.assertEqual(self.order.order_line.price_unit, 0.0865)
        self.assertEqual(self.order.amount_untaxed, 86.5)

    def tax(self, amount, included, **values):
        country = self.env.ref("base.us")
        self.company.account_fiscal_country_id = country
        return self.env["account.tax"].create(
            {
                "name": f"{amount} {included} {values}",
                "amount": amount,
                "type_tax_use": "purchase",
                "price_include_override": f"tax_{included}",
                "country_id": country.id,
                "tax_group_id": self.env["account.tax.group"]
                .create({"name": "Tax", "country_id": country.id})
                .id,
                **values,
            }
        )

    def priced_order(self, price, discount, taxes):
        order = self.draft_order([(self.gloves, 10, price)])
        order.order_line.write({"discount": discount, "tax_ids": [Command.set(taxes.ids)]})
        order.with_user(self.buyer).button_confirm()
        self.drain_outbound()
        return order

    def test_prices_are_net_in_documents_and_as_entered_in_orders(self):
        none = self.env["account.tax"]
        excluded, included = self.tax(21, "excluded"), self.tax(21, "included")
        both = self.tax(0.5, "included", amount_type="fixed") | included
        cases = [
            # price and discount of the order, taxes, net price sent, price accepted, price of the order then
            (10, 10, none, "9", "8.5", 8.5),
            (0.084, 0, none, "0.084", "0.0865", 0.0865),
            (12.1, 0, included, "10", "9", 10.89),
            (12.1, 50, included, "5", "4", 4.84),
            (10, 10, excluded, "9", "8", 8),
            (9.99, 0, included, "8.25619835", "8.25", 9.9825),
            (12.6, 0, both, None, "9", None),
        ]
        for price, discount, taxes, sent, answered, expected in cases:
            with self.subTest(price=price, discount=discount, taxes=taxes.mapped("name")):
                self.order = self.priced_order(price, discount, taxes)
                document = parse(self.transport.requests[-1].body)[0]
                told = document.lines[0].price.value
                self.assertEqual(told, Decimal(sent) if sent else told)
                self.assertAlmostEqual(document.lines[0].amount, 10 * told, 2)
                same = self.answered(answer(1, "accepted", quantity="10", price=str(told)))
                self.assertEqual(same.line_ids.decision, "not_needed")
                self.agree(self.answered(answer(1, "changed", price=answered)).line_ids)
                line = self.order.order_line
                self.assertAlmostEqual(line.price_unit, expected or line.price_unit, 10)
                self.assertEqual(line.discount, 0)
                self.assertAlmostEqual(line.price_subtotal, 10 * float(answered), delta=0.0051)

    def test_a_price_for_several_is_compared_as_exactly_as_prices_are_kept(self):
        self.order = self.confirmed_order([(self.gloves, 100, 0.33333333)])
        for_three = doc.Price(Decimal(1), doc.Quantity(Decimal(3), "C62"))
        said = self.answered(replace(answer(1), price=for_three)).line_ids
        self.assertEqual((said.decision, said.price), ("not_needed", 0.33333333))

    def test_a_price_that_the_taxes_cannot_give_is_refused(self):
        said = self.answered(answer(1, "changed", price="6")).line_ids
        with (
            patch.object(decide_acknowledgement, "gross_price", return_value=None),
            self.assertRaisesRegex(UserError, "no price comes to 6 without tax"),
        ):
            self.agree(said)
        self.assertEqual((said.decision, self.order.order_line[0].price_unit), ("pending", 5))

    def test_a_confirmed_price_keeps_its_discount(self):
        self.order = self.priced_order(10, 10, self.env["account.tax"])
        self.agree(self.answered(answer(1, "changed", quantity="6", price="9")).line_ids)
        line = self.order.order_line
        self.assertEqual((line.product_qty, line.price_unit, line.discount), (6, 10, 10))

    def test_an_answer_in_another_currency_is_for_a_person(self):
        other = "EUR" if self.order.currency_id.name == "USD" else "USD"
        message = self.receive(
            self.response_for(self.order, [answer(1, price="5")], currency=other)
        )
        self.assertEqual(message.state, "parked")
        self.assertEqual(self.open_exceptions(message).code, "currency")
        self.assertFalse(self.order.acknowledgement_ids)

    def test_a_line_added_since_is_not_answered_by_a_header(self):
        self.order.order_line = [Command.create(self._order_line(self.insulin, 1, 3))]
        acknowledgement = self.answered(status="accepted")
        self.assertEqual(
            acknowledgement.line_ids.order_line_id.product_id, self.gloves | self.syringes
        )

    def test_a_supplier_without_order_changes_is_told_another_way(self):
        self.endpoint.route_ids.filtered(
            lambda route: route.document_type == "order_change"
        ).unlink()
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        self.refuse(acknowledgement.line_ids)
        self.assertFalse(self.messages_of(self.order, "order_change"))
        self.assertFalse(self.order.acknowledged)
        asked = self.env["integration.exception"].search(
            [("res_id", "=", self.order.id), ("state", "=", "open")]
        )
        self.assertEqual((asked.code, asked.user_id), ("phone_change", self.buyer))

    def test_what_is_declined_before_approval_is_told_after_it(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 500
        dearer, fewer = self.answered(
            answer(1, "changed", quantity="100", price="9"), answer(2, "changed", quantity="30")
        ).line_ids
        self.agree(dearer)
        self.refuse(fewer)
        self.drain_outbound()
        change = self.messages_of(self.order, "order_change")
        self.assertEqual((self.order.state, change.state), ("to approve", "held"))
        self.order.button_approve()
        self.drain_outbound()
        self.assertEqual(change.state, "sent")

    def test_a_second_answer_stands_beside_the_first(self):
        self.answered(answer(1, "changed", quantity="60"))
        self.answered(status="accepted")
        self.assertEqual(len(self.order.acknowledgement_ids), 2)

    def test_an_answer_is_decided_once(self):
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        line = acknowledgement.line_ids.with_user(self.buyer)
        line.action_accept()
        with self.assertRaises(UserError):
            line.action_decline()

    def test_only_buyers_decide(self):
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        clerk = self._user("clerk", "healthcare_procurement_connector.group_integration_user")
        with self.assertRaises(AccessError):
            acknowledgement.line_ids.with_user(clerk).action_accept()
        with self.assertRaises(AccessError):
            acknowledgement.line_ids.with_user(self.buyer).write({"quantity": 1})

    def test_another_suppliers_order_is_as_unknown_as_none(self):
        foreign = self.confirmed_order([(self.gloves, 1, 1)], partner=self.rival)
        for number in (foreign.name, "P99999"):
            message = self.receive(
                self.response_for(self.order, status="accepted", order_number=number)
            )
            self.assertEqual(message.state, "waiting")
            self.assertEqual(message.waiting_for, f"order_unknown:{number}")
        self.assertFalse(foreign.acknowledgement_ids)
