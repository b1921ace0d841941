"""What threads need to reach an endpoint's partner: plain values, made of the endpoint and its secrets.

The one table of transports. An addon with a transport of its own adds to it where it is imported::

    register("sftp", Kind(SftpTransport(), sftp_request, ("sftp_password",)))

and adds its code to the selection ``integration.endpoint.transport``. Everything else (claims, time limits,
retries, breaker, polls, the test of a connection) goes by this table.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..core.signature import headers
from ..transports.authorized import AuthorizedHttp
from ..transports.base import Collector, Limits, Request, Transport
from ..transports.folder import FolderPlace, FolderTransport
from ..transports.http_access import HttpAccess
from ..transports.switch import Switch
from . import settings
from .calls import THREADS


@dataclass(frozen=True, slots=True)
class Parcel:
    """A document on its way out. ``uid``: the message's, which also makes the file's ``name`` its own."""

    uid: str
    raw: bytes
    content_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Kind:
    """``request(endpoint, secrets, parcel)`` gives the call that carries a parcel; a parcel of None is a test of the
    connection that carries nothing. ``secrets``: names of those it needs. ``collector``: fetches what the partner
    put down, with the same ``access`` (services/polling.py); None where partners bring their documents themselves.
    """

    transport: Transport
    request: Callable
    secrets: tuple[str, ...]
    collector: Collector | None = None


def register(code, kind):
    KINDS[code] = kind
    SWITCH.add(code, kind.transport)


def secret_names():
    """The names of all secrets that calls need."""
    return sorted({name for kind in KINDS.values() for name in kind.secrets})


def secrets_of(endpoint):
    return endpoint._secrets_by_name(secret_names()).get(endpoint.id, {})


def request_for(endpoint, secrets, parcel):
    """The call to the endpoint's partner; ``secrets``: {name: secret in clear}."""
    return KINDS[endpoint.transport].request(endpoint, secrets, parcel)


def limits_of(endpoint, seconds=None):
    """The endpoint's limits; at most ``seconds``, where a user or a sweep waits."""
    return Limits(
        total_seconds=min(endpoint.timeout, seconds or endpoint.timeout),
        allow_internal=endpoint.internal,
    )


# -- HTTP ------------------------------------------------------------------------------------------------


def question_at(endpoint, secrets, uid, url):
    """A signed question at an address of the endpoint, with no document in it."""
    return Request(
        url, b"", _signed(secrets, uid, b""), "GET", access=_http_access(endpoint, secrets)
    )


def _http_request(endpoint, secrets, parcel):
    if parcel is None:
        return question_at(endpoint, secrets, f"test_{int(time.time())}", endpoint.url)
    described = {"Content-Type": parcel.content_type, "Idempotency-Key": parcel.uid}
    return Request(
        endpoint.url,
        parcel.raw,
        described | _signed(secrets, f"msg_{parcel.uid}", parcel.raw),
        access=_http_access(endpoint, secrets),
    )


def _signed(secrets, uid, raw):
    secret = secrets.get("outbound")
    return headers([secret], uid, int(time.time()), raw) if secret else {}


def _http_access(endpoint, secrets):
    """None where nothing but the signature says who we are."""
    if not (endpoint._shows_identity() or endpoint.server_authority):
        return None
    return HttpAccess(
        kind=endpoint.http_auth,
        user=endpoint.http_user or "",
        secret=secrets.get("http", ""),
        header=endpoint.http_header or "",
        token_url=endpoint.token_url or "",
        scope=endpoint.token_scope or "",
        form=endpoint.token_form,
        certificate=endpoint.client_certificate or "",
        key=secrets.get("client_key", "") if endpoint.client_certificate else "",
        authority=endpoint.server_authority or "",
    )


# -- folders on a disk -------------------------------------------------------------------------------------


def _folder_request(endpoint, secrets, parcel):
    place = FolderPlace(settings.folder_root(), endpoint._folder_path(), endpoint._folders())
    name, raw = (parcel.name, parcel.raw) if parcel else ("", b"")
    return Request("", raw, transport="folder", access=place, name=name)


_http, _folder = AuthorizedHttp(pool_size=THREADS), FolderTransport()
KINDS = {
    "http": Kind(_http, _http_request, ("outbound", "http", "client_key")),
    "folder": Kind(_folder, _folder_request, (), _folder),
}
# One for the process: its connections stay open between drains.
SWITCH = Switch({code: kind.transport for code, kind in KINDS.items()})
