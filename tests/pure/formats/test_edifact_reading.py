"""What EDIFACT means: statuses, dates, prices, parties, packages, separators, as suppliers write them."""

from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.healthcare_procurement_connector.core.documents import (
    OrderCancellation,
    OrderChange,
    Pack,
    Party,
    Period,
    Price,
    Quantity,
    Receipt,
)
from odoo.addons.healthcare_procurement_connector.formats import FormatError, parse

UNB = "UNB+UNOC:3+4012345000009:14+4012345000016:14+260302:0930+77++++++{}'"


def interchange(*messages, una="", test="", group=None, directory="D:96A"):
    """Messages are (type, body); the body has ``'`` at the end of segments."""
    text = una + UNB.format(test)
    if group:
        text += f"UNG+ORDERS+A+B+260302:0930+{group}+UN+D:96A'"
    for number, (type_, body) in enumerate(messages, 1):
        count = body.count("'") - body.count("?'") + 2
        text += f"UNH+{number}+{type_}:{directory}:UN:EAN009'{body}UNT+{count}+{number}'"
    if group:
        text += f"UNE+{len(messages)}+{group}'"
    return (text + f"UNZ+{1 if group else len(messages)}+77'").encode("latin-1")


def read(type_, body, **options):
    (document,) = parse(interchange((type_, body)), "edifact", **options)
    return document


def response(*lines, bgm="BGM+231+A1+9+AC'"):
    return read("ORDRSP", f"{bgm}DTM+137:20260302:102'RFF+ON:P1'" + "".join(lines))


def codes_of(document):
    return [remark.code for remark in document.remarks]


# Answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bgm, status, purpose",
    [
        ("BGM+231+A1+9+AP'", "accepted", "original"), ("BGM+231+A1+9+AC'", "changed", "original"),
        ("BGM+231+A1+5+RE'", "rejected", "replace"), ("BGM+231+A1+9+AB'", "received", "original"),
        ("BGM+231+A1+9+AI'", "changed", "original"), ("BGM+231+A1+9+AJ'", "received", "original"),
        ("BGM+231+A1+9+CA'", "changed", "original"), ("BGM+231+A1+29'", "accepted", None),
        ("BGM+231+A1+27'", "rejected", None), ("BGM+231+A1+30'", "changed", None),
        ("BGM+231+A1+4'", "changed", None),
    ],
)  # fmt: skip
def test_header_statuses(bgm, status, purpose):
    document = response(bgm=bgm)
    assert (document.number, document.status, document.purpose) == ("A1", status, purpose)


@pytest.mark.parametrize(
    "actions, status",
    [("55", "accepted"), ("77", "rejected"), ("57", "changed"), ("", "received")],
)
def test_without_a_status_the_lines_add_up(actions, status):
    lines = "".join(f"LIN+{at}+{action}'" for at, action in enumerate(actions, 1))
    document = response(lines, bgm="BGM+231+A1+9'")
    assert document.status == status
    assert ("missing" in codes_of(document)) == (not actions)


@pytest.mark.parametrize(
    "action, status",
    [
        ("1", "added"),
        ("3", "changed"),
        ("5", "accepted"),
        ("6", "changed"),
        ("7", "rejected"),
        ("42", "delivered"),
    ],
)
def test_line_statuses(action, status):
    (line,) = response(f"LIN+1+{action}+4012345123456:EN'QTY+21:10:PCE'PRI+AAA:4.25'").lines
    assert (line.order_line, line.status) == ("1", status)
    assert (line.quantity, line.price) == (Quantity(Decimal(10), "H87"), Price(Decimal("4.25")))
    assert line.item.gtin == "4012345123456"


def test_unknown_statuses_are_refused():
    with pytest.raises(FormatError) as caught:
        response("LIN+1+99'")
    assert (caught.value.code, caught.value.position) == ("unknown_code", "LIN/02.1 (segment 6)")


def test_a_back_order_beside_what_comes():
    lines = response("LIN+1+3'QTY+21:60:XBX'QTY+83:40:XBX'DTM+69:20260304:102'").lines
    assert [(line.status, line.quantity.value) for line in lines] == [
        ("changed", 60),
        ("backordered", 40),
    ]
    assert lines[0].promised == Period(date(2026, 3, 4), date(2026, 3, 4))


def test_a_substitute():
    (line,) = response("LIN+1+3'PIA+5+GL-9:SA'PIA+3+GL-10:SA'QTY+21:60'").lines
    assert (line.status, line.item.seller_code, line.substitute.seller_code) == (
        "substituted",
        "GL-9",
        "GL-10",
    )


def test_an_answer_to_a_change_names_it():
    assert response("RFF+PP:P1-3'").change_number == "P1-3"


@pytest.mark.parametrize("code, purpose", [("9", None), ("6", "confirmation"), ("7", "duplicate")])
def test_purposes_of_orders(code, purpose):
    assert read("ORDERS", f"BGM+220+P1+{code}'DTM+137:20260302:102'").purpose == purpose


def test_the_line_that_is_answered_may_be_named_apart():
    (line,) = response("LIN+7+5'RFF+ON:P1:2'").lines
    assert line.order_line == "2"


# Dates, numbers, prices ----------------------------------------------------------------------------------------


def order(*segments, **options):
    return read("ORDERS", "BGM+220+P1+9'DTM+137:20260302:102'" + "".join(segments), **options)


@pytest.mark.parametrize(
    "dtm, day",
    [("20260309:102", date(2026, 3, 9)), ("260309:101", date(2026, 3, 9)), ("202603091530:203", date(2026, 3, 9)),
     ("20260309153059:204", date(2026, 3, 9)), ("090326:2", date(2026, 3, 9)), ("20260309", date(2026, 3, 9))],
)  # fmt: skip
def test_dates(dtm, day):
    assert order(f"DTM+2:{dtm}'").requested_delivery == Period(day, day)


def test_periods():
    week = Period(date(2026, 3, 9), date(2026, 3, 13))
    assert order("DTM+2:2026030920260313:718'").requested_delivery == week
    assert order("DTM+64:20260309:102'DTM+63:20260313:102'").requested_delivery == week


@pytest.mark.parametrize("number", ["12,50", "12.50", "012.50", "12,5"])
def test_decimal_marks(number):
    assert order(f"LIN+1'QTY+21:{number}:KGM'").lines[0].quantity.value == Decimal("12.50")


@pytest.mark.parametrize(
    "pri, price",
    [("AAA:4.25", Price(Decimal("4.25"))), ("AAA:425:CT::100:PCE", Price(Decimal(425), Quantity(Decimal(100), "H87"))),
     ("CAL:4.25", Price(Decimal("4.25")))],
)  # fmt: skip
def test_prices_are_for_what_they_say(pri, price):
    assert order(f"LIN+1'QTY+21:5:PCE'PRI+{pri}'").lines[0].price == price


def test_a_gross_price_is_not_taken():
    document = order("LIN+1'QTY+21:5:PCE'PRI+AAB:5'")
    assert document.lines[0].price is None
    assert codes_of(document) == ["not_understood"]


@pytest.mark.parametrize(
    "code, unit", [("PCE", "H87"), ("BX", "XBX"), ("CS", "XCS"), ("KGM", "KGM"), ("C62", "C62")]
)
def test_units(code, unit):
    assert order(f"LIN+1'QTY+21:5:{code}'").lines[0].quantity.unit == unit


def test_a_partner_has_units_of_its_own():
    assert order("LIN+1'QTY+21:5:KAR'", units={"KAR": "XCT"}).lines[0].quantity.unit == "XCT"


# Parties -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nad, ids",
    [("4012::9", (("0088", "4012"),)), ("4012::16", (("0060", "4012"),)), ("4012::92", (("92", "4012"),)),
     ("4012:0192", (("0192", "4012"),)), ("4012", (("", "4012"),))],
)  # fmt: skip
def test_party_schemes(nad, ids):
    assert order(f"NAD+BY+{nad}++Hospital'").buyer == Party("Hospital", ids)


def test_a_party_with_all_it_may_have():
    buyer = order(
        "NAD+BY+4012::9++Hospital:Purchasing+Street 1:Wing B+Berlin+BE+10115+DE'RFF+VA:DE123'"
    ).buyer
    assert (buyer.name, buyer.ids) == ("Hospital Purchasing", (("0088", "4012"), ("VAT", "DE123")))
    assert (buyer.address.street, buyer.address.street2, buyer.address.zip) == (
        "Street 1",
        "Wing B",
        "10115",
    )


def test_parties_we_have_no_place_for_take_their_segments_with_them():
    document = order("NAD+BY+1::9'NAD+IV+2::9'RFF+VA:DE9'CUX+2:EUR:9'")
    assert (document.buyer.ids, document.seller, document.currency) == (
        (("0088", "1"),),
        None,
        "EUR",
    )


# Changes -----------------------------------------------------------------------------------------------------


def test_changes_and_cancellations():
    body = "DTM+137:20260302:102'RFF+ON:P1::2'LIN+1+2'LIN+2+3'QTY+21:20'UNS+S'"
    change = read("ORDCHG", "BGM+230+C1+4'" + body)
    assert isinstance(change, OrderChange)
    assert (change.number, change.order_number, change.revision) == ("C1", "P1", 2)
    assert [(line.action, line.quantity.value) for line in change.lines] == [
        ("delete", 0),
        ("change", 20),
    ]
    cancellation = read("ORDCHG", "BGM+230+C1+1'" + body)
    assert isinstance(cancellation, OrderCancellation)
    assert cancellation.order_number == "P1"


# Despatch advices, invoices, catalogues ------------------------------------------------------------------------


def test_packages_and_lots():
    document = read(
        "DESADV",
        "BGM+351+D1+9'DTM+137:20260302:102'DTM+11:20260302:102'DTM+17:20260304:102'RFF+ON:P1'"
        "NAD+SU+1::9'NAD+DP+2::9'CPS+1'PAC+1++201::9'PCI+33E'GIN+BJ+300000000000000014'"
        "CPS+2+1'PAC+1++CT'PCI+33E'GIN+BJ+300000000000000021'"
        "LIN+1++04012345123456:SRV'QTY+12:60:XBX'RFF+ON:P1:7'"
        "PCI+36E'DTM+36:20280531:102'QTY+12:40:XBX'GIN+BX+L1'PCI+36E'GIN+BX+L2'CNT+2:1'",
    )
    assert [(each.id, each.parent, each.kind) for each in document.packages] == [
        ("300000000000000014", None, "PX"), ("300000000000000021", "300000000000000014", "CT"),
    ]  # fmt: skip
    (line,) = document.lines
    assert (line.package, line.order_number, line.order_line) == ("300000000000000021", "P1", "7")
    assert [(lot.lot, lot.expiry, lot.quantity and lot.quantity.value) for lot in line.lots] == [
        ("L1", date(2028, 5, 31), 40), ("L2", None, None),
    ]  # fmt: skip
    assert document.expected.start == date(2026, 3, 4)


def test_lines_in_several_packages_are_told():
    document = read(
        "DESADV", "BGM+351+D1'CPS+1'PAC+2++CT'PCI+17'GIN+ML+A'GIN+ML+B'LIN+1'QTY+12:60:PCE'"
    )
    assert [package.id for package in document.packages] == ["A", "B"]
    assert document.lines[0].package is None
    assert "not_understood" in codes_of(document)


@pytest.mark.parametrize(
    "name, kind", [("380", "invoice"), ("381", "credit_note"), ("83", "credit_note")]
)
def test_kinds_of_invoices(name, kind):
    assert read("INVOIC", f"BGM+{name}+R1+9'DTM+137:20260302:102'").kind == kind


def test_an_invoice():
    document = read(
        "INVOIC",
        "BGM+380+R1+9'DTM+137:20260302:102'RFF+ON:P1'RFF+PQ:Ref 1'NAD+SU+1::9++Works'FII+RB+DE99:Works+BANKDEFF'"
        "RFF+VA:DE1'CUX+2:EUR:9'PAT+1'DTM+13:20260401:102'"
        "LIN+1'QTY+47:60:XBX'MOA+203:255.00'PRI+AAA:4.25'RFF+ON:P1:7'TAX+7+VAT+++:::19+S'"
        "ALC+A+:95'MOA+204:5'UNS+S'MOA+79:255.00'MOA+77:303.45'MOA+125:255.00'MOA+176:48.45'MOA+9:303.45'"
        "TAX+7+VAT+++:::19+S'MOA+125:255.00'MOA+124:48.45'",
    )
    assert (document.payee.account, document.payee.bank, document.payee.reference) == (
        "DE99",
        "BANKDEFF",
        "Ref 1",
    )
    assert document.seller.ids == (("0088", "1"), ("VAT", "DE1"))
    assert (document.due, document.payable, document.total_tax) == (
        date(2026, 4, 1), Decimal("303.45"), Decimal("48.45"),
    )  # fmt: skip
    (line,) = document.lines
    assert (line.tax_category, line.tax_rate, line.order_line) == ("S", Decimal(19), "7")
    assert (line.charges[0].kind, line.charges[0].code, line.charges[0].amount) == (
        "allowance",
        "95",
        5,
    )
    assert (document.taxes[0].base, document.taxes[0].amount) == (
        Decimal("255.00"),
        Decimal("48.45"),
    )
    assert document.remarks == ()


def test_lines_that_do_not_add_up_are_told_or_refused():
    body = "BGM+380+R1+9'LIN+1'QTY+47:1:PCE'MOA+203:5'UNS+S'MOA+79:6'MOA+9:6'"
    assert codes_of(read("INVOIC", body)) == ["inconsistent"]
    with pytest.raises(FormatError) as caught:
        read("INVOIC", body, strict=True)
    assert caught.value.code == "inconsistent"


def test_packs_of_a_catalogue():
    document = read(
        "PRICAT",
        "BGM+9+K1+9'DTM+137:20260302:102'PGI+2'LIN+1+1+50387698433528:SRV'PRI+AAA:65:CA::1:XCS'"
        "LIN+2++50387698433522:SRV+1:1'QTY+45E:1:XCS'LIN+3++30387698433527:SRV+1:1'QTY+45E:4:XBX'",
    )
    (line,) = document.lines
    assert (line.action, line.unit, line.price) == ("add", "XCS", Price(Decimal(65)))
    assert line.packs == (
        Pack("XCS", Quantity(Decimal(4), "XBX"), "50387698433522"), Pack("XBX", None, "30387698433527"),
    )  # fmt: skip


# Receipts ------------------------------------------------------------------------------------------------------


def test_an_interchange_is_acknowledged():
    document = read(
        "CONTRL", "UCI+5+4012345000016:14+4012345000009:14+7'UCM+1+ORDERS:D:96A:UN+7'UCM+2+ORDERS:D:96A:UN+4+13'"
        "UCS+7+12'UCD+37+3:1'",
    )  # fmt: skip
    assert isinstance(document, Receipt)
    assert (document.scope, document.control, document.status) == ("interchange", "5", "partial")
    assert [(line.control, line.status, line.type) for line in document.lines] == [
        ("1", "accepted", "ORDERS"), ("2", "rejected", "ORDERS"),
    ]  # fmt: skip
    assert [(error.code, error.position) for error in document.lines[1].errors] == [
        ("13", None), ("12", "7"), ("37", "7/3.1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "action, status", [("4", "rejected"), ("7", "accepted"), ("8", "received")]
)
def test_actions(action, status):
    assert read("CONTRL", f"UCI+5+A+B+{action}'").status == status


def test_an_application_objects():
    document = read(
        "APERAK", "BGM+313+X1+9'DTM+137:20260302:102'FTX+AAO+++Not today'RFF+ON:P1'ERC+12::ZZZ'"
        "FTX+AAO+++Unknown item'RFF+LI:2'",
    )  # fmt: skip
    assert (document.scope, document.control, document.type) == ("document", "P1", "ORDERS")
    assert (document.status, document.note) == ("rejected", "Not today")
    assert [(error.code, error.position, error.text) for error in document.errors] == [
        ("12", "2", "Unknown item")
    ]


# Envelopes -----------------------------------------------------------------------------------------------------


def test_an_interchange_of_several_documents_in_groups():
    raw = interchange(
        ("ORDERS", "BGM+220+P1+9'"), ("ORDERS", "BGM+220+P2+9'"), test="1", group="G1"
    )
    documents = parse(raw + interchange(("ORDERS", "BGM+220+P3+9'")))
    assert [document.number for document in documents] == ["P1", "P2", "P3"]
    envelope = documents[1].envelope
    assert (envelope.sender, envelope.receiver) == (
        ("0088", "4012345000009"),
        ("0088", "4012345000016"),
    )
    assert (envelope.control, envelope.group, envelope.reference) == ("77", "G1", "2")
    assert (envelope.version, envelope.customization, envelope.test) == ("D.96A", "EAN009", True)
    assert documents[2].envelope.test is False
    assert documents[2].envelope.group is None


@pytest.mark.parametrize("una", ["UNA:+.? '", "UNA:+,? '\r\n", "UNA:+.?*'\n"])
def test_una(una):
    assert parse(interchange(("ORDERS", "BGM+220+P1+9'"), una=una))[0].number == "P1"


def test_other_separators_and_release_characters():
    body = "BGM|220|P1|9!FTX|AAI|||It's 5+5~yes\\|no \\\\ \\!!"
    text = f"UNA~|.\\ !UNB|UNOC~3|A~14|B~14|260302~0930|77!UNH|1|ORDERS~D~96A~UN!{body}UNT|4|1!UNZ|1|77!"
    (document,) = parse(text.encode())
    assert document.note == "It's 5+5\nyes|no \\ !"


@pytest.mark.parametrize(
    "text, note",
    [("a??", "a?"), ("a?'b", "a'b"), ("a???'b", "a?'b"), ("a?+b?:c", "a+b:c"), ("??'", "?")],
)
def test_release_characters(text, note):
    body = f"BGM+220+P1+9'FTX+AAI+++{text}" + ("" if text.endswith("'") else "'")
    raw = UNB.format("") + f"UNH+1+ORDERS:D:96A:UN'{body}UNT+4+1'UNZ+1+77'"
    assert parse(raw.encode())[0].note == note


def test_components_of_a_text_are_lines_unless_full():
    full = "x" * 70
    assert order(f"FTX+AAI+++{full}:y:z'").note == f"{full}y\nz"


@pytest.mark.parametrize(
    "syntax, encoding, remark",
    [("UNOC:3", "iso8859-1", None), ("UNOD:3", "iso8859-2", None), ("UNOY:4", "utf-8", None),
     ("UNOC:3", "utf-8", "encoding"), ("UNOA:3", "utf-8", "encoding"), ("UNOA:3", "iso8859-1", "encoding")],
)  # fmt: skip
def test_character_sets(syntax, encoding, remark):
    text = interchange(("ORDERS", "BGM+220+P1+9'FTX+AAI+++Müller'")).decode("latin-1")
    raw = text.replace("UNOC:3", syntax).encode(encoding)
    (document,) = parse(raw)
    assert document.note == "Müller"
    assert codes_of(document) == ([remark] if remark else [])


@pytest.mark.parametrize(
    "old, new, place",
    [("UNT+4+1", "UNT+9+1", "UNT/01.1"), ("UNT+4+1", "UNT+4+2", "UNT/02.1"),
     ("UNZ+1+77", "UNZ+2+77", "UNZ/01.1"), ("UNZ+1+77", "UNZ+1+78", "UNZ/02.1")],
)  # fmt: skip
def test_stale_counts_are_told_or_refused(old, new, place):
    raw = interchange(("ORDERS", "BGM+220+P1+9'DTM+137:20260302:102'")).replace(
        old.encode(), new.encode()
    )
    (document,) = parse(raw)
    assert [(remark.code, remark.position) for remark in document.remarks] == [
        ("inconsistent", place)
    ]
    with pytest.raises(FormatError) as caught:
        parse(raw, strict=True)
    assert (caught.value.code, caught.value.position) == ("inconsistent", place)


def test_a_message_without_an_interchange_is_told_or_refused():
    raw = b"UNH+1+ORDERS:D:01B:UN'BGM+220+P1+9'DTM+137:20260302:102'UNT+4+1'"
    (document,) = parse(raw)
    assert (document.number, document.envelope.control) == ("P1", None)
    assert codes_of(document) == ["missing"]
    with pytest.raises(FormatError):
        parse(raw, strict=True)


def test_repeated_elements_of_version_4_are_told():
    text = interchange(("ORDERS", "BGM+220+P1+9'FTX+AAI+++a*b'")).decode()
    assert parse(text.encode())[0].note == "a*b"
    (document,) = parse(text.replace("UNOC:3", "UNOC:4").encode())
    assert (document.note, codes_of(document)) == ("a", ["not_understood"])


def test_what_is_not_understood_is_told():
    document = order("ZZZ+1:2+3'LIN+1'PIA+5+9:XX'QTY+21:5:PCE'ALI+BE'")
    told = {remark.position: remark.text for remark in document.remarks}
    assert told == {"ZZZ": "1:2 3", "PIA/02.1": "9 XX", "ALI": "BE"}


def test_errors_say_where():
    with pytest.raises(FormatError) as caught:
        order("LIN+1'QTY+21:five:PCE'")
    assert (caught.value.code, caught.value.position) == ("invalid_number", "QTY/01.2 (segment 6)")
