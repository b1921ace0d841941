"""Purchase orders as canonical documents, many at once."""

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
from .numbers import exact, plain
from .parties import party_of
from .prices import net_price

ORDER = "220"  # UNCL1001: order


class OrderDocuments:
    """Builds documents of one endpoint's orders; codes come from its mappings."""

    def __init__(self, mappings):
        self.mappings = mappings

    def build(self, order, document_type, revision, note=None):
        """The order as it stands now; raises BusinessError where a code is missing."""
        if document_type == "order_cancellation":
            return self._cancellation(order, revision, note)
        buyer = self._identified(order.company_id.partner_id)
        seller = self._identified(order.partner_id.commercial_partner_id)
        fields = {
            "issued": order.date_approve.date() if order.date_approve else self.mappings.day,
            "currency": order.currency_id.name,
            "buyer": party_of(buyer, with_vat=True),
            "seller": party_of(seller),
            "deliver_to": party_of(self._destination(order)),
            "note": note,
            "lines": tuple(self._line(line) for line in sent_lines(order)),
            "total": exact(order, "amount_untaxed"),
        }
        if document_type == "order":
            return Order(number=order.name, type_code=ORDER, **fields)
        return OrderChange(
            number=f"{order.name}-{revision}", order_number=order.name, revision=revision, **fields
        )

    def _cancellation(self, order, revision, note):
        return OrderCancellation(
            number=f"{order.name}-{revision}",
            order_number=order.name,
            issued=self.mappings.day,
            buyer=party_of(self._identified(order.company_id.partner_id), with_vat=True),
            seller=party_of(self._identified(order.partner_id.commercial_partner_id)),
            note=note,
        )

    def _identified(self, partner):
        """Sender and receiver are addressed by their GLN; without one the document would reach nobody."""
        if not partner.global_location_number:
            raise BusinessError(
                partner.env._("%s has no GLN; enter it on the contact.", partner.display_name),
                "no_gln",
            )
        return partner

    def _destination(self, order):
        return order.dest_address_id or order.picking_type_id.warehouse_id.partner_id

    def _line(self, line):
        product = line.product_id
        unit = self.mappings.unit_code(line.product_uom_id, product)
        seller = product._select_seller(
            partner_id=line.partner_id,
            quantity=line.product_qty,
            date=line.order_id.date_order.date(),
            uom_id=line.product_uom_id,
        )
        return OrderLine(
            number=str(line.integration_line_number),
            item=Item(
                buyer_code=product.default_code or None,
                seller_code=seller.product_code or None,
                gtin=product.barcode or None,
                name=product.name,
            ),
            quantity=Quantity(plain(exact(line, "product_qty")), unit),
            price=Price(plain(net_price(line))),
            amount=exact(line, "price_subtotal"),
            requested_delivery=Period(end=line.date_planned.date()) if line.date_planned else None,
        )


def sent_lines(order):
    """The lines a supplier gets to see: goods and services, no sections, notes or down payments."""
    return order.order_line.filtered(lambda line: not line.display_type and not line.is_downpayment)
