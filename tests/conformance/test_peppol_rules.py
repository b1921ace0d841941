"""What we write is valid by the official UBL schemas and by the rules of Peppol BIS 3."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from ubl_corpus import fragments, samples, transaction

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Address,
    Charge,
    Item,
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    Party,
    Payee,
    Period,
    Price,
    Quantity,
    TaxRate,
)
from odoo.addons.healthcare_procurement_connector.formats import FORMATS, render

from tests.pure.formats.document_strategies import documents
from tests.simulator import behaviour
from tests.simulator.faults import Faults, Short
from tests.simulator.samples import TODAY
from tests.simulator.samples import order as sample_order

TEST_SETS = {
    "peppol-order": "PEPPOLBIS-T01",
    "peppol-order-response": "PEPPOLBIS-T76",
    "peppol-despatch-advice": "PEPPOLBIS-T16",
    "peppol-billing": "PEPPOL-EN16931-UBL",
    "peppol-catalogue": "PEPPOLBIS-T19",
    "peppol-invoice-response": "PEPPOLBIS-T111",
}
generated = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


# The rules themselves --------------------------------------------------------------------------------------


@pytest.mark.parametrize("test_set", TEST_SETS)
def test_the_rules_find_what_their_authors_say(test_set, rules, tally):
    """Their own cases: each names a rule and whether it should complain."""
    checked = rules(TEST_SETS[test_set])
    for case in fragments(test_set):
        found = {finding.rule for finding in checked.findings(case.xml.encode())}
        for verdict in ("success", "warning", "error", "fatal"):
            for rule in case.expect.get(verdict, ()):
                assert (rule in found) is (verdict != "success"), case.source
                tally("rules", "authors' verdicts agreed with")


def test_the_rules_pass_their_authors_documents(corpus, rules, tally):
    for sample in samples():
        raw = sample.read()
        if sample.valid and transaction(raw):
            assert rules(transaction(raw)).fatal(raw) == [], sample.path
            tally("rules", "authors' documents passed")


@pytest.mark.parametrize(
    "old, new, rule",
    [
        (b"<cbc:IssueDate>2026-03-02</cbc:IssueDate>", b"", "PEPPOL-T01-B00104"),
        (b">42.50<", b">43.50<", "PEPPOL-T01-R024"),
        (b'unitCode="XBX"', b'unitCode="BOX"', None),
    ],
)
def test_a_broken_order_fails(old, new, rule, rules):
    raw = render(sample_order(), "ubl")
    assert old in raw
    found = rules("PEPPOLBIS-T01").fatal(raw.replace(old, new))
    assert found
    assert rule is None or rule in {finding.rule for finding in found}


# Orders ----------------------------------------------------------------------------------------------------

HOSPITAL = Party(
    "City Hospital",
    (("0088", "7300010000001"), ("0007", "5541277710"), ("VAT", "SE554127771001")),
    Address("Main street 1", "Entrance B", "Lund", "22100", "Skåne", "SE"),
)
SUPPLIER = Party(
    "Medi Supply",
    (("0088", "7302347231110"),),
    Address("Harbour street", None, "Bergen", "5005", None, "NO"),
)
WARD = Party(
    "Ward 3",
    (("0088", "7300010000018"), ("0007", "5541277710")),
    Address(city="Lund", country="SE"),
)
STANDARD = TaxRate("S", Decimal(25))
CENT = Decimal("0.01")


def with_total(order):
    """The order with the totals its lines and charges add up to."""
    net = sum((line.amount for line in order.lines), Decimal(0))
    charges = sum(c.amount if c.kind == "charge" else -c.amount for c in order.charges)
    return dataclasses.replace(order, total=net + charges)


ORDERS = {
    "plain": sample_order(),
    "all that an order can say": with_total(
        sample_order(
            type_code="220",
            buyer=HOSPITAL,
            seller=SUPPLIER,
            deliver_to=WARD,
            contract="C-2026-7",
            note="Ring the bell\nat the back door",
            charges=(
                Charge("charge", Decimal("12.50"), "FC", "Freight", STANDARD),
                Charge("allowance", Decimal("2.50"), "95", "Discount", STANDARD),
            ),
            lines=(
                OrderLine(
                    number="10",
                    item=Item(
                        "4711", "S-4711", "M-4711", "07311104114566", name="Gloves <nitrile> & more"
                    ),
                    quantity=Quantity(Decimal("2.5"), "XBX"),
                    price=Price(Decimal("199.90"), Quantity(Decimal(10), "XBX")),
                    charges=(Charge("charge", Decimal("1.00"), "FC", "Cooling"),),
                    amount=Decimal("50.98"),
                    requested_delivery=Period(date(2026, 3, 9), date(2026, 3, 10)),
                    note="Cold chain",
                ),
            ),
        )
    ),
    "one free line": with_total(
        sample_order(
            deliver_to=None,
            requested_delivery=None,
            lines=(
                OrderLine(
                    "1",
                    Item(name="Sample"),
                    Quantity(Decimal(1), "EA"),
                    Price(Decimal(0)),
                    amount=Decimal(0),
                ),
            ),
        )
    ),
    "consignment": sample_order(type_code="227"),
}


@pytest.mark.parametrize("case", ORDERS)
def test_orders(case, check):
    check(ORDERS[case])


def gln(body):
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return f"{body}{-weighted % 10}"


names = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20).filter(
    str.strip
)
glns = st.from_regex(r"[0-9]{12}", fullmatch=True).map(gln)
addresses = st.builds(
    Address,
    street=st.none() | names,
    city=st.none() | names,
    zip=st.none() | names,
    country=st.sampled_from(["SE", "NO", "DE", "FR", "GB", "US"]),
)
parties = st.builds(
    Party, name=names, ids=glns.map(lambda number: (("0088", number),)), address=addresses
)
periods = st.dates(date(2026, 1, 1), date(2030, 1, 1)).flatmap(
    lambda start: st.builds(
        Period, st.just(start), st.integers(0, 30).map(lambda d: start + timedelta(d))
    )
)
charges = st.builds(
    Charge,
    kind=st.sampled_from(["charge", "allowance"]),
    amount=st.decimals(0, 10, places=2),
    reason=names,
    tax=st.none() | st.just(STANDARD),
)
items = st.builds(Item, buyer_code=st.none() | names, seller_code=st.none() | names, name=names)


@st.composite
def lines(draw, number):
    quantity = draw(st.decimals(1, 1000, places=2))
    price = draw(st.decimals(20, 1000, places=4))
    per = draw(st.none() | st.integers(1, 12).map(Decimal))
    amount = (quantity * price / (per or 1)).quantize(CENT)
    extra = draw(st.lists(charges.filter(lambda charge: charge.amount <= amount), max_size=1))
    for charge in extra:
        amount += charge.amount if charge.kind == "charge" else -charge.amount
    unit = draw(st.sampled_from(["C62", "EA", "XBX", "XPK", "KGM"]))
    return OrderLine(
        number=number,
        item=draw(items),
        quantity=Quantity(quantity, unit),
        price=Price(price, per and Quantity(per, unit)),
        charges=tuple(dataclasses.replace(charge, tax=None) for charge in extra),
        amount=amount,
        requested_delivery=draw(st.none() | periods),
        note=draw(st.none() | names),
    )


@st.composite
def orders(draw):
    count = draw(st.integers(1, 4))
    order = Order(
        number=draw(names),
        issued=TODAY,
        type_code=draw(st.none() | st.sampled_from(["105", "220", "221", "226", "227"])),
        currency=draw(st.sampled_from(["EUR", "SEK", "USD"])),
        buyer=draw(parties),
        seller=draw(parties),
        deliver_to=draw(st.none() | parties),
        requested_delivery=draw(st.none() | periods),
        contract=draw(st.none() | names),
        note=draw(st.none() | names),
        charges=tuple(draw(st.lists(charges, max_size=2))),
        lines=tuple(draw(lines(str(index + 1))) for index in range(count)),
    )
    order = with_total(order)
    return order if order.total >= 0 else with_total(dataclasses.replace(order, charges=()))


@generated
@given(order=orders())
def test_generated_orders(order, check):
    check(order)


def test_changes_and_cancellations(check):
    order = ORDERS["all that an order can say"]
    shared = {"number": "C1", "issued": TODAY, "order_number": order.number}
    shared |= {"buyer": order.buyer, "seller": order.seller}
    changed = tuple(dataclasses.replace(line, action="change") for line in order.lines)
    check(OrderChange(**shared, revision=1, currency="EUR", lines=changed, total=order.total))
    check(OrderCancellation(**shared, note="Ordered twice"))


@generated
@given(data=st.data())
def test_whatever_is_written_is_valid_by_the_schema(data, schema):
    """Any values in any declared field, sensible or not: the structure holds."""
    carries = FORMATS["ubl"].carries
    cls = data.draw(st.sampled_from(sorted(carries, key=lambda each: each.__name__)))
    root = etree.fromstring(render(data.draw(documents(cls, carries)), "ubl"))
    loaded = schema(etree.QName(root).localname)
    for newer in root.findall("{*}OrderChangeDocumentReference"):
        # Peppol has it from a later UBL than the schemas are of.
        root.remove(newer)
    assert loaded.validate(root) or not structural(loaded.error_log)


def structural(errors):
    """Errors of structure; a made-up currency or unit code is not one."""
    return [
        error
        for error in errors
        if "ELEMENT_CONTENT" in error.type_name or "MISSING" in error.type_name
    ]


# What a supplier sends -------------------------------------------------------------------------------------

PROFILE = behaviour.Profile(
    account="SE3550000000054910000003",
    tax=TaxRate("S", Decimal(25)),
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


def brief(party):
    """As Peppol lets an order response name a party: no address."""
    return dataclasses.replace(party, address=None)


@pytest.fixture(scope="module")
def agreed():
    return sample_order(
        buyer=HOSPITAL, seller=SUPPLIER, deliver_to=dataclasses.replace(WARD, ids=WARD.ids[:1])
    )


@pytest.mark.parametrize("faults", [Faults(), TROUBLE], ids=["as ordered", "with changes"])
def test_responses(faults, agreed, check):
    answer = behaviour.respond(agreed, PROFILE, faults, TODAY, "R1")
    buyer = dataclasses.replace(brief(agreed.buyer), ids=agreed.buyer.ids[:1])
    check(dataclasses.replace(answer, buyer=buyer, seller=brief(answer.seller)))


def test_despatch_advices(agreed, check):
    advice = behaviour.despatch(agreed, PROFILE, Faults(), TODAY, "D1", 1)
    check(
        dataclasses.replace(
            advice, buyer=dataclasses.replace(advice.buyer, ids=advice.buyer.ids[:1])
        )
    )


def test_invoices_and_credit_notes(agreed, check):
    advice = behaviour.despatch(agreed, PROFILE, Faults(), TODAY, "D1", 1)
    bill = behaviour.invoice(agreed, PROFILE, Faults(), TODAY, "I1", advice)
    check(bill)
    check(dataclasses.replace(bill, payee=Payee(PROFILE.account, "SWEDSESS", "Medi Supply", "I1")))
    check(behaviour.credit_note(bill, PROFILE, Faults(), TODAY, "C1"))
