import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.healthcare_procurement_connector.core.exceptions import PermanentError

from ..transports.keys import host_keys, private_key

MANAGER = "healthcare_procurement_connector.group_integration_manager"
HOST = re.compile(r"[A-Za-z0-9:]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9.:])?")


class IntegrationEndpoint(models.Model):
    """An endpoint may exchange files with an SFTP server: whose, as whom, and by which key it is known."""

    _inherit = "integration.endpoint"

    transport = fields.Selection(
        selection_add=[("sftp", "SFTP"), ("manual",)], ondelete={"sftp": "set manual"}
    )
    sftp_host = fields.Char("Server", tracking=True)
    sftp_port = fields.Integer("Port", default=22, required=True, tracking=True)
    sftp_user = fields.Char("Login", tracking=True)
    sftp_password = fields.Char(
        "Password of the login",
        compute="_compute_secret_display",
        inverse="_inverse_sftp_password",
        copy=False,
        groups=MANAGER,
        help="Used only where no private key is entered.",
    )
    sftp_key = fields.Char(
        "Our private key",
        compute="_compute_secret_display",
        inverse="_inverse_sftp_key",
        copy=False,
        groups=MANAGER,
    )
    sftp_passphrase = fields.Char(
        "Its passphrase",
        compute="_compute_secret_display",
        inverse="_inverse_sftp_passphrase",
        copy=False,
        groups=MANAGER,
    )
    sftp_host_key = fields.Text(
        "Host key",
        tracking=True,
        help="As ssh-keyscan shows it; compare it with what the partner tells you on another way. With a second "
        "line the partner can change its key. No other server gets our login or a file.",
    )
    sftp_fingerprints = fields.Char("Fingerprint", compute="_compute_sftp_fingerprints")

    def _secret_entries(self):
        names = ("sftp_password", "sftp_key", "sftp_passphrase")
        return super()._secret_entries() | {name: name for name in names}

    def _inverse_sftp_password(self):
        self._store_entered_secret("sftp_password")

    def _inverse_sftp_key(self):
        self._store_entered_secret("sftp_key")

    def _inverse_sftp_passphrase(self):
        self._store_entered_secret("sftp_passphrase")

    @api.depends("sftp_host_key")
    def _compute_sftp_fingerprints(self):
        for endpoint in self:
            try:
                keys = host_keys(endpoint.sftp_host_key or "")
            except PermanentError:
                keys = ()  # while it is being typed; what is saved is checked
            endpoint.sftp_fingerprints = ", ".join(key.fingerprint for key in keys)

    def _check_secret(self, name, value):
        if name in ("sftp_password", "sftp_passphrase"):
            if not value.isprintable():
                raise ValidationError(
                    self.env._("A password has no line breaks or control characters.")
                )
            return None
        if name == "sftp_key":
            self._check_sftp_key(value)
            return None
        return super()._check_secret(name, value)

    def _check_sftp_key(self, value):
        """Its passphrase may be entered later: only what is no key at all is refused."""
        try:
            private_key(value)
        except PermanentError as error:
            if "passphrase, which is missing" not in str(error):
                raise ValidationError(self.env._("This key cannot be used: %s.", error)) from None

    @api.constrains("transport", "active", "sftp_host", "sftp_port", "sftp_user", "sftp_host_key")
    def _check_sftp(self):
        for endpoint in self.filtered(lambda e: e.active and e.transport == "sftp"):
            fault = endpoint._fault_of_sftp()
            if fault:
                raise ValidationError(
                    self.env._("%(endpoint)s: %(fault)s", endpoint=endpoint.name, fault=fault)
                )

    def _fault_of_sftp(self):
        """What is missing, or None. Without a host key the server can be asked for it, and nothing else."""
        if not HOST.fullmatch(self.sftp_host or "") or not self.sftp_user:
            return self.env._("Enter the name of the server and our login there.")
        if not 0 < self.sftp_port < 65536:
            return self.env._("A port is a number from 1 to 65535.")
        try:
            host_keys(self.sftp_host_key or "")
        except PermanentError as error:
            return str(error)
        return None
