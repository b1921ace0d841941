"""A functional acknowledgement: what became of the interchanges and documents of ours that it names."""

from odoo import fields

from ...core.exceptions import BusinessError, TransientError
from ...core.interchange import normal
from ...core.receipts import ACCEPTED, REFUSED, told_of, words
from ..reconcile import tell_delivered

# It had not been recorded that they arrived, and now the partner says so.
_UNRECORDED = ("retrying", "uncertain")
_QUESTIONS = ("receipt_missing", "receipt_rejected", "delivery_uncertain")


def apply_receipt(arrival):
    """Writes what the partner's system says on the message it is about; a refusal is a question to a person.

    Returns the order, or the message where it was about none. A repeat changes nothing.
    """
    message = _named(arrival)
    if message.state in ("queued", "sending"):
        # The partner was quicker than our own record of the call.
        raise TransientError(
            arrival.env._("%s is being sent at this moment.", message.display_name), "still_sending"
        )
    told = told_of(arrival.document, message.document_control)
    _keep(arrival, message, told)
    arrival.business_ref = message.business_ref
    if message.res_model:
        return arrival.env[message.res_model].browse(message.res_id)
    return message.with_env(arrival.env)


def _named(arrival):
    """The newest message of ours that the receipt names; BusinessError where there is none."""
    receipt, messages = arrival.document, arrival.message.sudo()  # sudo: tables closed to all users
    domain = [("endpoint_id", "=", arrival.endpoint.id), ("direction", "=", "out")]
    control = normal(receipt.control)
    found = messages.browse()
    if control and receipt.scope == "document" and receipt.envelope.syntax != "cxml":
        numbers = [receipt.control, receipt.control.rpartition("-")[0]]
        found = messages.search(
            [*domain, ("number", "in", numbers), ("document_type", "!=", "receipt")],
            order="id desc",
        ).filtered(lambda m: _name(m) == receipt.control)
    elif control:
        found = messages.search(
            [*domain, ("interchange_control", "=", control)], order="id desc", limit=1
        )
    if not found:
        raise BusinessError(
            arrival.env._(
                "%(number)s acknowledges %(control)s, which %(endpoint)s was never sent.",
                number=receipt.number,
                control=receipt.control or "-",
                endpoint=arrival.endpoint.name,
            ),
            "unknown_receipt",
        )
    return found[:1]


def _name(message):
    """As our documents are numbered: see services/order_documents.py."""
    return (
        message.number
        if message.document_type == "order"
        else f"{message.number}-{message.revision}"
    )


def _keep(arrival, message, told):
    if told.status in REFUSED:
        message.write({"receipt": told.status, **_arrived(message)})
        _ask(arrival, message, told)
        return
    if told.status not in ACCEPTED or arrival.document.envelope.profile == "TA1":
        # The interchange arrived; what its reader thinks of the document is still to come.
        message.write({"receipt": message.receipt or "received", **_arrived(message)})
        return
    message.write({"receipt": told.status, **_arrived(message)})
    if message.state == "sent":
        message.write({"state": "acknowledged"})
    asked = message.exception_ids.filtered(lambda e: e.code in _QUESTIONS)
    asked._resolve(arrival.env._("The partner's system acknowledged it"))


def _arrived(message):
    """An acknowledgement proves that it arrived."""
    if message.state not in _UNRECORDED:
        return {}
    if message.res_model == "purchase.order":
        tell_delivered(message)
    return {
        "state": "sent",
        "next_attempt": False,
        "lease_until": False,
        "delivered": fields.Datetime.now(),
        "error_code": False,
        "last_error": False,
    }


def _ask(arrival, message, told):
    """Once for each refusal: the receipt may be read again."""
    if message.exception_ids.filtered(lambda e: e.code == "receipt_rejected" and e.state == "open"):
        return
    envelope = arrival.document.envelope
    reason = words(told.errors, envelope.syntax, envelope.profile) or arrival.document.note
    asked = message.exception_ids.filtered(lambda e: e.code == "receipt_missing")
    asked._resolve(arrival.env._("The partner's system answered"))
    arrival.env["integration.exception"]._raise(
        [
            {
                "code": "receipt_rejected",
                "summary": arrival.env._(
                    "%(endpoint)s could not read %(message)s: %(reason)s",
                    endpoint=arrival.endpoint.name,
                    message=message.display_name,
                    reason=reason or arrival.env._("no reason was given"),
                ),
                "message_id": message.id,
                "company_id": message.company_id.id,
                "partner_id": message.partner_id.id,
                "business_ref": message.business_ref,
                "res_model": message.res_model,
                "res_id": message.res_id,
            }
        ]
    )
