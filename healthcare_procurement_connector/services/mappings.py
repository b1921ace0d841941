"""Translates codes by the mapping tables: all rows of a domain in one query, then decided in core/."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from ..core.exceptions import BusinessError
from ..core.mapping import TARGETS, AmbiguousCode, Row, inbound, outbound


class Mappings:
    """The tables that an endpoint may use, its own before the standard's."""

    def __init__(self, endpoint, day: date):
        self.endpoint = endpoint
        self.env = endpoint.env
        self.day = day
        self._rows = {}

    def unit_code(self, uom, product):
        """Our unit in the partner's words; BusinessError where nobody said how."""
        row = outbound(self._domain("unit"), uom.id, product.id or None, self.day)
        if row is None:
            raise BusinessError(
                self.env._(
                    "The unit %(unit)s of %(product)s has no code for %(endpoint)s.",
                    unit=uom.name,
                    product=product.display_name,
                    endpoint=self.endpoint.name,
                ),
                "unknown_unit",
            )
        return row.code

    def unit(self, code, product):
        """(our unit, factor): one ``code`` is exactly ``factor`` of the unit."""
        row = self._inbound("unit", code, product.id or None)
        if row is None:
            raise BusinessError(
                self.env._(
                    "The unit %(code)s of %(product)s is not mapped for %(endpoint)s.",
                    code=code or self.env._("(none)"),
                    product=product.display_name,
                    endpoint=self.endpoint.name,
                ),
                "unknown_unit",
            )
        return self.env["uom.uom"].browse(row.target), row.factor

    def record(self, domain, code):
        """The record a code of ``domain`` stands for, or an empty recordset."""
        row = self._inbound(domain, code)
        model = self.env["integration.mapping.line"]._fields[TARGETS[domain]].comodel_name
        return self.env[model].browse(row.target if row else ())

    def _inbound(self, domain, code, product_id=None):
        try:
            return inbound(self._domain(domain), code, product_id, self.day)
        except AmbiguousCode as ambiguous:
            raise BusinessError(
                self.env._(
                    "The code %(code)s is mapped to different things for %(endpoint)s.",
                    code=code,
                    endpoint=self.endpoint.name,
                ),
                "ambiguous_mapping",
            ) from ambiguous

    def _domain(self, domain):
        if not self._rows:
            self._load()
        return self._rows[domain]

    def _load(self):
        # sudo: mapping tables are configuration; the technical user only translates by them.
        lines = (
            self.env["integration.mapping.line"]
            .sudo()
            .search(
                [
                    ("mapping_id.active", "=", True),
                    ("mapping_id.endpoint_id", "in", [False, self.endpoint.id]),
                    ("company_id", "in", [False, self.endpoint.company_id.id]),
                ]
            )
        )
        self._rows = defaultdict(list)
        for line in lines:
            self._rows[line.domain].append(_row(line))


def _row(line):
    target = line[TARGETS[line.domain]]
    return Row(
        code=line.code,
        target=target.id,
        direction=line.direction,
        product=line.product_id.id or None if line.domain == "unit" else None,
        scope=0 if line.mapping_id.endpoint_id else 1,
        factor=Fraction(line.factor_numerator, line.factor_denominator),
        date_from=line.date_from or None,
        date_to=line.date_to or None,
    )
