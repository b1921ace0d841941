"""Which lines of Odoo's log are known, each with the reason why nothing of ours causes it.

Whatever is logged at WARNING or above while our addons are installed or tested, and is not in this table,
fails the run: nobody reads a log that may always hold a few warnings.
"""

import re
from dataclasses import dataclass

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): (?P<message>.*)"
)
BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class Rule:
    logger: str
    message: str
    why: str

    def fits(self, logger, message):
        return bool(re.fullmatch(self.logger, logger) and re.search(self.message, message))


ALLOWED = ()


def is_known(logger, message):
    """Whether a warning is on the list of those that are not ours to cure.

    >>> is_known("odoo.addons.healthcare_procurement_connector", "anything")
    False
    """
    return any(rule.fits(logger, message) for rule in ALLOWED)


def unexpected_lines(text):
    """The lines of a server's log that should not be there, each with what follows it (a traceback).

    >>> log = '''2026-01-01 10:00:00,000 1 INFO db odoo.modules: fine
    ... 2026-01-01 10:00:00,000 1 WARNING db odoo.fields: bad
    ... and why
    ... 2026-01-01 10:00:00,000 1 INFO db odoo.modules: fine again'''
    >>> unexpected_lines(log)
    ['WARNING odoo.fields: bad\\nand why']
    """
    found, current = [], None
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            if current is not None:
                current.append(line)
            continue
        current = None
        level, logger, message = match["level"], match["logger"], match["message"]
        if level in BAD_LEVELS and not is_known(logger, message):
            current = [f"{level} {logger}: {message}"]
            found.append(current)
    return ["\n".join(lines) for lines in found]
