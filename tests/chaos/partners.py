"""The suppliers of a chaos run, as a process of its own that is never killed.

    python -m tests.chaos.partners --config suppliers.json [--port N] [--control-port N]

Each supplier has a door (a port) of its own, fails as ``weather`` has it while the storm is on, writes all that
happens into the ledger, answers the orders it takes and bills some of them. What it sends it repeats, under the same
id, until it is taken. It judges nothing: an order that comes twice is taken twice, a change without an order as well.
Asked for an id (``GET /orders/<id>``) it says whether it has it.

The control port, open to this machine only:

    GET /_control/state     {"ports": {code: port}, "pending": documents not yet taken}
    PUT /_control/storm     {"on": true or false}

The configuration: ``{"seed", "billed", "ledger", "suppliers": [{"code", "url", "order_secret", "document_secret",
"recognises_repeats"}]}``.
"""

import argparse
import hashlib
import itertools
import json
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import urllib3

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Order,
    OrderCancellation,
    OrderChange,
)
from odoo.addons.healthcare_procurement_connector.formats import parse, render

from tests.simulator import behaviour, webhooks
from tests.simulator.faults import Faults
from tests.simulator.later import Later
from tests.simulator.misbehaviour import misbehave
from tests.simulator.servers import Application, Door, as_json, run

from .ledger import Ledger
from .weather import door_times, strike

THREADS = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 4.0
# Of a hundred.
DEARER = 20
SENT_AGAIN = 10
PROFILE = behaviour.Profile()


class Partners:
    """All suppliers, the storm's switch and the control port."""

    def __init__(self, settings, control_port=0):
        self.storm = threading.Event()
        self.stopped = threading.Event()
        self.later = Later(THREADS)
        self.ledger = Ledger(Path(settings["ledger"]))
        self.seed, self.billed = settings["seed"], settings["billed"]
        self.suppliers = {each["code"]: Supplier(self, **each) for each in settings["suppliers"]}
        self.control = Door(
            Application(
                [("GET", "/_control/state", self._state), ("PUT", "/_control/storm", self._storm)]
            ),
            control_port,
        )

    def _state(self, _request):
        suppliers = self.suppliers.items()
        return as_json(
            {
                "ports": {code: supplier.door.port for code, supplier in suppliers},
                "pending": sum(supplier.post.pending for _code, supplier in suppliers),
                "errors": self.later.errors,
            }
        )

    def _storm(self, request):
        if request.get_json(force=True)["on"]:
            self.storm.set()
        else:
            self.storm.clear()
        return as_json({})

    def run(self):
        run(next(iter(self.suppliers.values())).door, self.control)
        self.stopped.set()
        self.later.stop()


class Supplier:
    """One supplier: its door, what it knows of each order, and its dice."""

    def __init__(self, partners, code, url, order_secret, document_secret, recognises_repeats=True):
        self.code = code
        self.recognises_repeats = recognises_repeats
        self.post = Post(partners, code, url, document_secret)
        self._partners = partners
        self._order_secret = order_secret
        self._requests = itertools.count(1)
        self._known = set()
        self._orders = {}
        self._answers = {}
        self._lock = threading.Lock()
        self.door = Door(
            Application([("POST", "/orders", self._take), ("GET", "/orders/<key>", self._tell)])
        )
        threading.Thread(target=self._work_the_door, daemon=True).start()

    def _take(self, request):
        partners, key = self._partners, request.headers.get("Idempotency-Key")
        raw = request.get_data()
        how = None
        if partners.storm.is_set():
            number = next(self._requests)
            how = strike(partners.seed, self.code, number, self.recognises_repeats)
        refusal = webhooks.refusal(self._order_secret, request.headers, raw)
        taken = not refusal and (how is None or how.stores)
        (document,) = parse(raw)
        with self._lock:
            new = taken and not (self.recognises_repeats and key in self._known)
            partners.ledger.note("delivery", **self._entry(document, key, raw, taken, how, refusal))
            if new:
                self._known.add(key)
                self._file(document)
        if refusal:
            return as_json({"error": refusal}, 401)
        if how:
            return misbehave(how, request.environ, partners.stopped)
        return as_json({"status": "received"})

    def _tell(self, _request, key):
        with self._lock:
            known = key in self._known
        return as_json({"known": known}, 200 if known else 404)

    def _entry(self, document, key, raw, taken, how, refusal):
        return {
            "supplier": self.code,
            "key": key,
            "sha": hashlib.sha256(raw).hexdigest(),
            "type": type(document).__name__,
            "number": document.number,
            "order_number": getattr(document, "order_number", None) or document.number,
            "revision": getattr(document, "revision", None),
            "taken": taken,
            "how": refusal or _words(how),
        }

    def _file(self, document):
        """What the supplier makes of what it took; called with the lock."""
        # A change is an order, too: it states how the order is to be.
        if isinstance(document, OrderChange):
            if document.order_number in self._orders:
                order = behaviour.changed(self._orders[document.order_number], document)
                self._orders[order.number] = order
                self._answer(order, Faults())
        elif isinstance(document, OrderCancellation):
            self._orders.pop(document.order_number, None)
        elif isinstance(document, Order):
            self._orders[document.number] = document
            self._answer(document, self._faults(document))

    def _dice(self, order, what):
        return Random(f"{self._partners.seed}/{self.code}/{order.number}/{what}").uniform(0, 100)

    def _faults(self, order):
        if self._dice(order, "dearer") < DEARER:
            return Faults(price={order.lines[0].number: Decimal("1.10")})
        return Faults()

    def _answer(self, order, faults):
        count = self._answers[order.number] = self._answers.get(order.number, 0) + 1
        today = date.today()
        number = f"OR-{order.number}-{count}"
        response = behaviour.respond(order, PROFILE, faults, today, number)
        self._send("order_response", response, order, 0.1)
        if count == 1 and not faults.price and self._dice(order, "bill") < self._partners.billed:
            bill = behaviour.invoice(order, PROFILE, faults, today, f"INV-{order.number}")
            self._send("invoice", bill, order, 1.0)

    def _send(self, kind, document, order, delay):
        raw = render(document, "ubl")
        again = 2 if self._dice(order, f"{kind}/again") < SENT_AGAIN else 1
        for repeat in range(again):
            self.post.send(kind, document.number, order.number, raw, delay + repeat)

    def _work_the_door(self):
        partners = self._partners
        for open_for, closed_for in door_times(partners.seed, self.code):
            partners.storm.wait()
            if partners.stopped.wait(open_for):
                return
            if partners.storm.is_set():
                self.door.close()
                partners.ledger.note("door", supplier=self.code, closed_for=round(closed_for, 1))
                partners.stopped.wait(closed_for)
                self.door.open()


def _words(how):
    if how is None:
        return "served"
    return f"status {how.status}" if how.kind == "status" else how.kind


class Post:
    """What one supplier sends: each document under an id of its own, again and again until it is taken."""

    def __init__(self, partners, code, url, secret):
        self.pending = 0
        self._partners = partners
        self._code = code
        self._url = url
        self._secret = secret
        self._lock = threading.Lock()
        self._http = urllib3.PoolManager(
            maxsize=THREADS, retries=False, timeout=urllib3.Timeout(connect=5, read=60)
        )

    def send(self, kind, number, order_number, raw, delay):
        with self._lock:
            self.pending += 1
        letter = {
            "supplier": self._code,
            "kind": kind,
            "number": number,
            "order_number": order_number,
            "webhook_id": webhooks.new_id(),
            "sha": hashlib.sha256(raw).hexdigest(),
        }
        self._partners.later.call(delay, self._try, letter, raw, FIRST_PAUSE)

    def _try(self, letter, raw, pause):
        headers = {
            "Content-Type": "application/xml",
            **webhooks.signed_headers(self._secret, letter["webhook_id"], raw),
        }
        try:
            reply = self._http.request("POST", self._url, body=raw, headers=headers)
            status, said = reply.status, reply.data[:200].decode(errors="replace")
        except urllib3.exceptions.HTTPError as error:
            status, said = 0, str(error)[:200]
        self._partners.ledger.note("post", **letter, status=status, said=said)
        if 200 <= status < 300:
            with self._lock:
                self.pending -= 1
        else:
            next_pause = min(pause * 2, LONGEST_PAUSE)
            self._partners.later.call(pause, self._try, letter, raw, next_pause)


def main():
    parser = argparse.ArgumentParser(description="The suppliers of a chaos run.")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="unused: each supplier has its own")
    parser.add_argument("--control-port", type=int, default=0)
    arguments = parser.parse_args()
    Partners(json.loads(arguments.config.read_text()), arguments.control_port).run()


if __name__ == "__main__":
    main()
