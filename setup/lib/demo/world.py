"""What the steps share: who acts, the two partners' programs, and what earlier steps found."""

from functools import cached_property

from lib.demo.hospital import BY_FOLDER, endpoint
from lib.demo.people import Person
from lib.demo.steps import StepMissing


class World:
    """The hospital's Odoo, its people, its suppliers' simulator and its subscriber."""

    supplier = None
    subscriber = None

    def __init__(self, database, server):
        self.database = database
        self.server = server
        self._known = {}

    def keep(self, **values):
        """For the steps that follow."""
        self._known.update(values)

    def need(self, name):
        """What an earlier step kept; StepMissing where it did not get so far."""
        if name not in self._known:
            raise StepMissing(f"no {name.replace('_', ' ')} yet")
        return self._known[name]

    def send(self, code, what, **details):
        """A supplier sends a document; for one that leaves files somebody fetches it."""
        answer = self.supplier.send(code, what, **details)
        if code == BY_FOLDER:
            self.fetch(code)
            answer["webhook_id"] = None
        return answer

    def fetch(self, code):
        """The integration manager does not wait until the folder's turn comes."""
        found = endpoint(self, code)
        self.manager.call("integration.endpoint", "action_poll_now", [found["id"]])

    @cached_property
    def buyer(self):
        return self._person("buyer")

    @cached_property
    def purchasing_manager(self):
        """Approves what is above the buyer's limit."""
        return self._person("purchasing")

    @cached_property
    def warehouse(self):
        return self._person("warehouse")

    @cached_property
    def clerk(self):
        """Accounts payable."""
        return self._person("finance")

    @cached_property
    def approver(self):
        """Decides on money in accounts payable."""
        return self._person("approver")

    @cached_property
    def manager(self):
        """Sets the integration up, and sees all of its tables."""
        return self._person("integration")

    @cached_property
    def administrator(self):
        """Sets the hospital up; does none of its work."""
        return self._person("admin")

    def _person(self, login):
        return Person(self.server.base, self.database, login, login)
