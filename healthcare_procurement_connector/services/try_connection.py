"""Tries an endpoint out: does its address answer, may we call it, is it signed."""

from dataclasses import dataclass

from odoo import fields

from ..core.exceptions import IntegrationError
from .connections import KINDS, SWITCH, limits_of, request_for, secrets_of

# A user waits.
SECONDS = 10
_transport = SWITCH


@dataclass(frozen=True, slots=True)
class ConnectionResult:
    ok: bool
    text: str


def try_connection(endpoint):
    """Sends an empty signed GET; the partner's status is shown, whatever it is below 500.

    Nothing is queued and no document is sent. The result is noted on the endpoint's state.
    """
    env = endpoint.env
    if endpoint.transport not in KINDS:
        return ConnectionResult(
            True, env._("Documents are exchanged by hand; there is nothing to call.")
        )
    secrets = secrets_of(endpoint)
    if endpoint.transport == "http" and not (secrets.get("outbound") or endpoint._shows_identity()):
        return ConnectionResult(
            False,
            env._("Enter the secret that signs what we send, or credentials, first."),
        )
    request, limits = request_for(endpoint, secrets, None), limits_of(endpoint, SECONDS)
    try:
        reply = _transport.send(request, limits)
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
