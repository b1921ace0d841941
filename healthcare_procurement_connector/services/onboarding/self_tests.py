"""Test orders: sent as any order is, to test endpoints only, and what the partner answered.

A self-test is a message like any other, so that what it proves is what orders do: same drain, same checks of the
address, same limits, same retries. What keeps it from being taken for an order: its number, its note and its mark
(core/self_test.py); an endpoint that is live never sends one, whatever was queued or made before, and none goes another
way than its own.
"""

from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ...core.documents import Item, Order, OrderLine, Price, Quantity
from ...core.exceptions import BusinessError
from ...core.self_test import MARKED, MODEL, NOTE, id_of
from ...formats import FORMATS
from ..order_documents import ORDER, OrderDocuments
from ..order_reading import OrderReading
from ..price_lists import prices_of

MANAGER = "healthcare_procurement_connector.group_integration_manager"
# What answers a test order is taken note of and has no other effect.
ANSWERS = ("order_response", "despatch_advice", "invoice", "credit_note")
UNFINISHED = ("queued", "held", "retrying", "uncertain", "dead")
# What a test order asks for where the supplier's price list has nothing that can be told.
_ANYTHING = Item(buyer_code="TEST", name="Test item, do not deliver")


def check_manager(endpoint):
    env = endpoint.env
    if not env.user.has_group(MANAGER):
        raise AccessError(env._("Only integration managers may do this."))
    endpoint.check_access("write")


def order_route(endpoint):
    """By which it is sent; its date does not matter, for a test is no order of that day."""
    return endpoint.route_ids.filtered(
        lambda route: route.active and route.direction == "out" and route.document_type == "order"
    )[:1]


def answer_route(endpoint):
    """Says that the partner answers orders; empty where it does not, so that nobody waits."""
    return endpoint.route_ids.filtered(
        lambda route: (
            route.active and route.direction == "in" and route.document_type == "order_response"
        )
    )[:1]


def has_mark(route):
    """Whether the route's format can say of itself that a document is a test."""
    return route.format in MARKED


def start(endpoint, confirmed=False):
    """The new self-test, its message queued. ``confirmed``: a person says that the address is that of a test system;
    needed where the format cannot say that it is a test.
    """
    check_manager(endpoint)
    env, route = endpoint.env, order_route(endpoint)
    if not endpoint.active or endpoint.environment != "test":
        raise UserError(
            env._(
                "%s is not a test endpoint. A live one is never sent a test order: the supplier might deliver it.",
                endpoint.name,
            )
        )
    if not route:
        raise UserError(env._("Add a route for orders to %s first.", endpoint.name))
    if not has_mark(route) and not confirmed:
        raise UserError(
            env._(
                "%(format)s has no mark for test documents. Confirm that the address is that of the partner's test "
                "system, where nobody delivers what is ordered.",
                format=FORMATS[route.format].name,
            )
        )
    # sudo: the tables are closed to writes by hand; the manager's right was checked above.
    test = env[MODEL].sudo().create({"endpoint_id": endpoint.id, "confirmed": confirmed})
    test.message_id = _message(test, route)
    env["integration.audit"]._append(
        [
            {
                "action": "self_test.started",
                "res_model": MODEL,
                "res_id": test.id,
                "company_id": endpoint.company_id.id,
                "detail": {
                    "endpoint": endpoint.code,
                    "number": test.name,
                    "format": route.format,
                    "marked": has_mark(route),
                    "address_confirmed": confirmed,
                },
            }
        ]
    )
    env["integration.drain"]._wake("out")
    return test.sudo(False)


def _message(test, route):
    endpoint = test.endpoint_id
    return test.env["integration.message"].create(
        {
            "direction": "out",
            "document_type": "order",
            "state": "queued",
            "endpoint_id": endpoint.id,
            "route_id": route.id,
            "company_id": endpoint.company_id.id,
            "partner_id": endpoint.partner_ids[:1].commercial_partner_id.id,
            "number": test.name,
            "business_key": f"self_test:{test.id}",
            "res_model": MODEL,
            "res_id": test.id,
        }
    )


# -- what is sent ----------------------------------------------------------------------------------------


def document_of(test, mappings):
    """The test order, in the words of the endpoint's mappings; BusinessError where something is missing."""
    endpoint = mappings.endpoint
    company = endpoint.company_id
    supplier = endpoint.partner_ids[:1].commercial_partner_id
    if not supplier:
        raise BusinessError(
            test.env._("%s speaks for no supplier yet.", endpoint.name), "cannot_prepare"
        )
    words = OrderDocuments(mappings, OrderReading(test.env["purchase.order"]))
    site = test.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).partner_id
    line = _line(mappings, supplier, company)
    return Order(
        number=test.name,
        type_code=ORDER,
        issued=mappings.day,
        currency=company.currency_id.name,
        buyer=words._party("party", words._identified(company.partner_id), with_vat=True),
        seller=words._party("party", words._identified(supplier)),
        deliver_to=words._party("location", site or company.partner_id),
        note=NOTE,
        lines=(line,),
        total=line.amount,
    )


def _line(mappings, supplier, company):
    """One of the first thing on the supplier's price list whose unit has a code."""
    item, unit = _ANYTHING, "C62"
    for price in prices_of(mappings.env, supplier, company, limit=20):
        product = price.product_id or price.product_tmpl_id.product_variant_ids[:1]
        try:
            unit = mappings.unit_code(price.product_uom_id, product)
        except BusinessError:
            continue
        item = Item(
            buyer_code=product.default_code or None,
            seller_code=price.product_code or None,
            gtin=product.barcode or None,
            name=product.name,
        )
        break
    return OrderLine(
        number="1",
        item=item,
        quantity=Quantity(Decimal(1), unit),
        price=Price(Decimal("0.01")),
        amount=Decimal("0.01"),
        note=NOTE,
    )


def refused(messages):
    """{message: BusinessError} of the test orders among ``messages`` that must not leave (any more)."""
    tests = messages.filtered(lambda message: message.res_model == MODEL)
    if not tests:
        return {}
    known = {test.id: test for test in tests.env[MODEL].browse(tests.mapped("res_id")).exists()}
    return {
        message: BusinessError(
            message.env._(
                "%(number)s is a test order, and %(endpoint)s is not the test endpoint that it was made for.",
                number=message.number,
                endpoint=message.endpoint_id.name,
            ),
            "test_document",
        )
        for message in tests
        if message.res_id not in known
        or known[message.res_id].endpoint_id != message.endpoint_id
        or message.endpoint_id.environment != "test"
    }


def withdraw(endpoints):
    """What waits of the endpoints' self-tests is cancelled: they are live now."""
    # sudo: messages are closed to writes; who may write the endpoint may end its tests.
    messages = endpoints.env["integration.message"].sudo()
    waiting = messages.search(
        [
            ("endpoint_id", "in", endpoints.ids),
            ("res_model", "=", MODEL),
            ("direction", "=", "out"),
            ("state", "in", UNFINISHED),
        ]
    )
    waiting.write({"state": "cancelled", "next_attempt": False})
    waiting.exception_ids._resolve(endpoints.env._("The endpoint is live now"))


# -- what is answered ------------------------------------------------------------------------------------


def answered_by(arrival):
    """The self-test that a document answers, all of it; an empty record for what is about orders."""
    tests = arrival.env[MODEL]
    numbers = arrival.order_numbers() if arrival.document_type in ANSWERS else ()
    ids = {id_of(number) for number in numbers}
    if len(ids) != 1 or None in ids or arrival.orders:
        return tests
    return tests.search([("id", "in", list(ids)), ("endpoint_id", "=", arrival.endpoint.id)])


def take_answer(arrival, test):
    """Notes it with the test. It takes no number: the supplier may give a real document the same one."""
    message, document = arrival.message, arrival.document
    status = getattr(document, "status", None) or arrival.document_type
    # sudo: the table is closed to writes by hand; the sender is the endpoint that the test is of.
    test.sudo().write({"answered": fields.Datetime.now(), "answer": f"{document.number}: {status}"})
    arrival.finish(test)
    message.identity_key = False
