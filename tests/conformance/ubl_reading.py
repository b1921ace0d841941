"""A second reading of UBL documents, by plain XPath: shares nothing with the format under test."""

from decimal import Decimal

from lxml import etree

_NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_ROLES = {
    "Order": ("BuyerCustomerParty", "SellerSupplierParty"),
    "OrderChange": ("BuyerCustomerParty", "SellerSupplierParty"),
    "OrderCancellation": ("BuyerCustomerParty", "SellerSupplierParty"),
    "OrderResponse": ("BuyerCustomerParty", "SellerSupplierParty"),
    "DespatchAdvice": ("BuyerCustomerParty", "SellerSupplierParty|/*/cac:DespatchSupplierParty"),
    "Invoice": ("AccountingCustomerParty", "AccountingSupplierParty"),
    "CreditNote": ("AccountingCustomerParty", "AccountingSupplierParty"),
}
_QUANTITIES = {
    "Order": "//cac:LineItem/cbc:Quantity",
    "OrderChange": "//cac:LineItem/cbc:Quantity",
    "OrderResponse": "//cac:LineItem/cbc:Quantity|//cac:LineItem/cbc:MaximumBackorderQuantity[. > 0]",
    "DespatchAdvice": "//cac:DespatchLine/cbc:DeliveredQuantity",
    "Invoice": "//cac:InvoiceLine/cbc:InvoicedQuantity",
    "CreditNote": "//cac:CreditNoteLine/cbc:CreditedQuantity",
}
_TOTALS = {
    "total": "/*/cac:AnticipatedMonetaryTotal/cbc:PayableAmount",
    "total_excl": "/*/cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
    "total_incl": "/*/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
    "payable": "/*/cac:LegalMonetaryTotal/cbc:PayableAmount",
    "prepaid": "/*/cac:LegalMonetaryTotal/cbc:PrepaidAmount",
    "total_tax": "/*/cac:TaxTotal[cac:TaxSubtotal]/cbc:TaxAmount",
}


class Reading:
    def __init__(self, raw):
        self.root = etree.fromstring(raw)
        self.name = etree.QName(self.root).localname

    def texts(self, path):
        return [(each.text or "").strip() for each in self.root.xpath(path, namespaces=_NAMES)]

    def numbers(self, path):
        return [Decimal(text) for text in self.texts(path)]

    @property
    def number(self):
        return self.texts("/*/cbc:ID")[0]

    @property
    def issued(self):
        return self.texts("/*/cbc:IssueDate")[0]

    def names(self, seller):
        """Every name the buyer or the seller is given."""
        role = f"/*/cac:{_ROLES[self.name][seller]}"
        return self.texts(
            "|".join(
                f"({role})/cac:Party/{name}"
                for name in ("cac:PartyName/cbc:Name", "cac:PartyLegalEntity/cbc:RegistrationName")
            )
        )

    def ids(self, seller):
        role = f"/*/cac:{_ROLES[self.name][seller]}"
        return self.texts(
            "|".join(
                f"({role})/cac:Party/{name}"
                for name in (
                    "cac:PartyIdentification/cbc:ID",
                    "cac:PartyLegalEntity/cbc:CompanyID",
                    "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID = 'VAT']/cbc:CompanyID",
                )
            )
        )

    @property
    def quantities(self):
        path = _QUANTITIES.get(self.name)
        return sorted(self.numbers(path)) if path else []

    @property
    def lines(self):
        return int(
            self.root.xpath(
                "count(/*/*[substring(local-name(), string-length(local-name()) - 3) = 'Line'])"
            )
        )

    @property
    def totals(self):
        found = {name: self.numbers(path) for name, path in _TOTALS.items()}
        return {name: values[0] for name, values in found.items() if values}

    @property
    def items(self):
        """Names and codes of the items on the lines, not those of substitutes."""
        parents = "cac:LineItem", "cac:DespatchLine", "cac:InvoiceLine", "cac:CreditNoteLine"
        item = f"(//{'|//'.join(parents)})/cac:Item"
        return {
            "name": self.texts(f"{item}/cbc:Name"),
            "seller_code": self.texts(f"{item}/cac:SellersItemIdentification/cbc:ID"),
            "buyer_code": self.texts(f"{item}/cac:BuyersItemIdentification/cbc:ID"),
            "gtin": self.texts(f"{item}/cac:StandardItemIdentification/cbc:ID[@schemeID = '0160']"),
        }

    @property
    def lots(self):
        return self.texts("//cac:DespatchLine//cac:LotIdentification/cbc:LotNumberID")
