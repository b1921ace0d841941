"""Whom an invoice asks to pay: a bank among its partners."""

import re

from ...core.documents import Payee
from .parties import REFERENCE, Contacts
from .values import LANGUAGE

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
ACCOUNTS = {"ibanID": "account", "accountID": "account", "accountName": "name"}
BANKS = {"swiftID": "bank", "bankRoutingID": "bank", "paymentReference": "reference"}
PAYEE_FIELDS = ACCOUNTS | BANKS


class Partners(Contacts):
    """Parties and, in the role of a bank that receives, the payee."""

    tag = "InvoicePartner"
    BANK = "wireReceivingBank"

    def __init__(self, **roles):
        super().__init__(**roles, payee=(self.BANK,))

    def contact(self, element):
        return element.find("Contact")

    def read_party(self, element, reading):
        contact = self.contact(element)
        pairs = [REFERENCE.read(each, reading) for each in element.findall("IdReference")]
        if contact.get("role") == self.BANK:
            return _payee(element, [pair for pair in pairs if pair], reading)
        for pair in filter(None, pairs):
            reading.not_understood(element, " ".join(pair))
        return super().read_party(contact, reading)

    def write_party(self, role, party, writing):
        writing.put("<InvoicePartner>")
        if role == self.BANK:
            writing.put(f'<Contact role="{role}"><Name{LANGUAGE}></Name></Contact>')
            for pair in _payee_references(party):
                REFERENCE.write_as("IdReference", pair, writing)
        else:
            self.tag, tag = "Contact", self.tag
            try:
                super().write_party(role, party, writing)
            finally:
                self.tag = tag
        writing.put("</InvoicePartner>")


def _payee(element, pairs, reading):
    values = {}
    for domain, text in pairs:
        field = PAYEE_FIELDS.get(domain)
        if field is None or values.setdefault(field, text) != text:
            reading.not_understood(element, f"{domain} {text}")
    return Payee(**values) if values else None


def _payee_references(payee):
    domains = {
        "account": "ibanID" if _IBAN.fullmatch(payee.account or "") else "accountID",
        "name": "accountName",
        "bank": "swiftID" if _BIC.fullmatch(payee.bank or "") else "bankRoutingID",
        "reference": "paymentReference",
    }
    pairs = [(domain, getattr(payee, field)) for field, domain in domains.items()]
    return [pair for pair in pairs if pair[1]]
