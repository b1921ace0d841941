"""Hostile and broken input: refused by FormatError, soon, and nothing else happens."""

import codecs
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.formats import (
    FormatError,
    detect,
    parse,
    render,
)

from tests.simulator import samples

ORDER = render(samples.order(note="Ring the bell"), "ubl")
ROOT = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2">'
BOMB = (
    b"<!DOCTYPE Order ["
    + b'<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>"
    + ROOT
    + b"&a11;</Order>"
)
BOMB_IN_ATTRIBUTE = BOMB.replace(b"&a11;</Order>", b'<x y="&a11;"/></Order>')
EXTERNAL = b'<!DOCTYPE Order [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + ROOT + b"&x;</Order>"
REMOTE = b'<!DOCTYPE Order SYSTEM "http://127.0.0.1:9/order.dtd">' + ROOT + b"</Order>"
PARAMETER = (
    b'<!DOCTYPE Order [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>' + ROOT + b"</Order>"
)


def changed(old, new):
    assert old in ORDER
    return ORDER.replace(old, new)


HOSTILE = {
    "entity bomb": (BOMB, {"forbidden", "not_well_formed"}),
    "entity bomb in an attribute": (BOMB_IN_ATTRIBUTE, {"forbidden", "not_well_formed"}),
    "external entity": (EXTERNAL, {"forbidden"}),
    "remote document type": (REMOTE, {"forbidden"}),
    "parameter entity": (PARAMETER, {"forbidden", "not_well_formed"}),
    "document type in UTF-16": (EXTERNAL.decode().encode("utf-16"), {"forbidden"}),
    "nothing": (b"", {"not_well_formed"}),
    "zeros": (b"\0" * 1000, {"not_well_formed"}),
    "a zero inside": (changed(b"bell", b"be\0ll"), {"not_well_formed"}),
    "a zero by reference": (changed(b"bell", b"be&#0;ll"), {"not_well_formed"}),
    "cut off": (ORDER[:-20], {"not_well_formed"}),
    "something after the end": (ORDER + b"<more/>", {"not_well_formed"}),
    "deep nesting": (ROOT + b"<x>" * 100_000, {"not_well_formed"}),
    "deep and closed": (
        ROOT + b"<x>" * 5000 + b"</x>" * 5000 + b"</Order>",
        {"not_well_formed"},
    ),
    "undeclared prefix": (ROOT + b"<cbc:ID>1</cbc:ID></Order>", {"missing", "not_well_formed"}),
    "no namespace": (b"<Order><ID>1</ID></Order>", {"unsupported_type"}),
    "another root": (ORDER.replace(b"Order-2", b"Ordre-2"), {"unsupported_type"}),
    "encoding that lies": (
        ORDER.replace(b"UTF-8", b"UTF-16"),
        {"not_well_formed"},
    ),
    "unknown encoding": (ORDER.replace(b"UTF-8", b"KLINGON"), {"not_well_formed"}),
    "not the encoding it says": (
        changed(b"bell", "Glöckchen".encode("latin-1")),
        {"not_well_formed"},
    ),
    "a huge exponent": (changed(b">692.50<", b">1E400<"), {"invalid_number"}),
    "not a number": (changed(b">692.50<", b">NaN<"), {"invalid_number"}),
    "infinite": (changed(b">692.50<", b">INF<"), {"invalid_number"}),
    "digits without end": (changed(b">692.50<", b">" + b"9" * 100_000 + b"<"), {"invalid_number"}),
    "a decimal comma": (changed(b">692.50<", b">692,50<"), {"invalid_number"}),
    "other digits": (changed(b">692.50<", ">٦٩٢<".encode()), {"invalid_number"}),
    "no amount": (changed(b">692.50</cbc:Pay", b"></cbc:Pay"), {"invalid_number"}),
    "no such day": (changed(b"2026-03-02", b"2026-02-30"), {"invalid_date"}),
    "the date of somewhere": (changed(b"2026-03-02", b"02/03/2026"), {"invalid_date"}),
    "a compact date": (changed(b"2026-03-02", b"20260302"), {"invalid_date"}),
    "year zero": (changed(b"2026-03-02", b"0000-03-02"), {"invalid_date"}),
    "no number": (changed(b"<cbc:ID>P00001</cbc:ID>", b""), {"missing"}),
    "elements in a value": (changed(b"Ring", b"<b>Ring</b>"), {"unexpected_structure"}),
    "two currencies": (
        ORDER.replace(b'"EUR">4.25', b'"USD">4.25'),
        {"currency_mismatch"},
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_is_refused_soon(case):
    raw, codes = HOSTILE[case]
    started = time.monotonic()
    with pytest.raises(FormatError) as caught:
        parse(raw, "ubl")
    assert time.monotonic() - started < 2
    assert caught.value.code in codes
    assert caught.value.reason


def test_the_limit_of_size_is_an_option():
    with pytest.raises(FormatError) as caught:
        parse(ORDER, max_bytes=len(ORDER) - 1)
    assert caught.value.code == "too_large"
    assert parse(ORDER, max_bytes=len(ORDER))


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "utf-8-sig"]
)
def test_encodings(encoding):
    text = ORDER.decode().replace("bell", "Glöckchen")
    mark = codecs.BOM_UTF16_LE if encoding == "utf-16-le" else b""
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else mark
    named = {"utf-8-sig": "UTF-8"}.get(encoding, encoding.removesuffix("-le").removesuffix("-be"))
    raw = mark + text.replace("UTF-8", named).encode(encoding)
    assert detect(raw) == "ubl"
    assert parse(raw)[0].note == "Ring the Glöckchen"


@given(st.binary(max_size=200))
@example(b"<")
@example(b"<?xml")
@example(b"\xff\xfe<\x00")
def test_any_bytes_are_detected_or_refused(raw):
    try:
        code = detect(raw)
        parse(raw, code)
    except FormatError as error:
        assert error.code


@given(st.integers(0, len(ORDER) - 1), st.binary(min_size=1, max_size=4))
def test_damaged_orders_are_read_or_refused(place, damage):
    raw = ORDER[:place] + damage + ORDER[place + len(damage) :]
    try:
        (document,) = parse(raw, "ubl")
    except FormatError as error:
        assert error.code
    else:
        assert document.number


@given(st.integers(0, len(ORDER) - 1))
def test_truncated_orders_are_refused(length):
    with pytest.raises(FormatError):
        parse(ORDER[:length], "ubl")


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (b"<s3cret", "Couldn't find end of Start Tag"),
        (b'<a x="s3cret', "AttValue"),
        (b"<a></s3cret>", "Opening and ending tag mismatch"),
    ],
)
def test_what_is_wrong_is_told_without_what_was_written(tail, reason):
    with pytest.raises(FormatError) as caught:
        parse(ROOT + tail, "ubl")
    assert caught.value.reason == reason
