"""A catalogue becomes a run: nothing is changed before a buyer saw what it would do."""

from ...formats import render
from ..catalogues.start import start


def apply_catalogue(arrival):
    message = arrival.message
    # One of several in an interchange has no bytes of its own.
    raw = render(arrival.document, "json") if message.parent_id else message._payload()._raw()
    return start(
        arrival.env,
        arrival.company,
        arrival.supplier,
        raw,
        user=arrival.supplier.buyer_id or arrival.endpoint.owner_id,
        endpoint=arrival.endpoint,
        message=message,
        name=arrival.document.number or message.uid,
    )
