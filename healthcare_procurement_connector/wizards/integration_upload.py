from odoo import fields, models

from ..services import mail_in, upload


class IntegrationUpload(models.TransientModel):
    """Documents that came outside of Odoo are brought in for an endpoint."""

    _name = "integration.upload"
    _description = "Upload received documents"
    _check_company_auto = True

    endpoint_id = fields.Many2one(
        "integration.endpoint", "Received from", required=True, check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    mail_id = fields.Many2one(
        "integration.mail", readonly=True, help="Its documents are taken in, instead of files."
    )

    def action_upload(self):
        self.ensure_one()
        if self.mail_id:
            mail_in.take_parked(self.mail_id, self.endpoint_id)
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        files = {file.name: file.raw for file in self.attachment_ids}
        brought = upload.bring(self.endpoint_id, files)
        # The bytes are with the messages now.
        self.attachment_ids.unlink()
        repeated = sum(each.repeated for each in brought)
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Uploaded documents"),
            "res_model": "integration.message",
            "view_mode": "list,form",
            "domain": [("id", "in", [each.message_id for each in brought])],
        }
        if not repeated:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%s were here before; they are not stored twice.", repeated),
                "type": "warning",
                "next": action,
            },
        }
