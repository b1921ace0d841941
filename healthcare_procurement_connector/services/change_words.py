"""Changes of an order in words, for the buyer who phones and for whoever reads the history."""

from odoo.tools import format_date

from ..core.order_changes import wanted


def in_words(env, changes, restated=()):
    """One line per difference; ``restated``: the numbers of lines that stay, whatever the supplier answered."""
    parts = [_header(env, changes, name) for name in changes.fields]
    parts += [_line(env, change) for change in changes.lines]
    different = {change.number for change in changes.lines}
    stay = wanted(changes.after)
    parts += [
        env._("%(line)s stays as ordered", line=_named(stay[number], with_terms=True))
        for number in restated
        if number in stay and number not in different
    ]
    return "\n".join(parts)


def _header(env, changes, name):
    if name == "deliver_to":
        return env._(
            "Deliver to %(new)s instead of %(old)s",
            new=changes.after.place or "-",
            old=changes.before.place or "-",
        )
    return env._(
        "Currency %(new)s instead of %(old)s",
        new=changes.after.currency,
        old=changes.before.currency,
    )


def _line(env, change):
    if change.action == "add":
        return env._("New: %s", _named(change.after, with_terms=True))
    if change.action == "delete":
        return env._("No longer wanted: %s", _named(change.before, with_terms=True))
    terms = ", ".join(_term(env, change, name) for name in change.fields)
    return f"{_named(change.after)}: {terms}"


def _named(line, with_terms=False):
    name = f"{line.name} (#{line.number})"
    return f"{line.quantity} {line.unit_name} {name}" if with_terms else name


def _term(env, change, name):
    old, new = _value(env, change.before, name), _value(env, change.after, name)
    if name == "price":
        return env._("price %(new)s instead of %(old)s", new=new, old=old)
    return env._("%(new)s instead of %(old)s", new=new, old=old)


def _value(env, line, name):
    if name == "item":
        return line.name
    if name == "unit":
        return line.unit_name
    if name == "day":
        return format_date(env, line.day) if line.day else "-"
    return getattr(line, name)
