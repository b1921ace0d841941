"""Mails of ours that come back: a person is asked about the document that did not arrive.

Nothing else is decided by one. It names the message by an id that only those know who had the mail, yet a supplier's
mail system may send such a notice of a mail that did arrive at another of its addresses.
"""

import re

OURS = re.compile(r"<([0-9a-f]{32})\.[0-9]{1,6}@healthcare-procurement>")


def ask(env, references, address):
    """``references``: ids of the mails that came back; ``address``: where one of them did not arrive, or None."""
    uids = {found[1] for found in map(OURS.fullmatch, references) if found}
    if not uids:
        return
    # sudo: the mail gateway has no rights on messages; the ids were ours.
    messages = (
        env["integration.message"]
        .sudo()
        .search([("uid", "in", sorted(uids)), ("direction", "=", "out"), ("mail_id", "!=", False)])
    )
    asked = messages.exception_ids.filtered(
        lambda question: question.code == "mail_bounced" and question.state == "open"
    ).message_id
    env["integration.exception"]._raise(
        [
            {
                "code": "mail_bounced",
                "summary": env._(
                    "The mail with %(document)s came back from %(address)s.",
                    document=message.number or message.display_name,
                    address=address or env._("the supplier's mail system"),
                ),
                "message_id": message.id,
                "company_id": message.company_id.id,
            }
            for message in messages - asked
        ]
    )
