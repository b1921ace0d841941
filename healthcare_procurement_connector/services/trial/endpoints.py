"""Which endpoint a document that nobody says anything about would have come through."""

from ..parties import partners_by_id, partners_of


def fitting(endpoints, documents):
    """The ``endpoints`` whose partner the documents name: by the sender of their envelope, by their seller.

    Where an envelope's sender is known, its endpoint is meant, whoever else speaks for the seller.
    """
    senders = {each.envelope.sender for each in documents if each.envelope.sender}
    by_sender = endpoints.filtered(
        lambda endpoint: (endpoint.their_scheme, endpoint.their_id) in senders
    )
    return by_sender or _by_seller(endpoints, documents)


def _by_seller(endpoints, documents):
    sellers = [getattr(each, "seller", None) for each in documents]
    listed = endpoints.partner_ids.commercial_partner_id
    found = partners_by_id(sellers, listed)
    named = listed.browse().union(
        *(each for seller in sellers if (each := partners_of(seller, found)))
    )
    return endpoints.filtered(lambda e: named & e.partner_ids.commercial_partner_id)
