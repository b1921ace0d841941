"""What would happen if messages went through now: for real, in a savepoint that is always rolled back."""

import difflib
from collections import defaultdict
from dataclasses import dataclass

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError

from ..core.delivery import DUE
from ..core.exceptions import IntegrationError
from ..core.outline import outline
from ..formats import FormatError
from .changed_rows import changed_rows
from .dry_run import dry_run
from .duplicates import duplicate_vals, same_bytes
from .inbox import Inbox
from .payload_text import readable
from .prepare import Preparation
from .reading import Reader
from .receipt_arrival import arrival_of

SHOWN = 100_000
DIFFERENCES = 400


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """``raw``: the bytes that would be sent (outbound); ``verdict``: what would become of it, in words.

    ``text``: what would be sent, or the document that would be applied; ``differences``: to the bytes before.
    """

    name: str
    fits: bool
    verdict: str
    text: str = ""
    differences: str = ""
    raw: bytes | None = None


def rehearse(messages, anew=False):
    """A Rehearsal for each; callers have checked who asks. ``anew``: the messages are made for the preview only."""
    rehearsals = outbound(messages.filtered(lambda message: message.direction == "out"), anew)
    for message in messages.filtered(lambda message: message.direction == "in"):
        rehearsals[message] = _inbound(message)
    return [rehearsals[message] for message in messages]


# -- out ---------------------------------------------------------------------------------------------


def outbound(messages, anew=False):
    """{message: Rehearsal}: rendered as the drain would, endpoint by endpoint."""
    found = {}
    for batch in messages.grouped("endpoint_id").values():
        with dry_run(messages.env):
            ours = _as_the_drain(batch)
            ours.filtered(lambda m: m.state in ("dead", "held", "uncertain")).write(
                {"state": "queued"}
            )
            raws, reasons = _prepare_in_turn(ours)
        for message in batch:
            found[message] = _what_would_be_sent(
                message, raws.get(message.id), reasons.get(message.id), anew
            )
    return found


def _prepare_in_turn(messages):
    """As ``_prepare``, in the order of each business key: a change is made once its order is with the supplier."""
    raws, reasons = {}, {}
    for turn in _turns(messages.sorted("id")):
        made, failed = _prepare(turn)
        raws |= made
        reasons |= failed
        # What a supplier has, whoever brought it there; rolled back like all of this.
        turn.filtered(lambda m: m.state in DUE["out"]).write({"state": "exported"})
    return raws, reasons


def _turns(messages):
    """The first of each business key together, then the second of each, and so on."""
    places = defaultdict(int)
    turns = defaultdict(messages.browse)
    for message in messages:
        key = message.business_key or message.id
        turns[places[key]] |= message
        places[key] += 1
    return list(turns.values())


def _prepare(messages):
    """({message id: bytes}, {message id: why not}); inside a dry run."""
    try:
        prepared = Preparation(messages).run()
    except UserError as error:
        # What would stop this endpoint's drain as a whole: its technical user's rights, a secret's key.
        return {}, dict.fromkeys(messages.ids, str(error))
    raws = {message.id: raw for message, raw in prepared.items()}
    return raws, {m.id: m.last_error for m in messages if m.id not in raws}


def _what_would_be_sent(message, raw, reason, anew):
    env = message.env
    if raw is None:
        return Rehearsal(message.display_name, False, env._("It would be held: %s", reason))
    # sudo: a buyer exports own orders without rights on endpoints and payloads.
    message = message.sudo()
    stored = bool(message.payload_ids)
    verdict = env._(
        "%(bytes)s bytes to %(endpoint)s under %(id)s; %(which)s.",
        bytes=len(raw),
        endpoint=message.endpoint_id.name,
        id=env._("a new message id") if anew else env._("message id %s", message.uid),
        which=env._("the bytes of the first attempt")
        if stored
        else env._("made from the order as it stands now"),
    )
    before = message.resend_of_id.payload_ids[:1]
    return Rehearsal(
        message.display_name,
        True,
        verdict,
        readable(raw)[:SHOWN],
        differences(before._raw(), raw) if before else "",
        raw,
    )


def differences(before, after):
    """The lines that changed, a bounded number of them; empty where none did."""
    lines = difflib.unified_diff(
        readable(before).splitlines(),
        readable(after).splitlines(),
        "before",
        "now",
        lineterm="",
        n=1,
    )
    return "\n".join(line for line, _ in zip(lines, range(DIFFERENCES), strict=False))


# -- in ----------------------------------------------------------------------------------------------


def _inbound(message):
    env, text = message.env, ""
    try:
        with dry_run(env):
            ours = _as_the_drain(message)
            ours.filtered(lambda m: m.state == "parked").write({"state": "received"})
            ours.write({"state": "processing"})
            documents = Reader().documents(ours)
            if len(documents) != 1:
                split = env._("It would be split into its %s documents.", len(documents))
                return Rehearsal(message.display_name, True, split)
            text = outline(documents[0])[:SHOWN]
            with changed_rows(ours.env) as rows:
                _apply(arrival_of(ours, documents[0]))
            verdict = _what_would_be_applied(message, ours, rows)
    except (IntegrationError, FormatError, UserError) as error:
        return Rehearsal(
            message.display_name, False, env._("It would not be applied: %s", error), text
        )
    return Rehearsal(message.display_name, True, verdict, text)


def _apply(arrival):
    """As the inbox does, but for the locks that keep workers out of each other's way."""
    message = arrival.message
    inbox = Inbox(message.env)
    inbox._recognise(arrival)
    message.write(arrival.known())
    first = same_bytes(message, arrival.document_type)
    # What had its effect is recognised by its number.
    if first and first.state != "processed":
        message.write(duplicate_vals(first, "content_hash"))
    else:
        inbox._apply(arrival)


def _what_would_be_applied(message, applied, rows):
    env = message.env
    if applied.state == "duplicate":
        return env._(
            "Nothing would change: it is the same as %s.", applied.duplicate_of_id.display_name
        )
    record = env[applied.res_model].sudo().browse(applied.res_id)  # sudo: its name only
    return env._(
        "It would become %(record)s. %(changes)s",
        record=record.display_name,
        changes=rows.words(env),
    )


def _as_the_drain(messages):
    # As drains run: the superuser conducts, each endpoint's technical user acts. All of it is rolled back.
    return messages.with_env(messages.env(user=SUPERUSER_ID, su=True, context={}))
