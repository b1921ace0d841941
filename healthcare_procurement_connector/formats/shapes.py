"""XML elements declared once, read and written by the same declaration.

A ``Shape`` lists the members of an element in the order of its schema. An ``Attribute`` or a ``Leaf`` is one
value, a ``Branch`` an object with a shape of its own, a ``Wrap`` an element that only groups, a ``Fixed`` a
constant. While an element is read or written its values are a plain dict by field name; fields that the
canonical class does not have are put there and taken out again by the shape's ``load`` and ``dump``.

``tag`` is an element's name with its namespace in lxml's notation, ``written`` the name with its prefix.
"""

from dataclasses import MISSING, fields

from .errors import FormatError
from .structure import getter
from .xml_reader import position, read_text

_NOTHING = (None, "", ())


class Attribute:
    """A value in an attribute; an empty attribute says nothing."""

    many = False

    def __init__(self, name, field, kind, *, required=False, always=False):
        self.name = name
        self.field = field
        self.fields = (field,)
        self.kind = kind
        self.required = required
        self.always = always

    def read(self, element, text, values, reading):
        text = text.strip()
        if text:
            try:
                values[self.field] = self.kind.parse(text, reading)
            except FormatError as error:
                raise error.at(f"{position(element)}/@{self.name}") from None

    def text(self, values, writing):
        value = values.get(self.field)
        if not value and value in _NOTHING:
            if self.required:
                raise FormatError("missing", f"@{self.name}", _absent(self.field))
            return f' {self.name}=""' if self.always else ""
        try:
            return self.kind.attribute(self.name, value, writing)
        except FormatError as error:
            raise error.inside(f"@{self.name}") from None


class _Member:
    """One element that holds one value, or with ``many`` one of several, of the object it stands in."""

    joined = False
    always = False

    def __init__(self, tag, written, field, kind, required, many):
        self.tag = tag
        self.written = written
        self.name = written.rpartition(":")[2]
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
            if self.always:
                writing.put(f"<{self.written}{self.kind.empty(writing)}></{self.written}>")
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
    """A value in an element. ``joined``: texts of several elements are the lines of one value.

    ``always``: the schema wants the element; it is empty where there is no value.
    """

    def __init__(
        self,
        tag,
        written,
        field,
        kind,
        *,
        required=False,
        many=False,
        joined=False,
        always=False,
    ):
        super().__init__(tag, written, field, kind, required, many)
        self.joined = joined
        self.always = always

    def _write(self, value, writing):
        attributes, text = self.kind.write(value, writing)
        writing.put(f"<{self.written}{attributes}>{text}</{self.written}>")


class Branch(_Member):
    """An object with a shape of its own in an element.

    ``keep``: an object without values is written too.
    """

    def __init__(self, tag, written, shape, field, *, required=False, many=False, keep=False):
        super().__init__(tag, written, field, shape, required, many)
        self.keep = keep or required

    def _write(self, value, writing):
        self.kind.write_as(self.written, value, writing, self.keep)


class Wrap:
    """An element that groups members of the object around it; written when one of them has a value.

    ``each`` names a field of several values that are written one to an element. ``fixed`` are attributes that
    always say the same.
    """

    def __init__(self, tag, written, *members, each=None, required=False, fixed=""):
        self.tag = tag
        self.written = written
        self.name = written.rpartition(":")[2]
        self.fields = tuple(field for member in members for field in member.fields)
        self.each = each
        # Whether another one right behind it is left unread.
        self.once = each is None
        self.required = required or any(member.required for member in members)
        self.fixed = fixed
        self.all_members = members
        self.attributes, self.members = _split(members)
        self.by_name = {each.name: each for each in self.attributes}
        self.by_tag, self.once_only = _by_tag(self.members)

    def read(self, element, values, reading):
        read_members(self, element, values, reading)

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
        try:
            write_element(self.written, self, values, writing, self.required, self.fixed)
        except FormatError as error:
            raise error.inside(self.name) from None


class Fixed:
    """An element that always says the same; a document that says something else gets a remark."""

    fields = ()
    required = False

    def __init__(self, tag, written, text, attributes=""):
        self.tag = tag
        self.text = text or None
        self.xml = f"<{written}{attributes}>{text}</{written}>"

    def read(self, element, values, reading):
        if read_text(element) != self.text:
            reading.not_understood(element)

    def write(self, values, writing):
        writing.put(self.xml)


class Shape:
    """The correspondence of a canonical class and an element.

    ``load(values, element, reading)`` makes the object where building ``cls`` from the values is not all,
    ``dump(obj, writing)`` makes the values from the object. ``also`` declares the fields those two take care
    of: a dict of the field to the paths below it. ``syntax`` is what the format is called in errors.
    """

    def __init__(self, syntax, cls, *members, load=None, dump=None, also=None, keep_empty=False):
        self.syntax = syntax
        self.cls = cls
        self.attributes, self.members = _split(members)
        self.by_name = {attribute.name: attribute for attribute in self.attributes}
        self.by_tag, self.once_only = _by_tag(self.members)
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
        self._carried_of = getter(self.carried)
        self._foreign_of = getter([name for name, _ in self.foreign])
        self._no_foreign = tuple(default for _, default in self.foreign)
        self.paths = frozenset(
            f"{name}.{inner}" if inner else name
            for name in self.carried
            for inner in below[name] or ("",)
        )

    def read(self, element, reading):
        values = {}
        read_members(self, element, values, reading)
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

    def write_as(self, name, obj, writing, keep=False):
        """The whole element ``name``; an empty one only if it shall be kept."""
        write_element(name, self, self.dump(obj, writing), writing, keep)

    def values_of(self, obj, writing=None):
        """The values of the fields that are carried; FormatError if another one has a value too."""
        if self._foreign_of(obj) != self._no_foreign:
            self._refuse_foreign(obj)
        return dict(zip(self.carried, self._carried_of(obj), strict=True))

    def _refuse_foreign(self, obj):
        for field, default in self.foreign:
            if getattr(obj, field) != default:
                where = f"{self.cls.__name__}.{field}"
                raise FormatError("not_carried", where, f"{self.syntax} has no place for this here")


def read_members(shape, element, values, reading):
    """All of an element by the members of ``shape``: attributes too, where the syntax keeps values in them."""
    if reading.reads_attributes:
        for name, text in element.items():
            attribute = shape.by_name.get(name)
            if attribute is not None:
                attribute.read(element, text, values, reading)
            else:
                reading.attribute_not_understood(element, name)
    by_tag, before = shape.by_tag, None
    for child in element:
        tag = child.tag
        member = by_tag.get(tag)
        if member is None:
            reading.not_understood(child)
        elif tag == before and tag in shape.once_only:
            reading.deviation("repeated", child)
        else:
            member.read(child, values, reading)
        before = tag


def write_element(name, shape, values, writing, keep=False, fixed=""):
    """The element with all its members; an empty one that nothing demands is taken back."""
    if shape.attributes:
        fixed += "".join([each.text(values, writing) for each in shape.attributes])
    xml, start = writing.xml, f"<{name}{fixed}>"
    xml.append(start)
    for member in shape.members:
        member.write(values, writing)
    if fixed or keep or xml[-1] is not start:
        xml.append(f"</{name}>")
    else:
        xml.pop()


def missing(element, field):
    return FormatError("missing", position(element), _absent(field))


def _absent(field):
    return f"no {field.replace('_', ' ')}"


def _split(members):
    attributes = tuple(member for member in members if isinstance(member, Attribute))
    return attributes, tuple(member for member in members if not isinstance(member, Attribute))


def _by_tag(members):
    """The members by the tags of their elements, and those tags that are read once where they follow each other."""
    once = frozenset(member.tag for member in members if getattr(member, "once", False))
    return {member.tag: member for member in members}, once


def _leaves(members):
    for member in members:
        if isinstance(member, Wrap):
            yield from _leaves(member.all_members)
        elif member.fields:
            yield member
