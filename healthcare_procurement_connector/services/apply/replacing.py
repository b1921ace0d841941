"""A document that its sender replaces: the earlier one's effect is taken back as far as nobody built on it.

What a person already worked with is that person's to correct: BusinessError, and nothing changes.
"""

from odoo import SUPERUSER_ID

from ...core.exceptions import BusinessError
from ..decide_acknowledgement import withdraw_answers


def replace(arrival, first, apply):
    """Applies the document in place of that of the message ``first``; returns what ``apply`` made of it."""
    env = arrival.env
    earlier = env[first.res_model].browse(first.res_id).exists()
    take_back, hand_over = STEPS[first.res_model]
    take_back(arrival, earlier)
    first.write({"superseded_by_id": arrival.message.id})
    # Before the new one is processed: only one document of an identity stands at a time.
    first.flush_recordset()
    applied = apply(arrival)
    hand_over(earlier, applied)
    first.exception_ids._resolve(env._("Replaced by %s", arrival.message.display_name))
    return applied


def _nothing(*_records):
    """Some steps have nothing to do."""


# -- order response --------------------------------------------------------------------------------------------


def _withdraw_answers(earlier, _applied):
    """What was not decided yet needs no decision any more; what was stands, and is compared anew."""
    withdraw_answers(earlier)


# -- despatch advice -------------------------------------------------------------------------------------------


def _empty_receipts(arrival, shipment):
    """Takes what was prefilled out of the receipts, which then expect what was ordered, as before the notice."""
    lines = arrival.env["stock.move.line"].search(
        [("shipment_line_id", "in", shipment.line_ids.ids)]
    )
    if any(line.picked or line.state == "done" for line in lines) or _worked_on(arrival, lines):
        raise _too_late(arrival, arrival.env._("its receipt was worked on or is done"))
    moves = lines.move_id
    lines.unlink()
    # Only where nothing is left: Odoo would add what is missing to the line of another notice.
    moves.filtered(
        lambda move: move.state not in ("done", "cancel") and not move.move_line_ids
    )._action_assign()


def _supersede(earlier, applied):
    # sudo: shipments are closed to writes by hand; the replacement was checked on arrival.
    earlier.sudo().superseded_by_id = applied


# -- invoice ---------------------------------------------------------------------------------------------------


def _cancel_bill(arrival, bill):
    """A draft that nobody touched is cancelled; it stays as evidence."""
    bill = bill.filtered(lambda bill: bill.state != "cancel")
    if any(each.state != "draft" for each in bill) or _worked_on(arrival, bill, bill.line_ids):
        raise _too_late(arrival, arrival.env._("its bill is posted, or somebody worked on it"))
    bill.button_cancel()


def _worked_on(arrival, *records):
    """Whether anybody but the endpoint's technical user and the system wrote them last."""
    ours = {arrival.env.uid, SUPERUSER_ID}  # no rights are passed here: ids are compared
    return any(record.write_uid.id not in ours for each in records for record in each)


def _too_late(arrival, reason):
    return BusinessError(
        arrival.env._(
            "%(supplier)s replaces %(number)s, but %(reason)s. Nothing was changed.",
            supplier=arrival.supplier.name,
            number=arrival.document.number,
            reason=reason,
        ),
        "replaced_too_late",
    )


# What a document became: how that is taken back, and what is done to it when the new one stands.
STEPS = {
    "purchase.acknowledgement": (_nothing, _withdraw_answers),
    "purchase.shipment": (_empty_receipts, _supersede),
    "account.move": (_cancel_bill, _nothing),
}
