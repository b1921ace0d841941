"""Translates codes by the mapping tables: all rows of a domain in one query, then decided in core/."""

from datetime import date
from fractions import Fraction

from ..core.exceptions import BusinessError
from ..core.mapping import TARGETS, AmbiguousCode, Row, inbound, outbound

ROW_FIELDS = (
    "mapping_id",
    "company_id",
    "domain",
    "code",
    "direction",
    "product_id",
    "factor_numerator",
    "factor_denominator",
    "date_from",
    "date_to",
)


class Mappings:
    """The tables that an endpoint may use, its own before the standard's.

    ``tables``: those of several endpoints, read together; else they are read here.
    """

    def __init__(self, endpoint, day: date, tables=None):
        self.endpoint = endpoint
        self.env = endpoint.env
        self.day = day
        self._tables = tables or MappingTables(endpoint)
        self._rows = {}
        self._unit_codes = {}

    def unit_code(self, uom, product):
        """Our unit in the partner's words; BusinessError where nobody said how."""
        key = uom.id, product.id
        if key not in self._unit_codes:
            self._unit_codes[key] = self._unit_code(uom, product)
        return self._unit_codes[key]

    def _unit_code(self, uom, product):
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
        if domain not in self._rows:
            self._rows[domain] = self._tables.rows(domain, self.endpoint)
        return self._rows[domain]


class MappingTables:
    """What several endpoints may use; each domain is read once, for all of them."""

    def __init__(self, endpoints):
        self.endpoints = endpoints
        self._rows = {}

    def rows(self, domain, endpoint):
        """The rows of a domain that ``endpoint`` may use, in the order of the tables."""
        if domain not in self._rows:
            self._rows[domain] = self._read(domain)
        return [
            row
            for owner, company, row in self._rows[domain]
            if owner in (False, endpoint.id) and company in (False, endpoint.company_id.id)
        ]

    def _read(self, domain):
        # sudo: mapping tables are configuration; the technical user only translates by them.
        lines = (
            self.endpoints.env["integration.mapping.line"]
            .sudo()
            .search_fetch(
                [
                    ("domain", "=", domain),
                    ("mapping_id.active", "=", True),
                    ("mapping_id.endpoint_id", "in", [False, *self.endpoints.ids]),
                    ("company_id", "in", [False, *self.endpoints.company_id.ids]),
                ],
                [*ROW_FIELDS, TARGETS[domain]],
            )
        )
        return [(line.mapping_id.endpoint_id.id, line.company_id.id, _row(line)) for line in lines]


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
