"""What the UBL format declares to carry is written and read again unchanged; the rest is refused."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.documents import (
    DespatchAdvice,
    DespatchLine,
    Envelope,
    Item,
    Lot,
    OrderResponse,
    OrderResponseLine,
    Package,
    Party,
    Quantity,
)
from odoo.addons.healthcare_procurement_connector.formats import (
    FORMATS,
    FormatError,
    parse,
    render,
)

from tests.pure.formats.document_strategies import documents
from tests.simulator import samples

CARRIES = FORMATS["ubl"].carries
PIECES = Quantity(Decimal(5), "C62")


def again(document):
    (read,) = parse(render(document, "ubl"), "ubl")
    return read


@pytest.mark.parametrize("cls", CARRIES, ids=lambda cls: cls.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_round_trip(cls, data):
    document = data.draw(documents(cls, CARRIES))
    read = again(document)
    assert read == document
    assert read.remarks == ()


def test_an_empty_envelope_is_filled_as_peppol_wants_it():
    read = again(samples.order())
    assert read.envelope == Envelope(
        syntax="ubl",
        customization="urn:fdc:peppol.eu:poacc:trns:order:3",
        profile="urn:fdc:peppol.eu:poacc:bis:ordering:3",
        sender=samples.BUYER.ids[0],
        receiver=samples.SELLER.ids[0],
    )
    assert dataclasses.replace(read, envelope=Envelope()) == samples.order()


def test_the_envelope_of_another_syntax_is_not_taken_over():
    envelope = Envelope("x12", "004010", "850", sender=("ZZ", "HOSPITAL"), control="000000001")
    assert again(samples.order(envelope=envelope)) == again(samples.order())


def test_an_envelope_that_was_read_stays_as_it_was():
    order = samples.order(envelope=Envelope(syntax="ubl"))
    assert again(order) == order


LINE = samples.line("1", "GLOVE", "10", "4.25")


@pytest.mark.parametrize(
    "document",
    [
        samples.order(revision=2),
        samples.order(lines=(dataclasses.replace(LINE, action="add"),)),
        samples.order(lines=(dataclasses.replace(LINE, item=Item(udi="(01)07311104114566")),)),
        samples.order(envelope=Envelope(control="000000001")),
        samples.order(envelope=Envelope(test=True)),
    ],
    ids=["revision", "action", "udi", "control", "test"],
)
def test_what_has_no_place_is_refused(document):
    with pytest.raises(FormatError) as caught:
        render(document, "ubl")
    assert caught.value.code == "not_carried"
    assert caught.value.position


@pytest.mark.parametrize("field", ["issued", "buyer", "seller", "currency", "lines"])
def test_what_ubl_demands_is_missed(field):
    empty = () if field == "lines" else None
    with pytest.raises(FormatError) as caught:
        render(samples.order(**{field: empty}), "ubl")
    assert caught.value.code == "missing"


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "\ud800", "\uffff"])
def test_text_that_xml_cannot_hold_is_refused(text):
    with pytest.raises(FormatError) as caught:
        render(samples.order(note=text), "ubl")
    assert caught.value.code == "invalid_text"


@pytest.mark.parametrize("text", ["a\r\nb", "a\tb", "]]>", "<&>\"'", "\u2028x", "🩺"])
def test_text_survives(text):
    assert again(samples.order(note=text)).note == text
    party = Party("x", (("0088", text),))
    assert again(samples.order(buyer=party)).buyer == party


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+60"), 4.25])
def test_only_decimal_numbers_are_written(number):
    with pytest.raises(FormatError) as caught:
        render(samples.order(total=number), "ubl")
    assert caught.value.code == "invalid_number"


def test_unknown_documents_are_refused():
    with pytest.raises(FormatError) as caught:
        render(Party("not a document"), "ubl")
    assert caught.value.code == "unsupported_type"
    with pytest.raises(FormatError) as caught:
        render(samples.order(), "klingon")
    assert caught.value.code == "unsupported_format"


# Order responses -------------------------------------------------------------------------------------------


def response(*lines, status="changed"):
    return OrderResponse(
        number="R1",
        status=status,
        issued=date(2026, 3, 3),
        order_number="P00001",
        currency="EUR",
        buyer=samples.BUYER,
        seller=samples.SELLER,
        lines=lines,
    )


def answer(status, **values):
    return OrderResponseLine(order_line="1", status=status, item=Item(name="Gloves"), **values)


@pytest.mark.parametrize("status", ["pending", "on_hold", "perhaps"])
def test_statuses_ubl_has_no_code_for(status):
    with pytest.raises(FormatError) as caught:
        render(response(answer(status)), "ubl")
    assert caught.value.code == "not_carried"


def test_a_split_line_is_two_answers():
    split = (
        answer("changed", quantity=PIECES),
        answer("backordered", quantity=Quantity(Decimal(3), "C62")),
    )
    assert again(response(*split)).lines == split


def test_one_ubl_line_can_hold_both_answers():
    raw = render(response(answer("changed", quantity=PIECES)), "ubl")
    raw = raw.replace(
        b"</cbc:Quantity>",
        b"</cbc:Quantity><cbc:MaximumBackorderQuantity>3</cbc:MaximumBackorderQuantity>",
    )
    now, later = parse(raw)[0].lines
    assert (now.status, now.quantity) == ("changed", PIECES)
    assert (later.status, later.quantity) == ("backordered", Quantity(Decimal(3)))
    assert later.item == now.item and later.promised is None


def test_codes_of_older_guides_are_read_with_a_remark():
    raw = render(response(status="accepted"), "ubl").replace(b">AP<", b">29<")
    (read,) = parse(raw)
    assert read.status == "accepted"
    assert [(remark.code, remark.text) for remark in read.remarks] == [("obsolete_code", "29")]
    with pytest.raises(FormatError) as caught:
        parse(raw, strict=True)
    assert caught.value.code == "obsolete_code"


# Despatch advices ------------------------------------------------------------------------------------------


def despatched(quantity, lots, **values):
    line = DespatchLine("1", Item(name="Vaccine"), quantity, lots=lots, **values)
    return DespatchAdvice(
        number="D1",
        issued=date(2026, 3, 3),
        seller=samples.SELLER,
        deliver_to=samples.BUYER,
        lines=(line,),
    )


def test_as_many_serial_numbers_as_pieces_are_one_each():
    one = Quantity(Decimal(1), "C62")
    serials = tuple(Lot(serial=str(index), quantity=one) for index in range(5))
    assert again(despatched(PIECES, serials)).lines[0].lots == serials


def test_quantities_of_several_lots_are_refused():
    two = (Lot(lot="A", quantity=PIECES), Lot(lot="B", quantity=PIECES))
    with pytest.raises(FormatError) as caught:
        render(despatched(Quantity(Decimal(10), "C62"), two), "ubl")
    assert caught.value.code == "not_carried"


def test_packages_are_known_by_their_sscc():
    sscc = "173111000000000013"
    advice = dataclasses.replace(
        despatched(PIECES, (), package="1"), packages=(Package("1", sscc=sscc),)
    )
    read = again(advice)
    assert read.packages == (Package(sscc, sscc=sscc),)
    assert read.lines[0].package == sscc


def test_packages_nested_twice_are_refused():
    packages = (Package("1"), Package("2", parent="1"), Package("3", parent="2"))
    with pytest.raises(FormatError) as caught:
        render(dataclasses.replace(despatched(PIECES, ()), packages=packages), "ubl")
    assert caught.value.code == "not_carried"
