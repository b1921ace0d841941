"""CSV: our own files there and back, partners' files by a mapping, and nothing a spreadsheet would run."""

import csv
import time
import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Catalogue,
    CatalogueLine,
    Charge,
    Envelope,
    Invoice,
    Item,
    Order,
    OrderLine,
    OrderResponse,
    Party,
    Price,
    Quantity,
)
from odoo.addons.healthcare_procurement_connector.formats import (
    FORMATS,
    FormatError,
    detect,
    parse,
    render,
)
from odoo.addons.healthcare_procurement_connector.formats.csv_format import iter_catalogue

from tests.pure.formats.document_strategies import texts
from tests.pure.formats.drawing import Drawing
from tests.simulator import samples

CARRIES = FORMATS["csv"].carries
ORDER = render(samples.order(note="Ring the bell"), "csv")
# Formulas, and apostrophes that are meant, are texts like any other.
awkward = texts | st.builds("{}{}".format, st.sampled_from(["=", "+", "-", "@", "'", "''="]), texts)
ids = st.lists(
    st.tuples(st.sampled_from(["", "0088", "VAT"]), texts.filter(lambda text: "|" not in text)),
    max_size=3,
).map(tuple)


def _enveloped(document):
    return replace(document, envelope=Envelope("csv"))


DRAWING = Drawing(
    CARRIES,
    {
        (Party, "ids"): ids,
        (Item, "name"): awkward,
        (Order, "note"): awkward,
        (Catalogue, "number"): awkward,
    },
    adapt=_enveloped,
)


def refused(raw, **options):
    with pytest.raises(FormatError) as caught:
        parse(raw, "csv", **options)
    assert caught.value.reason
    return caught.value


# There and back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", CARRIES, ids=lambda cls: cls.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_round_trip(cls, data):
    document = data.draw(DRAWING.documents(cls))
    raw = render(document, "csv")
    assert parse(raw, "csv", strict=True) == [document]


@pytest.mark.parametrize("cls", CARRIES, ids=lambda cls: cls.__name__)
@settings(max_examples=15)
@given(data=st.data())
def test_round_trip_in_another_style(cls, data):
    document = data.draw(DRAWING.documents(cls))
    style = {"delimiter": ";", "decimal": ",", "date_format": "%Y.%m.%d", "encoding": "utf-16"}
    document = replace(document, issued=date(2026, 3, 2))
    try:
        raw = render(document, "csv", **style)
        assert parse(raw, "csv", **style) == [document]
    except FormatError as error:
        # Years before 1000 have fewer digits there, and so are no dates.
        assert error.code == "invalid_date"


def test_detected():
    assert detect(ORDER) == "csv"
    (read,) = parse(ORDER)
    assert read == replace(samples.order(note="Ring the bell"), envelope=Envelope("csv"))


@pytest.mark.parametrize(
    "document, code",
    [
        (samples.order(envelope=Envelope(test=True)), "not_carried"),
        (samples.order(envelope=Envelope("x12", test=True)), "not_carried"),
        (samples.order(envelope=Envelope(control="1")), "not_carried"),
        (samples.order(buyer=Party("x", (("0088", "a|b"),))), "not_carried"),
        (samples.order(charges=(Charge("charge", Decimal(1)),) * 4), "not_carried"),
        (
            samples.order(
                lines=(
                    OrderLine(
                        "1",
                        Item(),
                        Quantity(Decimal(1)),
                        charges=(Charge("charge", Decimal(1)),),
                    ),
                )
            ),
            "not_carried",
        ),
        (samples.order(total=Decimal("NaN")), "invalid_number"),
        (samples.order(issued="today"), "invalid_date"),
        (samples.order(note="a\0b"), "invalid_text"),
        (samples.order(note="\ud800"), "invalid_text"),
        (samples.order(note=5), "invalid_text"),
        (Party("not a document"), "unsupported_type"),
    ],
)
def test_what_cannot_be_written_is_refused(document, code):
    with pytest.raises(FormatError) as caught:
        render(document, "csv")
    assert caught.value.code == code


def test_chosen_columns():
    columns = {
        "lines.item.seller_code": "Artikel",
        "lines.quantity.value": "Menge",
        "seller.ids.0088": "GLN",
    }
    raw = render(samples.order(), "csv", columns=columns, delimiter=";", decimal=",")
    assert raw.decode().splitlines()[:2] == ["Artikel;Menge;GLN", "S-GLOVE;10;7300010000018"]


# Formulas ------------------------------------------------------------------------------------------------------


@given(awkward)
@example("=HYPERLINK(1)")
@example("'")
@example("＝1")
@example("\t=1")
def test_no_cell_is_a_formula(text):
    order = samples.order(note=text, buyer=Party(text, (("0088", "1"),)))
    for row in list(csv.reader(render(order, "csv").decode().splitlines(keepends=True)))[1:]:
        for cell in row:
            assert cell[:1] not in tuple("=+@\t\r＝＋－＠")
            assert not cell.startswith("-") or Decimal(cell) < 0
    (read,) = parse(render(order, "csv"))
    assert (read.note.strip(), read.buyer.name.strip()) == (text.strip(), text.strip())


@pytest.mark.parametrize("text", ["a\r\nb", "a\nb", 'a"b', "a,b;c\td", "\u2028x", "a\x0bb", "🩺"])
def test_text_survives(text):
    assert parse(render(samples.order(note=text), "csv"))[0].note == text


# A partner's file ----------------------------------------------------------------------------------------------

COLUMNS = {
    "lines.item.seller_code": "Art.-Nr.",
    "lines.item.name": "Bezeichnung",
    "lines.price.value": "Preis",
    "lines.unit": "ME",
    "lines.valid_to": "Gültig bis",
    "lines.action": "Status",
}
OPTIONS = {
    "type": "catalogue",
    "columns": COLUMNS,
    "constants": {"number": "2026-1", "currency": "EUR", "seller.ids.0088": "7300010000018"},
    "words": {
        "lines.unit": {"Schachtel": "XBX"},
        "lines.action": {"neu": "add", "entfällt": "delete"},
    },
    "decimal": ",",
    "date_format": "%d.%m.%Y",
}
PRICES = (
    "Preisliste;;;;;;\r\n"
    "Art.-Nr.;Bezeichnung;Preis;ME;Gültig bis;Status;Farbe\r\n"
    'S-1;"Handschuhe ""Nitril""; blau";4,25;Schachtel;31.12.2026;neu;blau\r\n'
    "\r\n"
    "S-2;Spritzen;12,5;C62;;;\r\n"
    "S-3;Impfstoff;;;;entfällt;\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_partners_catalogue(encoding, end):
    raw = PRICES.replace("\r\n", end).encode(encoding)
    (catalogue,) = parse(raw, "csv", header_rows=2, **OPTIONS)
    assert (catalogue.number, catalogue.currency) == ("2026-1", "EUR")
    assert catalogue.seller == Party(ids=(("0088", "7300010000018"),))
    assert catalogue.lines == (
        CatalogueLine(
            Item(seller_code="S-1", name='Handschuhe "Nitril"; blau'),
            "add",
            Price(Decimal("4.25")),
            unit="XBX",
            valid_to=date(2026, 12, 31),
        ),
        CatalogueLine(
            Item(seller_code="S-2", name="Spritzen"), price=Price(Decimal("12.5")), unit="C62"
        ),
        CatalogueLine(Item(seller_code="S-3", name="Impfstoff"), "delete"),
    )
    assert catalogue.remarks == ()


def test_columns_by_index():
    (catalogue,) = parse(
        b"S-1,4.25\nS-2,5\n",
        "csv",
        type="catalogue",
        header_rows=0,
        columns={"lines.item.seller_code": 0, "lines.price.value": 1},
        constants={"number": "1"},
    )
    assert [line.item.seller_code for line in catalogue.lines] == ["S-1", "S-2"]


def test_a_partners_answer():
    raw = (
        b"PO,Line,State,Qty,UM,ETA,Comment\n"
        b"P00001,1,OK,10,BX,,\n"
        b"P00001,2,BO,5,BX,2026-04-01,Out of stock\n"
        b"P00001,2,OK,15,BX,,\n"
        b"P00002,1,NO,,,,Discontinued\n"
    )
    answers = parse(
        raw,
        "csv",
        type="order_response",
        columns={
            "number": "PO",
            "order_number": "PO",
            "lines.order_line": "Line",
            "lines.status": "State",
            "lines.quantity.value": "Qty",
            "lines.quantity.unit": "UM",
            "lines.promised.end": "ETA",
            "lines.reason": "Comment",
        },
        constants={"status": "changed"},
        words={"lines.status": {"OK": "accepted", "BO": "backordered", "NO": "rejected"}},
    )
    assert [(each.order_number, len(each.lines)) for each in answers] == [
        ("P00001", 3),
        ("P00002", 1),
    ]
    first, second, third = answers[0].lines
    assert (second.order_line, second.status) == ("2", "backordered")
    assert second.promised.end == date(2026, 4, 1)
    assert (third.status, third.quantity) == ("accepted", Quantity(Decimal(15), "BX"))
    assert answers[1].lines[0].quantity is None


def test_rows_of_several_invoices_may_be_mixed():
    first = b"number,kind,issued,payable,lines.number,lines.quantity.value,taxes.0.amount\n"
    raw = (
        first
        + b"I1,invoice,2026-03-02,5,1,1,1\nI2,invoice,,7,1,2,\nI1,invoice,2026-03-02,5,2,3,1\n"
    )
    one, two = parse(raw, "csv", type="invoice")
    assert isinstance(one, Invoice)
    assert [line.quantity.value for line in one.lines] == [1, 3]
    assert (one.payable, one.taxes[0].amount, two.payable) == (5, 1, 7)


def test_rows_that_contradict_each_other_are_told():
    raw = b"number,status,lines.order_line,lines.status\nR1,changed,1,accepted\nR1,accepted,2,accepted\n"
    (answer,) = parse(raw, "csv", type="order_response")
    assert isinstance(answer, OrderResponse)
    assert (answer.status, len(answer.lines)) == ("changed", 2)
    assert [remark.code for remark in answer.remarks] == ["inconsistent"]
    error = refused(raw, type="order_response", strict=True)
    assert (error.code, error.position) == ("inconsistent", "line 3")


def test_a_column_of_nobody_is_told():
    raw = ORDER.replace(b"contract", b"Vertrag")
    assert [remark.text for remark in parse(raw)[0].remarks] == ["Vertrag"]
    assert refused(raw, strict=True).code == "not_understood"


# Bad lines -----------------------------------------------------------------------------------------------------

BAD = {
    "no such number": ("12,5", "1.234,5", "invalid_number", "line 5, column Preis"),
    "a huge exponent": ("12,5", "1E400", "invalid_number", "line 5, column Preis"),
    "not a number": ("12,5", "NaN", "invalid_number", "line 5, column Preis"),
    "no such day": ("31.12.2026", "31.02.2026", "invalid_date", "line 3, column Gültig bis"),
    "an unknown word": ("entfällt", "vielleicht", "unknown_code", "line 6, column Status"),
    "a broken quote": ('blau";', 'bl"au";', "not_well_formed", "line 3"),
    "a zero": ("Spritzen", "Spr\0itzen", "invalid_text", "line 5"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_is_named(case):
    old, new, code, position = BAD[case]
    assert old in PRICES
    text = PRICES.replace(old, new)
    error = refused(text.encode(), header_rows=2, **OPTIONS)
    assert (error.code, error.position) == (code, position)
    options = {name: value for name, value in OPTIONS.items() if name != "type"}
    read = list(iter_catalogue(text.splitlines(keepends=True), header_rows=2, **options))
    failed = [each for each in read if each.error]
    assert [(each.error.code, each.error.position) for each in failed] == [(code, position)]
    assert failed[0].line is None
    assert len(read) == 3


def test_a_line_in_a_broken_encoding_stops_no_other():
    lines = [b"lines.item.name\n", b"a\n", b"\x81\n", b"c\n"]
    read = list(iter_catalogue(lines))
    assert [each.line and each.line.item.name for each in read] == ["a", None, "c"]
    assert (read[1].row, read[1].error.code) == (3, "not_well_formed")


REFUSED = {
    "nothing": (b"", {"type": "catalogue"}, "missing"),
    "only a header": (b"number\n", {"type": "catalogue"}, "missing"),
    "no type": (b"number\n1\n", {}, "unsupported_type"),
    "another type": (b"number\n1\n", {"type": "poem"}, "unsupported_type"),
    "another type in the file": (b"document\npoem\n", {}, "unsupported_type"),
    "no number": (b"currency\nEUR\n", {"type": "catalogue"}, "missing"),
    "no such column": (b"a\n1\n", {"type": "catalogue", "columns": {"number": "b"}}, "missing"),
    "no such field": (
        b"a\n1\n",
        {"type": "catalogue", "columns": {"colour": "a"}},
        "unexpected_structure",
    ),
    "no such part": (
        b"a\n1\n",
        {"type": "catalogue", "columns": {"lines.packs.unit": "a"}},
        "unexpected_structure",
    ),
    "a field of the reading": (
        b"a\n1\n",
        {"type": "catalogue", "columns": {"remarks": "a"}},
        "unexpected_structure",
    ),
    "no such encoding": (
        b"a\n1\n",
        {"type": "catalogue", "encoding": "klingon"},
        "not_well_formed",
    ),
    "not the encoding": (
        b"\xff\n1\n",
        {"type": "catalogue", "encoding": "utf-8"},
        "not_well_formed",
    ),
    "no encoding at all": (b"number\n\x81\n", {"type": "catalogue"}, "not_well_formed"),
    "a quote without end": (b'number\n"' + b"x\n" * 1_000_000, {"type": "catalogue"}, "too_large"),
    "a line without a quantity": (
        b"number,lines.number\n1,1\n",
        {"type": "order"},
        "missing",
    ),
    "a line with half a price": (
        b"number,lines.item.name,lines.price.per.value\n1,a,1\n",
        {"type": "catalogue"},
        "missing",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_soon(case):
    raw, options, code = REFUSED[case]
    started = time.monotonic()
    error = refused(raw, **options)
    assert time.monotonic() - started < 2
    assert error.code == code
    assert error.position or "encoding" in case


def test_too_large_is_refused_before_it_is_read():
    started = time.monotonic()
    assert refused(b"x," * 100_000_000, type="catalogue").code == "too_large"
    assert time.monotonic() - started < 2


@given(st.integers(0, len(ORDER) - 1), st.binary(min_size=1, max_size=4))
def test_damaged_orders_are_read_or_refused(place, damage):
    raw = ORDER[:place] + damage + ORDER[place + len(damage) :]
    try:
        documents = parse(raw, "csv")
    except FormatError as error:
        assert error.code
    else:
        assert all(document.number for document in documents)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    try:
        parse(raw, "csv", type="catalogue")
    except FormatError as error:
        assert error.code


# Many lines ----------------------------------------------------------------------------------------------------


def price_lines(count):
    yield b"lines.item.seller_code,lines.item.name,lines.price.value,lines.unit\n"
    for index in range(count):
        yield b"S-%d,Gloves number %d,4.25,XBX\n" % (index, index)


def peak_of(count):
    tracemalloc.start()
    try:
        read = sum(1 for each in iter_catalogue(price_lines(count)) if each.line)
        return read, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_a_catalogue():
    (few, at_few), (many, at_many) = peak_of(500), peak_of(5_000)
    assert (few, many) == (500, 5_000)
    assert at_many < 1.3 * at_few + 10_000
