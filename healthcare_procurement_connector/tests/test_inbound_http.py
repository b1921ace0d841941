import time

from odoo.tests import HttpCase, tagged

from ..core.signature import headers, new_secret
from .common import SECRET

PATH = "/healthcare/inbound/"


@tagged("post_install", "-at_install")
class TestInboundHttp(HttpCase):
    def setUp(self):
        super().setUp()
        self.env["integration.endpoint"].create(
            {
                "name": "Supplier",
                "code": "over-http",
                "url": "https://supplier.example/orders",
                "inbound_secret": SECRET,
            }
        )

    def post(self, body, code="over-http", secret=SECRET, external_id="msg_http", age=0):
        signed = headers([secret], external_id, int(time.time()) - age, body)
        return self.url_open(
            PATH + code,
            data=body,
            headers={**signed, "Content-Type": "application/xml"},
            method="POST",
        )

    def test_accepted_with_202_and_the_same_answer_for_a_repeat(self):
        first = self.post(b"<Order/>")
        second = self.post(b"<Order/>")
        self.assertEqual((first.status_code, second.status_code), (202, 200))
        self.assertEqual(first.json(), second.json())
        self.assertEqual(first.json()["status"], "received")
        self.assertNotIn("Set-Cookie", first.headers)

    def test_an_unknown_endpoint_and_a_bad_signature_look_the_same(self):
        wrong_secret = self.post(b"<Order/>", secret=new_secret(b"x" * 24))
        unknown = self.post(b"<Order/>", code="nobody")
        stale = self.post(b"<Order/>", age=3600)
        for answer in (wrong_secret, unknown, stale):
            self.assertEqual(answer.status_code, 401)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(wrong_secret.content, unknown.content)

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
