"""The steps from a new endpoint to a live one: each done, open or failed, what to do next, and where."""

from dataclasses import dataclass

from markupsafe import Markup

from odoo.exceptions import UserError

from ...core.document_types import DOCUMENT_TYPES
from ...formats import FORMATS
from .. import connections
from . import self_tests
from .coverage import units_and_items

DONE, OPEN, FAILED = "done", "open", "failed"
# Where a step is worked on; {id} is the endpoint's.
ENDPOINT = "/odoo/integration-endpoints/{id}"
CONTACT = "/odoo/res.partner/{partner}"
MAPPINGS = "/odoo/integration-mappings"
# What an order is told by: without these there is no telling at all, or the buyer is asked to phone.
TOLD = ("order", "order_change", "order_cancellation")
NAMED = 5
TECHNICAL = "healthcare_procurement_connector.group_integration_technical"
USER = "healthcare_procurement_connector.group_integration_user"


@dataclass(frozen=True, slots=True)
class Step:
    """``text``: one sentence, what is or what to do; ``url``: where."""

    code: str
    title: str
    state: str
    text: str
    url: str = ""


def steps_of(endpoint):
    """All Steps, in the order in which they are worked through."""
    place = ENDPOINT.format(id=endpoint.id)
    checks = (
        ("connection", endpoint.env._("Connection"), _connection, place),
        ("secrets", endpoint.env._("Secrets"), _secrets, place),
        ("identifiers", endpoint.env._("Who we are to each other"), _identifiers, place),
        ("routes", endpoint.env._("Routes"), _routes, place),
        ("mapping", endpoint.env._("Units have codes"), _units, MAPPINGS),
        ("items", endpoint.env._("Items have names"), _items, "/odoo/action-product.product_normal_action"),
        ("technical_user", endpoint.env._("Technical user"), _technical_user, place),
        ("owner", endpoint.env._("Owner"), _owner, place),
        ("test", endpoint.env._("Test order"), _test, ""),
        ("live", endpoint.env._("Live"), _live, ""),
    )  # fmt: skip
    coverage = units_and_items(endpoint)
    found = []
    for code, title, check, url in checks:
        state, text, *elsewhere = check(endpoint, coverage)
        found.append(Step(code, title, state, text, elsewhere[0] if elsewhere else url))
    return found


def not_done(steps):
    """The titles of what should be done before going live."""
    return [step.title for step in steps if step.state != DONE and step.code != "live"]


def html(env, steps):
    """The checklist for people: nothing is told by colour alone."""
    looks = {
        DONE: ("text-success fa-check-circle", env._("Done")),
        OPEN: ("text-warning fa-circle-o", env._("Open")),
        FAILED: ("text-danger fa-times-circle", env._("Failed")),
    }
    row = Markup(
        '<li class="list-group-item d-flex gap-3" data-step="%s" data-state="%s">'
        '<i class="fa fa-lg mt-1 %s" aria-hidden="true"></i>'
        '<div class="flex-grow-1"><div><strong>%s</strong> <span class="text-muted">%s</span></div>'
        '<div class="text-break">%s</div></div>%s</li>'
    )
    link = Markup('<a class="align-self-center text-nowrap" href="%s">%s</a>')
    rows = [
        row
        % (
            step.code,
            step.state,
            *looks[step.state][:1],
            step.title,
            looks[step.state][1],
            step.text,
            link % (step.url, env._("Go there")) if step.url else "",
        )
        for step in steps
    ]
    return Markup('<ul class="list-group">%s</ul>') % Markup().join(rows)


# -- the steps: (state, text) or (state, text, where) ------------------------------------------------------


def _connection(endpoint, _coverage):
    env = endpoint.env
    if endpoint.transport not in connections.KINDS:
        return DONE, env._("Documents are exchanged by hand or by mail: there is nothing to call.")
    if endpoint.last_error:
        return FAILED, env._("The last call failed: %s", endpoint.last_error)
    if not endpoint.last_success:
        return OPEN, env._("Enter the address and press Test connection.")
    return DONE, env._("Last answered on %s (UTC).", endpoint.last_success)


def _secrets(endpoint, _coverage):
    env = endpoint.env
    needed = _needed_secrets(endpoint)
    try:
        known = endpoint._secrets_by_name([name for name, _words in needed]).get(endpoint.id, {})
    except UserError as error:
        return FAILED, str(error)
    missing = [words for name, words in needed if not known.get(name)]
    if missing:
        return OPEN, env._("Enter what is missing: %s.", ", ".join(missing))
    if not needed:
        return DONE, env._("None is needed.")
    return DONE, env._("All that are needed are set.")


def _needed_secrets(endpoint):
    """[(name, in words)] by how the endpoint is reached; who proves itself otherwise need not sign."""
    env, needed = endpoint.env, []
    # sudo: how we show who we are is the managers' to read; here it only says what is missing.
    endpoint = endpoint.sudo()
    if endpoint.transport == "http":
        if endpoint.http_auth in ("basic", "bearer", "api_key", "oauth2"):
            needed.append(("http", env._("the credentials that the partner asks for")))
        elif not endpoint._shows_identity():
            needed.append(("outbound", env._("the secret that signs what we send")))
        needed.append(("inbound", env._("the partner's secret, by which we know it")))
    if any(route.format == "cxml" for route in endpoint.route_ids):
        needed.append(("cxml", env._("the shared secret of cXML")))
    return needed


def _identifiers(endpoint, _coverage):
    env = endpoint.env
    suppliers = endpoint.partner_ids.commercial_partner_id
    if not suppliers:
        return OPEN, env._("Say for which suppliers it speaks.")
    for partner in endpoint.company_id.partner_id | suppliers:
        # sudo: a number that every document tells.
        if not partner.sudo().global_location_number:
            place = CONTACT.format(partner=partner.id)
            return OPEN, env._("Enter the GLN of %s.", partner.display_name), place
    return DONE, env._("Both sides have a GLN.")


def _routes(endpoint, _coverage):
    env = endpoint.env
    routes = endpoint.route_ids.filtered("active")
    unread = routes.filtered(
        lambda r: r.format == "csv" and r.direction == "in" and not r.csv_columns
    )
    if unread:
        place = f"/odoo/integration-routes/{unread[0].id}"
        return FAILED, env._("%s does not say what its columns are.", unread[0].display_name), place
    there = {(route.direction, route.document_type) for route in routes}
    if ("out", "order") not in there:
        return OPEN, env._("Add a route for orders to the partner.")
    missing = [DOCUMENT_TYPES[kind].label for kind in TOLD if ("out", kind) not in there]
    if missing:
        return DONE, env._(
            "Orders have a route. Without one, the buyer is asked to phone: %s.", ", ".join(missing)
        )
    return DONE, env._("Orders, their changes and cancellations have routes.")


def _units(endpoint, coverage):
    units, _items = coverage
    return _covered(
        endpoint.env,
        units,
        endpoint.env._(
            "All %s units of the price list and of open orders have a code.", units.count
        ),
        endpoint.env._("Map the units that have no code: %s."),
    )


def _items(endpoint, coverage):
    _units, items = coverage
    return _covered(
        endpoint.env,
        items,
        endpoint.env._(
            "All %s items have a GTIN, a code of the supplier's or of ours.", items.count
        ),
        endpoint.env._("Give the items without any code a GTIN or a supplier's code: %s."),
    )


def _covered(env, coverage, good, bad):
    if not coverage.count:
        return OPEN, env._("There is no price list of the supplier and no open order to look at.")
    if not coverage.missing:
        return DONE, good
    more = len(coverage.missing) - NAMED
    names = ", ".join(coverage.missing[:NAMED])
    if more > 0:
        names = env._("%(names)s and %(count)s more", names=names, count=more)
    return OPEN, bad % names


def _technical_user(endpoint, _coverage):
    env = endpoint.env
    # sudo: what the user may do is asked of him, not of who looks.
    user = endpoint.user_id.sudo()
    if not user.active:
        return FAILED, env._("%s is archived; choose another one.", user.name)
    if not user.has_group(TECHNICAL):
        return FAILED, env._("%s lacks the right Integration Technical User.", user.name)
    if user.has_group(USER) or user.has_group("base.group_system"):
        return OPEN, env._("%s has more rights than applying documents needs.", user.name)
    return DONE, env._("Documents are applied as %s, with the rights it needs.", user.name)


def _owner(endpoint, _coverage):
    env, owner = endpoint.env, endpoint.owner_id
    if not owner or not owner.active:
        return OPEN, env._("Say who gets the questions that belong to nobody else.")
    return DONE, env._("Questions go to %s.", owner.name)


def _test(endpoint, _coverage):
    env, route = endpoint.env, self_tests.order_route(endpoint)
    tests = endpoint.self_test_ids
    passed = [test for test in tests if test.result == "passed"]
    latest = tests[:1]
    if latest.result == "failed" and latest not in passed:
        return FAILED, env._("%(test)s failed: %(why)s", test=latest.name, why=latest.detail)
    if passed:
        return DONE, env._("%(test)s passed: %(what)s", test=passed[0].name, what=passed[0].detail)
    if latest:
        return OPEN, env._("%(test)s: %(what)s", test=latest.name, what=latest.detail)
    if endpoint.environment == "live":
        return OPEN, env._("A live endpoint is never sent a test order.")
    if not route:
        return OPEN, env._("Add a route for orders, then send a test order.")
    if not self_tests.has_mark(route):
        return OPEN, env._(
            "Send a test order. %s has no mark for tests: be sure that the address is the partner's test system.",
            FORMATS[route.format].name,
        )
    return OPEN, env._("Send a test order; it is marked as a test, so that nobody delivers it.")


def _live(endpoint, _coverage):
    env = endpoint.env
    if endpoint.environment != "live":
        return OPEN, env._("When all is done, say from which day on orders are sent.")
    outgoing = endpoint.route_ids.filtered(
        lambda route: route.active and route.direction == "out" and route.document_type == "order"
    )
    if not outgoing:
        return DONE, env._("It is live; it has no route for orders.")
    return DONE, env._("Orders approved from %s on are sent.", min(outgoing.mapped("date_from")))
