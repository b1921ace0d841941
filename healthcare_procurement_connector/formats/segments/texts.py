"""Long texts in short elements.

A line of a text is cut into pieces that are all of the full length but the last, so that whoever reads knows: a
full piece goes on in the next one, any other ends a line.
"""

from ..errors import FormatError


def pieces(text, size):
    """The pieces of ``text``, none longer than ``size``; FormatError where they could not be put together again.

    >>> pieces("gloves, nitrile", 8)
    ['gloves, ', 'nitrile']
    """
    if len(text) <= size and "\n" not in text and text.strip():
        return [text]
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip():
            raise FormatError("not_carried", "", "empty lines in a text")
        if len(line) % size == 0 and number < len(lines) - 1:
            raise FormatError("not_carried", "", f"a line of just {size} characters before another")
    return [line[start : start + size] for line in lines for start in range(0, len(line), size)]


def joined(told):
    """The text of pieces, each told with the size of its place.

    >>> joined([("gloves, ", 8), ("nitrile", 8), ("sterile", 8)])
    'gloves, nitrile\\nsterile'
    """
    text = []
    for piece, size in told:
        text.append(piece)
        if len(piece) < size:
            text.append("\n")
    return "".join(text).strip()
