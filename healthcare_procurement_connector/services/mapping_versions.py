"""Versions of mappings: a draft is a copy of what is active; what it changes is told row by row."""

import hashlib

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..core.mapping import TARGETS, factor_text
from ..core.mapping_changes import apply, compare
from .mappings import rows_of

# Changes that are shown; how many more there are is said.
SHOWN = 200
# What a copy of a line has of its own.
OWN = ("id", "mapping_id", "company_id", "create_uid", "create_date", "write_uid", "write_date")


def draft_of(mapping):
    """The draft that will follow ``mapping``; of a superseded version a draft that brings its rows back."""
    mapping.ensure_one()
    mappings = mapping.env["integration.mapping"]
    mappings.check_access("create")
    if mapping.state == "draft":
        return mapping
    last = _last(mapping)
    if mapping == last:
        draft = mappings.search([("key", "=", mapping.key), ("state", "=", "draft")], limit=1)
        if draft:
            return draft
    return new_draft(mapping, last)


def new_draft(rows_from, last):
    """A draft of the version after ``last``, with the rows of ``rows_from`` (none: empty), by the acting user."""
    # sudo: an operator's answer to an unknown code may begin one; who may is checked by the callers.
    draft = (
        last.env["integration.mapping"]
        .sudo()
        .create(
            {
                "name": last.name,
                "key": last.key,
                "version": last.version + 1,
                "domain": last.domain,
                "endpoint_id": last.endpoint_id.id,
                "company_id": last.company_id.id,
                "origin_id": last.id,
            }
        )
    )
    if rows_from:
        _copy_lines(rows_from, draft)
    return draft.sudo(last.env.su)


def _last(mapping):
    # sudo: the versions of a mapping that can be seen; their number is looked at.
    return (
        mapping.sudo()
        .search([("key", "=", mapping.key), ("state", "=", "approved"), ("date_to", "=", False)])
        .sudo(mapping.env.su)
    )


def _copy_lines(source, draft):
    """In one statement: a table of ten thousand items gets a new version in a fraction of a second."""
    env = draft.env
    env.flush_all()
    lines = env["integration.mapping.line"]
    columns = [
        name
        for name, field in lines._fields.items()
        if field.store and field.column_type and name not in OWN
    ]
    names = SQL(", ").join(map(SQL.identifier, columns))
    env.cr.execute(
        SQL(
            "INSERT INTO integration_mapping_line "
            "(mapping_id, company_id, create_uid, create_date, write_uid, write_date, %(names)s) "
            "SELECT %(draft)s, company_id, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC', "
            "%(names)s FROM integration_mapping_line WHERE mapping_id = %(source)s ORDER BY id",
            names=names,
            draft=draft.id,
            source=source.id,
            uid=env.uid,
        )
    )
    env.invalidate_all(flush=False)


def changes(draft):
    """What the draft changes of the version that it is a copy of, as core.mapping_changes.Change."""
    return compare(rows_of(draft.origin_id) if draft.origin_id else (), rows_of(draft))


def fingerprint(mapping):
    """Tells whether a mapping still says what somebody has looked at."""
    rows = sorted(map(repr, rows_of(mapping)))
    return hashlib.sha256("\n".join([mapping.key or "", *rows]).encode()).hexdigest()


def rebase(draft):
    """Makes the draft's changes on the version that became active meanwhile; UserError where they contradict."""
    draft.ensure_one()
    if not draft.outdated:
        return
    draft.check_access("write")
    last = _last(draft)
    own_changes = changes(draft)
    rows, missed = apply(own_changes, rows_of(last))
    if missed:
        raise UserError(
            draft.env._(
                "%(mapping)s cannot be brought up to date: these rows were changed meanwhile: %(codes)s. "
                "Make a new version and enter the changes again.",
                mapping=draft.display_name,
                codes=", ".join(sorted({change.before.code for change in missed})[:20]),
            )
        )
    draft.write(
        {
            "line_ids": [
                Command.clear(),
                *(Command.create(line_vals(draft.domain, row)) for row in rows),
            ]
        }
    )
    # sudo: which version it follows is closed to writes by hand.
    draft.sudo().write({"origin_id": last.id, "version": last.version + 1})


def line_vals(domain, row):
    """A Row as values of a line."""
    return {
        "code": row.code,
        "direction": row.direction,
        "product_id": row.product or (row.target if domain == "item" else False),
        TARGETS[domain]: row.target,
        "factor_numerator": row.factor.numerator,
        "factor_denominator": row.factor.denominator,
        "date_from": row.date_from,
        "date_to": row.date_to,
    }


# -- for people ----------------------------------------------------------------------------------------


class Words:
    """Rows in words; the names of all records are read at once."""

    def __init__(self, env, domain, rows):
        self.env = env
        self.domain = domain
        # sudo: names only, of records that a mapping which can be seen points to.
        model = env["integration.mapping.line"]._fields[TARGETS[domain]]
        self._targets = self._names(
            model.comodel_name if model.relational else None, {row.target for row in rows}
        )
        self._products = self._names("product.product", {row.product for row in rows} - {None})
        self._ways = dict(
            env["integration.mapping.line"]._fields["direction"]._description_selection(env)
        )

    def _names(self, model, ids):
        if model is None:
            return {text: text for text in ids}
        records = self.env[model].sudo().browse(ids).exists()  # sudo: names only, see above
        return {record.id: record.display_name for record in records}

    def target(self, row):
        """What a row points to, by name."""
        return self._targets.get(row.target, "?")

    def of(self, row):
        """Such as: 12 × Box of 100 (only Gloves M), only received, until 2026-12-31."""
        env = self.env
        name = self.target(row)
        parts = [f"{factor_text(row.factor)} × {name}" if self.domain == "unit" else name]
        if row.product:
            parts[0] += env._(" (only %s)", self._products.get(row.product, "?"))
        if row.direction != "both":
            parts.append(self._ways[row.direction].lower())
        if row.date_from:
            parts.append(env._("from %s", row.date_from))
        if row.date_to:
            parts.append(env._("until %s", row.date_to))
        return ", ".join(parts)


def changes_html(draft):
    """The changes of a draft as a table; False for what is no draft."""
    if not draft or draft.state != "draft":
        return False
    env = draft.env
    found = changes(draft)
    if not found:
        return Markup("<p class='text-muted'>%s</p>") % env._("Nothing differs.")
    words = Words(
        env, draft.domain, [row for each in found for row in (each.before, each.after) if row]
    )
    kinds = {
        "added": (env._("added"), "text-bg-success"),
        "changed": (env._("changed"), "text-bg-warning"),
        "removed": (env._("removed"), "text-bg-danger"),
    }
    line = Markup(
        "<tr><td><span class='badge %s'>%s</span></td><td><code>%s</code></td><td>%s</td><td>%s</td></tr>"
    )
    body = Markup().join(
        line
        % (
            kinds[change.kind][1],
            kinds[change.kind][0],
            (change.after or change.before).code,
            words.of(change.before) if change.before else "",
            words.of(change.after) if change.after else "",
        )
        for change in found[:SHOWN]
    )
    head = (env._("Change"), env._("Partner's code"), env._("Now"), env._("Then"))
    table = Markup(
        "<table class='table table-sm'><thead><tr>%s</tr></thead><tbody>%s</tbody></table>"
    ) % (Markup().join(Markup("<th>%s</th>") % title for title in head), body)
    more = len(found) - SHOWN
    return table + (Markup("<p>%s</p>") % env._("And %s more.", more) if more > 0 else "")
