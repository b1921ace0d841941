"""Documents that somebody received outside of Odoo (a mail, a portal, a stick) and brings in by hand.

They are stored as what the partner itself posts is, under an id made of their bytes: the same file, brought twice, is
the same message, and the same document, posted and brought, meets the same rules for duplicates.
"""

from dataclasses import dataclass

from odoo.exceptions import AccessError, UserError

from ..core.identity import content_hash
from . import acts, ingest

CONTENT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Brought:
    """``repeated``: it was here before."""

    message_id: int
    repeated: bool


def bring(endpoint, files):
    """Stores ``files``, {name: bytes}, as documents from the endpoint's partner; returns [Brought, …].

    All of them are stored, or none.
    """
    env = endpoint.env
    if not env.user.has_group(acts.OPERATOR):
        raise AccessError(env._("Only integration operators may do this."))
    endpoint.check_access("read")
    if not endpoint.active:
        raise UserError(env._("%s is archived.", endpoint.name))
    if not files:
        raise UserError(env._("Choose the files that were received."))
    brought = []
    for name, raw in files.items():
        if not raw:
            raise UserError(env._("%s is empty.", name))
        brought.append(_store(endpoint, name, raw))
    new = [each.message_id for each in brought if not each.repeated]
    messages = env["integration.message"].browse(new)
    acts.audit(messages, "message.uploaded")
    return brought


def _store(endpoint, name, raw):
    env = endpoint.env
    # sudo: messages are closed to writes; the operator's right was checked, the sender is the endpoint named.
    system = endpoint.sudo().env
    uid = f"hand_{content_hash(raw)}"
    try:
        accepted = ingest.accept_fetched(system, endpoint.code, uid, raw, CONTENT_TYPE)
    except ingest.TooLarge as error:
        raise UserError(
            env._("%(name)s is larger than %(limit)s kB.", name=name, limit=error.limit // 1000)
        ) from None
    except ingest.Overloaded:
        raise UserError(
            env._("Too many documents of %s are in line; try again later.", endpoint.name)
        ) from None
    message = env["integration.message"].search([("uid", "=", accepted.message_id)])
    return Brought(message.id, accepted.repeated)
