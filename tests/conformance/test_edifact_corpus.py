"""Other people's EDIFACT: what is valid and of a type we read says the same as plain splitting; the rest is refused."""

from datetime import datetime
from decimal import Decimal

import pytest
from edi_corpus import CORPUS, edifact_messages, part, samples

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Invoice,
    OrderResponse,
    Receipt,
)
from odoo.addons.healthcare_procurement_connector.formats import (
    FormatError,
    parse,
    render,
)

READ = {"ORDERS", "ORDCHG", "ORDRSP", "DESADV", "INVOIC", "PRICAT", "CONTRL", "APERAK"}
SAMPLES = samples("edifact")
VALID = [sample for sample in SAMPLES if sample.valid and sample.types and sample.types <= READ]
OTHER = [sample for sample in SAMPLES if sample not in VALID]
PREPARED = datetime(2026, 3, 2, 9, 30)
# 6063, the quantity of a line in each message, the surest first.
QUANTITIES = {"ORDERS": ("21", "1"), "ORDRSP": ("113", "21"), "DESADV": ("12",), "INVOIC": ("47",)}
ROLES = {"buyer": {"BY", "IV"}, "seller": {"SU", "SE"}, "deliver_to": {"DP", "ST"}}
TOTALS = {"payable": ("9", "86"), "total_excl": ("125", "389"), "total_tax": ("176", "124", "150"),
          "total_incl": ("77", "388"), "prepaid": ("113",)}  # fmt: skip


def family_of(sample):
    known = sample.types and sample.types <= READ
    return f"EDIFACT {', '.join(sorted(sample.types))}" if known else "EDIFACT, other types"


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
    messages = edifact_messages(raw)
    told = [part(segments[0], 2) for segments in messages]
    assert told == [document.envelope.profile for document in documents]
    for document, segments in zip(documents, messages, strict=True):
        envelope_agrees(document, segments, sample.expected)
        type_ = document.envelope.profile
        if type_ != "CONTRL":
            (opening,) = (segment for segment in segments if segment[0][0] == "BGM")
            assert document.number == part(opening, 2)
            lines_agree(document, segments, type_)
            parties_agree(document, segments)
        if isinstance(document, Invoice):
            totals_agree(document, segments)
    tally(family, "agreed")


def envelope_agrees(document, segments, expected):
    envelope = document.envelope
    assert envelope.reference == part(segments[0], 1)
    if not expected.get("sender") or not expected["sender"].strip():
        return
    assert envelope.sender[1] == expected["sender"].split(":")[0]
    assert envelope.receiver[1] == expected["receiver"].split(":")[0]
    assert envelope.control == expected["control"]


def own_lines(segments):
    """The LIN of lines that are not sub-lines, each with the segments up to the next one."""
    lines, inside = [], False
    for segment in segments:
        tag = segment[0][0]
        if tag == "LIN":
            inside = not part(segment, 4)
            if inside:
                lines.append([])
        elif tag in ("UNS", "CPS", "UNT"):
            inside = False
        if inside:
            lines[-1].append(segment)
    return lines


def lines_agree(document, segments, type_):
    lines = own_lines(segments)
    assert len(document.lines) == len(lines)
    for line, told in zip(document.lines, lines, strict=True):
        ids = {part(segment, at) for segment in told for at in range(2, 7)}
        if not isinstance(document, Receipt) and line.item is not None:
            for code in ("gtin", "seller_code", "buyer_code", "manufacturer_code"):
                assert getattr(line.item, code) in {None, *ids}
        if type_ not in QUANTITIES:
            continue
        quantities = {part(each, 1): part(each, 1, 1) for each in told if each[0][0] == "QTY"}
        found = next((quantities[code] for code in QUANTITIES[type_] if code in quantities), None)
        if found is None:
            assert line.quantity is None
        else:
            assert line.quantity.value == Decimal(found.replace(",", "."))


def parties_agree(document, segments):
    for field, roles in ROLES.items():
        party = getattr(document, field, None)
        told = [each for each in segments if each[0][0] == "NAD" and part(each, 1) in roles]
        if isinstance(document, Receipt | OrderResponse | Invoice) and field == "deliver_to":
            continue
        if party is None:
            assert not [each for each in told if part(each, 2) or part(each, 4)] or isinstance(
                document, Receipt
            )
            continue
        ids = {part(each, 2) for each in told} | {
            part(each, 1, 1) for each in segments if each[0][0] == "RFF" and part(each, 1) == "VA"
        }
        assert {value for _scheme, value in party.ids} <= ids
        names = {" ".join(filter(None, (part(each, 4, at) for at in range(5)))) for each in told}
        assert (party.name or "") in names


def totals_agree(document, segments):
    names = [segment[0][0] for segment in segments]
    if "UNS" not in names:
        return
    start = names.index("UNS")
    end = names.index("TAX", start) if "TAX" in names[start:] else len(names)
    amounts = {
        part(each, 1): part(each, 1, 1) for each in segments[start:end] if each[0][0] == "MOA"
    }
    for field, codes in TOTALS.items():
        told = next((amounts[code] for code in codes if code in amounts), None)
        found = getattr(document, field)
        assert found == (Decimal(told.replace(",", ".")) if told is not None else None), field


@pytest.mark.parametrize("sample", each(VALID))
def test_survives_being_written(sample, tally):
    for document in parse(sample.read()):
        family = f"EDIFACT {document.envelope.profile}"
        try:
            written = render(document, "edifact", prepared=PREPARED)
        except FormatError as error:
            assert error.code in {"missing", "not_carried", "invalid_text", "unknown_code"}, error
            tally(family, f"not written: {error.code}")
            continue
        (again,) = parse(written)
        assert again.lines == document.lines
        assert again.number == document.number
        assert parse(render(again, "edifact", prepared=PREPARED)) == [again]
        tally(family, "round trip")


@pytest.mark.parametrize("sample", each(OTHER))
def test_the_rest_is_refused_by_name_or_told(sample, tally):
    """Other types are refused; what is wrong in itself is refused, or read with remarks."""
    family = family_of(sample)
    tally(family, "documents")
    try:
        documents = parse(sample.read(), "edifact")
    except FormatError as error:
        assert error.code and error.reason and error.position
        tally(family, "refused")
        tally("EDIFACT others", f"refused as {error.code}")
        return
    assert sample.types <= READ
    tally(family, "others read")
    tally("EDIFACT others", "read, told" if any(each.remarks for each in documents) else "read")


@pytest.mark.parametrize("sample", each(SAMPLES))
def test_strict_reading_refuses_or_reads_the_same(sample, tally):
    try:
        documents = parse(sample.read(), "edifact", strict=True)
    except FormatError as error:
        assert error.code and error.position
        tally("EDIFACT strict", f"refused as {error.code}")
    else:
        assert documents == parse(sample.read(), "edifact")
        tally("EDIFACT strict", "read")
