"""The supplier announces a shipment; the warehouse receives against it."""

from lib.demo.checks import check, wait_for
from lib.demo.hospital import MEDISUPPLY
from lib.demo.order import order_lines

MISSING, MISSING_QUANTITY = "GLV-NIT-M", 2
TRACKED = "CAN-20G"


def announce(world, supplier, order):
    """The supplier ships all of an order; returns the shipment that appears in Odoo."""
    answer = world.supplier.send(supplier, "despatch", order=order["name"])
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


def supplier_announces_a_shipment(world):
    """A despatch advice arrives, with lots, expiry dates and a package number"""
    order = world.need("order")
    world.need("answers")
    shipment = announce(world, MEDISUPPLY, order)
    lines = world.warehouse.call(
        "purchase.shipment.line",
        "read",
        shipment["line_ids"],
        ["product_id", "quantity", "lot", "expiry", "package"],
    )
    check(all(line["package"] for line in lines), "a line has no package number")
    lots = [line for line in lines if line["lot"]]
    check(lots and all(line["expiry"] for line in lots), f"lots: {lots}")
    check(len(shipment["picking_ids"]) == 1, f"receipts: {shipment['picking_ids']}")
    world.keep(shipment=shipment)
    return f"{shipment['number']}: package {lines[0]['package']}, lot {lots[0]['lot']} until {lots[0]['expiry']}"


def receipt_is_prefilled(world):
    """The receipt is prefilled from it; nothing is received yet"""
    order, shipment = world.need("order"), world.need("shipment")
    by_code = move_lines(world, shipment["picking_ids"][0])
    (tracked,) = by_code[TRACKED]
    check(tracked["lot_name"] or tracked["lot_id"], f"{TRACKED} has no lot: {tracked}")
    check(tracked["expiration_date"], f"{TRACKED} has no expiry date: {tracked}")
    check(tracked["shipment_line_id"], f"{TRACKED} is not tied to the shipment")
    received = {
        code: line["qty_received"] for code, line in order_lines(world, order["id"]).items()
    }
    check(not any(received.values()), f"received already: {received}")
    return f"{TRACKED}: lot {tracked['lot_name']}, use by {tracked['expiration_date']}"


def warehouse_receives(world):
    """The warehouse validates it; one line arrives short"""
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


STEPS = (supplier_announces_a_shipment, receipt_is_prefilled, warehouse_receives)
