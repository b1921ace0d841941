"""UBL aggregates declared once, read and written by the same declaration.

A ``Shape`` lists the members of an aggregate in the order of the schema. A ``Leaf`` is one value, a ``Branch``
an object with a shape of its own, a ``Wrap`` an element that only groups, a ``Fixed`` a constant. While an
aggregate is read or written its values are a plain dict by field name; fields that the canonical class does
not have are put there and taken out again by the shape's ``load`` and ``dump``.
"""

from dataclasses import MISSING, fields
from operator import attrgetter

from ..errors import FormatError
from ..xml_reader import position
from .values import TEXT, read_text

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_NOTHING = (None, "", ())


class _Member:
    """One element that holds one value, or with ``many`` one of several, of the object it stands in."""

    joined = False

    def __init__(self, namespace, name, field, kind, required, many):
        self.tag = namespace + name
        self.name = name
        self.field = field
        self.fields = (field,)
        self.kind = kind
        self.required = required
        self.many = many

    def read(self, element, values, reading):
        value = self.kind.read(element, reading)
        if value is None:
            return
        if self.many:
            values.setdefault(self.field, []).append(value)
        elif self.field not in values:
            values[self.field] = value
        elif self.joined:
            values[self.field] += "\n" + value
        else:
            reading.deviation("repeated", element)

    def write(self, values, writing):
        value = values.get(self.field)
        # Most members of most objects are absent; and few values that are there are false.
        if not value and value in _NOTHING:
            if self.required:
                raise FormatError("missing", self.name, _absent(self.field))
            return
        try:
            if self.many:
                for each in value:
                    self._write(each, writing)
            else:
                self._write(value, writing)
        except FormatError as error:
            raise error.inside(self.name) from None


class Leaf(_Member):
    """A value in a basic element. ``joined``: texts of several elements are the lines of one value."""

    def __init__(self, name, field, kind=TEXT, *, required=False, many=False, joined=False):
        super().__init__(_CBC, name, field, kind, required, many)
        self.joined = joined

    def _write(self, value, writing):
        attributes, text = self.kind.write(value, writing)
        writing.put(f"<cbc:{self.name}{attributes}>{text}</cbc:{self.name}>")


class Branch(_Member):
    """An object with a shape of its own in an aggregate element."""

    def __init__(self, name, shape, field, *, required=False, many=False):
        super().__init__(_CAC, name, field, shape, required, many)

    def _write(self, value, writing):
        writing.open(self.name)
        self.kind.write(value, writing)
        writing.close(self.name, keep=self.required)


class Wrap:
    """An aggregate that groups members of the object around it; written when one of them has a value.

    ``each`` names a field of several values that are written one to an element.
    """

    def __init__(self, name, *members, each=None, required=False):
        self.tag = _CAC + name
        self.name = name
        self.members = members
        self.fields = tuple(field for member in members for field in member.fields)
        self.each = each
        self.required = required or any(member.required for member in members)
        self.by_tag = {member.tag: member for member in members}

    def read(self, element, values, reading):
        previous = element.getprevious()
        if previous is not None and previous.tag == self.tag and not self.each:
            reading.deviation("repeated", element)
        else:
            read_members(self.by_tag, element, values, reading)

    def write(self, values, writing):
        if self.each:
            for value in values.get(self.each) or ():
                self._write({self.each: [value]}, writing)
        elif self.required or self._has_value(values):
            self._write(values, writing)

    def _has_value(self, values):
        for field in self.fields:
            value = values.get(field)
            if value or value not in _NOTHING:
                return True
        return False

    def _write(self, values, writing):
        writing.open(self.name)
        try:
            for member in self.members:
                member.write(values, writing)
        except FormatError as error:
            raise error.inside(self.name) from None
        writing.close(self.name, keep=self.required)


class Fixed:
    """An element that always says the same; a document that says something else gets a remark."""

    fields = ()
    required = False

    def __init__(self, name, text):
        self.tag = _CBC + name
        self.text = text
        self.xml = f"<cbc:{name}>{text}</cbc:{name}>"

    def read(self, element, values, reading):
        if read_text(element) != self.text:
            reading.not_understood(element)

    def write(self, values, writing):
        writing.put(self.xml)


class Shape:
    """The correspondence of a canonical class and a UBL aggregate.

    ``load(values, element, reading)`` makes the object where building ``cls`` from the values is not all,
    ``dump(obj, writing)`` makes the values from the object. ``also`` declares the fields those two take care
    of: a dict of the field to the paths below it.
    """

    def __init__(self, cls, *members, load=None, dump=None, also=None, keep_empty=False):
        self.cls = cls
        self.members = members
        self.by_tag = {member.tag: member for member in members}
        self.load = load or self.build
        self.dump = dump or self.values_of
        self.keep_empty = keep_empty
        leaves = list(_leaves(members))
        self.many = tuple({leaf.field for leaf in leaves if leaf.many})
        self.required = tuple(leaf.field for leaf in leaves if leaf.required)
        own = {field.name: field for field in fields(cls)} if cls else {}
        self.needed = tuple(
            name
            for name, field in own.items()
            if field.default is MISSING and field.default_factory is MISSING
        )
        below = {leaf.field: getattr(leaf.kind, "paths", None) for leaf in leaves} | (also or {})
        self.carried = tuple(name for name in own if name in below)
        self.foreign = tuple(
            (name, field.default)
            for name, field in own.items()
            if name not in below and field.compare
        )
        self._carried_of = _getter(self.carried)
        self._foreign_of = _getter([name for name, _ in self.foreign])
        self._no_foreign = tuple(default for _, default in self.foreign)
        self.paths = frozenset(
            f"{name}.{inner}" if inner else name
            for name in self.carried
            for inner in below[name] or ("",)
        )

    def read(self, element, reading):
        values = {}
        read_members(self.by_tag, element, values, reading)
        for field in self.many:
            if field in values:
                values[field] = tuple(values[field])
        if reading.strict:
            for field in self.required:
                if field not in values:
                    raise missing(element, field)
        return self.load(values, element, reading)

    def build(self, values, element, reading):
        """The object; None for an optional part in which nothing was understood."""
        for field in self.needed:
            if field not in values:
                raise missing(element, field)
        if not values and not self.keep_empty:
            return None
        return self.cls(**values)

    def write(self, obj, writing):
        values = self.dump(obj, writing)
        for member in self.members:
            member.write(values, writing)

    def values_of(self, obj, writing=None):
        """The values of the fields that are carried; FormatError if another one has a value too."""
        if self._foreign_of(obj) != self._no_foreign:
            self._refuse_foreign(obj)
        return dict(zip(self.carried, self._carried_of(obj), strict=True))

    def _refuse_foreign(self, obj):
        for field, default in self.foreign:
            if getattr(obj, field) != default:
                where = f"{self.cls.__name__}.{field}"
                raise FormatError("not_carried", where, "UBL has no place for this here")


def read_members(by_tag, element, values, reading):
    for child in element:
        member = by_tag.get(child.tag)
        if member is None:
            reading.not_understood(child)
        else:
            member.read(child, values, reading)


def missing(element, field):
    return FormatError("missing", position(element), _absent(field))


def _absent(field):
    return f"no {field.replace('_', ' ')}"


def _leaves(members):
    for member in members:
        if isinstance(member, Wrap):
            yield from _leaves(member.members)
        elif member.fields:
            yield member


def _getter(names):
    """A function that gives the values of these attributes as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda obj: tuple(getattr(obj, name) for name in names)
