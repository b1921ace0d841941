"""What one reading or one writing of an XML document knows beside the element at hand."""

from .errors import FormatError
from .remarks import Remarks
from .xml_reader import path, position
from .xml_writer import attribute


class Reading:
    """Collects remarks and everything that belongs to the document as a whole."""

    reads_attributes = False

    def __init__(self, strict=False):
        self.strict = strict
        self._remarks = Remarks(strict)
        self._currencies = {}

    def not_understood(self, element, text=None):
        self._remarks.tell("not_understood", path(element), text or self.text_of(element))

    def deviation(self, code, element, text=None):
        """Something readable that should not be so: an error in strict reading, else a remark."""
        text = text or self.text_of(element)
        self._remarks.deviation(code, path(element), position(element), text)

    def currency_used(self, currency, element):
        self._currencies.setdefault(currency, element)

    def currency(self, declared=None):
        """The document's one currency: the declared one, or else that of all its amounts."""
        if declared is None and len(self._currencies) == 1:
            return next(iter(self._currencies))
        for used, element in self._currencies.items():
            if used != declared:
                reason = f"an amount in {used}, the document is in {declared or 'none'}"
                raise FormatError("currency_mismatch", position(element), reason)
        return declared

    def remarks(self):
        return self._remarks.told()

    def text_of(self, element):
        return "".join(element.itertext())


class Writing:
    """The XML so far, the document's currency, its envelope, a counter for numbers of our own.

    ``CURRENCY`` is the attribute that amounts tell their currency by.
    """

    CURRENCY = None

    def __init__(self, currency, envelope):
        self.currency = currency
        self._in_currency = None
        self.envelope = envelope
        self.xml = []
        self.put = self.xml.append
        self._number = 0

    def in_currency(self):
        """The attribute of an amount in the document's currency."""
        if self._in_currency is None:
            if self.currency is None:
                raise FormatError("missing", "", "an amount needs the document's currency")
            self._in_currency = attribute(self.CURRENCY, self.currency)
        return self._in_currency

    def next_number(self):
        self._number += 1
        return str(self._number)
