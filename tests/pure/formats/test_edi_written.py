"""What we write, as others read it: X12 by a reader made from the standard's grammar, EDIFACT by pydifact."""

import re

import pytest
from edi_samples import BUSINESS, PREPARED, order, receipt
from pydifact.parser import Parser

from odoo.addons.healthcare_procurement_connector.formats import FormatError, parse, render

IDS = {"sender": ("ZZ", "SENDER"), "receiver": ("ZZ", "RECEIVER")}
_NOTE = "(N9 ((MSG )+|(MTX )+))*"
_PARTY = "(N1 (N2 )*(N3 )*(N4 )?(REF )*(PER )*)*"
_LINE_END = f"(CTP )*(PAM )*(PID )*(REF )*(SAC )*(DTM )*(AMT )*{_NOTE}"
# The segments of each transaction set that we use, in the order of the standard: which must be there, how often.
X12_GRAMMAR = {
    "850": f"BEG (CUR )?(REF )*(SAC )*(DTM )*{_NOTE}{_PARTY}(PO1 {_LINE_END})+(CTT (AMT )*)?",
    "860": f"BCH (CUR )?(REF )*(SAC )*(DTM )*{_NOTE}{_PARTY}(POC {_LINE_END})*(CTT (AMT )*)?",
    "855": f"BAK (CUR )?(DTM )*{_NOTE}{_PARTY}(PO1 (CTP )*(PID )*(ACK (DTM )*)*{_NOTE})*(CTT )?",
    "865": f"BCA (CUR )?(DTM )*{_NOTE}{_PARTY}(POC (CTP )*(PID )*(ACK (DTM )*)*{_NOTE})*(CTT )?",
    "856": "BSN (DTM )*(HL (LIN )?(SN1 )?(PRF )?(PID )*(TD1 )*(TD5 )*(REF )*(MAN )*(DTM )*"
    + f"{_PARTY})+(CTT )?",
    "810": f"BIG (NTE )*(CUR )?(REF )*{_PARTY}(ITD )*(DTM )*"
    + "(IT1 (TXI )*(CTP )*(PAM )*(PID )*(REF )*(SAC )*)+TDS (TXI )*(AMT )*(SAC )*(CTT )?",
    "832": f"BCT (REF )*(CUR )?(DTM )*{_PARTY}"
    + "(LIN (G53 )?(DTM )*(CTB )*(PID )*(CUR )?(CTP (DTM )*)*(SLN )*)+(CTT )?",
    "997": "AK1 (AK2 (AK3 (AK4 )*)*AK5 )*AK9 ",
}
GROUPS = {"850": "PO", "860": "PC", "855": "PR", "865": "CA", "856": "SH", "810": "IN", "832": "SC",
          "997": "FA"}  # fmt: skip
# Elements that must be there, and how long they may be.
MANDATORY = {"BEG": (1, 2, 3, 5), "BAK": (1, 2, 3, 4), "BCH": (1, 2, 3), "BSN": (1, 2, 3, 4), "BIG": (1, 2),
             "HL": (1, 3), "ACK": (1,), "AK1": (1, 2), "AK2": (1, 2), "AK5": (1,), "AK9": (1, 2, 3, 4),
             "TDS": (1,), "SAC": (1,), "PO1": (), "SN1": (2, 3), "POC": (2,)}  # fmt: skip
LONGEST = {
    ("BEG", 3): 22,
    ("REF", 2): 30,
    ("N1", 2): 60,
    ("PID", 5): 80,
    ("MSG", 1): 264,
    ("N4", 3): 15,
}


class X12Interchange:
    """Reads one interchange strictly by the book: ISA of 106 bytes, counts and control numbers that fit."""

    def __init__(self, raw):
        text = raw.decode()
        self.element, self.component, self.terminator = text[3], text[104], text[105]
        segments = [each.strip("\r\n") for each in text.split(self.terminator)]
        assert segments.pop() == ""
        self.segments = [segment.split(self.element) for segment in segments]
        isa, group, opening, *self.body, closing, group_end, end = self.segments
        assert [len(each) for each in isa] == [
            3,
            2,
            10,
            2,
            10,
            2,
            15,
            2,
            15,
            6,
            4,
            1,
            5,
            9,
            1,
            1,
            1,
        ]
        assert (group[0], opening[0], closing[0], group_end[0], end[0]) == (
            "GS",
            "ST",
            "SE",
            "GE",
            "IEA",
        )
        assert closing[1:] == [str(len(self.body) + 2), opening[2]]
        assert group_end[1:] == ["1", group[6]]
        assert end[1:] == ["1", isa[13]]
        assert group[1] == GROUPS[opening[1]]
        assert isa[12] == group[8][:5]
        assert 4 <= len(opening[2]) <= 9
        self.type, self.version = opening[1], group[8]
        for segment in self.segments:
            assert segment[-1] or segment[0] == "ISA", f"an empty element at the end of {segment}"


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize(
    "make", [*BUSINESS, lambda: receipt("group")], ids=lambda make: make.__name__
)
def test_x12_is_by_the_book(make, version):
    types = [None, "865"] if make().__class__.__name__ == "OrderResponse" else [None]
    for type_ in types:
        raw = render(
            make(), "x12", version=version, type=type_, prepared=PREPARED, control="77", **IDS
        )
        read = X12Interchange(raw)
        assert read.version == version
        assert read.type == (type_ or read.type)
        tags = "".join(f"{segment[0]} " for segment in read.body)
        assert re.fullmatch(X12_GRAMMAR[read.type], tags), tags
        for tag, *elements in read.body:
            for place in MANDATORY.get(tag, ()):
                assert elements[place - 1], f"{tag}{place:02}"
            for place, text in enumerate(elements, 1):
                assert len(text) <= LONGEST.get((tag, place), 4096)
        levels = [segment for segment in read.body if segment[0] == "HL"]
        assert [level[1] for level in levels] == [str(at) for at in range(1, len(levels) + 1)]
        assert all(int(level[2]) < int(level[1]) for level in levels[1:])


def test_x12_numbers_and_ids_are_those_given():
    raw = render(
        order(), "x12", control="4711", group="12", reference="0033", prepared=PREPARED, test=True,
        sender=("0060", "123456789"), receiver=("12", "5551234"),
    )  # fmt: skip
    isa, group, opening = X12Interchange(raw).segments[:3]
    assert isa[5:9] == ["01", "123456789      ", "12", "5551234        "]
    assert isa[9:11] == ["260302", "0930"]
    assert (isa[13], isa[15]) == ("000004711", "T")
    assert (group[2:4], group[4:7], opening[2]) == (
        ["123456789", "5551234"], ["20260302", "0930", "12"], "0033",
    )  # fmt: skip


def test_separators_of_x12_are_not_in_its_texts():
    text = "a*b~c>d^e|f"
    raw = render(order(note=text), "x12", prepared=PREPARED)
    read = X12Interchange(raw)
    assert not {read.element, read.component, read.terminator} & set(text)
    assert parse(raw)[0].note == text
    with pytest.raises(FormatError) as caught:
        render(order(note=text), "x12", separators="*^>~", prepared=PREPARED)
    assert caught.value.code == "invalid_text"
    assert (
        X12Interchange(render(order(), "x12", separators="|^:\n", prepared=PREPARED)).element == "|"
    )


EDIFACT_GRAMMAR = {
    "ORDERS": "UNH BGM (DTM )+(FTX )*(RFF )*(NAD (RFF )*)*(CUX )?(ALC (MOA )*(TAX )?)*"
    + "(LIN (PIA )*(IMD )*(QTY )*(DTM )*(MOA )*(FTX )*(PRI )*(ALC (MOA )*(TAX )?)*)*UNS (MOA )*(CNT )?UNT ",
    "ORDRSP": "UNH BGM (DTM )+(FTX )*(RFF )*(NAD (RFF )*)*(CUX )?"
    + "(LIN (PIA )*(IMD )*(QTY )*(DTM )*(MOA )*(FTX )*(PRI )*(RFF )*)*UNS (CNT )?UNT ",
    "DESADV": "UNH BGM (DTM )+(RFF )*(NAD (RFF )*)*(TDT )?(CPS (PAC (PCI (GIN )*)?)*"
    + "(LIN (PIA )*(IMD )*(QTY )*(RFF )*(PCI (DTM )?(QTY )?(GIN )*)*)*)+(CNT )?UNT ",
    "INVOIC": "UNH BGM (DTM )+(FTX )*(RFF )*(NAD (FII )*(RFF )*)*(CUX )?(PAT (DTM )?)?(ALC (MOA )*(TAX )?)*"
    + "(LIN (PIA )*(IMD )*(QTY )*(MOA )*(PRI )*(RFF )*(TAX (MOA )*)?(ALC (MOA )*(TAX )?)*)*"
    + "UNS (CNT )?(MOA )+(TAX (MOA )*)*UNT ",
    "PRICAT": "UNH BGM (DTM )+(RFF )*(NAD (RFF )*)*(CUX )?(PGI "
    + "(LIN (PIA )*(IMD )*(QTY )*(DTM )*(CUX )?(PRI )*)*)*UNT ",
    "CONTRL": "UNH UCI (UCM (UCS (UCD )*)*)*(UCF (UCM (UCS (UCD )*)*)*)*UNT ",
    "APERAK": "UNH BGM (DTM )*(FTX )*(RFF )*(ERC (FTX )?(RFF )*)*UNT ",
}
EDIFACT_GRAMMAR["ORDCHG"] = EDIFACT_GRAMMAR["ORDERS"]


def segments_by_pydifact(raw):
    encoding = "utf-8" if b"UNOY" in raw[:40] else "iso8859-1"
    return list(Parser().parse(raw.decode(encoding)))


@pytest.mark.parametrize("version", ["D.96A", "D.01B"])
@pytest.mark.parametrize(
    "make", [*BUSINESS, lambda: receipt("interchange")], ids=lambda make: make.__name__
)
def test_pydifact_reads_our_edifact(make, version):
    document = make()
    raw = render(document, "edifact", version=version, prepared=PREPARED, control="77", **IDS)
    read = segments_by_pydifact(raw)
    tags = [segment.tag for segment in read if segment.tag != "UNA"]
    assert (tags[0], tags[-1]) == ("UNB", "UNZ")
    elements = {segment.tag: segment.elements for segment in read}
    identifier = elements["UNH"][1]
    assert identifier[0] in EDIFACT_GRAMMAR
    if identifier[0] != "CONTRL":
        assert ".".join(identifier[1:3]) == version
        assert document.number in elements["BGM"]
    assert elements["UNT"] == [str(len(tags) - 2), elements["UNH"][0]]
    assert elements["UNZ"] == ["1", "77"] and elements["UNB"][4] == "77"
    inner = "".join(f"{tag} " for tag in tags[1:-1])
    assert re.fullmatch(EDIFACT_GRAMMAR[identifier[0]], inner), inner
    quantities = [
        each.elements[0][1] for each in read if each.tag == "QTY" and each.elements[0][0] == "21"
    ]
    if make is order:
        assert quantities == ["100", "10"]
        (note,) = (
            each.elements[3] for each in read if each.tag == "FTX" and "bell" in str(each.elements)
        )
        assert note == document.note


@pytest.mark.parametrize("text", ["it's 5+5:10?", "?", "??'", "*a*", "Müller + Söhne", "€ 5", "Ã¤"])
def test_pydifact_reads_our_release_characters(text):
    raw = render(order(contract=text), "edifact", prepared=PREPARED)
    found = [each.elements[0][1] for each in segments_by_pydifact(raw) if each.tag == "RFF"]
    assert text in found
    assert parse(raw)[0].contract == text


def test_edifact_separators_are_those_of_una():
    raw = render(order(contract="a|b~c"), "edifact", separators="~|,\\ !", prepared=PREPARED)
    assert raw.startswith(b"UNA~|,\\ !")
    assert parse(raw)[0].contract == "a|b~c"
