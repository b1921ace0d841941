"""Documents that wait for what they refer to: when they do, what wakes them, and when a person is asked."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.exceptions import NotYetError
from ..core.identity import identity_key
from ..core.waiting import WAITS, completed_by, key, missing_of, next_look
from . import transactions

OPERATOR = "healthcare_procurement_connector.group_integration_operator"
OVERDUE_BATCH = 200
# An order in one of these is not approved; one that was cancelled will not be.
NOT_APPROVED = ("draft", "sent", "to approve")
# The supplier has the order, whoever brought it there.
DELIVERED = ("sent", "acknowledged", "exported")


# -- when a document waits -------------------------------------------------------------------------------------


def check_arrived(arrival):
    """NotYetError where the document refers to what may still come; nothing where it waited long enough.

    It is then applied without, or refused by who needs what is missing.
    """
    until = arrival.message.wait_until
    if until and until <= fields.Datetime.now():
        return
    for missing, number, words in _missing(arrival):
        wait = WAITS.get((arrival.document_type, missing))
        if wait:
            until = until or fields.Datetime.now() + timedelta(hours=_hours(arrival, wait))
            raise NotYetError(
                arrival.env._(
                    "%(document)s waits: %(reason)s.",
                    document=arrival.document.number,
                    reason=words,
                ),
                key(missing, number),
                until,
            )


def _missing(arrival):
    """(what is missing, its number, in words), the first thing first."""
    env = arrival.env
    unknown = [number for number in arrival.order_numbers() if number not in arrival.orders]
    for number in unknown:
        yield "order_unknown", number, env._("there is no order %s", number)
    delivered, on_the_way = _outgoing(arrival)
    for number, order in arrival.orders.items():
        if order.id in delivered:
            continue
        if order.id in on_the_way:
            yield "order_not_sent", number, env._("order %s is still on its way", number)
        elif order.state in NOT_APPROVED:
            yield "order_not_approved", number, env._("order %s is not approved", number)
    number = getattr(arrival.document, "despatch_number", None)
    if number and _announces(arrival) and not _announced(arrival, number):
        yield (
            "shipment_unknown",
            number,
            env._("ship notice %s has not come", number),
        )


def _outgoing(arrival):
    """(ids of orders that the supplier has, ids of orders whose message has not arrived there yet)."""
    ids = [order.id for order in arrival.orders.values()]
    messages = arrival.message.search_fetch(
        [
            ("res_model", "=", "purchase.order"),
            ("res_id", "in", ids),
            ("direction", "=", "out"),
            ("document_type", "=", "order"),
            ("state", "!=", "cancelled"),
        ],
        ["res_id", "state"],
    )
    delivered = {message.res_id for message in messages if message.state in DELIVERED}
    return delivered, {message.res_id for message in messages} - delivered


def _announces(arrival):
    """Whether this partner sends ship notices at all: else the number is that of a paper."""
    return bool(_routes(arrival, "despatch_advice"))


def _announced(arrival, number):
    return arrival.message.search_count(
        [
            ("company_id", "=", arrival.company.id),
            ("identity_key", "=", identity_key("despatch_advice", arrival.supplier.id, number)),
            ("state", "=", "processed"),
        ],
        limit=1,
    )


def _hours(arrival, wait):
    return _routes(arrival, arrival.document_type)[:1].wait_hours or wait.hours


def _routes(arrival, document_type):
    """The partner's incoming routes of a type, those of the supplier alone first."""
    return (
        arrival.endpoint.route_ids.filtered(
            lambda route: (
                route.direction == "in"
                and route.document_type == document_type
                and route.partner_id.commercial_partner_id
                in (arrival.supplier, route.partner_id.browse())
            )
        )
    ).sorted(lambda route: not route.partner_id)


def vals_of_wait(message, error, random):
    """What is written on a message that begins, or goes on, to wait."""
    now = fields.Datetime.now()
    waited = (now - message.wait_since).total_seconds() if message.wait_since else 0
    look = now + timedelta(seconds=next_look(waited, random))
    return {
        "state": "waiting",
        "waiting_for": error.waiting_for,
        "wait_since": message.wait_since or now,
        "wait_until": error.until,
        "next_attempt": min(look, error.until),
    }


# -- what wakes it ---------------------------------------------------------------------------------------------


def completed(env, events):
    """Wakes the documents that waited for ``events``: {company id: {(event, number)}}, in this transaction."""
    woken = False
    for company_id, happened in events.items():
        keys = [each for event, number in happened for each in completed_by(event, number)]
        if keys:
            woken = _wake(env, company_id, keys) or woken
    if woken:
        env["integration.drain"]._wake("in")


def _wake(env, company_id, keys):
    rows = env.execute_query(
        SQL(
            "UPDATE integration_message SET state = 'received', next_attempt = NULL "
            "WHERE company_id = %s AND waiting_for IN %s AND state = 'waiting' RETURNING id",
            company_id,
            tuple(keys),
        )
    )
    env["integration.message"].browse([row[0] for row in rows]).invalidate_recordset(
        ["state", "next_attempt"]
    )
    return bool(rows)


# -- when it ends ----------------------------------------------------------------------------------------------


def ask_about_overdue(env):
    """Parks what waited long enough, some at a time; a person is asked. Commits."""
    transactions.read_committed(env.cr)
    rows = env.execute_query(
        SQL(
            "SELECT id FROM integration_message WHERE state = 'waiting' AND wait_until <= %s "
            "ORDER BY wait_until LIMIT %s FOR UPDATE SKIP LOCKED",
            fields.Datetime.now(),
            OVERDUE_BATCH,
        )
    )
    # sudo: the message tables are closed to all users; these are the service's own writes.
    messages = env["integration.message"].sudo().browse([row[0] for row in rows])
    messages.invalidate_recordset()
    messages.write({"state": "parked", "next_attempt": False})
    env["integration.exception"]._raise(
        [
            {
                "code": WAITS[message.document_type, missing_of(message.waiting_for)].code,
                "summary": env._(
                    "A document of %(supplier)s waited in vain. %(reason)s",
                    supplier=message.partner_id.name,
                    reason=message.last_error,
                ),
                "message_id": message.id,
                "company_id": message.company_id.id,
                "partner_id": message.partner_id.id,
                "business_ref": message.business_ref,
            }
            for message in messages
        ]
    )
    transactions.commit(env)


def stop_waiting(messages):
    """An operator does not want to wait: applied without what is missing, or refused if it is needed."""
    env = messages.env
    if not env.user.has_group(OPERATOR):
        raise AccessError(env._("Only integration operators decide what waits no longer."))
    messages.check_access("read")
    if any(message.state != "waiting" for message in messages):
        raise UserError(env._("Only what waits can be told not to wait."))
    # sudo: the table is closed to writes; the operator's right was checked above.
    messages.sudo().write(
        {"state": "received", "next_attempt": False, "wait_until": fields.Datetime.now()}
    )
    env["integration.audit"]._append(
        [
            {
                "action": "message.not_waiting",
                "res_model": "integration.message",
                "res_id": message.id,
                "company_id": message.company_id.id,
                "business_ref": message.business_ref,
                "detail": {"waited_for": message.waiting_for},
            }
            for message in messages
        ]
    )
    env["integration.drain"]._wake("in")
