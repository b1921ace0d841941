import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

from ..services import mail_in

KEPT = timedelta(days=90)


class IntegrationMail(models.Model):
    """A mail that came to one of our addresses for documents."""

    _name = "integration.mail"
    _description = "Received mail"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "subject"
    _check_company_auto = True

    subject = fields.Char(readonly=True)
    sender = fields.Char(readonly=True)
    mailbox_id = fields.Many2one(
        "integration.mailbox", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    endpoint_id = fields.Many2one(
        "integration.endpoint", readonly=True, check_company=True, index="btree_not_null"
    )
    proved = fields.Boolean("Sender proved", readonly=True)
    state = fields.Selection(
        [("parked", "For a person"), ("taken", "Taken in"), ("discarded", "Discarded")],
        required=True,
        readonly=True,
        default="parked",
    )
    reason = fields.Char(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments", readonly=True)
    integration_message_ids = fields.Many2many(
        "integration.message", string="Became", readonly=True
    )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Called by the mail gateway; the mail as it came is in the context (models/mail_thread.py)."""
        found = self.env.context["integration_arrived"]
        mail = super().message_new(
            {**msg_dict, "subject": msg_dict.get("subject") or self.env._("Without a subject")},
            {**(custom_values or {}), "sender": found.sender},
        )
        # Exact bytes, that no browser shows; Odoo's own would be decoded text.
        msg_dict["attachments"] = []
        mail.attachment_ids = [
            Command.create(
                {
                    "name": name,
                    "datas": base64.b64encode(raw),
                    "mimetype": mail_in.CONTENT_TYPE,
                    "res_model": mail._name,
                    "res_id": mail.id,
                }
            )
            for name, raw in found.parts[: mail_in.MOST_PARTS]
        ]
        mail_in.take(mail, found)
        return mail

    def action_take(self):
        """An operator answers for the sender, and says whose documents these are."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "healthcare_procurement_connector.action_integration_upload"
        )
        context = {"default_mail_id": self.id, "default_endpoint_id": self.endpoint_id.id}
        return {**action, "context": {**context, "default_company_id": self.company_id.id}}

    def action_discard(self):
        self.ensure_one()
        mail_in.discard(self)

    @api.autovacuum
    def _gc_mails(self):
        """What was dealt with long ago; the documents are kept with their messages."""
        self.search(
            [("state", "!=", "parked"), ("create_date", "<", fields.Datetime.now() - KEPT)],
            limit=1000,
        ).unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_attachments(self):
        self.attachment_ids.unlink()
