from dataclasses import replace
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from ..formats import parse
from .common import HOSPITAL_GLN
from .test_mapping_versions import MappingCase


@tagged("post_install", "-at_install")
class TestMappingFlows(MappingCase):
    """Where documents are read and written by mappings of each kind."""

    def map(self, domain, **rows):
        """An active mapping of the endpoint; ``rows``: values of a line by code."""
        return self.env["integration.mapping"].create(
            {
                "name": domain,
                "domain": domain,
                "endpoint_id": self.endpoint.id,
                "state": "approved",
                "line_ids": [Command.create({"code": code, **vals}) for code, vals in rows.items()],
            }
        )

    def sent(self, order):
        self.drain_outbound()
        self.assertEqual(self.messages_of(order).state, "sent")
        return parse(self.transport.requests[-1].body)[0]

    def billed(self, document):
        message = self.receive(document)
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env["account.move"].browse(message.res_id)

    def test_a_place_goes_out_under_the_suppliers_number_for_it(self):
        ward = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        ward.partner_id = self.env["res.partner"].create(
            {"name": "North wing", "country_id": self.env.ref("base.us").id}
        )
        self.map("location", **{"4711": {"partner_id": ward.partner_id.id}})
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.assertIn(("", "4711"), self.sent(order).deliver_to.ids)

    def test_a_scheme_may_be_part_of_the_code(self):
        place = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        self.map("location", **{"91:4711": {"partner_id": place.partner_id.id}})
        self.endpoint.route_ids.format = "x12"
        self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        self.assertIn(b"*91*4711", self.transport.requests[-1].body)

    def test_a_buyer_under_the_suppliers_number_is_us(self):
        order = self.confirmed_order([(self.gloves, 2, 4)])
        buyer = doc.Party(name="Ward", ids=(("0088", "9506000139999"),))
        bill = self.invoice_for(order, buyer=buyer)
        message = self.receive(bill)
        exception = self.open_exceptions(message)
        self.assertEqual((exception.code, exception.mapping_domain), ("wrong_buyer", "location"))
        self.map("location", **{"9506000139999": {"partner_id": self.company.partner_id.id}})
        message.action_replay()
        self.assertEqual(self.receive(bill, external_id="again").state, "duplicate")
        message.invalidate_recordset()
        self.assertEqual(message.state, "processed", message.last_error)

    def test_a_charge_has_its_account_cost_centre_and_words(self):
        account = self.env["account.account"].create(
            {"name": "Freight", "code": "629999", "account_type": "expense"}
        )
        plan = self.env["account.analytic.plan"].create({"name": "Centres"})
        centre = self.env["account.analytic.account"].create({"name": "Stores", "plan_id": plan.id})
        self.map("account", FC={"account_id": account.id})
        self.map("cost_centre", FC={"analytic_account_id": centre.id})
        self.map("reason", FC={"meaning": "Freight"})
        order = self.confirmed_order([(self.gloves, 2, 4)])
        bill = self.invoice_for(order)
        total = bill.total_excl + 5
        charge = doc.Charge("charge", Decimal(5), code="FC")
        move = self.billed(
            replace(bill, charges=(charge,), total_excl=total, total_incl=total, payable=total)
        )
        line = move.invoice_line_ids.filtered("integration_charge")
        self.assertEqual((line.name, line.account_id), ("Freight", account))
        self.assertEqual(line.analytic_distribution, {str(centre.id): 100})

    def test_a_reason_is_told_in_our_words(self):
        self.map("reason", OOS={"meaning": "Out of stock"})
        order = self.confirmed_order([(self.gloves, 2, 4), (self.syringes, 1, 1)])
        message = self.receive(
            self.response_for(
                order,
                [
                    doc.OrderResponseLine(number, "rejected", doc.Item(name="x"), reason=reason)
                    for number, reason in (("1", "OOS"), ("2", "No longer made"))
                ],
            )
        )
        answer = self.env["purchase.acknowledgement"].browse(message.res_id)
        self.assertEqual(answer.line_ids.mapped("reason"), ["Out of stock", "No longer made"])

    def test_an_item_under_an_old_number(self):
        order = self.confirmed_order([(self.gloves, 2, 4), (self.syringes, 1, 1)])
        self.map("item", **{"OLD-2": {"product_id": self.syringes.id}})
        bill = self.invoice_for(order)
        item = doc.Item(seller_code="OLD-2", name="x")
        lines = (bill.lines[0], replace(bill.lines[1], order_line=None, item=item))
        move = self.billed(replace(bill, lines=lines))
        self.assertEqual(move.invoice_line_ids[1].product_id, self.syringes)

    def test_a_unit_of_another_kind_does_not_leave_the_house(self):
        """Odoo would sell a kilogram of pieces."""
        kilogram = self.env.ref("uom.product_uom_kgm")
        order = self.draft_order([(self.gloves, 1, 1)])
        order.order_line.product_uom_id = kilogram
        order.with_user(self.buyer).button_confirm()
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "held")
        self.assertEqual(self.open_exceptions(message).code, "unknown_unit")

    def test_all_kinds_are_one_query_of_a_document(self):
        order = self.confirmed_order([(self.gloves, 2, 4, self.box), (self.syringes, 1, 1)])
        bill = self.invoice_for(order)
        lines = tuple(replace(line, tax_category="S", tax_rate=Decimal(20)) for line in bill.lines)
        tax = self.env["account.tax"].create(
            {"name": "20 %", "amount": 20, "type_tax_use": "purchase"}
        )
        self.map("tax", **{"S:20": {"tax_id": tax.id}})
        amount = bill.total_excl * Decimal("0.2")
        asked = []
        model = type(self.env["integration.mapping.line"])
        search = model.search_fetch

        def counting(records, domain, *args, **kwargs):
            asked.append(domain)
            return search(records, domain, *args, **kwargs)

        self.patch(model, "search_fetch", counting)
        move = self.billed(
            replace(
                bill,
                lines=lines,
                charges=(),
                taxes=(doc.Tax(amount, bill.total_excl, "S", Decimal(20)),),
                total_tax=amount,
                total_incl=bill.total_excl + amount,
                payable=bill.total_excl + amount,
            )
        )
        self.assertEqual(move.invoice_line_ids.tax_ids, tax)
        codes = [domain for domain in asked if "'code'" in str(domain)]
        self.assertEqual(len(codes), 1, "units, items, taxes, parties and charges together")

    def test_our_own_number_still_counts(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.assertIn(("0088", HOSPITAL_GLN), self.sent(order).buyer.ids)
