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
    "Catalogue": (
        "ReceiverParty|/*/cac:ContractorCustomerParty/cac:Party",
        "ProviderParty|/*/cac:SellerSupplierParty/cac:Party",
    ),
    "ApplicationResponse": ("SenderParty", "ReceiverParty"),
}
# Roles that are parties themselves.
_BARE = ("Catalogue", "ApplicationResponse")
_QUANTITIES = {
    "Order": "//cac:LineItem/cbc:Quantity",
    "OrderChange": "//cac:LineItem/cbc:Quantity",
    "OrderResponse": "//cac:LineItem/cbc:Quantity|//cac:LineItem/cbc:MaximumBackorderQuantity[. > 0]",
    "DespatchAdvice": "//cac:DespatchLine/cbc:DeliveredQuantity",
    "Invoice": "//cac:InvoiceLine/cbc:InvoicedQuantity",
    "CreditNote": "//cac:CreditNoteLine/cbc:CreditedQuantity",
    "Catalogue": "//cac:CatalogueLine/cbc:MinimumOrderQuantity",
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

    def party(self, seller):
        role = f"/*/cac:{_ROLES[self.name][seller]}"
        return role if self.name in _BARE else f"({role})/cac:Party"

    def names(self, seller):
        """Every name the buyer or the seller is given."""
        return self.texts(
            "|".join(
                f"({self.party(seller)})/{name}"
                for name in ("cac:PartyName/cbc:Name", "cac:PartyLegalEntity/cbc:RegistrationName")
            )
        )

    def ids(self, seller):
        return self.texts(
            "|".join(
                f"({self.party(seller)})/{name}"
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
        parents = (
            "cac:LineItem",
            "cac:DespatchLine",
            "cac:InvoiceLine",
            "cac:CreditNoteLine",
            "cac:CatalogueLine",
        )
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

    @property
    def prices(self):
        """(amount, currency) of each line's price; of several prices the first counts."""
        path = "//cac:CatalogueLine/cac:RequiredItemLocationQuantity[1]/cac:Price/cbc:PriceAmount"
        found = self.root.xpath(path, namespaces=_NAMES)
        return [(Decimal(each.text), each.get("currencyID")) for each in found]

    @property
    def answer(self):
        """What an application response answers, and the codes it gives for it."""
        (refers_to,) = self.texts("/*/cac:DocumentResponse/cac:DocumentReference/cbc:ID")
        return refers_to, self.texts("//cac:Status/cbc:StatusReasonCode")
