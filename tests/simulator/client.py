"""Starts the two programs as processes of their own and steers them."""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import urllib3

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20
STOP_SECONDS = 5


class SimulatorError(Exception):
    """A program did not start, or did not do what it was asked to."""


class Program:
    """A running program; use it as a context manager, or call ``stop``."""

    module = ""
    own_session = False

    def __init__(self, *arguments, environment=None, log=None, port=0):
        with open(log or os.devnull, "ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module, "--port", str(port), *map(str, arguments)],
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=self.own_session,
            )
        try:
            ports = json.loads(self._first_line())
        except BaseException:
            self.stop()
            raise
        self.base = f"http://127.0.0.1:{ports['port']}"
        self._control = f"http://127.0.0.1:{ports['control_port']}/_control"
        self._http = urllib3.PoolManager(retries=False, timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()

    def stop(self):
        """Asks the process to end, and makes it."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process.stdout.close()

    def ask(self, method, path, data=None, **query):
        """One control call; returns its JSON, raises SimulatorError with the program's own words."""
        reply = self._http.request(
            method,
            f"{self._control}/{path}",
            body=None if data is None else json.dumps(data).encode(),
            fields=query if data is None else None,
        )
        answer = json.loads(reply.data)
        if reply.status != 200:
            raise SimulatorError(f"{path}: {answer.get('error')}")
        return answer

    def _first_line(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(START_SECONDS):
                raise SimulatorError(f"{self.module} did not start in {START_SECONDS} s")
        line = self._process.stdout.readline()
        if not line:
            raise SimulatorError(f"{self.module} ended at once; its log tells why")
        return line


class Supplier(Program):
    """The supplier simulator; ``suppliers`` is the list that its configuration describes."""

    module = "tests.simulator.supplier"

    def __init__(self, suppliers, log=None, port=0):
        # Secrets stand in it: readable for nobody else, gone as soon as it was read.
        with tempfile.NamedTemporaryFile("w", suffix=".json") as configuration:
            json.dump({"suppliers": suppliers}, configuration)
            configuration.flush()
            super().__init__("--config", configuration.name, log=log, port=port)

    def order_url(self, code):
        return f"{self.base}/suppliers/{code}/orders"

    def orders(self, code, number=None):
        """What the supplier got; only what belongs to one order where ``number`` is given."""
        received = self.ask("GET", "orders", supplier=code)
        return [each for each in received if number in (None, each["number"], each["order_number"])]

    def sent(self, code):
        return self.ask("GET", "sent", supplier=code)

    def refused(self, code):
        return self.ask("GET", "refused", supplier=code)

    def send(self, code, what, **details):
        """Sends a document now; returns Odoo's answer: status, body, number, webhook_id, sha256."""
        return self.ask("POST", "send", {"supplier": code, "what": what, **details})

    def set_faults(self, code, **faults):
        self.ask("PUT", "faults", {"supplier": code, "faults": faults})

    def misbehave(self, code, kind=None, **details):
        """How the server fails from now on; without a kind it works again."""
        how = {"kind": kind, **details} if kind else None
        self.ask("PUT", "misbehaviour", {"supplier": code, "misbehaviour": how})

    def forget(self):
        self.ask("POST", "forget", {})


class Subscriber(Program):
    """The webhook subscriber."""

    module = "tests.simulator.subscriber"

    def __init__(self, secret, log=None, port=0):
        super().__init__(environment={"SUBSCRIBER_SECRET": secret}, log=log, port=port)

    @property
    def url(self):
        return f"{self.base}/events"

    def events(self):
        """The distinct events in the order of their first arrival."""
        return [each["event"] for each in self.ask("GET", "events")]

    def deliveries(self):
        return self.ask("GET", "events")

    def refused(self):
        return self.ask("GET", "refused")

    def fail(self, times, status=503):
        self.ask("PUT", "failure", {"times": times, "status": status})

    def forget(self):
        self.ask("POST", "forget", {})


def wait_for(condition, seconds=30.0, pause=0.1):
    """Asks until the answer is true; returns the last answer, true or not."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(pause)
    return answer
