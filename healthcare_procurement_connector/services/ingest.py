"""Accepts what partners post: authenticated, checked, stored durably, answered; nothing is read yet.

What is not authenticated is never stored. One transaction: the message, its bytes and the wake-up hint; the
partner gets its answer only after the commit, so what we acknowledged cannot be lost.
"""

import base64
import logging
import uuid
from dataclasses import dataclass
from typing import NamedTuple

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.delivery import DUE
from ..core.identity import content_hash
from ..core.shown_secret import check, in_authorization
from ..core.signature import SignatureError, verify
from ..formats.cxml import shown_secrets, without_secrets
from .secrets import decrypt

_logger = logging.getLogger(__name__)

LONGEST_KEY = 255
# Checked when no endpoint or no secret is found, so that both take the same time as a wrong signature.
_NO_SECRET = "whsec_" + base64.b64encode(b"no endpoint, no secret, same time").decode()


class NotAuthenticated(Exception):
    """Unknown endpoint, missing or wrong secret, bad or stale signature: told apart to nobody."""


class TooLarge(Exception):
    """``limit`` in bytes."""

    def __init__(self, limit):
        super().__init__(limit)
        self.limit = limit


class IdTaken(Exception):
    """The partner used one message id, or one idempotency key, for two different documents; ``rule`` says which."""

    def __init__(self, rule):
        super().__init__(rule)
        self.rule = rule


class BadIdempotencyKey(Exception):
    """Longer than LONGEST_KEY."""


class Overloaded(Exception):
    """So many documents of this partner are in line that it shall come back in ``retry_after`` seconds."""

    retry_after = 60


class Endpoint(NamedTuple):
    """What accepting needs to know of an endpoint."""

    id: int
    code: str
    company_id: int
    max_size: int
    max_backlog: int
    proof: str
    ciphertext: str | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """``rule``: of core.duplicates, by which a repeat was recognised; None for what is new.

    ``proof``: of PROOFS, by which the partner was known.
    """

    message_id: str
    status: str
    repeated: bool
    rule: str | None = None
    proof: str = "signature"


def accept(env, code, sent_headers, raw, content_type, now):
    """Stores one document posted to the endpoint ``code``; ``env`` is the superuser's, ``now`` unix seconds."""
    endpoint, external_id = _authenticate(env, code, sent_headers, raw, now)
    if len(raw) > endpoint.max_size * 1000:
        raise TooLarge(endpoint.max_size * 1000)
    key = _idempotency_key(sent_headers)
    digest = content_hash(raw)
    uid = _store(env, endpoint, external_id, key, digest, raw, content_type)
    if uid is None:
        return _known(env, endpoint, external_id, key, digest)
    _wake(env)
    return Accepted(uid, "received", repeated=False, proof=endpoint.proof)


def accept_fetched(env, code, external_id, raw, content_type):
    """Stores one document that was fetched, or brought by hand, for the endpoint ``code``; as ``accept``.

    Its sender is known by the place it was fetched from. ``external_id`` is made by the caller, the same each time
    it meets the same document.
    """
    endpoint = _endpoint(env, code)
    if endpoint is None:
        raise NotAuthenticated
    if len(raw) > endpoint.max_size * 1000:
        raise TooLarge(endpoint.max_size * 1000)
    digest = content_hash(raw)
    uid = _store(env, endpoint, external_id, None, digest, raw, content_type)
    if uid is None:
        return _known(env, endpoint, external_id, None, digest)
    _wake(env)
    return Accepted(uid, "received", repeated=False)


def _known(env, endpoint, external_id, key, digest):
    """The answer to what was not stored: it came before, or there is no room for it."""
    first, rule = _first_of(env, endpoint, external_id, key)
    if not first:
        raise Overloaded
    if first.content_hash != digest:
        raise IdTaken(rule)
    return Accepted(first.uid, "received", repeated=True, rule=rule, proof=endpoint.proof)


def _idempotency_key(sent_headers):
    """Not signed, yet of an authenticated sender: whoever could change it could drop the document as well."""
    for name, value in sent_headers.items():
        if name.lower() == "idempotency-key" and value:
            if len(value) > LONGEST_KEY:
                raise BadIdempotencyKey
            return value
    return None


def _first_of(env, endpoint, external_id, key):
    """(the message stored before under this id or key, the rule that says so), in one query."""
    known = Domain("external_id", "=", external_id)
    if key:
        known |= Domain("idempotency_key", "=", key)
    found = env["integration.message"].search(
        Domain("endpoint_id", "=", endpoint.id) & Domain("direction", "=", "in") & known
    )
    by_id = found.filtered(lambda message: message.external_id == external_id)
    return (by_id, "message_id") if by_id else (found[:1], "idempotency_key")


def _authenticate(env, code, sent_headers, raw, now):
    endpoint = _endpoint(env, code)
    secret = _inbound_secret(env, endpoint)
    prove = PROOFS[endpoint.proof if endpoint else "signature"]
    try:
        external_id = prove(secret or _NO_SECRET, sent_headers, raw, now)
    except SignatureError as error:
        raise NotAuthenticated from error
    if not secret:
        raise NotAuthenticated
    return endpoint, external_id


def _signature(secret, sent_headers, raw, now):
    return verify([secret], sent_headers, raw, now)


def _password(secret, sent_headers, raw, _now):
    check(secret, in_authorization(sent_headers))
    return _same_bytes(raw)


def _cxml_secret(secret, _sent_headers, raw, _now):
    check(secret, shown_secrets(raw))
    return _same_bytes(raw)


def _same_bytes(raw):
    """What stands for the message id where the partner's system gives none: the same bytes are a repeat.

    A payloadID does not serve: some systems make a new document under the old one when they try again, which is
    for the duplicate check to sort out, not to be refused.
    """
    return f"sha256:{content_hash(raw)}"


# How a partner proves who it is, by the endpoint's setting: each gives the id of the message or a SignatureError.
PROOFS = {"signature": _signature, "password": _password, "cxml": _cxml_secret}


def _endpoint(env, code):
    """The active endpoint with its secret in one query; None where there is none."""
    # PostgreSQL refuses NULs with an error of its own; no endpoint has one in its code.
    if "\x00" in code:
        return None
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            SELECT e.id, e.code, e.company_id, e.max_size, e.max_backlog, e.inbound_proof, s.ciphertext
              FROM integration_endpoint e
              LEFT JOIN integration_secret s
                ON s.res_model = 'integration.endpoint' AND s.res_id = e.id AND s.name = 'inbound'
             WHERE e.active AND e.code = %s
            """,
            code,
        )
    )
    row = env.cr.fetchone()
    return row and Endpoint(*row)


def _inbound_secret(env, endpoint):
    """None where there is no endpoint, no secret, or one that this server's key does not open."""
    if endpoint is None or endpoint.ciphertext is None:
        return None
    try:
        return decrypt(env, endpoint.ciphertext)
    except UserError as error:
        _logger.error("Endpoint %s accepts nothing: %s", endpoint.code, error)
        return None


def _store(env, endpoint, external_id, key, digest, raw, content_type):
    """The new message's uid; None where it was stored before, or where its partner's line is full.

    One statement instead of a dozen, since partners wait for it and a server that is slow to accept is one that
    refuses. The unique indexes decide what was stored before. Where that is another request of this moment,
    the transaction fails as one that cannot be serialized, is run again, and then finds it.
    """
    uid = uuid.uuid4().hex
    # The message knows the hash of what arrived, the payload that of what is kept.
    kept = without_secrets(raw)
    env.cr.execute(
        SQL(
            """
            WITH message AS (
                INSERT INTO integration_message (
                       uid, direction, state, endpoint_id, company_id, external_id, idempotency_key,
                       content_hash, size, lane, priority, revision, attempt_count,
                       create_uid, create_date, write_uid, write_date)
                SELECT %(uid)s, 'in', 'received', %(endpoint)s, %(company)s, %(external_id)s, %(key)s,
                       %(digest)s, %(size)s, 0, 0, 0, 0, %(user)s, %(now)s, %(user)s, %(now)s
                 WHERE NOT %(limited)s OR NOT EXISTS (
                       SELECT FROM integration_message
                        WHERE endpoint_id = %(endpoint)s AND direction = 'in' AND state IN %(due)s
                       OFFSET %(room)s)
                    ON CONFLICT DO NOTHING
                RETURNING id
            )
            INSERT INTO integration_payload (
                   message_id, company_id, created, content, content_type, size, sha256)
            SELECT id, %(company)s, %(now)s, %(content)s::bytea, %(type)s, %(kept_size)s, %(kept_digest)s FROM message
            """,
            uid=uid,
            endpoint=endpoint.id,
            company=endpoint.company_id,
            external_id=external_id,
            key=key,
            digest=digest,
            size=len(raw),
            user=env.uid,
            now=fields.Datetime.now(),
            # Reads no more rows than the limit, by an index that holds only what is in line.
            limited=bool(endpoint.max_backlog),
            room=max(endpoint.max_backlog - 1, 0),
            due=DUE["in"],
            # As the ORM keeps binary values; sent as text it takes half the room.
            content=base64.b64encode(kept).decode(),
            kept_size=len(kept),
            kept_digest=digest if kept is raw else content_hash(kept),
            type=content_type,
        )
    )
    return uid if env.cr.rowcount else None


def _wake(env):
    """A drain that waits to be run is looked for first: a question of one statement, answered yes at busy times."""
    env.cr.execute(
        SQL(
            "SELECT FROM queue_job WHERE identity_key = %s AND state = 'pending' LIMIT 1",
            env["integration.drain"]._identity_key("in"),
        )
    )
    if not env.cr.rowcount:
        env["integration.drain"]._wake("in")
