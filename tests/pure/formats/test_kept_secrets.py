"""What is stored of cXML has no secret in it, however it was written."""

import pytest

from odoo.addons.healthcare_procurement_connector.formats.cxml import (
    shown_secrets,
    with_secret,
    without_secrets,
)

HEAD = b'<cXML payloadID="1"><Header><Sender><Credential domain="DUNS"><Identity>1</Identity>%b</Credential>'


@pytest.mark.parametrize(
    "secret",
    [
        b"<SharedSecret>s3cret</SharedSecret>",
        b"<SharedSecret type='x'>\n s3cret \n</SharedSecret >",
        b"<SharedSecret><![CDATA[a</SharedSecret>s3cret]]></SharedSecret>",
        b"<DigitalSignature type='PK7'>s3cret</DigitalSignature>",
        b"<CredentialMac>s3cret</CredentialMac>",
        b"<SharedSecret>s3cret",
        b"<SharedSecret>one</SharedSecret><SharedSecret>s3cret</SharedSecret>",
    ],
)
def test_it_is_emptied(secret):
    kept = without_secrets(HEAD % secret)
    assert b"s3cret" not in kept
    assert b"<Identity>1</Identity>" in kept


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso8859-1"])
def test_in_other_encodings(encoding):
    text = (HEAD % b"<SharedSecret>s3cret</SharedSecret><Name>M\xc3\xbcller</Name>").decode()
    kept = without_secrets(text.encode(encoding)).decode(encoding)
    assert "s3cret" not in kept
    assert "M\xfcller" in kept


@pytest.mark.parametrize(
    "raw",
    [
        b"ISA*00*SharedSecret",
        b"<Order><SharedSecret>x</SharedSecret></Order>",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_other_bytes_are_left_alone(raw):
    assert without_secrets(raw) is raw


def test_what_has_none_is_left_as_it_is():
    raw = HEAD % b"<SharedSecret/>"
    assert without_secrets(raw) == raw


def test_what_goes_out_is_what_is_kept_and_the_secret():
    sent = with_secret(HEAD % b"", "a<b&c")
    assert b"<SharedSecret>a&lt;b&amp;c</SharedSecret>" in sent
    assert without_secrets(sent) == HEAD % b"<SharedSecret></SharedSecret>"


SHOWN = HEAD % b"<SharedSecret>s3cret</SharedSecret>" + b"</Sender></Header><Request/></cXML>"


@pytest.mark.parametrize(
    "raw",
    [
        SHOWN,
        b'<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "http://xml.cXML.org/cXML.dtd">' + SHOWN,
        SHOWN.decode().encode("utf-16"),
        SHOWN.replace(b"<Request/>", b"<Request>" + b"<x/>" * 1_000_000),
    ],
    ids=["plain", "doctype", "wide", "endless"],
)
def test_what_a_sender_shows(raw):
    assert shown_secrets(raw) == ["s3cret"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"ISA*00*",
        b"<cXML>" + b" " * 70_000 + SHOWN.removeprefix(b'<cXML payloadID="1">'),
        SHOWN.replace(b"cXML", b"other"),
        SHOWN.replace(b"Sender", b"From"),
        SHOWN.replace(b"s3cret", b""),
        b'<!DOCTYPE cXML [<!ENTITY e "s3cret">]>' + SHOWN.replace(b"s3cret", b"&e;"),
        b"<Body>" + SHOWN + b"</Body>",
    ],
    ids=["empty", "other", "late", "root", "place", "blank", "entity", "inside"],
)
def test_what_shows_none(raw):
    assert shown_secrets(raw) == []
