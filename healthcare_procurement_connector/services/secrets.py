"""Encrypts secrets with a key that is not in the database.

The key is read from the environment (HEALTHCARE_SECRET_KEY) or from odoo.conf::

    [healthcare]
    secret_key = …

It is any long random text; several, separated by commas, decrypt with each and encrypt with the first, so
that a key can be rotated.
"""

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.exceptions import UserError

from . import settings

MINIMUM_LENGTH = 32


def encrypt(env, text):
    return _cipher(env).encrypt(text.encode()).decode()


def decrypt(env, token):
    """The text in clear; raises UserError where the key is not the one it was encrypted with."""
    try:
        return _cipher(env).decrypt(token.encode()).decode()
    except InvalidToken:
        raise UserError(
            env._(
                "A stored secret cannot be read with this server's secret key. Enter the secret again."
            )
        ) from None


def _cipher(env):
    cipher = _cipher_of(_configured_key())
    if cipher is None:
        raise UserError(
            env._(
                "This server has no secret key of at least %s characters. Ask its administrator to set "
                "secret_key in the section [healthcare] of odoo.conf.",
                MINIMUM_LENGTH,
            )
        )
    return cipher


@cache
def _cipher_of(configured):
    """None where a key is missing or too short. Made once: every document that comes or goes needs it."""
    keys = [key.strip() for key in configured.split(",") if key.strip()]
    if not keys or min(map(len, keys)) < MINIMUM_LENGTH:
        return None
    return MultiFernet([Fernet(_derive(key)) for key in keys])


def _configured_key():
    return settings.value("secret_key")


def _derive(key):
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
