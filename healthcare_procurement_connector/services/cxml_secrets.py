"""The shared secret of cXML: it goes into what is sent, and stays out of all that is kept."""

from odoo.exceptions import UserError

from ..formats.cxml import with_secret
from .prepare import hold_all

NAME = "cxml"


def sealed(env, prepared):
    """``prepared``, {message: bytes}, with the secrets of those endpoints that have one in their cXML.

    Where one cannot be read, its endpoint's messages are held, and left out.
    """
    messages = (
        env["integration.message"]
        .concat(*prepared)
        .filtered(lambda message: message.route_id.format == "cxml")
    )
    if not messages:
        return prepared
    told = dict(prepared)
    for endpoint, batch in messages.grouped("endpoint_id").items():
        try:
            secret = endpoint._secret(NAME)
        except UserError as error:
            hold_all(endpoint, batch, error)
            told = {message: raw for message, raw in told.items() if message not in batch}
            continue
        if secret:
            told |= {message: with_secret(prepared[message], secret) for message in batch}
    return told
