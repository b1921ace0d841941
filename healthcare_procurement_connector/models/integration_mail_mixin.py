from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize_all


class IntegrationMailMixin(models.AbstractModel):
    """An endpoint that is a person with a mail box."""

    _name = "integration.mail.mixin"
    _description = "Mail address of an endpoint"

    mail_to = fields.Char(
        "Orders go to",
        tracking=True,
        help="One or more mail addresses, with commas between them. Each order is a mail with a PDF and the document.",
    )

    mail_senders = fields.Char(
        "Mails come from",
        copy=False,
        tracking=True,
        help="Addresses, or whole domains as @supplier.example, with commas between them: whose mails to one of our "
        "addresses for documents are this endpoint's.",
    )

    @api.constrains("mail_to", "transport", "active")
    def _check_mail_to(self):
        for endpoint in self.filtered(lambda e: e.active and e.transport == "mail"):
            written = [each for each in (endpoint.mail_to or "").split(",") if each.strip()]
            if not written or len(email_normalize_all(endpoint.mail_to)) != len(written):
                raise ValidationError(
                    self.env._("%s: enter the mail addresses that orders go to.", endpoint.name)
                )
