from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..core.exceptions import PermanentError
from ..services import try_connection
from ..transports.base import Reply
from .common import ConnectorCase

CREDENTIAL = "s3cret-value"


@tagged("post_install", "-at_install")
class TestHttpAuth(ConnectorCase):
    def test_an_order_goes_with_the_credentials_of_its_endpoint(self):
        self.endpoint.write(
            {"http_auth": "basic", "http_user": "hospital", "http_secret": CREDENTIAL}
        )
        self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        (request,) = self.transport.requests
        access = request.access
        self.assertEqual(
            (access.kind, access.user, access.secret), ("basic", "hospital", CREDENTIAL)
        )
        # The signature goes with it: one does not replace the other.
        self.assertIn("webhook-signature", request.headers)
        self.assertNotIn(CREDENTIAL, repr(request))

    def test_a_signature_alone_needs_no_credentials(self):
        self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        self.assertIsNone(self.transport.requests[0].access)

    def test_a_secret_is_in_no_attempt(self):
        self.endpoint.write({"http_auth": "bearer", "http_secret": CREDENTIAL})
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.transport.answers = [PermanentError("No access token", "oauth_refused")]
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "dead")
        told = message.attempt_ids.mapped("error") + message.exception_ids.mapped("summary")
        self.assertNotIn(CREDENTIAL, str(told))

    def test_what_was_entered_cannot_be_read_again(self):
        self.endpoint.http_secret = CREDENTIAL
        self.env.invalidate_all()
        self.assertNotIn(CREDENTIAL, self.endpoint.read(["http_secret"])[0]["http_secret"])
        self.assertEqual(self.endpoint._secret("http"), CREDENTIAL)
        user = new_test_user(
            self.env,
            login="reader",
            groups="healthcare_procurement_connector.group_integration_user",
        )
        for name in ("http_secret", "client_key", "client_certificate", "server_authority"):
            with self.assertRaises(AccessError):
                self.endpoint.with_user(user).read([name])

    def test_credentials_do_not_cross_the_open_network_in_clear(self):
        self.endpoint.url = "http://supplier.example/orders"
        with self.assertRaises(ValidationError):
            self.endpoint.write({"http_auth": "bearer"})
        self.endpoint.write({"internal": True, "http_auth": "bearer"})
        self.endpoint.write({"url": "https://supplier.example/", "internal": False})
        with self.assertRaises(ValidationError):
            self.endpoint.write(
                {
                    "http_auth": "oauth2",
                    "http_user": "hospital",
                    "token_url": "http://supplier.example/token",
                }
            )

    def test_incomplete_settings_are_refused(self):
        for vals in (
            {"http_auth": "basic"},
            {"http_auth": "basic", "http_user": "a:b"},
            {"http_auth": "api_key", "http_header": "X Key"},
            {"http_auth": "api_key", "http_header": "Host"},
            {"http_auth": "oauth2", "http_user": "a"},
            {"client_certificate": "nonsense"},
            {"http_secret": "two\nlines"},
            {"client_key": "nonsense"},
        ):
            with self.assertRaises(ValidationError, msg=vals), self.env.cr.savepoint():
                self.endpoint.write(vals)

    def test_a_connection_is_tried_with_credentials_and_without_a_signature(self):
        self.endpoint.write({"outbound_secret": False, "http_auth": "bearer"})
        self.endpoint.http_secret = CREDENTIAL
        transport = self.transport
        transport.answers = [Reply(401, {}, b"", 0.1)]
        self.startPatcher(patch.object(try_connection, "_transport", transport))
        shown = self.endpoint.action_test_connection()["params"]
        self.assertEqual(shown["type"], "danger")
        (request,) = transport.requests
        self.assertEqual((request.access.secret, request.method), (CREDENTIAL, "GET"))
        self.assertNotIn("webhook-signature", request.headers)
