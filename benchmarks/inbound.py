"""Inbound: what partners post, accepted durably; and what was accepted, applied to its orders.

- ``accept``: signed order responses over HTTP from 8 clients, against an Odoo route that reads the body and
  inserts one row. No job runs meanwhile on either side: applying is measured on its own.
- ``apply``: order responses of 5 lines, from accepted to their recorded effect, against a job that writes the
  same acknowledgement rows by the ORM, one answer a transaction.
"""

import os
import time
from itertools import cycle

from _clients import post_all, request
from _hospital import HOSPITAL_GLN, LINES, ORDERS, SECRET, fill, identity
from _odoo import (
    Server,
    SetupError,
    capacity,
    databases_with,
    odoo_environment,
    run_as_script,
    run_until,
    tidy,
)
from _report import alternating, emit, median, say, spread

CLIENTS = 8
ACCEPTED = int(os.environ.get("HPI_BENCH_ACCEPTED", "2000"))
APPLIED = int(os.environ.get("HPI_BENCH_APPLIED", "500"))
CHANGED = 10  # one answer in so many changes a quantity and asks the buyer
PATIENCE = 600
# In the order that their references to each other ask for.
TABLES = (
    "purchase_acknowledgement_line",
    "purchase_acknowledgement",
    "integration_exception",
    "purchase_order_change",
    "integration_payload",
    "integration_attempt",
    "integration_message",
    "integration_event",
    "queue_job",
    "bench_baseline",
)


def main():
    with databases_with(fill, identity()) as (name,):
        with odoo_environment(name) as env:
            env["integration.endpoint"].with_context(active_test=False).search(
                [("code", "!=", "all")]
            ).active = True
            documents = _documents(env)
        with Server(name, channels="root:0") as server:
            _accept(name, server, documents)
        with Server(name):
            # One answer an order.
            _apply(name, documents[: min(APPLIED, ORDERS)])


def _documents(env):
    """[(endpoint's code, id, bytes)]: an order response for each order, several where there are few."""
    from odoo.addons.healthcare_procurement_connector.formats import render
    from odoo.addons.healthcare_procurement_connector.services import outgoing_orders

    orders = env["purchase.order"].search([("state", "=", "purchase")], order="id")
    # Queued as if to be sent, for the line numbers that suppliers answer to; no server runs yet.
    outgoing_orders.queue_orders(orders)
    codes = {
        partner: endpoint.code
        for endpoint in env["integration.endpoint"].search([])
        for partner in endpoint.partner_ids
    }
    return [
        (codes[order.partner_id], f"answer_{number}", render(_response(order, number), "ubl"))
        for number, order in zip(range(ACCEPTED), cycle(orders), strict=False)
    ]


def _response(order, number):
    from odoo.addons.healthcare_procurement_connector.core import documents as doc
    from odoo.addons.healthcare_procurement_connector.services.numbers import exact, plain
    from odoo.addons.healthcare_procurement_connector.services.prices import net_price

    def line(order_line, status, less):
        unit = "XBX" if order_line.product_uom_id.name.startswith("Box") else "C62"
        return doc.OrderResponseLine(
            order_line=str(order_line.integration_line_number),
            status=status,
            item=doc.Item(
                name=order_line.product_id.name,
                gtin=order_line.product_id.barcode,
                buyer_code=order_line.product_id.default_code,
            ),
            quantity=doc.Quantity(plain(exact(order_line, "product_qty")) - less, unit),
            price=doc.Price(plain(net_price(order_line))),
            promised=doc.Period(end=order_line.date_planned.date()),
        )

    changed = number % CHANGED == 0 and order.order_line[0].product_qty > 1
    first, *others = order.order_line
    return doc.OrderResponse(
        number=f"R{number:06d}",
        issued=order.date_approve.date(),
        status="changed" if changed else "accepted",
        order_number=order.name,
        currency=order.currency_id.name,
        buyer=doc.Party(name="Hospital", ids=(("0088", HOSPITAL_GLN),)),
        seller=doc.Party(
            name=order.partner_id.name, ids=(("0088", order.partner_id.global_location_number),)
        ),
        lines=(
            line(first, *(("changed", 1) if changed else ("accepted", 0))),
            *(line(other, "accepted", 0) for other in others),
        ),
    )


# Accepting -------------------------------------------------------------------------------------------------


def _accept(name, server, documents):
    say(f"inbound accept: {len(documents)} documents, {CLIENTS} clients")

    def ours():
        _forget(name)
        rate = _post(server, documents, lambda code: f"/healthcare/inbound/{code}")
        _check_count(name, "integration_message", len(documents))
        _check_count(name, "integration_payload", len(documents))
        return rate

    def insert():
        _forget(name)
        rate = _post(server, documents, lambda code: "/bench/insert")
        _check_count(name, "bench_baseline", len(documents))
        return rate

    found = alternating({"accept": ours, "insert": insert})
    value, baseline = median(found["accept"]), median(found["insert"])
    emit(
        "inbound",
        "accept",
        value,
        "documents/s",
        baseline,
        value / baseline,
        (">=", 0.8),
        clients=CLIENTS,
        documents=len(documents),
        bytes=sum(len(raw) for _, _, raw in documents) // len(documents),
        rounds=spread(found["accept"]),
        baseline_rounds=spread(found["insert"]),
        **capacity() | {"channels": "root:0"},
    )


def _post(server, documents, path_of):
    """Documents per second; both routes get the same bytes with the same headers."""
    from odoo.addons.healthcare_procurement_connector.core.signature import headers

    now = int(time.time())
    requests = [
        request(
            path_of(code),
            {"Content-Type": "application/xml"} | headers([SECRET], external_id, now, raw),
            raw,
        )
        for code, external_id, raw in documents
    ]
    seconds, statuses = post_all(server.port, requests, CLIENTS)
    if statuses != {202: len(documents)}:
        raise SetupError(f"answers by status: {statuses}")
    return len(documents) / seconds


# Applying --------------------------------------------------------------------------------------------------


def _apply(name, documents):
    say(f"inbound apply: {len(documents)} order responses of {LINES} lines")

    def ours():
        _forget(name)
        with odoo_environment(name) as env:
            _take_in(env, documents)
            seconds = run_until(
                name,
                env.cr.commit,
                "SELECT count(*) FROM integration_message WHERE state != 'processed'",
                PATIENCE,
                "order responses",
            )
        _check_count(name, "purchase_acknowledgement", len(documents))
        _check_count(name, "purchase_acknowledgement_line", len(documents) * LINES)
        return len(documents) / seconds

    def rows():
        with odoo_environment(name) as env:
            answers = env["purchase.acknowledgement"].search([])
            env["bench.baseline"].with_delay()._job_copy_answers(answers.ids)
            seconds = run_until(
                name,
                env.cr.commit,
                "SELECT count(*) FROM queue_job WHERE method_name = '_job_copy_answers' "
                "AND state != 'done'",
                PATIENCE,
                "the plain rows",
            )
        _check_count(name, "purchase_acknowledgement", 2 * len(documents))
        return len(documents) / seconds

    found = alternating({"apply": ours, "rows": rows})
    value, baseline = median(found["apply"]), median(found["rows"])
    emit(
        "inbound",
        "apply",
        value,
        "documents/s",
        baseline,
        value / baseline,
        documents=len(documents),
        lines=LINES,
        rounds=spread(found["apply"]),
        baseline_rounds=spread(found["rows"]),
        **capacity(),
    )


def _take_in(env, documents):
    from odoo.addons.healthcare_procurement_connector.core.signature import headers
    from odoo.addons.healthcare_procurement_connector.services.ingest import accept

    now = int(time.time())
    for code, external_id, raw in documents:
        signed = headers([SECRET], external_id, now, raw)
        accept(env, code, signed, raw, "application/xml", now)


# Between rounds --------------------------------------------------------------------------------------------


def _forget(name):
    with odoo_environment(name) as env:
        for table in TABLES:
            env.cr.execute(f"DELETE FROM {table}")  # pylint: disable=sql-injection
        env.cr.execute("UPDATE purchase_order SET acknowledged = false WHERE acknowledged")
    tidy(name, *TABLES, "purchase_order")


def _check_count(name, table, expected):
    with odoo_environment(name) as env:
        env.cr.execute(f"SELECT count(*) FROM {table}")  # pylint: disable=sql-injection
        [found] = env.cr.fetchone()
    if found != expected:
        raise SetupError(f"{table} has {found} rows, not {expected}")


if __name__ == "__main__":
    run_as_script(main)
