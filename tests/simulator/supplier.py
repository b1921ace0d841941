"""A supplier, or several, as an HTTP server of their own.

    python -m tests.simulator.supplier --config suppliers.json [--port N] [--control-port N]

Orders are POSTed to ``/suppliers/<code>/orders``. The second port, open to this machine only, steers the server:

    GET  /_control/orders?supplier=…      what came in: ids, headers, how often, the bytes
    GET  /_control/sent?supplier=…        what went out, and the answers
    GET  /_control/refused?supplier=…     what was not taken, and why
    PUT  /_control/faults                 {"supplier", "faults"}: how documents go wrong from now on (see faults.py)
    PUT  /_control/misbehaviour           {"supplier", "misbehaviour"}: how the server fails (see misbehaviour.py)
    POST /_control/send                   {"supplier", "what", …}: sends something now, returns Odoo's answer
    POST /_control/forget                 forgets every order

``what`` is response, despatch, invoice (each with "order" and "faults"), credit_note (also "quantities"), again
("number", "same_id") or raw ("text" or "base64", "webhook_id", "secret").

The configuration: ``{"suppliers": [{"code", "url", "order_secret", "document_secret", "answers", "party",
"account", "tax": {"category", "rate"}, "tracking": {item: {"by", "shelf_days"}}}]}``. A supplier with "folder"
instead of "url" exchanges files there.
"""

import argparse
import base64
import json
import threading
from pathlib import Path

from werkzeug.exceptions import BadRequest, Conflict, NotFound

from odoo.addons.healthcare_procurement_connector.core.documents import TaxRate

from .behaviour import Profile, Tracking
from .desk import Desk, DeskError, RefusedError
from .faults import FaultError, read_decimal, read_faults, read_party
from .folder import FolderDoor, FolderPost
from .later import Later
from .misbehaviour import Misbehaviour, MisbehaviourError, misbehave
from .outbox import HttpPost, NothingSentError, Outbox
from .servers import Application, Door, as_json, run


class Suppliers:
    """The desks by code, what the server does instead of its job, and the two HTTP applications."""

    def __init__(self, configuration, port=0, control_port=0):
        self._configuration = configuration
        self._later = Later()
        self._misbehaviours = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._folders = []
        self._open_desks()
        path = "/suppliers/<code>/orders"
        self.door = Door(
            Application([("POST", path, self._order), ("GET", path, self._greet)]), port
        )
        self.control = Door(
            Application(
                [
                    ("GET", "/_control/orders", self._orders),
                    ("GET", "/_control/sent", self._sent),
                    ("GET", "/_control/refused", self._refused),
                    ("PUT", "/_control/faults", self._set_faults),
                    ("PUT", "/_control/misbehaviour", self._set_misbehaviour),
                    ("POST", "/_control/send", self._send),
                    ("POST", "/_control/forget", self._forget),
                ]
            ),
            control_port,
        )

    def _open_desks(self):
        self._desks = {
            each["code"]: _desk(each, self._later) for each in self._configuration["suppliers"]
        }
        for folder in self._folders:
            folder.close()
        self._folders = [
            FolderDoor(Path(each["folder"]), self._desks[each["code"]])
            for each in self._configuration["suppliers"]
            if "folder" in each
        ]

    def _desk_of(self, code):
        if code not in self._desks:
            raise NotFound(f"no supplier {code}")
        return self._desks[code]

    # What the buyer's system sees

    def _greet(self, _request, code):
        self._desk_of(code)
        return as_json({"supplier": code, "takes": "orders"})

    def _order(self, request, code):
        desk = self._desk_of(code)
        body = request.get_data()
        how = self._strike(code)
        if how and not how.stores:
            return misbehave(how, request.environ, self._stopped)
        try:
            desk.take(request.headers, body)
        except RefusedError as refusal:
            return as_json({"error": str(refusal)}, refusal.status)
        if how:
            return misbehave(how, request.environ, self._stopped)
        return as_json({"status": "received"})

    def _strike(self, code):
        """The misbehaviour that is due for this request, counted down."""
        with self._lock:
            how, left = self._misbehaviours.get(code, (None, None))
            if how is None or left == 0:
                return None
            if left is not None:
                self._misbehaviours[code] = (how, left - 1)
            return how

    # What steers the server

    def _orders(self, request):
        return as_json(
            [
                {
                    "supplier": code,
                    "key": each.key,
                    "webhook_id": each.headers.get("Webhook-Id"),
                    "number": each.document.number,
                    "type": type(each.document).__name__,
                    "order_number": getattr(each.document, "order_number", None),
                    "revision": getattr(each.document, "revision", None),
                    "format": each.format,
                    "times": each.times,
                    "received": each.received,
                    "headers": each.headers,
                    "text": each.raw.decode(errors="replace"),
                }
                for code, desk in self._chosen(request)
                for each in list(desk.received.values())
            ]
        )

    def _sent(self, request):
        return as_json(
            [
                {
                    "supplier": code,
                    "kind": each.kind,
                    "number": each.number,
                    "webhook_id": each.webhook_id,
                    "answers": each.answers,
                    "text": each.raw.decode(errors="replace"),
                }
                for code, desk in self._chosen(request)
                for each in list(desk.outbox.sent)
            ]
        )

    def _refused(self, request):
        return as_json([each for _code, desk in self._chosen(request) for each in desk.refused])

    def _chosen(self, request):
        code = request.args.get("supplier")
        return [(code, self._desk_of(code))] if code else list(self._desks.items())

    def _set_faults(self, request):
        data = _json(request)
        self._desk_of(data["supplier"]).faults = _faults(data)
        return as_json({})

    def _set_misbehaviour(self, request):
        data = _json(request)
        self._desk_of(data["supplier"])
        wanted = data.get("misbehaviour")
        try:
            how = Misbehaviour(**wanted) if wanted else None
        except (MisbehaviourError, TypeError) as error:
            raise BadRequest(str(error)) from error
        with self._lock:
            self._misbehaviours[data["supplier"]] = (how, how and how.times)
            if any(each and each.kind == "refuse" for each, _left in self._misbehaviours.values()):
                self.door.close()
            else:
                self.door.open()
        return as_json({})

    def _send(self, request):
        data = _json(request)
        desk = self._desk_of(data["supplier"])
        try:
            return as_json(_SENDERS[data["what"]](desk, data))
        except KeyError as error:
            raise BadRequest(f"missing or unknown: {error}") from error
        except (DeskError, NothingSentError) as error:
            raise Conflict(str(error)) from error

    def _forget(self, _request):
        self._later.forget()
        self._open_desks()
        return as_json({})

    def run(self):
        run(self.door, self.control)
        self._stopped.set()
        self._later.stop()


def _desk(settings, later):
    profile = Profile(
        party=read_party(settings["party"]) if settings.get("party") else None,
        account=settings.get("account"),
        tracking={
            item: Tracking(each["by"], each.get("shelf_days"))
            for item, each in settings.get("tracking", {}).items()
        },
    )
    if "tax" in settings:
        tax = TaxRate(settings["tax"]["category"], read_decimal(settings["tax"]["rate"]))
        profile = Profile(profile.party, profile.account, tax, profile.tracking)
    if "folder" in settings:
        post = FolderPost(Path(settings["folder"]))
    else:
        post = HttpPost(settings["url"], settings["document_secret"])
    answers = settings.get("answers", True)
    return Desk(profile, settings.get("order_secret"), Outbox(post, later), later, answers)


def _json(request):
    data = request.get_json(force=True)
    if not isinstance(data, dict):
        raise BadRequest("a JSON object is expected")
    return data


def _faults(data):
    try:
        return read_faults(data.get("faults") or {})
    except FaultError as error:
        raise BadRequest(str(error)) from error


def _credit(desk, data):
    quantities = data.get("quantities")
    if quantities is not None:
        quantities = {line: read_decimal(number) for line, number in quantities.items()}
    return desk.credit(data["order"], _faults(data), quantities)


def _raw(desk, data):
    raw = data["text"].encode() if "text" in data else base64.b64decode(data["base64"])
    return desk.outbox.raw(raw, data.get("webhook_id"), data.get("secret"))


_SENDERS = {
    "response": lambda desk, data: desk.respond(data["order"], _faults(data)),
    "despatch": lambda desk, data: desk.ship(data["order"], _faults(data)),
    "invoice": lambda desk, data: desk.bill(data["order"], _faults(data)),
    "credit_note": _credit,
    "again": lambda desk, data: desk.outbox.again(data["number"], data.get("same_id", False)),
    "raw": _raw,
}


def main():
    parser = argparse.ArgumentParser(description="A supplier to test against.")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    arguments = parser.parse_args()
    configuration = json.loads(arguments.config.read_text())
    Suppliers(configuration, arguments.port, arguments.control_port).run()


if __name__ == "__main__":
    main()
