"""People who work on one order at the same time, each on a connection of their own: receipts, bills, releases.

Run as ``python -m tests.chaos.match_crowd DATABASE WORKERS…`` in Odoo's environment: one crowd after the other, each
with an order of its own. Prints what came out as one line of JSON, {workers: what came of them}. Each act is a transaction that is repeated as Odoo's request layer repeats it
(``odoo.service.model.retrying``); who still fails after that tries again later, as a person would.
"""

import argparse
import json
import queue
import random
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

import psycopg2

import odoo
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as request_layer

# Eight parts are billed, six arrive: in whatever order, two bills stay without goods.
PART, PARTS_ORDERED, PARTS_BILLED = 5, 6, 8
DEAR_BILLS = 3
SEED = 20261125


class Crowd:
    """One order, and all that is done to it. ``workers``: how many connections do it."""

    def __init__(self, database, workers):
        self.registry = Registry(database)
        self.workers = workers
        self.acts = queue.Queue()
        self.counts = Counter()
        self.failures = []
        self.lock = threading.Lock()

    @contextmanager
    def env(self, uid=SUPERUSER_ID):
        """A connection of its own."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, uid, {"tracking_disable": True})

    def act(self, work, uid=SUPERUSER_ID):
        """One transaction, repeated by Odoo's own layer where it lost a race."""
        with self.env(uid) as env:
            tries = Counter()

            def once():
                tries["all"] += 1
                return work(env)

            try:
                return request_layer.retrying(once, env)
            finally:
                with self.lock:
                    self.counts["lost_races"] += tries["all"] - 1

    # -- the stage --------------------------------------------------------------------------------

    def prepare(self):
        self.ids = self.act(self._prepare)

    def _enforce(self, env, company):
        policies = env["purchase.match.policy"].search([("company_id", "=", company.id)])
        version = policies.filtered(lambda policy: policy.state == "active")._new_version()
        version.write({"mode": "enforce", "tolerance_ids": [Command.clear()]})
        version.action_submit()
        second = env["res.users"].create(
            [
                self._user(
                    env,
                    company,
                    "policies",
                    "healthcare_three_way_match.group_match_policy_approver",
                )
            ]
        )
        version.with_user(second).action_approve()

    def _prepare(self, env):
        company = env.ref("base.main_company")
        self._enforce(env, company)
        supplier = env["res.partner"].create({"name": "Crowded supplier"})
        products = env["product.product"].create(
            [{"name": n, "type": "consu", "is_storable": True} for n in ("Gloves", "Syringes")]
        )
        users = env["res.users"].create(
            [
                self._user(env, company, "clerk", "account.group_account_invoice"),
                self._user(
                    env,
                    company,
                    "approver",
                    "account.group_account_invoice",
                    "healthcare_three_way_match.group_match_approver",
                ),
                self._user(env, company, "receiver", "stock.group_stock_user"),
            ]
        )
        quantities = (PART * PARTS_ORDERED, PART * DEAR_BILLS)
        order = env["purchase.order"].create(
            {
                "partner_id": supplier.id,
                "company_id": company.id,
                "order_line": [
                    Command.create(
                        {
                            "name": product.name,
                            "product_id": product.id,
                            "product_qty": quantity,
                            "product_uom_id": product.uom_id.id,
                            "price_unit": 4.0,
                            "tax_ids": [Command.clear()],
                            "date_planned": fields.Datetime.now(),
                        }
                    )
                    for product, quantity in zip(products, quantities, strict=True)
                ],
            }
        )
        order.button_confirm()
        self.clerk, self.approver, self.receiver = users.ids
        return {"order": order.id, "lines": order.order_line.ids, "supplier": supplier.id}

    def _user(self, env, company, login, *groups):
        return {
            "name": login,
            "login": f"crowd_{self.workers}_{login}",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set([env.ref(g).id for g in ("base.group_user", *groups)])],
        }

    # -- what people do ---------------------------------------------------------------------------

    def receive(self, env):
        """A part of each line that still waits for some, as the receiver."""
        order = env["purchase.order"].sudo().browse(self.ids["order"])
        picking = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        for move in picking.move_ids:
            waiting = move.purchase_line_id.product_qty - move.purchase_line_id.qty_received
            move.quantity = min(PART, waiting)
        picking.move_ids.picked = True
        picking.with_user(self.receiver).with_context(skip_backorder=True).button_validate()

    def bill(self, env, number, line, price, post):
        """A bill for one part, entered by the clerk; refused ones leave nothing behind."""
        order_line = env["purchase.order.line"].browse(self.ids["lines"][line])
        bill = env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.ids["supplier"],
                "invoice_date": fields.Date.today(),
                "ref": number,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": order_line.sudo().product_id.id,
                            "purchase_line_id": order_line.id,
                            "quantity": PART,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        if post:
            bill.action_post()
        return bill.id

    def release(self, env, bill_id):
        """All price holds of a bill, as the approver; another may have been quicker."""
        holds = env["purchase.match.hold"].search(
            [("bill_id", "=", bill_id), ("code", "=", "PRICE")]
        )
        action = holds.action_release()
        wizard = env[action["res_model"]].browse(action["res_id"])
        wizard.reason = "agreed"
        wizard.action_decide()

    def post(self, env, bill_id):
        bill = env["account.move"].browse(bill_id)
        if bill.state == "draft":
            bill.action_post()

    # -- the crowd --------------------------------------------------------------------------------

    def run(self):
        """Everything in a random order, by all workers at once; what was refused is tried again at the end."""
        acts = [(self.receive, SUPERUSER_ID) for _part in range(PARTS_ORDERED)]
        bills = [
            (partial(self.bill, number=f"B-{n}", line=0, price=4.0, post=True), self.clerk)
            for n in range(PARTS_BILLED)
        ]
        acts += bills
        acts += [(partial(self._dear, number=f"D-{n}"), None) for n in range(DEAR_BILLS)]
        random.Random(SEED).shuffle(acts)
        again = self._all_at_once(acts)
        # Now that all goods are there: each bill that was refused for them, twice over.
        left = self._all_at_once(again)
        return self.outcome(refused=len(left))

    def _dear(self, number):
        """A bill at another price: entered, released by two approvers at once, posted."""
        make = partial(self.bill, number=number, line=1, price=5.0, post=False)
        bill_id = self.insist(make, self.clerk)
        follow = [
            (partial(self.release, bill_id=bill_id), self.approver),
            (partial(self.release, bill_id=bill_id), self.approver),
            (partial(self.post, bill_id=bill_id), self.clerk),
        ]
        for each in follow:
            self.acts.put(each)

    def insist(self, work, uid):
        """Until Odoo's layer did not give up: a person who reads "try again" does."""
        while True:
            try:
                return self.act(work, uid)
            except psycopg2.errors.OperationalError:
                with self.lock:
                    self.counts["tried_again"] += 1

    def _all_at_once(self, acts):
        """Does these with all workers; returns those that were refused."""
        for each in acts:
            self.acts.put(each)
        refused = []
        threads = [
            threading.Thread(target=self._work, args=(refused,)) for _worker in range(self.workers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return refused

    def _work(self, refused):
        while True:
            try:
                work, uid = self.acts.get(timeout=0.1)
            except queue.Empty:
                if self.acts.unfinished_tasks:
                    continue  # who is still at work may leave more to do
                return
            try:
                if uid is None:
                    work()
                else:
                    self.insist(work, uid)
            except UserError as error:
                with self.lock:
                    self.counts[_kind(error)] += 1
                    if "decided already" not in str(error):
                        refused.append((work, uid))
            except Exception as error:  # told to the test, which fails for it
                with self.lock:
                    self.failures.append(f"{type(error).__name__}: {error}")
            finally:
                self.acts.task_done()

    # -- what came of it --------------------------------------------------------------------------

    def outcome(self, refused):
        with self.env() as env:
            order = env["purchase.order"].browse(self.ids["order"])
            bills = order.order_line.invoice_lines.move_id
            posted = bills.filtered(lambda bill: bill.state == "posted")
            holds = env["purchase.match.hold"].search([("order_id", "=", order.id)])
            state = {
                "ordered": order.order_line.mapped("product_qty"),
                "received": order.order_line.mapped("qty_received"),
                "billed": [
                    sum(
                        line.quantity
                        for line in order_line.invoice_lines
                        if line.parent_state == "posted"
                    )
                    for order_line in order.order_line
                ],
                "counted_as_billed": order.order_line.mapped("qty_invoiced"),
                "posted": len(posted),
                "drafts": len(bills - posted),
                "amount": sum(posted.mapped("amount_total")),
                "refused": refused,
                "matches": dict(Counter(bills.match_ids.mapped("state"))),
                "withheld": sum(bills.match_ids.mapped("withheld")),
                "holds": dict(Counter(f"{h.code} {h.state}" for h in holds if _decided(h))),
                "released_by": sorted(set(holds.decided_by_id.mapped("name"))),
                "open_receipts": len(order.picking_ids.filtered(lambda p: p.state == "assigned")),
            }
            turns = order.order_line.mapped("match_version")
        return {"state": state, "turns": turns, "counts": self.counts, "failures": self.failures}


def _decided(hold):
    """What closed by itself depends on who came first; what people decided, and what is open, does not."""
    return hold.state != "auto_released"


def _kind(error):
    return "decided_already" if "decided already" in str(error) else "refused_at_first"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("database")
    arguments.add_argument("workers", type=int, nargs="+")
    given = arguments.parse_args()
    odoo.tools.config.parse_config(["-d", given.database, "--no-http", "--log-level=error"])
    odoo.tools.config["db_maxconn"] = 4 * max(given.workers)
    # The layer's pauses are made for people far apart; here they would only take time.
    with patch.object(request_layer.time, "sleep", partial(_nap, time.sleep)):
        json.dump({workers: _run(given.database, workers) for workers in given.workers}, sys.stdout)


def _run(database, workers):
    crowd = Crowd(database, workers)
    crowd.prepare()
    began = time.monotonic()
    found = crowd.run()
    return {**found, "seconds": round(time.monotonic() - began, 1)}


def _nap(sleep, seconds):
    sleep(seconds / 50)


if __name__ == "__main__":
    main()
