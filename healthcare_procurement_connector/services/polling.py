"""Fetches what partners put into folders: claims endpoints whose turn it is, visits them, stores what is complete.

Each endpoint's poll is claimed under a lease, and its breaker, pause, windows and rate limit are asked as for a call
(services/protection.py). A file is stored as what a partner posts is (services/ingest.py), with an id made of its
name and content: one that is found again, since a worker died before it was moved away, is known.

Crash points: after a claim there is a lease that ends; after a file's commit and before it is moved, the file is
fetched again and recognised; after it was moved nothing is left to do.
"""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.exceptions import IntegrationError, PermanentError
from ..core.file_looks import Look, Seen
from ..core.identity import content_hash
from ..transports.base import Limits
from . import ingest, protection, transactions
from .connections import KINDS, limits_of, request_for, secrets_of
from .visits import Ended, Plan, visit_all

_logger = logging.getLogger(__name__)

AT_A_TIME = 8
MARGIN = timedelta(seconds=60)
CONTENT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class _Called:
    """What ``protection.note`` wants to know of a call."""

    endpoint_id: int
    error: IntegrationError | None
    seconds: float


class Polling:
    """Works in the superuser's environment; what it stores is applied as each endpoint's technical user."""

    def __init__(self, env):
        self.env = env
        self.holder = uuid.uuid4().hex

    def run(self, seconds):
        """Polls what is due until nothing is or the time is up; returns how many endpoints it visited."""
        deadline, visited, asked = time.monotonic() + seconds, 0, []
        while (left := deadline - time.monotonic()) > 0:
            due = self._claim(asked, left)
            if not due:
                break
            asked += due.ids
            plans = self._plans(due)
            visited += len(plans)
            for item in visit_all(plans, left):
                if isinstance(item, Ended):
                    self._end(item)
                else:
                    item.answer(self._store(item))
        return visited

    # -- claim ---------------------------------------------------------------------------------------

    def _claim(self, asked, seconds):
        """The polls whose turn it is and that may go; leased and committed."""
        self.env.flush_all()
        transactions.read_committed(self.env.cr)
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, p.endpoint_id
                  FROM integration_poll p JOIN integration_endpoint e ON e.id = p.endpoint_id
                 WHERE e.active AND e.poll AND e.transport IN %s AND p.id != ALL(%s)
                   AND (p.next_poll IS NULL OR p.next_poll <= %s)
                   AND (p.lease_until IS NULL OR p.lease_until < %s)
                 ORDER BY p.next_poll NULLS FIRST, p.id LIMIT %s FOR UPDATE OF p SKIP LOCKED
                """,
                self._collected(),
                asked,
                now,
                now,
                AT_A_TIME,
            )
        )
        granted = protection.grant(self.env, {endpoint: 1 for _poll, endpoint in rows}, now)
        polls = self.env["integration.poll"].browse(
            [poll for poll, endpoint in rows if granted.get(endpoint)]
        )
        polls.write(
            {"holder": self.holder, "lease_until": now + timedelta(seconds=seconds) + MARGIN}
        )
        transactions.commit(self.env)
        return polls

    def _collected(self):
        return tuple(code for code, kind in KINDS.items() if kind.collector) or ("",)

    def _plans(self, polls):
        plans = []
        for poll in polls:
            try:
                plans.append(_plan(poll))
            except UserError as error:
                # A secret that this server's key does not open: said where people look.
                failure = PermanentError(str(error), "secret")
                self._end(Ended(poll.endpoint_id.id, failure))
        return plans

    # -- store and record ----------------------------------------------------------------------------

    def _store(self, fetched):
        """True: stored; False: refused for good, a person was asked; None: later. Committed."""
        transactions.read_committed(self.env.cr)
        endpoint = self.env["integration.endpoint"].browse(fetched.endpoint_id)
        endpoint.invalidate_recordset()
        poll = self._poll_of(endpoint.id)
        if poll.holder != self.holder:
            return None  # another worker took over: the lease had ended
        taken = self._stored(endpoint, fetched)
        if taken:
            poll.taken_total += 1
        transactions.commit(self.env)
        return taken

    def _stored(self, endpoint, fetched):
        if fetched.error:
            self._refuse(endpoint, fetched)
            return False
        name, raw = fetched.name, fetched.raw
        try:
            ingest.accept_fetched(self.env, endpoint.code, file_id(name, raw), raw, CONTENT_TYPE)
        except (ingest.Overloaded, ingest.NotAuthenticated):
            return None
        return True

    def _refuse(self, endpoint, fetched):
        self.env["integration.exception"]._raise(
            [
                {
                    "code": "file_refused",
                    "summary": self.env._(
                        "%(endpoint)s: the file %(file)s was not taken: %(reason)s",
                        endpoint=endpoint.name,
                        file=fetched.name,
                        reason=fetched.error,
                    ),
                    "endpoint_id": endpoint.id,
                    "company_id": endpoint.company_id.id,
                    "res_model": endpoint._name,
                    "res_id": endpoint.id,
                    "user_id": endpoint.owner_id.id,
                }
            ]
        )

    def _poll_of(self, endpoint_id):
        """The endpoint's row as it stands: another worker may have taken it over."""
        poll = self.env["integration.poll"].search([("endpoint_id", "=", endpoint_id)])
        poll.invalidate_recordset()
        return poll

    def _end(self, ended):
        transactions.read_committed(self.env.cr)
        now = fields.Datetime.now()
        poll = self._poll_of(ended.endpoint_id)
        vals = {
            "last_poll": now,
            "next_poll": now + timedelta(minutes=poll.endpoint_id.poll_minutes),
            "last_error": str(ended.error) if ended.error else False,
            "unfinished": ended.unfinished,
        }
        if ended.looks is not None:
            vals["looks"] = _as_json(ended.looks)
        if ended.more and not ended.error:
            # What is not complete yet, or was too much at once, is looked at again soon.
            vals["next_poll"] = now
        if poll.holder == self.holder:
            poll.write({**vals, "holder": False, "lease_until": False})
        protection.note(self.env, [_Called(ended.endpoint_id, ended.error, ended.seconds)], now)
        transactions.commit(self.env)


def file_id(name, raw):
    """The id of a file's document: the same file, found again, is the same document."""
    return "file_" + content_hash(name.encode() + b"\0" + raw)


def _plan(poll):
    endpoint = poll.endpoint_id
    # The request that tests the connection has all that a visit needs.
    request = request_for(endpoint, secrets_of(endpoint), None)
    limits = limits_of(endpoint)
    return Plan(
        endpoint_id=endpoint.id,
        collector=KINDS[endpoint.transport].collector,
        access=request.access,
        limits=Limits(
            limits.total_seconds, max_reply_bytes=endpoint.max_size * 1000,
            allow_internal=limits.allow_internal,
        ),
        looks={
            name: Look(Seen(size, modified), since)
            for name, (size, modified, since) in (poll.looks or {}).items()
        },
        now=time.time(),
        marked=endpoint.completeness == "marker",
        most=endpoint.poll_files,
    )  # fmt: skip


def _as_json(looks):
    return {name: [look.seen.size, look.seen.modified, look.since] for name, look in looks.items()}
