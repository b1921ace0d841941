import base64
import time

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged

from ..core.signature import headers, new_secret
from ..formats import cxml
from .common import SECRET

PATH = "/healthcare/inbound/"
SHOWN = "a-secret-that-is-shown"
CXML = (
    b'<cXML payloadID="1@supplier"><Header><Sender><Credential domain="DUNS"><Identity>1</Identity>'
    b"<SharedSecret>%b</SharedSecret></Credential></Sender></Header><Request/></cXML>"
)


@tagged("post_install", "-at_install")
class TestInboundHttp(HttpCase):
    def setUp(self):
        super().setUp()
        self.endpoint = self.env["integration.endpoint"].create(
            {
                "name": "Supplier",
                "code": "over-http",
                "url": "https://supplier.example/orders",
                "inbound_secret": SECRET,
            }
        )

    def post(self, body, code="over-http", secret=SECRET, external_id="msg_http", age=0, **extra):
        signed = headers([secret], external_id, int(time.time()) - age, body)
        return self.url_open(
            PATH + code,
            data=body,
            headers={**signed, "Content-Type": "application/xml", **extra},
            method="POST",
        )

    def test_accepted_with_202_and_the_same_answer_for_a_repeat(self):
        first = self.post(b"<Order/>")
        second = self.post(b"<Order/>")
        self.assertEqual((first.status_code, second.status_code), (202, 200))
        self.assertEqual(first.json(), second.json())
        self.assertEqual(first.json()["status"], "received")
        self.assertNotIn("Set-Cookie", first.headers)
        self.assertNotIn("Duplicate-Rule", first.headers)
        self.assertEqual(second.headers["Duplicate-Rule"], "message_id")

    def test_an_unknown_endpoint_and_a_bad_signature_look_the_same(self):
        wrong_secret = self.post(b"<Order/>", secret=new_secret(b"x" * 24))
        unknown = self.post(b"<Order/>", code="nobody")
        stale = self.post(b"<Order/>", age=3600)
        for answer in (wrong_secret, unknown, stale):
            self.assertEqual(answer.status_code, 401)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(wrong_secret.content, unknown.content)

    def test_an_idempotency_key(self):
        first = self.post(b"<Order/>", **{"Idempotency-Key": "key"})
        again = self.post(b"<Order/>", external_id="msg_other", **{"Idempotency-Key": "key"})
        other = self.post(b"<Other/>", external_id="msg_third", **{"Idempotency-Key": "key"})
        endless = self.post(b"<Order/>", external_id="msg_4", **{"Idempotency-Key": "k" * 256})
        self.assertEqual((again.status_code, again.json()), (200, first.json()))
        self.assertEqual(again.headers["Duplicate-Rule"], "idempotency_key")
        self.assertEqual((other.status_code, other.json()["code"]), (409, "id_taken"))
        self.assertEqual(
            (endless.status_code, endless.json()["code"]), (400, "bad_idempotency_key")
        )

    def test_one_id_for_two_documents(self):
        self.post(b"<Order/>")
        answer = self.post(b"<Other/>")
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "id_taken"))

    def test_a_document_that_is_too_large(self):
        self.endpoint.max_size = 1
        answer = self.post(b"<x/>" + b" " * 1000)
        self.assertEqual((answer.status_code, answer.json()["code"]), (413, "too_large"))
        self.assertIn("1000 bytes", answer.json()["detail"])

    def test_whoever_sends_too_much_is_asked_to_come_back(self):
        self.endpoint.max_backlog = 1
        self.post(b"<Order/>")
        answer = self.post(b"<Order/>", external_id="msg_2")
        self.assertEqual((answer.status_code, answer.json()["code"]), (503, "overloaded"))
        self.assertEqual(answer.headers["Retry-After"], "60")
        self.assertEqual(self.post(b"<Order/>").status_code, 200, "a repeat is answered")

    def test_no_signature_at_all(self):
        answer = self.url_open(PATH + "over-http", data=b"<Order/>", method="POST")
        self.assertEqual(answer.status_code, 401)

    def test_a_form_is_refused(self):
        answer = self.url_open(
            PATH + "over-http",
            data=b"",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            method="POST",
        )
        self.assertEqual(answer.status_code, 400)

    def test_a_partner_that_cannot_sign_shows_a_password(self):
        self.endpoint.write({"inbound_proof": "password", "inbound_secret": SHOWN})
        first = self.show(b"<Order/>", Authorization=f"Bearer {SHOWN}")
        again = self.show(b"<Order/>", Authorization=_basic("anybody", SHOWN))
        self.assertEqual((first.status_code, again.status_code), (202, 200))
        self.assertEqual(first.json(), again.json())
        for refused in (
            self.show(b"<Order/>"),
            self.show(b"<Order/>", Authorization="Bearer another"),
            self.show(b"<Order/>", Authorization=_basic(SHOWN, "")),
            self.post(b"<Order/>", secret=SECRET),
        ):
            self.assertEqual(refused.status_code, 401)

    def test_a_partner_that_speaks_cxml_shows_its_shared_secret(self):
        self.endpoint.write({"inbound_proof": "cxml", "inbound_secret": SHOWN})
        first = self.show(CXML % SHOWN.encode())
        again = self.show(CXML % SHOWN.encode())
        self.assertEqual((first.status_code, again.status_code), (200, 200))
        self.assertTrue(first.headers["Content-Type"].startswith("text/xml"))
        (receipt,) = cxml.parse(first.content)
        self.assertEqual(receipt.status, "received")
        message = self.endpoint.env["integration.message"].search(
            [("endpoint_id", "=", self.endpoint.id)]
        )
        self.assertEqual(receipt.envelope.control, message.uid, "one message, named in the answer")
        self.assertIn(message.uid, again.text)
        self.assertNotIn(SHOWN.encode(), base64.b64decode(message.payload_ids.content))
        self.assertEqual(self.show(CXML % b"another").status_code, 401)

    def test_a_secret_that_signed_is_never_shown(self):
        self.endpoint.inbound_proof = "password"
        self.assertFalse(self.endpoint.inbound_secret)
        self.assertEqual(self.show(b"<Order/>", Authorization=f"Bearer {SECRET}").status_code, 401)
        with self.assertRaisesRegex(ValidationError, "at least 16"):
            self.endpoint.inbound_secret = "too short"

    def show(self, body, **shown):
        headers = {"Content-Type": "application/xml", **shown}
        return self.url_open(PATH + "over-http", data=body, headers=headers, method="POST")


def _basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
