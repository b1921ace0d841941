"""Hostile and broken cXML: refused by FormatError, soon, and nothing is fetched."""

import codecs
import copy
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from odoo.addons.healthcare_procurement_connector.formats import (
    FormatError,
    detect,
    parse,
    render,
)

from tests.simulator import behaviour, samples
from tests.simulator.faults import Faults, Short

PROFILE = behaviour.Profile(
    account="SE3550000000054910000003",
    tracking={
        "GLOVE": behaviour.Tracking("lot", 100),
        "VACCINE": behaviour.Tracking("serial", 10),
    },
)
TROUBLE = Faults(short={"GLOVE": Short(Decimal(4), days=7)}, reject=("SYRINGE",))
ORDER = render(samples.order(note="Ring the bell"), "cxml")
DOCTYPE = b'<!DOCTYPE cXML SYSTEM "http://xml.cXML.org/schemas/cXML/1.2.063/cXML.dtd">'


def changed(old, new):
    assert old in ORDER
    return ORDER.replace(old, new)


def declared(subset, text=b"bell"):
    """The order with a document type of its own, and perhaps something of it used."""
    return changed(DOCTYPE, b"<!DOCTYPE cXML [" + subset + b"]>").replace(b"bell", text)


BOMB = b'<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)
HOSTILE = {
    "entity bomb": (declared(BOMB, b"&a11;"), {"forbidden", "not_well_formed"}),
    "entity bomb in an attribute": (
        declared(BOMB).replace(b'orderID="P00001"', b'orderID="&a11;"'),
        {"forbidden", "not_well_formed"},
    ),
    "external entity": (
        declared(b'<!ENTITY x SYSTEM "file:///etc/hostname">', b"&x;"),
        {"forbidden"},
    ),
    "parameter entity": (
        declared(b'<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;'),
        {"forbidden", "not_well_formed"},
    ),
    "defaults for attributes": (
        declared(b'<!ATTLIST OrderRequestHeader orderID CDATA "P2">'),
        {"forbidden"},
    ),
    "an internal subset behind an external one": (
        changed(DOCTYPE, DOCTYPE[:-1] + b' [<!ENTITY x "y">]>'),
        {"forbidden"},
    ),
    "a second document type": (changed(DOCTYPE, DOCTYPE + DOCTYPE), {"forbidden"}),
    "an entity of the document type": (changed(b"bell", b"&nbsp;"), {"not_well_formed"}),
    "such an entity in an attribute": (
        changed(b'orderID="P00001"', b'orderID="&nbsp;"'),
        {"not_well_formed"},
    ),
    "nothing": (b"", {"not_well_formed"}),
    "zeros": (b"\0" * 1000, {"not_well_formed"}),
    "a zero inside": (changed(b"bell", b"be\0ll"), {"not_well_formed"}),
    "a zero by reference": (changed(b"bell", b"be&#0;ll"), {"not_well_formed"}),
    "cut off": (ORDER[:-20], {"not_well_formed"}),
    "deep nesting": (changed(b"<Request>", b"<x>" * 100_000), {"not_well_formed"}),
    "prologue without end": (b"<?xml version='1.0'?>" + b"<!--" * 100_000, {"not_well_formed"}),
    "prologue of comments": (b"<!---->" * 100_000, {"not_well_formed"}),
    "prologue of blanks": (b" " * 200_000 + DOCTYPE, {"not_well_formed"}),
    "a document type of quotes": (
        b"<!DOCTYPE cXML SYSTEM " + b'"' * 100_000,
        {"not_well_formed"},
    ),
    "another root": (b"<xCML/>", {"unsupported_type"}),
    "no body": (b"<cXML/>", {"missing"}),
    "an empty request": (b"<cXML><Request/></cXML>", {"unsupported_type"}),
    "another request": (
        b"<cXML><Request><ProfileRequest/></Request></cXML>",
        {"unsupported_type"},
    ),
    "not the encoding it says": (
        changed(b"bell", "Glöckchen".encode("latin-1")),
        {"not_well_formed"},
    ),
    "a huge exponent": (changed(b">692.50<", b">1E400<"), {"invalid_number"}),
    "a huge exponent in an attribute": (
        changed(b'quantity="10"', b'quantity="1E400"'),
        {"invalid_number"},
    ),
    "not a number": (changed(b'quantity="10"', b'quantity="NaN"'), {"invalid_number"}),
    "digits without end": (changed(b">692.50<", b">" + b"9" * 100_000 + b"<"), {"invalid_number"}),
    "a decimal comma": (changed(b">692.50<", b">692,50<"), {"invalid_number"}),
    "no such day": (changed(b"2026-03-02T", b"2026-02-30T"), {"invalid_date"}),
    "a date of somewhere": (
        changed(b'orderDate="2026-03-02T12:00:00+00:00"', b'orderDate="02/03/2026"'),
        {"invalid_date"},
    ),
    "no such version": (
        changed(b'type="new"', b'type="new" orderVersion="1.5"'),
        {"invalid_number"},
    ),
    "an unknown type": (changed(b'type="new"', b'type="old"'), {"unknown_code"}),
    "no number": (changed(b'orderID="P00001"', b""), {"missing"}),
    "elements in a value": (
        changed(b"<SupplierPartID>", b"<SupplierPartID><b/>"),
        {"unexpected_structure"},
    ),
    "two currencies": (changed(b'"EUR">4.25', b'"USD">4.25'), {"currency_mismatch"}),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_is_refused_soon(case):
    raw, codes = HOSTILE[case]
    started = time.monotonic()
    with pytest.raises(FormatError) as caught:
        parse(raw, "cxml")
    assert time.monotonic() - started < 2
    assert caught.value.code in codes
    assert caught.value.reason


@pytest.mark.parametrize(
    "doctype",
    [
        b"",
        DOCTYPE,
        b"<!DOCTYPE cXML SYSTEM 'file:///etc/hostname' >",
        b'<!DOCTYPE cXML PUBLIC "cXML" "http://127.0.0.1:9/cXML.dtd">',
        b"<!-- first --><?some thing?>\n" + DOCTYPE.replace(b" ", b"\n  "),
    ],
)
def test_where_the_document_type_is_means_nothing(doctype):
    raw = changed(DOCTYPE, doctype)
    assert detect(raw) == "cxml"
    assert parse(raw) == parse(ORDER)


def test_an_element_named_in_a_document_type_is_not_taken_for_one():
    raw = changed(b"Ring the bell", b"<![CDATA[" + DOCTYPE + b"]]>")
    assert parse(raw)[0].note == DOCTYPE.decode()


def test_lines_keep_their_numbers():
    with pytest.raises(FormatError) as caught:
        parse(changed(DOCTYPE, DOCTYPE.replace(b" ", b"\n")).replace(b'orderID="P00001"', b""))
    assert "(line 6)" in caught.value.position


def test_too_large_is_refused_before_it_is_read():
    started = time.monotonic()
    with pytest.raises(FormatError) as caught:
        parse(b"<cXML>" + b"<x>" * 70_000_000, "cxml")
    assert caught.value.code == "too_large"
    assert time.monotonic() - started < 2
    with pytest.raises(FormatError):
        parse(ORDER, max_bytes=len(ORDER) - 1)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "iso-8859-1", "utf-8-sig"])
def test_encodings(encoding):
    text = ORDER.decode().replace("bell", "Glöckchen")
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    named = {"utf-8-sig": "UTF-8", "utf-16-be": "UTF-16"}.get(encoding, encoding)
    raw = mark + text.replace("UTF-8", named).encode(encoding)
    assert detect(raw) == "cxml"
    assert parse(raw)[0].note == "Ring the Glöckchen"


@given(st.integers(0, len(ORDER) - 1), st.binary(min_size=1, max_size=4))
def test_damaged_orders_are_read_or_refused(place, damage):
    raw = ORDER[:place] + damage + ORDER[place + len(damage) :]
    try:
        (document,) = parse(raw, "cxml")
    except FormatError as error:
        assert error.code
    else:
        assert document.number


@given(st.integers(0, len(ORDER) - 1))
def test_truncated_orders_are_refused(length):
    with pytest.raises(FormatError):
        parse(ORDER[:length], "cxml")


# Every kind of document, damaged everywhere ------------------------------------------------------------------

ANSWER = behaviour.respond(samples.order(), PROFILE, TROUBLE, samples.TODAY, "R1")
ADVICE = behaviour.despatch(samples.order(), PROFILE, TROUBLE, samples.TODAY, "D1", 1)
BILL = behaviour.invoice(samples.order(), PROFILE, TROUBLE, samples.TODAY, "I1", ADVICE)
CREDIT = behaviour.credit_note(BILL, PROFILE, TROUBLE, samples.TODAY, "C1")
DOCUMENTS = {
    type(document).__name__ + getattr(document, "kind", ""): render(document, "cxml")
    for document in (samples.order(), ANSWER, ADVICE, BILL, CREDIT)
}


@given(st.sampled_from(sorted(DOCUMENTS)), st.integers(0), st.binary(min_size=1, max_size=4))
def test_damaged_documents_are_read_or_refused(name, place, damage):
    raw = DOCUMENTS[name]
    place %= len(raw)
    try:
        parse(raw[:place] + damage + raw[place + len(damage) :], "cxml")
    except FormatError as error:
        assert error.code


@pytest.mark.parametrize("value", ["", "x", "1E400", "-1", "9" * 50, "2026-13-01"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_other_value_is_read_or_refused(name, value):
    root = etree.fromstring(DOCUMENTS[name])
    for element in root.iter():
        text = element.text
        element.text = value
        read_or_refused(root)
        element.text = text
        for attribute, text in element.items():
            element.set(attribute, value)
            read_or_refused(root)
            element.set(attribute, text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_missing_or_doubled_element_is_read_or_refused(name):
    root = etree.fromstring(DOCUMENTS[name])
    for element in list(root.iterdescendants()):
        parent, place = element.getparent(), element.getparent().index(element)
        parent.insert(place, copy.deepcopy(element))
        read_or_refused(root)
        parent.remove(parent[place])
        parent.remove(element)
        read_or_refused(root)
        parent.insert(place, element)


def read_or_refused(root):
    """What is read can be written, or is refused in words."""
    try:
        (document,) = parse(etree.tostring(root), "cxml")
        render(document, "cxml")
    except FormatError as error:
        assert error.code and error.reason
