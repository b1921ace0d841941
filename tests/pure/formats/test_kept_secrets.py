"""What is stored of cXML has no secret in it, however it was written."""

import pytest

from odoo.addons.healthcare_procurement_connector.formats.cxml import with_secret, without_secrets

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
