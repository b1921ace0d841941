"""What one reading or one writing of a document knows beside the element at hand."""

from ...core.documents import Remark
from ..errors import FormatError
from ..xml_reader import path, position

_TEXT_LIMIT = 120


class Reading:
    """Collects remarks and everything that belongs to the document as a whole.

    Remarks of one kind at one path are told once, with the first text and how often it came.
    """

    def __init__(self, strict=False, customization=""):
        self.strict = strict
        self.customization = customization
        self.endpoints = {}
        self._currencies = {}
        self._remarks = {}

    def not_understood(self, element, text=None):
        self._remark("not_understood", element, text or "".join(element.itertext()))

    def deviation(self, code, element, text=None):
        """Something readable that should not be so: an error in strict reading, else a remark."""
        text = text or "".join(element.itertext())
        if self.strict:
            raise FormatError(code, position(element), _shortened(text))
        self._remark(code, element, text)

    def currency_used(self, currency, element):
        self._currencies.setdefault(currency, element)

    def currency(self, declared):
        """The document's one currency: the declared one, or else that of all its amounts."""
        if declared is None and len(self._currencies) == 1:
            return next(iter(self._currencies))
        for used, element in self._currencies.items():
            if used != declared:
                reason = f"an amount in {used}, the document is in {declared or 'none'}"
                raise FormatError("currency_mismatch", position(element), reason)
        return declared

    def remarks(self):
        return tuple(
            Remark(code, where, text if count == 1 else f"{text} ({count} times)")
            for (code, where), (text, count) in self._remarks.items()
        )

    def _remark(self, code, element, text):
        key = code, path(element)
        first, count = self._remarks.get(key) or (_shortened(text), 0)
        self._remarks[key] = first, count + 1


class Writing:
    """The XML so far, the document's currency, its envelope, a counter for numbers of our own."""

    def __init__(self, currency, envelope):
        self.currency = currency
        self.envelope = envelope
        self.xml = []
        self.put = self.xml.append
        self._number = 0

    def open(self, name):
        self.put(f"<cac:{name}>")

    def close(self, name, keep=False):
        """End an aggregate; an empty one that nothing demands is taken back."""
        if keep or self.xml[-1] != f"<cac:{name}>":
            self.put(f"</cac:{name}>")
        else:
            self.xml.pop()

    def next_number(self):
        self._number += 1
        return str(self._number)


def _shortened(text):
    text = " ".join(text[: 4 * _TEXT_LIMIT].split())
    return text if len(text) <= _TEXT_LIMIT else text[:_TEXT_LIMIT] + "…"
