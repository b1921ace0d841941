from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.exceptions import PermanentError
from ..services import try_connection
from ..transports.base import Reply
from .common import ConnectorCase, FakeTransport


@tagged("post_install", "-at_install")
class TestEndpoint(ConnectorCase):
    def tried(self, answer):
        transport = FakeTransport()
        transport.answers = [answer]
        with patch.object(try_connection, "_transport", transport):
            return self.endpoint.action_test_connection()["params"]

    def test_a_working_connection(self):
        self.assertEqual(self.tried(Reply(200, {}, b"", 0.02))["type"], "success")
        self.assertEqual(self.endpoint.health, "up")

    def test_a_connection_that_fails_says_why(self):
        shown = self.tried(PermanentError("The address is inside our network."))
        self.assertEqual(shown["type"], "danger")
        self.assertIn("inside our network", shown["message"])
        self.assertEqual(self.endpoint.last_error, "The address is inside our network.")

    def test_a_private_address_is_refused_unless_a_manager_said_so(self):
        self.endpoint.url = "http://127.0.0.1:9/orders"
        shown = self.endpoint.action_test_connection()["params"]
        self.assertEqual(shown["type"], "danger")

    def test_the_code_is_unique_and_plain(self):
        with self.assertRaises(ValidationError):
            self.endpoint.code = "no/slash"
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.endpoint.copy({"code": self.endpoint.code, "url": "https://x.example"})

    def test_a_secret_that_cannot_sign_is_refused_at_once(self):
        for secret in ("short", "whsec_c2hvcnQ=", "whsec_!"):
            with self.assertRaises(ValidationError):
                self.endpoint.outbound_secret = secret

    def test_the_technical_user_has_few_rights_and_works_in_the_company(self):
        with self.assertRaises(ValidationError):
            self.endpoint.user_id = self.env.ref("base.user_root")
        with self.assertRaises(ValidationError):
            self.endpoint.company_id = self.env["res.company"].create({"name": "Other"})

    def test_a_copy_gets_a_code_of_its_own_and_no_secret(self):
        copy = self.endpoint.copy()
        self.assertNotEqual(copy.code, self.endpoint.code)
        self.assertIsNone(copy._secret("inbound"))

    def test_an_address_is_needed(self):
        with self.assertRaises(ValidationError):
            self.endpoint.url = "ftp://supplier.example"
