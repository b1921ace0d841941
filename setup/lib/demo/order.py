"""The buyer orders; the order goes out; the supplier's answer comes back and is decided on."""

from decimal import Decimal

from odoo.addons.healthcare_procurement_connector.formats import parse

from lib.demo.checks import check, wait_for
from lib.demo.hospital import BY_FOLDER, MEDISUPPLY, SURGILINE, contract, partner_id

# What is ordered: product code -> how many of the pack that the contract prices.
WANTED = {"GLV-M": 20, "SYR-10": 40, "IVS-01": 30, "SWB-01": 50}
SHORT, SHORT_QUANTITY, DAYS_LATER = "SYR-10", 25, 14
DEARER, FACTOR = "IVS-01", Decimal("1.20")
IMPLANTS = {"IMP-H12": 2, "SUT-30": 5}
DEAR_IMPLANT = "IMP-H12"


def draft_order(world, supplier, wanted):
    """A draft as a buyer makes it: products, packs and how many; Odoo finds prices, dates and taxes."""
    priced = contract(world, supplier)
    lines = [(0, 0, {**priced[code], "product_qty": quantity}) for code, quantity in wanted.items()]
    order_id = world.buyer.create(
        "purchase.order", {"partner_id": partner_id(world, supplier), "order_line": lines}
    )
    return world.buyer.read(
        "purchase.order", order_id, "name", "business_ref", "amount_total", "user_id"
    )


def order_lines(world, order_id):
    """Product code -> the order's line."""
    lines = world.buyer.find(
        "purchase.order.line",
        [("order_id", "=", order_id)],
        "product_id", "product_qty", "product_uom_id", "price_unit", "date_planned",
        "qty_received", "qty_invoiced", "integration_line_number", "acknowledgement_summary",
    )  # fmt: skip
    codes = world.buyer.call(
        "product.product", "read", [line["product_id"][0] for line in lines], ["default_code"]
    )
    by_product = {each["id"]: each["default_code"] for each in codes}
    return {by_product[line["product_id"][0]]: line for line in lines}


def place_order(world, supplier, wanted):
    """An order that is drafted, confirmed and sent."""
    order = draft_order(world, supplier, wanted)
    world.buyer.call("purchase.order", "button_confirm", [order["id"]])
    wait_until_sent(world, order)
    if supplier == BY_FOLDER:
        _fetch_the_answer(world, supplier, order)
    return order


def _fetch_the_answer(world, supplier, order):
    """Sent means that it is in the folder; what the supplier then answers shall not come during another step."""
    wait_for(
        f"{supplier}'s answer to {order['name']}",
        lambda: [
            each
            for each in world.supplier.sent(supplier)
            if each["kind"] == "response" and order["name"] in each["number"]
        ],
    )
    world.fetch(supplier)
    wait_for(
        f"{supplier}'s answer to {order['name']} in Odoo",
        lambda: acknowledgements(world, order["id"]),
    )


def wait_until_sent(world, order):
    def sent():
        read = world.buyer.read("purchase.order", order["id"], "integration_state")
        return read["integration_state"] == "sent"

    wait_for(f"order {order['name']} to be sent", sent)


def acknowledgements(world, order_id):
    return world.buyer.find(
        "purchase.acknowledgement",
        [("order_id", "=", order_id)],
        "name", "status", "pending_count", "line_ids", "message_id",
    )  # fmt: skip


# 2. An order goes out


def buyer_drafts_an_order(world):
    """The buyer drafts an order; prices come from the contract"""
    order = draft_order(world, MEDISUPPLY, WANTED)
    lines = order_lines(world, order["id"])
    unpriced = [code for code, line in lines.items() if not line["price_unit"]]
    check(not unpriced, f"no contract price for {', '.join(unpriced)}")
    check(order["business_ref"], f"{order['name']} has no business reference")
    world.keep(order=order)
    return f"{order['name']} ({order['business_ref']}), {order['amount_total']:.2f}"


def buyer_confirms_it(world):
    """The buyer confirms; the message is queued in the same transaction"""
    order = world.need("order")
    world.supplier.set_faults(
        MEDISUPPLY,
        short={SHORT: {"quantity": str(SHORT_QUANTITY), "days": DAYS_LATER}},
        price={DEARER: str(FACTOR)},
    )
    world.buyer.call("purchase.order", "button_confirm", [order["id"]])
    messages = world.manager.find(
        "integration.message", [("business_ref", "=", order["business_ref"])], "state", "uid"
    )
    state = world.buyer.read("purchase.order", order["id"], "state")["state"]
    check(state == "purchase", f"{order['name']} is {state}")
    check(len(messages) == 1, f"{len(messages)} messages right after confirming")
    world.keep(order_message=messages[0])
    return f"message {messages[0]['uid']}"


def supplier_gets_it(world):
    """The supplier gets it once, signed, as UBL, with every line"""
    order, message = world.need("order"), world.need("order_message")
    received = wait_for(
        f"{order['name']} at the supplier",
        lambda: world.supplier.orders(MEDISUPPLY, order["name"]),
    )
    check(len(received) == 1, f"the supplier got {len(received)} documents")
    (got,) = received
    check(got["key"] == message["uid"], f"the key is {got['key']}, not {message['uid']}")
    check(got["format"] == "ubl" and got["times"] == 1, f"{got['format']}, {got['times']} times")
    refused = world.supplier.refused(MEDISUPPLY)
    check(not refused, f"the supplier refused: {refused}")
    (document,) = parse(got["text"].encode())
    sent = {line.item.buyer_code: line.quantity.value for line in document.lines}
    check(sent == WANTED, f"lines of the document: {sent}")
    wait_until_sent(world, order)
    return f"{len(document.lines)} lines, total {document.total} {document.currency}"


STEPS_OUT = (buyer_drafts_an_order, buyer_confirms_it, supplier_gets_it)


# 3. The supplier answers


def answer_shows_on_the_order(world):
    """The answer shows on the order, line by line"""
    order = world.need("order")
    (answer,) = wait_for("the supplier's answer", lambda: acknowledgements(world, order["id"]))
    lines = world.buyer.call(
        "purchase.acknowledgement.line",
        "read",
        answer["line_ids"],
        [
            "order_line_id",
            "status",
            "decision",
            "quantity",
            "price",
            "promised_date",
            "explanation",
        ],
    )
    codes = {line["id"]: code for code, line in order_lines(world, order["id"]).items()}
    answers = {codes[line["order_line_id"][0]]: line for line in lines}
    seen = {code: line["decision"] for code, line in answers.items()}
    expected = {code: "not_needed" for code in WANTED} | {SHORT: "pending", DEARER: "pending"}
    check(seen == expected, f"decisions are {seen}")
    check(answers[SHORT]["quantity"] == SHORT_QUANTITY, f"short: {answers[SHORT]}")
    world.keep(answer=answer, answers=answers)
    return "\n".join(
        f"{code}: {line['status']} {line['explanation'] or ''}".rstrip()
        for code, line in answers.items()
    )


def question_is_the_buyers(world):
    """What is to be decided is an exception of that buyer"""
    order = world.need("order")
    world.need("answer")
    (question,) = wait_for("the buyer's exception", lambda: _questions(world, order))
    check(question["user_id"][0] == world.buyer.id, f"it belongs to {question['user_id'][1]}")
    world.keep(question=question)
    return f"{question['summary']} → {question['suggestion']}"


def _questions(world, order, state="open"):
    return world.buyer.find(
        "integration.exception",
        [
            ("code", "=", "acknowledgement"),
            ("business_ref", "=", order["business_ref"]),
            ("state", "=", state),
        ],
        "summary", "suggestion", "user_id",
    )  # fmt: skip


def buyer_accepts_the_shortage(world):
    """The buyer accepts the smaller quantity; the order line changes"""
    order, answers = world.need("order"), world.need("answers")
    world.buyer.call("purchase.acknowledgement.line", "action_accept", [answers[SHORT]["id"]])
    line = order_lines(world, order["id"])[SHORT]
    check(line["product_qty"] == SHORT_QUANTITY, f"the line has {line['product_qty']}")
    promised = answers[SHORT]["promised_date"]
    check(line["date_planned"].startswith(promised), f"planned {line['date_planned']}")
    return f"{SHORT}: {line['product_qty']:g}, planned {promised}"


def buyer_declines_the_price(world):
    """The buyer declines the price; an order change says so, and the supplier agrees"""
    order, answers = world.need("order"), world.need("answers")
    world.supplier.set_faults(MEDISUPPLY)
    world.buyer.call("purchase.acknowledgement.line", "action_decline", [answers[DEARER]["id"]])
    changes = wait_for(
        "the order change at the supplier",
        lambda: [
            each
            for each in world.supplier.orders(MEDISUPPLY, order["name"])
            if each["type"] == "OrderChange"
        ],
    )
    (document,) = parse(changes[0]["text"].encode())
    ours = order_lines(world, order["id"])
    stated = {
        line.item.buyer_code: (line.quantity.value, line.price.value) for line in document.lines
    }
    price = Decimal(str(ours[DEARER]["price_unit"]))
    check(stated[DEARER][1] == price, f"the change states {stated[DEARER][1]}, the order {price}")
    check(stated[SHORT][0] == SHORT_QUANTITY, f"the change states {stated[SHORT][0]} {SHORT}")
    wait_for("the second answer", lambda: len(acknowledgements(world, order["id"])) == 2)
    wait_for("the exception to be resolved", lambda: _questions(world, order, "resolved"))
    return f"revision {document.revision}: {DEARER} at {price}"


def accepting_more_money_asks_again(world):
    """Accepting a price that lifts another order above the limit asks for approval again"""
    world.supplier.set_faults(SURGILINE, price={DEAR_IMPLANT: str(FACTOR)})
    order = place_order(world, SURGILINE, IMPLANTS)
    (answer,) = wait_for("Surgiline's answer", lambda: acknowledgements(world, order["id"]))
    world.supplier.set_faults(SURGILINE)
    world.buyer.call("purchase.acknowledgement", "action_accept_all", [answer["id"]])
    after = world.buyer.read("purchase.order", order["id"], "state", "amount_total")
    check(after["state"] == "to approve", f"{order['name']} is {after['state']}")
    told = _not_by_the_buyer(world, order)
    world.purchasing_manager.call("purchase.order", "button_approve", [order["id"]])
    state = world.buyer.read("purchase.order", order["id"], "state")["state"]
    check(state == "purchase", f"after approval {order['name']} is {state}")
    world.keep(implants=order)
    return f"{order['name']}: {order['amount_total']:.2f} → {after['amount_total']:.2f}; {told}"


def _not_by_the_buyer(world, order):
    """What happens when the buyer approves himself: Odoo silently leaves the order as it is."""
    world.buyer.call("purchase.order", "button_approve", [order["id"]])
    state = world.buyer.read("purchase.order", order["id"], "state")["state"]
    check(state == "to approve", "the buyer approved above his limit")
    return "approved by the purchasing manager, not by the buyer"


STEPS_ANSWER = (
    answer_shows_on_the_order,
    question_is_the_buyers,
    buyer_accepts_the_shortage,
    buyer_declines_the_price,
    accepting_more_money_asks_again,
)
