"""What partners' systems say in the body of an answer, in formats that have words of their own for it.

Runs in the threads that make calls: no Odoo here.
"""

from ..core.documents import Receipt
from ..core.exceptions import PermanentError, TransientError
from ..formats import FormatError, detect, parse

LARGEST = 1_000_000


def cxml(reply):
    """A Response of cXML whose status is no success: 4xx is final, 5xx may pass. Any other answer is left to HTTP."""
    if not 0 < len(reply.body) <= LARGEST:
        return
    try:
        if detect(reply.body) != "cxml":
            return
        (receipt,) = parse(reply.body, "cxml")
    except FormatError:
        return
    if not isinstance(receipt, Receipt) or receipt.status != "rejected":
        return
    (error,) = receipt.errors
    kind = TransientError if error.code.startswith("5") else PermanentError
    raise kind(f"cXML status {error.code}: {error.text or '-'}", f"cxml_{error.code}")


JUDGES = {"cxml": cxml}
