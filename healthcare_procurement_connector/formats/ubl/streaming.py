"""Catalogue, line by line: what was read is taken out of the tree while the parser goes on."""

from functools import partial

from lxml import etree

from ..errors import FormatError
from ..streams import MAX_LINE, UnreadLine, blocks_of
from ..xml_reader import SAFE, not_well_formed
from .catalogue import LINE, ROOT, of_customization
from .context import Reading
from .document import NAMESPACE

_ROOT = f"{{{NAMESPACE}{ROOT}-2}}{ROOT}"
_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_LINE = f"{_CAC}CatalogueLine"


def open_catalogue(file):
    """(the catalogue without its lines, its lines one by one); FormatError in place of lines that are cut off."""
    elements = _lines_of(file)
    root, first = next(elements)
    customization = (root.findtext(f"{_CBC}CustomizationID") or "").strip()
    shape = of_customization(customization, root).shape
    catalogue = shape.read(_bare(root), Reading(False, customization))
    return catalogue, _lines(elements, root, first, customization)


def _bare(root):
    """The root as it would be without lines; the tree itself is still being read."""
    bare = etree.Element(root.tag, nsmap=root.nsmap)
    for child in root:
        if child.tag != _LINE:
            # Parsed anew and not moved: the parser holds on to its own.
            bare.append(etree.fromstring(etree.tostring(child, with_tail=False)))
    return bare


def _lines(elements, root, element, customization):
    while element is not None:
        read = partial(LINE.read, element, Reading(False, customization))
        yield UnreadLine(element.sourceline, read)
        _drop_before(element)
        element = next(elements, (None, None))[1]


def _drop_before(element):
    """Takes the line's content and all before it out of the tree."""
    root = element.getparent()
    element.clear()
    while element.getprevious() is not None:
        del root[0]


def _lines_of(file):
    """(root, line) for each complete line; (root, None) if there is none at all."""
    parser = etree.XMLPullParser(events=("start", "end"), tag=(_ROOT, _LINE), **SAFE)
    root, found, since = None, False, 0
    try:
        for block in blocks_of(file):
            parser.feed(block)
            since += len(block)
            for event, element in parser.read_events():
                if root is None:
                    root = _checked(element)
                if event == "end" and element.getparent() is root:
                    found, since = True, 0
                    yield root, element
            if since > MAX_LINE:
                where = f"/{ROOT}"
                raise FormatError("too_large", where, f"more than {MAX_LINE} bytes without a line")
        parser.close()
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error) from None
    except (LookupError, ValueError) as error:
        raise FormatError("not_well_formed", "", str(error)) from None
    if root is None:
        raise FormatError("unsupported_type", "/", "not a catalogue")
    if not found:
        yield root, None


def _checked(element):
    if element.tag != _ROOT:
        raise FormatError("unsupported_type", "/", "not a catalogue")
    if element.getroottree().docinfo.doctype:
        raise FormatError("forbidden", "line 1", "a document type declaration is not accepted")
    return element
