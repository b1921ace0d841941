"""Many rows of the tables that only matches write, in one statement each.

Values pass through the fields, so that a number has the field's digits and an empty text is NULL, exactly as a
record would write it; the same few numbers come again and again, so what a field made of one is kept.
"""

import io
import json
from collections import defaultdict
from functools import lru_cache

from psycopg2.extras import Json
from psycopg2.sql import SQL, Identifier

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_KEPT = 50_000


class Written:
    """How values of a model are written."""

    def __init__(self, model):
        self.model = model
        self._fields = model._fields
        self._known = defaultdict(dict)

    def row(self, vals):
        """``{column: value}`` as the database takes it."""
        return {name: self._column(name, value) for name, value in vals.items()}

    def text(self, name):
        """The function that gives what COPY takes for a value of one column."""
        kind = self._fields[name].type
        if name == "id" or kind == "many2one":
            return _key_text
        if kind in _UNLIKE:
            return lambda value: _text(_UNLIKE[kind](value))
        if kind == "float":
            return _float_texts(self._fields[name].get_digits(self.model.env)).of(self, name)
        return _Texts(self, name).__getitem__

    def _column(self, name, value):
        field = self._fields[name]
        if value is None:
            return value
        if field.type in ("json", "date", "datetime"):
            return Json(value) if field.type == "json" and value else value or None
        if field.type == "monetary":
            return float(value or 0.0)  # rounded already, in the currency of the bill
        known = self._known[name]
        if value not in known:
            if len(known) > _KEPT:
                known.clear()
            known[value] = field.convert_to_column_insert(value, self.model)
        return known[value]


def new_ids(model, count):
    """So many ids of rows that are not written yet; one statement."""
    model.env.cr.execute(
        "SELECT nextval(%s) FROM generate_series(1, %s)", (f"{model._table}_id_seq", count)
    )
    return [row[0] for row in model.env.cr.fetchall()]


def copy_rows(written, rows):
    """Inserts ``rows`` (dicts of the same columns), one after the other out of an iterator, by COPY."""
    columns, lines = None, []
    for row in rows:
        if columns is None:
            columns = list(row)
            texts = [written.text(name) for name in columns]
        lines.append(
            "\t".join([text(row[name]) for text, name in zip(texts, columns, strict=True)])
        )
    if columns:
        copy_lines(written.model, columns, lines)


def copy_lines(model, columns, lines):
    """Inserts rows that are written as COPY takes them, a text each."""
    cr = model.env.cr
    statement = SQL("COPY {} ({}) FROM STDIN").format(
        Identifier(model._table), SQL(", ").join(map(Identifier, columns))
    )
    cr.copy_expert(statement.as_string(cr._cnx), io.StringIO("\n".join(lines) + "\n"))


@lru_cache
def _float_texts(_digits):
    """One for all columns of so many digits: the same quantities and prices come in every portion."""
    return _FloatTexts()


class _FloatTexts(dict):
    """{number: what COPY takes for it}."""

    def of(self, written, name):
        """To be asked for numbers of one column."""
        if len(self) > _KEPT:
            self.clear()
        self._make = lambda value: _text(written._column(name, value))
        return self.__getitem__

    def __missing__(self, value):
        self[value] = text = self._make(value)
        return text


class _Texts(dict):
    """{value: what COPY takes for it} of one column; made once for each value."""

    def __init__(self, written, name):
        super().__init__()
        self._written, self._name = written, name

    def __missing__(self, value):
        self[value] = text = _text(self._written._column(self._name, value))
        return text


def _key_text(value):
    return str(value) if value else "\\N"


# Kinds of which hardly a value comes twice, and what is written for one; money is rounded already.
_UNLIKE = {
    "monetary": lambda value: float(value or 0.0),
    "json": lambda value: json.dumps(value) if value else None,
}


def _text(value):
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)


def stored_rows(env, match_ids):
    """``{match: {bill line: id of the stored line}}``; one query."""
    found = defaultdict(dict)
    if match_ids:
        env.cr.execute(
            "SELECT match_id, bill_line_id, id FROM purchase_match_line WHERE match_id = ANY(%s)",
            (match_ids,),
        )
        for match, line, row in env.cr.fetchall():
            found[match][line] = row
    return found


def update_changed(model, rows):
    """Writes what differs of ``rows`` (dicts of the same columns, ``id`` among them), in one statement."""
    if not rows:
        return
    columns = [name for name in rows[0] if name != "id"]
    names = list(map(Identifier, columns))
    statement = SQL(
        "UPDATE {table} t SET {sets} FROM (VALUES %s) AS v(id, {names})"
        " WHERE t.id = v.id AND ({old}) IS DISTINCT FROM ({new})"
    ).format(
        table=Identifier(model._table),
        names=SQL(", ").join(names),
        sets=SQL(", ").join(SQL("{0} = v.{0}").format(name) for name in names),
        old=SQL(", ").join(SQL("t.{}").format(name) for name in names),
        new=SQL(", ").join(SQL("v.{}").format(name) for name in names),
    )
    types = ["int4", *(model._fields[name].column_type[1] for name in columns)]
    model.env.cr.execute_values(
        statement,
        [[row["id"], *(row[name] for name in columns)] for row in rows],
        template="(" + ", ".join(f"%s::{kind}" for kind in types) + ")",
        page_size=len(rows),
    )
