"""The supplier announces a shipment; the warehouse receives against it."""

from lib.demo.checks import check, wait_for
from lib.demo.hospital import MEDISUPPLY, PHARMACOLD, SURGILINE
from lib.demo.order import order_lines, place_order

MISSING, MISSING_QUANTITY = "GLV-M", 2
COLD_ORDER = {"INS-G3": 12, "VAC-FLU": 8}
LANGUAGES = {MEDISUPPLY: "ubl", SURGILINE: "cxml", PHARMACOLD: "x12"}


def announce(world, supplier, order):
    """The supplier ships all of an order; returns the shipment that appears in Odoo."""
    answer = world.send(supplier, "despatch", order=order["name"])
    check(answer["status"] == 202, f"Odoo answered {answer['status']}: {answer['body']}")
    shipments = wait_for(
        f"the shipment {answer['number']}",
        lambda: world.warehouse.find(
            "purchase.shipment",
            [("number", "=", answer["number"])],
            "name", "number", "line_ids", "picking_ids", "carrier", "expected",
        ),
    )  # fmt: skip
    check(len(shipments) == 1, f"{len(shipments)} shipments {answer['number']}")
    return shipments[0]


def receive(world, shipment, missing=None):
    """The warehouse validates the receipt of a shipment; ``missing``: product code -> what did not arrive."""
    (picking_id,) = shipment["picking_ids"]
    for code, quantity in (missing or {}).items():
        (line,) = move_lines(world, picking_id)[code]
        counted = line["quantity"] - quantity
        world.warehouse.write("stock.move.line", line["id"], {"quantity": counted})
    result = world.warehouse.call(
        "stock.picking", "button_validate", [picking_id], context={"skip_backorder": True}
    )
    state = world.warehouse.read("stock.picking", picking_id, "state", "name")
    check(state["state"] == "done", f"{state['name']} is {state['state']}; Odoo asked: {result}")
    return state["name"]


def move_lines(world, picking_id):
    """Product code -> the receipt's detailed lines."""
    lines = world.warehouse.find(
        "stock.move.line",
        [("picking_id", "=", picking_id)],
        "product_id", "quantity", "lot_name", "lot_id", "expiration_date", "shipment_line_id",
    )  # fmt: skip
    products = world.warehouse.call(
        "product.product", "read", [line["product_id"][0] for line in lines], ["default_code"]
    )
    by_code = {}
    for line, product in zip(lines, products, strict=True):
        by_code.setdefault(product["default_code"], []).append(line)
    return by_code


def shipment_is_announced(world):
    """A despatch advice arrives with its package number; the shipment shows on the order"""
    order = world.need("order")
    world.need("answers")
    shipment = announce(world, MEDISUPPLY, order)
    lines = _shipment_lines(world, shipment)
    check(all(line["package"] for line in lines), "a line has no package number")
    check(len(lines) == len(order_lines(world, order["id"])), f"{len(lines)} lines")
    check(len(shipment["picking_ids"]) == 1, f"receipts: {shipment['picking_ids']}")
    count = world.buyer.read("purchase.order", order["id"], "shipment_count")["shipment_count"]
    check(count == 1, f"the order counts {count} shipments")
    world.keep(shipment=shipment)
    return f"{shipment['number']}: {len(lines)} lines in package {lines[0]['package']}"


def cold_goods_are_announced(world):
    """A second supplier announces refrigerated drugs, with lots and expiry dates"""
    order = place_order(world, PHARMACOLD, COLD_ORDER)
    shipment = announce(world, PHARMACOLD, order)
    lines = _shipment_lines(world, shipment)
    check(all(line["lot"] and line["expiry"] for line in lines), f"lines: {lines}")
    world.keep(cold_order=order, cold_shipment=shipment)
    return "\n".join(
        f"{line['product_id'][1]}: lot {line['lot']} until {line['expiry']}" for line in lines
    )


def suppliers_speak_their_languages(world):
    """Each supplier is spoken to in its own language; one says first that it could read the order"""
    orders = {
        MEDISUPPLY: world.need("order"),
        SURGILINE: world.need("implants"),
        PHARMACOLD: world.need("cold_order"),
    }
    for code, order in orders.items():
        formats = {each["format"] for each in world.supplier.orders(code, order["name"])}
        check(formats == {LANGUAGES[code]}, f"{code} got {formats}")
    acknowledged = orders[PHARMACOLD]["name"]
    world.fetch(PHARMACOLD)
    wait_for(
        "PharmaCold's functional acknowledgement",
        lambda: world.manager.find(
            "integration.message",
            [
                ("number", "=", acknowledged),
                ("document_type", "=", "order"),
                ("state", "=", "acknowledged"),
            ],
            "state",
        ),
    )
    return ", ".join(f"{code}: {language}" for code, language in LANGUAGES.items())


def _shipment_lines(world, shipment):
    return world.warehouse.call(
        "purchase.shipment.line",
        "read",
        shipment["line_ids"],
        ["product_id", "quantity", "lot", "expiry", "package"],
    )


def receipts_are_prefilled(world):
    """The receipts are prefilled from the notices; nothing is received yet"""
    order, shipment = world.need("order"), world.need("shipment")
    cold_order, cold_shipment = world.need("cold_order"), world.need("cold_shipment")
    for code, (line, *_more) in move_lines(world, shipment["picking_ids"][0]).items():
        check(line["shipment_line_id"], f"{code} is not tied to the notice")
    told = []
    for code, (line, *_more) in move_lines(world, cold_shipment["picking_ids"][0]).items():
        check(line["lot_name"] or line["lot_id"], f"{code} has no lot: {line}")
        check(line["expiration_date"], f"{code} has no expiry date: {line}")
        told.append(f"{code}: lot {line['lot_name']}, use by {line['expiration_date']}")
    for each in (order, cold_order):
        received = [line["qty_received"] for line in order_lines(world, each["id"]).values()]
        check(not any(received), f"{each['name']}: received already {received}")
    return "\n".join(told)


def warehouse_receives(world):
    """The warehouse validates; one line arrives short"""
    order, shipment = world.need("order"), world.need("shipment")
    before = order_lines(world, order["id"])
    name = receive(world, shipment, {MISSING: MISSING_QUANTITY})
    after = order_lines(world, order["id"])
    for code, line in after.items():
        expected = before[code]["product_qty"] - (MISSING_QUANTITY if code == MISSING else 0)
        check(line["qty_received"] == expected, f"{code}: {line['qty_received']} received")
    world.keep(received=True)
    line = after[MISSING]
    return f"{name}: {MISSING} {line['qty_received']:g} of {line['product_qty']:g}"


def cold_goods_are_received(world):
    """The drugs are received as announced: lots with their expiry dates are in stock"""
    order, shipment = world.need("cold_order"), world.need("cold_shipment")
    receive(world, shipment)
    names = [line["lot"] for line in _shipment_lines(world, shipment)]
    lots = world.warehouse.find(
        "stock.lot", [("name", "in", names)], "name", "expiration_date", "product_id"
    )
    check(len(lots) == len(names), f"{len(lots)} of {len(names)} lots")
    check(all(lot["expiration_date"] for lot in lots), f"no expiry date: {lots}")
    for code, line in order_lines(world, order["id"]).items():
        check(line["qty_received"] == COLD_ORDER[code], f"{code}: {line['qty_received']} received")
    world.keep(cold_received=True)
    return ", ".join(lot["name"] for lot in lots)


STEPS = (
    shipment_is_announced,
    cold_goods_are_announced,
    suppliers_speak_their_languages,
    receipts_are_prefilled,
    warehouse_receives,
    cold_goods_are_received,
)
