"""A document that arrived: who may have sent it, which order it speaks of, whether it came before."""

from odoo import fields

from ..core.document_types import type_of
from ..core.exceptions import BusinessError
from ..core.identity import identity_key
from ..core.line_reference import Candidate, resolve
from .mappings import Mappings
from .order_documents import sent_lines
from .parties import partners_by_id, partners_of


class Arrival:
    """What the appliers work with; ``env`` is that of the endpoint's technical user."""

    def __init__(self, message, document):
        self.message = message
        self.document = document
        self.document_type = type_of(document)
        self.endpoint = message.endpoint_id
        self.env = self.endpoint._technical_env()
        self.company = self.endpoint.company_id.with_env(self.env)
        self.mappings = Mappings(self.endpoint.with_env(self.env), fields.Date.today())
        self.supplier = self.env["res.partner"]
        self.business_ref = False
        self._candidates = {}

    def known(self):
        """What is known of the document by now; kept even when it cannot be applied: people search by it."""
        return {
            "document_type": self.document_type,
            "number": self.document.number,
            "partner_id": self.supplier.id,
            "business_ref": self.business_ref,
        }

    def check_environment(self):
        """A test document is never applied by a live endpoint, nor the reverse."""
        test = self.document.envelope.test
        if test is not None and test != (self.endpoint.environment == "test"):
            raise BusinessError(
                self.env._(
                    "%(number)s is marked as a %(kind)s document; endpoint %(endpoint)s is %(environment)s.",
                    number=self.document.number,
                    kind=self.env._("test") if test else self.env._("live"),
                    endpoint=self.endpoint.name,
                    environment=self.endpoint.environment,
                ),
                "test_document",
            )

    def find_supplier(self):
        """The seller must be one of the partners that the endpoint speaks for."""
        party = self.document.seller
        listed = self.endpoint.partner_ids.commercial_partner_id.with_env(self.env)
        if party is None and len(listed) == 1:
            # The sender is authenticated and can only be this one.
            self.supplier = listed
            return
        named = partners_of(party, partners_by_id(self.env, [party]))
        if not named:
            raise BusinessError(
                self.env._(
                    "%(number)s names a seller that is not known: %(name)s (%(ids)s).",
                    number=self.document.number,
                    name=party.name if party else "-",
                    ids=", ".join(value for _, value in party.ids) if party else "-",
                ),
                "unknown_supplier",
            )
        if len(named) != 1 or named not in listed:
            raise BusinessError(
                self.env._(
                    "%(number)s came through %(endpoint)s in the name of %(seller)s.",
                    number=self.document.number,
                    endpoint=self.endpoint.name,
                    seller=", ".join(named.mapped("name")),
                ),
                "wrong_supplier",
            )
        self.supplier = named

    def find_duplicate(self):
        """The processed message with the same identity and the same bytes; other bytes are for a person."""
        key = identity_key(self.document_type, self.supplier.id, self.document.number)
        first = self.message.search(
            [
                ("company_id", "=", self.company.id),
                ("identity_key", "=", key),
                ("state", "=", "processed"),
                ("id", "!=", self.message.id),
            ]
        )
        if first and first.content_hash != self.message.content_hash:
            raise BusinessError(
                self.env._(
                    "%(number)s of %(supplier)s came before, on %(day)s, with other content.",
                    number=self.document.number,
                    supplier=self.supplier.name,
                    day=fields.Date.to_string(first.create_date),
                ),
                "same_number_other_content",
            )
        self.message.write({"identity_key": key})
        return first

    def order(self, number):
        """The supplier's order ``number``; an order of another supplier is as unknown as none."""
        order = self.env["purchase.order"].search(
            [("name", "=", number), ("company_id", "=", self.company.id)]
        )
        if not order or order.partner_id.commercial_partner_id != self.supplier:
            raise BusinessError(
                self.env._(
                    "%(number)s refers to order %(order)s, which %(supplier)s does not have.",
                    number=self.document.number,
                    order=number or "-",
                    supplier=self.supplier.name,
                ),
                "unknown_order",
            )
        self.business_ref = order.business_ref
        return order

    def order_line(self, order, number, item):
        """The line of ``order`` that the document's line means; BusinessError where none or several fit."""
        found = resolve(number, item, self._candidates_of(order))
        if found is None:
            raise BusinessError(
                self.env._(
                    "%(document)s has a line (%(line)s, %(item)s) that order %(order)s does not have.",
                    document=self.document.number,
                    line=number or "-",
                    item=_named(item),
                    order=order.name,
                ),
                "unknown_item",
            )
        return self.env["purchase.order.line"].browse(found.id)

    def quantity(self, quantity, order_line):
        """A document's quantity as (value, factor to the order line's unit, unit); all exact."""
        uom, factor = self.mappings.unit(quantity.unit, order_line.product_id)
        if not uom._has_common_reference(order_line.product_uom_id):
            raise BusinessError(
                self.env._(
                    "%(unit)s is not a unit of %(product)s.",
                    unit=uom.name,
                    product=order_line.product_id.display_name,
                ),
                "unknown_unit",
            )
        return uom, factor

    def finish(self, applied):
        """The document has had its effect, on ``applied``."""
        self.message.write(
            {
                **self.known(),
                "state": "processed",
                "lease_until": False,
                "error_code": False,
                "last_error": False,
                "delivered": fields.Datetime.now(),
                "res_model": applied._name,
                "res_id": applied.id,
            }
        )
        self.env["integration.audit"]._append(
            [
                {
                    "action": f"{self.document_type}.applied",
                    "res_model": applied._name,
                    "res_id": applied.id,
                    "company_id": self.company.id,
                    "business_ref": self.message.business_ref,
                    "detail": {"message": self.message.uid, "sha256": self.message.content_hash},
                }
            ]
        )

    def _candidates_of(self, order):
        if order.id not in self._candidates:
            self._candidates[order.id] = [
                Candidate(
                    id=line.id,
                    number=str(line.integration_line_number or ""),
                    buyer_code=line.product_id.default_code or None,
                    seller_codes=tuple(
                        seller.product_code
                        for seller in line.product_id.seller_ids
                        if seller.product_code
                        and seller.partner_id.commercial_partner_id == self.supplier
                    ),
                    gtin=line.product_id.barcode or None,
                )
                for line in sent_lines(order)
            ]
        return self._candidates[order.id]


def _named(item):
    if item is None:
        return "-"
    return item.gtin or item.seller_code or item.buyer_code or item.name or "-"
