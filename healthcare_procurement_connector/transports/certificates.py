"""What is in a certificate (PEM), and whether a private key belongs to it."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)


class CertificateError(ValueError):
    """Says what is wrong, without quoting what was entered."""


def valid_until(pem: str) -> datetime:
    """When the first certificate of a chain ends (aware)."""
    return _certificates(pem)[0].not_valid_after_utc


def check_certificates(pem: str) -> None:
    """CertificateError unless there is at least one certificate, and nothing but certificates.

    >>> check_certificates("hello")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    CertificateError: no certificate (PEM) was found
    """
    if "PRIVATE KEY" in pem:
        raise CertificateError("a private key does not belong here")
    _certificates(pem)


def check_key(pem: str) -> None:
    """CertificateError unless it is a private key (PEM) without a passphrase."""
    _key(pem)


def belong_together(certificate: str, key: str) -> bool:
    """Whether the key is that of the chain's first certificate."""
    return _public(_key(key).public_key()) == _public(_certificates(certificate)[0].public_key())


def _certificates(pem):
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise CertificateError("no certificate (PEM) was found") from None


def _key(pem):
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except TypeError:
        raise CertificateError("the key has a passphrase: take it off first") from None
    except ValueError:
        raise CertificateError("no private key (PEM) was found") from None


def _public(key):
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
