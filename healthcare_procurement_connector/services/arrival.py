"""A document that arrived: who may have sent it, which orders it speaks of, under which key it queues."""

from functools import cached_property

from odoo import fields

from ..core.document_types import type_of
from ..core.exceptions import BusinessError, UnmappedError
from ..core.identity import identity_key
from ..core.interchange import controls_of
from ..core.line_reference import resolve
from ..core.mapping import Missing
from ..core.told import change_number
from ..core.used_codes import ITEM_CODES, party_codes, used_codes
from .line_candidates import line_candidates
from .mappings import mappings_today
from .parties import GLN, VAT, is_identified, partners_by_id, partners_of, words_of


class Arrival:
    """What the appliers work with; ``env`` is that of the endpoint's technical user."""

    def __init__(self, message, document):
        self.message = message
        self.document = document
        self.document_type = type_of(document)
        self.endpoint = message.endpoint_id
        self.env = self.endpoint._technical_env()
        self.company = self.endpoint.company_id.with_env(self.env)
        self.supplier = self.env["res.partner"]
        self.business_ref = False
        self.difference = False
        self._candidates = {}

    def known(self):
        """What is known of the document by now; kept even when it cannot be applied: people search by it."""
        interchange, group, document = controls_of(self.document.envelope)
        return {
            "document_type": self.document_type,
            "interchange_control": interchange,
            "group_control": group,
            "document_control": document,
            "number": self.document.number,
            "partner_id": self.supplier.id,
            "business_ref": self.business_ref,
            "business_key": self.business_key,
            "identity_key": self.identity_key,
            "difference": self.difference,
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
        named = partners_of(party, self._partners) or self._mapped("party", party)
        if not named:
            raise UnmappedError(
                self.env._(
                    "%(number)s names a seller that is not known: %(party)s.",
                    number=self.document.number,
                    party=words_of(party),
                ),
                "unknown_supplier",
                missing_party("party", party, listed),
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
        named = partners_of(party, self._partners) or self._mapped("location", party)
        if not named or named - self._own.commercial_partner_id:
            error, missing = BusinessError, ()
            if not named:
                error, missing = UnmappedError, (missing_party("location", party, self._own),)
            raise error(
                self.env._(
                    "%(number)s is addressed to %(party)s, not to %(company)s.",
                    number=self.document.number,
                    party=words_of(party),
                    company=self.company.name,
                ),
                "wrong_buyer",
                *missing,
            )

    def _mapped(self, domain, party):
        """The company of the partner that a mapping says one of the party's ids stands for."""
        return self.mappings.record(domain, *party_codes(party)).commercial_partner_id

    @cached_property
    def mappings(self):
        """The tables for the codes that the document uses, in one query."""
        codes = {used.code for used in used_codes(self.document)}
        return mappings_today(self.endpoint.with_env(self.env), codes=codes)

    @cached_property
    def _partners(self):
        parties = (self.document.buyer, self.document.seller)
        return partners_by_id(parties, self._listed() | self._own)

    def _listed(self):
        return self.endpoint.partner_ids.commercial_partner_id.with_env(self.env)

    @cached_property
    def _own(self):
        """Our company and its care sites, which may be partners of their own."""
        warehouses = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)])
        return self.company.partner_id | warehouses.partner_id

    def recognise(self):
        """Who sent it, which orders it names, under which key it queues; BusinessError where that is refused."""
        self.check_environment()
        self.check_prices()
        self.find_supplier()
        first = next(iter(self.orders.values()), None)
        if first:
            self.business_ref = first.business_ref

    @property
    def identity_key(self):
        """None until the supplier is known."""
        if not self.supplier:
            return None
        number = self.document.number
        if self.document_type == "catalogue":
            # Suppliers give each edition of a catalogue the same number; which one holds a person decides.
            number = f"{number}:{self.message.content_hash}"
        return identity_key(self.document_type, self.supplier.id, number)

    @property
    def business_key(self):
        """The first order it names, else its own identity: one key, by which documents queue."""
        first = next(iter(self.orders.values()), None) if self.supplier else None
        return f"order:{first.id}" if first else self.identity_key

    def keys(self):
        """All that is held while it is applied: every order it names, and its own identity."""
        return {f"order:{order.id}" for order in self.orders.values()} | {self.identity_key}

    def look_again(self):
        """Forgets what may have changed since it was read: a new transaction sees orders and mappings of its own."""
        self.__dict__.pop("orders", None)
        self.__dict__.pop("mappings", None)
        self._candidates.clear()

    def order(self, number):
        """The supplier's order ``number``; an order of another supplier is as unknown as none."""
        order = self.orders.get(number)
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
        return order

    def order_numbers(self):
        """The orders it names, as it names them, the document's own before those of its lines."""
        named = [getattr(self.document, "order_number", None)]
        named += [getattr(line, "order_number", None) for line in self.document.lines]
        return list(dict.fromkeys(filter(None, named)))

    @cached_property
    def orders(self):
        """{number: order} for all that the document refers to and that exist, in one query."""
        numbers = self.order_numbers()
        if not numbers:
            return {}
        found = self.env["purchase.order"].search(
            [
                ("name", "in", [name for number in numbers for name in _names(number)]),
                ("company_id", "=", self.company.id),
                ("partner_id.commercial_partner_id", "=", self.supplier.id),
            ]
        )
        by_name = {name: order for name, order in found.grouped("name").items() if len(order) == 1}
        meant = {
            number: by_name.get(number) or _order_of_change(number, by_name) for number in numbers
        }
        return {number: order for number, order in meant.items() if order}

    def order_line(self, order, number, item):
        """The line of ``order`` that the document's line means; BusinessError where none or several fit."""
        candidates = self._candidates_of(order)
        found = resolve(number, item, candidates)
        if found is None and item is not None:
            codes = [getattr(item, name) for name in ITEM_CODES]
            product = self.mappings.record("item", *codes)
            found = resolve(number, item, candidates, product.id)
        if found is None:
            raise UnmappedError(
                self.env._(
                    "%(document)s has a line (%(line)s, %(item)s) that order %(order)s does not have.",
                    document=self.document.number,
                    line=number or "-",
                    item=_named(item),
                    order=order.name,
                ),
                "unknown_item",
                missing_item(item, candidates),
            )
        # One of many: what is read of it is read of all lines of the order at once.
        return order.order_line.browse(found.id).with_prefetch(order.order_line.ids)

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
                "waiting_for": False,
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


def _order_of_change(number, orders):
    """Some suppliers answer with the number of our change in place of the order's."""
    order = orders.get(number.rpartition("-")[0])
    if order is None or change_number(number, order.name) not in order.change_ids.mapped("number"):
        return None
    return order


def missing_party(domain, party, near):
    """What a mapping would have to say; ``near``: whoever is probably meant."""
    codes = party_codes(party)
    kinds = {GLN: "gln", VAT: "vat"}
    ids = [(kinds.get(scheme), value) for scheme, value in party.ids] if party else []
    clues = [(kind, value) for kind, value in ids if kind]
    if party and party.name:
        clues.append(("name", party.name))
    clues += [("near", str(partner.id)) for partner in near]
    return Missing(domain, codes[0] if codes else None, clues=tuple(clues))


def missing_item(item, candidates):
    """What a mapping would have to say; the products of the order are near."""
    if item is None:
        return None
    clues = [(name, getattr(item, name)) for name in ITEM_CODES if getattr(item, name)]
    if item.name:
        clues.append(("name", item.name))
    near = dict.fromkeys(candidate.product for candidate in candidates if candidate.product)
    clues += [("near", str(product)) for product in near]
    codes = [getattr(item, name) for name in ("seller_code", *ITEM_CODES) if getattr(item, name)]
    return Missing("item", codes[0] if codes else None, clues=tuple(clues)) if codes else None


def _named(item):
    if item is None:
        return "-"
    return item.gtin or item.seller_code or item.buyer_code or item.name or "-"
