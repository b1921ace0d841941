"""JSON: every document there and back, by the schemas that are shipped; anything else is refused by name."""

import json
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import documents as canonical
from odoo.addons.healthcare_procurement_connector.core.documents import (
    Document,
    Envelope,
    Order,
    Party,
)
from odoo.addons.healthcare_procurement_connector.core.vocabulary import WORDS
from odoo.addons.healthcare_procurement_connector.formats import (
    FORMATS,
    FormatError,
    detect,
    parse,
    render,
)
from odoo.addons.healthcare_procurement_connector.formats.json_format import schemas

from tests.pure.formats.drawing import Drawing
from tests.pure.formats.json_schema_check import errors
from tests.pure.formats.write_json_schemas import FOLDER, texts
from tests.simulator import samples

CARRIES = FORMATS["json"].carries
SCHEMAS = schemas()
ORDER = render(samples.order(note="Ring the bell"), "json")
DATA = json.loads(ORDER)


def _enveloped(document):
    return replace(document, envelope=replace(document.envelope, syntax="json"))


DRAWING = Drawing(CARRIES, adapt=_enveloped)


def changed(**changes):
    return json.dumps(DATA | changes).encode()


def line(**changes):
    return changed(lines=[DATA["lines"][0] | changes])


def refused(raw, **options):
    with pytest.raises(FormatError) as caught:
        parse(raw, "json", **options)
    assert caught.value.reason
    return caught.value


# There and back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", CARRIES, ids=lambda cls: cls.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_round_trip(cls, data):
    document = data.draw(DRAWING.documents(cls))
    raw = render(document, "json")
    (read,) = parse(raw, strict=True)
    assert read == document
    assert read.remarks == ()
    told = json.loads(raw)
    assert errors(told, SCHEMAS[told["document"]]) == []


def test_every_document_is_carried_whole():
    classes = [
        cls
        for cls in vars(canonical).values()
        if isinstance(cls, type) and issubclass(cls, Document) and cls is not Document
    ]
    assert set(CARRIES) == set(classes)
    for cls in classes:
        assert "lines.item.gtin" in CARRIES[cls] or not issubclass(cls, Order)
        assert "number" in CARRIES[cls] and "envelope.control" in CARRIES[cls]


def test_schemas_are_those_of_the_classes():
    """Where this fails: ./setup/python tests/pure/formats/write_json_schemas.py."""
    shipped = {path.name: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
    assert shipped == {name: json.loads(text) for name, text in texts().items()}


def test_schemas_know_the_words():
    lines = SCHEMAS["order_response"]["$defs"]["OrderResponseLine"]
    assert lines["properties"]["status"] == {
        "enum": list(WORDS[canonical.OrderResponseLine, "status"])
    }
    assert lines["required"] == ["status"]
    assert "syntax" not in SCHEMAS["order"]["$defs"]["Envelope"]["properties"]


def test_what_it_looks_like():
    assert DATA["document"] == "order"
    assert DATA["issued"] == "2026-03-02"
    assert DATA["lines"][0]["price"] == {"value": "4.25"}
    assert DATA["buyer"]["ids"] == [{"scheme": "0088", "value": "7300010000001"}]
    assert "contract" not in DATA and "revision" not in DATA and "envelope" not in DATA


def test_several_documents_in_a_list():
    raw = b"[" + ORDER + b"," + changed(number="P2") + b"]"
    assert detect(raw) == "json"
    assert [document.number for document in parse(raw)] == ["P00001", "P2"]


def test_decimals_stay_exact():
    exact = Decimal("0.1234567890123456789012345678901234567")
    (read,) = parse(render(samples.order(total=exact), "json"))
    assert read.total == exact


def test_the_envelope_of_another_syntax_is_not_taken_over():
    envelope = Envelope("x12", "004010", sender=("ZZ", "HOSPITAL"), control="1", test=True)
    (read,) = parse(render(samples.order(envelope=envelope), "json"))
    assert read.envelope == Envelope("json", test=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_encodings(encoding):
    raw = ORDER.decode().replace("bell", "Glöckchen 🩺").encode(encoding)
    assert parse(raw, "json")[0].note == "Ring the Glöckchen 🩺"


# Lenient and strict --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw, code, position, text",
    [
        (changed(colour="red"), "not_understood", "/colour", "red"),
        (line(colour={"a": 1}), "not_understood", "/lines/0/colour", "{'a': '1'}"),
        (changed(total=692.50), "wrong_type", "/total", "692.5 without quotes"),
        (
            line(quantity={"value": 10}),
            "wrong_type",
            "/lines/0/quantity/value",
            "10 without quotes",
        ),
    ],
)
def test_what_is_told_is_refused_in_strict_reading(raw, code, position, text):
    (document,) = parse(raw)
    (remark,) = document.remarks
    assert (remark.code, remark.position, remark.text) == (code, position.replace("/0", ""), text)
    error = refused(raw, strict=True)
    assert (error.code, error.position) == (code, position)


def test_null_and_empty_texts_are_absent():
    (document,) = parse(changed(note=None, contract="", lines=None), strict=True)
    assert (document.note, document.contract, document.lines) == (None, None, ())


# Refused -------------------------------------------------------------------------------------------------------

DEEP = b'{"document": "order", "number": ' + b"[" * 100_000
HOSTILE = {
    "nothing": (b"", {"not_well_formed"}),
    "cut off": (ORDER[:-5], {"not_well_formed"}),
    "something after the end": (ORDER + b"{}", {"not_well_formed"}),
    "a name twice": (ORDER[:-1] + b', "number": "P2"}', {"not_well_formed"}),
    "a name twice below": (
        ORDER.replace(b'"unit"', b'"value": "7", "unit"'),
        {"not_well_formed"},
    ),
    "deep nesting": (DEEP, {"not_well_formed"}),
    "deep and closed": (DEEP + b"]" * 100_000 + b"}", {"not_well_formed"}),
    "deep objects": (b'{"x":' * 100_000, {"not_well_formed"}),
    "broken encoding": (ORDER.replace(b"bell", b"be\xffll"), {"not_well_formed"}),
    "a zero inside": (ORDER.replace(b"bell", b"be\0ll"), {"not_well_formed"}),
    "a zero by escape": (ORDER.replace(b"bell", b"be\\u0000ll"), {"invalid_text"}),
    "half a character": (ORDER.replace(b"bell", b"be\\ud800ll"), {"invalid_text"}),
    "a list of nothing": (b"[]", {"missing"}),
    "no object": (b"[1]", {"unexpected_structure"}),
    "no type": (b"{}", {"missing"}),
    "another type": (changed(document="poem"), {"unsupported_type"}),
    "a type that is none": (changed(document=["order"]), {"unsupported_type"}),
    "no number": (changed(number=None), {"missing"}),
    "an empty number": (changed(number=""), {"missing"}),
    "a number for a text": (changed(number=4711), {"unexpected_structure"}),
    "a line without a number": (line(number=None), {"missing"}),
    "a text for a list": (changed(lines="all"), {"unexpected_structure"}),
    "a text for an object": (changed(buyer="Hospital"), {"unexpected_structure"}),
    "a list for a text": (changed(note=["a"]), {"unexpected_structure"}),
    "true for a number": (changed(total=True), {"unexpected_structure"}),
    "a text for a whole number": (changed(revision="2"), {"unexpected_structure"}),
    "a broken whole number": (changed(revision=1.5), {"invalid_number"}),
    "less than nothing": (changed(revision=-1), {"invalid_number"}),
    "not a number": (ORDER.replace(b'"692.50"', b"NaN"), {"invalid_number"}),
    "infinite": (ORDER.replace(b'"692.50"', b"-Infinity"), {"invalid_number"}),
    "a huge exponent": (ORDER.replace(b'"692.50"', b"1E400"), {"invalid_number"}),
    "a huge exponent in a text": (changed(total="1E400"), {"invalid_number"}),
    "digits without end": (
        ORDER.replace(b'"692.50"', b"9" * 1_000_000),
        {"invalid_number"},
    ),
    "a decimal comma": (changed(total="692,50"), {"invalid_number"}),
    "no such day": (changed(issued="2026-02-30"), {"invalid_date"}),
    "a date of somewhere": (changed(issued="02/03/2026"), {"invalid_date"}),
    "an unknown word": (line(action="burn"), {"unknown_code"}),
    "an id without a value": (changed(buyer={"ids": [{"scheme": "0088"}]}), {"missing"}),
    "an id that is a text": (changed(buyer={"ids": ["7"]}), {"unexpected_structure"}),
    "an id with more": (
        changed(buyer={"ids": [{"value": "7", "more": "x"}]}),
        {"unexpected_structure"},
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_is_refused_soon(case):
    raw, codes = HOSTILE[case]
    started = time.monotonic()
    error = refused(raw)
    assert time.monotonic() - started < 2
    assert error.code in codes
    assert error.position or case in ("nothing",)


def test_too_large_is_refused_before_it_is_read():
    started = time.monotonic()
    assert refused(b"[" * 200_000_000).code == "too_large"
    assert time.monotonic() - started < 2
    assert refused(ORDER, max_bytes=len(ORDER) - 1).code == "too_large"


@pytest.mark.parametrize(
    "document, code",
    [
        (samples.order(total=4.25), "invalid_number"),
        (samples.order(total=Decimal("NaN")), "invalid_number"),
        (samples.order(total=Decimal("1E+999999")), "invalid_number"),
        (samples.order(revision="2"), "invalid_number"),
        (samples.order(note="a\x00b"), "invalid_text"),
        (samples.order(note="\ud800"), "invalid_text"),
        (samples.order(note=5), "invalid_text"),
        (samples.order(number=""), "missing"),
        (
            samples.order(lines=(replace(samples.order().lines[0], action="burn"),)),
            "unknown_code",
        ),
        (Party("not a document"), "unsupported_type"),
    ],
)
def test_what_cannot_be_written_is_refused(document, code):
    with pytest.raises(FormatError) as caught:
        render(document, "json")
    assert caught.value.code == code


@given(st.integers(0, len(ORDER) - 1), st.binary(min_size=1, max_size=4))
def test_damaged_orders_are_read_or_refused(place, damage):
    raw = ORDER[:place] + damage + ORDER[place + len(damage) :]
    try:
        (document,) = parse(raw, "json")
    except FormatError as error:
        assert error.code
    else:
        assert document.number


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(DATA)), values)
def test_any_value_of_a_property_is_read_or_refused(name, value):
    try:
        parse(json.dumps(DATA | {name: value}).encode(), "json")
    except FormatError as error:
        assert error.code


@given(st.integers(0, len(ORDER) - 1))
def test_truncated_orders_are_refused(length):
    with pytest.raises(FormatError):
        parse(ORDER[:length], "json")


def test_dates_are_days():
    assert parse(changed(issued="2026-03-02"))[0].issued == date(2026, 3, 2)
