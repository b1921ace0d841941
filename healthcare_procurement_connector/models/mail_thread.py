from odoo import models
from odoo.tools import email_normalize

from ..services import mail_bounced, mail_in


class MailThread(models.AbstractModel):
    """Keeps a mail as it came for those that are documents', and heeds those of ours that come back."""

    _inherit = "mail.thread"

    def _message_route_process(self, message, message_dict, routes):
        thread = self
        if any(model == "integration.mail" for model, *_rest in routes or ()):
            sender = email_normalize(message_dict.get("email_from") or "") or ""
            thread = self.with_context(integration_arrived=mail_in.arrived(message, sender))
        return super(MailThread, thread)._message_route_process(message, message_dict, routes)

    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        references = message_dict.get("bounced_msg_ids") or []
        mail_bounced.ask(self.env, references, message_dict.get("bounced_email"))
        return result
