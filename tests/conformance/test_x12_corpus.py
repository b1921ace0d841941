"""Other people's X12: what is valid and of a type we read says the same as plain splitting; the rest is refused."""

from datetime import datetime
from decimal import Decimal

import pytest
from edi_corpus import CORPUS, element, samples, x12_sets

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Catalogue,
    DespatchAdvice,
    Invoice,
    OrderCancellation,
    OrderChange,
    OrderResponse,
    Receipt,
)
from odoo.addons.healthcare_procurement_connector.formats import (
    FormatError,
    parse,
    render,
)

READ = {"850", "860", "855", "865", "856", "810", "832", "997"}
SAMPLES = samples("x12")
VALID = [sample for sample in SAMPLES if sample.valid and sample.types and sample.types <= READ]
OTHER = [sample for sample in SAMPLES if sample not in VALID]
PREPARED = datetime(2026, 3, 2, 9, 30)
NUMBERS = {"850": ("BEG", 3), "860": ("BCH", 3), "855": ("BAK", 3), "865": ("BCA", 3),
           "856": ("BSN", 2), "810": ("BIG", 2), "832": ("BCT", 2), "997": ("AK1", 2)}  # fmt: skip
# The segment that is a line, and where its quantity stands.
LINES = {"850": ("PO1", 2), "860": ("POC", 3), "855": ("PO1", 2), "865": ("POC", 3),
         "856": ("SN1", 2), "810": ("IT1", 2), "832": ("LIN", None), "997": ("AK2", None)}  # fmt: skip
ROLES = {"buyer": {"BY", "BT", "BG"}, "seller": {"SE", "SU", "VN", "II", "DS", "MF"},
         "deliver_to": {"ST"}}  # fmt: skip
CODES = {"seller_code": {"VN", "VC", "VP", "VA"}, "buyer_code": {"BP", "IN", "CB", "SK", "PI"},
         "gtin": {"UK", "EN", "UP", "EO"}, "manufacturer_code": {"MG"}}  # fmt: skip


def family_of(sample):
    known = sample.types and sample.types <= READ
    return f"X12 {', '.join(sorted(sample.types))}" if known else "X12, other types"


def each(cases):
    if not cases:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))]
    return [pytest.param(case, id=case.path) for case in cases]


@pytest.mark.parametrize("sample", each(VALID))
def test_says_what_it_says(sample, tally):
    raw = sample.read()
    family = family_of(sample)
    tally(family, "documents")
    tally(family, "valid")
    documents = parse(raw)
    tally(family, "parsed")
    sets = x12_sets(raw, sample.expected["segment_term"])
    assert [segments[0][1] for segments in sets] == [
        document.envelope.profile for document in documents
    ]
    for document, segments in zip(documents, sets, strict=True):
        type_ = segments[0][1]
        envelope_agrees(document, sample.expected)
        tag, place = NUMBERS[type_]
        (opening,) = (segment for segment in segments if segment[0] == tag)
        assert number_of(document) == element(opening, place)
        lines_agree(document, segments, type_)
        parties_agree(document, segments)
        totals_agree(document, segments)
        if sample.expected["envelope_errors"]:
            assert any(remark.code == "inconsistent" for remark in document.remarks)
    tally(family, "agreed")


def number_of(document):
    if isinstance(document, OrderResponse | OrderChange | OrderCancellation):
        return document.order_number
    return document.control if isinstance(document, Receipt) else document.number


def envelope_agrees(document, expected):
    envelope = document.envelope
    assert envelope.sender[1] == expected["sender"]
    assert envelope.receiver[1] == expected["receiver"]
    assert envelope.control == expected["control"]
    assert envelope.version == expected["gs08"]
    assert envelope.profile in expected["sets"]


def lines_agree(document, segments, type_):
    tag, place = LINES[type_]
    lines = [segment for segment in segments if segment[0] == tag]
    assert len(document.lines) == len(lines)
    if place is not None and not isinstance(document, OrderResponse):
        told = [Decimal(element(segment, place)) for segment in lines if element(segment, place)]
        found = [
            line.quantity.value
            for line in document.lines
            if getattr(line, "action", None) != "delete"
        ]
        assert found == told
    if isinstance(document, OrderResponse):
        answers = [
            Decimal(element(each, 2)) for each in segments if each[0] == "ACK" and element(each, 2)
        ]
        found = [line.quantity.value for line in document.lines]
        assert found == answers or found == [Decimal(element(line, place)) for line in lines]
    if isinstance(document, Receipt):
        return
    ids = {value for segment in segments for value in segment}
    for line in document.lines:
        for code in CODES:
            value = line.item and getattr(line.item, code)
            assert value is None or value in ids
    qualified = [(a, b) for each in segments for a, b in zip(each, each[1:], strict=False)]
    for code, qualifiers in CODES.items():
        found = {getattr(line.item, code) for line in document.lines if line.item} - {None}
        assert found <= {value for qualifier, value in qualified if qualifier in qualifiers}


def parties_agree(document, segments):
    for field, roles in ROLES.items():
        party = getattr(document, field, None)
        told = [segment for segment in segments if segment[0] == "N1" and segment[1] in roles]
        if party is not None:
            assert any(
                (party.name or "") == element(segment, 2)
                and {value for _scheme, value in party.ids} >= {element(segment, 4)} - {""}
                for segment in told
            )
        elif field == "seller" and not isinstance(document, Receipt):
            assert not any(segment[1] in {"SE", "SU"} for segment in told)


def totals_agree(document, segments):
    totals = {"TDS": [], "AMT": []}
    for segment in segments:
        if segment[0] in totals:
            totals[segment[0]].append(segment)
    if isinstance(document, Invoice):
        (total,) = totals["TDS"]
        assert document.payable == Decimal(total[1]) / 100
    elif not isinstance(document, OrderResponse | DespatchAdvice | Catalogue | Receipt):
        told = [Decimal(segment[2]) for segment in totals["AMT"] if segment[1] == "TT"]
        assert document.total == (told[0] if told else None)


@pytest.mark.parametrize("sample", each(VALID))
def test_survives_being_written(sample, tally):
    for document in parse(sample.read()):
        family = f"X12 {document.envelope.profile}"
        try:
            written = render(document, "x12", prepared=PREPARED)
        except FormatError as error:
            assert error.code in {"missing", "not_carried", "invalid_text", "unknown_code"}, error
            tally(family, f"not written: {error.code}")
            continue
        (again,) = parse(written)
        assert again.lines == document.lines
        assert again.number == document.number
        assert parse(render(again, "x12", prepared=PREPARED)) == [again]
        tally(family, "round trip")


@pytest.mark.parametrize("sample", each(OTHER))
def test_the_rest_is_refused_by_name_or_told(sample, tally):
    """Other types are refused; what is wrong in itself is refused, or read with remarks and refused strictly."""
    raw = sample.read()
    family = family_of(sample)
    tally(family, "documents")
    try:
        documents = parse(raw, "x12")
    except FormatError as error:
        assert error.code and error.reason
        assert error.position
        tally(family, "refused")
        tally("X12 others", f"refused as {error.code}")
        return
    tally(family, "others read")
    if not sample.types <= READ:
        assert sample.types <= {"999"} or not sample.types
    tally(
        "X12 others",
        "read" if not any(document.remarks for document in documents) else "read, told",
    )


@pytest.mark.parametrize("sample", each(SAMPLES))
def test_strict_reading_refuses_or_reads_the_same(sample, tally):
    try:
        documents = parse(sample.read(), "x12", strict=True)
    except FormatError as error:
        assert error.code and error.position
        tally("X12 strict", f"refused as {error.code}")
    else:
        assert documents == parse(sample.read(), "x12")
        assert not sample.expected.get("envelope_errors")
        tally("X12 strict", "read")
