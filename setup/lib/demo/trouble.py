"""What goes wrong: each case becomes somebody's task with the bytes kept, and changes nothing else."""

from lib.demo.billing import holds_of
from lib.demo.checks import check, wait_for
from lib.demo.hospital import MEDISUPPLY, PHARMACOLD, SURGILINE, contract, party_of
from lib.demo.order import place_order
from lib.demo.paper import (
    bill_of,
    business,
    check_unchanged,
    followed,
    somebodys_task,
)
from lib.demo.shipment import announce, receive

NOBODY = {"name": "Nobody Medical", "ids": [["0088", "7300019999990"]]}
OTHER_ACCOUNT = "GB33BUKB20201555555555"
RECALLED = "VAC-FLU"


def the_same_bytes_again(world):
    """The same invoice again, under its first id: answered as before, not stored"""
    number = world.need("invoice_number")
    before = business(world)
    answer = world.supplier.send(MEDISUPPLY, "again", number=number, same_id=True)
    check(answer["status"] == 200, f"Odoo answered {answer['status']}")
    check_unchanged(world, before)
    return answer["body"]


def the_same_invoice_again(world):
    """The same invoice again, under a new id: recognised as a duplicate"""
    number = world.need("invoice_number")
    before = business(world)
    message = followed(world, world.supplier.send(MEDISUPPLY, "again", number=number))
    check(message["state"] == "duplicate", f"the message is {message['state']}")
    check_unchanged(world, before)
    return f"duplicate of {message['duplicate_of_id'][1]}"


def the_same_number_with_other_content(world):
    """The same number with other content"""
    return _becomes_a_task(
        world,
        "same_number_other_content",
        lambda order: world.supplier.send(
            MEDISUPPLY,
            "invoice",
            order=order["name"],
            faults={"number": world.need("invoice_number"), "billed_price": {"1": "2"}},
        ),
    )


def an_unknown_supplier(world):
    """An invoice from a supplier nobody knows"""
    return _becomes_a_task(
        world,
        "unknown_supplier",
        lambda order: world.supplier.send(
            MEDISUPPLY, "invoice", order=order["name"], faults={"seller": NOBODY}
        ),
    )


def an_unknown_order(world):
    """A response for an order that does not exist: it waits for one, until an operator will not wait"""

    def send_and_not_wait(order):
        answer = world.supplier.send(
            MEDISUPPLY, "response", order=order["name"], faults={"order_number": "P99999"}
        )
        message = followed(world, answer)
        check(message["state"] == "waiting", f"the message is {message['state']}")
        world.manager.call("integration.message", "action_stop_waiting", [message["id"]])
        wait_for(
            "the document to be refused",
            lambda: world.manager.find(
                "integration.message", [("id", "=", message["id"]), ("state", "=", "parked")], "uid"
            ),
        )
        return answer

    return _becomes_a_task(world, "unknown_order", send_and_not_wait)


def half_a_file(world):
    """A truncated XML file"""
    return _becomes_a_task(
        world,
        "unreadable",
        lambda order: world.supplier.send(
            MEDISUPPLY, "invoice", order=order["name"], faults={"malformed": True}
        ),
    )


def a_stolen_name(world):
    """One supplier's valid credentials in another supplier's name"""
    return _becomes_a_task(
        world,
        "wrong_supplier",
        lambda order: world.supplier.send(
            MEDISUPPLY,
            "invoice",
            order=order["name"],
            faults={"seller": party_of(world, SURGILINE)},
        ),
    )


def _becomes_a_task(world, code, send):
    order = world.need("order")
    before = business(world)
    exception = somebodys_task(world, send(order), code)
    check_unchanged(world, before)
    return f"{exception['summary']} → {exception['user_id'][1]}"


def a_wrong_signature(world):
    """A document signed with a wrong secret: refused, and not stored"""
    world.need("order")
    count = world.manager.call("integration.message", "search_count", [])
    answer = world.supplier.send(
        MEDISUPPLY, "raw", text="<Invoice/>", secret=world.need("keys")["nobody"]
    )
    check(answer["status"] == 401, f"Odoo answered {answer['status']}")
    after = world.manager.call("integration.message", "search_count", [])
    check(after == count, "the document was stored")
    return answer["body"]


def another_bank_account(world):
    """An invoice that asks for payment to another bank account: a hold, and no new account"""
    order = world.need("implants")
    receive(world, announce(world, SURGILINE, order))
    accounts = world.clerk.call("res.partner.bank", "search_count", [])
    answer = world.supplier.send(
        SURGILINE, "invoice", order=order["name"], faults={"account": OTHER_ACCOUNT}
    )
    bill_id = bill_of(world, answer)
    holds = holds_of(world, bill_id)
    # The buyer had accepted a price above the contract's: the contract still says what is owed.
    codes = sorted(hold["code"] for hold in holds)
    check(codes == ["BANK", "CONTRACT"], f"holds: {holds}")
    bill = world.clerk.read("account.move", bill_id, "state", "integration_payee_account")
    check(bill["state"] == "draft", f"the bill is {bill['state']}")
    after = world.clerk.call("res.partner.bank", "search_count", [])
    check(after == accounts, "a bank account was imported")
    return f"asks for {bill['integration_payee_account']}: hold BANK; above the contract: hold CONTRACT"


def a_recalled_lot(world):
    """A ship notice announces a vaccine that was recalled: asked about before the truck arrives"""
    vaccine = contract(world, PHARMACOLD)[RECALLED]["product_id"]
    world.manager.create(
        "integration.recall",
        {"name": "Recall 2026-17", "product_id": vaccine, "reason": "Cold chain broken"},
    )
    shipment = announce(world, PHARMACOLD, place_order(world, PHARMACOLD, {RECALLED: 2}))
    (question,) = wait_for(
        "the question about the recalled lot",
        lambda: world.manager.find(
            "integration.exception",
            [("code", "=", "lot_recalled"), ("state", "=", "open")],
            "summary", "user_id",
        ),
    )  # fmt: skip
    check(question["user_id"], f"nobody is asked: {question}")
    check(shipment["picking_ids"], "the receipt is not there for whoever decides")
    return f"{question['summary']} → {question['user_id'][1]}"


STEPS = (
    the_same_bytes_again,
    the_same_invoice_again,
    the_same_number_with_other_content,
    an_unknown_supplier,
    an_unknown_order,
    half_a_file,
    a_stolen_name,
    a_wrong_signature,
    another_bank_account,
    a_recalled_lot,
)
