"""The document types we exchange, and the canonical class of each."""

from dataclasses import dataclass

from .documents import (
    Catalogue,
    DespatchAdvice,
    Document,
    Invoice,
    InvoiceResponse,
    Order,
    OrderCancellation,
    OrderChange,
    OrderResponse,
    Receipt,
)


@dataclass(frozen=True, slots=True)
class DocumentType:
    label: str
    direction: str  # "both": whoever got something tells the other
    document: type[Document]


DOCUMENT_TYPES = {
    "order": DocumentType("Order", "out", Order),
    "order_change": DocumentType("Order change", "out", OrderChange),
    "order_cancellation": DocumentType("Order cancellation", "out", OrderCancellation),
    "order_response": DocumentType("Order response", "in", OrderResponse),
    "despatch_advice": DocumentType("Despatch advice", "in", DespatchAdvice),
    "invoice": DocumentType("Invoice", "in", Invoice),
    "credit_note": DocumentType("Credit note", "in", Invoice),
    "invoice_response": DocumentType("Invoice response", "out", InvoiceResponse),
    "catalogue": DocumentType("Catalogue", "in", Catalogue),
    "receipt": DocumentType("Functional acknowledgement", "both", Receipt),
}


def type_of(document: Document) -> str | None:
    """The code of a document's type.

    >>> type_of(Invoice(number="1", kind="credit_note"))
    'credit_note'
    """
    if isinstance(document, Invoice):
        return document.kind
    for code, kind in DOCUMENT_TYPES.items():
        if type(document) is kind.document:
            return code
    return None
