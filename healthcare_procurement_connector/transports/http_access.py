"""How we show a partner's HTTP system who we are: what headers say, and the certificate of the connection."""

import base64
import contextlib
import os
import ssl
import tempfile
from dataclasses import dataclass

from ..core.exceptions import PermanentError

KINDS = ("none", "basic", "bearer", "api_key", "oauth2")
# What may not be in a header: it would begin another one.
_CONTROLS = {*map(chr, range(32)), "\x7f"}
# Shorter ones are words of their own; cutting them out would garble every answer.
_SHORTEST_HIDDEN = 6


@dataclass(frozen=True, slots=True, repr=False)
class HttpAccess:
    """``kind``: of KINDS. ``secret`` is the password, token, key or client secret; ``user`` the user or client id.

    ``certificate`` and ``key`` (PEM) are ours, ``authority`` (PEM) is the only one whose certificates the
    partner's system may show; empty: any that the server's own store knows. ``form``: the token's client secret
    goes in the body instead of a header.
    """

    kind: str = "none"
    user: str = ""
    secret: str = ""
    header: str = "X-API-Key"
    token_url: str = ""
    scope: str = ""
    form: bool = False
    certificate: str = ""
    key: str = ""
    authority: str = ""

    def __repr__(self):
        return f"HttpAccess({self.kind})"

    @property
    def identity(self) -> tuple[str, str, str]:
        """What the connection itself depends on: connections of one identity may be shared."""
        return (self.certificate, self.key, self.authority)


def authorization(access: HttpAccess) -> dict[str, str]:
    """The headers that say who we are; none for OAuth2, whose token is asked for.

    >>> authorization(HttpAccess("basic", "hospital", "s3cret"))
    {'Authorization': 'Basic aG9zcGl0YWw6czNjcmV0'}
    >>> authorization(HttpAccess("api_key", secret="k-1", header="X-Key"))
    {'X-Key': 'k-1'}
    """
    if access.kind in ("none", "oauth2"):
        return {}
    if not access.secret:
        raise PermanentError("The endpoint has no password, token or key", "no_credentials")
    if access.kind == "basic":
        if ":" in access.user:
            raise PermanentError("A user name cannot have a colon", "bad_credentials")
        return {"Authorization": f"Basic {_base64(f'{access.user}:{access.secret}')}"}
    if access.kind == "bearer":
        return bearer(access.secret)
    return {_clean(access.header): _clean(access.secret)}


def bearer(token: str) -> dict[str, str]:
    """The header with a token.

    >>> bearer("a b")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    PermanentError: A token or key has characters that cannot be sent
    """
    if " " in token:
        raise PermanentError("A token or key has characters that cannot be sent", "bad_credentials")
    return {"Authorization": f"Bearer {_clean(token)}"}


def hidden(body: bytes, secrets) -> bytes:
    """An answer without our own secrets: some systems show the request they refuse.

    >>> hidden(b"bad token: s3cret-1", ["s3cret-1"])
    b'bad token: [hidden]'
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST_HIDDEN:
            body = body.replace(secret.encode(), b"[hidden]")
    return body


def context_for(access: HttpAccess) -> ssl.SSLContext:
    """A context that shows our certificate and trusts the partner's authority; PermanentError where it cannot."""
    try:
        context = ssl.create_default_context(cadata=access.authority or None)
        if access.certificate:
            with _as_file(f"{access.certificate}\n{access.key}\n") as path:
                context.load_cert_chain(path, password=_no_passphrase)
    except (ssl.SSLError, ValueError):
        # The library's own text may quote what it could not read.
        raise PermanentError(
            "Our certificate and its key, or the partner's authority, cannot be used",
            "client_certificate",
        ) from None
    return context


def _no_passphrase():
    """Asked for by a key that has one; without this OpenSSL would ask at the server's terminal."""
    raise ValueError("the key is protected by a passphrase")


@contextlib.contextmanager
def _as_file(text):
    """A path under which OpenSSL, which reads keys from files only, finds the text; it never reaches a disk."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("certificate", os.MFD_CLOEXEC)
        with os.fdopen(number, "w") as file:
            file.write(text)
            file.flush()
            yield f"/proc/self/fd/{number}"
    else:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(text)
            file.flush()
            yield file.name


def _clean(text):
    if not text or not _CONTROLS.isdisjoint(text) or not text.isascii():
        raise PermanentError("A token or key has characters that cannot be sent", "bad_credentials")
    return text


def _base64(text):
    return base64.b64encode(text.encode()).decode()
