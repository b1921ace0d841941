"""Whether a document came before: to the byte, or in business; and what then."""

from datetime import timedelta

from odoo import fields

from ..core.difference import differences
from ..core.duplicates import verdict
from ..core.exceptions import BusinessError
from ..formats import FormatError

SHOWN = 3


def same_bytes(message, document_type):
    """The earlier message of the endpoint and type with these bytes, within the endpoint's time window.

    Whatever became of it: it is done, on its way, or on a person's desk already. What a person discarded does
    not count: the partner was asked to send it again. ``document_type`` is None where it cannot be read.
    """
    days = message.endpoint_id.duplicate_days
    if message.parent_id or not days:
        return message.browse()
    found = message.search(
        [
            ("direction", "=", "in"),
            ("endpoint_id", "=", message.endpoint_id.id),
            ("content_hash", "=", message.content_hash),
            ("id", "<", message.id),
            ("state", "!=", "discarded"),
            ("create_date", ">=", message.create_date - timedelta(days=days)),
        ],
        order="id",
    )
    return found.filtered(
        lambda first: first.document_type == (document_type or False) and first.state != "duplicate"
    )[:1]


class Identity:
    """What came before under the same supplier, type and number, and what this document is beside it.

    ``verdict``: of core.duplicates; ``first``: the processed message it repeats or replaces, if any.
    """

    def __init__(self, arrival, reader):
        self.arrival = arrival
        self.reader = reader
        self.differences = ()
        # Newest first: only the newest stands, the others were replaced.
        earlier = arrival.message.search(
            [
                ("company_id", "=", arrival.company.id),
                ("identity_key", "=", arrival.identity_key),
                ("state", "=", "processed"),
                ("id", "!=", arrival.message.id),
            ]
        )
        self.first = earlier.filtered(lambda first: not first.superseded_by_id)[:1]
        same = next((first for first in earlier if self._same_content(first)), None)
        purpose = getattr(arrival.document, "purpose", None)
        self.verdict = verdict(purpose, bool(earlier), same is not None)
        if self.verdict == "duplicate":
            self.first = same
        elif self.first:
            self.differences = self._differences(self.first) or ()

    def refuse(self):
        """The question to a person: which of the two holds."""
        arrival, env = self.arrival, self.arrival.env
        shown = "; ".join(map(str, self.differences[:SHOWN]))
        more = len(self.differences) - SHOWN
        if self.verdict == "withdrawn":
            return BusinessError(
                env._(
                    "%(supplier)s takes %(number)s back.",
                    supplier=arrival.supplier.name,
                    number=arrival.document.number,
                ),
                "withdrawn",
            )
        return BusinessError(
            env._(
                "%(number)s of %(supplier)s came before, on %(day)s, with other content. %(shown)s%(more)s",
                number=arrival.document.number,
                supplier=arrival.supplier.name,
                day=fields.Date.to_string(self.first.create_date),
                shown=shown or env._("The earlier content is no longer kept."),
                more=env._("; and %s more", more) if more > 0 else "",
            ),
            "same_number_other_content",
        )

    def _same_content(self, first):
        if first.content_hash == self.arrival.message.content_hash:
            return True
        return self._differences(first) == ()

    def _differences(self, first):
        """None where the earlier content is no longer kept, or no longer read."""
        try:
            (document,) = self.reader.documents(first)
        except (BusinessError, FormatError, ValueError):
            return None
        return differences(document, self.arrival.document)


def duplicate_vals(first, rule):
    return {
        "state": "duplicate",
        "lease_until": False,
        "duplicate_of_id": first.id,
        "duplicate_rule": rule,
        "delivered": fields.Datetime.now(),
        "error_code": False,
        "last_error": False,
    }
