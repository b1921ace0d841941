"""Match: bill lines in PostgreSQL, decided by ``core``, results and holds written back, as a nightly batch does it.

``threeway``: bill lines a second of one process beside PyPI ``threeway`` on the same lines from CSV, its report
written as CSV. ``workers``: two processes, each with its part of the portions. ``growth`` and ``peak_growth``: cost
per line, and peak memory, with many lines against 10,000. ``open_save``: a bill of 500 lines read by the form and
saved with one line changed, against a database without our addons.

Each run is a process of its own. Before the clock starts it compares one portion and takes that back, so that what a
process reads once is in nobody's time; it does count as memory.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _bills import ONE_IN
from _odoo import databases, databases_with, forget, odoo_environment, run_as_script, tidy
from _report import alternating, emit, median, say, spread

from lib.places import PYTHON

FEW = 10_000
MANY = int(os.environ.get("HPI_BENCH_MATCH_LINES", "1000000"))
FORM_LINES = 500
FEW_TIMES = 3
WRITTEN = (
    "purchase_match_hold", "purchase_match_line", "purchase_match", "integration_audit",
    "integration_event", "integration_event_counter",
)  # fmt: skip
CSV = {
    "orders": """
        SELECT "order".name AS po_number, line.id AS item_code, line.product_qty AS quantity,
               line.price_unit AS unit_price
          FROM purchase_order_line line JOIN purchase_order "order" ON "order".id = line.order_id
         WHERE "order".name LIKE 'PB%'""",
    "receipts": """
        SELECT "order".name AS po_number, line.id AS item_code, move.quantity
          FROM stock_move move JOIN purchase_order_line line ON line.id = move.purchase_line_id
          JOIN purchase_order "order" ON "order".id = line.order_id
         WHERE "order".name LIKE 'PB%' AND move.state = 'done'""",
    "bills": """
        SELECT "order".name AS po_number, line.id AS item_code, bill.quantity, bill.price_unit AS unit_price
          FROM account_move_line bill JOIN purchase_order_line line ON line.id = bill.purchase_line_id
          JOIN purchase_order "order" ON "order".id = line.order_id
         WHERE "order".name LIKE 'PB%' AND bill.display_type = 'product'""",
}  # fmt: skip


def main():
    from _bills import TABLES, fill, grow, identity

    with (
        databases_with(fill, identity(), copies=2) as (few, many),
        tempfile.TemporaryDirectory() as folder,
    ):
        for name, lines in ((few, FEW), (many, MANY)):
            say(f"match: load {lines} bill lines")
            with odoo_environment(name) as env:
                grow(env, lines)
            forget(name)
            tidy(name, *TABLES)
        _export(many, folder)
        rounds = _lines(few, many, folder)
        _emit(rounds)
        _open_save(few)


def _lines(few, many, folder):
    """{contestant: [what each round reported]}."""
    reports = {"threeway": [], "one": [], "two": [], "few": []}

    def run(name, start):
        def measured():
            figures = start()
            reports[name].append(figures)
            return figures["rate"]

        return measured

    alternating(
        {
            "threeway": run("threeway", lambda: _threeway(folder)),
            # Over in a second: the middle of several.
            "few": run("few", lambda: _middle([_batch(few, 1) for _time in range(FEW_TIMES)])),
            "one": run("one", lambda: _batch(many, 1)),
            "two": run("two", lambda: _batch(many, 2)),
        }
    )
    return reports


def _middle(reports):
    return sorted(reports, key=lambda report: report["rate"])[len(reports) // 2]


def _emit(reports):
    rate = {name: median(each["rate"] for each in found) for name, found in reports.items()}
    peak = {name: median(each["peak"] for each in found) for name, found in reports.items()}
    rounds = {name: spread(each["rate"] for each in found) for name, found in reports.items()}
    common = {"lines": MANY, "exceptions": reports["one"][0]["held"]}
    emit(
        "match", "threeway", rate["one"], "lines/s", rate["threeway"], rate["one"] / rate["threeway"],
        (">=", 1.0), rounds=rounds["one"], baseline_rounds=rounds["threeway"], **common,
    )  # fmt: skip
    emit(
        "match", "workers", rate["two"], "lines/s", rate["one"], rate["two"] / rate["one"],
        (">=", 1.7), rounds=rounds["two"], baseline_rounds=rounds["one"], processes=2, **common,
    )  # fmt: skip
    emit(
        "match", "growth", 1e6 / rate["one"], "us/line", 1e6 / rate["few"], rate["few"] / rate["one"],
        ("<=", 1.2), baseline_lines=FEW, baseline_rounds=rounds["few"], **common,
    )  # fmt: skip
    emit(
        "match", "peak_growth", peak["one"], "MB", peak["few"], peak["one"] / peak["few"],
        ("<=", 1.3), baseline_lines=FEW, **common,
    )  # fmt: skip


# -- ours ---------------------------------------------------------------------------------------


def _batch(name, processes):
    """All open bills of a database, by so many processes at once."""
    _forget_matches(name)
    children = [
        subprocess.Popen(
            [PYTHON, __file__, "batch", name, str(part), str(processes)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for part in range(processes)
    ]  # fmt: skip
    for child in children:
        assert child.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    found = [json.loads(child.stdout.readline()) for child in children]
    seconds = time.perf_counter() - began
    for child in children:
        child.communicate()
    billed, lines, held = _counted(name)
    assert lines == billed, f"{lines} of {billed} lines were compared"
    assert held == lines // ONE_IN, f"{held} holds on {lines} lines"
    assert not any(each["failed"] for each in found), found
    return {"rate": lines / seconds, "peak": max(each["peak"] for each in found), "held": held}


def _batch_child(name, part, parts):
    """What the jobs of a batch do, one portion after the other, each committed."""
    with odoo_environment(name) as env:
        from odoo.addons.healthcare_three_way_match.services import batch

        batch.match_portion(env, _portions(env, part, parts)[0])
        env.cr.rollback()
        env.invalidate_all(flush=False)
        print("ready", flush=True)
        sys.stdin.readline()
        failed = {}
        for portion in _portions(env, part, parts):
            failed |= batch.match_portion(env, portion)
            env.cr.commit()
            env.invalidate_all()
        print(json.dumps({"failed": len(failed), "peak": _peak()}), flush=True)


def _portions(env, part, parts):
    from odoo.addons.healthcare_three_way_match.services import batch

    return batch.cut(env, batch.open_bills(env, env.company))[int(part) :: int(parts)]


def _forget_matches(name):
    with odoo_environment(name) as env:
        env.cr.execute(f"TRUNCATE {', '.join(WRITTEN)} CASCADE")
    forget(name)
    tidy(name, *WRITTEN)


def _counted(name):
    with odoo_environment(name) as env:
        env.cr.execute(
            """
            SELECT (SELECT count(*) FROM account_move_line line JOIN account_move bill ON bill.id = line.move_id
                     WHERE bill.move_type = 'in_invoice' AND bill.state = 'draft' AND line.display_type = 'product'),
                   (SELECT count(*) FROM purchase_match_line), (SELECT count(*) FROM purchase_match_hold)
            """
        )
        found = env.cr.fetchone()
    forget(name)
    return found


# -- threeway -----------------------------------------------------------------------------------


def _export(name, folder):
    with odoo_environment(name) as env:
        for kind, query in CSV.items():
            with (Path(folder) / f"{kind}.csv").open("w") as file:
                env.cr.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)", file)
    forget(name)


def _threeway(folder):
    done = subprocess.run(
        [PYTHON, __file__, "threeway", folder], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


def _threeway_child(folder):
    from threeway import csvio
    from threeway.core import reconcile
    from threeway.report import render

    folder = Path(folder)
    began = time.perf_counter()
    result = reconcile(
        csvio.read_purchase_orders(str(folder / "orders.csv")),
        csvio.read_goods_received(str(folder / "receipts.csv")),
        csvio.read_invoices(str(folder / "bills.csv")),
    )
    (folder / "report.csv").write_text(render(result, "csv"))
    rate = len(result.lines) / (time.perf_counter() - began)
    wrong = sum(line.status not in ("matched", "check") for line in result.lines)
    print(json.dumps({"rate": rate, "peak": _peak(), "held": wrong}))


# -- a large bill in the form -------------------------------------------------------------------


def _open_save(name):
    from _bills import hospital

    with databases.without_our_addons() as bare:
        say(f"match: a bill of {FORM_LINES} lines, with our addons and without")
        with odoo_environment(bare) as env:
            hospital(env)
        forget(bare)
        found = alternating(
            {"with": lambda: _form(name) * 1000, "without": lambda: _form(bare) * 1000}
        )
    ours, theirs = median(found["with"]), median(found["without"])
    emit(
        "match", "open_save", ours, "ms", theirs, ours / theirs, ("<=", 1.25), lines=FORM_LINES,
        rounds=spread(found["with"]), baseline_rounds=spread(found["without"]),
    )  # fmt: skip


def _form(name):
    done = subprocess.run(
        [PYTHON, __file__, "form", name], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)["seconds"]


def _form_child(name):
    """Opens the bill as the form does, changes a quantity, saves; the middle of five times."""
    from _bills import bill, order

    with odoo_environment(name) as env:
        made = bill(env, order(env, FORM_LINES))
        env.cr.commit()
        from odoo.tests import Form

        clerk = env["res.users"].search([("login", "=", "bench_clerk")])
        record = made.with_user(clerk).with_context(tracking_disable=False)
        spec = Form(record)._view["fields_spec"]
        line = made.invoice_line_ids[0].id
        taken = []
        for quantity in (9, 10, 9, 10, 9, 10):
            env.cr.commit()
            env.invalidate_all()
            began = time.perf_counter()
            record.web_read(spec)
            record.web_save({"invoice_line_ids": [[1, line, {"quantity": quantity}]]}, spec)
            env.cr.commit()
            taken.append(time.perf_counter() - began)
        # The first also fills what a process reads once.
        print(json.dumps({"seconds": median(taken[1:])}))


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


CHILDREN = {"batch": _batch_child, "threeway": _threeway_child, "form": _form_child}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        CHILDREN[sys.argv[1]](*sys.argv[2:])
    else:
        run_as_script(main)
