"""A stopped document, corrected by hand: a new message with the edited bytes; the old one keeps its own.

Whoever edits may mend what a document says, not what it is: format, type and number stay. So the rules on
duplicates hold for the new message as for any other, and a partner's repeat of the old one is still recognised.
"""

import base64
from dataclasses import dataclass

from odoo.exceptions import UserError

from ..core.document_types import type_of
from ..core.exceptions import IntegrationError
from ..core.identity import content_hash
from ..core.interchange import controls_of
from ..formats import FormatError, detect, parse
from . import acts, rehearse
from .dry_run import dry_run
from .payload_text import editable, encoded
from .resend import RESENDABLE, audit_link, replace

# Outgoing ones that may be sent anew; of incoming ones, those that had no effect.
EDITABLE = {"out": RESENDABLE, "in": ("parked", "waiting", "discarded")}
LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class _Named:
    """What must stay as it was when bytes are edited; None where it was not known before."""

    kind: str | None
    number: str | None
    order_number: str | None = None


def edit_and_resend(message, text, reason):
    """A new message with the bytes that ``text`` stands for; the old one keeps its own. Returns the new one."""
    acts.check_operator(message)
    env = message.env
    reason = acts.given_reason(env, reason)
    if message.state not in EDITABLE[message.direction]:
        raise UserError(env._("%s: this cannot be edited now.", acts.names(message)))
    before = _payload(message)._raw()
    raw = _checked(message, before, text)
    new = replace(message, reason, edited_by_id=env.uid, **_known_values(message, raw))
    # sudo: payloads are closed to all users; the operator's right was checked above.
    env["integration.payload"].sudo().create(
        {
            "message_id": new.id,
            "content": base64.b64encode(raw),
            "content_type": message.payload_ids[:1].content_type,
            "size": len(raw),
            "sha256": content_hash(raw),
        }
    )
    hashes = {"sha256_before": content_hash(before), "sha256": content_hash(raw)}
    audit_link(message, new, "message.edited", reason, hashes)
    env["integration.drain"]._wake(message.direction)
    return new


def preview(message, text):
    """The Rehearsal of what ``edit_and_resend`` would make; nothing stays."""
    with dry_run(message.env):
        new = edit_and_resend(message, text, message.env._("Preview"))
        return rehearse.rehearse(new, anew=True)[0]


def editable_text(message):
    """What an edit begins with; UserError where there are no bytes, or none that are text."""
    acts.check_operator(message)
    try:
        return editable(_payload(message)._raw())
    except ValueError as error:
        raise UserError(
            message.env._("%s is no text that could be edited.", message.display_name)
        ) from error


def _payload(message):
    payload = message.payload_ids[:1]
    if message.parent_id:
        raise UserError(
            message.env._(
                "%(part)s came in %(whole)s with other documents; it cannot be edited by itself.",
                part=message.display_name,
                whole=message.parent_id.display_name,
            )
        )
    if not payload:
        raise UserError(
            message.env._(
                "%s has no bytes to edit: mend its cause and replay it.", message.display_name
            )
        )
    return payload


def _known_values(message, raw):
    """What the edited bytes are known by. What goes out is acknowledged by the numbers that stand in it.

    A document that arrived has no message id of the partner's, who did not send it so; what it says it is, is
    read again, and the rules on duplicates then hold for it as for any other.
    """
    if message.direction == "out":
        interchange, group, document = controls_of(parse(raw)[0].envelope)
        return {
            "interchange_control": interchange,
            "group_control": group,
            "document_control": document,
        }
    return {
        "content_hash": content_hash(raw),
        "business_key": False,
        "res_model": False,
        "res_id": False,
    }


def _checked(message, before, text):
    """The edited bytes; UserError saying where, if they are not such a document any more."""
    env = message.env
    try:
        raw = encoded(text, before)
    except UnicodeEncodeError as error:
        raise UserError(
            env._(
                "Line %(line)s has a character that %(encoding)s, the document's encoding, does not have: "
                "%(character)s",
                line=text.count("\n", 0, error.start) + 1,
                encoding=error.encoding,
                character=text[error.start],
            )
        ) from error
    limit = min(message.endpoint_id.max_size * 1000, LARGEST)
    if len(raw) > limit:
        raise UserError(
            env._(
                "The document has %(size)s bytes; at most %(limit)s can be edited here.",
                size=len(raw),
                limit=limit,
            )
        )
    if text.replace("\r\n", "\n").rstrip() == editable(before).rstrip():
        raise UserError(
            env._("Nothing was changed: to try the same bytes again, replay the message.")
        )
    _check_same(message, _named_before(message, before), _read(env, raw, _format(before)))
    return raw


def _format(raw):
    try:
        return detect(raw)
    except FormatError:
        return None


def _read(env, raw, expected):
    try:
        found = detect(raw)
        documents = parse(raw, found)
    except FormatError as error:
        raise UserError(env._("The edited document cannot be read: %s", error)) from error
    if expected and found != expected:
        raise UserError(
            env._("The document was %(old)s and is %(new)s now.", old=expected, new=found)
        )
    if len(documents) != 1:
        raise UserError(env._("One document is expected, not %s.", len(documents)))
    return _names_of(documents[0])


def _names_of(document):
    return _Named(type_of(document), document.number, getattr(document, "order_number", None))


def _named_before(message, before):
    """Of the bytes as they were; where these cannot be read, what the message knows by another way."""
    try:
        (document,) = parse(before)
    except (IntegrationError, ValueError):
        return _Named(message.document_type or None, message.number or None)
    names = _names_of(document)
    # A supplier's document may name the wrong order: that is what gets corrected.
    return names if message.direction == "out" else _Named(names.kind, names.number)


def _check_same(message, old, new):
    env = message.env
    for label, was, now in (
        (env._("document type"), old.kind, new.kind),
        (env._("number"), old.number, new.number),
        (env._("order number"), old.order_number, new.order_number),
    ):
        if was is not None and was != now:
            raise UserError(
                env._(
                    "The %(what)s may not be edited: it was %(old)s and is %(new)s now.",
                    what=label,
                    old=was,
                    new=now or "-",
                )
            )
