"""Bills, orders and receipts in the database by the thousand: a row of each is made by Odoo, SQL copies it.

Every bill names an order of its own with ten lines; quantities and prices differ from line to line. One line in
twenty is not as it should be: too dear, too many, not received, or received in part.
"""

import hashlib
from pathlib import Path

from _report import say

BILL_LINES = 10
ONE_IN = 20
PRODUCTS = 200
# A line number, as SQL: what it orders, what arrived, what is billed.
ORDERED = "(5 + n %% 20)"
PRICE = "round((1 + (n %% 997) * 0.37)::numeric, 2)"
WRONG = f"(n %% {ONE_IN} = 0)"
KIND = f"(n / {ONE_IN} %% 4)"
BILL_PRICE = f"(CASE WHEN {WRONG} AND {KIND} = 0 THEN round({PRICE} * 1.25, 2) ELSE {PRICE} END)"
BILLED = f"(CASE WHEN {WRONG} AND {KIND} = 1 THEN {ORDERED} + 3 ELSE {ORDERED} END)"
RECEIVED = (
    f"(CASE WHEN {WRONG} AND {KIND} = 1 THEN {ORDERED} + 3"
    f" WHEN {WRONG} AND {KIND} = 3 THEN 2 ELSE {ORDERED} END)"
)
CODES = ("PRICE", "QTY_ORD", "NOT_RECEIVED", "QTY_REC")
TABLES = (
    "purchase_order", "purchase_order_line", "stock_move", "account_move", "account_move_line",
    "account_move_line_account_tax_rel", "account_tax_purchase_order_line_rel",
)  # fmt: skip


def identity():
    """Changes when other data would be made."""
    return f"bills {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"


def hospital(env):
    """Chart of accounts, supplier, products, tax, a user of accounts payable; works without our addons."""
    from odoo import Command

    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
    env["res.partner"].create({"name": "Mediline", "is_company": True})
    env["product.product"].create(
        [
            {
                "name": f"Product {number:03d}",
                "default_code": f"P{number:03d}",
                "type": "consu",
                "is_storable": True,
                "supplier_taxes_id": False,
            }
            for number in range(PRODUCTS)
        ]
    )
    groups = ("account.group_account_invoice", "purchase.group_purchase_user", "base.group_user")
    env["res.users"].create(
        {
            "name": "Clerk",
            "login": "bench_clerk",
            "group_ids": [Command.set([env.ref(group).id for group in groups])],
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
        }
    )


def order(env, lines):
    """A confirmed order of so many lines, all received."""
    from odoo import Command

    supplier = env["res.partner"].search([("name", "=", "Mediline")], limit=1)
    products = env["product.product"].search(
        [("default_code", "=like", "P___")], order="default_code"
    )
    tax = env["account.tax"].search([("type_tax_use", "=", "purchase")], limit=1)
    made = env["purchase.order"].create(
        {
            "partner_id": supplier.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": products[number % PRODUCTS].id,
                        "name": products[number % PRODUCTS].name,
                        "product_qty": 10,
                        "product_uom_id": products[0].uom_id.id,
                        "price_unit": 4.0,
                        "tax_ids": [Command.set(tax.ids)],
                        "date_planned": "2026-03-01 12:00:00",
                    }
                )
                for number in range(lines)
            ],
        }
    )
    made.button_confirm()
    made.picking_ids.move_ids.quantity = 10
    made.picking_ids.button_validate()
    return made


def bill(env, ordered):
    """A draft bill of an order, as it was ordered."""
    from odoo import Command

    return env["account.move"].create(
        {
            "move_type": "in_invoice",
            "partner_id": ordered.partner_id.id,
            "invoice_date": "2026-03-10",
            "ref": f"T-{ordered.name}",
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "purchase_line_id": line.id,
                        "quantity": 10,
                        "product_uom_id": line.product_uom_id.id,
                        "price_unit": 4.0,
                        "tax_ids": [Command.set(line.tax_ids.ids)],
                    }
                )
                for line in ordered.order_line
            ],
        }
    )


def policy(env):
    """Enforces every kind that can be measured, the day of the bill among them."""
    from odoo import Command

    measured = env["purchase.match.tolerance"]._fields["code"]._selection
    rows = [Command.create({"code": code, **_tolerance(code)}) for code in measured]
    author, approver = (
        env["res.users"].create(
            {
                "name": login,
                "login": f"bench_{login}",
                "group_ids": [
                    Command.set(
                        [env.ref(f"healthcare_three_way_match.group_match_policy_{login}").id]
                    )
                ],
            }
        )
        for login in ("author", "approver")
    )
    draft = env["purchase.match.policy"].search([("company_id", "=", env.company.id)], limit=1)
    draft = draft._new_version()
    draft.tolerance_ids.unlink()
    draft.write(
        {"mode": "enforce", "finance_user_id": env.ref("base.user_admin").id, "tolerance_ids": rows}
    )
    draft.with_user(author).action_submit()
    draft.with_user(approver).action_approve()


def _tolerance(code):
    if code == "PRICE":
        return {"upper_state": "value", "upper_percent": 2.0, "upper_absolute": 5.0}
    if code == "DATE":
        return {"upper_state": "value", "upper_absolute": 30.0}
    return {}


def fill(env):
    """The rows that ``grow`` copies."""
    hospital(env)
    bill(env, order(env, 1))
    policy(env)


def grow(env, lines):
    """Adds so many bill lines, and their orders and receipts, to a database that ``fill`` made."""
    _trusting(env.cr)
    copied = _Copied(env.cr)
    env.cr.execute(
        "SELECT array_agg(id ORDER BY id) FROM product_product WHERE default_code LIKE 'P___'"
    )
    products = f"(ARRAY{env.cr.fetchone()[0]})[n %% {PRODUCTS} + 1]"
    bills = lines // BILL_LINES
    orders = copied.table(
        "purchase_order",
        bills,
        {"name": "'PB' || n", "business_ref": "'PB' || n", "user_id": "2"},
        "ORDER BY id DESC",
    )
    order_lines = copied.table(
        "purchase_order_line",
        lines,
        {
            "order_id": f"{orders} + n / {BILL_LINES}",
            "product_id": products,
            "product_qty": ORDERED,
            "product_uom_qty": ORDERED,
            "price_unit": PRICE,
            "qty_received": "0",
            "price_subtotal": f"{ORDERED} * {PRICE}",
        },
    )
    moves = copied.table(
        "stock_move",
        lines,
        {
            "purchase_line_id": f"{order_lines} + n",
            "product_id": products,
            "quantity": RECEIVED,
            "picking_id": "NULL",
            "state": f"CASE WHEN {WRONG} AND {KIND} = 2 THEN 'cancel' ELSE 'done' END",
        },
        "WHERE purchase_line_id IS NOT NULL ORDER BY id DESC",
    )
    made = copied.table(
        "account_move",
        bills,
        {
            "ref": "'INV-' || n",
            "match_number_key": "'INV-' || n",
            "business_ref": "'PB' || n",
            "name": "NULL",
        },
        "WHERE move_type = 'in_invoice' ORDER BY id DESC",
    )
    bill_lines = copied.table(
        "account_move_line",
        lines,
        {
            "move_id": f"{made} + n / {BILL_LINES}",
            "purchase_line_id": f"{order_lines} + n",
            "product_id": products,
            "quantity": BILLED,
            "price_unit": BILL_PRICE,
            "price_subtotal": f"{BILLED} * {BILL_PRICE}",
            "price_total": f"{BILLED} * {BILL_PRICE} * 1.15",
        },
        "WHERE display_type = 'product' AND purchase_line_id IS NOT NULL ORDER BY id DESC",
    )
    copied.relation(
        "account_tax_purchase_order_line_rel", "purchase_order_line_id", order_lines, lines
    )
    copied.relation("account_move_line_account_tax_rel", "account_move_line_id", bill_lines, lines)
    env.cr.execute(
        f"""
        UPDATE account_move bill SET amount_total = found.total, amount_residual = found.total
          FROM (SELECT move_id, sum(price_total) AS total FROM account_move_line
                 WHERE id >= {bill_lines} GROUP BY move_id) found
         WHERE found.move_id = bill.id
        """
    )
    # The row that was copied is no part of what is measured.
    env.cr.execute(f"UPDATE account_move SET state = 'cancel' WHERE id < {made}")
    env.cr.execute(f"UPDATE account_move_line SET parent_state = 'cancel' WHERE id < {bill_lines}")
    env.cr.execute("TRUNCATE purchase_match, purchase_match_line CASCADE")
    return moves


def _trusting(cr):
    """Copies of rows refer to what is there: looking that up is most of the work, and left out where we may."""
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cr.fetchone()[0]:
        cr.execute("SET LOCAL session_replication_role = replica")


class _Copied:
    """Copies rows with some of their columns replaced; ``n`` counts from 0."""

    def __init__(self, cr):
        self._cr = cr

    def table(self, table, count, replaced, which="ORDER BY id DESC"):
        """The id of the first copy; the others follow without a gap."""
        self._cr.execute(f"SELECT max(id) + 1 FROM {table}")
        [first] = self._cr.fetchone()
        self._cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            (table,),
        )
        values = {name: f't."{name}"' for [name] in self._cr.fetchall()}
        values |= {"id": f"{first} + n"} | {n: sql for n, sql in replaced.items() if n in values}
        columns = ", ".join(f'"{name}"' for name in values)
        self._cr.execute(
            f"""
            INSERT INTO {table} ({columns}) SELECT {", ".join(values.values())}
              FROM (SELECT * FROM {table} {which} LIMIT 1) t CROSS JOIN generate_series(0, %s - 1) n
            """,
            (count,),
        )
        self._cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        say(f"  {count} rows of {table}")
        return first

    def relation(self, table, column, first, count):
        """The one tax of each line."""
        self._cr.execute(
            f"""
            INSERT INTO {table} ({column}, account_tax_id)
            SELECT {first} + n, (SELECT account_tax_id FROM {table} ORDER BY {column} DESC LIMIT 1)
              FROM generate_series(0, %s - 1) n
            """,
            (count,),
        )
