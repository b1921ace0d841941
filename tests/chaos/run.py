"""One chaos run from nothing to the verdict."""

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from lib.demo import people
from lib.places import LOGS

from . import log_rules, odoo_book, partner_book, stock, verdict
from .buyers import Buyers
from .cluster import DATABASE, Cluster
from .janitor import Janitor
from .monkey import Monkey
from .odoo import Odoo
from .partners_client import PartnersProcess
from .rpc import Tenacious
from .settling import Settling
from .world import World, partner_settings

ADMIN = "admin"


@dataclass
class Report:
    """What a run found. ``findings`` are verdict's and the log's; ``counts`` are for reading, not for judging."""

    findings: list = field(default_factory=list)
    log_lines: list = field(default_factory=list)
    counts: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    # What waits for a person, and why: right or wrong, it is worth reading.
    waiting: list = field(default_factory=list)


class Run:
    """A run in ``folder``; use ``run(plan)``."""

    def __init__(self, plan, folder, janitor, name):
        LOGS.mkdir(parents=True, exist_ok=True)
        self.plan = plan
        self.name = name
        self.began = time.monotonic()
        self.ledger = LOGS / f"{name}-ledger.jsonl"
        self.cluster = Cluster(folder, janitor, LOGS / f"{name}-postgres.log")
        self.odoo = Odoo(self.cluster, folder, LOGS / f"{name}-odoo.log", janitor)
        self.monkey = self.buyers = None
        self.dead = 0
        self._janitor = janitor

    def say(self, text):
        print(f"{time.monotonic() - self.began:7.1f} s  {text}", file=sys.stderr, flush=True)

    def prepare(self, archive):
        """All processes up, the hospital made; nothing is broken yet."""
        self.cluster.unpack(archive)
        self.cluster.start()
        self.partners = PartnersProcess(
            partner_settings(self.plan, self.odoo.base, self.ledger),
            self._janitor,
            LOGS / f"{self.name}-partners.log",
        )
        self.settling = Settling(self.cluster, self.partners, self.say)
        self.odoo.start()
        self.say(f"Odoo, PostgreSQL and {self.plan.suppliers} suppliers are up")
        self.admin = Tenacious(self.odoo.base, DATABASE, ADMIN)
        self.drafts = World(self.plan, self.admin, self.partners).build()
        self.say(f"{len(self.drafts)} orders drafted; the storm begins")

    def storm(self):
        plan = self.plan
        self.buyers = Buyers(plan, self.admin, self.drafts, self.say)
        self.monkey = Monkey(plan, self.odoo, self.cluster, self.say)
        deadline = time.monotonic() + plan.storm_deadline
        self.partners.storm(True)
        self.buyers.start()
        self.monkey.start()
        for each in (self.buyers, self.monkey):
            each.done.wait(max(deadline - time.monotonic(), 0))
        self.monkey.stop()
        for each in (self.buyers, self.monkey):
            if each.error:
                raise each.error
        self.say("the killing is over, the bad weather stays")
        self.buyers.stop()
        for _ in range(plan.rounds_of_weather):
            self.settling.quiet(plan.settling_deadline)
            self.buyers.work_off()
            self.settling.let_time_pass()
        self.settling.quiet(plan.settling_deadline)
        self.partners.storm(False)

    def close(self):
        """No thread starts a process any more; the janitor ends those that run."""
        for each in (self.monkey, self.odoo):
            if each:
                each.stop()

    def settle(self):
        """All comes to rest; then people work off what waits for them, and all comes to rest again."""
        settling = self.settling
        if settling.wait(self.plan.settling_deadline):
            self.buyers.work_off()
            self.dead = self._replay_dead()
            self.say(f"buyers decided, an operator sends {self.dead} dead letters again")
            settling.wait(self.plan.settling_deadline)
        self.standstill = settling.longest_standstill

    def _replay_dead(self):
        dead = self.admin.find("integration.message", [("state", "=", "dead")])
        for message in dead:
            self.admin.call("integration.message", "action_replay", [message["id"]])
        return len(dead)

    def report(self):
        odoo = odoo_book.read(self.cluster, self.buyers.confirmed)
        partner = partner_book.read(self.ledger)
        states = Counter(f"{each.direction} {each.state}" for each in odoo.messages)
        kinds = Counter(each.kind for each in odoo.messages)
        return Report(
            findings=verdict.findings(odoo, partner),
            log_lines=log_rules.unexplained(
                self.odoo.log.read_text(errors="replace"), people.refusals
            ),
            waiting=[
                f"{each.state}: {each.kind} {each.number} ({each.endpoint}): {each.error}"
                for each in odoo.messages
                if each.state in verdict.ASKED_ABOUT
            ],
            states=dict(states),
            counts={
                "orders": len(self.buyers.confirmed),
                "changes": kinds["order_change"],
                "cancellations": kinds["order_cancellation"],
                "kills": sum(self.monkey.kills.values()),
                "restarts": len(self.monkey.outages),
                "rebirths": self.odoo.rebirths,
                "deliveries": len(partner.deliveries),
                "letters": len(partner.letters),
                "uncertain": states["out uncertain"],
                "dead": self.dead,
                "standstill": round(self.standstill, 1),
                "seconds": round(time.monotonic() - self.began, 1),
            },
        )


def run(plan, name):
    """Runs ``plan`` and returns its Report; logs and ledger stay in the logs folder under ``name``."""
    archive = stock.archive()
    with Janitor() as janitor:
        folder = Path(tempfile.mkdtemp(prefix="hpi-chaos-"))
        janitor.remove(folder)
        this = Run(plan, folder, janitor, name)
        try:
            this.prepare(archive)
            this.storm()
            this.settle()
            report = this.report()
        finally:
            this.close()
        for line in (*report.waiting, *report.findings, *report.log_lines):
            this.say(str(line))
        this.say(f"{report.counts}; {report.states}")
        return report
