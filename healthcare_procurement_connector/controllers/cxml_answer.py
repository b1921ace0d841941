"""What a partner that speaks cXML is answered: a Response (cXML 1.2, Response and Status)."""

from odoo.http import request

from ..core.documents import Envelope, Receipt
from ..formats import cxml


def cxml_taken(message_id, now):
    """That a document is stored and will be processed: status 201 in the Response, 200 of HTTP.

    A repeat gets the same message id and thereby the same payloadID.
    """
    told = Receipt(
        envelope=Envelope(version="1.2.045"), number=message_id, control=None, scope="document",
        status="received",
    )  # fmt: skip
    return request.make_response(
        cxml.render(told, timestamp=now), headers=[("Content-Type", cxml.FORMAT.content_type)]
    )
