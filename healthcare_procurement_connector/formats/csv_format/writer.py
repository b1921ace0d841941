"""From documents to rows: a row for each line, with the document's own fields on each."""

from ..errors import FormatError
from ..structure import fields_of
from .layout import LINES, target_of
from .values import cell_of


def rows_of(document, layout, style, complete):
    """The rows; with ``complete`` a value that has no column is refused."""
    targets = {path: target_of(type(document), path) for path in layout}
    own = _leaves(document, "")
    lines = [_leaves(line, f"{LINES}.") for line in getattr(document, LINES)]
    if complete:
        _check(targets, own, lines)
    for line in lines or [{}]:
        values = own | line
        yield [_cell(path, target, values, style) for path, target in targets.items()]


def _cell(path, target, values, style):
    name = path.removesuffix(f".{target.scheme}") if target.scheme is not None else path
    value = values.get(name)
    if value in (None, ""):
        return ""
    try:
        return cell_of(target, value, style)
    except FormatError as error:
        raise error.inside(path) from None


def _check(targets, own, lines):
    for leaves in (own, *lines):
        for path in leaves:
            if path not in targets:
                raise FormatError("not_carried", path, "CSV has no column for this")


def _leaves(obj, prefix):
    """{path: value} of all values that are not absent or what they are by default."""
    leaves = {}
    for field in fields_of(type(obj)):
        value, path = getattr(obj, field.name), prefix + field.name
        if value in (None, "", ()) or field.name in ("envelope", LINES):
            continue
        if field.is_object and field.many:
            for index, each in enumerate(value):
                leaves |= _leaves(each, f"{path}.{index}.")
        elif field.is_object:
            leaves |= _leaves(value, f"{path}.")
        elif field.required or value != field.default:
            leaves[path] = value
    return leaves
