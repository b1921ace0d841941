"""What a subscriber is sent: CloudEvents 1.0, structured mode, in JSON.

The payload is thin: identifiers and numbers. Who needs more asks for it, with rights of its own.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

CONTENT_TYPE = "application/cloudevents+json"
TYPE_PREFIX = "org.healthcare-procurement."
TYPE_VERSION = ".v1"
FACT_TYPE = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
TEST_TYPE = "subscription.test"
LARGEST_DATA = 20_000


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the outbox. ``key`` is what the sequence counts within; ``type`` is the fact's short type."""

    uuid: str
    type: str
    source: str
    subject: str
    key: str
    sequence: int
    occurred: datetime
    traceparent: str | None = None
    business_ref: str | None = None
    data: Mapping[str, Any] | None = None


def event_type(fact_type: str) -> str:
    """
    >>> event_type("order.sent")
    'org.healthcare-procurement.order.sent.v1'
    """
    return f"{TYPE_PREFIX}{fact_type}{TYPE_VERSION}"


def check_fact_type(fact_type: str) -> str:
    """The type, if it has the form ``resource.what_happened``; ValueError otherwise.

    >>> check_fact_type("order.sent")
    'order.sent'
    >>> check_fact_type("Order sent!")
    Traceback (most recent call last):
    ValueError: not a type of fact: 'Order sent!'
    """
    if not FACT_TYPE.fullmatch(fact_type):
        raise ValueError(f"not a type of fact: {fact_type!r}")
    return fact_type


def source(database: str, company_id: int) -> str:
    """Which company of which database an event comes from; with the id it is unique in the world.

    >>> source("5ae2a8f0-0000-4000-8000-000000000001", 3)
    '/odoo/5ae2a8f0-0000-4000-8000-000000000001/company/3'
    """
    return f"/odoo/{database}/company/{company_id}"


def cloud_event(event: Event) -> dict[str, Any]:
    """The event's attributes by their CloudEvents names; absent ones are left out.

    ``sequence`` is text that sorts like the numbers it stands for, as its definition asks.

    >>> when = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)
    >>> made = cloud_event(Event("u-1", "order.sent", "/odoo/d/company/1", "P1", "HP1", 7, when))
    >>> made["time"], made["sequence"], made["partitionkey"]
    ('2026-11-22T10:00:00Z', '0000000007', 'HP1')
    >>> "correlationid" in made
    False
    """
    attributes = {
        "specversion": "1.0",
        "id": event.uuid,
        "source": event.source,
        "type": event_type(event.type),
        "subject": event.subject,
        "time": rfc3339(event.occurred),
        "datacontenttype": "application/json",
        "partitionkey": event.key,
        "sequence": f"{event.sequence:010d}",
        "correlationid": event.business_ref,
        "traceparent": event.traceparent,
        "data": dict(event.data or {}),
    }
    return {name: value for name, value in attributes.items() if value is not None}


def encode(event: Event) -> bytes:
    """The body to send: the same bytes at every try, so that repeats can be compared."""
    return to_json(cloud_event(event)).encode()


def rfc3339(moment: datetime) -> str:
    """UTC, to the microsecond where there are any; a moment without zone is UTC already.

    >>> rfc3339(datetime(2026, 1, 2, 3, 4, 5, 600000))
    '2026-01-02T03:04:05.600000Z'
    """
    if moment.tzinfo is not None:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment.isoformat() + "Z"


def thin(data: Mapping[str, Any], largest: int = LARGEST_DATA) -> dict[str, Any]:
    """The data, or what is short of it where the whole is too large; ``omitted`` names what was left out.

    >>> thin({"order": "P1", "lines": ["x" * 60]}, largest=60)
    {'order': 'P1', 'omitted': ['lines']}
    """
    plain: dict[str, Any] = json.loads(to_json(data))
    if len(to_json(plain)) <= largest:
        return plain
    kept: dict[str, Any] = {}
    room = largest
    for name, value in plain.items():
        size = len(to_json({name: value}))
        if not isinstance(value, dict | list) and size <= min(room, largest // 2):
            kept[name] = value
            room -= size
    return {**kept, "omitted": sorted(set(plain) - set(kept))[:20]}


def to_json(value: Any) -> str:
    """Compact and exact: decimals as text, times as RFC 3339, no NaN."""
    return json.dumps(
        value, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not something an event can carry: {type(value).__name__}")
