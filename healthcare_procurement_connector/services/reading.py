"""The documents in a message's bytes."""

from ..core.exceptions import BusinessError
from ..formats import detect, parse
from .catalogues.arriving import catalogue_head
from .csv_options import csv_routes, parse_csv


class Reader:
    """Reads messages. Keeps the last interchange: its documents are mostly asked for one after the other."""

    def __init__(self):
        self._last = (None, None)

    def documents(self, message):
        """All documents of a message, or the one that a part of an interchange stands for.

        FormatError where the bytes cannot be read, BusinessError where they are no longer kept.
        """
        payload = message._payload()
        if not payload:
            raise BusinessError(
                message.env._(
                    "The content of %s is no longer kept, so it cannot be read again.",
                    message.display_name,
                ),
                "unreadable",
            )
        if self._last[0] != payload.id:
            raw = payload._raw()
            self._last = (payload.id, catalogue_head(raw) or read(raw, message.endpoint_id))
        documents = self._last[1]
        return (
            documents[message.position - 1 : message.position] if message.parent_id else documents
        )


def read(raw, endpoint):
    """The documents in bytes that came from ``endpoint``, whose routes say what its CSV files mean."""
    routes = csv_routes(endpoint)
    return parse_csv(raw, routes) if routes and detect(raw) == "csv" else parse(raw)
