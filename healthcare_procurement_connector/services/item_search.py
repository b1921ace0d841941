"""Our products by the names that documents give them: many items in three queries."""

from collections import defaultdict

# A GTIN-8, -12 or -13 is kept by some with the zeros that make it a GTIN-14.
GTIN_LENGTHS = (8, 12, 13, 14)


class ItemSearch:
    """Finds products by GTIN, supplier's code and our code; ``suppliers``: whose codes count."""

    def __init__(self, env, suppliers, items):
        self._by = defaultdict(env["product.product"].browse)
        items = [item for item in items if item is not None]
        self._by_gtin(env, {item.gtin for item in items} - {None})
        self._by_seller_code(env, suppliers, {item.seller_code for item in items} - {None})
        self._by_own_code(env, {item.buyer_code for item in items} - {None})

    def of(self, item):
        """All products that the item's identifiers name, the surest identifier's only."""
        if item is None:
            return self._by["none", None]
        for kind, value in _names(item):
            if self._by.get((kind, value)):
                return self._by[kind, value]
        return self._by["none", None]

    def all(self):
        """All products that were found."""
        return self._by["none", None].union(*self._by.values())

    def _by_gtin(self, env, gtins):
        written = {form for gtin in gtins for form in gtin_forms(gtin)}
        if written:
            for product in env["product.product"].search([("barcode", "in", list(written))]):
                self._by["gtin", product.barcode.zfill(14)] |= product

    def _by_seller_code(self, env, suppliers, codes):
        if not codes or not suppliers:
            return
        for price in env["product.supplierinfo"].search(
            [("product_code", "in", list(codes)), ("partner_id", "child_of", suppliers.ids)]
        ):
            products = price.product_id or price.product_tmpl_id.product_variant_ids
            self._by["seller_code", price.product_code] |= products

    def _by_own_code(self, env, codes):
        if codes:
            for product in env["product.product"].search([("default_code", "in", list(codes))]):
                self._by["buyer_code", product.default_code] |= product


def gtin_forms(gtin):
    """How a GTIN may be written: with fewer leading zeros, down to eight digits."""
    plain = gtin.lstrip("0")
    return {plain.zfill(length) for length in GTIN_LENGTHS if len(plain) <= length} | {gtin}


def _names(item):
    if item.gtin:
        yield "gtin", item.gtin.zfill(14)
    yield "seller_code", item.seller_code
    yield "buyer_code", item.buyer_code
