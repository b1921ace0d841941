"""The supplier as a process of its own, between a buyer and the buyer's inbound address."""

import base64
import http.client
import json
import socket
import time

import pytest
from werkzeug.wrappers import Response

from odoo.addons.healthcare_procurement_connector.core.documents import (
    DespatchAdvice,
    Invoice,
    OrderCancellation,
    OrderResponse,
)
from odoo.addons.healthcare_procurement_connector.formats import FormatError, parse, render

from tests.simulator import webhooks
from tests.simulator.client import SimulatorError, Supplier, wait_for
from tests.simulator.samples import BUYER, SELLER, TODAY, order
from tests.simulator.servers import Door


class Inbound:
    """Stands for Odoo: keeps what comes in, refuses the first ``failures`` requests."""

    def __init__(self, secret):
        self.secret = secret
        self.posts = []
        self.failures = 0
        self.door = Door(self)

    def __call__(self, environ, start_response):
        size = int(environ["CONTENT_LENGTH"])
        body = environ["wsgi.input"].read(size)
        headers = {
            name: environ[f"HTTP_{name.upper().replace('-', '_')}"]
            for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        }
        if self.failures:
            self.failures -= 1
            return Response(status=503)(environ, start_response)
        if webhooks.refusal(self.secret, headers, body):
            return Response(status=401)(environ, start_response)
        self.posts.append((headers["webhook-id"], body))
        return Response(json.dumps({"status": "received"}), 202)(environ, start_response)

    @property
    def documents(self):
        return [document for _id, body in self.posts for document in parse(body)]


@pytest.fixture(scope="module")
def buyer(secret):
    inbound = Inbound(secret)
    yield inbound
    inbound.door.close()


@pytest.fixture(scope="module")
def process(secret, buyer):
    settings = {
        "url": f"http://127.0.0.1:{buyer.door.port}/healthcare/inbound/x",
        "order_secret": secret,
        "document_secret": secret,
        "account": "NO9386011117947",
        "tax": {"category": "S", "rate": "25"},
        "tracking": {"VACCINE": {"by": "lot", "shelf_days": 365}},
    }
    suppliers = [{**settings, "code": "medi"}, {**settings, "code": "mute", "answers": False}]
    with Supplier(suppliers) as supplier:
        yield supplier


@pytest.fixture
def supplier(process, buyer):
    yield process
    process.misbehave("medi")
    process.forget()
    buyer.posts.clear()
    buyer.failures = 0


@pytest.fixture
def post(supplier, secret):
    """Sends an order as Odoo does; returns the HTTP status."""

    def post(document=None, code="medi", key="key-1", with_secret=None, timeout=5):
        body = document if isinstance(document, bytes) else render(document or order(), "ubl")
        headers = {
            "Content-Type": "application/xml",
            "Idempotency-Key": key,
            **webhooks.signed_headers(with_secret or secret, f"msg-{key}", body),
        }
        address = supplier.order_url(code).removeprefix("http://").split("/", 1)
        connection = http.client.HTTPConnection(address[0], timeout=timeout)
        try:
            connection.request("POST", f"/{address[1]}", body, headers)
            reply = connection.getresponse()
            reply.body = reply.read()
            return reply
        finally:
            connection.close()

    return post


def test_an_order_is_answered(supplier, post, buyer):
    assert post().status == 200
    assert wait_for(lambda: buyer.posts, 3)
    (response,) = buyer.documents
    assert isinstance(response, OrderResponse)
    assert (response.status, response.order_number) == ("accepted", "P00001")
    (received,) = supplier.orders("medi", "P00001")
    assert (received["key"], received["webhook_id"], received["times"]) == ("key-1", "msg-key-1", 1)
    (sent,) = supplier.sent("medi")
    assert [answer["status"] for answer in sent["answers"]] == [202]


def test_the_answer_is_tried_until_it_is_taken(post, buyer):
    buyer.failures = 1
    post()
    assert wait_for(lambda: buyer.posts, 3)


def test_a_repeat_is_counted_and_not_answered_again(supplier, post, buyer):
    assert [post().status, post().status] == [200, 200]
    assert wait_for(lambda: buyer.posts, 3)
    assert [each["times"] for each in supplier.orders("medi")] == [2]
    assert len(supplier.sent("medi")) == 1


def test_a_repeat_with_other_content_is_refused(post):
    assert post(code="mute").status == 200
    assert post(order(note="changed"), code="mute").status == 422


def test_a_wrong_signature_is_refused(supplier, post):
    other = "whsec_" + base64.b64encode(bytes(24)).decode()
    assert post(with_secret=other).status == 401
    assert supplier.orders("medi") == []
    assert [each["status"] for each in supplier.refused("medi")] == [401]


def test_what_is_no_document_is_refused(post):
    assert post(b"<not-an-order/>").status == 400


def test_faults_change_the_answer(supplier, post, buyer):
    supplier.set_faults("medi", price={"GLOVE": "1.08"}, duplicate="same_id")
    post()
    assert wait_for(lambda: len(buyer.posts) == 2, 3)
    assert buyer.posts[0] == buyer.posts[1]
    assert buyer.documents[0].status == "changed"
    with pytest.raises(SimulatorError, match="unknown fault"):
        supplier.set_faults("medi", shrot={})


def test_shipment_bill_and_credit_on_demand(supplier, post, buyer):
    post(code="mute")
    for what in ("despatch", "invoice", "credit_note"):
        answer = supplier.send("mute", what, order="P00001")
        assert answer["status"] == 202
    advice, invoice, note = buyer.documents
    assert isinstance(advice, DespatchAdvice)
    assert isinstance(invoice, Invoice)
    assert invoice.despatch_number == advice.number
    assert (note.kind, note.corrects) == ("credit_note", invoice.number)


def test_the_same_bytes_again_and_any_bytes(supplier, post, buyer):
    post(code="mute")
    first = supplier.send("mute", "invoice", order="P00001")
    supplier.send("mute", "again", number=first["number"], same_id=True)
    supplier.send("mute", "again", number=first["number"])
    (one, two, three) = buyer.posts
    assert one == two
    assert one[1] == three[1] and one[0] != three[0]
    supplier.send("mute", "raw", text="hello")
    assert buyer.posts[3][1] == b"hello"


def test_a_malformed_document_is_half_a_document(supplier, post, buyer):
    post(code="mute")
    supplier.send("mute", "invoice", order="P00001", faults={"malformed": True})
    with pytest.raises(FormatError):
        parse(buyer.posts[0][1])


def test_a_cancelled_order_is_not_shipped(supplier, post):
    post(code="mute")
    cancellation = OrderCancellation(
        number="C1",
        order_number="P00001",
        issued=TODAY,
        buyer=BUYER,
        seller=SELLER,
        note="no longer needed",
    )
    assert post(cancellation, code="mute", key="key-2").status == 200
    with pytest.raises(SimulatorError, match="cancelled"):
        supplier.send("mute", "despatch", order="P00001")
    with pytest.raises(SimulatorError, match="no order"):
        supplier.send("mute", "despatch", order="P99999")


class TestMisbehaviour:
    def test_a_closed_door_refuses_and_opens_again(self, supplier, post):
        supplier.misbehave("medi", "refuse")
        with pytest.raises(ConnectionRefusedError):
            post()
        supplier.misbehave("medi")
        assert post().status == 200

    def test_a_reset_ends_the_connection(self, supplier, post):
        supplier.misbehave("medi", "reset", times=1)
        with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
            post()
        assert supplier.orders("medi") == []
        assert post().status == 200

    def test_a_reset_after_storing_leaves_the_sender_in_doubt(self, supplier, post):
        supplier.misbehave("medi", "reset", times=1, stores=True)
        with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
            post()
        assert len(supplier.orders("medi")) == 1

    def test_an_answer_may_be_cut_in_the_middle(self, supplier, post):
        supplier.misbehave("medi", "cut", times=1, stores=True)
        with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
            post()
        assert len(supplier.orders("medi")) == 1

    def test_a_hanging_server_says_nothing(self, supplier, post):
        supplier.misbehave("medi", "hang", times=1, seconds=2)
        with pytest.raises(socket.timeout):
            post(timeout=0.3)

    def test_a_status_may_tell_when_to_come_back(self, supplier, post):
        supplier.misbehave("medi", "status", status=429, retry_after="7", times=1)
        reply = post()
        assert (reply.status, reply.headers["Retry-After"]) == (429, "7")
        assert post().status == 200

    def test_a_redirect_points_elsewhere(self, supplier, post):
        supplier.misbehave("medi", "redirect", location="http://127.0.0.1:9/")
        reply = post()
        assert (reply.status, reply.headers["Location"]) == (302, "http://127.0.0.1:9/")

    def test_a_dripping_answer_takes_its_time(self, supplier, post):
        supplier.misbehave("medi", "drip", times=1, seconds=0.6)
        started = time.monotonic()
        assert len(post().body) == 3
        assert time.monotonic() - started > 0.35

    def test_garbage_comes_with_a_200(self, supplier, post):
        supplier.misbehave("medi", "garbage", times=1)
        reply = post()
        assert (reply.status, len(reply.body)) == (200, 256)

    def test_an_unknown_kind_is_refused(self, supplier):
        with pytest.raises(SimulatorError, match="none of"):
            supplier.misbehave("medi", "explode")
