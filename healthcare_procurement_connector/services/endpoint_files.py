"""An endpoint with its routes and mappings to and from a file, between a test and a live database.

What comes in is looked at anew: the endpoint is paused and a test one, its mappings are drafts for somebody to
approve, secrets are entered here, and orders of the past are not sent.
"""

from dataclasses import dataclass, field

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..core.endpoint_file import SCHEMA, Problem, differences, read, table, write
from ..core.mapping import factor_text
from ..core.mapping_changes import compare
from . import steer_endpoint
from .mapping_files import file_rows, lines_vals
from .mapping_keys import KINDS, Keys, UnknownKey
from .mapping_versions import Words, new_draft
from .mappings import rows_of, vals_row

MANAGER = "healthcare_procurement_connector.group_integration_manager"
PLAIN_TYPES = ("char", "text", "boolean", "integer", "float", "selection", "date", "datetime")
MODELS = {
    "endpoint": "integration.endpoint",
    "routes": "integration.route",
    "windows": "integration.endpoint.window",
}
# What a database decides for itself: whether an endpoint works, whether it is live.
OWN = {"id", "create_date", "write_date", "code", "active", "environment"}
# What tells one route of an endpoint from another, beside its supplier.
ROUTE_KEY = ("direction", "document_type")


@dataclass(slots=True)
class Plan:
    """What a file would do. ``steps``: (verb, what, before, after); verbs: create, change, draft, leave_out.

    With ``problems`` nothing can be done. ``loads``: what does it, in turn.
    """

    endpoint: object
    steps: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    values: dict = field(default_factory=dict)
    routes: list = field(default_factory=list)
    drafts: list = field(default_factory=list)


def plain_fields(env, part):
    """The values of a part that files hold: what people enter, no records, nothing computed, no secret."""
    return sorted(
        name
        for name, each in env[MODELS[part]]._fields.items()
        if each.store
        and not each.compute
        and not each.related
        and each.type in PLAIN_TYPES
        and name not in OWN
    )


def is_address(name):
    """Whether a value says where calls go."""
    return name.endswith(("url", "host")) or name in ("folder", "mail_to", "mail_senders")


# -- out -----------------------------------------------------------------------------------------------


def export_endpoint(endpoint):
    """The file's bytes."""
    endpoint.ensure_one()
    env = endpoint.env
    _check_manager(env)
    endpoint.check_access("read")
    partners = Keys(env, "party", endpoint.company_id)
    keys = partners.of_all(endpoint.partner_ids | endpoint.route_ids.partner_id)
    data = {
        "schema": SCHEMA,
        "endpoint": {
            "code": endpoint.code,
            "values": _plain(endpoint, "endpoint"),
            "partners": sorted(keys[partner.id] for partner in endpoint.partner_ids),
            "fallback": endpoint.fallback_endpoint_id.code or None,
            "windows": [_plain(window, "windows") for window in endpoint.window_ids],
        },
        "routes": [
            {"values": _plain(route, "routes"), "partner": keys.get(route.partner_id.id)}
            for route in endpoint.route_ids
        ],
        "mappings": [_mapping_part(mapping) for mapping in _last_versions(endpoint)],
    }
    _audit(endpoint, "endpoint.exported", {})
    return write(data)


def _last_versions(endpoint):
    return endpoint.env["integration.mapping"].search(
        [("endpoint_id", "=", endpoint.id), ("state", "=", "approved"), ("date_to", "=", False)],
        order="key",
    )


def _plain(record, part):
    return {name: _value(record, name) for name in plain_fields(record.env, part)}


def _value(record, name):
    """A field's value as JSON has it."""
    value, kind = record[name], record._fields[name].type
    if kind in ("date", "datetime"):
        return str(value) if value else None
    # Zero and false are values; an empty text is none.
    return value if kind in ("boolean", "integer", "float") else value or None


def _mapping_part(mapping):
    return {
        "key": mapping.key,
        "name": mapping.name,
        "domain": mapping.domain,
        "rows": [
            {
                "code": row.code,
                "direction": row.direction,
                "target": row.target,
                "factor": factor_text(row.factor),
                "product": row.product,
                "date_from": row.date_from and str(row.date_from),
                "date_to": row.date_to and str(row.date_to),
            }
            for row in file_rows(mapping)
        ],
    }


# -- in ------------------------------------------------------------------------------------------------


def is_neutralized(env):
    """Whether this database is a copy that must talk to nobody."""
    # sudo: one parameter of the database.
    return bool(env["ir.config_parameter"].sudo().get_param("database.is_neutralized"))


def plan(env, raw, with_addresses):
    """What a file would create and change here; nothing is written."""
    _check_manager(env)
    known = {part: plain_fields(env, part) for part in MODELS}
    data, problems = read(raw, known)
    endpoints = env["integration.endpoint"]
    if problems:
        return Plan(endpoints, problems=problems)
    part = data["endpoint"]
    # sudo: a code is unique in all companies; another company's endpoint is not touched.
    found = endpoints.sudo().with_context(active_test=False).search([("code", "=", part["code"])])
    made = Plan(found.sudo(False))
    if found.company_id - env.company:
        made.problems.append(Problem("other_company", "endpoint.code"))
        return made
    _plan_endpoint(env, made, part, with_addresses)
    _plan_routes(env, made, data["routes"])
    _plan_mappings(env, made, data["mappings"])
    return made


def _plan_endpoint(env, made, part, with_addresses):
    values = dict(part["values"])
    if not with_addresses:
        for name in filter(is_address, sorted(values)):
            if values[name] is not None:
                made.steps.append(("leave_out", _label(env, "endpoint", name), None, None))
            del values[name]
    before = _plain(made.endpoint, "endpoint") if made.endpoint else {}
    if not made.endpoint:
        made.steps.append(("create", env._("Endpoint %s", part["code"]), None, values.get("name")))
        values["code"] = part["code"]
        values["environment"] = "test"
    for name, old, new in differences(before, {n: v for n, v in values.items() if n in before}):
        made.steps.append(("change", _label(env, "endpoint", name), old, new))
    values["partner_ids"] = [Command.set(_partners(env, made, part["partners"]).ids)]
    fallback = env["integration.endpoint"].search([("code", "=", part["fallback"])])
    if part["fallback"] and not fallback:
        made.problems.append(Problem("record_unknown", "endpoint.fallback"))
    values["fallback_endpoint_id"] = fallback.id
    values["window_ids"] = [Command.clear(), *map(Command.create, part["windows"])]
    made.values = values


def _partners(env, made, keys):
    lookup = Keys(env, "party", env.company)
    lookup.look_up(keys)
    partners = env["res.partner"]
    for place, key in enumerate(keys, 1):
        try:
            partners |= lookup.record(key)
        except UnknownKey as unknown:
            made.problems.append(Problem(f"record_{unknown.code}", f"endpoint.partners[{place}]"))
    return partners


def _plan_routes(env, made, parts):
    lookup = Keys(env, "party", env.company)
    lookup.look_up({part["partner"] for part in parts if part["partner"]})
    there = {_route_key(route, route.partner_id.id): route for route in made.endpoint.route_ids}
    today = str(fields.Date.today())
    for place, part in enumerate(parts, 1):
        try:
            partner = lookup.record(part["partner"]).id if part["partner"] else False
        except UnknownKey as unknown:
            made.problems.append(Problem(f"record_{unknown.code}", f"routes[{place}].partner"))
            continue
        values = part["values"]
        route = there.get(_route_key(values, partner), env["integration.route"])
        what = env._(
            "Route %(type)s, %(way)s", type=values.get("document_type"), way=values.get("direction")
        )
        if route:
            # Since when it goes is this database's own affair.
            values = {name: value for name, value in values.items() if name != "date_from"}
            for name, old, new in differences(_plain(route, "routes"), values):
                made.steps.append(("change", f"{what}: {_label(env, 'routes', name)}", old, new))
        else:
            # Orders that were approved before the file came are not sent by it.
            values = {**values, "date_from": max(values.get("date_from") or today, today)}
            made.steps.append(("create", what, None, values.get("format")))
        made.routes.append((route, {**values, "partner_id": partner}))


def _route_key(values, partner):
    return (*(values[name] if name in values else None for name in ROUTE_KEY), partner or False)


def _plan_mappings(env, made, parts):
    there = _there(env, [part["key"] for part in parts])
    for place, part in enumerate(parts, 1):
        path = f"mappings[{place}]"
        before = there.get(part["key"], env["integration.mapping"])
        if part["domain"] not in KINDS and part["domain"] != "reason":
            made.problems.append(Problem("value", f"{path}.domain"))
            continue
        if before and not _is_of(before, made.endpoint, part["domain"]):
            made.problems.append(Problem("other_endpoint", f"{path}.key"))
            continue
        rows, problems = table(part, path)
        vals, errors = lines_vals(env, part["domain"], env.company, rows)
        problems += [
            Problem(error.code, f"{path}.rows[{error.line}]: {error.value}") for error in errors
        ]
        made.problems += problems
        changed = compare(rows_of(before), [vals_row(part["domain"], each) for each in vals])
        if not problems and (changed or not before):
            made.steps.append(("draft", part["name"], None, _summary(env, part["domain"], changed)))
            made.drafts.append((part, before, vals))


def _there(env, keys):
    """{key: its last approved version, or where there is none the draft of the first}."""
    # sudo: a key is unique in all companies; what belongs to another endpoint is refused.
    found = (
        env["integration.mapping"]
        .sudo()
        .search(
            [
                ("key", "in", keys),
                ("date_to", "=", False),
                "|",
                ("state", "=", "approved"),
                ("origin_id", "=", False),
            ],
            order="state desc, id",  # drafts before approved ones, which then count
        )
    )
    return {mapping.key: mapping.sudo(False) for mapping in found}


def _is_of(mapping, endpoint, domain):
    mapping = mapping.sudo()  # as above: compared only
    return bool(endpoint) and mapping.endpoint_id == endpoint and mapping.domain == domain


def _summary(env, domain, changed):
    words = Words(env, domain, [row for c in changed for row in (c.before, c.after) if row])
    kinds = [change.kind for change in changed]
    first = ", ".join(
        f"{(c.after or c.before).code} = {words.of(c.after or c.before)}" for c in changed[:5]
    )
    return env._(
        "%(added)s added, %(changed)s changed, %(removed)s removed: %(first)s",
        added=kinds.count("added"),
        changed=kinds.count("changed"),
        removed=kinds.count("removed"),
        first=first,
    )


def load(env, raw, with_addresses=False):
    """Does what ``plan`` tells, all or nothing; returns the endpoint, paused, and the drafts to approve."""
    made = plan(env, raw, with_addresses)
    if made.problems:
        raise UserError(problems_text(env, made.problems))
    endpoint = _write_endpoint(env, made)
    for route, values in made.routes:
        if route:
            route.write(values)
        else:
            env["integration.route"].create({**values, "endpoint_id": endpoint.id})
    drafts = env["integration.mapping"]
    for part, before, vals in made.drafts:
        drafts |= _write_draft(endpoint, part, before, vals)
    steer_endpoint.pause(endpoint, env._("It came from a file: look at it, then resume."))
    _audit(
        endpoint, "endpoint.imported", {"drafts": drafts.mapped("key"), "addresses": with_addresses}
    )
    return endpoint, drafts


def _write_endpoint(env, made):
    if made.endpoint:
        made.endpoint.write(made.values)
        return made.endpoint
    values = {**made.values, "company_id": env.company.id, "owner_id": env.uid}
    if values.get("transport") == "http" and not values.get("url"):
        # An endpoint that works has an address.
        values["active"] = False
    return env["integration.endpoint"].create(values)


def _write_draft(endpoint, part, before, vals):
    env = endpoint.env
    if before.state == "approved":
        draft = new_draft(env["integration.mapping"], before)
    elif before:
        draft = before
        draft.line_ids.unlink()
    else:
        # sudo: the key is closed to writes by hand; it names the mapping in both databases.
        draft = (
            env["integration.mapping"]
            .sudo()
            .create(
                {
                    "name": part["name"],
                    "key": part["key"],
                    "domain": part["domain"],
                    "endpoint_id": endpoint.id,
                }
            )
            .sudo(False)
        )
    env["integration.mapping.line"].create([{**each, "mapping_id": draft.id} for each in vals])
    return draft


def _label(env, part, name):
    return env[MODELS[part]]._fields[name]._description_string(env)


def _check_manager(env):
    if not env.user.has_group(MANAGER):
        raise AccessError(env._("Only integration managers move endpoints between databases."))


def _audit(endpoint, action, detail):
    endpoint.env["integration.audit"]._append(
        [
            {
                "action": action,
                "res_model": endpoint._name,
                "res_id": endpoint.id,
                "company_id": endpoint.company_id.id,
                "detail": {"code": endpoint.code, **detail},
            }
        ]
    )


def problems_text(env, problems):
    """Problems for people, a bounded number of lines."""
    words = {
        "json": env._("the file is not JSON"),
        "size": env._("the file is too large"),
        "schema": env._("the file is of another kind or of a version that is not known here"),
        "unknown": env._("this database does not know it"),
        "missing": env._("it is missing"),
        "type": env._("it is of the wrong type"),
        "value": env._("the value is not possible"),
        "other_company": env._("an endpoint of another company has this code"),
        "other_endpoint": env._("this mapping belongs to something else here"),
        "record_unknown": env._("nothing here has this key"),
        "record_ambiguous": env._("several records here have this key"),
        "record_kind": env._("there is no such kind of key (%s)", ", ".join(KINDS["party"])),
    }
    shown = [f"{problem.path or '-'}: {words[problem.code]}" for problem in problems[:50]]
    if len(problems) > 50:
        shown.append(env._("And %s more.", len(problems) - 50))
    return "\n".join(shown)
