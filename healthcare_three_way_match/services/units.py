"""Units of measure as the decision knows them."""

from fractions import Fraction

from ..core.exact import from_float, unit_factor
from ..core.lines import Unit


class Units:
    """Each unit is made once: ``Units()(uom)``."""

    def __init__(self):
        self._known = {}

    def __call__(self, uom):
        if uom not in self._known:
            root = (uom.parent_path or f"{uom.id}/").split("/")[0]
            factor = unit_factor(from_float(uom.factor)) if uom else Fraction(1)
            self._known[uom] = Unit(uom.name or "", factor, root)
        return self._known[uom]
