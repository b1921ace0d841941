"""A supplier answers in the language it was ordered in."""

import pytest

from odoo.addons.healthcare_procurement_connector.core.documents import Receipt
from odoo.addons.healthcare_procurement_connector.formats import detect, parse

from tests.simulator import webhooks
from tests.simulator.behaviour import Profile, Tracking
from tests.simulator.desk import Desk
from tests.simulator.faults import Faults, Short
from tests.simulator.samples import order
from tests.simulator.speech import Speech


class Posted:
    """Takes what the desk sends."""

    def __init__(self):
        self.sent = []

    def now(self, sent, _faults):
        self.sent.append(sent)
        return {"status": 202}

    later = now


class Soon:
    """What was put off, done when the test says so: not under the desk's lock."""

    def __init__(self):
        self.waiting = []

    def call(self, _delay, function, *arguments):
        self.waiting.append((function, arguments))

    def run(self):
        while self.waiting:
            function, arguments = self.waiting.pop(0)
            function(*arguments)


@pytest.fixture
def desk(secret):
    profile = Profile(tracking={"VACCINE": Tracking("lot", 365)})
    return Desk(profile, secret, Posted(), Soon())


def post(desk, secret, raw, key="key-1"):
    headers = {"Idempotency-Key": key, **webhooks.signed_headers(secret, f"msg-{key}", raw)}
    desk.take(headers, raw)
    desk._later.run()


@pytest.mark.parametrize("syntax", ["x12", "edifact", "cxml", "json", "ubl"])
def test_all_that_it_sends_is_in_that_language(desk, secret, syntax):
    test = {"x12": True, "edifact": True, "cxml": True}.get(syntax)
    post(desk, secret, Speech().write(order(), syntax, test))
    desk.ship("P00001", Faults())
    desk.bill("P00001", Faults())
    desk.credit("P00001", Faults())
    business = [sent for sent in desk.outbox.sent if sent.kind != "receipt"]
    assert [sent.kind for sent in business] == ["response", "despatch", "invoice", "credit_note"]
    for sent in business:
        assert detect(sent.raw) == syntax
        (document,) = parse(sent.raw)
        assert document.number == sent.number
        assert document.envelope.test == test
        assert len(getattr(document, "lines", ())) == len(sent.document.lines)
    controls = [parse(sent.raw)[0].envelope.control for sent in business]
    if syntax in ("x12", "edifact"):
        assert len(set(controls)) == len(controls)


@pytest.mark.parametrize("syntax", ["x12", "edifact"])
def test_it_acknowledges_first_and_never_an_acknowledgement(desk, secret, syntax):
    raw = Speech().write(order(), syntax, True)
    post(desk, secret, raw)
    receipts = [sent for sent in desk.outbox.sent if sent.kind == "receipt"]
    assert len(receipts) == 1
    (receipt,) = parse(receipts[0].raw)
    assert isinstance(receipt, Receipt)
    assert (receipt.status, receipt.control) == (
        "accepted",
        parse(raw)[0].envelope.control.lstrip("0"),
    )
    post(desk, secret, receipts[0].raw, key="key-2")
    assert len([sent for sent in desk.outbox.sent if sent.kind == "receipt"]) == 1


@pytest.mark.parametrize("syntax", ["x12", "edifact", "cxml"])
def test_what_it_changes_can_be_said_in_each(desk, secret, syntax):
    desk.answers = False
    post(desk, secret, Speech().write(order(), syntax, True))
    line = order().lines[0]
    code = line.item.buyer_code
    desk.respond("P00001", Faults(short={code: Short(line.quantity.value - 1, 3)}))
    (answer,) = parse(desk.outbox.sent[-1].raw)
    changed = next(each for each in answer.lines if each.order_line.lstrip("0") == line.number)
    assert changed.quantity.value == line.quantity.value - 1
