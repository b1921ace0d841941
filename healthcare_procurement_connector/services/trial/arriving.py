"""A document as if it had just arrived: stored, read and applied by the inbox itself, in a dry run.

What the inbox does in several transactions happens in one here, without the locks that keep workers out of each
other's way; nothing else differs.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from odoo import SUPERUSER_ID

from ...core.delivery import BLOCKING
from .. import ingest, upload
from ..changed_rows import ChangedRows, changed_rows
from ..inbox import Inbox
from .effects import OrderLines

# Of an interchange with more documents, only so many are gone through.
MOST = 20


@dataclass(slots=True)
class Settled:
    """What became of one message: ``arrival`` and ``rows`` are None where it came not so far."""

    message: Any
    arrival: Any = None
    rows: ChangedRows | None = None
    changed_lines: list = field(default_factory=list)


def arrive(endpoint, raw):
    """[Settled, …]: the message and, of an interchange, its documents; inside a dry run. TooLarge and the like of
    ``ingest`` come through.
    """
    # As drains run: the superuser conducts, the endpoint's technical user acts. All of it is rolled back.
    system = endpoint.env(user=SUPERUSER_ID, su=True, context={})
    uid = f"try_{uuid.uuid4().hex}"
    accepted = ingest.accept_fetched(system, endpoint.code, uid, raw, upload.CONTENT_TYPE)
    inbox = Inbox(system)
    message = system["integration.message"].search([("uid", "=", accepted.message_id)])
    settled = [_settle(inbox, message)]
    for part in message.child_ids.sorted("position")[:MOST]:
        settled.append(_settle(inbox, part))
    return settled


def _settle(inbox, message):
    result = Settled(message)
    message.write({"state": "processing", "attempt_count": 1})
    reading = inbox._read_one(message)
    result.arrival = reading.arrival
    arrival = inbox._keep(reading)
    if arrival:
        lines = OrderLines(arrival.orders.values())
        with changed_rows(message.env) as result.rows:
            inbox._apply_or_settle(arrival)
        result.changed_lines = lines.changes()
    return result


def ahead_of(message):
    """How many documents of its business key are still to be processed before it."""
    return message.search_count(
        [
            ("endpoint_id", "=", message.endpoint_id.id),
            ("business_key", "=", message.business_key),
            ("business_key", "!=", False),
            ("direction", "=", "in"),
            ("state", "in", BLOCKING["in"]),
            ("id", "<", message.id),
            ("parent_id", "=", False),
        ]
    )
