"""The envelope: who sends to whom, under which number, in earnest or as a test.

Secrets in the header are passed over: they are in no document, remark or error.
"""

from dataclasses import dataclass, fields

from ...core.documents import Envelope
from ..errors import FormatError
from ..xml_reader import read_text
from ..xml_writer import attribute
from .context import SECRETS
from .parties import credential, own_id, scheme_of
from .values import DAY

SYNTAX = "cxml"
CARRIED = frozenset({"syntax", "version", "sender", "receiver", "control", "test"})
AGENT = "Healthcare Procurement Integration"
MODES = {"production": False, "test": True}
_MODES = {test: mode for mode, test in MODES.items()}
_URL = "http://xml.cXML.org/schemas/cXML/{}/{}"


@dataclass(frozen=True, slots=True)
class Header:
    """What was read: the envelope, all credentials of both sides, and what was not understood."""

    envelope: Envelope
    sender: tuple[tuple[str, str], ...] = ()
    receiver: tuple[tuple[str, str], ...] = ()
    strange: tuple[tuple[object, str | None], ...] = ()


def read_header(root, body):
    """``body`` is the Request, Message or Response."""
    header = root.find("Header")
    sides = {side: _credentials(header, side) for side in ("From", "To", "Sender")}
    mode = body.get("deploymentMode")
    if mode is not None and mode not in MODES:
        raise FormatError("unknown_code", f"/cXML/{body.tag}/@deploymentMode", f"{mode[:60]!a}")
    envelope = Envelope(
        syntax=SYNTAX,
        version=(root.get("version") or "").strip() or None,
        sender=next(iter(sides["From"]), None),
        receiver=next(iter(sides["To"]), None),
        control=(root.get("payloadID") or "").strip() or None,
        test=MODES.get(mode),
    )
    return Header(envelope, sides["From"], sides["To"], _strange(root, header, body, sides))


def _credentials(header, side):
    sides = [] if header is None else [each for each in header if each.tag == side]
    found = [each for party in sides for each in party if each.tag == "Credential"]
    pairs = []
    for each in found:
        identity = each.find("Identity")
        text = None if identity is None else read_text(identity)
        if text:
            pairs.append((scheme_of((each.get("domain") or "").strip()), text))
    return tuple(pairs)


def _strange(root, header, body, sides):
    """The parts of the header that nothing is made of, each with what may be told of it."""
    strange = [(each, None) for each in root if each not in (header, body)]
    for each in header if header is not None else ():
        if each.tag not in sides:
            strange.append((each, None))
        strange += [
            (child, None)
            for child in each
            if each.tag in sides and child.tag not in ("Credential", "UserAgent")
        ]
    hops = [pair for pair in sides["Sender"] if pair not in sides["From"]]
    sender = header.find("Sender") if hops else None
    strange += [(sender, f"passed on by {scheme} {text}") for scheme, text in hops]
    return tuple((each, text) for each, text in strange if each.tag not in SECRETS)


def own_envelope(envelope):
    """The envelope, or an empty one in place of another syntax's; what cXML has no place for is refused."""
    if envelope.syntax not in (None, SYNTAX):
        return Envelope(test=envelope.test)
    for name in (field.name for field in fields(envelope) if field.name not in CARRIED):
        if getattr(envelope, name) is not None:
            raise FormatError("not_carried", f"envelope.{name}", f"cXML has no {name}")
    return envelope


def written(document_type, document, envelope, content, timestamp):
    """The whole text of a request or a message around its ``content``."""
    parties = document_type.parties(document)
    pairs = [
        getattr(envelope, side) or own_id(party)
        for side, party in zip(("sender", "receiver"), parties, strict=True)
    ]
    for side, pair in zip(("sender", "receiver"), pairs, strict=True):
        if pair is None:
            raise FormatError("missing", "Header", f"the {side} has no identifier")
    sender, receiver = map(credential, pairs)
    mode = "" if envelope.test is None else attribute("deploymentMode", _MODES[envelope.test])
    return (
        f"{_opening(document_type, document, envelope, timestamp)}<Header><From>{sender}</From>"
        f"<To>{receiver}</To><Sender>{sender}<UserAgent>{AGENT}</UserAgent></Sender></Header>"
        f"<{document_type.body}{mode}>{content}</{document_type.body}></cXML>"
    )


def written_response(document_type, document, envelope, content, timestamp):
    """A response has no header: it goes back the way its request came."""
    for field in ("sender", "receiver", "test"):
        if getattr(envelope, field) is not None:
            raise FormatError("not_carried", f"envelope.{field}", "a Response has no header")
    return (
        f"{_opening(document_type, document, envelope, timestamp)}"
        f"<Response>{content}</Response></cXML>"
    )


def _opening(document_type, document, envelope, timestamp):
    if timestamp is None and document.issued is None:
        raise FormatError("missing", "@timestamp", "no day of issue")
    time = DAY.to_text(document.issued) if timestamp is None else timestamp.isoformat()
    url = _URL.format(document_type.dtd_version, document_type.dtd)
    version = attribute("version", envelope.version) if envelope.version else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE cXML SYSTEM "{url}">\n'
        f"<cXML{version}{attribute('payloadID', envelope.control or document.number)}"
        f'{attribute("timestamp", time)} xml:lang="en">'
    )
