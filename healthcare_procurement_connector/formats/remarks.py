"""What was read and not understood, or should have been otherwise."""

from ..core.documents import Remark
from .errors import FormatError

_TEXT_LIMIT = 120


class Remarks:
    """Remarks of one kind at one path are told once, with the first text and how often it came."""

    def __init__(self, strict=False):
        self.strict = strict
        self._found = {}

    def tell(self, code, path, text):
        key = code, path
        first, count = self._found.get(key) or (shortened(text), 0)
        self._found[key] = first, count + 1

    def deviation(self, code, path, position, text):
        """Something readable that should not be so: an error in strict reading, else a remark."""
        if self.strict:
            raise FormatError(code, position, shortened(text))
        self.tell(code, path, text)

    def told(self):
        return tuple(
            Remark(code, path, text if count == 1 else f"{text} ({count} times)")
            for (code, path), (text, count) in self._found.items()
        )


def shortened(text):
    text = " ".join(text[: 4 * _TEXT_LIMIT].split())
    return text if len(text) <= _TEXT_LIMIT else text[:_TEXT_LIMIT] + "…"
