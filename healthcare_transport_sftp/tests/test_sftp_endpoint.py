import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from odoo.addons.healthcare_procurement_connector.services import outbox
from odoo.addons.healthcare_procurement_connector.services.connections import SWITCH
from odoo.addons.healthcare_procurement_connector.services.polling import Polling
from odoo.addons.healthcare_procurement_connector.tests.common import ConnectorCase

from tests.pure.connector.sftp_peers import empty, sftp_peer

PASSWORD = "s3cret-value"


@tagged("post_install", "-at_install")
class TestSftpEndpoint(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.peer = cls.enterClassContext(sftp_peer(folder))
        cls.endpoint.write(
            {
                "transport": "sftp",
                "url": False,
                "internal": True,
                "sftp_host": "127.0.0.1",
                "sftp_port": cls.peer.port,
                "sftp_user": cls.peer.user,
                "sftp_key": cls.peer.private("client_ed25519"),
                "sftp_host_key": cls.peer.public("host_ed25519"),
                "completeness": "marker",
            }
        )

    def setUp(self):
        super().setUp()
        empty(self.peer)
        self.startPatcher(patch.object(outbox, "_transport", SWITCH))

    def run_poll(self):
        self.endpoint.poll_ids.next_poll = False
        self.env.flush_all()
        self.another_worker()
        Polling(self.env).run(20)

    def test_an_order_goes_to_the_server_and_a_file_comes_from_there(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "sent", message.last_error)
        (path,) = (self.peer.home / "out").iterdir()
        self.assertEqual(path.read_bytes(), message.payload_ids._raw())
        for name in ("answer.xml", "answer.xml.done"):
            (self.peer.home / "in" / name).write_bytes(b"<a/>" if name.endswith("xml") else b"")
        self.run_poll()
        received = self.env["integration.message"].search(
            [("endpoint_id", "=", self.endpoint.id), ("direction", "=", "in")]
        )
        self.assertEqual(received.payload_ids._raw(), b"<a/>")
        self.assertEqual(
            [path.name for path in (self.peer.home / "done").iterdir()], ["answer.xml"]
        )
        self.assertFalse(self.endpoint.poll_error)

    def test_a_server_with_another_key_is_told_and_gets_nothing(self):
        self.endpoint.sftp_host_key = self.peer.public("stranger")
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        self.run_poll()
        message = self.messages_of(order)
        self.assertEqual((message.state, message.error_code), ("dead", "host_key"))
        self.assertIn("host_key", message.exception_ids.message_id.mapped("error_code"))
        self.assertIn("pinned", self.endpoint.poll_error)

    def test_the_test_of_the_connection_shows_the_key_to_pin(self):
        self.assertEqual(self.endpoint.action_test_connection()["params"]["type"], "success")
        self.endpoint.sftp_host_key = False
        shown = self.endpoint.action_test_connection()["params"]
        self.assertEqual(shown["type"], "danger")
        self.assertIn("ssh-", shown["message"])

    def test_what_was_entered_cannot_be_read_again(self):
        self.endpoint.write({"sftp_password": PASSWORD, "sftp_passphrase": PASSWORD})
        self.env.invalidate_all()
        read = self.endpoint.read(["sftp_password", "sftp_passphrase", "sftp_key"])[0]
        self.assertNotIn(PASSWORD, str(read))
        self.assertNotIn("PRIVATE", str(read))
        self.assertEqual(self.endpoint._secret("sftp_password"), PASSWORD)

    def test_settings_that_cannot_work_are_refused(self):
        for vals in (
            {"sftp_host": False},
            {"sftp_host": "a b"},
            {"sftp_host": "-oProxyCommand"},
            {"sftp_user": False},
            {"sftp_port": 0},
            {"sftp_host_key": "nonsense"},
            {"sftp_key": "nonsense"},
            {"sftp_password": "two\nlines"},
            {"folder": "../up"},
        ):
            with self.assertRaises(ValidationError, msg=vals), self.env.cr.savepoint():
                self.endpoint.write(vals)
        self.endpoint.sftp_key = self.peer.private("client_rsa")
        self.endpoint.folder = str(self.peer.home)
        self.assertTrue(self.endpoint.sftp_fingerprints.startswith("SHA256:"))

    def test_a_copied_database_logs_in_nowhere(self):
        self.env.flush_all()
        modules = ["healthcare_procurement_connector", "healthcare_transport_sftp"]
        for query in get_neutralization_queries(modules):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.endpoint.sftp_host)
        self.assertIsNone(self.endpoint._secret("sftp_key"))
        self.assertEqual(Polling(self.env).run(5), 0)
