"""Starts the suppliers' process and steers it."""

import json
import tempfile

from tests.simulator.client import Program


class PartnersProcess(Program):
    """The suppliers; ``settings`` as ``partners`` describes its configuration."""

    module = "tests.chaos.partners"
    # Ctrl-C is for the run: it then ends its processes in its own order.
    own_session = True

    def __init__(self, settings, janitor, log):
        # Secrets stand in it: readable for nobody else, gone as soon as it was read.
        with tempfile.NamedTemporaryFile("w", suffix=".json") as configuration:
            json.dump(settings, configuration)
            configuration.flush()
            super().__init__("--config", configuration.name, log=log)
        janitor.watch(self._process)
        self._ports = self.ask("GET", "state")["ports"]

    def url(self, code):
        return f"http://127.0.0.1:{self._ports[code]}/orders"

    def storm(self, on):
        self.ask("PUT", "storm", {"on": on})

    def pending(self):
        """How many documents the suppliers still try to hand over."""
        return self.ask("GET", "state")["pending"]
