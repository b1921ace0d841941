"""Our records by names that mean the same in another database: GTIN, GLN, code, name; never by id.

A key is ``kind:value``, such as ``gtin:04012345678901``; without a kind it is a name. What a key names must be one
record: none and several are both refused.
"""

from collections import defaultdict

from odoo.fields import Domain

from ..core.mapping import TARGETS

# The kinds of key per domain, the surest first, and the field that holds each.
KINDS = {
    "unit": {"xmlid": None, "name": "name"},
    "item": {"gtin": "barcode", "code": "default_code", "name": "name"},
    "party": {"gln": "global_location_number", "vat": "vat", "ref": "ref", "name": "name"},
    "location": {"gln": "global_location_number", "ref": "ref", "name": "name"},
    "tax": {"name": "name"},
    "payment_term": {"name": "name"},
    "account": {"code": "code", "name": "name"},
    "cost_centre": {"code": "code", "name": "name"},
}
# Of records that a company has twice, such as taxes, those that are meant.
ONLY = {"tax": [("type_tax_use", "=", "purchase")]}
# External ids that are another database's own.
OWN_MODULES = ("__export__", "__import__")


class UnknownKey(ValueError):
    """``code`` unknown, ambiguous or kind; ``key`` as it was given."""

    def __init__(self, code, key):
        super().__init__(f"{code}: {key}")
        self.code = code
        self.key = key


class Keys:
    """Keys of one domain, in one company; each kind is one query, however many keys there are."""

    def __init__(self, env, domain, company):
        self.env = env
        self.domain = domain
        self.company = company
        field = env["integration.mapping.line"]._fields[TARGETS[domain]]
        self.model = env[field.comodel_name] if field.relational else None
        if company:
            self.model = self.model and self.model.with_company(company)
        self._found = {}

    # -- record to key -------------------------------------------------------------------------------

    def of_all(self, records):
        """{record id: key}."""
        xmlids = self._external_ids(records) if "xmlid" in KINDS[self.domain] else {}
        return {record.id: self._key(record, xmlids.get(record.id)) for record in records}

    def _key(self, record, xmlid):
        if xmlid:
            return f"xmlid:{xmlid}"
        for kind, field in KINDS[self.domain].items():
            if field and record[field]:
                return f"{kind}:{record[field]}"
        return f"name:{record.display_name}"

    def _external_ids(self, records):
        # sudo: names of data that an addon ships.
        rows = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [
                    ("model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("module", "not in", OWN_MODULES),
                ],
                ["complete_name", "res_id"],
                order="id desc",
            )
        )
        return {row.res_id: row.complete_name for row in rows}

    # -- key to record -------------------------------------------------------------------------------

    def look_up(self, keys):
        """Looks all keys up; ``record`` then answers."""
        by_kind = defaultdict(set)
        for key in keys:
            kind, value = _split(key)
            if kind in KINDS[self.domain] and key not in self._found:
                by_kind[kind].add(value)
        for kind, values in by_kind.items():
            find = self._by_xmlid if kind == "xmlid" else self._by_field
            for value, records in find(kind, values).items():
                self._found[kind, value] = records

    def record(self, key):
        """The one record of a key that was looked up; UnknownKey else."""
        kind, value = _split(key)
        if kind not in KINDS[self.domain]:
            raise UnknownKey("kind", key)
        records = self._found.get((kind, value), self.model.browse())
        if len(records) != 1:
            raise UnknownKey("ambiguous" if records else "unknown", key)
        return records

    def _by_xmlid(self, _kind, values):
        pairs = [value.partition(".") for value in values]
        # sudo: as above.
        rows = (
            self.env["ir.model.data"]
            .sudo()
            .search(
                [
                    ("model", "=", self.model._name),
                    ("module", "in", [module for module, _dot, _name in pairs]),
                    ("name", "in", [name for _module, _dot, name in pairs]),
                ]
            )
        )
        return {
            row.complete_name: self.model.browse(row.res_id)
            for row in rows
            if row.complete_name in values
        }

    def _by_field(self, kind, values):
        field = KINDS[self.domain][kind]
        found = defaultdict(self.model.browse)
        domain = Domain(field, "in", list(values)) & Domain(ONLY.get(self.domain, []))
        for record in self.model.search(domain & self._of_company()):
            found[record[field]] |= record
        return found

    def _of_company(self):
        if self.company and "company_ids" in self.model._fields:
            return Domain("company_ids", "parent_of", self.company.ids)
        if self.company and "company_id" in self.model._fields:
            # sudo: which companies are above.
            return Domain("company_id", "in", [False, *self.company.sudo().parent_ids.ids])
        return Domain.TRUE


def _split(key):
    kind, colon, value = key.partition(":")
    return (kind.strip(), value.strip()) if colon else ("name", key.strip())
