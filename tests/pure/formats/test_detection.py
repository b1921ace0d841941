"""What the first bytes tell about a syntax."""

import codecs
import pickle

import pytest

from odoo.addons.healthcare_procurement_connector.formats import (
    FORMATS,
    FormatError,
    detect,
    parse,
)

ISA = b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1200*U*00401*1*0*P*>~"
UBL = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'
SAMPLES = {
    "ubl": UBL,
    "ubl after a long prologue": b"<!-- " + b"x" * 5000 + b" -->" + UBL,
    "cxml": b'<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "http://xml.cXML.org/cXML.dtd"><cXML/>',
    "x12": ISA,
    "x12 with other separators": ISA.replace(b"*", b"|"),
    "edifact": b"UNB+UNOC:3+A+B+260302:1200+1'",
    "edifact with UNA": b"UNA:+.? '\r\nUNB+UNOC:3+A+B+260302:1200+1'",
    "json": b'  {"number": "P1"}',
    "json list": b"[]",
    "csv": b"number;quantity\r\nP1;5\r\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("case", SAMPLES)
def test_known(case, encoding):
    raw = SAMPLES[case].decode().encode(encoding)
    assert detect(raw) == case.split()[0]


def test_a_mark_hides_nothing():
    assert detect(codecs.BOM_UTF8 + ISA) == "x12"


@pytest.mark.parametrize(
    "raw",
    [b"", b"hello", b"<html/>", b"\x89PNG\r\n\x1a\n,", b"PK\x03\x04,", b"%PDF-1.7"],
)
def test_unknown(raw):
    with pytest.raises(FormatError) as caught:
        detect(raw)
    assert caught.value.code == "unsupported_format"


def test_what_is_told_apart_is_also_read():
    assert {case.split()[0] for case in SAMPLES} == set(FORMATS)


def test_a_format_that_nobody_has():
    with pytest.raises(FormatError) as caught:
        parse(ISA, "fax")
    assert caught.value.code == "unsupported_format"
    assert "fax" in caught.value.reason


def test_formats_tell_what_they_carry():
    for code, format in FORMATS.items():
        assert format.code == code
        assert all("number" in paths for paths in format.carries.values())


def test_errors_travel_between_processes():
    error = pickle.loads(pickle.dumps(FormatError("missing", "/Order", "no number")))
    assert (error.code, error.position, error.reason) == ("missing", "/Order", "no number")
