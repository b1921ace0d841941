"""Rows of mappings in files, there and back: records become keys, keys become records, nothing half."""

from ..core.mapping import TARGETS
from ..core.mapping_csv import FileRow, RowError, read_rows, write_rows
from .mapping_keys import Keys, UnknownKey
from .mapping_versions import Words
from .mappings import rows_of


def export_csv(mapping):
    """The rows of one version as CSV bytes."""
    return write_rows(file_rows(mapping))


def file_rows(mapping):
    """The rows of one version as core.mapping_csv.FileRow, in the order of their codes."""
    rows = sorted(
        rows_of(mapping), key=lambda row: (row.code, row.product or 0, str(row.date_from))
    )
    words = Words(mapping.env, mapping.domain, rows)
    targets = _keys_of(mapping, mapping.domain, {row.target for row in rows})
    products = _keys_of(mapping, "item", {row.product for row in rows} - {None})
    return [
        FileRow(
            code=row.code,
            target=targets[row.target],
            target_name=words.target(row),
            direction=row.direction,
            factor=row.factor,
            product=products.get(row.product),
            date_from=row.date_from,
            date_to=row.date_to,
        )
        for row in rows
    ]


def _keys_of(mapping, domain, targets):
    if domain == "reason":
        return {text: text for text in targets}
    # sudo: keys of records that a mapping which can be seen points to.
    keys = Keys(mapping.sudo().env, domain, mapping.company_id)
    return keys.of_all(keys.model.browse(sorted(targets)))


def import_csv(draft, raw, replace):
    """Puts the rows of a file into a draft, or none; returns the errors, as core.mapping_csv.RowError.

    ``replace``: what the draft held goes. Else a row of the same code and product is replaced, others are added.
    """
    draft.check_access("write")
    rows, errors = read_rows(raw)
    vals, more = lines_vals(draft.env, draft.domain, draft.company_id, rows)
    if errors or more:
        return errors or more
    lines = draft.env["integration.mapping.line"]
    said = {(each["code"], each["product_id"]) for each in vals}
    old = draft.line_ids if replace else draft.line_ids.filtered(lambda line: _key(line) in said)
    old.unlink()
    lines.create([{**each, "mapping_id": draft.id} for each in vals])
    return []


def _key(line):
    return line.code, line.product_id.id


def lines_vals(env, domain, company, rows):
    """(values of lines, RowErrors) for FileRows; each kind of key is looked up once."""
    targets = None if domain == "reason" else Keys(env, domain, company)
    products = Keys(env, "item", company)
    if targets:
        targets.look_up({row.target for row in rows})
    products.look_up({row.product for row in rows if row.product})
    vals, errors = [], []
    for row in rows:
        try:
            target = targets.record(row.target).id if targets else row.target
            product = products.record(row.product).id if row.product else False
        except UnknownKey as unknown:
            errors.append(RowError(row.line, f"record_{unknown.code}", unknown.key))
            continue
        vals.append(
            {
                "code": row.code,
                "direction": row.direction,
                "factor_numerator": row.factor.numerator,
                "factor_denominator": row.factor.denominator,
                "date_from": row.date_from,
                "date_to": row.date_to,
                "product_id": product,
                TARGETS[domain]: target,
            }
        )
    return vals, errors


def errors_text(env, errors):
    """RowErrors for people, a bounded number of lines."""
    words = {
        "unknown_column": env._("there is no column of this name"),
        "missing_column": env._("this column is missing"),
        "missing": env._("this cell is empty"),
        "direction": env._("the direction is both, in or out"),
        "factor": env._("the factor is no number such as 12, 0.001 or 1/12"),
        "date": env._("the date is not written as 2026-12-31"),
        "cells": env._("the row has not as many cells as there are columns"),
        "encoding": env._("the file is not UTF-8"),
        "size": env._("the file has more than this"),
        "empty": env._("the file has no rows"),
        "record_unknown": env._("nothing here has this key"),
        "record_ambiguous": env._("several records here have this key"),
        "record_kind": env._("there is no such kind of key"),
    }
    shown = [
        env._(
            "Line %(line)s: %(what)s (%(value)s)",
            line=error.line,
            what=words[error.code],
            value=error.value,
        )
        for error in errors[:50]
    ]
    if len(errors) > 50:
        shown.append(env._("And %s more.", len(errors) - 50))
    return "\n".join(shown)
