"""What the parts of cXML mean, case by case."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Charge,
    Envelope,
    Item,
    OrderCancellation,
    OrderChange,
    OrderResponse,
    OrderResponseLine,
    Party,
    PunchOutCart,
    PunchOutStart,
    Quantity,
    Receipt,
    ReceiptError,
)
from odoo.addons.healthcare_procurement_connector.formats import FormatError, parse, render
from odoo.addons.healthcare_procurement_connector.formats.cxml import with_secret

from tests.simulator import behaviour, samples
from tests.simulator.faults import Faults

ORDER = render(samples.order(note="Ring the bell"), "cxml")
ACCEPTED = OrderResponse(
    number="R1",
    status="accepted",
    issued=samples.TODAY,
    order_number="P00001",
    buyer=samples.BUYER,
    seller=samples.SELLER,
)
BILL = behaviour.invoice(
    samples.order(), behaviour.Profile(account="4711"), Faults(), samples.TODAY, "I1"
)
HEADER = (
    b"<Header><From><Credential domain='DUNS'><Identity>1</Identity></Credential></From>"
    b"<To><Credential domain='GLN'><Identity>2</Identity></Credential></To>"
    b"<Sender><Credential domain='N'><Identity>3</Identity><SharedSecret>open sesame</SharedSecret>"
    b"</Credential><UserAgent/></Sender></Header>"
)
CONFIRMATION = (
    b"<cXML payloadID='P'>" + HEADER + b"<Request><ConfirmationRequest>"
    b"<ConfirmationHeader confirmID='C1' noticeDate='2026-03-03T23:30:00-08:00' type='%s'/>"
    b"<OrderReference orderID='P1'><DocumentReference payloadID='x'/></OrderReference>%s"
    b"</ConfirmationRequest></Request></cXML>"
)


def again(document):
    (read,) = parse(render(document, "cxml"))
    return read


def confirmed(kind, items=b""):
    (read,) = parse(CONFIRMATION % (kind, items))
    return read


def portion(kind, content=b"", quantity=b"5"):
    return (
        b"<ConfirmationItem lineNumber='1' quantity='5'><UnitOfMeasure>EA</UnitOfMeasure>"
        b"<ConfirmationStatus type='%s' quantity='%s'><UnitOfMeasure>EA</UnitOfMeasure>%s"
        b"</ConfirmationStatus></ConfirmationItem>" % (kind, quantity, content)
    )


ITEM_IN = (
    b"<ItemIn quantity='5'><ItemID><SupplierPartID>S-2</SupplierPartID></ItemID><ItemDetail>"
    b"<UnitPrice><Money currency='EUR'>4.50</Money></UnitPrice>"
    b"<Description>Long text<ShortName>Gloves</ShortName></Description>"
    b"<UnitOfMeasure>EA</UnitOfMeasure></ItemDetail></ItemIn>"
)


# Envelope ----------------------------------------------------------------------------------------------------


def test_an_empty_envelope_is_filled():
    read = again(samples.order())
    assert read.envelope == Envelope(
        syntax="cxml",
        sender=samples.BUYER.ids[0],
        receiver=samples.SELLER.ids[0],
        control="P00001",
    )
    assert dataclasses.replace(read, envelope=Envelope()) == samples.order()


@pytest.mark.parametrize("test", [None, False, True])
def test_a_test_is_one(test):
    assert again(samples.order(envelope=Envelope(test=test))).envelope.test is test


def test_a_test_stays_one_in_another_syntax():
    assert again(samples.order(envelope=Envelope("x12", test=True))).envelope.test is True


def test_an_unknown_mode_is_refused():
    with pytest.raises(FormatError) as caught:
        parse(ORDER.replace(b"<Request>", b"<Request deploymentMode='perhaps'>"))
    assert caught.value.code == "unknown_code"


def test_credentials_name_the_parties():
    answer = confirmed(b"accept")
    assert answer.seller == Party(ids=(("0060", "1"),))
    assert answer.buyer == Party(ids=(("0088", "2"),))
    assert answer.envelope.sender == ("0060", "1")
    assert answer.envelope.control == "P"
    assert [remark.text for remark in answer.remarks] == ["passed on by N 3"]


def test_the_time_of_the_message_is_an_option():
    moment = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert b'timestamp="2026-03-02T08:30:00+00:00"' in render(
        samples.order(), "cxml", timestamp=moment
    )
    assert b'timestamp="2026-03-02T12:00:00+00:00"' in ORDER


def test_days_are_read_where_they_were_written():
    assert confirmed(b"accept").issued == date(2026, 3, 3)


# Secrets -----------------------------------------------------------------------------------------------------

SECRET = "open sesame"


@pytest.mark.parametrize(
    "raw",
    [
        CONFIRMATION % (b"accept", b""),
        CONFIRMATION % (b"accept", b"<SharedSecret>open sesame</SharedSecret>"),
        CONFIRMATION % (b"accept", b"<Strange>x<SharedSecret>open sesame</SharedSecret></Strange>"),
        with_secret(ORDER, SECRET),
        with_secret(ORDER, SECRET).replace(
            b"<Header>", b"<Header><SharedSecret>open sesame</SharedSecret>"
        ),
    ],
)
def test_a_secret_is_in_no_document_and_no_remark(raw):
    assert SECRET.encode() in raw
    assert SECRET not in repr(parse(raw))
    for document in parse(raw):
        assert SECRET.encode() not in render(document, "cxml")


@pytest.mark.parametrize(
    "old, new",
    [
        (b"open sesame", b"&open-sesame;"),
        (b"open sesame", b"<open-sesame>"),
        (b"open sesame", b"\xff\xfeopen sesame"),
        (b"<SharedSecret>", b"<SharedSecret open='sesame"),
    ],
)
def test_a_secret_is_in_no_error(old, new):
    raw = with_secret(ORDER, SECRET).replace(old, new)
    with pytest.raises(FormatError) as caught:
        parse(raw)
    assert "sesame" not in str(caught.value)


def test_a_secret_goes_in_on_the_way_out():
    raw = with_secret(ORDER, "a<b&c")
    assert b"<SharedSecret>a&lt;b&amp;c</SharedSecret></Credential><UserAgent>" in raw
    assert parse(raw) == parse(ORDER)
    with pytest.raises(FormatError):
        with_secret(b"<cXML/>", SECRET)


# Orders ------------------------------------------------------------------------------------------------------


def test_what_a_change_is_called_by():
    order = samples.order()
    fields = {each.name: getattr(order, each.name) for each in dataclasses.fields(order)}
    change = OrderChange(**fields | {"number": "P00001-2", "revision": 2}, order_number="P00001")
    raw = render(change, "cxml")
    assert b'orderID="P00001"' in raw and b'type="update"' in raw and b'orderVersion="2"' in raw
    read = again(change)
    assert (read.number, read.order_number, read.revision) == ("P00001-2", "P00001", 2)


def test_a_cancellation_needs_neither_lines_nor_a_total():
    read = again(
        OrderCancellation(
            number="P00001-2",
            order_number="P00001",
            issued=samples.TODAY,
            buyer=samples.BUYER,
            seller=samples.SELLER,
        )
    )
    assert (read.lines, read.total, read.currency) == ((), None, None)


def test_lines_without_numbers_have_their_place():
    raw = ORDER.replace(b' lineNumber="2"', b"").replace(b' lineNumber="3"', b"")
    assert [line.number for line in parse(raw)[0].lines] == ["1", "2", "3"]


def test_shipping_is_a_charge():
    told = b"<Shipping><Money currency='EUR'>12.50</Money><Description>Express</Description></Shipping>"
    (order,) = parse(ORDER.replace(b"</BillTo>", b"</BillTo>" + told))
    assert order.charges == (Charge("charge", Decimal("12.50"), "FC", "Express"),)


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"total": None}, "missing"),
        ({"lines": ()}, "missing"),
        ({"issued": None}, "missing"),
        ({"buyer": Party("Hospital")}, "missing"),
        ({"currency": None}, "missing"),
        ({"type_code": "227"}, "not_carried"),
        ({"envelope": Envelope(profile="x")}, "not_carried"),
        ({"charges": (Charge("charge", Decimal(-1)),)}, "invalid_number"),
        ({"total": Decimal("NaN")}, "invalid_number"),
        ({"note": "a\x00b"}, "invalid_text"),
    ],
)
def test_what_cannot_be_written_is_refused(changes, code):
    with pytest.raises(FormatError) as caught:
        render(samples.order(**changes), "cxml")
    assert caught.value.code == code
    assert caught.value.position


# Answers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, status, remark",
    [
        (b"accept", "accepted", None),
        (b"reject", "rejected", None),
        (b"detail", "changed", None),
        (b"allDetail", "changed", None),
        (b"replace", "changed", None),
        (b"except", "changed", "lines that are not mentioned are accepted as ordered"),
        (b"backordered", "received", "the whole order is on back order"),
        (b"requestToPay", "accepted", "a payment is asked for"),
    ],
)
def test_what_is_said_of_the_whole_order(kind, status, remark):
    answer = confirmed(kind)
    assert answer.status == status
    assert [each.text for each in answer.remarks][1:] == ([remark] if remark else [])


@pytest.mark.parametrize(
    "kind, status",
    [
        (b"accept", "accepted"),
        (b"allDetail", "changed"),
        (b"detail", "changed"),
        (b"backordered", "backordered"),
        (b"reject", "rejected"),
        (b"unknown", "pending"),
        (b"requestToPay", "accepted"),
    ],
)
def test_what_is_said_of_a_line(kind, status):
    (line,) = confirmed(b"detail", portion(kind)).lines
    assert line == OrderResponseLine("1", status, quantity=Quantity(Decimal(5), "EA"))


def test_an_unknown_word_is_refused():
    for raw in (CONFIRMATION % (b"perhaps", b""), CONFIRMATION % (b"detail", portion(b"perhaps"))):
        with pytest.raises(FormatError) as caught:
            parse(raw)
        assert caught.value.code == "unknown_code"


def test_a_detail_with_an_item_is_a_substitute():
    answer = confirmed(b"detail", portion(b"detail", ITEM_IN))
    (line,) = answer.lines
    assert line.status == "substituted"
    assert line.substitute == Item(seller_code="S-2", name="Gloves")
    assert line.price.value == Decimal("4.50")
    assert answer.currency == "EUR"


@pytest.mark.parametrize("kind", [b"accept", b"allDetail", b"backordered"])
def test_elsewhere_an_item_is_only_named_again(kind):
    (line,) = confirmed(b"detail", portion(kind, ITEM_IN)).lines
    assert line.item == Item(seller_code="S-2", name="Gloves")
    assert line.substitute is None


def test_portions_that_do_not_add_up_are_told():
    raw = CONFIRMATION % (b"detail", portion(b"accept", quantity=b"3"))
    (answer,) = parse(raw)
    assert "inconsistent" in [remark.code for remark in answer.remarks]
    with pytest.raises(FormatError) as caught:
        parse(raw, strict=True)
    assert caught.value.code == "inconsistent"


def test_answers_to_one_line_stand_in_one_item():
    split = tuple(
        OrderResponseLine("1", status, quantity=Quantity(Decimal(quantity), "EA"))
        for status, quantity in (("accepted", 3), ("backordered", 2))
    )
    answer = dataclasses.replace(ACCEPTED, status="changed", lines=split)
    raw = render(answer, "cxml")
    assert raw.count(b"<ConfirmationItem ") == 1 and b'<ConfirmationItem quantity="5"' in raw
    assert again(answer).lines == split


def test_a_message_number_stands_in_for_a_missing_one():
    raw = (CONFIRMATION % (b"accept", b"")).replace(b"confirmID='C1'", b"")
    assert parse(raw)[0].number == "P"
    with pytest.raises(FormatError) as caught:
        parse(raw.replace(b"payloadID='P'", b"payloadID=''"))
    assert caught.value.code == "missing"


# Bills -------------------------------------------------------------------------------------------------------


def test_a_credit_memo_is_negative_in_cxml():
    credit = dataclasses.replace(BILL, kind="credit_note", corrects="I0", due=None)
    raw = render(credit, "cxml")
    assert b'purpose="lineLevelCreditMemo"' in raw and b'quantity="-10"' in raw
    assert b">-692.50<" in raw and b">4.25<" in raw
    read = again(credit)
    assert (read.kind, read.payable, read.lines[0].quantity.value) == (
        "credit_note",
        BILL.payable,
        Decimal(10),
    )


def test_a_positive_credit_memo_is_told():
    raw = render(BILL, "cxml").replace(b'purpose="standard"', b'purpose="creditMemo"')
    (read,) = parse(raw)
    assert (read.kind, read.payable) == ("credit_note", BILL.payable)
    assert "inconsistent" in [remark.code for remark in read.remarks]
    with pytest.raises(FormatError):
        parse(raw, strict=True)


def test_a_credit_note_below_zero_is_refused():
    with pytest.raises(FormatError) as caught:
        render(dataclasses.replace(BILL, kind="credit_note", payable=Decimal(-1)), "cxml")
    assert caught.value.code == "not_carried"


@pytest.mark.parametrize("purpose", [b"debitMemo", b"lineLevelDebitMemo"])
def test_a_debit_memo_is_refused(purpose):
    with pytest.raises(FormatError) as caught:
        parse(render(BILL, "cxml").replace(b'"standard"', b'"' + purpose + b'"'))
    assert caught.value.code == "unknown_code"


@pytest.mark.parametrize("tag", [b"InvoiceDetailServiceItem", b"InvoiceDetailHeaderOrder"])
def test_a_bill_of_which_a_part_is_not_read_is_refused(tag):
    raw = render(BILL, "cxml").replace(
        b"<InvoiceDetailOrder>", b"<InvoiceDetailOrder><InvoiceDetailServiceItem/>"
    )
    if tag == b"InvoiceDetailHeaderOrder":
        raw = render(BILL, "cxml").replace(b"InvoiceDetailOrder>", tag + b">")
    with pytest.raises(FormatError) as caught:
        parse(raw)
    assert caught.value.code == "unsupported_type"
    assert tag.decode() in caught.value.position


def test_the_payee_is_read():
    assert again(BILL).payee == BILL.payee
    assert b'identifier="4711" domain="accountID"' in swapped(render(BILL, "cxml"))


def swapped(raw):
    """Attributes of references the other way round, for reading."""
    return raw.replace(
        b'domain="accountID" identifier="4711"', b'identifier="4711" domain="accountID"'
    )


def test_what_is_due_follows_from_the_deposit():
    raw = render(dataclasses.replace(BILL, prepaid=Decimal("92.50")), "cxml")
    start, end = raw.index(b"<DueAmount>"), raw.index(b"</DueAmount>")
    (read,) = parse(raw[:start] + raw[end + len(b"</DueAmount>") :])
    assert read.payable == Decimal("600.00")


# PunchOut and statuses -----------------------------------------------------------------------------------------


def test_where_a_shop_opens():
    start = PunchOutStart(number="S1", url="https://shop.example/?a=1&b=2", issued=samples.TODAY)
    assert dataclasses.replace(again(start), envelope=Envelope()) == start


def test_a_cart_names_parties_by_one_id():
    cart = PunchOutCart(
        number="cookie",
        issued=samples.TODAY,
        editable=True,
        currency="EUR",
        buyer=samples.BUYER,
        seller=samples.SELLER,
        total=Decimal(0),
    )
    with pytest.raises(FormatError) as caught:
        render(cart, "cxml")
    assert caught.value.code == "not_carried"


RESPONSE = b"<cXML payloadID='P' timestamp='2026-03-02T08:00:00Z'><Response>%s</Response></cXML>"


@pytest.mark.parametrize(
    "status, verdict, errors",
    [
        (b"<Status code='200' text='OK'/>", "accepted", ()),
        (b"<Status code='201' text='Accepted'/>", "received", ()),
        (b"<Status code='204' text='No Content'/>", "accepted", ()),
        (
            b"<Status code='406' text='Not Acceptable'>No such item</Status>",
            "rejected",
            (ReceiptError("406", None, "No such item"),),
        ),
        (
            b"<Status code='550' text='Unable to reach'/><PunchOutSetupResponse/>",
            "rejected",
            (ReceiptError("550", None, "Unable to reach"),),
        ),
    ],
)
def test_what_became_of_a_request(status, verdict, errors):
    (receipt,) = parse(RESPONSE % status)
    assert isinstance(receipt, Receipt)
    assert (receipt.number, receipt.status, receipt.errors) == ("P", verdict, errors)
    assert (receipt.scope, receipt.control, receipt.issued) == ("document", None, samples.TODAY)


@pytest.mark.parametrize(
    "content, code",
    [
        (b"<Status code='999' text='?'/>", "unknown_code"),
        (b"<Status text='?'/>", "unknown_code"),
        (b"", "missing"),
        (b"<Status code='200' text='OK'/><ProfileResponse/>", "unsupported_type"),
    ],
)
def test_other_responses_are_refused(content, code):
    with pytest.raises(FormatError) as caught:
        parse(RESPONSE % content)
    assert caught.value.code == code
    assert caught.value.position


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "partial"},
        {"scope": "interchange"},
        {"errors": ()},
        {"errors": (ReceiptError("B17", None, "No"),)},
        {"errors": (ReceiptError("406", "/Order", "No"),)},
        {"errors": (ReceiptError("406"), ReceiptError("407"))},
        {"note": "And another thing"},
    ],
)
def test_receipts_that_no_status_tells_are_refused(changes):
    receipt = Receipt(
        number="P",
        status="rejected",
        scope="document",
        control=None,
        issued=samples.TODAY,
        errors=(ReceiptError("406", None, "No"),),
    )
    with pytest.raises(FormatError) as caught:
        render(dataclasses.replace(receipt, **changes), "cxml")
    assert caught.value.code == "not_carried"
