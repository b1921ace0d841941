"""People at the web client of an Odoo that keeps dying: they log in again and press the button once more."""

import time

import requests

from lib.demo.people import CheckFailed, Person, RefusedError

PAUSE = 0.3
PATIENCE = 180


class Tenacious:
    """One user. What is called must be harmless when it is called twice: the first answer may have been lost."""

    def __init__(self, base, database, login):
        self._about = (base, database, login, login)
        self._person = None
        self.repeats = 0

    def call(self, model, method, *arguments, **keywords):
        """As the web client calls it; RefusedError is an answer, everything else is tried again for minutes."""
        return self._until_answered(lambda p: p.call(model, method, *arguments, **keywords))

    def find(self, model, domain, *fields, **options):
        return self._until_answered(lambda p: p.find(model, domain, *fields, **options))

    def _until_answered(self, ask):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._person = self._person or Person(*self._about)
                return ask(self._person)
            except RefusedError:
                raise
            except (requests.RequestException, CheckFailed, ValueError):
                if time.monotonic() > deadline:
                    raise
                # The session may be gone with the database's connection.
                self._person = None
                self.repeats += 1
                time.sleep(PAUSE)
