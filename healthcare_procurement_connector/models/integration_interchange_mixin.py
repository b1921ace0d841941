from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.interchange import LARGEST_NUMBER, LONGEST_ID
from ..services import control_numbers

SCHEMES = [
    ("0088", "GLN"),
    ("0060", "DUNS"),
    ("HIN", "HIN"),
    ("12", "Telephone (12)"),
    ("ZZ", "Agreed between us (ZZ)"),
    ("NetworkID", "Network id (cXML)"),
]


class IntegrationInterchangeMixin(models.AbstractModel):
    """Under which names, and which numbers, an endpoint's interchanges travel."""

    _name = "integration.interchange.mixin"
    _description = "Identifiers and numbers of interchanges"

    our_scheme = fields.Selection(SCHEMES, "Kind of our id", tracking=True)
    our_id = fields.Char(
        "Our id",
        tracking=True,
        help="By which the partner knows us in the envelope: ISA06, UNB 0004, From in cXML. Empty: our GLN.",
    )
    their_scheme = fields.Selection(SCHEMES, "Kind of their id", tracking=True)
    their_id = fields.Char(
        "Their id",
        tracking=True,
        help="ISA08, UNB 0010, To in cXML; that of the network where one is between us. Empty: the supplier's "
        "GLN.",
    )
    cxml_secret = fields.Char(
        "Shared secret of cXML",
        compute="_compute_secret_display",
        inverse="_inverse_cxml_secret",
        copy=False,
        groups="healthcare_procurement_connector.group_integration_manager",
        help="Goes into the header of what is sent; what is stored here never has it.",
    )
    control_number = fields.Integer(
        "Last control number",
        compute="_compute_control_number",
        inverse="_inverse_control_number",
        help="Interchanges are numbered on from here, without gaps, and no number is given twice. Raise it when "
        "an earlier system has used numbers with this partner.",
    )

    def _inverse_cxml_secret(self):
        self._store_entered_secret("cxml_secret")

    def _check_secret(self, name, value):
        """A shared secret is whatever both agreed on, as far as it can stand in a document."""
        if name != "cxml":
            return super()._check_secret(name, value)
        if not value.isprintable():
            raise ValidationError(
                self.env._("The shared secret has a character that a document cannot hold.")
            )
        return None

    def _compute_control_number(self):
        last = control_numbers.last(self)
        for endpoint in self:
            endpoint.control_number = last.get(endpoint.id, 0)

    def _inverse_control_number(self):
        for endpoint in self:
            control_numbers.raise_to(endpoint, endpoint.control_number)

    @api.constrains("control_number")
    def _check_control_number(self):
        for endpoint in self:
            if not 0 <= endpoint.control_number <= LARGEST_NUMBER:
                raise ValidationError(self.env._("A control number has up to nine digits."))

    @api.constrains("our_scheme", "our_id", "their_scheme", "their_id", "route_ids")
    def _check_interchange_ids(self):
        for endpoint in self:
            for scheme, value, label in (
                (endpoint.our_scheme, endpoint.our_id, self.env._("our id")),
                (endpoint.their_scheme, endpoint.their_id, self.env._("their id")),
            ):
                if bool(scheme) != bool(value):
                    raise ValidationError(
                        self.env._(
                            "%(endpoint)s: %(label)s needs its kind, and the reverse.",
                            endpoint=endpoint.name,
                            label=label,
                        )
                    )
                for syntax in set(endpoint.route_ids.mapped("format")) & LONGEST_ID.keys():
                    if value and (len(value) > LONGEST_ID[syntax] or value != value.strip()):
                        raise ValidationError(
                            self.env._(
                                "%(endpoint)s: %(label)s may have %(longest)s characters in %(format)s.",
                                endpoint=endpoint.name,
                                label=label,
                                longest=LONGEST_ID[syntax],
                                format=syntax.upper(),
                            )
                        )
