"""What a supplier is told when a bill is disputed: codes of UNCL4343 as Peppol's invoice response uses them."""

from collections.abc import Iterable

from .verdict import Code

# OPStatusReason. What is not here is told as "other".
REASONS = {
    Code.PRICE: "PRI",
    Code.PRICE_TOTAL: "PRI",
    Code.CONTRACT: "PRI",
    Code.CHARGE: "PRI",
    Code.DOWN_PAYMENT: "FIN",
    Code.QTY_ORD: "QTY",
    Code.QTY_REC: "QTY",
    Code.UOM_PACK: "QTY",
    Code.NOT_RECEIVED: "DEL",
    Code.DATE: "DEL",
    Code.NO_PO: "REF",
    Code.PO_STATE: "REF",
}
OTHER = "OTH"
# OPStatusAction: a credit note is to be issued, for a part or for all of it.
CREDIT_PART, CREDIT_ALL = "CNP", "CNF"

# Who forged a payee account, or is blocked for a reason, does not read here that we noticed; nor does one supplier read
# what was ordered from another.
UNTOLD = frozenset({Code.BANK, Code.SUPPLIER_BLOCK, Code.OTHER_SUPPLIER})


def reason(code: Code) -> str:
    """The reason's code.

    >>> reason(Code.PRICE), reason(Code.TAX)
    ('PRI', 'OTH')
    """
    return REASONS.get(code, OTHER)


def told(codes: Iterable[Code]) -> list[Code]:
    """Of these findings, those that the supplier is told.

    >>> told([Code.BANK, Code.PRICE])
    [<Code.PRICE: 'PRICE'>]
    """
    return [code for code in codes if code not in UNTOLD]
