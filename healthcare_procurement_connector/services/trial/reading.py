"""What a document says, as far as its format goes: no endpoint is needed, and no record of ours is looked at."""

import json
from dataclasses import dataclass

from ...core.document_types import DOCUMENT_TYPES, type_of
from ...core.outline import header, line_table
from ...formats import FORMATS, FormatError, detect, parse, render
from ..catalogues.arriving import catalogue_head
from ..csv_options import csv_routes, parse_csv, parse_options
from . import page


@dataclass(frozen=True, slots=True)
class Read:
    """``documents``: () where ``error`` says why; ``strict``: what strict reading refuses, if anything."""

    format: str | None
    documents: tuple = ()
    error: FormatError | None = None
    strict: FormatError | None = None


def read(raw, syntax=None, endpoint=None, route=None):
    """Reads ``raw`` as the inbox would, or in the ``syntax`` asked for; never raises."""
    code = syntax
    try:
        code = syntax or detect(raw)
        documents = _parsed(raw, code, endpoint, route)
    except FormatError as error:
        # A catalogue is read line by line when it is run: one bad line of many does not make it unreadable.
        head = None if syntax else catalogue_head(raw)
        return Read(code, tuple(head or ()), None if head else error, error if head else None)
    return Read(code, tuple(documents), strict=_refused(raw, code, endpoint, route))


def _parsed(raw, code, endpoint, route, **options):
    if code == "csv" and route and route.format == "csv" and route.direction == "in":
        return parse(raw, code, **parse_options(route), **options)
    routes = csv_routes(endpoint) if code == "csv" and endpoint else ()
    return parse_csv(raw, routes) if routes else parse(raw, code, **options)


def _refused(raw, code, endpoint, route):
    try:
        _parsed(raw, code, endpoint, route, strict=True)
    except FormatError as error:
        return error
    return None


def kind_of(env, document):
    """Its type in words."""
    code = type_of(document)
    labels = dict(env["integration.message"]._fields["document_type"]._description_selection(env))
    return labels.get(code) or (DOCUMENT_TYPES[code].label if code else type(document).__name__)


def facts_of(env, document, found):
    """Format, type, version and envelope."""
    envelope = document.envelope
    marks = {True: env._("yes"), False: env._("no"), None: env._("not said")}
    return page.facts(
        (env._("Format"), FORMATS[found.format].name),
        (env._("Type"), kind_of(env, document)),
        (env._("Version"), envelope.version),
        (env._("Customization"), envelope.customization),
        (env._("Profile"), envelope.profile),
        (env._("Sender"), _pair(envelope.sender)),
        (env._("Receiver"), _pair(envelope.receiver)),
        (env._("Interchange"), envelope.control),
        (env._("Group"), envelope.group),
        (env._("Document in it"), envelope.reference),
        (env._("Marked as a test"), marks[envelope.test]),
    )


def _pair(pair):
    return " ".join(pair) if pair else None


def tables_of(env, document, found):
    """Header fields, lines, and what was remarked or would be refused."""
    columns, rows = line_table(document, page.ROWS + 1)
    return [
        page.table(
            "remarks",
            env._("Remarks of the reading"),
            [env._("Reading"), env._("Code"), env._("Where"), env._("What")],
            [
                [env._("as it is read"), each.code, each.position, each.text]
                for each in document.remarks
            ]
            + ([_strict_row(env, found.strict)] if found.strict else []),
        ),
        page.table(
            "header",
            env._("Canonical form: the document"),
            [env._("Field"), env._("Value")],
            header(document),
        ),
        page.table("lines", env._("Canonical form: its lines"), columns, rows),
    ]


def _strict_row(env, error):
    level = {"text": env._("strict: refused"), "level": page.WARNING}
    return [level, error.code, error.position, error.reason]


def json_of(env, document):
    try:
        content = json.dumps(json.loads(render(document, "json")), indent=2, ensure_ascii=False)
    except FormatError as error:
        content = str(error)
    return page.text("json", env._("Canonical form as JSON"), content)
