"""SSH keys as people enter them: a server's own, which is pinned, and ours."""

import base64
import binascii
import hashlib
import hmac
import io
from dataclasses import dataclass

import paramiko

from odoo.addons.healthcare_procurement_connector.core.exceptions import PermanentError

# An RSA key signs by more than one algorithm.
_ALGORITHMS = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}
_KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)


@dataclass(frozen=True, slots=True)
class HostKey:
    kind: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """As ``ssh-keygen -l`` shows it."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).decode()
        return f"SHA256:{digest.rstrip('=')}"

    def __str__(self):
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"


def host_keys(text: str) -> tuple[HostKey, ...]:
    """The keys in lines as ``ssh-keyscan`` or a ``.pub`` file has them; PermanentError for anything else.

    >>> line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIWvRyDVlGsPRQtYzVmbZ1rBRWsvlhB3KFYFIIITRIDK"
    >>> [str(key) == line for key in host_keys(f"# sftp.example\\nsftp.example {line} comment")]
    [True]
    """
    lines = [line.strip() for line in text.splitlines()]
    return tuple(_host_key(line) for line in lines if line and not line.startswith("#"))


def algorithms(keys) -> tuple[str, ...]:
    """What to ask the server for, so that it shows a key that is pinned, if it has one."""
    return tuple(name for key in keys for name in _ALGORITHMS.get(key.kind, (key.kind,)))


def is_pinned(shown: bytes, keys) -> bool:
    """Whether the key that a server shows is one of these."""
    return any([hmac.compare_digest(shown, key.blob) for key in keys])


def private_key(text: str, passphrase: str = "") -> paramiko.PKey:
    """Our key; PermanentError where it cannot be read. What was entered is never part of the error."""
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text.strip() + "\n"), passphrase or None)
        except paramiko.PasswordRequiredException:
            raise PermanentError("Our key has a passphrase, which is missing", "bad_key") from None
        except (paramiko.SSHException, ValueError, TypeError, IndexError):
            continue
    raise PermanentError(
        "Our private key cannot be read, or its passphrase is not right", "bad_key"
    )


def _host_key(line):
    words = line.split()
    kinds = [position for position, word in enumerate(words[:2]) if word in _KINDS]
    try:
        kind, encoded = words[kinds[0]], words[kinds[0] + 1]
        blob = base64.b64decode(encoded, validate=True)
    except (IndexError, binascii.Error):
        blob = b""
    # The key's own first field says its kind again.
    if not blob or blob[4 : 4 + len(kind)] != kind.encode():
        raise PermanentError("A host key is a line such as: ssh-ed25519 AAAAC3Nz…", "bad_host_key")
    return HostKey(kind, blob)
