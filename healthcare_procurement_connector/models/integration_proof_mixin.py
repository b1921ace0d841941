from odoo import fields, models
from odoo.exceptions import ValidationError

from ..core.shown_secret import SHORTEST, is_usable

MANAGER = "healthcare_procurement_connector.group_integration_manager"


class IntegrationProofMixin(models.AbstractModel):
    """How a partner that posts to an endpoint proves who it is."""

    _name = "integration.proof.mixin"
    _description = "How a partner proves who it is"

    inbound_proof = fields.Selection(
        [
            ("signature", "Signature of each document"),
            ("password", "Password or bearer token"),
            ("cxml", "Shared secret in the cXML header"),
        ],
        "The partner shows",
        required=True,
        default="signature",
        tracking=True,
        help="A signature proves that a document is unchanged and recent. The others are for systems that cannot "
        "sign: they prove nothing but that the sender knows the secret, so our address must begin with https://.",
    )
    inbound_secret = fields.Char(
        "The partner's secret",
        compute="_compute_secret_display",
        inverse="_inverse_inbound_secret",
        copy=False,
        groups=MANAGER,
        help="Of a signature it looks like whsec_…; a password, token or shared secret has at least "
        f"{SHORTEST} characters.",
    )

    def write(self, vals):
        # A secret that signs was never told to anybody who overhears; shown in clear it must be another one.
        changed = self.filtered(
            lambda e: "inbound_proof" in vals and e.inbound_proof != vals["inbound_proof"]
        )
        changed._set_secret("inbound", False)
        return super().write(vals)

    def _secret_entries(self):
        return super()._secret_entries() | {"inbound_secret": "inbound"}

    def _inverse_inbound_secret(self):
        self._store_entered_secret("inbound_secret")

    def _check_secret(self, name, value):
        if name != "inbound" or set(self.mapped("inbound_proof")) == {"signature"}:
            return super()._check_secret(name, value)
        if not is_usable(value):
            raise ValidationError(
                self.env._(
                    "A secret that the partner shows has at least %s characters: letters, digits and signs of ASCII.",
                    SHORTEST,
                )
            )
        return None
