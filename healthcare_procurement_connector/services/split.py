"""An interchange with several documents becomes one message per document, each with a life of its own."""

import hashlib

from odoo import fields

from ..core.document_types import type_of
from ..core.retention import kept_longest


def split(message, documents):
    """Creates the parts; the interchange is thereby processed. Its bytes stay with it.

    All in the caller's transaction, and a unique index on the position: whoever splits it twice fails. The
    parts queue from now on, behind what arrived after the interchange.
    """
    # sudo: the message tables are closed to all users; these are the service's own writes.
    message.sudo().create(
        [
            {
                "direction": "in",
                "state": "received",
                "endpoint_id": message.endpoint_id.id,
                "company_id": message.company_id.id,
                "priority": message.priority,
                "parent_id": message.id,
                "position": position,
                "content_hash": _part_hash(message.content_hash, position),
            }
            for position in range(1, len(documents) + 1)
        ]
    )
    rules = message.env["integration.retention"].sudo()._rules()  # sudo: as above, read only
    types = [type_of(document) for document in documents]
    message.payload_ids.sudo().document_type = kept_longest(rules, message.company_id.id, types)
    message.write(
        {
            "state": "processed",
            "lease_until": False,
            "number": documents[0].envelope.control,
            "delivered": fields.Datetime.now(),
            "error_code": False,
            "last_error": False,
        }
    )


def _part_hash(whole, position):
    """Different for each part, the same for each copy of the interchange."""
    return hashlib.sha256(f"{whole}:{position}".encode()).hexdigest()
