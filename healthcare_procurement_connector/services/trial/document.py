"""Tries a document: what it is, what it says, what its codes stand for, what would become of it. Nothing is written."""

from odoo.exceptions import AccessError, UserError

from ...core.duplicates import RULES
from ...core.exception_codes import EXCEPTION_CODES
from ...core.self_test import MODEL as SELF_TEST
from .. import acts, ingest
from ..dry_run import dry_run
from . import arriving, page
from .codes import Codes
from .effects import tables_of
from .endpoints import fitting
from .reading import facts_of, json_of, kind_of, read
from .reading import tables_of as said

# Where no endpoint says how large its documents may be.
LARGEST = 5_000_000
# A person reads it: of what is longer, only so many documents are shown.
SHOWN = arriving.MOST


def check_right(env):
    if not env.user.has_group(acts.OPERATOR):
        raise AccessError(env._("Only integration operators may try documents."))


def try_document(env, raw, endpoint=None, route=None, syntax=None):
    """A page (services/trial/page.py) about ``raw``, as if it had just arrived from ``endpoint``.

    ``route`` names the endpoint and says what is expected; ``syntax`` reads the bytes in that format, whatever they
    look like. Where no endpoint is given, the one whose partner the document names is taken, if it is one only.
    """
    check_right(env)
    endpoint = _chosen(env, endpoint, route)
    if not raw.strip():
        raise UserError(env._("Paste a document, or choose a file."))
    limit = endpoint.max_size * 1000 if endpoint else LARGEST
    if len(raw) > limit:
        return _refused(
            env,
            env._("It is too large"),
            env._(
                "It has %(size)s bytes; at most %(limit)s are taken.", size=len(raw), limit=limit
            ),
        )
    found = read(raw, syntax, endpoint, route)
    if found.error:
        return _unreadable(env, endpoint, raw, found)
    known = [[env._("Size"), env._("%s bytes", len(raw))]]
    if not endpoint:
        endpoint, known_as = _found(env, found.documents)
        if not endpoint:
            return _without_endpoint(env, found, known, known_as)
        known.append([env._("Endpoint"), f"{endpoint.name} ({known_as})"])
    else:
        known.append([env._("Endpoint"), endpoint.name])
    return _tried(env, endpoint, route, raw, found, known)


# -- whose it is -----------------------------------------------------------------------------------------


def _chosen(env, endpoint, route):
    endpoint = (route.endpoint_id if route else endpoint) or env["integration.endpoint"]
    if endpoint:
        (endpoint | (route.endpoint_id if route else endpoint)).check_access("read")
        if not endpoint.active:
            raise UserError(env._("%s is archived.", endpoint.name))
    return endpoint


def _found(env, documents):
    """(endpoint, why), or an empty one and what to do."""
    found = fitting(env["integration.endpoint"].search([]), documents)
    if len(found) == 1:
        return found, env._("found by the partner that the document names")
    if found:
        names = ", ".join(found.mapped("name"))
        return found.browse(), env._("Several endpoints fit; choose one of %s.", names)
    return found, env._(
        "No endpoint speaks for the partner that the document names; choose one to see what would happen."
    )


# -- what cannot be gone through -------------------------------------------------------------------------


def _refused(env, title, text, known=()):
    return page.page([page.part(env._("Document"), page.verdict(page.BAD, title, text), known)])


def _unreadable(env, endpoint, raw, found):
    """With what the partner would hear of it, where an endpoint is chosen."""
    error = found.error
    known = page.facts(
        (env._("Format"), found.format),
        (env._("Code"), error.code),
        (env._("Where"), error.position),
    )
    if not endpoint:
        return _refused(env, env._("It cannot be read"), str(error), known)
    with dry_run(env):
        try:
            settled = arriving.arrive(endpoint, raw)
        except (ingest.Overloaded, ingest.NotAuthenticated):
            return _refused(env, env._("It cannot be read"), str(error), known)
        answer = _verdict(env, settled[0])
    return page.page([page.part(env._("Document"), answer, known)])


def _without_endpoint(env, found, known, hint):
    answer = page.verdict(page.NEUTRAL, env._("It can be read"), hint)
    return page.page(
        [_read_only(env, document, found, answer) for document in found.documents[:SHOWN]], known
    )


def _read_only(env, document, found, answer):
    return page.part(
        _title(env, document),
        answer,
        facts_of(env, document, found),
        said(env, document, found),
        [json_of(env, document)],
    )


# -- what would become of it -----------------------------------------------------------------------------


def _tried(env, endpoint, route, raw, found, known):
    with dry_run(env):
        try:
            settled = arriving.arrive(endpoint, raw)
        except ingest.Overloaded:
            return _refused(
                env,
                env._("It would be turned away for now"),
                env._("Too many documents of %s are in line.", endpoint.name),
                known,
            )
        first, *parts = settled
        if first.message.state == "processed" and first.arrival is None:
            known.append([env._("Interchange of"), env._("%s documents", len(found.documents))])
        if first.message.acknowledged_by_ids:
            told = env._("%s would be queued", len(first.message.acknowledged_by_ids))
            known.append([env._("Functional acknowledgements"), told])
        pairs = list(zip(parts or settled, found.documents, strict=False))
        parts = [_part(env, each, document, found, route) for each, document in pairs]
    more = len(found.documents) - len(parts)
    note = env._("%s more documents of the interchange are not shown.", more) if more > 0 else ""
    return page.page(parts, known, note)


def _part(env, settled, document, found, route):
    message, arrival = settled.message, settled.arrival
    ahead = arriving.ahead_of(message)
    known = [
        *facts_of(env, document, found),
        *page.facts(
            (env._("Supplier"), message.partner_id.display_name),
            (env._("Orders"), ", ".join(arrival.orders) if arrival and arrival.supplier else None),
            (env._("Business reference"), message.business_ref),
            (env._("Documents of the order before it"), ahead or None),
            (env._("Beside the route"), _beside(env, document, found, route)),
        ),
    ]
    tables = [
        *tables_of(env, settled),
        *([Codes(env, arrival).table()] if arrival else []),
        *said(env, document, found),
    ]
    return page.part(
        _title(env, document), _verdict(env, settled), known, tables, [json_of(env, document)]
    )


def _title(env, document):
    return f"{kind_of(env, document)} {document.number}"


def _beside(env, document, found, route):
    """What the chosen route does not fit; None where it does."""
    if not route:
        return None
    expected = dict(route._fields["document_type"]._description_selection(env))
    wanted, is_kind = expected[route.document_type], kind_of(env, document)
    if wanted != is_kind:
        return env._(
            "the route is for: %(wanted)s; this is: %(found)s", wanted=wanted, found=is_kind
        )
    if route.format != found.format:
        return env._(
            "the route is for %(wanted)s; this is %(found)s",
            wanted=route.format.upper(),
            found=found.format.upper(),
        )
    return None


def _verdict(env, settled):
    message = settled.message
    return _VERDICTS[message.state](env, settled)


def _processed(env, settled):
    message = settled.message
    if not message.res_model:
        return page.verdict(page.GOOD, env._("It would be split into its documents"))
    record = message.env[message.res_model].browse(message.res_id)
    if message.res_model == SELF_TEST:
        return page.verdict(
            page.GOOD,
            env._("It answers a test order"),
            env._("It would be noted with %s, and change nothing.", record.display_name),
        )
    changes = settled.rows.words(env) if settled.rows else ""
    questions = message.exception_ids
    return page.verdict(
        page.WARNING if questions else page.GOOD,
        env._("It would be accepted, and a person asked")
        if questions
        else env._("It would be accepted"),
        env._(
            "It would become %(record)s. %(changes)s", record=record.display_name, changes=changes
        ),
        " ".join(each.summary for each in questions),
    )


def _duplicate(env, settled):
    message = settled.message
    return page.verdict(
        page.NEUTRAL,
        env._("It is a duplicate; nothing would change"),
        env._(
            "Of %(first)s. %(rule)s.",
            first=message.duplicate_of_id.display_name,
            rule=RULES[message.duplicate_rule],
        ),
    )


def _waiting(env, settled):
    message = settled.message
    return page.verdict(
        page.WARNING,
        env._("It would wait"),
        message.last_error,
        env._(
            "Until %(until)s (UTC) for %(what)s; then a person is asked.",
            until=message.wait_until,
            what=message.waiting_for,
        ),
    )


def _parked(env, settled):
    message = settled.message
    asked = message.exception_ids[:1]
    kind = EXCEPTION_CODES.get(asked.code)
    return page.verdict(
        page.BAD,
        env._("A person would be asked: %s", kind.title if kind else message.error_code),
        message.last_error,
        " ".join(
            filter(
                None,
                (
                    asked.suggestion,
                    env._("Code %s.", asked.code or message.error_code),
                    env._("Asked: %s.", asked.user_id.name) if asked.user_id else "",
                ),
            )
        ),
    )


def _retrying(env, settled):
    return page.verdict(
        page.WARNING, env._("It would be tried again by itself"), settled.message.last_error
    )


_VERDICTS = {
    "processed": _processed,
    "duplicate": _duplicate,
    "waiting": _waiting,
    "parked": _parked,
    "retrying": _retrying,
}
