"""Catalogue: a supplier's price list of 10,000 and of 100,000 lines, read, compared and applied.

- ``growth``: seconds per line at 100,000, divided by those at 10,000.
- ``peak_memory``: the most that the worker's process took at 100,000 lines (MB), divided by the same at 10,000.

Each run is a process of its own that does what the jobs do, slice by slice, on a catalogue in UBL, the longest of
the syntaxes. Every line is of another item; of half of them the contract has a price already, which changes.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from _odoo import SetupError, databases_with, forget, odoo_environment, run_as_script, tidy
from _report import alternating, emit, median, say, spread

FEW = int(os.environ.get("HPI_BENCH_FEW", "10000"))
MANY = int(os.environ.get("HPI_BENCH_MANY", "100000"))
ROUNDS = int(os.environ.get("HPI_BENCH_ROUNDS", "1"))
TABLES = (
    "integration_catalogue_line", "product_supplierinfo", "product_product", "product_template",
)  # fmt: skip
SUPPLIER = "Supplier of catalogues"
CONTRACT = "C-77"
KB = 1024
PHASES = {"dry_run": ("reading", "comparing"), "apply": ("applying",)}


def main():
    if sys.argv[1:]:
        _work(sys.argv[1], int(sys.argv[2]))
        return
    identity = f"catalogue {MANY} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"
    with databases_with(_fill, identity) as (name,):
        tidy(name, *TABLES)
        told = {"few": [], "many": []}

        def run(size, lines):
            told[size].append(_measure(name, lines))
            return told[size][-1]["seconds"] / lines * 1000

        sizes = {"few": lambda: run("few", FEW), "many": lambda: run("many", MANY)}
        found = alternating(sizes, ROUNDS)
    few, many = median(found["few"]), median(found["many"])
    phases = {each: told["many"][-1][each] for each in PHASES}
    emit(
        "catalogue", "growth", many, "ms/line", few, many / few, ("<=", 1.2),
        lines=MANY, baseline_lines=FEW, **phases,
        rounds=spread(found["many"]), baseline_rounds=spread(found["few"]),
    )  # fmt: skip
    peak, at_few = (median(each["peak"] for each in told[size]) for size in ("many", "few"))
    emit("catalogue", "peak_memory", peak, "MB", at_few, peak / at_few, ("<=", 1.3),
         lines=MANY, baseline_lines=FEW)  # fmt: skip


def _measure(name, lines):
    """What one process took for the whole of a catalogue; its effect is taken back."""
    with odoo_environment(name) as env:
        run = _start(env, lines).id
    forget(name)
    say(f"catalogue: {lines} lines")
    done = subprocess.run(
        [sys.executable, __file__, name, str(run)], stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise SetupError(f"the run of {lines} lines failed")
    told = json.loads(done.stdout)
    if told["applied"] != lines:
        raise SetupError(f"{told['applied']} of {lines} lines were applied")
    with odoo_environment(name) as env:
        env.cr.execute("DELETE FROM integration_catalogue_line")
        env.cr.execute("DELETE FROM product_supplierinfo")
        _prices(env)
    forget(name)
    tidy(name, *TABLES)
    return told


# The work --------------------------------------------------------------------------------------------------


def _work(name, run_id):
    from odoo.addons.healthcare_procurement_connector.services.catalogues import advance

    with odoo_environment(name) as env:
        run = env["integration.catalogue"].browse(run_id)
        clock = {}
        for phase, states in PHASES.items():
            if phase == "apply":
                run.action_apply()
                env.cr.commit()
            began = time.perf_counter()
            while run.state in states:
                # As a job does that ends after its time.
                advance.advance(run)
            clock[phase] = round(time.perf_counter() - began, 1)
        seconds = sum(clock.values())
        peak = _peak_of_this_process()
        told = {"seconds": seconds, "peak": peak, "applied": run.applied_count, **clock}
    print(json.dumps(told))


def _peak_of_this_process():
    """In MB. Not getrusage's, which begins with what the process had that started this one."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / KB


# The data --------------------------------------------------------------------------------------------------


def _fill(env):
    """As many products as lines, copied within the database: what they are is not what is measured."""
    supplier = env["res.partner"].create({"name": SUPPLIER, "is_company": True})
    product = env["product.product"].create(
        {"name": "Article", "default_code": "A", "type": "consu", "is_storable": True}
    )
    env["product.supplierinfo"].create(
        {
            "partner_id": supplier.id,
            "product_id": product.id,
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_code": "pattern",
            "price": 10,
            "contract_reference": CONTRACT,
        }
    )
    env.flush_all()
    say(f"catalogue: {MANY} products")
    template, last = product.product_tmpl_id.id, product.id + 1_000_000
    _copies(env, "product_template", template, {"id": f"{last} + n", "default_code": "'A' || n"})
    _copies(
        env,
        "product_product",
        product.id,
        {
            "id": f"{last} + n",
            "product_tmpl_id": f"{last} + n",
            "default_code": "'A' || n",
            "barcode": "lpad(n::text, 13, '0')",
        },
    )
    for table in ("product_template", "product_product"):
        env.cr.execute(f"SELECT setval('{table}_id_seq', max(id)) FROM {table}")
    env["ir.config_parameter"].set_param("bench.first", last)
    _prices(env)


def _copies(env, table, row, changes, every=1):
    """Inserts a copy of a row for each n, with other values for some columns."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
    )
    columns = [name for (name,) in env.cr.fetchall() if name != "id" or "id" in changes]
    values = [changes.get(name, f"pattern.{name}") for name in columns]
    env.cr.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "  # noqa: S608
        f"FROM {table} pattern, generate_series({every}, {MANY}, {every}) n WHERE pattern.id = %s",
        [row],
    )


def _prices(env):
    """A contract price for every second product."""
    first = int(env["ir.config_parameter"].get_param("bench.first"))
    supplier = env["res.partner"].search([("name", "=", SUPPLIER)])
    product = env["product.product"].search([("default_code", "=", "A")])
    price = env["product.supplierinfo"].create(
        {
            "partner_id": supplier.id,
            "product_id": product.id,
            "product_tmpl_id": product.product_tmpl_id.id,
            "price": 10,
            "contract_reference": CONTRACT,
        }
    )
    env.flush_all()
    changes = {"product_id": f"{first} + n", "product_tmpl_id": f"{first} + n"}
    changes["product_code"] = "'S-' || n"
    _copies(env, "product_supplierinfo", price.id, changes, every=2)


def _start(env, lines):
    from odoo.addons.healthcare_procurement_connector.services.catalogues.start import start

    supplier = env["res.partner"].search([("name", "=", SUPPLIER)])
    raw = _raw(env.company.currency_id.name, lines)
    return start(env, env.company, supplier, raw, user=env.user, name="bench", jump_percent=50)


def _raw(currency, lines):
    """A catalogue whose lines are the one of a document, with other numbers."""
    from datetime import date
    from decimal import Decimal

    from odoo.addons.healthcare_procurement_connector.core import documents as doc
    from odoo.addons.healthcare_procurement_connector.formats import render

    line = doc.CatalogueLine(
        item=doc.Item(seller_code="S-0", gtin="9999999999999", name="Gloves, nitrile, size M"),
        price=doc.Price(Decimal("10.40")),
        unit="C62",
        minimum=doc.Quantity(Decimal(0), "C62"),
    )
    whole = render(
        doc.Catalogue(
            number="K-1",
            issued=date(2026, 1, 1),
            currency=currency,
            contract=CONTRACT,
            buyer=doc.Party(name="Hospital"),
            seller=doc.Party(name=SUPPLIER),
            lines=(line,),
        ),
        "ubl",
    )
    start, end = whole.index(b"<cac:CatalogueLine>"), whole.index(b"</Catalogue>")
    pattern = whole[start:end]
    parts = [whole[:start]]
    for number in range(1, lines + 1):
        told = pattern.replace(b"S-0", b"S-%d" % number)
        parts.append(told.replace(b"9999999999999", b"%013d" % number))
    return b"".join([*parts, whole[end:]])


if __name__ == "__main__":
    run_as_script(main)
