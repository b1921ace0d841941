"""Documents that come by mail: attachments in a known format become messages, everything else is a person's to look at.

Taken in by itself is only what our own mail server says is from the sender it names (core/mail_proof.py), when that
sender is one that an endpoint accepts. All other mails are parked with their attachments; an operator may take them in
for an endpoint. What is taken in meets the same checks and rules for duplicates as what partners post.
"""

from dataclasses import dataclass

from odoo.exceptions import AccessError, UserError

from ..core.exceptions import IntegrationError, PermanentError
from ..core.identity import content_hash
from ..core.mail_proof import is_proved, matches
from ..formats import FormatError, detect
from . import acts, ingest

MOST_PARTS = 50
CONTENT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as it came: exact bytes, before anybody decoded anything."""

    sender: str
    authentication: tuple[str, ...]
    parts: tuple[tuple[str, bytes], ...]


def arrived(message, sender):
    """Reads a mail (email.message.EmailMessage) of the normalized ``sender``."""
    parts = []
    for part in message.walk():
        name = part.get_filename()
        if name and not part.is_multipart():
            parts.append((name, part.get_payload(decode=True) or b""))
    headers = tuple(map(str, message.get_all("Authentication-Results") or ()))
    return Arrived(sender, headers, tuple(parts))


def take(mail, found):
    """Takes the mail's documents in, or parks it; ``mail``: integration.mail, ``found``: Arrived."""
    env = mail.env
    proved = is_proved(found.authentication, mail.mailbox_id.trusted_server or "", found.sender)
    mail.proved = proved
    try:
        endpoint = _endpoint_of(mail, found.sender)
        mail.endpoint_id = endpoint
        if not proved:
            raise PermanentError(env._("It is not proved that the mail is from its sender."))
        documents = _documents(env, found.parts)
        # All of a mail or nothing of it: what is left out would be missed by nobody.
        with env.cr.savepoint():
            _store(mail, endpoint, documents)
    except IntegrationError as error:
        _park(mail, str(error))
    except ingest.TooLarge as error:
        _park(mail, env._("A document is larger than %s kB.", error.limit // 1000))
    except (ingest.Overloaded, ingest.NotAuthenticated):
        _park(mail, env._("The endpoint takes nothing now."))


def take_parked(mail, endpoint):
    """An operator answers for the sender: the parked mail's documents are taken in for ``endpoint``."""
    env = mail.env
    _check(mail)
    endpoint.check_access("read")
    if endpoint.company_id != mail.company_id or not endpoint.active:
        raise UserError(env._("Choose an endpoint in use of the same company."))
    # sudo: the table is closed to writes; the operator's right was checked.
    closed = mail.sudo()
    parts = tuple((file.name, file.raw or b"") for file in closed.attachment_ids)
    try:
        _store(closed, endpoint.sudo(), _documents(env, parts))
    except IntegrationError as error:
        raise UserError(str(error)) from None
    except ingest.TooLarge as error:
        raise UserError(env._("A document is larger than %s kB.", error.limit // 1000)) from None
    except (ingest.Overloaded, ingest.NotAuthenticated):
        raise UserError(env._("The endpoint takes nothing now.")) from None
    closed.endpoint_id = endpoint
    _settle(mail, env._("Taken in for %s", endpoint.name), "mail.taken")


def discard(mail):
    _check(mail)
    mail.sudo().state = "discarded"  # sudo: as in take_parked
    _settle(mail, mail.env._("Discarded"), "mail.discarded")


def _check(mail):
    env = mail.env
    if not env.user.has_group(acts.OPERATOR):
        raise AccessError(env._("Only integration operators may do this."))
    mail.check_access("read")
    if mail.state != "parked":
        raise UserError(env._("%s was dealt with already.", mail.display_name))


def _endpoint_of(mail, sender):
    env = mail.env
    candidates = env["integration.endpoint"].search(
        [("company_id", "=", mail.company_id.id), ("mail_senders", "!=", False)]
    )
    found = candidates.filtered(lambda endpoint: matches(sender, endpoint.mail_senders))
    if len(found) != 1:
        raise PermanentError(
            env._("Several endpoints accept this sender.")
            if found
            else env._("No endpoint accepts this sender.")
        )
    return found


def _documents(env, parts):
    """The attachments in a known format; a mail without one is a person's to read."""
    if len(parts) > MOST_PARTS:
        raise PermanentError(env._("The mail has more than %s attachments.", MOST_PARTS))
    documents = []
    for _name, raw in parts:
        try:
            detect(raw)
        except FormatError:
            continue
        documents.append(raw)
    if not documents:
        raise PermanentError(env._("No attachment is a document in a known format."))
    return documents


def _store(mail, endpoint, documents):
    env = mail.env
    stored = [
        ingest.accept_fetched(env, endpoint.code, f"mail_{content_hash(raw)}", raw, CONTENT_TYPE)
        for raw in documents
    ]
    messages = env["integration.message"].search(
        [("uid", "in", [accepted.message_id for accepted in stored])]
    )
    mail.write({"state": "taken", "integration_message_ids": [(6, 0, messages.ids)]})


def _park(mail, reason):
    mail.write({"state": "parked", "reason": reason})
    mail.env["integration.exception"]._raise(
        [
            {
                "code": "mail_parked",
                "summary": mail.env._(
                    "Mail from %(sender)s: %(reason)s", sender=mail.sender, reason=reason
                ),
                "company_id": mail.company_id.id,
                "endpoint_id": mail.endpoint_id.id,
                "res_model": mail._name,
                "res_id": mail.id,
                "user_id": mail.mailbox_id.owner_id.id,
            }
        ]
    )


def _settle(mail, resolution, action):
    env = mail.env
    # sudo: whoever may decide about the mail settles the question about it.
    asked = (
        env["integration.exception"]
        .sudo()
        .search([("res_model", "=", mail._name), ("res_id", "=", mail.id), ("state", "=", "open")])
    )
    asked.sudo(False)._resolve(resolution)
    env["integration.audit"]._append(
        [
            {
                "action": action,
                "res_model": mail._name,
                "res_id": mail.id,
                "company_id": mail.company_id.id,
                "detail": {"sender": mail.sender, "reason": mail.reason or None},
            }
        ]
    )
