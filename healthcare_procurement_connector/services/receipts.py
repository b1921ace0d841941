"""Functional acknowledgements of what came in: a 997, CONTRL or MLR, as the endpoint's route for them says.

They are queued in the transaction that keeps what was read of a document, and made by the drain from its bytes:
whoever dies in between leaves either both or nothing, and what is read again is not acknowledged again.
"""

from ..core.exceptions import BusinessError
from ..core.receipts import wanted
from ..formats import FormatError, acknowledge, detect


def verdicts(message):
    """The receipts that ``message`` is due, to be queued: [(place, receipt)]; none for what is part of another."""
    route = _route(message.endpoint_id)
    payload = message.payload_ids[:1]
    if not route or not payload or message.parent_id or message.acknowledged_by_ids:
        return []
    found = _receipts(payload._raw(), route.format)
    places = wanted([receipt.status for receipt in found], route.acknowledge)
    return [(place, found[place - 1]) for place in places]


def queue(message, told):
    """Queues what ``verdicts`` told of the message."""
    if not told:
        return
    endpoint = message.endpoint_id
    route = _route(endpoint)
    partner = endpoint.partner_ids.commercial_partner_id
    # sudo: the message tables are closed to all users; these are the service's own writes.
    message.sudo().create(
        [
            {
                "direction": "out",
                "document_type": "receipt",
                "state": "queued",
                "endpoint_id": endpoint.id,
                "route_id": route.id,
                "company_id": message.company_id.id,
                "partner_id": partner.id if len(partner) == 1 else False,
                "number": receipt.control,
                "acknowledges_id": message.id,
                "position": place,
            }
            for place, receipt in told
        ]
    )
    message.env["integration.drain"]._wake("out")


def build(message, number, prepared):
    """The receipt that an outgoing message stands for, numbered ``number``."""
    payload = message.acknowledges_id.payload_ids[:1]
    if not payload:
        raise BusinessError(
            message.env._(
                "The content of %s is no longer kept, so it cannot be acknowledged.",
                message.acknowledges_id.display_name,
            ),
            "cannot_prepare",
        )
    # Numbers count on within an interchange: with this start the one at our place gets ours.
    start = number - message.position + 1
    receipts = acknowledge(payload._raw(), str(start), message.route_id.format, prepared=prepared)
    return receipts[message.position - 1]


def _route(endpoint):
    return endpoint.route_ids.filtered(
        lambda route: route.active and route.direction == "out" and route.document_type == "receipt"
    )[:1]


def _receipts(raw, syntax):
    """None where the partner speaks another syntax this time, or its interchange cannot be taken apart."""
    try:
        return acknowledge(raw, "1", syntax) if detect(raw) == syntax else []
    except FormatError:
        return []
