"""Accepts what partners post: authenticated, checked, stored durably, answered; nothing is read yet.

What is not authenticated is never stored. One transaction: the message, its bytes and the wake-up hint; the
partner gets its answer only after the commit, so what we acknowledged cannot be lost.
"""

import base64
import logging
from dataclasses import dataclass

import psycopg2

from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.delivery import DUE
from ..core.identity import content_hash
from ..core.signature import SignatureError, verify

_logger = logging.getLogger(__name__)

LONGEST_KEY = 255
# Checked when no endpoint or no secret is found, so that both take the same time as a wrong signature.
_NO_SECRET = "whsec_" + base64.b64encode(b"no endpoint, no secret, same time").decode()


class NotAuthenticated(Exception):
    """Unknown endpoint, missing secret, bad or stale signature: told apart to nobody."""


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


@dataclass(frozen=True, slots=True)
class Accepted:
    """``rule``: of core.duplicates, by which a repeat was recognised; None for what is new."""

    message_id: str
    status: str
    repeated: bool
    rule: str | None = None


def accept(env, code, sent_headers, raw, content_type, now):
    """Stores one document posted to the endpoint ``code``; ``env`` is the superuser's, ``now`` unix seconds."""
    endpoint, external_id = _authenticate(env, code, sent_headers, raw, now)
    if len(raw) > endpoint.max_size * 1000:
        raise TooLarge(endpoint.max_size * 1000)
    key = _idempotency_key(sent_headers)
    digest = content_hash(raw)
    first, rule = _first_of(env, endpoint, external_id, key)
    if first:
        if first.content_hash != digest:
            raise IdTaken(rule)
        return Accepted(first.uid, "received", repeated=True, rule=rule)
    if _is_full(env, endpoint):
        raise Overloaded
    message = _store(env, endpoint, external_id, key, digest, raw, content_type)
    env["integration.drain"]._wake("in")
    return Accepted(message.uid, "received", repeated=False)


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


def _is_full(env, endpoint):
    """Reads no more rows than the limit, by an index that holds only what is in line."""
    return endpoint.max_backlog and env.execute_query(
        SQL(
            "SELECT FROM integration_message WHERE endpoint_id = %s AND direction = 'in' "
            "AND state IN %s OFFSET %s LIMIT 1",
            endpoint.id,
            DUE["in"],
            endpoint.max_backlog - 1,
        )
    )


def _authenticate(env, code, sent_headers, raw, now):
    # PostgreSQL refuses NULs with an error of its own; no endpoint has one in its code.
    domain = [("code", "=", code)] if "\x00" not in code else Domain.FALSE
    endpoint = env["integration.endpoint"].search(domain)
    secret = _inbound_secret(endpoint)
    try:
        external_id = verify([secret or _NO_SECRET], sent_headers, raw, now)
    except SignatureError as error:
        raise NotAuthenticated from error
    if not secret:
        raise NotAuthenticated
    return endpoint, external_id


def _inbound_secret(endpoint):
    """None where there is no endpoint, no secret, or one that this server's key does not open."""
    try:
        return endpoint._secret("inbound") if endpoint else None
    except UserError as error:
        _logger.error("Endpoint %s accepts nothing: %s", endpoint.code, error)
        return None


def _store(env, endpoint, external_id, key, digest, raw, content_type):
    try:
        with env.cr.savepoint():
            message = env["integration.message"].create(
                {
                    "direction": "in",
                    "state": "received",
                    "endpoint_id": endpoint.id,
                    "company_id": endpoint.company_id.id,
                    "external_id": external_id,
                    "idempotency_key": key,
                    "content_hash": digest,
                    "size": len(raw),
                }
            )
    except psycopg2.errors.UniqueViolation as error:
        # The same document arrived twice at once: run again, and find the first one.
        raise ConcurrencyError("message id is being stored by another request") from error
    env["integration.payload"].create(
        {
            "message_id": message.id,
            # Given, they need no statement of their own; what it is shows when it is read.
            "company_id": endpoint.company_id.id,
            "document_type": False,
            "content": base64.b64encode(raw),
            "content_type": content_type,
            "size": len(raw),
            "sha256": digest,
        }
    )
    return message
