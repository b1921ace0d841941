"""What a chunk of lines is compared with: our products, units and the supplier's prices, one query each."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from odoo.fields import Domain

from ...core.catalogue import Offer, gtin_key, gtin_spellings, product_of
from ..mappings import Mappings
from ..numbers import rounded


class PriceList:
    """A supplier's part of the vendor price list, for one run; ``load(lines)`` reads what a chunk needs."""

    def __init__(self, run, day: date):
        # sudo: only buyers' managers may touch vendor prices; a run is started and applied by who may, and what
        # is read or written is narrowed to its supplier and company.
        self.env = run.env(su=True)
        self.company = run.company_id.id
        self.supplier = run.partner_id.commercial_partner_id.id
        self.day = day
        endpoint = run.endpoint_id.with_env(self.env)
        self.mappings = Mappings(endpoint, day)
        self._mapped = defaultdict(set)
        for row in self.mappings.rows("item"):
            holds = (row.date_from or day) <= day <= (row.date_to or day)
            if row.direction != "out" and holds:
                self._mapped[row.code].add(row.target)
        currencies = self.env["res.currency"].search([])
        self.currencies = {each.name: each.id for each in currencies}

    def load(self, lines):
        """Reads the products that ``lines`` may mean, and the supplier's prices of them."""
        self._load_products(lines)
        found = {product for line in lines for each in self._named(line) for product in each}
        # One recordset, so that what is read of one product is read of all.
        products = self.env["product.product"].browse(sorted(found))
        self.products = {product.id: product for product in products}
        self.load_prices(products)

    def load_prices(self, products):
        by_template = defaultdict(list)
        for product in products:
            by_template[product.product_tmpl_id.id].append(product.id)
        self._known = defaultdict(list)
        for price in self.prices([("product_tmpl_id", "in", list(by_template))]):
            offer = self._offer(price)
            variants = by_template[price.product_tmpl_id.id]
            for product in [price.product_id.id] if price.product_id else variants:
                self._known[product].append(_for_product(offer, product))

    def prices(self, domain):
        """The supplier's vendor prices in this company."""
        return self.env["product.supplierinfo"].search(Domain(self.domain()) & Domain(domain))

    def domain(self):
        return [
            ("partner_id.commercial_partner_id", "=", self.supplier),
            ("company_id", "in", [False, self.company]),
        ]

    def product(self, line):
        """The product that all of the line's identifiers name; None: none, False: several, or different ones."""
        return product_of(map(frozenset, self._named(line)))

    def known(self, product):
        """The supplier's offers of a product."""
        return self._known[product]

    def _named(self, line):
        """The products each identifier of the line names."""
        yield self._by_gtin[gtin_key(line.gtin)]
        yield self._by_seller_code[line.seller_code] | self._mapped.get(line.seller_code, set())
        yield self._by_buyer_code[line.buyer_code]

    def _load_products(self, lines):
        keys = {gtin_key(line.gtin) for line in lines} - {None}
        gtins = [spelling for key in keys for spelling in gtin_spellings(key)]
        own = [("company_id", "in", [False, self.company])]
        self._by_gtin = defaultdict(set)
        for product in self._search("product.product", [("barcode", "in", gtins)], own):
            self._by_gtin[gtin_key(product.barcode)].add(product.id)
        for pack in self._search("product.uom", [("barcode", "in", gtins)], own):
            self._by_gtin[gtin_key(pack.barcode)].add(pack.product_id.id)
        self._by_buyer_code = defaultdict(set)
        codes = list({line.buyer_code for line in lines} - {False})
        for product in self._search("product.product", [("default_code", "in", codes)], own):
            self._by_buyer_code[product.default_code].add(product.id)
        self._by_seller_code = defaultdict(set)
        codes = list({line.seller_code for line in lines} - {False})
        for price in self._search(
            "product.supplierinfo", [("product_code", "in", codes)], self.domain()
        ):
            variants = price.product_id or price.product_tmpl_id.product_variant_ids
            self._by_seller_code[price.product_code] |= set(variants.ids)

    def _search(self, model, *domains):
        return self.env[model].search(Domain.AND(domains))

    def _offer(self, price):
        discounted = price.price * (1 - price.discount / 100)
        return Offer(
            product=price.product_id.id,
            unit=price.product_uom_id.id,
            currency=price.currency_id.name,
            price=Fraction(rounded(discounted)),
            minimum=Fraction(rounded(price.min_qty)),
            contract=price.contract_reference or None,
            valid_from=price.date_start or None,
            valid_to=price.date_end or None,
            code=price.product_code or None,
            id=price.id,
        )


def _for_product(offer, product):
    if offer.product == product:
        return offer
    return Offer(
        product,
        offer.unit,
        offer.currency,
        offer.price,
        offer.minimum,
        offer.contract,
        offer.valid_from,
        offer.valid_to,
        offer.code,
        offer.id,
    )
