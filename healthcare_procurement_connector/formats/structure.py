"""What canonical documents are made of, read from their classes: for formats that follow them field by field."""

import re
import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from operator import attrgetter

from ..core import documents as canonical
from ..core.documents import Document

PAIR = tuple[str, str]
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Field:
    """``kind`` is a leaf type, ``PAIR`` (a scheme and a value) or a class; ``many``: a tuple of it.

    ``required`` has no default and may not be None; ``needed`` has no default.
    """

    name: str
    kind: type
    many: bool
    required: bool
    needed: bool
    default: object

    @property
    def is_object(self):
        return is_dataclass(self.kind)


@cache
def fields_of(cls):
    """The fields of a canonical class; what does not count in comparisons is no part of a document.

    >>> [field.name for field in fields_of(canonical.Lot)]
    ['lot', 'expiry', 'serial', 'quantity']
    """
    hints = typing.get_type_hints(cls, vars(canonical))
    return tuple(_field(each, hints[each.name]) for each in fields(cls) if each.compare)


def _field(each, hint):
    optional = isinstance(hint, types.UnionType)
    if optional:
        (hint,) = (kind for kind in typing.get_args(hint) if kind is not type(None))
    many = hint != PAIR and typing.get_origin(hint) is tuple
    kind = typing.get_args(hint)[0] if many else hint
    needed = each.default is MISSING and each.default_factory is MISSING
    return Field(each.name, kind, many, needed and not optional, needed, each.default)


def paths_of(cls):
    """The dotted names of all leaves."""
    return frozenset(
        f"{field.name}.{inner}" if inner else field.name
        for field in fields_of(cls)
        for inner in (paths_of(field.kind) if field.is_object else ("",))
    )


def document_classes(cls=Document):
    """All classes of documents, as they stand."""
    for each in cls.__subclasses__():
        if each.__module__ == canonical.__name__:
            yield each
            yield from document_classes(each)


def name_of(cls):
    """What a document is called in our own syntaxes.

    >>> name_of(canonical.PunchOutCart)
    'punch_out_cart'
    """
    return _CAPITAL.sub("_", cls.__name__).lower()


def getter(names):
    """A function that gives the values of these attributes of an object, as a tuple.

    >>> getter(["lot", "serial"])(canonical.Lot(lot="L1"))
    ('L1', None)
    """
    if len(names) > 1:
        return attrgetter(*names)
    return lambda obj: tuple(getattr(obj, name) for name in names)
