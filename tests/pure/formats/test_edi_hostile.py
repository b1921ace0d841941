"""Hostile and broken X12 and EDIFACT: refused by FormatError, soon, and nothing else happens."""

import codecs
import time

import pytest
from edi_samples import BUSINESS, PREPARED, order, receipt
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.formats import (
    FormatError,
    detect,
    parse,
    render,
)
from odoo.addons.healthcare_procurement_connector.formats import edifact as edifact_format
from odoo.addons.healthcare_procurement_connector.formats import x12 as x12_format

IDS = {"sender": ("ZZ", "SENDER"), "receiver": ("ZZ", "RECEIVER")}
X12_RECEIPT = render(receipt("group"), "x12", prepared=PREPARED, **IDS)
CONTRL = render(receipt("interchange"), "edifact", prepared=PREPARED, **IDS)
WRITTEN = {
    "x12": [*(render(make(), "x12", prepared=PREPARED) for make in BUSINESS), X12_RECEIPT],
    "edifact": [*(render(make(), "edifact", prepared=PREPARED) for make in BUSINESS), CONTRL],
}
X12, EDIFACT = WRITTEN["x12"][0], WRITTEN["edifact"][0]


def x12(old, new, count=1):
    assert old in X12
    return X12.replace(old, new, count)


def edifact(old, new, count=1):
    assert old in EDIFACT
    return EDIFACT.replace(old, new, count)


MANY = 200_000
HOSTILE = {
    "nothing": (b"", "x12", {"not_well_formed"}),
    "zeros": (b"\0" * 1000, "x12", {"not_well_formed"}),
    "only ISA": (b"ISA", "x12", {"not_well_formed"}),
    "ISA without end": (b"ISA*00*" + b" " * 100_000, "x12", {"not_well_formed"}),
    "separators without end": (b"ISA" + b"*" * MANY, "x12", {"not_well_formed"}),
    "letters as separators": (X12.replace(b"*", b"A"), "x12", {"not_well_formed"}),
    "one separator for all": (X12.replace(b"~", b"*"), "x12", {"not_well_formed"}),
    "no SE": (x12(b"\nSE*", b"\nXX*"), "x12", {"not_well_formed"}),
    "no GE": (x12(b"\nGE*", b"\nXX*"), "x12", {"unexpected_structure"}),
    "no IEA": (x12(b"IEA*", b"XXX*"), "x12", {"not_well_formed"}),
    "no ST": (x12(b"\nST*", b"\nXX*"), "x12", {"unexpected_structure"}),
    "another set": (x12(b"ST*850", b"ST*837"), "x12", {"unsupported_type"}),
    "no BEG": (x12(b"BEG*", b"XXX*"), "x12", {"missing"}),
    "a huge exponent": (x12(b"*4.25*", b"*1E400*"), "x12", {"invalid_number"}),
    "not a number": (x12(b"*4.25*", b"*NaN*"), "x12", {"invalid_number"}),
    "a decimal comma": (x12(b"*4.25*", b"*4,25*"), "x12", {"invalid_number"}),
    "other digits": (x12(b"*4.25*", "*٦٩٢*".encode()), "x12", {"invalid_number"}),
    "digits without end": (x12(b"*4.25*", b"*" + b"9" * MANY + b"*"), "x12", {"invalid_number"}),
    "no such day": (x12(b"**20260302~", b"**20260230~"), "x12", {"invalid_date"}),
    "no digits in a date": (x12(b"**20260302~", b"**2026-3-2~"), "x12", {"invalid_date"}),
    "cents with a point": (
        WRITTEN["x12"][5].replace(b"TDS*60690", b"TDS*606.90"), "x12", {"invalid_number"},
    ),
    "an unknown status": (
        WRITTEN["x12"][3].replace(b"ACK*IR", b"ACK*XX"), "x12", {"unknown_code"},
    ),
    "only UNA": (b"UNA:+.? '", "edifact", {"not_well_formed", "unsupported_type"}),
    "a wild UNA": (b"UNAAAAAAA" + EDIFACT[9:], "edifact", {"not_well_formed"}),
    "no terminator": (EDIFACT.replace(b"'", b" "), "edifact", {"not_well_formed"}),
    "all released": (EDIFACT.replace(b"'\n", b"?'\n"), "edifact", {"not_well_formed"}),
    "released without end": (b"UNB+UNOA:1+" + b"?" * MANY + b"'", "edifact", {"not_well_formed"}),
    "no UNT": (edifact(b"UNT+", b"XXX+"), "edifact", {"not_well_formed"}),
    "no UNZ": (edifact(b"UNZ+", b"XXX+"), "edifact", {"unexpected_structure"}),
    "no UNH": (edifact(b"UNH+", b"XXX+"), "edifact", {"unexpected_structure"}),
    "another message": (edifact(b"ORDERS:", b"PAORES:"), "edifact", {"unsupported_type"}),
    "no BGM": (edifact(b"BGM+", b"XXX+"), "edifact", {"missing"}),
    "E an exponent": (edifact(b":4.25'", b":1E400'"), "edifact", {"invalid_number"}),
    "E two marks": (edifact(b":4.25'", b":1.000,25'"), "edifact", {"invalid_number"}),
    "E no number": (edifact(b":4.25'", b":INF'"), "edifact", {"invalid_number"}),
    "E no such day": (edifact(b"137:20260302", b"137:20260230"), "edifact", {"invalid_date"}),
    "E a word for a date": (edifact(b"137:20260302", b"137:tomorrow"), "edifact", {"invalid_date"}),
    "E no UTF-8": (
        edifact(b"UNOC:3", b"UNOY:4").replace(b"bell", b"b\xe4ll"), "edifact", {"not_well_formed"},
    ),
    "E two currencies": (edifact(b"MOA+203:425.00", b"MOA+203:425.00:USD"), "edifact",
                         {"currency_mismatch"}),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_is_refused_soon(case):
    raw, format, codes = HOSTILE[case]
    started = time.monotonic()
    with pytest.raises(FormatError) as caught:
        parse(raw, format)
    assert time.monotonic() - started < 2
    assert caught.value.code in codes
    assert caught.value.reason


def nested(levels):
    """A ship notice whose every level is in the one before."""
    rows = ["BSN*00*1*20260302*0930"]
    rows += [
        f"HL*{at}*{at - 1 or ''}*{'S' if at == 1 else 'T'}~MAN*ZZ*{at}" for at in range(1, levels)
    ]
    return WRITTEN["x12"][4][: WRITTEN["x12"][4].index(b"BSN")] + "~".join([
        *rows, "SE*9*0001", "GE*1*1", "IEA*1*000000001~"]).encode()  # fmt: skip


LARGE = {
    "a note of many segments": x12(b"MSG*Ring the bell~", b"MSG*Ring the bell~" * MANY),
    "a name of many segments": x12(b"PID*F****", b"PID*F****x~" * MANY + b"PID*F****"),
    "unknown segments": x12(b"BEG*", b"ZZZ*1*2*3~" * MANY + b"BEG*"),
    "elements without end": x12(b"BEG*", b"ZZZ" + b"*" * MANY + b"~BEG*"),
    "ids without end": x12(b"**BP*", b"**" + b"VN*1*" * MANY + b"BP*"),
    "line ends in segments": x12(b"MSG*", b"MSG*" + b"\nXX" * MANY),
    "forgotten terminators": x12(b"MSG*", b"ZZ*1\n" * MANY + b"MSG*"),
    "levels": nested(30_000),
    "E many notes": edifact(b"FTX+AAI+++Ring the bell'", b"FTX+AAI+++Ring the bell'" * MANY),
    "E components without end": edifact(b"Ring the bell", b"Ring" + b":" * MANY + b"bell"),
    "E releases": edifact(b"Ring the bell", b"?+" * MANY),
    "E parties": edifact(b"NAD+BY", b"NAD+XX+1'RFF+VA:1'" * MANY + b"NAD+BY"),
}


@pytest.mark.parametrize("case", LARGE)
def test_takes_a_time_that_grows_with_the_bytes(case):
    """Twice the bytes, about twice the time; a second per megabyte is a lot on any machine."""
    raw = LARGE[case]
    started = time.monotonic()
    try:
        parse(raw)
    except FormatError as error:
        assert error.code
    assert time.monotonic() - started < 5 + 5 * len(raw) / 1_000_000


@pytest.mark.parametrize("format", ["x12", "edifact"])
def test_large_interchanges_are_read_in_seconds(format):
    lines = order().lines * 12_000
    raw = render(order(lines=lines), format, prepared=PREPARED)
    assert len(raw) > 2_000_000
    started = time.monotonic()
    (document,) = parse(raw)
    assert len(document.lines) == 24_000
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("format", ["x12", "edifact"])
def test_the_limit_of_size_is_an_option(format):
    raw = WRITTEN[format][0]
    with pytest.raises(FormatError) as caught:
        parse(raw, max_bytes=len(raw) - 1)
    assert caught.value.code == "too_large"
    assert parse(raw, max_bytes=len(raw))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso8859-1"])
@pytest.mark.parametrize("format", ["x12", "edifact"])
def test_encodings(format, encoding):
    text = WRITTEN[format][0].decode().replace("bell", "Glöckchen")
    mark = codecs.BOM_UTF16_LE if encoding == "utf-16-le" else b""
    raw = mark + text.encode(encoding)
    assert detect(raw) == format
    assert parse(raw)[0].note == "Ring the Glöckchen"


@pytest.mark.parametrize("format", ["x12", "edifact"])
@given(data=st.data())
def test_damaged_documents_are_read_or_refused(format, data):
    raw = data.draw(st.sampled_from(WRITTEN[format]))
    place = data.draw(st.integers(0, len(raw) - 1))
    damage = data.draw(
        st.binary(min_size=1, max_size=4)
        | st.sampled_from([b"", b"~", b"*", b"'", b"+", b":", b"?", b"\n", b"\0", b"HL*1*1*I~"])
    )
    kept = data.draw(st.integers(0, 12))
    damaged = raw[:place] + damage + raw[place + kept :]
    for strict in (False, True):
        try:
            documents = parse(damaged, format, strict=strict)
        except FormatError as error:
            assert error.code
        else:
            assert all(document.number is not None for document in documents)
    try:
        {"x12": x12_format, "edifact": edifact_format}[format].acknowledge(damaged, "1")
    except FormatError as error:
        assert error.code


@pytest.mark.parametrize("format", ["x12", "edifact"])
@given(data=st.data())
def test_segments_in_any_order_are_read_or_refused(format, data):
    raw = data.draw(st.sampled_from(WRITTEN[format]))
    end = b"~" if format == "x12" else b"'"
    head, *body = raw.split(end)
    body = data.draw(st.permutations(body))
    try:
        parse(end.join([head, *body]), format)
    except FormatError as error:
        assert error.code


@pytest.mark.parametrize("format", ["x12", "edifact"])
@given(data=st.data())
def test_truncated_documents_are_refused_or_told(format, data):
    """What is cut within the last segment can be read; that its control does not fit is told."""
    raw = data.draw(st.sampled_from(WRITTEN[format])).rstrip()
    cut = raw[: data.draw(st.integers(0, len(raw) - 2))]
    try:
        documents = parse(cut, format)
    except FormatError as error:
        assert error.code
    else:
        assert cut.rpartition(b"\n")[2].startswith((b"IEA", b"UNZ"))
        assert documents[0].remarks
    with pytest.raises(FormatError):
        parse(cut, format, strict=True)


@given(st.binary(max_size=200), st.sampled_from(["x12", "edifact"]))
def test_any_bytes_are_read_or_refused(raw, format):
    prefix = {"x12": b"ISA*", "edifact": b"UNB+"}[format]
    for each in (raw, prefix + raw):
        try:
            parse(each, format)
        except FormatError as error:
            assert error.code
