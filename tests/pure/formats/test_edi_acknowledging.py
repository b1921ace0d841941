"""Functional acknowledgements: for what comes in, tied to its control numbers, and read again."""

import pytest
from edi_samples import BUSINESS, PREPARED, order, receipt
from test_x12_reading import interchange as x12_interchange

from odoo.addons.healthcare_procurement_connector.core.documents import Receipt, ReceiptError
from odoo.addons.healthcare_procurement_connector.formats import (
    FORMATS,
    FormatError,
    acknowledge,
    parse,
    render,
)

GOOD = "BAK*00*AD*P1*20260301****A1~PO1*1*5*EA*4.25**VN*GL-9~ACK*IA*5*EA~"
BAD = "BAK*00*AD*P2*20260301****A2~PO1*1*5*EA*4,25**VN*GL-9~ACK*IA*5*EA~"
ORDERS = "UNH+{0}+ORDERS:D:96A:UN'BGM+220+P{0}+9'LIN+1'QTY+21:{1}:PCE'UNT+5+{0}'"
UNB = "UNB+UNOC:3+1:14+2:14+260302:0930+77'"


def answer(raw, **options):
    (document,) = acknowledge(raw, "900", prepared=PREPARED, **options)
    return document


def again(document):
    """The same receipt once it has travelled."""
    (read,) = parse(render(document, document.envelope.syntax, prepared=PREPARED), strict=True)
    assert (read.status, read.control, read.scope) == (
        document.status,
        document.control,
        document.scope,
    )
    assert (read.lines, read.errors) == (document.lines, document.errors)
    assert read.issued == PREPARED.date()
    return read


@pytest.mark.parametrize("format", ["x12", "edifact"])
@pytest.mark.parametrize("make", BUSINESS, ids=lambda make: make.__name__)
def test_all_we_write_is_accepted(make, format):
    raw = render(make(), format, prepared=PREPARED, control="31", reference="0042")
    document = answer(raw)
    assert document.status == "accepted"
    assert [line.status for line in document.lines] == ["accepted"]
    assert document.lines[0].control == "0042"
    assert document.control == "31"
    (sent,) = parse(raw)
    assert (document.envelope.sender, document.envelope.receiver) == (
        sent.envelope.receiver, sent.envelope.sender,
    )  # fmt: skip
    assert again(document).envelope.control.lstrip("0") == "900"


def test_a_997_says_which_sets_are_rejected_and_where():
    document = answer(x12_interchange(("855", GOOD), ("855", BAD)))
    assert (document.status, document.type, document.control) == ("partial", "PR", "12")
    assert [(line.control, line.status, line.type) for line in document.lines] == [
        ("0001", "accepted", "855"), ("0002", "rejected", "855"),
    ]  # fmt: skip
    assert document.lines[1].errors == (
        ReceiptError("5"), ReceiptError("8", "3 PO1"), ReceiptError("6", "3 PO1/4"),
    )  # fmt: skip
    raw = render(document, "x12", prepared=PREPARED)
    assert b"AK1*PR*12~" in raw
    assert b"AK3*PO1*3**8~\nAK4*4**6~\nAK5*R*5~" in raw
    assert b"AK9*P*2*2*1~" in raw
    again(document)


@pytest.mark.parametrize(
    "old, new, status, line, code",
    [(b"SE*5*0001", b"SE*9*0001", "errors", "errors", "4"), (b"SE*5*0001", b"SE*5*0009", "errors", "errors", "3"),
     (b"ST*855", b"ST*999", "rejected", "rejected", None)],
)  # fmt: skip
def test_a_997_tells_of_counts(old, new, status, line, code):
    document = answer(x12_interchange(("855", GOOD)).replace(old, new))
    assert (document.status, document.lines[0].status) == (status, line)
    if code:
        assert document.lines[0].errors == (ReceiptError(code),)
    again(document)


def test_sets_that_nobody_here_reads_are_rejected_as_such():
    document = answer(x12_interchange(("855", GOOD)).replace(b"ST*855", b"ST*852"))
    assert document.lines[0].errors == (ReceiptError("1"),)
    assert document.status == "rejected"


def test_each_group_has_a_997_of_its_own():
    raw = x12_interchange(("855", GOOD)) + x12_interchange(("856", "BSN*00*D1*20260302*0930~"))
    found = acknowledge(raw, "900", prepared=PREPARED)
    assert [(document.type, document.envelope.control) for document in found] == [
        ("PR", "900"),
        ("SH", "901"),
    ]


def test_a_contrl_says_which_messages_are_rejected_and_where():
    raw = UNB + ORDERS.format(1, "5") + ORDERS.format(2, "five") + "UNZ+2+77'"
    document = answer(raw.encode())
    assert (document.scope, document.control, document.status) == ("interchange", "77", "partial")
    assert [(line.control, line.status) for line in document.lines] == [
        ("1", "accepted"),
        ("2", "rejected"),
    ]
    assert document.lines[1].errors == (ReceiptError("37", "4/1.2"),)
    written = render(document, "edifact", prepared=PREPARED)
    assert b"UCI+77+1:14+2:14+7'" in written
    assert b"UCM+2+ORDERS+4'\nUCS+4'\nUCD+37+1:2'" in written
    again(document)


def test_a_contrl_tells_of_groups():
    group = "UNG+ORDERS+A+B+260302:0930+G1+UN+D:96A'{}UNE+1+G1'"
    raw = UNB + group.format(ORDERS.format(1, "5")) + "UNZ+1+77'"
    document = answer(raw.encode())
    assert [(line.group, line.control) for line in document.lines] == [("G1", "1")]
    again(document)


def test_acknowledgements_are_not_acknowledged():
    raw = render(
        receipt("group"), "x12", prepared=PREPARED, sender=("ZZ", "A"), receiver=("ZZ", "B")
    )
    assert acknowledge(raw, "1") == []
    raw = render(
        receipt("interchange"),
        "edifact",
        prepared=PREPARED,
        sender=("14", "A"),
        receiver=("14", "B"),
    )
    assert acknowledge(raw, "1") == []


@pytest.mark.parametrize(
    "raw", [b"ISA*00*", b"UNB+UNOC:3+A+B+260302:0930+1'UNH+1+ORDERS:D:96A:UN'"]
)
def test_what_cannot_be_taken_apart_is_refused(raw):
    with pytest.raises(FormatError):
        acknowledge(raw, "1")


def test_formats_without_acknowledgements_say_so():
    assert FORMATS["json"].acknowledge is None
    with pytest.raises(FormatError) as caught:
        acknowledge(render(order(), "json"), "1")
    assert caught.value.code == "unsupported_type"


def test_a_receipt_of_a_document_is_an_aperak():
    document = Receipt(
        number="X1", status="rejected", scope="document", control="P1", type="ORDERS", issued=PREPARED.date(),
        note="Not today", errors=(ReceiptError("12", "2", "Unknown item"), ReceiptError("13")),
    )  # fmt: skip
    raw = render(
        document, "edifact", prepared=PREPARED, sender=("0088", "1"), receiver=("0088", "2")
    )
    (read,) = parse(raw, strict=True)
    assert read.envelope.profile == "APERAK"
    assert read == Receipt(**{**_fields(document), "envelope": read.envelope})


def _fields(document):
    return {name: getattr(document, name) for name in document.__dataclass_fields__}
