"""Other people's UBL: all of it is read, says the same as a second reading, and survives being written."""

import codecs
import re
from decimal import Decimal

import pytest
from lxml import etree
from ubl_corpus import CORPUS, fragments, samples
from ubl_reading import Reading

from odoo.addons.healthcare_procurement_connector.core.documents import InvoiceResponse
from odoo.addons.healthcare_procurement_connector.formats import (
    FormatError,
    detect,
    parse,
    render,
)

VALID = [sample for sample in samples() if sample.valid and sample.is_read]
NUMBER = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}ID"
OTHER = [sample for sample in samples() if sample not in VALID]


def each(cases, name):
    if not cases:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))]
    return [pytest.param(case, id=name(case)) for case in cases]


@pytest.mark.parametrize("sample", each(VALID, lambda sample: sample.path))
def test_says_what_it_says(sample, tally):
    raw = sample.read()
    family = f"UBL {sample.root}"
    tally(family, "documents")
    tally(family, "valid")
    assert detect(raw) == "ubl"
    (document,) = parse(raw)
    tally(family, "parsed")
    reading = Reading(raw)
    assert document.number == reading.number
    assert document.issued.isoformat() == reading.issued
    if sample.root == "ApplicationResponse":
        answer_agrees(document, reading)
    else:
        parties_agree(document, reading)
        lines_agree(document, reading)
    for name, value in reading.totals.items() if sample.root != "OrderResponse" else ():
        assert getattr(document, name) == value, name
    tally(family, "agreed")


@pytest.mark.parametrize("sample", each(VALID, lambda sample: sample.path))
def test_survives_being_written(sample, tally, schema):
    (document,) = parse(sample.read())
    written = render(document, "ubl")
    assert parse(written) == [document]
    assert render(parse(written)[0], "ubl") == written
    tally(f"UBL {sample.root}", "round trip")
    valid = schema(sample.root).validate(Reading(written).root)
    # Peppol's advanced answer names the change it answers by an element that UBL got with 2.2 only.
    newer = getattr(document, "change_number", None) is not None
    assert valid is not newer, schema(sample.root).error_log
    tally(f"UBL {sample.root}", "rewritten valid by XSD")


@pytest.mark.parametrize("sample", each(VALID, lambda sample: sample.path))
def test_without_any_one_element_it_is_read_or_refused(sample, tally):
    root = etree.fromstring(sample.read())
    for element in list(root.iterdescendants("*")):
        parent, place = element.getparent(), element.getparent().index(element)
        parent.remove(element)
        try:
            (document,) = parse(etree.tostring(root))
            assert parse(render(document, "ubl")) == [document]
        except FormatError as error:
            assert error.code == "missing", error
            tally("damaged documents", "refused")
        else:
            tally("damaged documents", "round trip")
        parent.insert(place, element)


@pytest.mark.parametrize("sample", each(OTHER, lambda sample: sample.path))
def test_what_is_not_read_is_refused_by_name(sample, tally):
    with pytest.raises(FormatError) as caught:
        parse(sample.read())
    assert caught.value.code == "unsupported_type"
    for step in ("documents", "refused"):
        tally("UBL, other types", step)


@pytest.mark.parametrize("numbered", [False, True], ids=["as they are", "with a number"])
def test_fragments_are_read_or_refused(numbered, corpus, tally):
    """Rule tests of the authors: most are a part of a document, many wrong on purpose.

    Without a number hardly any can be read; with one given to them most can, and what is read can be written.
    """
    for fragment in fragments():
        raw = fragment.xml.encode()
        if numbered:
            raw = with_number(raw)
        try:
            (document,) = parse(raw)
        except FormatError as error:
            assert error.code and error.reason
            tally("fragments", f"refused as {error.code}")
            continue
        assert document.number == Reading(raw).number
        tally("fragments", "parsed")
        try:
            written = render(document, "ubl")
        except FormatError as error:
            assert error.code in {"missing", "not_carried"}, error
            tally("fragments", f"not written: {error.code}")
        else:
            assert parse(written) == [document]
            tally("fragments", "round trip")


def with_number(raw):
    root = etree.fromstring(raw)
    if root.find("{*}ID") is None:
        root.insert(0, root.makeelement(NUMBER))
        root[0].text = "P1"
    return etree.tostring(root)


@pytest.mark.parametrize(
    "folder, begins",
    [("x12", rb"ISA"), ("edifact", rb"UN[AB]"), ("cxml", rb"(<\?xml.*?\?>\s*)?<(!DOCTYPE )?cXML")],
)
def test_other_syntaxes_are_recognised(folder, begins, corpus, tally):
    for path in sorted((corpus / folder).rglob("*")):
        if not path.is_file() or path.suffix in {".dtd", ".jsonl"}:
            continue
        raw = path.read_bytes()
        try:
            assert detect(raw) == folder, path
            tally("detected", folder)
        except FormatError as error:
            assert error.code == "unsupported_format"
            assert not re.match(begins, raw.removeprefix(codecs.BOM_UTF8).lstrip(), re.DOTALL), path


def answer_agrees(document, reading):
    """An answer of a person to an invoice, or of a reader to a document."""
    refers_to, statuses = reading.answer
    if isinstance(document, InvoiceResponse):
        parties_agree(document, reading)
        assert document.invoice_number == refers_to
        told = [each.code for each in document.clarifications if each.code]
    else:
        assert document.control == refers_to
        told = [each.code for each in document.errors if each.code]
    assert told == statuses


def parties_agree(document, reading):
    for seller, party in enumerate((document.buyer, document.seller)):
        names, ids = reading.names(seller), reading.ids(seller)
        if party is None:
            assert not names and not ids
            continue
        assert party.name in (names or [None])
        values = {value for _scheme, value in party.ids}
        # A despatch advice may name a despatching party beside the seller, a catalogue who provides it.
        two = reading.name in ("DespatchAdvice", "Catalogue")
        assert values <= set(ids) if two else values == set(ids)


def lines_agree(document, reading):
    lines = document.lines
    measured = "minimum" if reading.name == "Catalogue" else "quantity"
    quantities = [getattr(line, measured) for line in lines if getattr(line, measured)]
    quantities = sorted(quantity.value for quantity in quantities)
    assert quantities == reading.quantities
    if reading.name == "OrderResponse":
        answered = [line for line in lines if line.status != "backordered"]
        assert len(answered) == reading.lines
    else:
        assert len(lines) == reading.lines
        for code, values in reading.items.items():
            told = [getattr(line.item, code) for line in lines if getattr(line.item, code)]
            assert told == values, code
    if reading.name == "Catalogue":
        priced = [line for line in lines if line.price]
        prices = [(line.price.value, line.currency or document.currency) for line in priced]
        assert prices == reading.prices
    if reading.name == "DespatchAdvice":
        assert [lot.lot for line in lines for lot in line.lots if lot.lot] == reading.lots
    assert all(isinstance(quantity, Decimal) for quantity in quantities)
