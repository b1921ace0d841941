"""Catalogues line by line: what ``parse`` says, with bad lines told one by one and the memory of a few lines."""

import io
import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal

import edi_samples
import pytest

from odoo.addons.healthcare_procurement_connector.core.documents import (
    CatalogueLine,
    Envelope,
    Item,
    Order,
    Pack,
    Price,
    Quantity,
)
from odoo.addons.healthcare_procurement_connector.formats import FormatError, parse, render
from odoo.addons.healthcare_procurement_connector.formats.catalogue_stream import (
    STREAMS,
    open_catalogue,
)

FORMATS = ("ubl", "x12", "edifact", "csv", "json")
LARGE = ("ubl", "x12", "edifact", "csv")


def line(number, code, packs=True):
    held = (Pack("XCS", Quantity(Decimal(4), "XBX")), Pack("XBX", None, "04012345123456"))
    packs = held if code in ("x12", "edifact") and packs else ()
    return CatalogueLine(
        Item(seller_code=f"S-{number}", gtin="04012345123456", name=f"Gloves, size {number}"),
        "add",
        Price(Decimal("66.50") + number),
        "EUR",
        "XCS",
        packs,
        Quantity(Decimal(2), "XCS"),
        date(2026, 3, 1),
        date(2027, 3, 1),
    )


def catalogue(code, count, **changes):
    lines = tuple(line(number, code) for number in range(1, count + 1))
    document = replace(edi_samples.catalogue(), lines=lines, envelope=Envelope(), **changes)
    if code == "ubl":
        lines = tuple(replace(each, currency=None) for each in lines)
    return replace(document, lines=lines)


def raw_of(code, count=3, **changes):
    return render(catalogue(code, count, **changes), code)


def streamed(raw, code=None, **options):
    head, lines = open_catalogue(io.BytesIO(raw), code, **options)
    return head, list(lines)


@pytest.mark.parametrize("code", FORMATS)
def test_line_by_line_as_in_one_piece(code):
    # More than one block, so that segments and characters lie across.
    raw = raw_of(code, 700, contract="Größe ☂" if code in ("ubl", "json", "csv") else "C-77")
    (whole,) = parse(raw)
    head, lines = streamed(raw)
    assert replace(head, currency=whole.currency) == replace(whole, lines=())
    assert [each.error for each in lines] == [None] * 700
    told = [replace(each.line, currency=each.line.currency or whole.currency) for each in lines]
    assert told == [replace(each, currency=each.currency or whole.currency) for each in whole.lines]
    assert [each.row for each in lines] == sorted({each.row for each in lines}) or code == "ubl"


BROKEN = {
    "ubl": (b"<cbc:PriceAmount currencyID=\"EUR\">68.50<", b"<cbc:PriceAmount currencyID=\"EUR\">68,5O<"),
    "x12": (b"*68.50*", b"*68.5O*"),
    "edifact": (b"AAA:68.50", b"AAA:68.5O"),
    "csv": (b"68.50", b"68.5O"),
}  # fmt: skip


@pytest.mark.parametrize("code", LARGE)
def test_a_bad_line_is_told_and_the_others_are_read(code):
    good, bad = BROKEN[code]
    raw = raw_of(code)
    assert raw.count(good) == 1
    first, second, third = streamed(raw.replace(good, bad))[1]
    assert (second.line, second.error.code) == (None, "invalid_number")
    assert second.error.position
    assert [each.line.item.seller_code for each in (first, third)] == ["S-1", "S-3"]


@pytest.mark.parametrize("code", FORMATS)
@pytest.mark.parametrize("skip", [0, 1, 3, 5, 9])
def test_lines_that_are_stored_already_are_passed_over(code, skip):
    raw = raw_of(code, 5)
    if code in BROKEN:
        # One that could not be read counts as well.
        raw = raw.replace(*BROKEN[code])
    head, lines = streamed(raw)
    assert len(lines) == 5
    again, rest = streamed(raw, skip=skip)
    assert again == head
    assert [(each.row, each.line) for each in rest] == [
        (each.row, each.line) for each in lines[skip:]
    ]


@pytest.mark.parametrize("code", ["ubl", "x12", "edifact"])
@pytest.mark.parametrize("left", [0.4, 0.7, 0.99])
def test_what_is_cut_off_is_refused_at_its_end(code, left):
    raw = raw_of(code, 20)
    with pytest.raises(FormatError) as caught:
        streamed(raw[: int(len(raw) * left)], code)
    assert caught.value.code == "not_well_formed"


@pytest.mark.parametrize("code", ["x12", "edifact"])
def test_an_interchange_of_two_catalogues_is_not_for_here(code):
    with pytest.raises(FormatError) as caught:
        streamed(raw_of(code) * 2)
    assert caught.value.code == "unsupported_type"


@pytest.mark.parametrize("code", LARGE)
def test_no_catalogue(code):
    raw = b"nothing at all" if code == "csv" else render(edi_samples.order(), code)
    if code == "csv":
        assert streamed(raw, "csv")[1] == []
        return
    with pytest.raises(FormatError) as caught:
        streamed(raw)
    assert caught.value.code == "unsupported_type"


@pytest.mark.parametrize("code", ["x12", "edifact"])
def test_without_lines(code):
    head, lines = streamed(raw_of(code, 0))
    assert (head.number, lines) == ("K1", [])


def test_an_order_in_json_is_no_catalogue():
    with pytest.raises(FormatError) as caught:
        streamed(render(Order(number="P1"), "json"))
    assert caught.value.code == "unsupported_type"


def test_a_price_list_without_a_number():
    raw = b"Art.Nr;Preis\nS-1;1,50\nS-2;zwei\n"
    options = {
        "columns": {"lines.item.seller_code": "Art.Nr", "lines.price.value": "Preis"},
        "constants": {"currency": "EUR", "lines.unit": "XBX"},
        "decimal": ",",
    }
    head, (first, second) = streamed(raw, **options)
    assert (head.number, head.currency) == ("", "EUR")
    assert first.line == CatalogueLine(
        Item(seller_code="S-1"), price=Price(Decimal("1.50")), unit="XBX"
    )
    assert (second.row, second.error.code) == (3, "invalid_number")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (raw_of("ubl").replace(b"?>", b'?><!DOCTYPE Catalogue [<!ENTITY a "b">]>', 1), "forbidden"),
        (raw_of("ubl").replace(b"</cac:Item>", b"<a>" * 1_000, 1), "not_well_formed"),
        (raw_of("ubl").replace(b"Gloves", b"<!--" + b"x" * 3_000_000 + b"-->", 1), "too_large"),
        (raw_of("x12").replace(b"Gloves", b"x" * 3_000_000, 1), "too_large"),
        (raw_of("edifact").replace(b"Gloves", b"x" * 3_000_000, 1), "too_large"),
        (raw_of("edifact").replace(b"IMD+", b"IMD+F++:::x'" * 300_000 + b"IMD+", 1), "too_large"),
        (raw_of("x12").replace(b"CTP*", b"CTP*~" * 300_000 + b"CTP*", 1), "too_large"),
    ],
)
def test_what_would_fill_the_memory_is_refused(raw, code):
    with pytest.raises(FormatError) as caught:
        streamed(raw)
    assert caught.value.code == code


@pytest.mark.parametrize("code", LARGE)
def test_memory_does_not_grow_with_a_catalogue(code):
    # Some blocks and what is kept of values; the lines alone would take more than 10 MB.
    assert peak_of(raw_of(code, 3_000), 3_000) < 3_000_000


def peak_of(raw, count):
    file = io.BytesIO(raw)
    tracemalloc.start()
    try:
        assert sum(1 for each in open_catalogue(file)[1] if each.line) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_every_format_is_tested():
    assert set(STREAMS) == set(FORMATS)
