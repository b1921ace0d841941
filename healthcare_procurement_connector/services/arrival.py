"""A document that arrived: who may have sent it, which order it speaks of, whether it came before."""

from functools import cached_property

from odoo import fields

from ..core.delivery import BLOCKING
from ..core.document_types import type_of
from ..core.exceptions import BusinessError, TransientError
from ..core.identity import identity_key
from ..core.line_reference import resolve
from ..core.told import change_number
from .line_candidates import line_candidates
from .mappings import Mappings
from .parties import is_identified, partners_by_id, partners_of, words_of


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
        self.business_key = False
        self._candidates = {}

    def known(self):
        """What is known of the document by now; kept even when it cannot be applied: people search by it."""
        return {
            "document_type": self.document_type,
            "number": self.document.number,
            "partner_id": self.supplier.id,
            "business_ref": self.business_ref,
            "business_key": self.business_key,
        }

    def check_prices(self):
        """A price for nothing, or for less, cannot be compared with anything."""
        for line in self.document.lines:
            per = line.price.per if getattr(line, "price", None) else None
            if per is not None and per.value <= 0:
                raise BusinessError(
                    self.env._(
                        "%(number)s has a price per %(per)s.",
                        number=self.document.number,
                        per=per.value,
                    ),
                    "unreadable",
                )

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
        """The buyer must be us, and the seller one of the partners that the endpoint speaks for."""
        self.check_buyer()
        party = self.document.seller
        listed = self._listed()
        if party is None and len(listed) == 1:
            # The sender is authenticated and can only be this one.
            self.supplier = listed
            return
        named = partners_of(party, self._partners)
        if not named:
            raise BusinessError(
                self.env._(
                    "%(number)s names a seller that is not known: %(party)s.",
                    number=self.document.number,
                    party=words_of(party),
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

    def check_buyer(self):
        """A buyer with a GLN or VAT number must be our company, one of its contacts or care sites."""
        party = self.document.buyer
        if not is_identified(party):
            return
        named = partners_of(party, self._partners)
        if not named or named - self._own().commercial_partner_id:
            raise BusinessError(
                self.env._(
                    "%(number)s is addressed to %(party)s, not to %(company)s.",
                    number=self.document.number,
                    party=words_of(party),
                    company=self.company.name,
                ),
                "wrong_buyer",
            )

    @cached_property
    def _partners(self):
        parties = (self.document.buyer, self.document.seller)
        return partners_by_id(parties, self._listed() | self._own())

    def _listed(self):
        return self.endpoint.partner_ids.commercial_partner_id.with_env(self.env)

    def _own(self):
        """Our company and its care sites, which may be partners of their own."""
        warehouses = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)])
        return self.company.partner_id | warehouses.partner_id

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
        order = self._orders.get(number) or self._order_of_change(number)
        if order is None:
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
        self.business_key = f"order:{order.id}"
        self._wait_for_earlier()
        return order

    def _order_of_change(self, number):
        """Some suppliers answer with the number of our change in place of the order's."""
        order = self._orders.get((number or "").rpartition("-")[0])
        if order is None:
            return None
        told = change_number(number, order.name)
        return order if told in order.change_ids.mapped("number") else None

    def _wait_for_earlier(self):
        """An answer never overtakes an earlier one about the same order that is still being tried."""
        if self.message.search_count(
            [
                ("endpoint_id", "=", self.endpoint.id),
                ("business_key", "=", self.business_key),
                ("direction", "=", "in"),
                ("id", "<", self.message.id),
                ("state", "in", BLOCKING["in"]),
            ],
            limit=1,
        ):
            raise TransientError(
                self.env._("An earlier document about the same order is still being tried."),
                "earlier_document",
            )

    @cached_property
    def _orders(self):
        """{number: order} for all that the document refers to, in one query."""
        numbers = {self.document.order_number} | {
            line.order_number for line in self.document.lines if hasattr(line, "order_number")
        }
        orders = self.env["purchase.order"].search(
            [
                ("name", "in", [name for number in numbers if number for name in _names(number)]),
                ("company_id", "=", self.company.id),
                ("partner_id.commercial_partner_id", "=", self.supplier.id),
            ]
        )
        return {name: order for name, order in orders.grouped("name").items() if len(order) == 1}

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
        """(our unit, factor): one of the quantity's unit is exactly ``factor`` of ours."""
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
            self._candidates[order.id] = line_candidates(order, self.supplier)
        return self._candidates[order.id]


def _names(number):
    """The order's names that a reference may mean: itself, or that of which it is a change."""
    return (number, number.rpartition("-")[0])


def _named(item):
    if item is None:
        return "-"
    return item.gtin or item.seller_code or item.buyer_code or item.name or "-"
