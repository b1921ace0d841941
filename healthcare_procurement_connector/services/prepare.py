"""Makes the bytes of outgoing messages, a batch at a time, each as its endpoint's technical user."""

import base64
import logging

import psycopg2

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..core.exceptions import BusinessError, PermanentError
from ..core.identity import content_hash
from ..formats import FORMATS, FormatError
from . import receipts
from .insert_rows import insert_rows
from .interchanges import Interchanges
from .mapping_waiting import missing_vals
from .mappings import Mappings, MappingTables
from .onboarding import self_tests
from .order_checks import check
from .order_documents import OrderDocuments
from .order_reading import OrderReading

ORDERS = "purchase.order"

_logger = logging.getLogger(__name__)


def prepare(messages):
    """{message: bytes} for messages of any endpoints; what cannot be prepared is held.

    All share the queries. Where an endpoint is set up wrongly, each endpoint's go alone: it must not stop the
    orders of the others.
    """
    try:
        return _with_savepoint(messages)
    except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.OperationalError):
        raise
    except Exception:
        prepared = {}
        for endpoint, batch in messages.grouped("endpoint_id").items():
            try:
                prepared |= _with_savepoint(batch)
            except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.OperationalError):
                raise
            except Exception as error:
                _logger.exception("Nothing can be prepared for endpoint %s", endpoint.code)
                hold_all(endpoint, batch, error)
        return prepared


def _with_savepoint(messages):
    with messages.env.cr.savepoint():
        return Preparation(messages).run()


class Preparation:
    """Reads all orders at once, renders, and stores the bytes. ``messages``: of any endpoints."""

    def __init__(self, messages):
        self.messages = messages

    def run(self):
        """{message: bytes}; what could not be prepared is held, with an exception for a person."""
        stopped = self_tests.refused(self.messages)
        if stopped:
            hold(self.messages.env, stopped)
        going = self.messages.filtered(lambda message: message not in stopped)
        # A repeat is the same bytes under the same id, whatever became of the order since.
        repeated = going.filtered("payload_ids")
        prepared = {message: message.payload_ids[:1]._raw() for message in repeated}
        for env, messages in (going - repeated).grouped(_technical_env).items():
            made, failed = _Rendering(env, messages).run()
            _store(env, made)
            if failed:
                hold(env, failed)
            prepared |= made
        return {message: prepared[message] for message in self.messages if message in prepared}


def _technical_env(message):
    return message.endpoint_id._technical_env()


class _Rendering:
    """The new messages of all endpoints that share a technical user and a company."""

    def __init__(self, env, messages):
        self.env = env
        self.messages = messages
        self.interchanges = Interchanges(env, messages)
        about_orders = messages.filtered(lambda message: message.res_model == ORDERS)
        orders = env[ORDERS].browse(about_orders.mapped("res_id")).exists()
        self.orders = {order.id: order for order in orders}
        reading = OrderReading(orders)
        endpoints = messages.endpoint_id.with_env(env)
        tables = MappingTables(endpoints, fields.Date.today())
        self.builders = {
            endpoint.id: OrderDocuments(
                Mappings(endpoint, fields.Date.today(), tables),
                reading,
            )
            for endpoint in endpoints
        }

    def run(self):
        """({message: bytes}, {message: IntegrationError})."""
        made, failed = {}, check(self.env, self.messages)
        for message in self.messages:
            if message in failed:
                continue
            try:
                made[message] = self._render(message)
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
        self.interchanges.keep()
        return made, failed

    def _render(self, message):
        return self.interchanges.render(message, self._document(message))

    def _document(self, message):
        builder = self.builders[message.endpoint_id.id]
        if message.res_model == ORDERS:
            return builder.build(
                self._approved(message),
                message.document_type,
                message.revision,
                message.note or None,
            )
        if message.document_type == "receipt":
            number = self.interchanges.number(message)
            return receipts.build(message, number, self.interchanges.prepared)
        return self._record(message)._integration_document(message, builder.mappings)

    def _record(self, message):
        record = self.env[message.res_model].browse(message.res_id).exists()
        if not record:
            raise BusinessError(
                self.env._("What it is about was deleted meanwhile."), "cannot_prepare"
            )
        return record

    def _approved(self, message):
        """The order, if it is still one to be sent: what was queued may have been taken back since."""
        order = self.orders.get(message.res_id)
        if order is None or (
            message.document_type != "order_cancellation" and order.state != "purchase"
        ):
            raise BusinessError(
                self.env._("The order is no longer approved, or was deleted."), "order_not_approved"
            )
        return order


def _store(env, made):
    now = fields.Datetime.now()
    rows = [
        {
            "message_id": message.id,
            "company_id": message.company_id.id,
            "document_type": message.document_type,
            "created": now,
            # As the ORM keeps binary values; sent as text it takes half the room.
            "content": base64.b64encode(raw).decode(),
            "content_type": FORMATS[message.route_id.format].content_type,
            "size": len(raw),
            "sha256": content_hash(raw),
        }
        for message, raw in made.items()
    ]
    insert_rows(env["integration.payload"], rows)


def hold_all(endpoint, messages, error):
    """Stops all messages of an endpoint that is set up wrongly."""
    failure = PermanentError(str(error), "cannot_prepare")
    hold(endpoint.env, {message: failure for message in messages})


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
                "user_id": getattr(error, "owner", False),
                **missing_vals(getattr(error, "missing", None)),
            }
            for message, error in failed.items()
        ]
    )


def _code(error):
    return error.code if isinstance(error, BusinessError) else "cannot_prepare"
