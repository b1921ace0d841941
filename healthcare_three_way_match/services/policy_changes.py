"""What differs between two versions of a policy, as a table for people."""

from markupsafe import Markup

from ..core.tolerance import State
from . import wording
from .stored import limit_numbers

# What is told elsewhere, or is no setting.
NO_SETTINGS = frozenset(
    {"id", "create_uid", "create_date", "write_uid", "write_date", "company_id", "name"}
)


def changes_table(policy, other):
    """HTML: one line per difference, what is now beside what is proposed. Everything is new without ``other``."""
    env = policy.env
    before, after = _statements(other), _statements(policy)
    rows = [
        (what, before.get(what, ""), after.get(what, ""))
        for what in dict.fromkeys([*after, *before])
        if before.get(what) != after.get(what)
    ]
    if not rows:
        return Markup("<p class='text-muted'>%s</p>") % env._("Nothing differs.")
    body = Markup("").join(
        Markup("<tr><td>%s</td><td class='text-muted'>%s</td><td class='fw-bold'>%s</td></tr>")
        % (what, old or "–", new or env._("removed"))
        for what, old, new in rows
    )
    head = Markup("<tr><th>%s</th><th>%s</th><th>%s</th></tr>") % (
        env._("What"),
        other.display_name if other else env._("No version before"),
        policy.display_name,
    )
    return Markup("<table class='table table-sm'><thead>%s</thead><tbody>%s</tbody></table>") % (
        head,
        body,
    )


def _statements(policy):
    """{what is said: how}, in the reader's language."""
    if not policy:
        return {}
    env, said = policy.env, {}
    for name, field in policy._fields.items():
        # What a new version takes over, so that no setting is left out of what is approved.
        if name in NO_SETTINGS or not field.store or not field.copy or field.type == "one2many":
            continue
        said[field._description_string(env)] = _value(policy, name, field)
    for row in policy.tolerance_ids:
        kind = _label(row, "code")
        said[f"{kind}: {row.where}"] = row_text(row)
    for row in policy.way_ids:
        said[env._("Matched with: %s", row.where)] = _label(row, "way")
    return said


def row_text(row):
    """``up to 2 % and 5; if less: not checked; stops Posting and payment``."""
    env = row.env
    parts = [wording.limit_text(env, limit_numbers(row._limit("upper", check=False)))]
    if row.lower_state != State.NOT_CHECKED:
        lower = wording.limit_text(env, limit_numbers(row._limit("lower", check=False)))
        parts.append(env._("if less: %s", lower))
    parts.append(env._("stops: %s", _label(row, "blocks")))
    return "; ".join(parts)


def _value(policy, name, field):
    value = policy[name]
    if field.type == "selection":
        return _label(policy, name)
    if field.type == "many2one":
        return value.display_name or ""
    if field.type == "boolean":
        return policy.env._("yes") if value else policy.env._("no")
    return str(value or "")


def _label(record, name):
    return dict(record._fields[name]._description_selection(record.env)).get(record[name], "")
