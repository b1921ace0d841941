import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..transports.certificates import (
    CertificateError,
    belong_together,
    check_certificates,
    check_key,
    valid_until,
)

MANAGER = "healthcare_procurement_connector.group_integration_manager"
HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
# The connection's own, the document's own, and the signature's.
TAKEN_HEADERS = {
    "connection", "content-length", "content-type", "host", "idempotency-key", "transfer-encoding",
    "webhook-id", "webhook-signature", "webhook-timestamp",
}  # fmt: skip


class IntegrationHttpMixin(models.AbstractModel):
    """How an endpoint shows a partner's HTTP system who we are, beside the signature of each document, and asks it."""

    _name = "integration.http.mixin"
    _description = "Credentials of an endpoint for HTTP"

    status_url = fields.Char(
        "Ask here whether it arrived",
        tracking=True,
        help="With {id} for the message id or {number} for the order: 200 says that the partner has it, 404 "
        "that it never came. Asked about deliveries that are uncertain.",
    )
    http_auth = fields.Selection(
        [
            ("none", "Signature only"),
            ("basic", "User and password"),
            ("bearer", "Bearer token"),
            ("api_key", "API key"),
            ("oauth2", "OAuth 2 client credentials"),
        ],
        "We show",
        required=True,
        default="none",
        tracking=True,
        help="What the partner asks of us. The signature goes with it whenever its secret is entered.",
    )
    http_user = fields.Char("User or client id", tracking=True)
    http_secret = fields.Char(
        "Password, token, key or client secret",
        compute="_compute_secret_display",
        inverse="_inverse_http_secret",
        copy=False,
        groups=MANAGER,
    )
    http_header = fields.Char("Header of the key", default="X-API-Key", tracking=True)
    token_url = fields.Char("Token address", tracking=True)
    token_scope = fields.Char("Scope", tracking=True)
    token_form = fields.Boolean(
        "Client secret in the form",
        help="Some servers take id and secret only in the body of the token request.",
    )
    client_certificate = fields.Text(
        "Our certificate (PEM)",
        groups=MANAGER,
        copy=False,
        help="For partners that ask for one (mutual TLS): the certificate, then the chain.",
    )
    client_key = fields.Char(
        "Its private key (PEM)",
        compute="_compute_secret_display",
        inverse="_inverse_client_key",
        copy=False,
        groups=MANAGER,
    )
    client_certificate_until = fields.Datetime(
        "Our certificate ends", compute="_compute_client_certificate_until", compute_sudo=True
    )
    server_authority = fields.Text(
        "The partner's authority (PEM)",
        groups=MANAGER,
        help="Where the partner's certificate is not from a public authority: its own. No other is trusted then.",
    )

    def _secret_entries(self):
        return super()._secret_entries() | {"http_secret": "http", "client_key": "client_key"}

    def _inverse_http_secret(self):
        self._store_entered_secret("http_secret")

    def _inverse_client_key(self):
        self._store_entered_secret("client_key")

    def _shows_identity(self):
        """Whether anything but a signature says who we are."""
        self.ensure_one()
        return self.http_auth != "none" or bool(self.client_certificate)

    @api.depends("client_certificate")
    def _compute_client_certificate_until(self):
        for endpoint in self:
            pem = endpoint.client_certificate
            endpoint.client_certificate_until = (
                valid_until(pem).replace(tzinfo=None) if pem else False
            )

    def _check_secret(self, name, value):
        if name == "client_key":
            try:
                check_key(value)
                pem = self.client_certificate
                fits = not pem or belong_together(pem, value)
            except CertificateError as error:
                raise ValidationError(self.env._("This key cannot be used: %s.", error)) from None
            if not fits:
                raise ValidationError(self.env._("This key is not that of our certificate."))
        elif name == "http":
            if not value.isprintable():
                raise ValidationError(
                    self.env._("A password, token or key has no line breaks or control characters.")
                )
        else:
            return super()._check_secret(name, value)
        return None

    @api.constrains("client_certificate", "server_authority")
    def _check_certificates(self):
        for endpoint in self:
            for pem in filter(None, (endpoint.client_certificate, endpoint.server_authority)):
                try:
                    check_certificates(pem)
                except CertificateError as error:
                    raise ValidationError(
                        self.env._(
                            "A certificate of %(endpoint)s cannot be used: %(reason)s.",
                            endpoint=endpoint.name,
                            reason=error,
                        )
                    ) from None

    @api.constrains("status_url")
    def _check_status_url(self):
        for endpoint in self.filtered("status_url"):
            if not endpoint.status_url.startswith(("https://", "http://")) or not (
                "{id}" in endpoint.status_url or "{number}" in endpoint.status_url
            ):
                raise ValidationError(
                    self.env._(
                        "The address at which %s is asked starts with https:// and has {id} or {number} in it.",
                        endpoint.name,
                    )
                )

    @api.constrains("http_auth", "http_header", "http_user", "token_url", "transport", "active")
    def _check_http_auth(self):
        for endpoint in self.filtered(lambda e: e.active and e.transport == "http"):
            fault = endpoint._fault_of_http_auth()
            if fault:
                raise ValidationError(
                    self.env._("%(endpoint)s: %(fault)s", endpoint=endpoint.name, fault=fault)
                )

    def _fault_of_http_auth(self):
        """What is missing, or None."""
        if self.http_auth in ("basic", "oauth2") and not self.http_user:
            return self.env._("Enter the user or client id.")
        if self.http_auth == "basic" and ":" in self.http_user:
            return self.env._("A user name cannot have a colon.")
        if self.http_auth == "api_key" and (
            not HEADER_NAME.fullmatch(self.http_header or "")
            or self.http_header.lower() in TAKEN_HEADERS
        ):
            return self.env._("Enter the header in which the partner expects the key.")
        if self.http_auth == "oauth2" and not (self.token_url or "").startswith(
            ("https://", "http://")
        ):
            return self.env._("Enter the address that gives tokens; it starts with https://.")
        return self._fault_of_open_line()

    def _fault_of_open_line(self):
        """Credentials never cross the open network in clear."""
        called = [self.url or ""] + ([self.token_url] if self.http_auth == "oauth2" else [])
        if self.http_auth == "none" or self.internal:
            return None
        if all(url.startswith("https://") for url in called):
            return None
        return self.env._(
            "Credentials are sent only to addresses that start with https://, or inside our network."
        )
