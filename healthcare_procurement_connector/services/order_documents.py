"""Purchase orders as canonical documents, many at once."""

from dataclasses import replace
from decimal import Decimal

from ..core.documents import (
    Item,
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    Period,
    Price,
    Quantity,
)
from ..core.exceptions import BusinessError
from ..core.order_changes import actions, compare, from_json
from .numbers import exact, plain, rounded
from .order_reading import OrderReading
from .order_terms import destination, sent_lines, terms_of
from .supplier_knowledge import Knowledge

ORDER = "220"  # UNCL1001: order
CONFIRMATION = "confirmation"


class OrderDocuments:
    """Builds documents of one endpoint's orders; codes come from its mappings.

    ``reading``: what was read of many orders, perhaps of other endpoints too; it is read here where not given.
    """

    def __init__(self, mappings, reading=None):
        self.mappings = mappings
        self.reading = reading
        self._knowledge = None

    def build(self, order, document_type, revision, note=None):
        """The order as it stands now; raises BusinessError where a code is missing."""
        if self.reading is None or order not in self.reading.orders:
            self.reading = OrderReading(order.browse(order._prefetch_ids))
        if document_type == "order_cancellation":
            return self._cancellation(order, revision, note)
        buyer = self._identified(order.company_id.partner_id)
        seller = self._identified(order.partner_id.commercial_partner_id)
        fields = {
            "issued": order.date_approve.date() if order.date_approve else self.mappings.day,
            "currency": order.currency_id.name,
            "buyer": self._party("party", buyer, with_vat=True),
            "seller": self._party("party", seller),
            "deliver_to": self._party("location", destination(order)),
            "note": note,
            "total": exact(order, "amount_untaxed"),
        }
        if document_type == "order":
            if order.already_placed:
                fields |= {
                    "purpose": CONFIRMATION,
                    "note": note or order.already_placed_note or None,
                }
            lines = tuple(self._line(line) for line in sent_lines(order))
            return Order(number=order.name, type_code=ORDER, lines=lines, **fields)
        return OrderChange(
            number=f"{order.name}-{revision}",
            order_number=order.name,
            revision=revision,
            lines=self._changed_lines(order, revision),
            **fields,
        )

    def _cancellation(self, order, revision, note):
        return OrderCancellation(
            number=f"{order.name}-{revision}",
            order_number=order.name,
            issued=self.mappings.day,
            buyer=self._party(
                "party", self._identified(order.company_id.partner_id), with_vat=True
            ),
            seller=self._party("party", self._identified(order.partner_id.commercial_partner_id)),
            note=note,
        )

    def _party(self, domain, partner, with_vat=False):
        """The partner; a code under which the other side knows it, such as ``91:4711``, is its first id."""
        party = self.reading.party(partner, with_vat)
        code = self.mappings.code_of(domain, partner)
        if code is None:
            return party
        scheme, _colon, value = code.rpartition(":")
        return replace(party, ids=((scheme, value), *party.ids))

    def _identified(self, partner):
        """Sender and receiver are addressed by their GLN; without one the document would reach nobody."""
        if not partner.global_location_number:
            raise BusinessError(
                partner.env._("%s has no GLN; enter it on the contact.", partner.display_name),
                "no_gln",
            )
        return partner

    def _changed_lines(self, order, revision):
        """All lines, each with what becomes of it from what the supplier knows when this is sent."""
        knowledge = self._known(order)
        known = knowledge.known(order)
        if not known:
            raise BusinessError(
                order.env._(
                    "The supplier never got order %s, so it cannot be told a change.", order.name
                ),
                "order_unknown_to_supplier",
            )
        row = knowledge.rows(order).filtered(lambda row: row.number == revision)[-1:]
        changes = compare(from_json(known.terms), terms_of(order))
        told = actions(changes, row.restated or ())
        lines = [
            replace(self._line(line), action=told.pop(number))
            for line in sent_lines(order)
            if (number := str(line.integration_line_number)) in told
        ]
        # What is left was deleted here altogether.
        gone = [change.before for change in changes.lines if change.number in told]
        return tuple(lines + [self._deleted_line(order, terms) for terms in gone])

    def _known(self, order):
        """What is known of all orders that are prepared together, read at the first change among them."""
        if self._knowledge is None or order not in self._knowledge.orders:
            self._knowledge = Knowledge(order.browse(order._prefetch_ids))
        return self._knowledge

    def _deleted_line(self, order, terms):
        product = order.env["product.product"].browse(terms.item).exists()
        unit = order.env["uom.uom"].browse(terms.unit).exists()
        return OrderLine(
            number=terms.number,
            action="delete",
            item=Item(
                buyer_code=product.default_code or None,
                gtin=product.barcode or None,
                name=product.name or terms.name,
            ),
            quantity=Quantity(Decimal(0), self.mappings.unit_code(unit, product)),
            price=Price(terms.price),
            amount=Decimal(0),
        )

    def _line(self, line):
        reading = self.reading
        row = reading.rows[line.id]
        unit = self.mappings.unit_code(
            reading.units[row.product_uom_id], reading.products[row.product_id]
        )
        quantity = rounded(row.product_qty or 0.0, reading.quantity_places)
        return OrderLine(
            number=str(row.integration_line_number or 0),
            item=reading.item(row),
            quantity=Quantity(plain(quantity), unit),
            price=Price(plain(reading.prices.of(row))),
            amount=rounded(row.price_subtotal or 0.0, reading.money_places[row.order_id]),
            requested_delivery=Period(end=row.date_planned.date()) if row.date_planned else None,
        )
