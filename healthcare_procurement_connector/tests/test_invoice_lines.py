from dataclasses import replace
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestInvoiceLines(ConnectorCase):
    def tax(self, amount, **values):
        return self.env["account.tax"].create(
            {
                "name": f"Tax {amount} {values}",
                "amount": amount,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
                **values,
            }
        )

    def ordered(self, *lines, taxes=()):
        order = self.draft_order(lines)
        if taxes:
            order.order_line.tax_ids = taxes
        order.with_user(self.buyer).button_confirm()
        return order

    def taxed(self, order, category, rate, amount, net=None):
        """The order's invoice with one tax; ``net`` where the order's price has the tax in it."""
        plain = self.invoice_for(order)
        changes = {"tax_category": category, "tax_rate": Decimal(rate)}
        if net is not None:
            net = Decimal(net)
            changes |= {"amount": net, "price": doc.Price(net / plain.lines[0].quantity.value)}
        total = plain.total_excl if net is None else net
        tax = doc.Tax(amount=Decimal(amount), base=total, category=category, rate=Decimal(rate))
        return replace(
            plain,
            lines=tuple(replace(line, **changes) for line in plain.lines),
            taxes=(tax,),
            total_excl=total,
            total_tax=tax.amount,
            total_incl=total + tax.amount,
            payable=total + tax.amount,
        )

    def map_tax(self, code, tax):
        self.env["integration.mapping"].create(
            {
                "name": "Taxes",
                "state": "approved",
                "domain": "tax",
                "endpoint_id": self.endpoint.id,
                "line_ids": [Command.create({"code": code, "tax_id": tax.id})],
            }
        )

    def billed(self, document):
        message = self.receive(document)
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env["account.move"].browse(message.res_id)

    def parked(self, document):
        message = self.receive(document)
        self.assertEqual(message.state, "parked")
        return self.open_exceptions(message).code

    def test_a_tax_of_rate_zero_is_booked(self):
        zero = self.tax(0)
        order = self.ordered((self.gloves, 10, 5), taxes=zero)
        bill = self.billed(self.taxed(order, "E", "0", "0.00"))
        self.assertEqual(bill.invoice_line_ids.tax_ids, zero)

    def test_a_reverse_charge_is_mapped_or_asked(self):
        order = self.ordered((self.gloves, 10, 5))
        document = self.taxed(order, "AE", "0", "0.00")
        self.assertEqual(self.parked(document), "unknown_tax")
        zero = self.tax(0)
        self.map_tax("AE:0", zero)
        bill = self.billed(replace(document, number="I-AE"))
        self.assertEqual(bill.invoice_line_ids.tax_ids, zero)

    def test_a_reverse_charge_that_was_ordered(self):
        parts = [
            Command.create({"repartition_type": kind, "factor_percent": factor})
            for kind, factor in (("base", 100), ("tax", 100), ("tax", -100))
        ]
        tax = self.tax(21, invoice_repartition_line_ids=parts, refund_repartition_line_ids=parts)
        order = self.ordered((self.gloves, 10, 5), taxes=tax)
        bill = self.billed(self.taxed(order, "AE", "0", "0.00"))
        self.assertEqual(bill.invoice_line_ids.tax_ids, tax)
        self.assertEqual(bill.amount_total, 50)

    def test_untaxed_goods_need_no_tax(self):
        order = self.ordered((self.gloves, 10, 5))
        for category in ("Z", "E", "O"):
            with self.subTest(category=category):
                bill = self.billed(self.taxed(order, category, "0", "0.00"))
                self.assertFalse(bill.invoice_line_ids.tax_ids)

    def test_a_tax_that_is_in_the_price(self):
        tax = self.tax(21, price_include_override="tax_included")
        order = self.ordered((self.gloves, 10, 12.1), taxes=tax)
        bill = self.billed(self.taxed(order, "S", "21", "21.00", net="100.00"))
        self.assertAlmostEqual(bill.invoice_line_ids.price_unit, 12.1)
        self.assertEqual((bill.amount_untaxed, bill.amount_total), (100, 121))

    def test_a_tax_in_the_price_keeps_odd_prices_exact(self):
        tax = self.tax(21, price_include_override="tax_included")
        order = self.ordered((self.gloves, 7, 1), taxes=tax)
        bill = self.billed(self.taxed(order, "S", "21", "17.49", net="83.30"))
        self.assertEqual((bill.amount_untaxed, bill.amount_total), (83.3, 100.79))

    def test_a_price_per_another_unit_than_the_quantity(self):
        order = self.ordered((self.gloves, 2, 4200, self.box))
        plain = self.invoice_for(order)
        price = doc.Price(Decimal(4200), doc.Quantity(Decimal(100), "C62"))
        bill = self.billed(replace(plain, lines=(replace(plain.lines[0], price=price),)))
        self.assertEqual(bill.invoice_line_ids.product_uom_id, self.box)
        self.assertEqual(bill.invoice_line_ids.price_unit, 4200)

    def test_a_price_per_hundred_of_the_same_unit(self):
        order = self.ordered((self.gloves, 200, 0.5))
        plain = self.invoice_for(order)
        price = doc.Price(Decimal(50), doc.Quantity(Decimal(100)))
        bill = self.billed(replace(plain, lines=(replace(plain.lines[0], price=price),)))
        self.assertEqual(bill.invoice_line_ids.price_unit, 0.5)

    def test_the_orders_of_all_lines_are_found_at_once(self):
        orders = [self.ordered((self.gloves, 1, 5)) for _ in range(4)]
        documents = [self.invoice_for(order) for order in orders]
        lines = tuple(
            replace(document.lines[0], order_number=order.name)
            for document, order in zip(documents, orders, strict=True)
        )
        total = Decimal("20.00")
        collective = replace(
            documents[0],
            order_number=None,
            lines=lines,
            taxes=(replace(documents[0].taxes[0], base=total),),
            total_excl=total,
            total_incl=total,
            payable=total,
        )
        searched = []
        search = type(self.env["purchase.order"]).search

        def counting(records, *args, **kwargs):
            searched.append(records)
            return search(records, *args, **kwargs)

        self.patch(type(self.env["purchase.order"]), "search", counting)
        bill = self.billed(collective)
        self.assertEqual(len(bill.invoice_line_ids.purchase_line_id.order_id), 4)
        self.assertEqual(len(searched), 2, "once when it is read, once when it is applied")

    def test_a_unit_that_is_mapped_twice_is_not_guessed(self):
        unit = self.env.ref("uom.product_uom_unit")
        self.endpoint.env["integration.mapping"].search([("endpoint_id", "=", self.endpoint.id)])[
            :1
        ].line_ids = [Command.create({"code": "XBX", "uom_id": unit.id, "direction": "in"})]
        order = self.ordered((self.gloves, 2, 4, self.box))
        self.assertEqual(self.parked(self.invoice_for(order)), "ambiguous_mapping")
