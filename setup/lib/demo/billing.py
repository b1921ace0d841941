"""The supplier's bill is compared with what was ordered and received; finance decides what differs."""

from lib.demo.checks import check, refused, wait_for
from lib.demo.hospital import MEDISUPPLY, PHARMACOLD
from lib.demo.order import order_lines
from lib.demo.paper import bill_of
from lib.demo.shipment import MISSING, MISSING_QUANTITY

DEAR, FACTOR = "IVS-01", "1.15"


def holds_of(world, bill_id):
    return world.clerk.find(
        "purchase.match.hold",
        [("bill_id", "=", bill_id)],
        "code", "state", "blocks", "line_label", "purchase_line_id", "explanation", "user_id",
        "amount", "amount_gross",
    )  # fmt: skip


def decide(person, hold, decision, reason):
    """Presses a hold's button and fills in the dialogue."""
    dialogue = person.call("purchase.match.hold", f"action_{decision}", [hold["id"]])
    person.write(dialogue["res_model"], dialogue["res_id"], {"reason": reason})
    person.call(dialogue["res_model"], "action_decide", [dialogue["res_id"]])


def match_of(world, bill_id):
    return world.clerk.one(
        "purchase.match", [("bill_id", "=", bill_id)], "state", "blocks", "withheld", "line_ids"
    )


def bill_state(world, bill_id):
    return world.clerk.read("account.move", bill_id, "state")["state"]


# 5. The bill arrives


def supplier_bills(world):
    """The supplier bills what it shipped, and one price higher; a draft bill is linked line to line"""
    order = world.need("order")
    world.need("received")
    answer = world.supplier.send(
        MEDISUPPLY, "invoice", order=order["name"], faults={"billed_price": {DEAR: FACTOR}}
    )
    bill_id = bill_of(world, answer)
    bill = world.clerk.read("account.move", bill_id, "state", "ref", "business_ref", "amount_total")
    check(bill["state"] == "draft", f"the bill is {bill['state']}")
    check(bill["ref"] == answer["number"], f"the bill's reference is {bill['ref']}")
    check(
        bill["business_ref"] == order["business_ref"], f"business reference {bill['business_ref']}"
    )
    lines = world.clerk.find(
        "account.move.line",
        [("move_id", "=", bill_id), ("display_type", "=", "product")],
        "purchase_line_id",
    )
    ordered = {line["id"] for line in order_lines(world, order["id"]).values()}
    linked = {line["purchase_line_id"] and line["purchase_line_id"][0] for line in lines}
    check(linked == ordered, f"linked order lines: {linked}, the order's: {ordered}")
    world.keep(bill_id=bill_id, invoice_number=answer["number"])
    return f"{bill['ref']}: {bill['amount_total']:.2f}, {len(lines)} lines"


def match_finds_what_differs(world):
    """Three-way match: clean lines pass, the price and the quantity become holds"""
    order, bill_id = world.need("order"), world.need("bill_id")
    holds = holds_of(world, bill_id)
    codes = {line["id"]: code for code, line in order_lines(world, order["id"]).items()}
    seen = {(hold["code"], codes.get((hold["purchase_line_id"] or [0])[0])) for hold in holds}
    check(seen == {("PRICE", DEAR), ("QTY_REC", MISSING)}, f"holds: {seen}")
    match = match_of(world, bill_id)
    check(match["state"] == "held" and match["blocks"] == "posting", f"the match is {match}")
    check(len(match["line_ids"]) == len(codes), f"{len(match['line_ids'])} lines compared")
    world.keep(holds={hold["code"]: hold for hold in holds})
    return "\n".join(f"{hold['code']}: {hold['explanation']}" for hold in holds)


def held_bill_is_not_posted(world):
    """The bill cannot be posted"""
    bill_id = world.need("bill_id")
    world.need("holds")
    return refused(
        lambda: world.clerk.call("account.move", "action_post", [bill_id]), "posting a held bill"
    )


STEPS_BILL = (supplier_bills, match_finds_what_differs, held_bill_is_not_posted)


# 6. Finance decides


def clerk_may_not_accept_a_price(world):
    """Accepting a price takes an approver: the clerk has no such right"""
    hold = world.need("holds")["PRICE"]
    return refused(lambda: decide(world.clerk, hold, "release", "fine"), "the clerk's release")


def approver_accepts_the_price(world):
    """The approver accepts the price, with a reason"""
    bill_id, hold = world.need("bill_id"), world.need("holds")["PRICE"]
    decide(world.approver, hold, "release", "New contract price from this month on")
    states = {each["code"]: each["state"] for each in holds_of(world, bill_id)}
    check(states == {"PRICE": "released", "QTY_REC": "open"}, f"holds are {states}")
    world.keep(price_accepted=True)
    return hold["explanation"]


def clerk_disputes_the_quantity(world):
    """The quantity is disputed: the bill posts, the disputed amount stays unpaid"""
    world.need("price_accepted")
    bill_id, hold = world.need("bill_id"), world.need("holds")["QTY_REC"]
    decide(world.clerk, hold, "dispute", f"{MISSING_QUANTITY} boxes are missing")
    if bill_state(world, bill_id) == "draft":
        world.clerk.call("account.move", "action_post", [bill_id])
    check(bill_state(world, bill_id) == "posted", f"the bill is {bill_state(world, bill_id)}")
    withheld = match_of(world, bill_id)["withheld"]
    check(withheld == hold["amount_gross"] > 0, f"{withheld} is withheld, disputed {hold}")
    world.keep(posted=True)
    return f"not payable yet: {withheld:.2f}"


def disputed_amount_is_not_paid(world):
    """The payment dialogue proposes what is not disputed; paying all of it is refused"""
    world.need("posted")
    bill_id = world.need("bill_id")
    total = world.clerk.read("account.move", bill_id, "amount_residual")["amount_residual"]
    withheld = match_of(world, bill_id)["withheld"]
    model = "account.payment.register"
    context = {"active_model": "account.move", "active_ids": [bill_id]}
    wizard = world.clerk.call(model, "create", {}, context=context)
    proposed = world.clerk.read(model, wizard, "amount")["amount"]
    check(abs(proposed + withheld - total) < 0.005, f"it proposes {proposed} of {total}")
    world.clerk.write(model, wizard, {"amount": total})
    words = refused(
        lambda: world.clerk.call(model, "action_create_payments", [wizard], context=context),
        "paying a disputed bill in full",
    )
    return f"proposed {proposed:.2f} of {total:.2f}; {words}"


def credit_note_settles_it(world):
    """The supplier's credit note for what is missing releases the dispute"""
    world.need("posted")
    order, bill_id = world.need("order"), world.need("bill_id")
    answer = world.supplier.send(
        MEDISUPPLY, "credit_note", order=order["name"], quantities={MISSING: str(MISSING_QUANTITY)}
    )
    note_id = bill_of(world, answer)
    note = world.clerk.read("account.move", note_id, "move_type", "state", "amount_total")
    check(note["move_type"] == "in_refund", f"it became {note['move_type']}")
    if note["state"] == "draft":
        world.clerk.call("account.move", "action_post", [note_id])
    wait_for(
        "the dispute to be released",
        lambda: not any(each["state"] in ("open", "disputed") for each in holds_of(world, bill_id)),
    )
    withheld = match_of(world, bill_id)["withheld"]
    check(not withheld, f"{withheld} is still withheld")
    return f"{answer['number']}: {note['amount_total']:.2f}"


def second_supplier_is_clean(world):
    """A second supplier's invoice matches clean and posts by itself"""
    order = world.need("cold_order")
    world.need("cold_received")
    answer = world.send(PHARMACOLD, "invoice", order=order["name"])
    bill_id = bill_of(world, answer)
    wait_for("the clean bill to be posted", lambda: bill_state(world, bill_id) == "posted")
    match = match_of(world, bill_id)
    check(match["state"] == "clean", f"the match is {match['state']}")
    return f"{answer['number']} for {order['name']}: posted, nobody touched it"


STEPS_DECISION = (
    clerk_may_not_accept_a_price,
    approver_accepts_the_price,
    clerk_disputes_the_quantity,
    disputed_amount_is_not_paid,
    credit_note_settles_it,
    second_supplier_is_clean,
)
