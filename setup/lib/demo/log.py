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
        shown = "\n".join(lines[:SHOWN])
        raise CheckFailed(f"{len(lines)} unexpected lines in {world.server.log}:\n{shown}")
    return str(world.server.log)
