"""Other people's cXML: read, the same as a second reading by XPath says, and survives being written by the DTDs."""

import csv
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from ubl_corpus import CORPUS

from odoo.addons.healthcare_procurement_connector.formats import (
    FormatError,
    detect,
    parse,
    render,
)

from tests.pure.formats.cxml_documents import CARRIES, documents
from tests.simulator import behaviour, samples
from tests.simulator.faults import Faults, Short

FOLDER = CORPUS / "cxml"
# The element below the body -> where its number, its lines and its total are.
READ = {
    "OrderRequest": ("//OrderRequestHeader/@orderID", "//ItemOut", "//OrderRequestHeader/Total"),
    "PunchOutSetupRequest": ("//BuyerCookie", "//ItemOut", None),
    "PunchOutOrderMessage": (
        "//BuyerCookie",
        "//ItemIn",
        "//PunchOutOrderMessageHeader/Total",
    ),
    "ShipNoticeRequest": ("//ShipNoticeHeader/@shipmentID", "//ShipNoticeItem", None),
    "ConfirmationRequest": (
        "//ConfirmationHeader/@confirmID",
        "//ConfirmationStatus",
        None,
    ),
    "InvoiceDetailRequest": (
        "//InvoiceDetailRequestHeader/@invoiceID",
        "//InvoiceDetailItem",
        "//InvoiceDetailSummary/NetAmount",
    ),
    "StatusUpdateRequest": ("/cXML/@payloadID", None, None),
}
PROFILE = behaviour.Profile(
    account="SE3550000000054910000003",
    tracking={
        "GLOVE": behaviour.Tracking("lot", 100),
        "VACCINE": behaviour.Tracking("serial", 10),
    },
)
TROUBLE = Faults(
    short={"GLOVE": Short(Decimal(4), days=7)},
    reject=("SYRINGE",),
    price={"VACCINE": Decimal("1.1")},
)
generated = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def corpus_files():
    if not FOLDER.is_dir():
        return [pytest.param(None, None, marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))]
    with (CORPUS / "PROVENANCE.tsv").open(newline="") as file:
        validity = {row["path"]: row["validity"] for row in csv.DictReader(file, delimiter="\t")}
    paths = (str(path.relative_to(CORPUS)) for path in sorted(FOLDER.rglob("*.xml")))
    return [pytest.param(path, validity[path].startswith("valid"), id=path) for path in paths]


@pytest.fixture(scope="session")
def dtd(corpus):
    """``dtd(raw)``: what the DTD that a document names says against it."""
    loaded = {}

    def errors(raw):
        root = etree.fromstring(raw)
        version, name = root.getroottree().docinfo.system_url.split("/")[-2:]
        if (version, name) not in loaded:
            with (FOLDER / f"dtd-{version}" / name).open("rb") as file:
                loaded[version, name] = etree.DTD(file)
        loaded[version, name].validate(root)
        return list(loaded[version, name].error_log)

    return errors


@pytest.mark.parametrize("path, valid", corpus_files())
def test_says_what_it_says(path, valid, tally, dtd):
    raw = (CORPUS / path).read_bytes()
    is_read = body_of(raw) in READ
    family = f"cXML {body_of(raw)}" if is_read else "cXML, other types"
    for step in ("documents", "valid") if valid and is_read else ("documents",):
        tally(family, step)
    try:
        (document,) = parse(raw, "cxml")
    except FormatError as error:
        assert error.code and error.position and error.reason
        assert not valid or not is_read, error
        tally(family, "refused")
        tally("cXML", f"refused as {error.code}")
        return
    tally(family, "parsed" if valid else "others read")
    assert detect(raw) == "cxml"
    root = etree.fromstring(raw)
    number, lines, total = READ[body_of(raw)]
    assert document.number == text_of(root, number)
    lines_agree(document, root.xpath(lines) if lines else ())
    if total:
        told = document.payable if hasattr(document, "payable") else document.total
        assert told == Decimal(text_of(root, f"{total}/Money"))
        assert document.currency == text_of(root, f"{total}/Money/@currency")
    parties_agree(document, root)
    if valid:
        tally(family, "agreed")
    try:
        written = render(document, "cxml")
    except FormatError as error:
        assert error.code in {"missing", "not_carried"}, error
        tally("cXML", f"not written: {error.code}")
        return
    assert dtd(written) == []
    assert parse(written) == [document]
    tally("cXML", "round trip, valid by DTD")


@pytest.mark.parametrize("path, valid", corpus_files())
def test_without_any_one_part_it_is_read_or_refused(path, valid, tally):
    try:
        root = etree.fromstring((CORPUS / path).read_bytes())
    except etree.XMLSyntaxError:
        return
    for element in list(root.iter("*")):
        for name in list(element.attrib):
            value = element.attrib.pop(name)
            tally("cXML without an attribute", read_or_refused(etree.tostring(root)))
            element.set(name, value)
        parent = element.getparent()
        if parent is not None:
            place = parent.index(element)
            parent.remove(element)
            tally("cXML without an element", read_or_refused(etree.tostring(root)))
            parent.insert(place, element)


def read_or_refused(raw):
    try:
        (document,) = parse(raw, "cxml")
        (again,) = parse(render(document, "cxml"))
        if document.envelope.control is None:
            # What is written has one, and be it the document's own number.
            again = replace(again, envelope=replace(again.envelope, control=None))
        assert again == document
    except FormatError as error:
        assert error.reason
        return f"refused as {error.code}"
    return "round trip"


@generated
@given(data=st.data())
def test_whatever_is_written_is_valid_by_the_dtd(data, dtd):
    cls = data.draw(st.sampled_from(sorted(CARRIES, key=lambda each: each.__name__)))
    assert dtd(render(data.draw(documents(cls)), "cxml")) == []


@pytest.mark.parametrize("faults", [Faults(), TROUBLE], ids=["as ordered", "with changes"])
def test_what_a_supplier_says_in_it(faults, dtd, tally):
    """The other side of the demo: all that the simulator answers can be told and is valid."""
    order = samples.order()
    answer = behaviour.respond(order, PROFILE, faults, samples.TODAY, "R1")
    agreed = behaviour.agreed(order, answer)
    advice = behaviour.despatch(agreed, PROFILE, faults, samples.TODAY, "D1", 1)
    bill = behaviour.invoice(agreed, PROFILE, faults, samples.TODAY, "I1", advice)
    credit = behaviour.credit_note(bill, PROFILE, faults, samples.TODAY, "C1")
    for document in (order, answer, advice, bill, credit):
        written = render(document, "cxml")
        assert dtd(written) == []
        (read,) = parse(written)
        assert read.remarks == ()
        assert render(read, "cxml") == written
        tally("cXML", "of the simulator, valid by DTD")


def body_of(raw):
    try:
        root = etree.fromstring(raw)
    except etree.XMLSyntaxError:
        return None
    (content,) = root.xpath("/cXML/*[self::Request or self::Message]/*[1]") or (root,)
    return content.tag


def text_of(root, path):
    (found,) = root.xpath(path)
    return (found if isinstance(found, str) else found.text).strip()


def lines_agree(document, elements):
    if not elements:
        assert not getattr(document, "lines", ())
        return
    told = [Decimal(element.get("quantity")) for element in elements]
    assert [line.quantity.value for line in document.lines] == told
    codes = [element.findtext(".//SupplierPartID") for element in elements]
    assert [line.item.seller_code for line in document.lines] == codes
    names = ["".join(element.find(".//Description").itertext()).strip() for element in elements]
    assert [line.item.name for line in document.lines] == names
    units = [element.findtext(".//UnitOfMeasure") for element in elements]
    assert [line.quantity.unit for line in document.lines] == units
    prices = [element.find(".//UnitPrice/Money") for element in elements]
    if hasattr(document, "currency"):
        read = [line.price.value for line in document.lines]
        assert read == [Decimal(price.text) for price in prices]


def parties_agree(document, root):
    """A credential names a party that has no id of its own; an address names it by its name."""
    texts = {text.strip() for text in root.xpath("//Identity/text()|//@addressID|//@identifier")}
    names = {text.strip() for text in root.xpath("//Name/text()")}
    for party in (getattr(document, "buyer", None), getattr(document, "seller", None)):
        if party is not None:
            assert {text for _scheme, text in party.ids} <= texts
            assert party.name is None or party.name in names
    for path, side in (("From", "sender"), ("To", "receiver")):
        told = root.xpath(f"//{path}/Credential[1]/Identity/text()")
        assert (getattr(document.envelope, side) or (None, None))[1] == (told or [None])[0]
