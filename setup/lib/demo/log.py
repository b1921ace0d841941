"""Reads what Odoo logged during the story."""

from lib.demo.people import CheckFailed, refusals
from lib.log_rules import unexpected_lines

SHOWN = 5


def check_log(world):
    """Odoo's log holds no warning that is ours to cure."""
    asked_for = {f"WARNING odoo.http: {message}".strip() for message in refusals}
    lines = [
        line
        for line in unexpected_lines(world.server.log.read_text(errors="replace"))
        if line.strip() not in asked_for
    ]
    if lines:
        shown = "\n".join(_short(line) for line in lines[:SHOWN])
        raise CheckFailed(f"{len(lines)} unexpected lines in {world.server.log}:\n{shown}")
    return str(world.server.log)


def _short(line):
    """What was logged and, of a traceback, the end."""
    first, *rest = line.strip().splitlines()
    return f"{first} … {rest[-1]}" if rest else first
