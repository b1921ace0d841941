"""From rows to documents: each row is a line of the document that its own columns name."""

from dataclasses import replace

from ..errors import FormatError
from ..remarks import Remarks
from ..structure import fields_of
from .layout import LAYOUTS, LINES, TYPE, target_of
from .values import reader_of

SYNTAX = "csv"
# Around a cell it means nothing; other space is a text's own.
_SPACE = " \t\r\n"


class Column:
    """A column of a file: where it is, how it is called, what becomes of its cells."""

    __slots__ = ("index", "name", "of_line", "read", "steps")

    def __init__(self, index, name, target, style):
        self.index = index
        self.name = name
        self.of_line = target.steps[0] == LINES
        self.steps = target.steps[1:] if self.of_line else target.steps
        self.read = reader_of(target, style)


class Table:
    """The columns of a file of documents of one class."""

    def __init__(self, cls, header, columns, constants, style, strict):
        self.cls = cls
        self.line_class = next(field.kind for field in fields_of(cls) if field.name == LINES)
        self.remarks = Remarks(strict)
        found = _found(cls, header, columns, self.remarks)
        told = [Column(index, name, target_of(cls, path), style) for path, index, name in found]
        self._of_line = [column for column in told if column.of_line]
        self._of_document = [column for column in told if not column.of_line]
        self._constants = [
            (Column(None, path, target_of(cls, path), style), text)
            for path, text in constants.items()
        ]

    def tells_line(self, cells):
        """Whether a row says anything of a line."""
        return any(_cell(column, cells) for column in self._of_line)

    def line(self, number, cells):
        """The line in a row; None if the row says nothing of one."""
        values = _values(self._of_line, cells, number)
        if not values:
            return None
        self._add_constants(values, True)
        return _built(self.line_class, values, f"line {number}")

    def own_values(self, number, cells):
        """What a row says of its document."""
        values = _values(self._of_document, cells, number)
        self._add_constants(values, False)
        return values

    def document(self, values, envelope):
        """The document of its own values, without lines."""
        return replace(_built(self.cls, values, "line 1"), envelope=envelope)

    def document_cells(self, cells):
        """The cells about the document, to tell whether a row says anything new of it."""
        return tuple(
            [cells[each.index] if each.index < len(cells) else "" for each in self._of_document]
        )

    def _add_constants(self, values, of_line):
        for column, text in self._constants:
            if column.of_line is of_line and _at(values, column.steps) is None:
                _put(values, column.steps, column.read(text))


def _found(cls, header, columns, remarks):
    """(path, index, name) of each column that is read."""
    if columns is None:
        columns = {path: path for path in LAYOUTS[cls] if path in header}
        for index, name in enumerate(header):
            if name and name not in columns and name != TYPE:
                place = f"line 1, column {index + 1}"
                remarks.deviation("not_understood", "line 1", place, name)
    found = []
    for path, where in columns.items():
        if isinstance(where, int):
            found.append((path, where, str(where)))
        elif where in header:
            found.append((path, header.index(where), where))
        else:
            raise FormatError("missing", "line 1", f"no column {str(where)[:60]!a}")
    return found


def _cell(column, cells):
    return cells[column.index].strip(_SPACE) if column.index < len(cells) else ""


def _values(columns, cells, number):
    values = {}
    for column in columns:
        if cell := _cell(column, cells):
            try:
                value = column.read(cell)
            except FormatError as error:
                raise error.at(f"line {number}, column {column.name}") from None
            _put(values, column.steps, value)
    return values


def _put(values, steps, value):
    for step in steps[:-1]:
        values = values.setdefault(step, {})
    before = values.get(steps[-1])
    values[steps[-1]] = (*before, *value) if isinstance(before, tuple) else value


def _at(values, steps):
    for step in steps:
        values = values.get(step) if values else None
    return values


def _built(cls, values, where):
    """The object of nested values; an object whose class asks for nothing may be empty."""
    made = {}
    for field in fields_of(cls):
        value = values.get(field.name)
        if field.is_object and field.many and value is not None:
            value = tuple(_built(field.kind, value[index], where) for index in sorted(value))
        elif field.is_object and (value is not None or field.required):
            value = _built(field.kind, value or {}, where)
        if value is not None:
            made[field.name] = value
        elif field.required:
            raise FormatError("missing", where, f"no {field.name.replace('_', ' ')}")
        elif field.needed:
            made[field.name] = None
    return cls(**made)


class Documents:
    """Rows collected into documents, by their number."""

    def __init__(self, table):
        self._table = table
        self._last = None
        self._values = {}
        self._lines = {}
        self._starts = {}

    def add(self, number, cells):
        key = self._key(number, cells)
        line = self._table.line(number, cells)
        if line is not None:
            self._lines[key].append(line)

    def _key(self, number, cells):
        told = self._table.document_cells(cells)
        if self._last and self._last[0] == told:
            return self._last[1]
        values = self._table.own_values(number, cells)
        key = values.get("number")
        if key is None:
            raise FormatError("missing", f"line {number}", "no number")
        if key not in self._values:
            self._values[key], self._lines[key], self._starts[key] = values, [], number
        elif self._values[key] != values:
            text = f"{key}: not the same as on line {self._starts[key]}"
            self._table.remarks.deviation("inconsistent", "rows", f"line {number}", text)
        self._last = told, key
        return key

    def made(self, envelope):
        remarks = self._table.remarks.told()
        for key, values in self._values.items():
            made = _built(self._table.cls, values, f"line {self._starts[key]}")
            lines = tuple(self._lines[key])
            yield replace(made, envelope=envelope, remarks=remarks, lines=lines)
