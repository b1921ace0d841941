"""Orders as mail, for suppliers who read them: a PDF for people and the document itself, through Odoo's mail queue.

The mail is queued in the transaction that makes the message ``sending``; what the mail server said of it is found
out by the sweep. The message's id is the mail's, so that a repeat shows as one. ``sent`` means that our mail server
took it.

Crash points: before that transaction's commit nothing has happened; after it the mail is in the queue, and whoever
empties the queue says on the mail what became of it.
"""

import base64
from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.tools import SQL, email_normalize_all

from ..core.exceptions import IntegrationError, PermanentError
from ..core.file_parts import safe_name
from ..core.outcome import Verdict
from ..formats import FORMATS, parse
from .calls import Outcome
from .order_pdf import order_pdf
from .prepare import hold

# A mail that is not out by then is asked about as one whose worker died.
LEASE = timedelta(days=3)
AT_A_TIME = 500
CODE = "mail"


def queue(env, prepared):
    """Queues a mail for each of the messages {message: bytes}; what cannot be one is held. Not committed."""
    ready, failed = {}, {}
    for message, raw in prepared.items():
        try:
            ready[message] = _mail(message, raw)
        except IntegrationError as error:
            failed[message] = error
    if failed:
        hold(env, failed)
    # sudo: the mail is the message's, whose endpoint a manager set up; drains are no users.
    mails = env["mail.mail"].sudo().create(list(ready.values()))
    for message, mail in zip(ready, mails, strict=True):
        message.sudo().write(  # sudo: the table is closed to writes
            {
                "state": "sending",
                "attempt_count": message.attempt_count + 1,
                "next_attempt": False,
                "lease_until": fields.Datetime.now() + LEASE,
                "mail_id": mail.id,
            }
        )
    if mails:
        # sudo: crons are the system's.
        env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()


def outcomes(env):
    """What became of mails since the last look, as ``record_outcomes`` takes it."""
    rows = env.execute_query(
        SQL(
            """
            SELECT m.id, m.endpoint_id, m.attempt_count, mail.state, mail.failure_type
              FROM integration_message m JOIN mail_mail mail ON mail.id = m.mail_id
             WHERE m.direction = 'out' AND m.state = 'sending'
               AND mail.state IN ('sent', 'exception', 'cancel')
             ORDER BY m.id LIMIT %s
            """,
            AT_A_TIME,
        )
    )
    return [_outcome(env, *row) for row in rows]


def _outcome(env, message_id, endpoint_id, attempt, state, failure):
    error = None
    if state == "cancel":
        error = PermanentError(env._("Somebody cancelled the mail."), "mail_cancelled")
    elif state == "exception":
        # Its kind, never the mail server's own text: that may quote the login.
        kinds = dict(env["mail.mail"]._fields["failure_type"]._description_selection(env))
        reason = kinds.get(failure) or env._("the mail server did not say why")
        error = PermanentError(env._("The mail could not be sent: %s", reason), "mail_failed")
    verdict = Verdict("dead", "permanent") if error else Verdict("sent", "ok")
    return Outcome(message_id, endpoint_id, attempt, verdict, error=error)


def _mail(message, raw):
    endpoint = message.endpoint_id
    env = endpoint._technical_env()
    addresses = email_normalize_all(endpoint.mail_to or "")
    if not addresses:
        raise PermanentError(env._("The endpoint has no address for mail."), "no_address")
    (document,) = parse(raw)
    kind = dict(message._fields["document_type"]._description_selection(env))[message.document_type]
    title = env._(
        "%(kind)s %(number)s from %(hospital)s",
        kind=kind,
        number=message.number or "",
        hospital=message.company_id.name,
    )
    return {
        "subject": title,
        "body_html": Markup("<p>%s</p><p>%s</p>")
        % (
            title,
            env._("The PDF is for reading; the other file is the same for your system."),
        ),
        "email_from": message.company_id.email_formatted or env.user.email_formatted,
        "email_to": ", ".join(addresses),
        "message_id": f"<{message.uid}.{message.attempt_count + 1}@healthcare-procurement>",
        "headers": repr({"X-Healthcare-Message": message.uid}),
        "auto_delete": False,
        "attachment_ids": _attachments(env, message, document, raw),
    }


def _attachments(env, message, document, raw):
    name = safe_name(message.number or message.uid)
    content_type = FORMATS[message.route_id.format or "ubl"].content_type
    ending = {"application/xml": "xml", "text/xml": "xml", "text/csv": "csv"}.get(content_type)
    files = (
        (f"{name}.pdf", order_pdf(env, document, message.uid), "application/pdf"),
        (f"{name}.{ending or 'txt'}", raw, content_type),
    )
    return [
        fields.Command.create(
            {
                "name": file,
                "datas": base64.b64encode(content),
                "mimetype": mimetype,
                "res_model": "mail.mail",
                "res_id": 0,
            }
        )
        for file, content, mimetype in files
    ]
