"""The buyers during the storm: confirm orders in batches, decline dearer prices, change and cancel some orders."""

import threading
from random import Random

from lib.demo.people import RefusedError

DECLINED_AT_ONCE = 10
SENT = [("direction", "=", "out"), ("document_type", "=", "order"), ("state", "=", "sent")]


class Buyers:
    """Works through the drafts in a thread of its own; ``done`` is set when the last order is confirmed."""

    def __init__(self, plan, admin, drafts, say):
        self.done = threading.Event()
        self.error = None
        self.confirmed = []
        self._cancelled = set()
        self._refused = set()
        self._plan = plan
        self._admin = admin
        self._drafts = drafts
        self._say = say
        self._dice = Random(f"{plan.seed}/buyers")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="buyers", daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join()

    def work_off(self):
        """All answers that wait for a decision, and a few more changes of mind."""
        while self._decline():
            continue
        self._change_some()
        self._cancel_some()

    def _run(self):
        try:
            self._confirm_all()
            self.done.set()
            while not self._stop.wait(2):
                self._decline()
        except Exception as error:
            self.error = error
            self.done.set()

    def _confirm_all(self):
        plan = self._plan
        for start in range(0, len(self._drafts), plan.batch):
            if self._stop.wait(plan.between_batches):
                return
            batch = self._drafts[start : start + plan.batch]
            self._confirm(batch)
            self.confirmed += batch
            self._decline()
            self._change_some()
            self._cancel_some()
            self._say(f"{len(self.confirmed)} of {len(self._drafts)} orders confirmed")

    def _confirm(self, batch):
        """What is confirmed already is passed over by Odoo, so a lost answer does no harm."""
        admin = self._admin
        waiting = batch
        while waiting:
            admin.call("purchase.order", "button_confirm", waiting)
            found = admin.find("purchase.order", [("id", "in", batch)], "state")
            waiting = [
                order["id"] for order in found if order["state"] not in ("purchase", "cancel")
            ]

    def _decline(self):
        """Each declined price makes an order change, a second message of the order's key; returns how many."""
        lines = self._admin.find(
            "purchase.acknowledgement.line",
            [("decision", "=", "pending"), ("id", "not in", sorted(self._refused))],
            limit=DECLINED_AT_ONCE,
        )
        for line in lines:
            if not self._press("purchase.acknowledgement.line", "action_decline", line["id"]):
                self._refused.add(line["id"])
        return len(lines)

    def _change_some(self):
        """Saves another quantity of an order that the supplier has: the next message of its key."""
        for order in self._some(self._plan.changed, self._sent):
            lines = self._admin.find(
                "purchase.order.line", [("order_id", "=", order)], "product_qty"
            )
            more = {"product_qty": lines[0]["product_qty"] + 1}
            self._press(
                "purchase.order", "write", order, {"order_line": [(1, lines[0]["id"], more)]}
            )

    def _cancel_some(self):
        """By turns one that the supplier has and one of those just confirmed, which may be on its way."""

        def young_or_old():
            young = self.confirmed[-self._plan.batch :]
            return (not len(self._cancelled) % 2 and self._sent()) or young

        for order in self._some(self._plan.cancelled, young_or_old):
            self._cancelled.add(order)
            self._press("purchase.order", "button_cancel", order)

    def _some(self, percent, candidates):
        """So many of a batch's number of orders, of those that are not cancelled."""
        for _ in range(self._plan.batch):
            if self._dice.uniform(0, 100) < percent:
                found = sorted(set(candidates()) - self._cancelled)
                if found:
                    yield self._dice.choice(found)

    def _sent(self):
        return [each["res_id"] for each in self._admin.find("integration.message", SENT, "res_id")]

    def _press(self, model, method, record, *arguments):
        try:
            self._admin.call(model, method, [record], *arguments)
            return True
        except RefusedError as refused:
            # Odoo's answer to a person: decided meanwhile, cancelled, billed already. It stays as it is.
            self._say(str(refused))
            return False
