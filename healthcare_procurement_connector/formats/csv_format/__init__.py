"""CSV: orders and catalogues for spreadsheets, and catalogues, answers and invoices from partners who send nothing
else.

A file of ours has a column for each field, named by its path, and a column ``document`` with the type. A partner's
file is read by a mapping: ``columns`` tells for our paths where they stand, by the name in the header or by index
from 0; ``constants`` what the file does not say; ``words`` what a partner's texts mean. What a mapping leaves out is
meant to be left out.

Cells that a spreadsheet would run as formulas are written with an apostrophe before them, which reading takes away.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain

from ...core.documents import Catalogue, Envelope
from ..base import Format
from ..errors import FormatError
from ..streams import ReadLine, UnreadLine, read_line
from ..structure import name_of
from ..xml_reader import MAX_BYTES
from .cells import Written, decoded, lines_of
from .cells import rows_of as read_rows
from .layout import LAYOUTS, TYPE, paths_without_indexes
from .reader import SYNTAX, Documents, Table
from .values import ISO_DATE, Style
from .writer import rows_of

__all__ = ["FORMAT", "ReadLine", "iter_catalogue", "open_catalogue", "parse", "render"]

CLASSES = {name_of(cls): cls for cls in LAYOUTS}


def parse(
    raw,
    *,
    type=None,
    columns=None,
    constants=None,
    words=None,
    delimiter=None,
    decimal=".",
    date_format=ISO_DATE,
    encoding=None,
    header_rows=1,
    strict=False,
    max_bytes=MAX_BYTES,
):
    """All documents of a file, in the order of their first rows. One line that cannot be read refuses the file."""
    if len(raw) > max_bytes:
        raise FormatError("too_large", "", f"{len(raw)} bytes, at most {max_bytes} are read")
    rows = read_rows(lines_of(decoded(bytes(raw), encoding)), delimiter)
    header, rows = _header(rows, header_rows)
    rows, cls = _class(rows, header, type)
    style = Style(decimal, date_format, words or {})
    documents = Documents(Table(cls, header, columns, constants or {}, style, strict))
    for number, cells in rows:
        if isinstance(cells, FormatError):
            raise cells
        documents.add(number, cells)
    made = list(documents.made(Envelope(syntax=SYNTAX)))
    if not made:
        raise FormatError("missing", "line 1", "no row")
    return made


def iter_catalogue(lines: Iterable[str | bytes], **options) -> Iterator[ReadLine]:
    """The lines of a catalogue, one by one, however many there are: a bad one does not stop the others.

    Bytes are taken to be in an encoding that ends lines as ASCII does.
    """
    yield from map(read_line, open_catalogue(lines, **options)[1])


def open_catalogue(
    lines: Iterable[str | bytes],
    *,
    columns=None,
    constants=None,
    words=None,
    delimiter=None,
    decimal=".",
    date_format=ISO_DATE,
    encoding=None,
    header_rows=1,
) -> tuple[Catalogue, Iterator[UnreadLine]]:
    """What the first row says of the catalogue, without its lines, and the lines one by one.

    A file that names no number is a catalogue with the number "".
    """
    rows = read_rows(lines, delimiter, encoding)
    header, rows = _header(rows, header_rows)
    style = Style(decimal, date_format, words or {})
    table = Table(Catalogue, header, columns, constants or {}, style, False)
    first = next(rows, None)
    cells = [] if first is None or isinstance(first[1], FormatError) else first[1]
    catalogue = table.document({"number": ""} | table.own_values(1, cells), Envelope(syntax=SYNTAX))
    return catalogue, _unread_lines(chain([] if first is None else [first], rows), table)


def _unread_lines(rows, table):
    for number, cells in rows:
        if isinstance(cells, FormatError) or table.tells_line(cells):
            yield UnreadLine(number, partial(_line, table, number, cells))


def _line(table, number, cells):
    if isinstance(cells, FormatError):
        raise cells
    return table.line(number, cells)


def _header(rows, count):
    """The names in the last of the header's rows, without the mark some files begin with."""
    header = []
    for _index in range(count):
        _number, header = next(rows, (1, []))
        if isinstance(header, FormatError):
            raise header
    return [name.strip().removeprefix("\ufeff") for name in header], rows


def _class(rows, header, name):
    """The class of the documents: as told, or by the column that our own files have."""
    if name is None and TYPE in header:
        first = next(rows, None)
        rows = chain([] if first is None else [first], rows)
        if first and not isinstance(first[1], FormatError):
            name = dict(zip(header, first[1], strict=False)).get(TYPE, "").strip()
    if name not in CLASSES:
        reason = f"no reader for {str(name)[:60]!a}: which document is it?"
        raise FormatError("unsupported_type", "line 1", reason)
    return rows, CLASSES[name]


def render(
    document,
    *,
    columns=None,
    delimiter=",",
    decimal=".",
    date_format=ISO_DATE,
    encoding="utf-8",
):
    """``columns``, path to name, chooses and names the columns; without it all fields have one."""
    cls = type(document)
    if cls not in LAYOUTS:
        raise FormatError("unsupported_type", "", f"CSV is not written for {cls.__name__}")
    if document.envelope.syntax in (None, SYNTAX):
        _check_envelope(document.envelope)
    elif document.envelope.test:
        raise FormatError("not_carried", "envelope.test", "a CSV file cannot be a test")
    style = Style(decimal, date_format)
    layout = columns or {path: path for path in LAYOUTS[cls]}
    written = Written(delimiter)
    own = [] if columns else [TYPE]
    written.row([*own, *layout.values()])
    for cells in rows_of(document, layout, style, complete=not columns):
        written.row([*([name_of(cls)] if own else []), *cells])
    try:
        return "".join(written.parts).encode(encoding)
    except (LookupError, UnicodeEncodeError) as error:
        raise FormatError("invalid_text", "", f"cannot be encoded: {error.args[0]}") from None


def _check_envelope(envelope):
    if envelope not in (Envelope(), Envelope(syntax=SYNTAX)):
        raise FormatError("not_carried", "envelope", "a CSV file has no envelope")


FORMAT = Format(
    code="csv",
    name="CSV",
    content_type="text/csv",
    carries={cls: paths_without_indexes(cls) | {"envelope.syntax"} for cls in LAYOUTS},
    parse=parse,
    render=render,
)
