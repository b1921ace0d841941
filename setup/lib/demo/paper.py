"""What becomes of a document that a supplier sent: followed in Odoo's messages."""

from lib.demo.checks import check, wait_for

FINAL = ("processed", "duplicate", "discarded", "parked", "waiting")


def followed(world, answer):
    """The message that Odoo made of a document, once it was dealt with."""
    check(answer["status"] == 202, f"Odoo answered {answer['status']}: {answer['body']}")
    (message,) = wait_for(
        f"the document {answer['number']} to be dealt with",
        lambda: world.manager.find(
            "integration.message",
            [_named(answer), ("state", "in", FINAL)],
            "uid", "state", "document_type", "number", "last_error", "payload_text", "payload_ids",
            "res_model", "res_id", "duplicate_of_id",
        ),
    )  # fmt: skip
    return message


def bill_of(world, answer):
    """The draft bill that a processed invoice became."""
    message = followed(world, answer)
    check(message["state"] == "processed", f"{message['state']}: {message['last_error']}")
    check(message["res_model"] == "account.move", f"it became {message['res_model']}")
    return message["res_id"]


def somebodys_task(world, answer, code):
    """Checks that a document became an exception with its bytes kept; returns the exception."""
    message = followed(world, answer)
    check(message["state"] in ("parked", "waiting"), f"the message is {message['state']}")
    payload = world.manager.read("integration.payload", message["payload_ids"][0], "sha256")
    check(payload["sha256"] == answer["sha256"], "other bytes are kept than were sent")
    exceptions = world.manager.find(
        "integration.exception",
        [("message_id", "=", message["id"]), ("state", "=", "open")],
        "code", "summary", "suggestion", "user_id",
    )  # fmt: skip
    codes = [each["code"] for each in exceptions]
    check(codes == [code], f"exceptions: {codes}, expected {code}")
    check(exceptions[0]["user_id"], f"nobody owns the exception {code}")
    return exceptions[0]


def business(world):
    """A picture of everything a document could change: per model how many records, and the latest change."""
    seen = {}
    for person, models in (
        (world.buyer, ("purchase.order", "purchase.order.line", "purchase.acknowledgement")),
        (world.warehouse, ("stock.picking", "stock.move", "stock.lot", "purchase.shipment")),
        (world.clerk, ("account.move", "account.move.line", "res.partner", "res.partner.bank")),
    ):
        for model in models:
            latest = person.find(model, [], "write_date", order="write_date desc", limit=1)
            count = person.call(model, "search_count", [])
            seen[model] = (count, latest[0]["write_date"] if latest else None)
    return seen


def check_unchanged(world, before):
    after = business(world)
    changed = [model for model, picture in before.items() if after[model] != picture]
    check(not changed, f"changed: {', '.join(changed)}")


def _named(answer):
    """A file has no message id, and its content is not sent twice."""
    if answer["webhook_id"]:
        return ("external_id", "=", answer["webhook_id"])
    return ("content_hash", "=", answer["sha256"])
