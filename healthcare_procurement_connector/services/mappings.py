"""Translates codes by the mapping tables: all rows in as few queries as there are sources, decided in core/."""

from datetime import date
from fractions import Fraction

from odoo import fields
from odoo.fields import Domain

from ..core.exceptions import BusinessError, UnmappedError
from ..core.mapping import TARGETS, AmbiguousCode, Missing, Row, inbound, outbound

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

# What orders are written with: read together.
SENT = ("unit", "party", "location")


class Mappings:
    """The tables that an endpoint may use, its own before its company's before the standard's.

    ``tables``: those of several endpoints, read together; else they are read here.
    """

    def __init__(self, endpoint, day: date, tables=None):
        self.endpoint = endpoint
        self.env = endpoint.env
        self.day = day
        self._tables = tables or MappingTables(endpoint, day)
        self._rows = {}
        self._unit_codes = {}
        self._codes = {}

    def unit_code(self, uom, product):
        """Our unit in the partner's words; BusinessError where nobody said how."""
        key = uom.id, product.id
        if key not in self._unit_codes:
            self._unit_codes[key] = self._unit_code(uom, product)
        return self._unit_codes[key]

    def _unit_code(self, uom, product):
        self._check_unit(uom, product)
        row = outbound(self.rows("unit"), uom.id, product.id or None, self.day)
        if row is None:
            raise UnmappedError(
                self.env._(
                    "The unit %(unit)s of %(product)s has no code for %(endpoint)s.",
                    unit=uom.name,
                    product=product.display_name,
                    endpoint=self._whose,
                ),
                "unknown_unit",
                Missing(
                    "unit",
                    direction="out",
                    product=product.id or None,
                    target=uom.id,
                    clues=(("name", uom.name),),
                ),
            )
        return row.code

    def _check_unit(self, uom, product):
        """Odoo converts between unrelated units without complaint; nothing of that kind leaves the house."""
        if product and not uom._has_common_reference(product.uom_id):
            raise BusinessError(
                self.env._(
                    "%(unit)s is not a unit of %(product)s.",
                    unit=uom.name,
                    product=product.display_name,
                ),
                "unknown_unit",
            )

    @property
    def _whose(self):
        """Whose codes these are, in a sentence."""
        return self.endpoint.name or self.env._("the standard")

    def unit(self, code, product):
        """(our unit, factor): one ``code`` is exactly ``factor`` of the unit."""
        row = self.find("unit", code, product.id or None)
        if row is None:
            raise UnmappedError(
                self.env._(
                    "The unit %(code)s of %(product)s is not mapped for %(endpoint)s.",
                    code=code or self.env._("(none)"),
                    product=product.display_name,
                    endpoint=self._whose,
                ),
                "unknown_unit",
                Missing("unit", code, product=product.id or None),
            )
        return self.env["uom.uom"].browse(row.target), row.factor

    def record(self, domain, *codes):
        """The record that the first known one of ``codes`` stands for, or an empty recordset."""
        model = self.env["integration.mapping.line"]._fields[TARGETS[domain]].comodel_name
        row = next(filter(None, (self.find(domain, code) for code in codes if code)), None)
        return self.env[model].browse(row.target if row else ())

    def words(self, domain, code):
        """What a partner's ``code`` means in our words, or the code itself."""
        row = self.find(domain, code) if code else None
        return row.target if row else code

    def code_of(self, domain, record):
        """The partner's code for our record, or None."""
        key = domain, record.id
        if key not in self._codes:
            row = outbound(self.rows(domain), record.id, None, self.day)
            self._codes[key] = row.code if row else None
        return self._codes[key]

    def knows(self, missing):
        """Whether the code that was missing is there by now."""
        if missing.direction == "out":
            rows = self.rows(missing.domain)
            return outbound(rows, missing.target, missing.product, self.day) is not None
        try:
            return self.find(missing.domain, missing.code, missing.product) is not None
        except BusinessError:
            return False

    def find(self, domain, code, product_id=None):
        """The Row for a partner's ``code`` or None; BusinessError where it stands for several things."""
        try:
            return inbound(self.rows(domain), code, product_id, self.day)
        except AmbiguousCode as ambiguous:
            raise BusinessError(
                self.env._(
                    "The code %(code)s is mapped to different things for %(endpoint)s.",
                    code=code,
                    endpoint=self._whose,
                ),
                "ambiguous_mapping",
            ) from ambiguous

    def rows(self, domain):
        """All rows of a domain that may be used."""
        if domain not in self._rows:
            self._rows[domain] = self._tables.rows(domain, self.endpoint)
        return self._rows[domain]


class MappingTables:
    """What several endpoints may use on a day; a domain is read once for all of them, those of orders together.

    ``codes``: only these are asked for, as when a document is read; then all domains are one query. ``version``: a
    version of a mapping, a draft perhaps, that is read in place of the one that holds, whoever it is for.
    """

    def __init__(self, endpoints, day: date, codes=None, version=None):
        self.endpoints = endpoints
        self.day = day
        self._codes = codes
        self._version = version
        self._rows = {}

    def rows(self, domain, endpoint):
        """The rows of a domain that ``endpoint`` may use, in the order of the tables."""
        if domain not in self._rows:
            self._read(domain)
        return [
            row
            for owner, company, row in self._rows.get(domain, ())
            if owner in (False, endpoint.id) and company in (False, endpoint.company_id.id)
        ]

    def _read(self, domain):
        domains = list(TARGETS)
        if self._codes is None:
            domains = list(SENT) if domain in SENT else [domain]
        self._rows |= {each: [] for each in domains}
        # sudo: mapping tables are configuration; the technical user only translates by them.
        lines = (
            self.endpoints.env["integration.mapping.line"]
            .sudo()
            .search_fetch(
                self._usable(domains), [*ROW_FIELDS, *{TARGETS[each] for each in domains}]
            )
        )
        for line in lines:
            owner, company = line.mapping_id.endpoint_id.id, line.company_id.id
            if self._version and line.mapping_id.id == self._version.id:
                owner = company = False
            self._rows[line.domain].append((owner, company, row_of(line)))

    def _usable(self, domains):
        usable = Domain("domain", "in", domains)
        if self._codes is not None:
            usable &= Domain("code", "in", list(self._codes))
        holds = holding_on(self.day)
        holds &= Domain("endpoint_id", "in", [False, *self.endpoints.ids])
        holds &= Domain("company_id", "in", [False, *self.endpoints.company_id.ids])
        if self._version:
            holds &= Domain("key", "!=", self._version.key)
            holds |= Domain("id", "=", self._version.id)
        return usable & Domain("mapping_id", "any", holds)


def holding_on(day):
    """The versions of mappings that hold on a day."""
    return Domain(
        [
            ("state", "=", "approved"),
            "|",
            ("date_from", "=", False),
            ("date_from", "<=", day),
            "|",
            ("date_to", "=", False),
            ("date_to", ">", day),
        ]
    )


def mappings_today(endpoint, **options):
    """The tables of one endpoint as they hold today; ``options`` of MappingTables."""
    day = fields.Date.today()
    return Mappings(endpoint, day, MappingTables(endpoint, day, **options))


def row_of(line):
    """A line as core/ decides on it."""
    target = line[TARGETS[line.domain]]
    mapping = line.mapping_id
    return Row(
        code=line.code,
        target=target if line.domain == "reason" else target.id,
        direction=line.direction,
        product=line.product_id.id or None if line.domain == "unit" else None,
        scope=0 if mapping.endpoint_id else 1 if mapping.company_id else 2,
        factor=Fraction(line.factor_numerator, line.factor_denominator),
        date_from=line.date_from or None,
        date_to=line.date_to or None,
        line=line.id,
    )


def vals_row(domain, vals):
    """Values of a line, not written yet, as core/ decides on them."""
    return Row(
        code=vals["code"],
        target=vals[TARGETS[domain]],
        direction=vals["direction"],
        product=vals["product_id"] or None if domain == "unit" else None,
        scope=0,
        factor=Fraction(vals["factor_numerator"], vals["factor_denominator"]),
        date_from=vals["date_from"] or None,
        date_to=vals["date_to"] or None,
    )


def rows_of(mapping):
    """All rows of one version."""
    if not mapping:
        return []
    # sudo: as above; whoever sees a mapping sees its rows.
    lines = mapping.sudo().line_ids
    lines.fetch([*ROW_FIELDS, TARGETS[mapping.domain]])
    return [row_of(line) for line in lines]
