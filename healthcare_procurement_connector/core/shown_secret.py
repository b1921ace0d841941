"""Secrets that a partner shows as they are, where its system cannot sign (core.signature).

Nothing in them says when a document was sent or that it is unchanged: who overhears one can send as the partner.
They need TLS, and are told apart from secrets that sign.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping

from .signature import SignatureError

SHORTEST = 16


def is_usable(secret: str) -> bool:
    """Whether it is long enough not to be guessed, and has only what a header can carry.

    >>> is_usable("correct horse battery"), is_usable("short"), is_usable("sixteen\\nletters and more")
    (True, False, False)
    """
    return len(secret) >= SHORTEST and secret.isascii() and secret.isprintable()


def in_authorization(headers: Mapping[str, str]) -> list[str]:
    """What a request shows in its Authorization: a bearer token, or the password of Basic (RFC 6750, 7617).

    >>> in_authorization({"authorization": "Bearer abc"}), in_authorization({})
    (['abc'], [])
    >>> in_authorization({"Authorization": "Basic dXNlcjpwYXNz"})
    ['pass']
    """
    given = next((text for name, text in headers.items() if name.lower() == "authorization"), "")
    scheme, _, value = given.partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return [value.strip()]
    if scheme.lower() != "basic":
        return []
    try:
        user_and_password = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return []
    _user, colon, password = user_and_password.partition(":")
    return [password] if colon else []


def check(secret: str, shown: Iterable[str]) -> None:
    """Raises SignatureError where none of what is ``shown`` is the secret; takes the same time for any."""
    fits = False
    for each in shown:
        fits |= hmac.compare_digest(secret.encode(), each.encode("utf-8", "surrogatepass"))
    if not fits:
        raise SignatureError("no_match", "no secret that was shown fits")
