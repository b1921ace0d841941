"""The hospital of a run, made while nothing is broken yet: suppliers, products, endpoints, drafts of orders."""

import base64
import hashlib

from odoo.addons.healthcare_procurement_connector.core.document_types import DOCUMENT_TYPES

HOSPITAL_GLN = "9506000130019"
OUTGOING = [
    code
    for code, kind in DOCUMENT_TYPES.items()
    if code.startswith("order") and kind.direction == "out"
]
PRODUCTS = (("GLV", "Gloves", "9506000191003", 8.4), ("SYR", "Syringes", "9506000191010", 12.5))
AT_ONCE = 20


def secret(seed, name):
    """Good enough for an hour on one machine, and the same for the same seed."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return f"whsec_{base64.b64encode(digest).decode()}"


def supplier_codes(plan):
    """{code: whether it recognises repeats}."""
    return {
        f"supplier{number}": number <= plan.suppliers - plan.without_memory
        for number in range(1, plan.suppliers + 1)
    }


def partner_settings(plan, base, ledger):
    """The suppliers' own configuration."""
    return {
        "seed": plan.seed,
        "billed": plan.billed,
        "ledger": str(ledger),
        "suppliers": [
            {
                "code": code,
                "url": f"{base}/healthcare/inbound/{code}",
                "order_secret": secret(plan.seed, f"{code}/orders"),
                "document_secret": secret(plan.seed, f"{code}/documents"),
                "recognises_repeats": recognises,
            }
            for code, recognises in supplier_codes(plan).items()
        ],
    }


class World:
    """Made by the administrator, who is buyer, operator and integration manager in one here."""

    def __init__(self, plan, admin, partners):
        self._plan = plan
        self._admin = admin
        self._partners = partners

    def build(self):
        """The ids of the drafted orders, in the order in which they are to be confirmed."""
        self._make_hospital()
        products = self._make_products()
        suppliers = self._make_suppliers()
        return self._draft_orders(suppliers, products)

    def _make_hospital(self):
        admin = self._admin
        (company,) = admin.find("res.company", [], "partner_id")
        admin.call(
            "res.partner",
            "write",
            [company["partner_id"][0]],
            {"global_location_number": HOSPITAL_GLN},
        )
        groups = admin.find(
            "ir.model.data",
            [
                ("model", "=", "res.groups"),
                ("name", "in", ["group_integration_manager", "group_purchase_manager"]),
            ],
            "res_id",
        )
        (user,) = admin.find("res.users", [("login", "=", "admin")])
        admin.call(
            "res.users",
            "write",
            [user["id"]],
            {"group_ids": [(4, group["res_id"]) for group in groups]},
        )

    def _make_products(self):
        (unit,) = self._admin.find("uom.uom", [("name", "=", "Units")])
        self._unit = unit["id"]
        return self._admin.call(
            "product.product",
            "create",
            [
                {
                    "name": name,
                    "default_code": code,
                    "barcode": gtin,
                    "type": "consu",
                    "is_storable": True,
                    "supplier_taxes_id": [(5,)],
                }
                for code, name, gtin, _price in PRODUCTS
            ],
        )

    def _make_suppliers(self):
        plan, admin, codes = self._plan, self._admin, supplier_codes(self._plan)
        partners = admin.call(
            "res.partner",
            "create",
            [
                {
                    "name": code,
                    "is_company": True,
                    "global_location_number": f"95060001301{number:02}",
                }
                for number, code in enumerate(codes, 20)
            ],
        )
        for partner, (code, recognises) in zip(partners, codes.items(), strict=True):
            admin.call(
                "integration.endpoint",
                "create",
                {
                    "name": code,
                    "code": code,
                    "url": self._partners.url(code),
                    "internal": True,
                    "idempotent": recognises,
                    "status_url": self._status_url(code),
                    "timeout": plan.timeout,
                    "concurrency": plan.concurrency,
                    "partner_ids": [(6, 0, [partner])],
                    "outbound_secret": secret(plan.seed, f"{code}/orders"),
                    "inbound_secret": secret(plan.seed, f"{code}/documents"),
                    "route_ids": [
                        (0, 0, {"document_type": kind, "direction": "out"}) for kind in OUTGOING
                    ],
                },
            )
        return partners

    def _status_url(self, code):
        """Only the last supplier can be asked what it has; the others without memory leave it to a person."""
        last = list(supplier_codes(self._plan))[-1]
        return f"{self._partners.url(code)}/{{id}}" if code == last else False

    def _draft_orders(self, suppliers, products):
        """Evenly over the suppliers; those without memory get a quarter of what the others get."""
        admin, plan = self._admin, self._plan
        remembering = plan.suppliers - plan.without_memory
        turns = suppliers[:remembering] * 4 + suppliers[remembering:]
        orders = []
        while len(orders) < plan.orders:
            numbers = range(len(orders), min(len(orders) + AT_ONCE, plan.orders))
            orders += admin.call(
                "purchase.order",
                "create",
                [self._order(turns[number % len(turns)], products, number) for number in numbers],
            )
        return orders

    def _order(self, supplier, products, number):
        return {
            "partner_id": supplier,
            "origin": f"chaos {number}",
            "order_line": [
                (
                    0,
                    0,
                    {
                        "product_id": product,
                        "name": name,
                        "product_qty": 1 + number % 9,
                        "product_uom_id": self._unit,
                        "price_unit": price,
                        "tax_ids": [(5,)],
                        "date_planned": "2030-01-01 12:00:00",
                    },
                )
                for product, (_code, name, _gtin, price) in zip(products, PRODUCTS, strict=True)
            ],
        }
