"""Makes the bytes of outgoing messages, one endpoint's at a time, as its technical user."""

import base64
import logging

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..core.exceptions import BusinessError, PermanentError
from ..core.identity import content_hash
from ..formats import FORMATS, FormatError, render
from .mappings import Mappings
from .order_documents import OrderDocuments

_logger = logging.getLogger(__name__)


class Preparation:
    """Reads all orders at once, renders, and stores the bytes."""

    def __init__(self, endpoint, messages):
        self.endpoint = endpoint
        self.messages = messages
        self.env = endpoint._technical_env()

    def run(self):
        """{message: bytes}; what could not be prepared is held, with an exception for a person."""
        prepared, failed = {}, {}
        builder = OrderDocuments(Mappings(self.endpoint.with_env(self.env), fields.Date.today()))
        orders = self._orders()
        for message in self.messages:
            stored = message.payload_ids[:1]
            if stored:
                # A repeat is the same bytes under the same id, whatever became of the order since.
                prepared[message] = stored._raw()
                continue
            try:
                order = self._approved(orders.get(message.res_id), message)
                prepared[message] = self._render(builder, order, message)
            except (BusinessError, FormatError) as error:
                failed[message] = error
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:
                # One order that trips our own code must not stop the orders of all suppliers.
                _logger.exception("Message %s could not be prepared", message.uid)
                failed[message] = PermanentError(
                    f"{type(error).__name__}: {error}", "cannot_prepare"
                )
        self._store(prepared)
        hold(self.env, failed)
        return prepared

    def _orders(self):
        ids = [message.res_id for message in self.messages]
        orders = self.env["purchase.order"].browse(ids).exists()
        orders.order_line.product_id.fetch(["name", "default_code", "barcode"])
        return {order.id: order for order in orders}

    def _approved(self, order, message):
        """The order, if it is still one to be sent: what was queued may have been taken back since."""
        if order is None or (
            message.document_type != "order_cancellation" and order.state != "purchase"
        ):
            raise BusinessError(
                self.env._("The order is no longer approved, or was deleted."), "order_not_approved"
            )
        return order

    def _render(self, builder, order, message):
        document = builder.build(
            order, message.document_type, message.revision, message.note or None
        )
        return render(document, message.route_id.format)

    def _store(self, prepared):
        # sudo: the message tables are closed to all users; these are the services' own writes.
        self.env["integration.payload"].sudo().create(
            [
                {
                    "message_id": message.id,
                    "content": base64.b64encode(raw),
                    "content_type": FORMATS[message.route_id.format].content_type,
                    "size": len(raw),
                    "sha256": content_hash(raw),
                }
                for message, raw in prepared.items()
                if not message.payload_ids
            ]
        )


def hold(env, failed):
    """Stops messages that could not be made and asks a person; ``failed``: {message: IntegrationError}."""
    for message, error in failed.items():
        # sudo: the message tables are closed to all users; these are the services' own writes.
        message.sudo().write(
            {
                "state": "held",
                "lease_until": False,
                "error_code": _code(error),
                "last_error": str(error),
            }
        )
    env["integration.exception"]._raise(
        [
            {
                "code": _code(error),
                "summary": env._(
                    "%(message)s was not sent: %(reason)s",
                    message=message.display_name,
                    reason=str(error),
                ),
                "message_id": message.id,
                "company_id": message.company_id.id,
                "partner_id": message.partner_id.id,
                "business_ref": message.business_ref,
                "res_model": message.res_model,
                "res_id": message.res_id,
            }
            for message, error in failed.items()
        ]
    )


def _code(error):
    return error.code if isinstance(error, BusinessError) else "cannot_prepare"
