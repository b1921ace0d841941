from odoo import fields, models


class IntegrationMailbox(models.Model):
    """A mail address of ours to which suppliers send documents."""

    _name = "integration.mailbox"
    _description = "Mail address for documents"
    _inherit = ["mail.alias.mixin"]
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    owner_id = fields.Many2one(
        "res.users", required=True, help="Gets the mails that a person must look at."
    )
    trusted_server = fields.Char(
        "Our mail server signs as",
        help="The name under which it writes Authentication-Results (its authserv-id). Empty: every mail is looked at "
        "by a person, since anybody can write any sender.",
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("integration.mail")
        if self.id:
            values["alias_defaults"] = repr(
                {"mailbox_id": self.id, "company_id": self.company_id.id}
            )
        return values
