"""Canonical documents drawn by their classes: any values in any of the fields that a format declares.

What a format asks for beyond the types is given to it: ``special`` values by (class, field), the fields that are
``demanded`` by name or by (class, name), and ``adapt``, which turns a document into one that the format can tell.
"""

import dataclasses
import types
import typing
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import documents as canonical
from odoo.addons.healthcare_procurement_connector.core.documents import Charge, Item, Party
from odoo.addons.healthcare_procurement_connector.core.vocabulary import words_of

from tests.pure.formats.document_strategies import amounts, decimals, party_ids, quantities, texts

_LEAVES = {
    str: texts,
    Decimal: decimals,
    date: st.dates(),
    int: st.integers(0, 999),
    bool: st.booleans(),
    tuple[str, str]: st.tuples(st.sampled_from(["", "0088", "0192", "0007"]), texts),
    canonical.Quantity: quantities,
}
_SPECIAL = {
    (Charge, "amount"): amounts,
    (Party, "name"): texts,
    (Party, "ids"): party_ids,
    (Item, "name"): texts,
}


class Drawing:
    def __init__(self, carries, special=None, demanded=(), adapt=None):
        self.carries = carries
        self.special = _SPECIAL | (special or {})
        self.demanded = frozenset(demanded)
        self.adapt = adapt or (lambda document: document)
        self._drawn = {}

    def documents(self, cls):
        """To put a strategy together costs more than to draw from it: each is kept."""
        if cls not in self._drawn:
            self._drawn[cls] = self._objects(cls, self.carries[cls]).map(self.adapt)
        return self._drawn[cls]

    def _objects(self, cls, paths):
        hints = typing.get_type_hints(cls, vars(canonical))
        below = {}
        for path in paths:
            name, _, rest = path.partition(".")
            below.setdefault(name, set()).update([rest] if rest else [])
        drawn = {name: self._values(cls, name, hints[name], inner) for name, inner in below.items()}
        return st.builds(cls, **drawn)

    def _values(self, cls, name, hint, paths):
        optional = isinstance(hint, types.UnionType)
        if optional:
            (hint,) = (each for each in typing.get_args(hint) if each is not type(None))
        if (cls, name) in self.special:
            drawn = self.special[cls, name]
        elif words_of(cls, name):
            drawn = st.sampled_from(words_of(cls, name))
        elif hint not in _LEAVES and typing.get_origin(hint) is tuple:
            least = 1 if self._demands(cls, name) else 0
            inner = self._plain(typing.get_args(hint)[0], paths)
            return st.lists(inner, min_size=least, max_size=3).map(tuple)
        else:
            drawn = self._plain(hint, paths)
        return st.none() | drawn if optional and not self._demands(cls, name) else drawn

    def _plain(self, hint, paths):
        if hint in _LEAVES:
            return _LEAVES[hint]
        objects = self._objects(hint, paths or {each.name for each in dataclasses.fields(hint)})
        return objects.filter(_says_something)

    def _demands(self, cls, name):
        return name in self.demanded or (cls, name) in self.demanded


def _says_something(drawn):
    return any(getattr(drawn, each.name) not in (None, ()) for each in dataclasses.fields(drawn))
