from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.document_types import DOCUMENT_TYPES
from ..core.interchange import VERSIONS
from ..formats import FORMATS


class IntegrationRoute(models.Model):
    """Which document type goes to which endpoint, in which format, from which date on."""

    _name = "integration.route"
    _description = "Integration route"
    _inherit = ["integration.csv.mixin"]
    _check_company_auto = True
    _order = "endpoint_id, direction desc, document_type, id"

    endpoint_id = fields.Many2one(
        "integration.endpoint", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(related="endpoint_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)
    direction = fields.Selection(
        [("out", "To the partner"), ("in", "From the partner")], required=True, default="out"
    )
    document_type = fields.Selection(
        [(code, kind.label) for code, kind in DOCUMENT_TYPES.items()], required=True
    )
    format = fields.Selection(
        selection=lambda self: [(code, known.name) for code, known in FORMATS.items()],
        required=True,
        default="ubl",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Only for supplier",
        check_company=True,
        help="Empty: all the endpoint speaks for.",
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=fields.Date.context_today,
        help="Orders approved before this day are never sent.",
    )
    answer_hours = fields.Float(
        "Answer expected within (h)",
        default=24,
        help="After that the missing answer shows on the dashboard. 0: never.",
    )

    already_placed = fields.Selection(
        [("skip", "Not sent"), ("confirm", "Sent as a confirmation")],
        "Orders placed by phone",
        required=True,
        default="skip",
        help="A confirmation is marked so that the supplier does not deliver it again. Only for suppliers whose "
        "system heeds that.",
    )
    wait_hours = fields.Float(
        "Waits at most (h)",
        help="How long an incoming document waits for an order or ship notice that it refers to, before a "
        "person is asked. 0: as usual for its type.",
    )

    format_version = fields.Selection(
        [(version, version) for versions in VERSIONS.values() for version in versions],
        "Version",
        help="Of X12 or EDIFACT, that we write; every version is read. Empty: 004010 or D.96A.",
    )
    association = fields.Char(
        "Association code",
        help="Of an EDIFACT message, where the partner asks for one, e.g. EAN008",
    )
    receipt_hours = fields.Float(
        "Functional acknowledgement within (h)",
        help="After that a missing 997, CONTRL or MLR becomes an exception. 0: none is expected.",
    )
    acknowledge = fields.Selection(
        [
            ("always", "Whatever comes"),
            ("on_error", "What cannot be read"),
            ("never", "Nothing"),
        ],
        "Acknowledges",
        required=True,
        default="always",
        help="To which documents of the partner, in this format, a 997, CONTRL or MLR goes out.",
    )

    _one_route = models.UniqueIndex(
        "(endpoint_id, direction, document_type, COALESCE(partner_id, 0)) WHERE active",
        "There is an active route for this document type already.",
    )

    @api.constrains("format", "format_version", "document_type", "direction", "association")
    def _check_format(self):
        for route in self:
            version = route.format_version
            if version and version not in VERSIONS.get(route.format, ()):
                raise ValidationError(
                    self.env._(
                        "%(route)s: %(format)s has no version %(version)s.",
                        route=route.display_name,
                        format=FORMATS[route.format].name,
                        version=version,
                    )
                )
            acknowledges = route.document_type == "receipt" and route.direction == "out"
            if acknowledges and FORMATS[route.format].acknowledge is None:
                raise ValidationError(
                    self.env._(
                        "%(route)s: %(format)s has no functional acknowledgements.",
                        route=route.display_name,
                        format=FORMATS[route.format].name,
                    )
                )

    def _compute_display_name(self):
        labels = dict(self._fields["document_type"].selection)
        for route in self:
            route.display_name = f"{route.endpoint_id.name}: {labels.get(route.document_type)}"
