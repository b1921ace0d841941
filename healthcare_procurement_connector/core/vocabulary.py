"""The words that fields of canonical documents may hold, as data: (class, field) to words.

Codes from outside (units, currencies, countries, tax categories, reasons) are no words of ours and not here.
"""

from .documents import (
    Catalogue,
    CatalogueLine,
    Charge,
    Clarification,
    DespatchAdvice,
    Invoice,
    InvoiceResponse,
    Order,
    OrderLine,
    OrderResponse,
    OrderResponseLine,
    PunchOutRequest,
    Receipt,
    ReceiptLine,
)

PURPOSES = ("original", "replace", "duplicate", "cancel")
VERDICTS = ("received", "accepted", "errors", "partial", "rejected")

WORDS: dict[tuple[type, str], tuple[str, ...]] = {
    (Order, "purpose"): (*PURPOSES, "confirmation"),
    (OrderLine, "action"): ("add", "change", "delete", "keep"),
    (Charge, "kind"): ("charge", "allowance"),
    (OrderResponse, "status"): ("received", "accepted", "changed", "rejected"),
    (OrderResponse, "purpose"): PURPOSES,
    (OrderResponseLine, "status"): (
        "accepted",
        "changed",
        "pending",
        "substituted",
        "backordered",
        "on_hold",
        "rejected",
        "added",
        "delivered",
    ),
    (DespatchAdvice, "purpose"): PURPOSES,
    (Invoice, "kind"): ("invoice", "credit_note"),
    (Invoice, "purpose"): PURPOSES,
    (InvoiceResponse, "status"): (
        "received",
        "in_process",
        "under_query",
        "conditional",
        "accepted",
        "rejected",
        "paid",
    ),
    (Clarification, "kind"): ("reason", "action"),
    (Catalogue, "action"): ("add", "replace", "update", "delete"),
    (CatalogueLine, "action"): ("add", "update", "delete"),
    (Receipt, "status"): VERDICTS,
    (Receipt, "scope"): ("interchange", "group", "document"),
    (ReceiptLine, "status"): VERDICTS,
    (PunchOutRequest, "operation"): ("create", "edit", "inspect"),
}


def words_of(cls: type, name: str) -> tuple[str, ...] | None:
    """The words that the field ``name`` of a class, its own or an inherited one, may hold; None: any.

    >>> words_of(Invoice, "kind"), words_of(Invoice, "number")
    (('invoice', 'credit_note'), None)
    """
    return next((WORDS[base, name] for base in cls.__mro__ if (base, name) in WORDS), None)
