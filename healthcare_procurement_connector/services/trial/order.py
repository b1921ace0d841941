"""Tries an order: the bytes that a route would send, and what the checks say. Nothing is written, nothing leaves."""

import json

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError

from ..dry_run import dry_run
from ..order_terms import number_lines
from ..outgoing_orders import KINDS, find_routes, message_vals, name_transactions
from ..payload_text import readable
from ..prepare import Preparation
from ..supplier_knowledge import Knowledge
from . import page
from .document import check_right
from .reading import facts_of, json_of, kind_of, read
from .reading import tables_of as said


def try_order(env, order, route):
    """A page (services/trial/page.py) about ``order`` as ``route`` would send it, whatever way it goes by itself."""
    check_right(env)
    order.check_access("read")
    route.check_access("read")
    _check_fits(order, route)
    with dry_run(env):
        notes = _approve(order)
        message = _message(order, route, notes)
        raw, checks = _prepare(env, message)
        return page.page([_part(env, message, raw, checks, notes)])


def _check_fits(order, route):
    env = order.env
    if route.direction != "out" or route.document_type not in KINDS:
        raise UserError(env._("%s is no route for orders to a partner.", route.display_name))
    if order.company_id != route.company_id:
        raise UserError(
            env._(
                "%(order)s is of %(company)s, the route is of another company.",
                order=order.name,
                company=order.company_id.name,
            )
        )


def _approve(order):
    """What has to be done before it can be sent, done here, in words."""
    env, notes = order.env, []
    if order.state in ("draft", "sent"):
        order.button_confirm()
        notes.append(env._("It is not confirmed yet; this is as if it were."))
    if order.state == "to approve":
        # sudo: rolled back, and told as a thing that somebody else has to do.
        order.sudo().button_approve(force=True)
        notes.append(env._("It needs an approval first; this is as if it had it."))
    return notes


def _message(order, route, notes):
    """The message of this order by this route: the one that its confirmation has just queued, or one for the trial."""
    env, kind = order.env, route.document_type
    # As the drain works: the superuser conducts, the endpoint's technical user makes the document.
    system = env(user=SUPERUSER_ID, su=True, context={})
    order, route = order.with_env(system), route.with_env(system)
    _tell_the_way(env, order, route, notes)
    name_transactions(order)
    knowledge = Knowledge(order)
    if kind == "order" and knowledge.known(order):
        notes.append(env._("The supplier knows it already: by itself it is not sent again."))
    number_lines(order, knowledge.all_terms())
    return system["integration.message"].create(message_vals(order, route, kind, knowledge))


def _tell_the_way(env, order, route, notes):
    usual = find_routes(order, route.document_type).get(order.id)
    supplier = order.partner_id.commercial_partner_id
    if supplier not in route.endpoint_id.partner_ids.commercial_partner_id:
        notes.append(
            env._(
                "%(endpoint)s does not speak for %(supplier)s.",
                endpoint=route.endpoint_id.name,
                supplier=supplier.name,
            )
        )
    if not route.active or route.date_from > fields.Date.today():
        notes.append(env._("The route holds from %s on.", route.date_from))
    if usual != route:
        notes.append(
            env._("By itself it would go by %s.", usual.display_name)
            if usual
            else env._("By itself it would not be sent: no route holds for it.")
        )


def _prepare(env, message):
    """(bytes or None, the table of the checks); what only a check stops is made all the same, to be looked at."""
    raw = Preparation(message).run().get(message)
    verdicts = message.env["integration.check.verdict"].search([("message_id", "=", message.id)])
    table = _checks(env, verdicts)
    if raw is None and message.error_code == "check_failed":
        stopped = message.last_error
        # As somebody with the right to override would.
        verdicts.filtered("findings").write({"overridden_by_id": env.uid})
        message.write({"state": "queued"})
        raw = Preparation(message).run().get(message)
        message.write({"error_code": "check_failed", "last_error": stopped})
    return raw, table


def _checks(env, verdicts):
    labels = dict(verdicts._fields["code"]._description_selection(env))
    return page.table(
        "checks",
        env._("Checks before it leaves"),
        [env._("Check"), env._("Result"), env._("Finding"), env._("Looked at")],
        [
            [
                labels[each.code],
                {"text": env._("passed"), "level": page.GOOD}
                if each.passed
                else {"text": env._("stops it"), "level": page.BAD},
                each.findings,
                json.dumps(each.inputs, ensure_ascii=False),
            ]
            for each in verdicts.sorted("id")
        ],
    )


def _part(env, message, raw, checks, notes):
    endpoint, route = message.endpoint_id, message.route_id
    known = page.facts(
        (env._("Endpoint"), endpoint.name),
        (env._("Address"), endpoint.url if endpoint.transport == "http" else None),
        (
            env._("Environment"),
            dict(endpoint._fields["environment"].selection)[endpoint.environment],
        ),
        (env._("Calls now"), endpoint.closed_reason or env._("go through")),
        (env._("Route"), route.display_name),
        (env._("To be noted"), " ".join(notes)),
    )
    found = read(raw, route.format, endpoint, route) if raw else None
    document = found.documents[0] if found and found.documents else None
    texts = [page.text("bytes", env._("What would be sent"), readable(raw))] if raw else []
    if document:
        known += facts_of(env, document, found)
        texts.append(json_of(env, document))
    return page.part(
        f"{kind_of(env, document)} {document.number}" if document else message.number,
        _verdict(env, message, raw),
        known,
        [checks, *(said(env, document, found) if document else ())],
        texts,
    )


def _verdict(env, message, raw):
    if message.error_code:
        return page.verdict(
            page.BAD,
            env._("It would be held"),
            message.last_error,
            env._("What is shown below is what would go once somebody lets it go.") if raw else "",
        )
    return page.verdict(
        page.GOOD,
        env._("It would be sent"),
        env._("%(size)s bytes to %(endpoint)s.", size=len(raw), endpoint=message.endpoint_id.name),
    )
