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
        """After the storm: all answers that wait for a decision."""
        while self._decline():
            continue

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
            self._press("purchase.acknowledgement.line", "action_decline", line["id"])
        return len(lines)

    def _cancel_some(self):
        """By turns one of those just confirmed, which may be on its way, and one that the supplier has."""
        for _ in range(self._plan.batch):
            if self._dice.uniform(0, 100) < self._plan.cancelled:
                young = self.confirmed[-self._plan.batch :]
                old = [
                    each["res_id"]
                    for each in self._admin.find("integration.message", SENT, "res_id")
                ]
                candidates = set(old if len(self._cancelled) % 2 else young) - self._cancelled
                if candidates:
                    order = self._dice.choice(sorted(candidates))
                    self._cancelled.add(order)
                    self._press("purchase.order", "button_cancel", order)

    def _press(self, model, method, record):
        try:
            self._admin.call(model, method, [record])
        except RefusedError as refused:
            # Odoo's answer to a person: decided meanwhile, cancelled, billed already. It stays as it is.
            self._refused.add(record)
            self._say(str(refused))
