"""What X12 means: statuses, units, prices, parties, levels, control numbers, as suppliers write them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import edi_samples
import pytest

from odoo.addons.healthcare_procurement_connector.core.documents import (
    OrderCancellation,
    OrderChange,
    OrderResponseLine,
    Pack,
    Period,
    Price,
    Quantity,
)
from odoo.addons.healthcare_procurement_connector.formats import FormatError, parse, render

GROUPS = {"850": "PO", "860": "PC", "855": "PR", "865": "CA", "856": "SH", "810": "IN", "832": "SC",
          "997": "FA", "999": "FA"}  # fmt: skip


def interchange(*sets, control="000000007", test="P", version="004010", ends="~"):
    """Sets are (type, body); the body has ``~`` at the end of segments."""
    rows = [f"ISA*00*          *00*          *ZZ*SUPPLIER       *14*HOSPITAL       *260302*0930*U*00401*"
            f"{control}*0*{test}*>"]  # fmt: skip
    rows.append(f"GS*{GROUPS[sets[0][0]]}*SUPPLIER*HOSPITAL*20260302*0930*12*X*{version}")
    for number, (type_, body) in enumerate(sets, 1):
        segments = [each for each in body.split("~") if each]
        rows += [f"ST*{type_}*{number:04}", *segments, f"SE*{len(segments) + 2}*{number:04}"]
    rows += [f"GE*{len(sets)}*12", f"IEA*1*{control}"]
    return (ends.join(rows) + ends).encode()


def read(type_, body, **options):
    (document,) = parse(interchange((type_, body)), "x12", **options)
    return document


def response(*lines, code="AC"):
    return read("855", f"BAK*00*{code}*P1*20260301****A1*20260302~" + "".join(lines))


def codes_of(document):
    return [remark.code for remark in document.remarks]


# Answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code, status, reason",
    [
        ("IA", "accepted", None), ("AC", "accepted", None), ("AR", "accepted", None),
        ("AA", "accepted", None), ("IQ", "changed", "Quantity changed"),
        ("IP", "changed", "Price changed"), ("IC", "changed", None),
        ("DR", "changed", "Date rescheduled"), ("IE", "pending", "Price pending"),
        ("SP", "pending", None), ("IS", "substituted", None), ("IB", "backordered", None),
        ("IH", "on_hold", None), ("IF", "on_hold", "On hold, incomplete description"),
        ("IW", "on_hold", "On hold, waiver required"), ("IR", "rejected", None),
        ("ID", "rejected", "Deleted"), ("R1", "rejected", "Rejected, not a contract item"),
        ("R3", "rejected", "Rejected, invalid unit of issue"), ("R8", "rejected", "Rejected as surge"),
    ],
)  # fmt: skip
def test_line_statuses(code, status, reason):
    (line,) = response("PO1*1*10*BX*4.25**VN*GL-9~", f"ACK*{code}*10*BX~").lines
    assert (line.order_line, line.status, line.reason) == ("1", status, reason)
    assert line.quantity == Quantity(Decimal(10), "XBX")
    assert line.item.seller_code == "GL-9"


def test_unknown_statuses_are_refused():
    with pytest.raises(FormatError) as caught:
        response("PO1*1*10*BX~", "ACK*Z9*10*BX~")
    assert (caught.value.code, caught.value.position) == ("unknown_code", "ACK/01 (segment 6)")


def test_several_answers_to_a_line():
    lines = response(
        "PO1*1*100*BX*4.25~", "ACK*IQ*60*BX*067*20260304~", "ACK*IB*40*BX*017*20260401~"
    ).lines
    assert [(line.status, line.quantity.value) for line in lines] == [
        ("changed", 60),
        ("backordered", 40),
    ]
    assert [line.promised.start for line in lines] == [date(2026, 3, 4), date(2026, 4, 1)]


def test_partly_shipped_is_two_answers():
    shipped, waiting = response("PO1*1*100*BX~", "ACK*BP*60*BX*067*20260304~").lines
    assert (shipped.status, shipped.quantity.value) == ("changed", 60)
    assert (waiting.status, waiting.quantity.value, waiting.promised) == ("backordered", 40, None)


def test_partly_shipped_without_quantities_is_told():
    document = response("PO1*1*100*BX~", "ACK*BP~")
    assert [line.status for line in document.lines] == ["backordered"]
    assert "missing" in codes_of(document)


def test_a_date_of_shipping_is_told_to_be_one():
    document = response("PO1*1*10*BX~", "ACK*IA*10*BX*068*20260304~")
    assert document.lines[0].promised == Period(date(2026, 3, 4), date(2026, 3, 4))
    assert "ship_date" in codes_of(document)


def test_a_substitute():
    (line,) = response(
        "PO1*1*10*BX***VN*GL-9~", "ACK*IS*10*BX****VN*GL-10*UK*04012345123456~"
    ).lines
    assert (line.item.seller_code, line.substitute.seller_code) == ("GL-9", "GL-10")
    assert line.substitute.gtin == "04012345123456"


@pytest.mark.parametrize(
    "code, status",
    [("AD", "accepted"), ("AT", "accepted"), ("AC", "changed"), ("AE", "changed"), ("RJ", "rejected"),
     ("RD", "rejected"), ("RF", "rejected"), ("AH", "received"), ("RO", "rejected")],
)  # fmt: skip
def test_header_statuses(code, status):
    assert response(code=code).status == status


def test_a_line_without_an_answer_says_what_the_heading_says():
    assert response("PO1*1*10*BX~", code="AD").lines[0].status == "accepted"
    assert response("PO1*1*10*BX~", code="RD").lines[0].status == "rejected"
    document = response("PO1*1*10*BX~", code="AC")
    assert document.lines[0].status == "pending"
    assert "missing" in codes_of(document)


def test_an_answer_without_a_number_gets_one_of_its_own():
    document = read("855", "BAK*00*AD*P1*20260301~")
    assert document.number == "P1/000000007-0001"
    assert document.order_number == "P1"


@pytest.mark.parametrize(
    "code, purpose",
    [("00", "original"), ("01", "cancel"), ("05", "replace"), ("07", "duplicate"), ("06", None)],
)
def test_purposes(code, purpose):
    assert read("855", f"BAK*{code}*AD*P1*20260301****A1~").purpose == purpose
    assert read("856", f"BSN*{code}*D1*20260302*0930~").purpose == purpose
    assert read("810", f"BIG*20260302*R1******{code}~TDS*0~").purpose == purpose


# Units and prices ----------------------------------------------------------------------------------------------


def line_of(po1, **options):
    document = read("850", f"BEG*00*SA*P1**20260302~{po1}~", **options)
    return document.lines[0], document


@pytest.mark.parametrize(
    "code, unit",
    [("EA", "EA"), ("PC", "H87"), ("UN", "C62"), ("BX", "XBX"), ("CA", "XCS"), ("CT", "XCT"),
     ("PK", "XPK"), ("BG", "XBG"), ("BO", "XBO"), ("VI", "XVI"), ("AM", "XAM"), ("TU", "XTU"),
     ("RL", "XRO"), ("RO", "XRO"), ("PL", "XPX"), ("ST", "SET"), ("KT", "KT"), ("PR", "PR"),
     ("DZ", "DZN"), ("GS", "GRO"), ("LT", "LTR"), ("ML", "MLT"), ("KG", "KGM"), ("GR", "GRM"),
     ("ME", "MGM")],
)  # fmt: skip
def test_units(code, unit):
    line, document = line_of(f"PO1*1*5*{code}")
    assert line.quantity == Quantity(Decimal(5), unit)
    assert codes_of(document) == []


def test_an_unknown_unit_is_kept_and_told():
    line, document = line_of("PO1*1*5*CS")
    assert line.quantity.unit == "CS"
    assert [(each.code, each.position, each.text) for each in document.remarks] == [
        ("unknown_code", "PO1/03", "unit CS")
    ]


def test_a_partner_has_units_of_its_own():
    line, document = line_of("PO1*1*5*CS", units={"CS": "XCS"})
    assert (line.quantity.unit, document.remarks) == ("XCS", ())


@pytest.mark.parametrize(
    "po1, price",
    [
        ("PO1*1*5*EA*4.25*PE", Price(Decimal("4.25"))),
        ("PO1*1*5*CA*4.25*PE", Price(Decimal("4.25"), Quantity(Decimal(1), "EA"))),
        ("PO1*1*5*CA*4.25", Price(Decimal("4.25"))),
        ("PO1*1*5*EA*425*HP", Price(Decimal("425"), Quantity(Decimal(100), "EA"))),
        ("PO1*1*5*EA~CTP**CON*9.5*10*BX", Price(Decimal("9.5"), Quantity(Decimal(10), "XBX"))),
    ],
)
def test_prices_are_for_what_they_say(po1, price):
    line, _document = line_of(po1)
    assert line.price == price


def test_a_line_without_a_number_is_numbered():
    line, document = line_of("PO1**5*EA")
    assert (line.number, codes_of(document)) == ("1", ["missing"])


# Parties -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "qualifier, scheme",
    [
        ("UL", "0088"),
        ("1", "0060"),
        ("21", "HIN"),
        ("11", "DEA"),
        ("91", "91"),
        ("92", "92"),
        ("ZZ", ""),
    ],
)
def test_party_schemes(qualifier, scheme):
    body = f"BEG*00*SA*P1**20260302~N1*BY*Hospital*{qualifier}*4012345000009~N3*Street~N4*Town*TX*76503*US~"
    buyer = read("850", body).buyer
    assert buyer.ids == ((scheme, "4012345000009"),)
    assert (buyer.address.city, buyer.address.region, buyer.address.country) == ("Town", "TX", "US")


def test_parties_we_have_no_place_for_take_their_segments_with_them():
    body = "BEG*00*SA*P1**20260302~N1*BY*Hospital~N1*PE*Factor~N3*Elsewhere~N4*Far~REF*ZZ*1~PO1*1*5*EA~"
    document = read("850", body)
    assert (document.buyer.name, document.buyer.address, document.seller) == (
        "Hospital",
        None,
        None,
    )
    assert ("N1", "PE Factor") in [(remark.position, remark.text) for remark in document.remarks]


def test_the_vat_number():
    body = "BEG*00*SA*P1**20260302~N1*SE*Works*UL*4012345000009~REF*VX*DE123~"
    assert read("850", body).seller.ids == (("0088", "4012345000009"), ("VAT", "DE123"))


# Changes -----------------------------------------------------------------------------------------------------


def test_changes_and_cancellations():
    body = "*SA*P1**00000003******20260302~POC*1*DI******IN*59123~POC*2*QI*20**BX*4.25**VN*GL-9~"
    change = read("860", "BCH*04" + body)
    assert isinstance(change, OrderChange)
    assert (change.order_number, change.revision, change.number) == ("P1", 3, "P1-3")
    assert change.issued == date(2026, 3, 2)
    assert [(line.action, line.quantity.value) for line in change.lines] == [
        ("delete", 0),
        ("change", 20),
    ]
    cancellation = read("860", "BCH*01" + body)
    assert isinstance(cancellation, OrderCancellation)
    assert cancellation.order_number == "P1"


@pytest.mark.parametrize("reference", ["REF*PP*P1-3~", ""])
def test_an_answer_to_a_change_names_it(reference):
    body = f"BCA*00*AT*P1**00000003*20260301***A1*20260302~{reference}"
    document = read("865", body)
    assert (document.number, document.order_number, document.change_number) == ("A1", "P1", "P1-3")


def test_an_answer_that_names_a_change_is_written_as_865():
    answer = replace(edi_samples.response(), change_number="P00001-1")
    raw = render(answer, "x12", prepared=edi_samples.PREPARED)
    assert b"ST*865*" in raw
    assert parse(raw)[0].change_number == "P00001-1"


@pytest.mark.parametrize("change_number", [None, "P00001-1"], ids=["855", "865"])
def test_an_answer_that_says_only_its_status_is_written_too(change_number):
    lines = (OrderResponseLine(None, "accepted"),)
    answer = replace(edi_samples.response(), change_number=change_number, lines=lines)
    assert parse(render(answer, "x12", prepared=edi_samples.PREPARED))[0].lines == lines


@pytest.mark.parametrize(
    "code, purpose", [("00", None), ("06", "confirmation"), ("07", "duplicate")]
)
def test_purposes_of_orders(code, purpose):
    document = read("850", f"BEG*{code}*SA*P1**20260302~")
    assert document.purpose == purpose


def test_an_order_that_cancels_is_not_read_as_an_order():
    with pytest.raises(FormatError) as caught:
        read("850", "BEG*01*SA*P1**20260302~PO1*1*5*EA~")
    assert caught.value.code == "unsupported_type"


# Ship notices --------------------------------------------------------------------------------------------------


def ship_notice(*levels):
    return read("856", "BSN*00*D1*20260302*0930~" + "".join(levels))


def test_shipment_order_pack_item():
    document = ship_notice(
        "HL*1**S~TD5**2*FDEG**FedEx Ground~REF*CN*T9~DTM*011*20260302~DTM*017*20260304~N1*ST*Ward*UL*4012~",
        "HL*2*1*O~PRF*P1~HL*3*2*T~MAN*GM*00300000000000000014~",
        "HL*4*3*P~MAN*GM*300000000000000021~HL*5*4*I~LIN*1*UK*04012345123456*LT*L1~SN1**60*BX~DTM*036*20280531~",
        "HL*6*2*I~LIN*2*VN*SU-4~SN1**10*BX~",
    )
    first, second = document.lines
    assert (first.number, first.order_number, first.package) == ("1", "P1", "300000000000000021")
    assert (first.lots[0].lot, first.lots[0].expiry) == ("L1", date(2028, 5, 31))
    assert first.lots[0].quantity == first.quantity == Quantity(Decimal(60), "XBX")
    assert (second.order_number, second.package, second.lots) == ("P1", None, ())
    assert [(each.id, each.parent) for each in document.packages] == [
        ("300000000000000014", None), ("300000000000000021", "300000000000000014"),
    ]  # fmt: skip
    assert (document.carrier, document.tracking, document.shipped) == (
        "FedEx Ground",
        "T9",
        date(2026, 3, 2),
    )
    assert document.expected.start == date(2026, 3, 4)
    assert document.deliver_to.name == "Ward"


def test_shipment_order_item_pack():
    document = ship_notice(
        "HL*1**S~HL*2*1*O~PRF*P1~HL*3*2*I~LIN*1*VN*A~SN1**6*EA~HL*4*3*P~MAN*GM*300000000000000014~"
    )
    assert document.lines[0].package == "300000000000000014"


def test_an_item_in_several_packs_is_told():
    document = ship_notice(
        "HL*1**S~HL*2*1*O~PRF*P1~HL*3*2*I~LIN*1*VN*A~SN1**6*EA~HL*4*3*P~MAN*GM*1~HL*5*3*P~MAN*GM*2~"
    )
    assert document.lines[0].package is None
    assert len(document.packages) == 2
    assert "not_understood" in codes_of(document)


def test_levels_without_parents_hang_below_the_nearest_higher_one():
    document = ship_notice(
        "HL*1**S~HL*2**O~PRF*P1~HL*3**I~LIN*1*VN*A~SN1**6*EA~HL*4**I~LIN*2*VN*B~SN1**5*EA~"
    )
    assert [line.order_number for line in document.lines] == ["P1", "P1"]


@pytest.mark.parametrize(
    "sn1, outstanding",
    [("SN1**60*BX**100*BX**BP", 40), ("SN1**60*BX**60*BX**AC", 0), ("SN1**60*BX**100*BX", None),
     ("SN1**60*BX", None), ("SN1**60*BX**100*BX**AC", None)],
)  # fmt: skip
def test_what_still_comes_is_known_only_if_said(sn1, outstanding):
    (line,) = ship_notice(f"HL*1**S~HL*2*1*I~LIN*1*VN*A~{sn1}~").lines
    assert (line.outstanding and line.outstanding.value) == outstanding or (
        line.outstanding is None and outstanding is None
    )


# Invoices and catalogues -----------------------------------------------------------------------------------------


def test_an_invoice_in_cents():
    document = read(
        "810",
        "BIG*20260302*R1*20260225*P1***CR~CUR*SE*USD~N1*BT*Hospital~IT1*1*60*BX*4.25**VN*GL-9*PO*P1*PL*7~"
        "SAC*A*C310***2350*******02~TDS*387530~TXI*VA*96.9*19*****510~SAC*C*D240***-500~CTT*1~",
    )
    assert (document.kind, document.payable, document.order_number) == (
        "credit_note",
        Decimal("3875.30"),
        "P1",
    )
    line = document.lines[0]
    assert (line.order_number, line.order_line) == ("P1", "7")
    assert (line.charges[0].kind, line.charges[0].code, line.charges[0].amount) == (
        "allowance", "95", Decimal("23.50"),
    )  # fmt: skip
    # A negative charge gives money back.
    assert (document.charges[0].kind, document.charges[0].amount) == ("allowance", Decimal("5.00"))
    assert (document.taxes[0].amount, document.taxes[0].rate, document.taxes[0].base) == (
        Decimal("96.9"), Decimal(19), Decimal(510),
    )  # fmt: skip


def test_packs_of_a_catalogue():
    (line,) = read(
        "832",
        "BCT*PC*K1********02~LIN*1*VC*1000*UK*50387698433528~CTP*BG*C01*65*1*CA~"
        "SLN*1*1*I*1*CA****VC*1000*UK*50387698433522~SLN*1*2*I*4*BX****UK*30387698433527~"
        "SLN*1*3*I*20*EA****UK*00387698433521~",
    ).lines
    assert line.unit == "XCS"
    assert line.packs == (
        Pack("XCS", Quantity(Decimal(4), "XBX"), "50387698433522"),
        Pack("XBX", Quantity(Decimal(5), "EA"), "30387698433527"),
        Pack("EA", None, "00387698433521"),
    )


# Envelopes -----------------------------------------------------------------------------------------------------


def test_an_interchange_of_several_documents():
    raw = interchange(
        ("855", "BAK*00*AD*P1*20260301~"), ("855", "BAK*00*RJ*P2*20260301~"), test="T"
    )
    documents = parse(raw + interchange(("856", "BSN*00*D1*20260302*0930~"), control="000000008"))
    assert [document.envelope.reference for document in documents] == ["0001", "0002", "0001"]
    assert [document.envelope.test for document in documents] == [True, True, False]
    envelope = documents[0].envelope
    assert (envelope.sender, envelope.receiver) == (("ZZ", "SUPPLIER"), ("14", "HOSPITAL"))
    assert (envelope.control, envelope.group, envelope.version) == ("000000007", "12", "004010")
    assert documents[2].envelope.control == "000000008"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "~\r\n", "|", "\x1c", "\x85\n"])
def test_terminators(ends):
    raw = interchange(("855", "BAK*00*AD*P1*20260301~"), ends=ends)
    assert parse(raw)[0].order_number == "P1"


def test_an_isa_of_another_length():
    raw = (
        interchange(("855", "BAK*00*AD*P1*20260301~"))
        .replace(b"          ", b"")
        .replace(b"       ", b"")
    )
    (document,) = parse(raw)
    assert document.envelope.sender == ("ZZ", "SUPPLIER")
    assert codes_of(document) == ["inconsistent"]
    with pytest.raises(FormatError) as caught:
        parse(raw, strict=True)
    assert (caught.value.code, caught.value.position) == ("inconsistent", "ISA")


def test_an_isa_without_its_last_element():
    raw = interchange(("855", "BAK*00*AD*P1*20260301~")).replace(b"*P*>~", b"*P*~")
    assert parse(raw)[0].order_number == "P1"


@pytest.mark.parametrize(
    "old, new, place",
    [(b"SE*3*0001", b"SE*9*0001", "SE/01"), (b"SE*3*0001", b"SE*3*0009", "SE/02"),
     (b"GE*1*12", b"GE*2*12", "GE/01"), (b"GE*1*12", b"GE*1*13", "GE/02"),
     (b"IEA*1*0", b"IEA*2*0", "IEA/01"), (b"IEA*1*000000007", b"IEA*1*8", "IEA/02")],
)  # fmt: skip
def test_stale_counts_are_told_or_refused(old, new, place):
    raw = interchange(("855", "BAK*00*AD*P1*20260301~")).replace(old, new)
    (document,) = parse(raw)
    assert [(remark.code, remark.position) for remark in document.remarks] == [
        ("inconsistent", place)
    ]
    with pytest.raises(FormatError) as caught:
        parse(raw, strict=True)
    assert (caught.value.code, caught.value.position) == ("inconsistent", place)


def test_a_forgotten_terminator():
    raw = interchange(("855", "BAK*00*AD*P1*20260301~DTM*069*20260304~"), ends="~\n")
    raw = raw.replace(b"20260301~", b"20260301")
    (document,) = parse(raw)
    assert document.promised.start == date(2026, 3, 4)
    assert ("not_well_formed", "BAK") in [
        (remark.code, remark.position) for remark in document.remarks
    ]
    with pytest.raises(FormatError):
        parse(raw, strict=True)


def test_what_is_not_understood_is_told():
    document = read(
        "850", "BEG*00*SA*P1**20260302~ZZZ*1*2~TD5*B*2*ABCD~PO1*1*5*EA**TE*ZZ*9~TC2*J*5811~"
    )
    told = {remark.position: remark.text for remark in document.remarks}
    assert told == {"ZZZ": "1 2", "TD5": "B 2 ABCD", "PO1/06": "ZZ 9", "TC2": "J 5811"}


def test_errors_say_where():
    with pytest.raises(FormatError) as caught:
        read("850", "BEG*00*SA*P1**20260302~PO1*1*5*EA*4,25~")
    assert (caught.value.code, caught.value.position) == ("invalid_number", "PO1/04 (segment 5)")
