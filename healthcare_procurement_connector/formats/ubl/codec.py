"""The shapes of UBL: values are in basic elements, objects in aggregates, attributes hold none of their own."""

from .. import shapes
from ..shapes import missing
from .values import TEXT

__all__ = ["Branch", "Fixed", "Leaf", "Shape", "Wrap", "missing"]

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


class Leaf(shapes.Leaf):
    def __init__(self, name, field, kind=TEXT, **options):
        super().__init__(_CBC + name, f"cbc:{name}", field, kind, **options)


class Branch(shapes.Branch):
    def __init__(self, name, shape, field, **options):
        super().__init__(_CAC + name, f"cac:{name}", shape, field, **options)


class Wrap(shapes.Wrap):
    def __init__(self, name, *members, **options):
        super().__init__(_CAC + name, f"cac:{name}", *members, **options)


class Fixed(shapes.Fixed):
    def __init__(self, name, text):
        super().__init__(_CBC + name, f"cbc:{name}", text)


class Shape(shapes.Shape):
    def __init__(self, cls, *members, **options):
        super().__init__("UBL", cls, *members, **options)
