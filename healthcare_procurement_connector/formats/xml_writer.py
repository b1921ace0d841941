"""XML as text. A tree of elements made only to be turned into text would cost more than everything else."""

import re

from .errors import FormatError

_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTE = _IN_TEXT | {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_PLAIN = '"\n\t'
# What needs care: markup, white space that readers normalise, and what XML 1.0 cannot hold at all.
_SPECIAL = re.compile('[&<>"\t\n\r]|[^ -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_is_special = _SPECIAL.search


def escaped(text, entities=_IN_TEXT):
    """``text`` as the content of an element; characters that XML cannot hold are refused.

    >>> escaped("gloves <nitrile> & more")
    'gloves &lt;nitrile&gt; &amp; more'
    """
    if not isinstance(text, str):
        raise FormatError("invalid_text", "", f"not a text: {text!r:.60}")
    if not _is_special(text):
        return text
    return _SPECIAL.sub(lambda match: _entity(match[0], entities), text)


def attribute(name, text):
    """An attribute with the space before it.

    >>> attribute("schemeID", "0088")
    ' schemeID="0088"'
    """
    return f' {name}="{escaped(text, _IN_ATTRIBUTE)}"'


def _entity(character, entities):
    if character in entities:
        return entities[character]
    if character in _PLAIN:
        return character
    raise FormatError("invalid_text", "", f"XML cannot hold {character!a}")
