import base64

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..formats import FORMATS
from ..formats.catalogue_stream import STREAMS
from ..services.catalogues.start import start


class IntegrationCatalogueUpload(models.TransientModel):
    """Takes in a catalogue that a buyer has as a file; nothing is changed before he saw what it would do."""

    _name = "integration.catalogue.upload"
    _description = "Upload a catalogue"

    partner_id = fields.Many2one("res.partner", "Supplier", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    endpoint_id = fields.Many2one(
        "integration.endpoint",
        "Units and codes of",
        domain="[('company_id', '=', company_id)]",
        help="Whose mappings translate the supplier's codes. Empty: the supplier's only endpoint, or the only one with "
        "mappings, else the standards.",
    )
    content = fields.Binary("File", required=True, attachment=False)
    filename = fields.Char()
    format = fields.Selection(
        lambda self: [(code, FORMATS[code].name) for code in STREAMS],
        help="Empty: as the file shows.",
    )
    contract = fields.Char(
        "Contract reference",
        help="Empty: as the catalogue says. Without one, prices are no contract's.",
    )
    currency_id = fields.Many2one("res.currency", help="Where the file tells none.")
    unit_code = fields.Char(help="Of a CSV file that tells none, as XBX.")
    valid_from = fields.Date()
    valid_to = fields.Date("Valid until")
    complete = fields.Boolean(
        help="What the contract has and this file does not tell is withdrawn."
    )
    jump_percent = fields.Float("Price jump above (%)", required=True, default=10)
    columns = fields.Text(
        help="Of a CSV file whose columns are not called as ours: one a line, our field = its column."
    )
    decimal = fields.Selection(
        [(".", "1.50"), (",", "1,50")], "Prices as", default=".", required=True
    )

    def action_upload(self):
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This company is not one of yours."))
        supplier = self.partner_id.commercial_partner_id
        run = start(
            self.env,
            self.company_id,
            supplier,
            base64.b64decode(self.with_context(bin_size=False).content),
            user=self.env.user,
            name=self.filename or supplier.name,
            endpoint=self.endpoint_id or self._endpoint(supplier),
            format=self.format,
            contract=self.contract,
            currency_code=self.currency_id.name,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            complete=self.complete,
            jump_percent=self.jump_percent,
            options=self._options(),
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": run._name,
            "res_id": run.id,
            "view_mode": "form",
        }

    def _endpoint(self, supplier):
        """The supplier's, if only one has mappings, or there is only one: whose mappings know his units."""
        # sudo: buyers need not see endpoints; the run only translates by its mappings.
        found = (
            self.env["integration.endpoint"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("partner_ids.commercial_partner_id", "=", supplier.id),
                ]
            )
        )
        if len(found) > 1:
            # One by hand, or for tests, is often beside the one whose codes somebody mapped.
            found = (
                self.env["integration.mapping"]
                .sudo()  # as above
                .search([("endpoint_id", "in", found.ids), ("state", "=", "approved")])
                .endpoint_id
            )
        return found.sudo(False) if len(found) == 1 else found.browse()

    def _options(self):
        """How a CSV file is read; None for the other formats, which say it themselves."""
        if self.format != "csv":
            return None
        options = {"decimal": self.decimal}
        if self.unit_code:
            options["constants"] = {"lines.unit": self.unit_code}
        if self.columns:
            options["columns"] = dict(
                map(self._column, filter(str.strip, self.columns.splitlines()))
            )
        return options

    def _column(self, text):
        path, sign, name = text.partition("=")
        if not sign or not name.strip():
            raise UserError(
                self.env._("Write each column as: our field = column of the file. Not: %s", text)
            )
        return path.strip(), name.strip()
