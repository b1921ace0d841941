"""What a route says of its partner's CSV files, as options of the format."""

from ..core.csv_options import assignments, columns, words
from ..core.document_types import DOCUMENT_TYPES
from ..formats import FormatError, parse
from ..formats.structure import name_of

HEADER = "line 1"


def parse_options(route):
    return {
        "type": name_of(DOCUMENT_TYPES[route.document_type].document),
        "columns": columns(route.csv_columns) or None,
        "constants": assignments(route.csv_constants),
        "words": words(route.csv_words),
        "header_rows": route.csv_header_rows,
        **_style(route),
    }


def render_options(route):
    """Only the columns of the route, in that order; ours, with all fields, where it names none."""
    return {"columns": assignments(route.csv_columns) or None, **_style(route)}


def _style(route):
    return {
        name: value
        for name, value in (
            ("delimiter", "\t" if route.csv_delimiter == "tab" else route.csv_delimiter),
            ("decimal", route.csv_decimal),
            ("date_format", route.csv_date_format),
            ("encoding", route.csv_encoding),
        )
        if value
    }


def csv_routes(endpoint):
    """The routes that say how the partner's CSV files are laid out."""
    return endpoint.route_ids.filtered(
        lambda route: route.active and route.direction == "in" and route.format == "csv"
    )


def parse_csv(raw, routes):
    """The documents of a CSV file, by the one of ``routes`` whose columns it has.

    A file of our own layout names its document and needs no route.
    """
    read, refused = [], None
    for route in routes:
        try:
            read.append(parse(raw, "csv", **parse_options(route)))
        except FormatError as error:
            # Of several, the one whose columns the file has says what is wrong with it.
            if refused is None or refused.position == HEADER:
                refused = error
    if not read:
        try:
            return parse(raw, "csv")
        except FormatError as error:
            raise refused or error from None
    if len(read) > 1:
        reason = "the columns of several routes fit: which document is it?"
        raise FormatError("unexpected_structure", HEADER, reason)
    return read[0]
