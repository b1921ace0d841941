import codecs

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.csv_options import assignments, columns, words
from ..core.document_types import DOCUMENT_TYPES
from ..formats import FormatError
from ..formats.csv_format.layout import LAYOUTS, target_of


class IntegrationCsvMixin(models.AbstractModel):
    """How a partner's CSV files are laid out: kept on the route of their document type."""

    _name = "integration.csv.mixin"
    _description = "Layout of a partner's CSV files"

    csv_columns = fields.Text(
        "Columns",
        help="One a line: our field = the partner's column, by its name or counted (#3). Empty: our own layout.",
    )
    csv_constants = fields.Text(
        "What the file does not say", help="One a line: our field = value, e.g. currency = USD"
    )
    csv_words = fields.Text(
        "The partner's words",
        help="One a line: our field: as it stands there = as we say it, e.g. status: OK = accepted",
    )
    csv_delimiter = fields.Selection(
        [(",", "Comma"), (";", "Semicolon"), ("tab", "Tab"), ("|", "Bar")],
        "Between columns",
        help="Empty: told from the first line.",
    )
    csv_decimal = fields.Selection([(".", "1234.56"), (",", "1234,56")], "Numbers")
    csv_date_format = fields.Char("Dates", help="e.g. %d.%m.%Y; empty: 2026-12-31")
    csv_encoding = fields.Char("Encoding", help="e.g. cp1252; empty: told from the file.")
    csv_header_rows = fields.Integer("Rows of headings", default=1)

    @api.constrains(
        "format",
        "document_type",
        "csv_columns",
        "csv_constants",
        "csv_words",
        "csv_encoding",
        "csv_header_rows",
        "csv_date_format",
        "direction",
    )
    def _check_csv(self):
        for route in self.filtered(lambda route: route.format == "csv"):
            try:
                route._check_csv_layout()
            except (ValueError, LookupError) as error:
                raise ValidationError(
                    self.env._("This line is no assignment, or comes twice: %s", error)
                ) from error
            except FormatError as error:
                raise ValidationError(
                    self.env._("%(route)s: %(reason)s", route=route.display_name, reason=error)
                ) from error

    def _check_csv_layout(self):
        self.ensure_one()
        cls = DOCUMENT_TYPES[self.document_type].document
        if cls not in LAYOUTS:
            raise FormatError("unsupported_type", "", f"CSV has no layout for {cls.__name__}")
        if self.csv_encoding:
            try:
                codecs.lookup(self.csv_encoding)
            except LookupError:
                raise FormatError("invalid_text", "", f"no encoding {self.csv_encoding}") from None
        if not 0 <= self.csv_header_rows <= 20:
            raise FormatError("invalid_number", "", "0 to 20 rows of headings")
        if self.csv_date_format and "%" not in self.csv_date_format:
            raise FormatError("invalid_date", "", f"no date format: {self.csv_date_format}")
        named = columns(self.csv_columns)
        for path in (*named, *assignments(self.csv_constants), *words(self.csv_words)):
            target_of(cls, path)
        if named and self.direction == "out" and any(isinstance(n, int) for n in named.values()):
            raise FormatError("invalid_text", "", "columns that are written need names")
