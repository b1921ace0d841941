"""The shared secret goes in on the way out of the house, so that what is stored never has it."""

from ..errors import FormatError
from ..xml_writer import escaped

_SENDER = b"<Sender>"
_IDENTITY = b"</Identity>"


def with_secret(raw, secret):
    """What ``render`` wrote, with the sender's shared secret in its header; to be sent, not to be kept."""
    head, sender, rest = raw.partition(_SENDER)
    if not sender or _IDENTITY not in rest:
        raise FormatError("missing", "Header", "no sender that could have a secret")
    told = f"<SharedSecret>{escaped(secret)}</SharedSecret>".encode()
    return head + sender + rest.replace(_IDENTITY, _IDENTITY + told, 1)
