"""Tries an endpoint out: does its address answer, may we call it, is it signed."""

import time
from dataclasses import dataclass

from odoo import fields

from ..core.exceptions import IntegrationError
from ..core.signature import headers
from ..transports.base import Limits, Request
from ..transports.http import HttpTransport


@dataclass(frozen=True, slots=True)
class ConnectionResult:
    ok: bool
    text: str


def try_connection(endpoint):
    """Sends an empty signed GET; the partner's status is shown, whatever it is below 500.

    Nothing is queued and no document is sent. The result is noted on the endpoint's state.
    """
    env = endpoint.env
    if endpoint.transport != "http":
        return ConnectionResult(
            True, env._("Documents are exchanged by hand; there is nothing to call.")
        )
    secret = endpoint._secret("outbound")
    if not secret:
        return ConnectionResult(False, env._("Enter the secret that signs what we send first."))
    request = Request(
        endpoint.url,
        b"",
        headers([secret], f"test_{int(time.time())}", int(time.time()), b""),
        "GET",
    )
    limits = Limits(total_seconds=min(endpoint.timeout, 10), allow_internal=endpoint.internal)
    try:
        reply = HttpTransport(pool_size=1).send(request, limits)
    except IntegrationError as error:
        return _note(endpoint, ConnectionResult(False, str(error)))
    text = env._(
        "The partner's system answered %(status)s in %(milliseconds)d ms.",
        status=reply.status,
        milliseconds=reply.seconds * 1000,
    )
    return _note(
        endpoint, ConnectionResult(reply.status < 500 and reply.status not in (401, 403), text)
    )


def _note(endpoint, result):
    now = fields.Datetime.now()
    # sudo: the state row is closed to writes; the manager's right on the endpoint was checked.
    state = endpoint.sudo().state_ids
    if result.ok:
        state.write({"last_success": now, "failures": 0, "last_error": False})
    else:
        state.write(
            {"last_failure": now, "last_error": result.text, "failures": state.failures + 1}
        )
    return result
