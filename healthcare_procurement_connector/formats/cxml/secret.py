"""The shared secret goes in on the way out of the house, so that what is stored never has it; what came with a
partner's loses it before it is stored.
"""

import codecs
import re

from lxml import etree

from ..errors import FormatError
from ..xml_reader import SAFE
from ..xml_writer import escaped
from .context import SECRETS

_SENDER = b"<Sender>"
_IDENTITY = b"</Identity>"
_ROOT = re.compile(rb"<cXML[\s>]")
_SECRET = re.compile(
    r"<(%s)(?:\s[^<>]*)?(?<!/)>(?:<!\[CDATA\[.*?\]\]>|.)*?(?:</\1\s*>|\Z)"
    % "|".join(sorted(SECRETS)),
    re.DOTALL,
)
# The header is at the beginning; no more is read of somebody who is not known yet.
_HEAD = 65_536
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def with_secret(raw, secret):
    """What ``render`` wrote, with the sender's shared secret in its header; to be sent, not to be kept."""
    head, sender, rest = raw.partition(_SENDER)
    if not sender or _IDENTITY not in rest:
        raise FormatError("missing", "Header", "no sender that could have a secret")
    told = f"<SharedSecret>{escaped(secret)}</SharedSecret>".encode()
    return head + sender + rest.replace(_IDENTITY, _IDENTITY + told, 1)


def shown_secrets(raw):
    """The shared secrets that the sender in the header of ``raw`` shows; none where it cannot be read."""
    parser = etree.XMLPullParser(events=("end",), tag="Header", **SAFE)
    try:
        parser.feed(bytes(raw[:_HEAD]))
        header = next((element for _event, element in parser.read_events()), None)
    except etree.XMLSyntaxError:
        return []
    if header is None or [each.tag for each in header.iterancestors()] != ["cXML"]:
        return []
    return [each.text for each in header.iterfind("Sender/Credential/SharedSecret") if each.text]


def without_secrets(raw):
    """``raw`` as it may be kept: what proves a sender of cXML is emptied. Other bytes are given back as they are.

    Works on the bytes as they came, well-formed or not.
    """
    encoding = next((name for mark, name in _WIDE.items() if raw.startswith(mark)), "latin-1")
    if encoding == "latin-1" and not _ROOT.search(raw):
        return raw
    try:
        # Latin-1 gives every byte back as it was, whatever the encoding that has ASCII in it.
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return raw
    kept = _SECRET.sub(r"<\1></\1>", text)
    return raw if kept == text else kept.encode(encoding)
