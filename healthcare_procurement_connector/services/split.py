"""An interchange with several documents becomes one message per document, each with a life of its own."""

import hashlib

from odoo import fields


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
