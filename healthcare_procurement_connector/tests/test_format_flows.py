"""An order and all that answers it, in each format: out, read as the supplier's system would, and back in."""

from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from ..formats import detect, parse, render
from ..services.inbox import Inbox
from ..transports.base import Reply
from .test_receipts import FormatCase

ANSWER_COLUMNS = """
number = #1
order_number = Bestellung
status = Status
lines.order_line = Pos
lines.status = Zeilenstatus
lines.item.gtin = EAN
lines.quantity.value = Menge
"""
INVOICE_COLUMNS = """
number = Rechnung
issued = Datum
order_number = Bestellung
lines.number = Pos
lines.order_line = Pos
lines.item.gtin = EAN
lines.item.name = Text
lines.quantity.value = Menge
lines.price.value = Preis
lines.amount = Betrag
total_excl = Summe
total_tax = Steuer
total_incl = Brutto
payable = Brutto
taxes.0.amount = Steuer
taxes.0.base = Summe
"""


@tagged("post_install", "-at_install")
class TestFormatFlows(FormatCase):
    def flow(self, syntax):
        """Order, answer, ship notice and bill; returns the order."""
        self.speak(syntax)
        order, message = self.sent_order([(self.gloves, 10, 5), (self.syringes, 4, 2)])
        sent = self.as_the_supplier_reads(syntax, order)
        lines = [
            doc.OrderResponseLine(
                order_line=line.number, status="accepted", item=line.item, quantity=line.quantity
            )
            for line in sent.lines
        ]
        answer = self.response_for(order, lines, status="accepted")
        self.assert_processed(self.receive(self.theirs(answer, control="1")))
        self.assertEqual(order.acknowledgement_ids.mapped("name"), [answer.number])
        if syntax != "csv":
            notice = self.despatch_for(
                order,
                [
                    doc.DespatchLine(
                        number=line.number,
                        order_number=order.name,
                        order_line=line.number,
                        item=line.item,
                        quantity=line.quantity,
                    )
                    for line in sent.lines
                ],
            )
            self.assert_processed(self.receive(self.theirs(notice, control="2")))
            shipment = self.env["purchase.shipment"].search([("number", "=", notice.number)])
            self.assertEqual(sum(shipment.line_ids.mapped("quantity")), 14)
        bill = self.invoice_for(order)
        received = self.receive(self.theirs(bill, control="3"))
        self.assert_processed(received)
        move = self.env["account.move"].browse(received.res_id)
        self.assertEqual((received.res_model, move.ref), ("account.move", bill.number))
        self.assertEqual(move.amount_total, 58)
        return order

    def as_the_supplier_reads(self, syntax, order):
        raw = self.last_sent()
        self.assertEqual(detect(raw), syntax)
        (sent,) = parse(raw)
        self.assertIsInstance(sent, doc.Order)
        self.assertEqual(sent.number, order.name)
        self.assertEqual([line.quantity.value for line in sent.lines], [Decimal(10), Decimal(4)])
        self.assertEqual([line.price.value for line in sent.lines], [Decimal(5), Decimal(2)])
        return sent

    def assert_processed(self, message):
        self.assertEqual(message.state, "processed", message.last_error)

    def test_x12(self):
        self.flow("x12")

    def test_edifact(self):
        self.flow("edifact")

    def test_cxml(self):
        self.flow("cxml")

    def test_json(self):
        self.flow("json")

    def test_ubl(self):
        self.flow("ubl")

    def test_csv_in_our_own_layout(self):
        self.flow("csv")

    def test_each_change_of_an_order_too(self):
        for syntax, cls in (
            ("x12", doc.OrderChange),
            ("edifact", doc.OrderChange),
            ("cxml", doc.OrderChange),
            ("json", doc.OrderChange),
        ):
            with self.subTest(syntax):
                self.speak(syntax)
                order, _message = self.sent_order()
                order.order_line.product_qty = 7
                self.drain_outbound()
                change = self.messages_of(order, "order_change")
                self.assertEqual(change.state, "sent", change.last_error)
                (told,) = parse(self.last_sent())
                self.assertIsInstance(told, cls)
                self.assertEqual(told.order_number, order.name)

    def test_a_partners_own_csv(self):
        self.speak("csv")
        self.endpoint.route_ids = [
            Command.create(
                {
                    "direction": "in",
                    "format": "csv",
                    "date_from": "2020-01-01",
                    "csv_delimiter": ";",
                    "csv_decimal": ",",
                    **values,
                }
            )
            for values in (
                {
                    "document_type": "order_response",
                    "csv_columns": ANSWER_COLUMNS,
                    "csv_words": "status: bestätigt = accepted\nlines.status: bestätigt = accepted",
                    "csv_encoding": "cp1252",
                    "csv_constants": "lines.quantity.unit = C62",
                },
                {
                    "document_type": "invoice",
                    "csv_columns": INVOICE_COLUMNS,
                    "csv_constants": "kind = invoice\ncurrency = USD\nlines.quantity.unit = C62\n"
                    "lines.tax_category = Z\nlines.tax_rate = 0\ntaxes.0.category = Z\ntaxes.0.rate = 0",
                    "csv_date_format": "%d.%m.%Y",
                    "csv_encoding": "cp1252",
                },
            )
        ]
        order, _message = self.sent_order()
        answer = (
            f"Nr;Bestellung;Status;Pos;Zeilenstatus;EAN;Menge\r\n"
            f"A-1;{order.name};bestätigt;1;bestätigt;{self.gloves.barcode};10,0\r\n"
        )
        self.assert_processed(self.receive(answer.encode("cp1252")))
        self.assertEqual(order.acknowledgement_ids.mapped("name"), ["A-1"])
        bill = (
            f"Rechnung;Datum;Bestellung;Pos;EAN;Text;Menge;Preis;Betrag;Summe;Steuer;Brutto\r\n"
            f"R-1;02.12.2026;{order.name};1;{self.gloves.barcode};Größe 7;10;5,00;50,00;50,00;0,00;50,00\r\n"
        )
        received = self.receive(bill.encode("cp1252"))
        self.assert_processed(received)
        self.assertEqual(self.env["account.move"].browse(received.res_id).amount_total, 50)
        self.assertEqual(
            self.env["account.move"].browse(received.res_id).invoice_date.isoformat(), "2026-12-02"
        )

    def test_a_partners_own_columns_for_the_order(self):
        self.speak("csv")
        self.route("order").write(
            {
                "csv_columns": "number = Order\nlines.number = Line\nlines.item.seller_code = Item\n"
                "lines.quantity.value = Qty\nlines.price.value = Price",
                "csv_delimiter": ";",
                "csv_decimal": ",",
            }
        )
        order, _message = self.sent_order([(self.gloves, 10, 5.25)])
        self.assertEqual(
            self.last_sent().decode().split("\r\n")[:2],
            ["Order;Line;Item;Qty;Price", f"{order.name};1;MS-1;10;5,25"],
        )

    def test_what_no_field_of_ours_has_is_refused_when_entered(self):
        self.speak("csv")
        route = self.route("order")
        for vals in (
            {"csv_columns": "lines.colour = Colour"},
            {"csv_columns": "number"},
            {"csv_columns": "number = A\nnumber = B"},
            {"csv_words": "OK = accepted"},
            {"csv_encoding": "klingon"},
            {"csv_date_format": "DDMMYY"},
            {"csv_header_rows": -1},
            {"document_type": "order_change"},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                route.write(vals)

    def test_a_file_that_fits_no_route_says_what_is_missing(self):
        self.speak("csv")
        self.endpoint.route_ids = [
            Command.create(
                {
                    "direction": "in",
                    "document_type": "order_response",
                    "format": "csv",
                    "date_from": "2020-01-01",
                    "csv_columns": ANSWER_COLUMNS,
                }
            )
        ]
        message = self.receive(b"Nr;Order\r\n1;2\r\n")
        self.assertEqual((message.state, message.error_code), ("parked", "unreadable"))
        self.assertIn("no column 'Bestellung'", message.last_error)

    def test_a_cxml_seller_is_known_by_its_duns_number(self):
        self.speak("cxml")
        order, _message = self.sent_order()
        seller = doc.Party(name="Supplier", ids=(("0060", "987654321"),))
        answer = self.response_for(order, status="accepted", seller=seller)
        message = self.receive(self.theirs(answer))
        self.assertEqual((message.state, message.error_code), ("parked", "unknown_supplier"))
        self.env["integration.mapping"].create(
            {
                "name": "Supplier's names",
                "domain": "party",
                "state": "approved",
                "endpoint_id": self.endpoint.id,
                "line_ids": [
                    Command.create({"code": "0060:987654321", "partner_id": self.supplier.id})
                ],
            }
        )
        message.action_replay()
        self.another_worker()
        Inbox(self.env).drain(30)
        message.invalidate_recordset()
        self.assert_processed(message)

    def test_cxml_secrets_are_sent_and_not_kept(self):
        self.speak("cxml")
        self.endpoint.cxml_secret = "our own s3cret"
        order, message = self.sent_order()
        self.assertIn(b"<SharedSecret>our own s3cret</SharedSecret>", self.last_sent())
        self.assertNotIn(b"s3cret", message.payload_ids._raw())
        self.assertNotIn("s3cret", self.endpoint.cxml_secret)
        raw = render(self.response_for(order, status="accepted"), "cxml")
        head, identity, rest = raw.rpartition(b"</Identity>")
        posted = head + identity + b"<SharedSecret>their s3cret</SharedSecret>" + rest
        arrived = self.receive(posted, external_id="once")
        self.assert_processed(arrived)
        self.assertNotIn(b"s3cret", arrived.payload_ids._raw())
        self.assertEqual(self.receive(posted, external_id="once"), arrived)

    def test_a_refusal_in_a_cxml_response_is_one(self):
        self.speak("cxml")
        refusal = (
            '<?xml version="1.0"?><cXML payloadID="9" timestamp="2026-11-25T12:00:00+00:00"><Response>'
            '<Status code="{}" text="{}">Item 4711</Status></Response></cXML>'
        )
        for code, text, state in (
            ("200", "OK", "sent"),
            ("406", "Not Acceptable", "dead"),
            ("500", "Internal", "retrying"),
        ):
            with self.subTest(code):
                body = refusal.format(code, text).encode()
                self.transport.answers = [Reply(200, {}, body, 0.01)]
                order = self.confirmed_order([(self.gloves, 10, 5)])
                self.drain_outbound()
                message = self.messages_of(order)
                self.assertEqual(message.state, state)
                if state != "sent":
                    self.assertIn(f"cXML status {code}: Item 4711", message.last_error)


@tagged("post_install", "-at_install")
class TestUnexpectedDocuments(FormatCase):
    """What can be read and has no effect here is parked, with the reason in words."""

    def documents(self):
        buyer, seller = self.hospital(), self.seller()
        today = self.invoice_for(self.draft_order([(self.gloves, 1, 1)])).issued
        yield (
            "ubl",
            doc.InvoiceResponse(
                number="IR-1",
                status="accepted",
                issued=today,
                invoice_number="I-1",
                buyer=buyer,
                seller=seller,
            ),
        )
        yield (
            "json",
            doc.Order(number="P-1", issued=today, currency="USD", buyer=buyer, seller=seller),
        )
        yield "json", doc.PunchOutStart(number="C-1", url="https://shop.example/1")
        yield "json", doc.PunchOutCart(number="C-2")
        yield (
            "json",
            doc.OrderCancellation(number="P-1-1", order_number="P-1", buyer=buyer, seller=seller),
        )

    def test_each_is_parked_with_a_reason(self):
        for syntax, document in self.documents():
            with self.subTest(type(document).__name__):
                message = self.receive(render(document, syntax))
                self.assertEqual(
                    (message.state, message.error_code), ("parked", "unexpected_document")
                )
                self.assertIn(document.number, message.last_error)
                self.assertTrue(self.open_exceptions(message))
