"""Tells one subscriber its next events, one after the other. Runs in a thread and knows no database."""

import logging
import time
from dataclasses import dataclass, field

from odoo.addons.healthcare_procurement_connector.core import signature
from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    IntegrationError,
    PermanentError,
)
from odoo.addons.healthcare_procurement_connector.transports.base import Limits, Request
from odoo.addons.healthcare_procurement_connector.transports.reply import classify

from ..core import envelope

_logger = logging.getLogger(__name__)

# After this time no further call of a run begins, so that little is unrecorded if the worker dies.
RUN_SECONDS = 1.0
LARGEST_REPLY = 100_000


@dataclass(frozen=True, slots=True)
class Run:
    """One claimed subscription: plain values only. ``end`` is where its cursor goes if all are delivered."""

    subscription_id: int
    token: str
    failures: int
    url: str
    internal: bool
    timeout: int
    secrets: tuple = field(repr=False)
    events: tuple
    end: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """What became of one event: ``error`` is None if the subscriber took it."""

    event_id: int | None
    position: int | None
    status: int | None
    seconds: float
    error: IntegrationError | None

    @property
    def outcome(self):
        if self.error is None:
            return "delivered"
        return "unknown" if isinstance(self.error, AmbiguousError) else "failed"


@dataclass(frozen=True, slots=True)
class Result:
    run: Run
    calls: tuple

    @property
    def error(self):
        return self.calls[-1].error if self.calls else None

    @property
    def delivered(self):
        return [call for call in self.calls if call.error is None]

    @property
    def failures_before(self):
        """Failures in a row before the last call: one delivery begins the count anew."""
        return 0 if self.delivered else self.run.failures


def send_run(run, transport):
    """Stops at the first failure, or when the run has lasted long enough."""
    started, calls = time.monotonic(), []
    for event_id, position, event in run.events:
        if calls and time.monotonic() - started > RUN_SECONDS:
            break
        calls.append(send_event(run, event, transport, event_id, position))
        if calls[-1].error:
            break
    return Result(run, tuple(calls))


def send_event(run, event, transport, event_id=None, position=None):
    """One call; what it raises becomes part of the answer."""
    started, status, error = time.monotonic(), None, None
    try:
        reply = transport.send(_request(run, event), _limits(run))
        status = reply.status
        classify(reply)
    except IntegrationError as raised:
        error = raised
    except signature.SignatureError:
        error = PermanentError("The subscription has no usable signing secret", "no_secret")
    except Exception as raised:  # noqa: BLE001 - one subscriber's surprise must not stop the others
        _logger.exception("Subscription %s could not be told an event", run.subscription_id)
        error = PermanentError(f"The event could not be sent: {type(raised).__name__}", "internal")
    return Call(event_id, position, status, time.monotonic() - started, error)


def _request(run, event):
    body = envelope.encode(event)
    headers = signature.headers(run.secrets, event.uuid, int(time.time()), body)
    headers["Content-Type"] = envelope.CONTENT_TYPE
    if event.traceparent:
        headers["traceparent"] = event.traceparent
    return Request(run.url, body, headers)


def _limits(run):
    return Limits(
        total_seconds=run.timeout,
        connect_seconds=min(5, run.timeout),
        max_reply_bytes=LARGEST_REPLY,
        allow_internal=run.internal,
    )
