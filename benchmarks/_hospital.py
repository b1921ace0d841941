"""The hospital that is measured: a care site, 20 suppliers, 200 products, orders of 5 lines, confirmed.

Everything is made by Odoo and by our own code, as a user would: orders are confirmed by their buyer, receipts
are planned, prices and taxes are Odoo's. Products have several suppliers with a price break each.
"""

import hashlib
import os
import random
import time
from pathlib import Path

from _report import say

SUPPLIERS = 20
PRODUCTS = 200
SELLERS = 3  # suppliers of a product
LINES = 5
ORDERS = int(os.environ.get("HPI_BENCH_MESSAGES", "2000"))
BATCH = 100
SECRET = "whsec_YmVuY2htYXJrcyBzaWduIHdpdGggdGhpcyBvbmU="  # noqa: S105 - signs between two local processes
HOSPITAL_GLN = "9506000130019"
ROUTES = (("out", "order"), ("out", "order_change"), ("in", "order_response"))


def identity():
    """Changes when other data would be made."""
    return f"{ORDERS} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"


def fill(env):
    # The same hospital each time.
    chance = random.Random(20260101)  # noqa: S311 - sample data
    _care_site(env)
    suppliers = _suppliers(env)
    products = _products(env, suppliers, _tax(env), chance)
    _endpoints(env, suppliers)
    env.cr.commit()
    _orders(env, suppliers, products, chance)


def gln(number):
    """A GLN with its check digit.

    >>> gln(13001)
    '9506000130019'
    """
    digits = f"9506{number:08d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _care_site(env):
    company = env.company
    company.partner_id.write(
        {
            "global_location_number": HOSPITAL_GLN,
            "street": "1 Hospital Road",
            "city": "Springfield",
            "zip": "12345",
            "country_id": env.ref("base.be").id,
            "vat": "BE0477472701",
        }
    )
    warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
    warehouse.partner_id = env["res.partner"].create(
        {
            "name": "Central store",
            "parent_id": company.partner_id.id,
            "type": "delivery",
            "global_location_number": gln(13002),
            "street": "2 Hospital Road",
            "city": "Springfield",
            "zip": "12345",
            "country_id": env.ref("base.be").id,
        }
    )


def _suppliers(env):
    return env["res.partner"].create(
        [
            {
                "name": f"Supplier {number:02d}",
                "is_company": True,
                "global_location_number": gln(20000 + number),
                "street": f"{number} Industrial Way",
                "city": "Shelbyville",
                "zip": "54321",
                "country_id": env.ref("base.be").id,
            }
            for number in range(1, SUPPLIERS + 1)
        ]
    )


def _tax(env):
    group = env["account.tax.group"].create({"name": "Tax", "company_id": env.company.id})
    return env["account.tax"].create(
        {
            "name": "6 % purchases",
            "amount": 6,
            "type_tax_use": "purchase",
            "tax_group_id": group.id,
            "company_id": env.company.id,
            "country_id": env.company.account_fiscal_country_id.id or env.ref("base.be").id,
        }
    )


def _products(env, suppliers, tax, chance):
    unit = env.ref("uom.product_uom_unit")
    box = env["uom.uom"].create(
        {"name": "Box of 100", "relative_factor": 100, "relative_uom_id": unit.id}
    )
    products = env["product.product"].create(
        [
            {
                "name": f"Article {number} for wards & theatres, sterile",
                "default_code": f"A{number:05d}",
                "barcode": f"{gln(50000 + number)}",
                "type": "consu",
                "is_storable": True,
                "uom_id": (box if number % 3 == 0 else unit).id,
                "supplier_taxes_id": [(6, 0, tax.ids)],
                "seller_ids": _sellers(suppliers, number, chance),
            }
            for number in range(1, PRODUCTS + 1)
        ]
    )
    env["integration.mapping"].create(
        {
            "name": "Boxes",
            "domain": "unit",
            "state": "approved",
            "line_ids": [(0, 0, {"code": "XBX", "uom_id": box.id})],
        }
    )
    return products


def _sellers(suppliers, number, chance):
    """Two prices each: from one piece on, as Odoo itself makes them, and from fifty on."""
    return [
        (
            0,
            0,
            {
                "partner_id": suppliers[(number + step) % SUPPLIERS].id,
                "product_code": f"S{step}-{number:05d}",
                "min_qty": min_qty,
                "price": round(chance.uniform(1, 90), 2),
                "discount": chance.choice((0, 0, 5)),
            },
        )
        for step in range(SELLERS)
        for min_qty in (1, 50)
    ]


def _endpoints(env, suppliers):
    """One that speaks for all suppliers, and one for each; a benchmark activates those it measures."""
    speaking_for = {"all": suppliers} | {
        f"supplier{number:02d}": supplier for number, supplier in enumerate(suppliers, 1)
    }
    for code, partners in speaking_for.items():
        env["integration.endpoint"].create(
            {
                "name": code,
                "code": code,
                "url": "http://127.0.0.1:9/",
                "internal": True,
                "idempotent": True,
                "partner_ids": [(6, 0, partners.ids)],
                "outbound_secret": SECRET,
                "inbound_secret": SECRET,
                "active": False,
                "route_ids": [
                    (0, 0, {"direction": way, "document_type": kind, "date_from": "2020-01-01"})
                    for way, kind in ROUTES
                ],
            }
        )


def _orders(env, suppliers, products, chance):
    buyer = env["res.users"].create(
        {
            "name": "Buyer",
            "login": "bench_buyer",
            "group_ids": [(4, env.ref("purchase.group_purchase_user").id)],
        }
    )
    sold_by = {
        supplier: products.filtered(lambda p, s=supplier: s in p.seller_ids.partner_id)
        for supplier in suppliers
    }
    started = time.perf_counter()
    for first in range(0, ORDERS, BATCH):
        orders = (
            env["purchase.order"]
            .with_user(buyer)
            .create(
                [
                    _order(supplier := suppliers[number % SUPPLIERS], sold_by[supplier], chance)
                    for number in range(first, min(first + BATCH, ORDERS))
                ]
            )
        )
        orders.button_confirm()
        env.cr.commit()
        env.invalidate_all()
        if first % 500 == 0:
            say(f"  {first + len(orders)} orders, {time.perf_counter() - started:.0f} s")


def _order(supplier, products, chance):
    return {
        "partner_id": supplier.id,
        "order_line": [
            (
                0,
                0,
                {
                    "product_id": product.id,
                    "name": product.name,
                    "product_qty": chance.choice((1, 2, 5, 10, 60)),
                    "price_unit": round(chance.uniform(1, 90), 2),
                    "product_uom_id": product.uom_id.id,
                    "tax_ids": [(6, 0, product.supplier_taxes_id.ids)],
                    "date_planned": "2027-01-15 12:00:00",
                },
            )
            for product in chance.sample(list(products), LINES)
        ],
    }
