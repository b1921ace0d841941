"""Groups of segments declared once, read and written by the same declaration.

A ``Shape`` lists what a group holds in the order of the standard. A ``Segment`` holds ``Element``s and the like,
a ``Group`` the objects of a shape of their own, opened by the first segment of that shape. While a group is read
or written its values are a plain dict by field name; fields that the canonical class does not have are put there
and taken out again by the shape's ``load`` and ``dump``.

Reading does not insist on the order: a segment belongs to the innermost open group that knows its tag. What no
open group knows is told in a remark.

A ``spec`` is a tag and, where one tag means many things, its first element: ``DTM*002`` in X12, ``DTM+137`` in
EDIFACT. Elements are found by number in X12, by number and component in EDIFACT, where components count from 0.
"""

from copy import copy
from dataclasses import MISSING, fields

from ..errors import FormatError
from ..structure import getter
from .context import element_name
from .texts import joined, pieces
from .values import TEXT

# More elements than any segment of the standards has.
_WIDTH = 64
# What is not written. Most values that are there are true, and need no comparison with these.
_NOTHING = (None, "", ())


def text_at(segment, at):
    """The text of an element or component, "" where there is none."""
    if isinstance(at, tuple):
        element, component = at
        if element < len(segment) and component < len(segment[element]):
            return segment[element][component]
        return ""
    return segment[at] if at < len(segment) else ""


def differs(values, field, value):
    """Whether ``field`` has another value already; else it has this one from now on."""
    known = values.setdefault(field, value)
    # Comparing a value with itself takes as long as with any other.
    return known is not value and known != value


# Elements --------------------------------------------------------------------------------------------------


class Element:
    """One value. An element that is ``beside`` others does not make a segment be written on its own.

    Elements of other classes that are written by other values than they read into name those as ``keys``.
    """

    def __init__(self, at, field, kind=TEXT, *, required=False, beside=False):
        self.at = at
        self.places = (at,)
        self.field = field
        self.fields = (field,)
        self.kind = kind
        self.required = required
        self.beside = beside

    def read(self, segment, values, reading):
        at = self.at
        if at.__class__ is int:
            text = segment[at] if at < len(segment) else ""
        else:
            text = text_at(segment, at)
        if text and (text := text.strip()):
            value = self.kind.read(text, reading)
            if value is not None and differs(values, self.field, value):
                reading.deviation("repeated", segment, text, at)

    def write(self, values, written, writing):
        value = values.get(self.field)
        if value or value not in _NOTHING:
            written[self.at] = self.kind.write(value, writing)
        elif self.required:
            raise FormatError("missing", "", _absent(self.field))


class _Silent:
    """An element without a field."""

    fields = ()
    required = False
    beside = True

    def read(self, segment, values, reading):
        pass

    def write(self, values, written, writing):
        pass


class Constant(_Silent):
    """An element of which we always write the same; what others write there does not matter to us."""

    def __init__(self, at, text):
        self.places = (at,)
        self.text = text

    def write(self, values, written, writing):
        written[self.places[0]] = self.text


class Ignored(_Silent):
    """Elements that are understood and mean nothing to us."""

    def __init__(self, *places):
        self.places = places


# Members of a group ----------------------------------------------------------------------------------------


class _Member:
    """What stands in a group: ``required`` and ``many`` name fields, ``below`` the paths below each field."""

    required = ()
    many = ()
    texts = ()
    body = frozenset()
    # Without a value of one of these fields there is nothing to write; None: that is for ``write`` to say.
    asked = None

    def __init__(self, spec):
        self.composite = "+" in spec
        self.tag, _, self.qualifier = spec.replace("+", "*").partition("*")
        self.below = {}

    def placed(self, all_tags, later_tags):
        return self


class Segment(_Member):
    """A segment, written if an element has a value, or ``always``. From ``open_end`` on all is understood."""

    def __init__(self, spec, *elements, always=False, open_end=_WIDTH):
        super().__init__(spec)
        self.elements = elements
        self.always = always or not elements
        self.required = tuple(
            field for element in elements if element.required for field in element.fields
        )
        self.below = {
            field: getattr(element, "paths", None)
            for element in elements
            for field in element.fields
        }
        places = [place for element in elements for place in element.places]
        self.composite = self.composite or any(isinstance(place, tuple) for place in places)
        self._qualifier_at = (1, 0) if self.composite else 1
        self._own = tuple(element for element in elements if not element.beside)
        self._beside = tuple(element for element in elements if element.beside)
        if not self.always and not self.required:
            self.asked = frozenset(
                key for element in self._own for key in getattr(element, "keys", element.fields)
            )
        self._note_places(places, open_end)

    def _note_places(self, places, open_end):
        if self.qualifier:
            places.append(self._qualifier_at)
        known = {}
        for place in places:
            number, component = place if isinstance(place, tuple) else (place, None)
            known.setdefault(number, set()).add(component)
        self._others = tuple(number for number in range(1, open_end) if number not in known)
        # No element before this one is of those.
        self._known_up_to = self._others[0] if self._others else _WIDTH
        self._components = [
            (number, components) for number, components in known.items() if None not in components
        ]

    def read(self, segment, values, reading, outer):
        element = None
        try:
            for element in self.elements:
                element.read(segment, values, reading)
        except FormatError as error:
            raise _located(error, segment, element, reading) from None
        if self._components or len(segment) > self._known_up_to:
            self._tell_others(segment, reading)
        reading.at += 1

    def _tell_others(self, segment, reading):
        width = len(segment)
        for number in self._others:
            if number >= width:
                break
            if segment[number] and any(segment[number]):
                reading.not_understood(segment, element=number)
        for number, known in self._components:
            if number < width and len(segment[number]) > len(known):
                for component, text in enumerate(segment[number]):
                    if text and component not in known:
                        reading.not_understood(segment, text, (number, component))

    def write(self, values, writing, qualifier=None):
        written = {}
        element = None
        try:
            for element in self._own:
                element.write(values, written, writing)
            if not written and not self.always:
                return
            for element in self._beside:
                element.write(values, written, writing)
        except FormatError as error:
            place = error.position or element_name(element.places[0])
            raise FormatError(error.code, f"{self.tag}/{place}", error.reason) from None
        if qualifier or self.qualifier:
            written[self._qualifier_at] = qualifier or self.qualifier
        writing.segments.append((self.tag, written))


def _located(error, segment, element, reading):
    if error.position:
        return error
    return FormatError(error.code, reading.position(segment, element.places[0]), error.reason)


class Lines(_Member):
    """The lines of a text in as many segments as it takes; ``places`` are those of one segment.

    ``size`` is that of a place, ``long_size`` in versions with longer texts. ``since`` and ``until`` name the
    versions in which we write it so. Several kinds of segments may be read into one text.
    """

    def __init__(
        self, spec, places, field, size, *, long_size=None, constants=(), since="", until="~"
    ):
        super().__init__(spec)
        self.places = places
        self.field = field
        self.sizes = size, long_size or size
        self.constants = dict(constants)
        self.since = since
        self.until = until
        self.texts = (field,)
        self.asked = frozenset([field])
        self.below = {field: None}

    def read(self, segment, values, reading, outer):
        told = values.setdefault(self.field, [])
        for at in self.places:
            if text := text_at(segment, at):
                told.append((text, self.sizes[reading.long]))
        reading.at += 1

    def write(self, values, writing, qualifier=None):
        text = values.get(self.field)
        if not text or not self.since <= writing.version < self.until:
            return
        found = pieces(text, self.sizes[writing.long])
        for start in range(0, len(found), len(self.places)):
            written = dict(self.constants)
            if self.qualifier:
                written[(1, 0) if self.composite else 1] = self.qualifier
            written |= zip(self.places, found[start : start + len(self.places)], strict=False)
            writing.segments.append((self.tag, written))


class Group(_Member):
    """The objects of a shape, one or with ``many`` several, each opened by the shape's first segment.

    A ``spec`` of its own puts a shape in a role: parties of one shape as buyer and as seller. A group ends
    with a segment that it does not know and that comes later in the group around; a ``closed`` one, whose
    segments are few and well known, with any that the group around knows.
    """

    def __init__(self, shape, field, *, spec=None, many=False, closed=False):
        opening = shape.members[0]
        sign = "+" if opening.composite else "*"
        super().__init__(spec or sign.join(filter(None, (opening.tag, opening.qualifier))))
        self.shape = shape
        self.field = field
        self.many = (field,) if many else ()
        self.below = {field: shape.paths}
        self.asked = frozenset([field])
        self.body = shape.tags
        self.closed = closed
        self._ends = {}

    def placed(self, all_tags, later_tags):
        """The same group where it stands in a shape."""
        group = copy(self)
        group._ends = {}
        group._after = all_tags if self.closed else later_tags
        return group

    def read(self, segment, values, reading, outer):
        ends = self._ends.get(outer)
        if ends is None:
            ends = self._ends[outer] = outer | self._after
        at = reading.at
        found = {}
        self.shape.members[0].read(segment, found, reading, ends)
        self.shape.read_body(segment, found, reading, ends)
        end, reading.at = reading.at, at
        value = self.shape.load(found, segment, reading)
        reading.at = end
        if value is None:
            return
        if self.many:
            values.setdefault(self.field, []).append(value)
        elif differs(values, self.field, value):
            reading.deviation("repeated", segment, _name(value))

    def write(self, values, writing, qualifier=None):
        value = values.get(self.field)
        if not value and value in _NOTHING:
            return
        for each in value if self.many else (value,):
            try:
                self.shape.write(each, writing, self.qualifier)
            except FormatError as error:
                raise error.inside(self.field) from None


def _name(value):
    return str(getattr(value, "name", None) or value)


class _Other(_Member):
    """Segments of a tag we know with a qualifier we do not: a remark, and what belongs to them is passed over."""

    def __init__(self, tag, body):
        super().__init__(tag)
        self.body = body

    def read(self, segment, values, reading, outer):
        reading.not_understood(segment)
        reading.at += 1
        segments = reading.segments
        while reading.at < len(segments) and segments[reading.at][0] in self.body:
            reading.at += 1


class _Choice:
    """The members of one tag, told apart by the qualifier."""

    def __init__(self, tag, members):
        self._by_qualifier = {member.qualifier: member for member in members if member.qualifier}
        plain = [member for member in members if not member.qualifier]
        body = frozenset().union(*(member.body for member in members)) - {tag}
        self._default = plain[0] if plain else _Other(tag, body)

    def read(self, segment, values, reading, outer):
        qualifier = segment[1] if len(segment) > 1 else ""
        if qualifier.__class__ is list:
            qualifier = qualifier[0]
        member = self._by_qualifier.get(qualifier, self._default)
        member.read(segment, values, reading, outer)


# Groups and documents --------------------------------------------------------------------------------------


class Shape:
    """The correspondence of a canonical class and a group of segments.

    ``load(values, segment, reading)`` makes the object where building ``cls`` from the values is not all,
    ``dump(obj, writing)`` makes the values from the object. ``also`` declares the fields those two take care
    of: a dict of the field to the paths below it.
    """

    def __init__(self, cls, *members, load=None, dump=None, also=None):
        self.cls = cls
        tags = [member.tag for member in members]
        members = tuple(
            member.placed(frozenset(tags), frozenset(tags[index:]))
            for index, member in enumerate(members)
        )
        self.members = members
        self.load = load or self.build
        self.dump = dump or self.values_of
        by_tag = {}
        for member in members:
            by_tag.setdefault(member.tag, []).append(member)
        self._by_tag = {
            tag: _Choice(tag, found) if len(found) > 1 or found[0].qualifier else found[0]
            for tag, found in by_tag.items()
        }
        self.tags = frozenset(self._by_tag).union(*(member.body for member in members))
        # In a group, the tag that opens it belongs to the group around: it opens the next one.
        self._body = {tag: found for tag, found in self._by_tag.items() if tag != members[0].tag}
        self.many = tuple({field for member in members for field in member.many})
        self.texts = tuple({field for member in members for field in member.texts})
        self.required = tuple(field for member in members for field in member.required)
        self._declare(also or {})

    def _declare(self, also):
        own = {field.name: field for field in fields(self.cls)} if self.cls else {}
        self._own = frozenset(own)
        self.needed = tuple(
            name
            for name, field in own.items()
            if field.default is MISSING and field.default_factory is MISSING
        )
        below = {}
        for member in self.members:
            below |= member.below
        below |= also
        self.carried = tuple(name for name in own if name in below)
        self.foreign = tuple(
            (name, field.default)
            for name, field in own.items()
            if name not in below and field.compare and name != "envelope"
        )
        self._carried_of = getter(self.carried)
        self._foreign_of = getter([name for name, _default in self.foreign])
        self._no_foreign = tuple(default for _name, default in self.foreign)
        self.paths = frozenset(
            f"{name}.{inner}" if inner else name
            for name in self.carried
            for inner in below[name] or ("",)
        )

    def read(self, reading):
        """The values of a whole document; segments of which nothing is known are told and passed over."""
        values = {}
        self._read(self._by_tag, values, reading, frozenset())
        if reading.segments:
            reading.at = 0
            self._demand(values, reading.segments[0], reading)
        return values

    def read_body(self, segment, values, reading, outer):
        """Read what follows the opening segment, up to a segment that only the groups around know."""
        self._read(self._body, values, reading, outer)
        self._demand(values, segment, reading)

    def _demand(self, values, segment, reading):
        if reading.strict:
            for field in self.required:
                if field not in values:
                    raise missing(segment, field, reading)

    def _read(self, by_tag, values, reading, outer):
        segments = reading.segments
        end = len(segments)
        while reading.at < end:
            segment = segments[reading.at]
            member = by_tag.get(segment[0])
            if member is not None:
                member.read(segment, values, reading, outer)
            elif segment[0] in outer:
                break
            else:
                reading.not_understood(segment)
                reading.at += 1
        for field in self.many:
            if field in values:
                values[field] = tuple(values[field])
        for field in self.texts:
            if field in values and (text := joined(values.pop(field))):
                values[field] = text

    def build(self, values, segment, reading):
        """The object of the values that are its fields; None for an optional part of which nothing was read."""
        if not values and not self.needed:
            return None
        for field in self.needed:
            if field not in values:
                raise missing(segment, field, reading)
        return self.cls(**{field: values[field] for field in values if field in self._own})

    def write(self, obj, writing, qualifier=None):
        dumped = self.dump(obj, writing)
        values = {field: value for field, value in dumped.items() if value is not None}
        present = values.keys()
        for member in self.members:
            if member.asked is None or not present.isdisjoint(member.asked):
                member.write(values, writing, qualifier)
            # It is that of the segment that opens the group.
            qualifier = None

    def values_of(self, obj, writing):
        """The values of the fields that are carried; FormatError if another one has a value too."""
        if self._foreign_of(obj) != self._no_foreign:
            self._refuse_foreign(obj, writing)
        return dict(zip(self.carried, self._carried_of(obj), strict=True))

    def _refuse_foreign(self, obj, writing):
        for field, default in self.foreign:
            if getattr(obj, field) != default:
                where = f"{self.cls.__name__}.{field}"
                raise not_carried(where, f"{writing.syntax} has no place for this here")


def missing(segment, field, reading):
    return FormatError("missing", reading.position(segment), _absent(field))


def not_carried(where, reason):
    return FormatError("not_carried", where, reason)


def _absent(field):
    return f"no {field.replace('_', ' ')}"
