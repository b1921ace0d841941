"""A webhook subscriber, as an HTTP server of its own.

    SUBSCRIBER_SECRET=whsec_… python -m tests.simulator.subscriber [--port N] [--control-port N]

Events are POSTed to ``/events``, as CloudEvents 1.0 in structured or binary mode, signed by Standard Webhooks 1.0.
The second port, open to this machine only, steers the server:

    GET  /_control/events    every distinct event in the order of its first arrival, with how often it came
    GET  /_control/refused   what was refused and why
    PUT  /_control/failure   {"times": N, "status": 503}: fails the next N deliveries
    POST /_control/forget    forgets all of it
"""

import argparse
import json
import os
import threading

from .servers import Application, Door, as_json, run
from .webhooks import refusal

REQUIRED = ("id", "source", "specversion", "type")


class EventError(ValueError):
    """This is no CloudEvent; says why."""


def read_event(headers, body):
    """The event's attributes and data from a request in structured or binary mode; raises EventError."""
    try:
        content = json.loads(body)
    except ValueError as error:
        raise EventError("the body is not JSON") from error
    if headers.get("Content-Type", "").startswith("application/cloudevents+json"):
        event = content
    else:
        event = {
            name.lower().removeprefix("ce-"): value
            for name, value in headers.items()
            if name.lower().startswith("ce-")
        }
        event["data"] = content
    missing = [name for name in REQUIRED if not event.get(name)]
    if missing:
        raise EventError(f"required attributes are missing: {', '.join(missing)}")
    if event["specversion"] != "1.0":
        raise EventError(f"specversion {event['specversion']} is not 1.0")
    return event


class Subscriber:
    """Keeps the events that it was told, each once."""

    def __init__(self, secret, port=0, control_port=0):
        self._secret = secret
        self._lock = threading.Lock()
        self._events = {}
        self._refused = []
        self._failures = 0
        self._failure_status = 503
        self.door = Door(Application([("POST", "/events", self._event)]), port)
        self.control = Door(
            Application(
                [
                    ("GET", "/_control/events", self._list),
                    ("GET", "/_control/refused", self._list_refused),
                    ("PUT", "/_control/failure", self._fail),
                    ("POST", "/_control/forget", self._forget),
                ]
            ),
            control_port,
        )

    def _event(self, request):
        with self._lock:
            if self._failures:
                self._failures -= 1
                return as_json({"error": "switched on"}, self._failure_status)
            body = request.get_data()
            reason = refusal(self._secret, request.headers, body)
            if reason:
                return self._refuse(401, reason)
            try:
                event = read_event(request.headers, body)
            except EventError as error:
                return self._refuse(400, str(error))
            key = (event["source"], event["id"])
            known = self._events.setdefault(key, {"event": event, "times": 0})
            known["times"] += 1
        return as_json({})

    def _refuse(self, status, reason):
        self._refused.append({"status": status, "reason": reason})
        return as_json({"error": reason}, status)

    def _list(self, _request):
        with self._lock:
            return as_json(list(self._events.values()))

    def _list_refused(self, _request):
        return as_json(self._refused)

    def _fail(self, request):
        data = request.get_json(force=True)
        with self._lock:
            self._failures = data["times"]
            self._failure_status = data.get("status", 503)
        return as_json({})

    def _forget(self, _request):
        with self._lock:
            self._events.clear()
            self._refused.clear()
            self._failures = 0
        return as_json({})


def main():
    parser = argparse.ArgumentParser(description="A webhook subscriber to test against.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    arguments = parser.parse_args()
    subscriber = Subscriber(os.environ["SUBSCRIBER_SECRET"], arguments.port, arguments.control_port)
    run(subscriber.door, subscriber.control)


if __name__ == "__main__":
    main()
