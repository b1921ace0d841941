"""The lines of an order by every name that its supplier may call them."""

from ..core.line_reference import Candidate
from .order_terms import sent_lines


def line_candidates(order, supplier):
    return [
        Candidate(
            id=line.id,
            number=str(line.integration_line_number or ""),
            buyer_code=line.product_id.default_code or None,
            seller_codes=tuple(
                seller.product_code
                for seller in line.product_id.seller_ids
                if seller.product_code and seller.partner_id.commercial_partner_id == supplier
            ),
            gtin=line.product_id.barcode or None,
            product=line.product_id.id,
        )
        for line in sent_lines(order)
    ]
