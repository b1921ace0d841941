"""Standard Webhooks 1.0: how a message proves who sent it, unchanged and recently.

The signed text is ``<id>.<timestamp>.<body>``; the signature is HMAC-SHA256 with a secret both sides know.
While a secret is exchanged for another, messages carry one signature for each.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"

SECRET_PREFIX = "whsec_"  # noqa: S105 - the public mark of a secret, not one
VERSION = "v1"
TOLERANCE = 300
SHORTEST_KEY, LONGEST_KEY = 24, 64


class SignatureError(Exception):
    """Why a message is not believed; ``code`` is for programs, the text for the log, none for the sender."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def new_secret(random_bytes: bytes) -> str:
    """A secret in the form both sides store, made of 24 to 64 random bytes.

    >>> new_secret(bytes(range(24)))
    'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX'
    """
    if not SHORTEST_KEY <= len(random_bytes) <= LONGEST_KEY:
        raise ValueError(f"a secret has {SHORTEST_KEY} to {LONGEST_KEY} bytes")
    return SECRET_PREFIX + base64.b64encode(random_bytes).decode()


def key_of(secret: str) -> bytes:
    """The bytes that a stored secret stands for; SignatureError ``bad_secret`` where it stands for none.

    >>> key_of("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX") == bytes(range(24))
    True
    >>> key_of("whsec_c2hvcnQ=")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    SignatureError: the secret is shorter than 24 bytes
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError("bad_secret", "the secret is not base64") from None
    if len(key) < SHORTEST_KEY:
        raise SignatureError("bad_secret", f"the secret is shorter than {SHORTEST_KEY} bytes")
    return key


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one message with one secret.

    >>> sign("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "msg_1", 1700000000, b"{}")
    'v1,ehZEL34p4RtokJ76Mky/c6YT0NkxG/H/gdzahhXIyv0='
    """
    # A dot would let the border between id, timestamp and body move without breaking the signature.
    if not message_id or "." in message_id:
        raise SignatureError("bad_id", "a message id is not empty and has no dot")
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return f"{VERSION},{base64.b64encode(digest).decode()}"


def headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message, signed with each of the secrets.

    >>> sorted(headers(["whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"], "msg_1", 1700000000, b"{}"))
    ['webhook-id', 'webhook-signature', 'webhook-timestamp']
    """
    if not secrets:
        raise SignatureError("bad_secret", "there is no secret to sign with")
    return {
        ID_HEADER: message_id,
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: " ".join(sign(secret, message_id, timestamp, body) for secret in secrets),
    }


def verify(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    now: int,
    tolerance: int = TOLERANCE,
) -> str:
    """The id of a message that one of the secrets signed within the tolerance; raises SignatureError otherwise.

    The id is what repeats of the message are recognised by: a sender keeps it when it tries again.

    >>> secret = new_secret(bytes(range(24)))
    >>> sent = headers([secret], "msg_1", 1700000000, b"{}")
    >>> verify([secret], sent, b"{}", now=1700000060)
    'msg_1'
    >>> verify([secret], sent, b"{ }", now=1700000060)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    SignatureError: no signature fits
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    message_id = _required(lowered, ID_HEADER)
    timestamp = _fresh_timestamp(_required(lowered, TIMESTAMP_HEADER), now, tolerance)
    given = [part.encode() for part in _required(lowered, SIGNATURE_HEADER).split()]
    # Every secret is compared with every signature: how long it takes tells nothing about which one fits.
    fits = False
    for secret in secrets:
        expected = sign(secret, message_id, timestamp, body).encode()
        for candidate in given:
            fits |= hmac.compare_digest(expected, candidate)
    if not fits:
        raise SignatureError("no_match", "no signature fits")
    return message_id


def _required(lowered: Mapping[str, str], name: str) -> str:
    value = lowered.get(name)
    if not value:
        raise SignatureError("missing_header", f"the header {name} is missing")
    return value


def _fresh_timestamp(text: str, now: int, tolerance: int) -> int:
    # int() would also take blanks, signs, underscores and digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise SignatureError("bad_timestamp", "the timestamp is not a number of seconds")
    timestamp = int(text)
    if timestamp < now - tolerance:
        raise SignatureError("too_old", "the timestamp is too old")
    if timestamp > now + tolerance:
        raise SignatureError("too_new", "the timestamp is in the future")
    return timestamp
