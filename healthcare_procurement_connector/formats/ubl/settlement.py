"""What an invoice says of money beside its lines: how it is to be paid, and the tax."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ...core.documents import Payee, Tax
from .codec import Branch, Leaf, Shape, Wrap
from .parts import TAX_CATEGORY
from .values import AMOUNT, DATE, MONEY

# UNCL4461: paid by transfer to the account named, or not said how.
TRANSFER = "30"
UNDEFINED = "1"
TRANSFERS = frozenset({TRANSFER, UNDEFINED, "31", "42", "58"})


# Payment ---------------------------------------------------------------------------------------------------


class Payment(NamedTuple):
    payee: Payee | None
    due: date | None


def _load_payment(values, element, reading):
    code = values.pop("code", None)
    if code and code not in TRANSFERS:
        reading.not_understood(element, f"means of payment {code}")
    due = values.pop("due", None)
    return Payment(Payee(**values) if values else None, due)


def _dump_payment(payment, writing):
    payee = payment.payee or Payee()
    code = TRANSFER if payee.account else UNDEFINED
    return PAYMENT.values_of(payee) | {"code": code, "due": payment.due}


PAYMENT = Shape(
    Payee,
    Leaf("PaymentMeansCode", "code"),
    Leaf("PaymentDueDate", "due", DATE),
    Leaf("PaymentID", "reference"),
    Wrap(
        "PayeeFinancialAccount",
        Leaf("ID", "account"),
        Leaf("Name", "name"),
        Wrap("FinancialInstitutionBranch", Leaf("ID", "bank")),
    ),
    load=_load_payment,
    dump=_dump_payment,
)


# Tax -------------------------------------------------------------------------------------------------------

TAX = Shape(
    Tax,
    Leaf("TaxableAmount", "base", AMOUNT),
    Leaf("TaxAmount", "amount", AMOUNT),
    Wrap("TaxCategory", *TAX_CATEGORY, required=True),
)


class TaxTotal(NamedTuple):
    amount: Decimal | None
    currency: str | None
    taxes: tuple[Tax, ...]
    element: Any = None


def _load_tax_total(values, element, reading):
    amount, currency = values.get("money", (None, None))
    return TaxTotal(amount, currency, values.get("taxes", ()), element)


TAX_TOTAL = Shape(
    None,
    Leaf("TaxAmount", "money", MONEY, required=True),
    Branch("TaxSubtotal", TAX, "taxes", many=True),
    load=_load_tax_total,
    dump=lambda total, writing: {
        "money": None if total.amount is None else (total.amount, total.currency),
        "taxes": total.taxes,
    },
)


def take_tax_total(values, reading):
    """The tax in the document's currency; that in the currency of the books is only told."""
    taken = None
    for total in values.pop("tax_totals", ()):
        if total.currency not in (None, values["currency"]):
            reading.not_understood(total.element)
        elif taken:
            reading.deviation("repeated", total.element)
        else:
            taken = total
    if taken:
        values |= {"total_tax": taken.amount, "taxes": taken.taxes}
