"""Many rows of the tables that only matches write, in one statement each.

Values pass through the fields, so that a number has the field's digits and an empty text is NULL, exactly as a
record would write it; the same few numbers come again and again, so what a field made of one is kept.
"""

import io
from collections import defaultdict

from psycopg2.extras import Json
from psycopg2.sql import SQL, Identifier

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_KEPT = 50_000


class Written:
    """How values of a model are written in ``table`` (the model's own when none is given)."""

    def __init__(self, model, table=None):
        self.model = model
        self.table = table or model._table
        self._fields = model._fields if table is None else {}
        self._known = defaultdict(dict)

    def row(self, vals):
        """``{column: value}`` as the database takes it."""
        return {name: self._column(name, value) for name, value in vals.items()}

    def _column(self, name, value):
        field = self._fields.get(name)
        if field is None or value is None:
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


def copy_rows(written, rows):
    """Inserts ``rows`` (dicts of the same columns), one after the other out of an iterator, by COPY."""
    texts, columns = None, None
    lines = []
    for row in rows:
        if columns is None:
            columns = list(row)
            texts = [_Texts(written, name) for name in columns]
        lines.append(
            "\t".join([known[row[name]] for known, name in zip(texts, columns, strict=True)])
        )
    if columns:
        buffer = io.StringIO("\n".join(lines) + "\n")
        cr = written.model.env.cr
        statement = SQL("COPY {} ({}) FROM STDIN").format(
            Identifier(written.table), SQL(", ").join(map(Identifier, columns))
        )
        cr.copy_expert(statement.as_string(cr._cnx), buffer)


class _Texts(dict):
    """{value: what COPY takes for it} of one column; made once for each value."""

    def __init__(self, written, name):
        super().__init__()
        self._written, self._name = written, name

    def __missing__(self, value):
        self[value] = text = _text(self._written._column(self._name, value))
        return text


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
