"""The rows of a supplier's CSV file: encoding and separator recognised, what cannot be read named row by row."""

from odoo.addons.healthcare_procurement_connector.formats.csv_format.cells import (
    decoded,
    lines_of,
    plain,
    rows_of,
)
from odoo.addons.healthcare_procurement_connector.formats.errors import FormatError

from ..core.statement_reading import Problem

MAX_ROWS = 50_000


def rows_of_file(raw, encoding=None):
    """([(line number, cells)], [Problem]) of the bytes of a file."""
    rows, problems = [], []
    try:
        for number, cells in rows_of(lines_of(decoded(raw, encoding))):
            if isinstance(cells, FormatError):
                problems.append(Problem(number, "invalid_row", cells.reason))
            elif len(rows) > MAX_ROWS:
                return [], [Problem(number, "too_long", str(MAX_ROWS))]
            else:
                rows.append((number, [plain(cell.strip()) for cell in cells]))
    except FormatError as error:
        return [], [Problem(0, "unreadable", error.reason)]
    return rows, problems
