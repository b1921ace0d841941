"""The shapes of cXML: no namespaces, values in attributes as well as in elements, and extrinsics.

An ``Extrinsic`` is the place cXML has for what it has no other place for; ours are named in the tables where
they are used.
"""

from .. import shapes
from ..errors import FormatError
from ..xml_writer import attribute
from .values import TEXT


class Attribute(shapes.Attribute):
    def __init__(self, name, field, kind=TEXT, **options):
        super().__init__(name, field, kind, **options)


class Leaf(shapes.Leaf):
    def __init__(self, name, field, kind=TEXT, **options):
        super().__init__(name, name, field, kind, **options)


class Branch(shapes.Branch):
    def __init__(self, name, shape, field, **options):
        super().__init__(name, name, shape, field, **options)


class Wrap(shapes.Wrap):
    def __init__(self, name, *members, **options):
        super().__init__(name, name, *members, **options)


class Fixed(shapes.Fixed):
    def __init__(self, name, text="", attributes=""):
        super().__init__(name, name, text, attributes)


class Shape(shapes.Shape):
    def __init__(self, cls, *members, **options):
        super().__init__("cXML", cls, *members, **options)

    inside = shapes.Shape.write


class Constant(shapes.Attribute):
    """An attribute that always says the same; which one it is was looked at before."""

    def __init__(self, name, value):
        super().__init__(name, None, None)
        self.fields = ()
        self._text = attribute(name, value)

    def read(self, element, text, values, reading):
        pass

    def text(self, values, writing):
        return self._text


class Extrinsics:
    """Values by the name of the extrinsic they are in: a table of name to (field, kind)."""

    tag = "Extrinsic"
    required = False
    many = False

    def __init__(self, **table):
        self.table = table
        self.fields = ()

    def read(self, element, values, reading):
        name = element.get("name", "")
        if name not in self.table:
            reading.not_understood(element, f"{name}: {reading.text_of(element)}")
            return
        field, kind = self.table[name]
        value = kind.read(element, reading)
        if value is not None:
            values[field] = value

    def write(self, values, writing):
        for name, (field, kind) in self.table.items():
            value = values.get(field)
            if value is not None:
                self._write(name, kind, value, writing)

    def _write(self, name, kind, value, writing):
        writing.put(f'<Extrinsic name="{name}">')
        try:
            kind.inside(value, writing)
        except FormatError as error:
            raise error.inside(f"Extrinsic[{name}]") from None
        writing.put("</Extrinsic>")
