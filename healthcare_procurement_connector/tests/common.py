"""The test kit of the connector: a hospital, a supplier, an endpoint, and a transport that records calls.

Other addons build on it::

    class TestMatch(ConnectorCase):
        def test_clean_bill(self):
            order = self.confirmed_order([(self.gloves, 10, 8.40)])
            self.receive(self.invoice_for(order))
"""

import itertools
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from ..core import documents as doc
from ..core.signature import headers, new_secret
from ..formats import render
from ..services import calls, give_up, ingest, outbox, settle, waiting
from ..services.inbox import Inbox
from ..services.outbox import Outbox
from ..transports.base import Reply

NOW = 1_790_000_000
SECRET = new_secret(bytes(range(24)))
HOSPITAL_GLN = "9506000130019"
SUPPLIER_GLN = "9506000130118"
RIVAL_GLN = "9506000130125"


class WorkerDied(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


class FakeTransport:
    """Answers what it was told to; keeps the requests. ``answers`` may hold Replies and exceptions."""

    def __init__(self):
        self.requests = []
        self.answers = []

    def send(self, request, limits):
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else Reply(200, {}, b"", 0.01)
        if isinstance(answer, Exception):
            raise answer
        return answer


class ConnectorCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = (
            cls.env["base"].with_context(tracking_disable=True, mail_create_nosubscribe=True).env
        )
        cls.company = cls.env.company
        cls.company.partner_id.global_location_number = HOSPITAL_GLN
        cls._setup_master_data()
        cls._setup_endpoint()
        cls.buyer = cls._user("test_buyer", "purchase.group_purchase_user")
        cls.numbers = itertools.count(1)

    @classmethod
    def _user(cls, login, *groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=",".join(("base.group_user", *groups)),
            company_id=cls.company.id,
        )

    @classmethod
    def _setup_master_data(cls):
        partners = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "global_location_number": gln,
                    "country_id": cls.env.ref("base.us").id,
                }
                for name, gln in (("Supplier", SUPPLIER_GLN), ("Rival", RIVAL_GLN))
            ]
        )
        cls.supplier, cls.rival = partners
        cls.box = cls.env["uom.uom"].create(
            {
                "name": "Box of 100",
                "relative_factor": 100,
                "relative_uom_id": cls.env.ref("uom.product_uom_unit").id,
            }
        )
        cls.gloves = cls._product("Gloves", "GLV", "9506000191003", "MS-1")
        cls.syringes = cls._product("Syringes", "SYR", "9506000191010", "MS-2")
        cls.insulin = cls._product("Insulin", "INS", "9506000191027", "MS-3", lots=True)

    @classmethod
    def _product(cls, name, code, gtin, seller_code, lots=False):
        vals = {
            "name": name,
            "default_code": code,
            "barcode": gtin,
            "type": "consu",
            "is_storable": True,
            "supplier_taxes_id": [Command.clear()],
            "seller_ids": [
                Command.create({"partner_id": cls.supplier.id, "product_code": seller_code})
            ],
        }
        if lots:
            vals.update(tracking="lot", use_expiration_date=True, expiration_time=365)
        return cls.env["product.product"].create(vals)

    @classmethod
    def _setup_endpoint(cls):
        cls.endpoint = cls.env["integration.endpoint"].create(
            {
                "name": "Supplier",
                "code": "supplier",
                "url": "https://supplier.example/orders",
                "partner_ids": [Command.set(cls.supplier.ids)],
                "outbound_secret": SECRET,
                "inbound_secret": SECRET,
                "owner_id": cls.env.user.id,
                "route_ids": [
                    Command.create(
                        {"document_type": kind, "direction": "out", "date_from": "2020-01-01"}
                    )
                    for kind in ("order", "order_change")
                ],
            }
        )
        cls.env["integration.mapping"].create(
            {
                "name": "Supplier's units",
                "state": "approved",
                "domain": "unit",
                "endpoint_id": cls.endpoint.id,
                "line_ids": [Command.create({"code": "XBX", "uom_id": cls.box.id})],
            }
        )

    def setUp(self):
        super().setUp()
        self.transport = FakeTransport()
        self.startPatcher(patch.object(outbox, "_transport", self.transport))
        # No wait for another attempt is so short that it ends within a drain on a slow machine.
        for service in (calls, settle):
            self.startPatcher(patch.object(service, "random", SimpleNamespace(random=lambda: 0.9)))

    # -- orders --------------------------------------------------------------------------------------

    def draft_order(self, lines, partner=None, user=None):
        """``lines``: (product, quantity, price) or (product, quantity, price, unit)."""
        return self.env["purchase.order"].create(
            {
                "partner_id": (partner or self.supplier).id,
                "user_id": (user or self.buyer).id,
                "order_line": [Command.create(self._order_line(*line)) for line in lines],
            }
        )

    def _order_line(self, product, quantity, price, uom=None):
        return {
            "product_id": product.id,
            "name": product.name,
            "product_qty": quantity,
            "price_unit": price,
            "product_uom_id": (uom or product.uom_id).id,
            "tax_ids": [Command.clear()],
            "date_planned": "2026-12-01 12:00:00",
        }

    def confirmed_order(self, lines, **options):
        order = self.draft_order(lines, **options)
        order.with_user(order.user_id).button_confirm()
        return order

    def messages_of(self, order, document_type="order"):
        return self.env["integration.message"].search(
            [
                ("res_id", "=", order.id),
                ("document_type", "=", document_type),
                ("direction", "=", "out"),
            ]
        )

    def force_state(self, message, state):
        """Puts a message where no transition leads; only tests may."""
        message.flush_recordset()
        self.env.cr.execute(
            "UPDATE integration_message SET state = %s WHERE id IN %s", [state, tuple(message.ids)]
        )
        message.invalidate_recordset()

    def save(self):
        """What is done before a commit: suppliers are told what the save changed."""
        self.env.cr.flush()

    def drain_outbound(self):
        self.save()
        self.another_worker()
        Outbox(self.env).drain(30)

    def another_worker(self):
        """A drain knows only what the database says: what a test has read, with more rights perhaps, is forgotten."""
        self.env.invalidate_all()

    @contextmanager
    def worker_dies_at(self, owner, name):
        """The drain's process ends where ``owner.name`` is called: nothing is tidied up after it."""
        with (
            patch.object(owner, name, side_effect=WorkerDied),
            patch.object(Outbox, "_finish"),
            suppress(WorkerDied),
        ):
            yield

    def waited_in_vain(self, messages):
        """What waits for something that does not come, a person is asked about."""
        messages.sudo().wait_until = fields.Datetime.now()
        self.env.flush_all()
        waiting.ask_about_overdue(self.env)
        messages.invalidate_recordset()

    def give_up(self, messages):
        give_up.give_up(messages, "Not needed any more")

    # -- documents -----------------------------------------------------------------------------------

    def receive(self, document_or_bytes, endpoint=None, external_id=None):
        """Posts a signed document, lets the inbound drain work, and returns the message.

        Orders are sent first: what answers an order that is still on its way would wait.
        """
        self.drain_outbound()
        raw = document_or_bytes
        if not isinstance(raw, bytes):
            raw = render(raw, "ubl")
        accepted = self.accept(raw, endpoint=endpoint, external_id=external_id)
        self.another_worker()
        Inbox(self.env).drain(30)
        message = self.env["integration.message"].search([("uid", "=", accepted.message_id)])
        message.invalidate_recordset()
        return message

    def accept(self, raw, endpoint=None, external_id=None, secret=SECRET):
        external_id = external_id or f"msg_{next(self.numbers)}"
        signed = headers([secret], external_id, NOW, raw)
        return ingest.accept(
            self.env, (endpoint or self.endpoint).code, signed, raw, "application/xml", NOW
        )

    def seller(self, gln=SUPPLIER_GLN, name="Supplier"):
        return doc.Party(name=name, ids=(("0088", gln),))

    def hospital(self):
        return doc.Party(name="Hospital", ids=(("0088", HOSPITAL_GLN),))

    def response_for(self, order, lines=(), status="changed", number=None, **changes):
        values = {
            "number": number or f"R-{next(self.numbers)}",
            "issued": date(2026, 11, 22),
            "status": status,
            "order_number": order.name,
            "currency": order.currency_id.name,
            "buyer": self.hospital(),
            "seller": self.seller(),
            "lines": tuple(lines),
        }
        return doc.OrderResponse(**values | changes)

    def despatch_for(self, order, lines, number=None, **changes):
        values = {
            "number": number or f"D-{next(self.numbers)}",
            "issued": date(2026, 11, 25),
            "buyer": self.hospital(),
            "seller": self.seller(),
            "deliver_to": self.hospital(),
            "order_number": order.name,
            "expected": doc.Period(end=date(2026, 12, 1)),
            "lines": tuple(lines),
        }
        return doc.DespatchAdvice(**values | changes)

    def invoice_for(
        self, order, quantities=None, prices=None, number=None, kind="invoice", **changes
    ):
        """Bills the whole order, or ``quantities`` / ``prices`` by line number."""
        lines = []
        for line in order.order_line:
            key = line.integration_line_number
            quantity = Decimal(str((quantities or {}).get(key, line.product_qty)))
            price = Decimal(str((prices or {}).get(key, line.price_unit)))
            lines.append(
                doc.InvoiceLine(
                    number=str(key),
                    item=doc.Item(name=line.product_id.name, gtin=line.product_id.barcode),
                    quantity=doc.Quantity(
                        quantity, "XBX" if line.product_uom_id == self.box else "C62"
                    ),
                    price=doc.Price(price),
                    amount=(quantity * price).quantize(Decimal("0.01")),
                    order_line=str(key),
                    tax_category="Z",
                    tax_rate=Decimal(0),
                )
            )
        total = sum((line.amount for line in lines), Decimal(0))
        values = {
            "number": number or f"I-{next(self.numbers)}",
            "kind": kind,
            "issued": date(2026, 12, 2),
            "due": date(2027, 1, 2),
            "order_number": order.name,
            "currency": order.currency_id.name,
            "buyer": self.hospital(),
            "seller": self.seller(),
            "taxes": (doc.Tax(amount=Decimal("0.00"), base=total, category="Z", rate=Decimal(0)),),
            "lines": tuple(lines),
            "total_excl": total,
            "total_tax": Decimal("0.00"),
            "total_incl": total,
            "payable": total,
        }
        return doc.Invoice(**values | changes)

    def open_exceptions(self, message):
        return message.exception_ids.filtered(lambda record: record.state == "open")
