"""Backlog: the outbound run with a million old messages in the table, against the same run without them.

``growth``: the cost of a message with them, divided by the cost without. Old messages have their attempts and
(short) documents, both directions, and the states that years of work leave: nearly all final, some that wait
for a person. Two databases and two servers; the rounds alternate, the other server idles.
"""

import os

from _deliveries import Deliveries
from _hospital import SUPPLIERS, fill, identity
from _odoo import Server, capacity, databases_with, odoo_environment, run_as_script, tidy
from _report import alternating, emit, median, say, spread
from _sink import Sink

OLD = int(os.environ.get("HPI_BENCH_BACKLOG", "1000000"))
EACH = [f"supplier{number:02d}" for number in range(1, SUPPLIERS + 1)]
EACH_TAKES = 4
# One row in two is an answer to the one before. Of a thousand orders 3 wait for a person, of answers 2.
LOAD = (
    """
    INSERT INTO integration_message (
        uid, direction, document_type, state, endpoint_id, company_id, partner_id, number, business_ref,
        business_key, external_id, content_hash, identity_key, priority, revision, attempt_count,
        delivered, error_code, res_model, res_id, create_uid, create_date, write_uid, write_date)
    SELECT md5('old' || n), way, kind, state, endpoint.id, endpoint.company_id, partner.res_partner_id,
           'OLD' || pair, 'HP-OLD' || pair, 'old:' || pair,
           CASE way WHEN 'in' THEN 'old_' || n END,
           CASE way WHEN 'in' THEN encode(sha256(n::text::bytea), 'hex') END,
           CASE way WHEN 'in' THEN 'order_response:' || partner.res_partner_id || ':old' || n END,
           0, 0, 1 + (n %% 50 = 0)::int, at, CASE WHEN state IN ('dead', 'held') THEN 'http_400' END,
           'purchase.order', 100000000 + pair, 1, at, 1, at
      FROM (SELECT n, n / 2 AS pair,
                   CASE n %% 2 WHEN 0 THEN 'out' ELSE 'in' END AS way,
                   CASE n %% 2 WHEN 0 THEN 'order' ELSE 'order_response' END AS kind,
                   CASE WHEN n %% 2 = 1 THEN CASE n %% 1000 WHEN 1 THEN 'parked' WHEN 3 THEN 'discarded'
                                                           ELSE 'processed' END
                        WHEN n %% 1000 = 0 THEN 'dead' WHEN n %% 1000 = 2 THEN 'held'
                        WHEN n %% 1000 = 4 THEN 'uncertain' WHEN n %% 10 = 6 THEN 'acknowledged'
                        WHEN n %% 100 = 8 THEN 'cancelled' ELSE 'sent' END AS state,
                   now() AT TIME ZONE 'UTC' - n * interval '30 seconds' - interval '1 day' AS at
              FROM generate_series(1, %(old)s) n) old
      JOIN (SELECT id, company_id, row_number() OVER (ORDER BY id) AS place
              FROM integration_endpoint WHERE code LIKE 'supplier__') endpoint
        ON endpoint.place = old.pair %% %(suppliers)s + 1
      JOIN integration_endpoint_res_partner_rel partner
        ON partner.integration_endpoint_id = endpoint.id
    """,
    """
    INSERT INTO integration_attempt (message_id, company_id, started, seconds, outcome, status)
    SELECT id, company_id, delivered, 0.1, CASE state WHEN 'dead' THEN 'permanent' ELSE 'ok' END, 200
      FROM integration_message
    """,
    """
    INSERT INTO integration_payload (message_id, company_id, created, content, content_type, size, sha256)
    SELECT id, company_id, create_date, repeat(uid, 10)::bytea, 'application/xml', 240, md5(uid) || md5(uid)
      FROM integration_message
    """,
)
TABLES = ("integration_message", "integration_attempt", "integration_payload")


def main():
    with databases_with(fill, identity(), copies=2) as (empty, full), Sink() as sink:
        _load(full)
        with Server(empty), Server(full):
            contestants = {"without": Deliveries(empty), "with": Deliveries(full)}
            for deliveries in contestants.values():
                deliveries.use(EACH, sink, EACH_TAKES)
            found = alternating(
                {
                    name: lambda deliveries=deliveries: deliveries.run(sink)
                    for name, deliveries in contestants.items()
                }
            )
    with_them, without = 1000 / median(found["with"]), 1000 / median(found["without"])
    emit(
        "backlog",
        "growth",
        with_them,
        "ms/message",
        without,
        with_them / without,
        ("<=", 1.2),
        old_messages=OLD,
        messages=contestants["with"].count,
        endpoints=SUPPLIERS,
        rounds=spread(1000 / rate for rate in found["with"]),
        baseline_rounds=spread(1000 / rate for rate in found["without"]),
        **capacity(),
    )


def _load(name):
    say(f"backlog: load {OLD} old messages")
    with odoo_environment(name) as env:
        for statement in LOAD:
            env.cr.execute(statement, {"old": OLD, "suppliers": SUPPLIERS})
            say(f"  {env.cr.rowcount} rows")
    tidy(name, *TABLES)


if __name__ == "__main__":
    run_as_script(main)
