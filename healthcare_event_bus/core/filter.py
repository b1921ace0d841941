"""Which events a subscriber wants: patterns over the types of facts.

``*`` is everything, ``order.*`` everything about orders, ``order.sent`` exactly that.
"""

import re
from collections.abc import Iterable

PATTERN = re.compile(r"\*|[a-z][a-z_]*(\.[a-z][a-z_]*)*\.\*|[a-z][a-z_]*(\.[a-z][a-z_]*)+")


class PatternError(ValueError):
    """``pattern`` is the one that cannot be read."""

    def __init__(self, pattern: str) -> None:
        super().__init__(f"not a pattern: {pattern!r}")
        self.pattern = pattern


def parse(text: str) -> tuple[str, ...]:
    """The patterns in a text, separated by commas, blanks or new lines, each once.

    >>> parse("order.*, invoice.held order.*")
    ('order.*', 'invoice.held')
    >>> parse("or*er")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    PatternError: not a pattern: 'or*er'
    """
    patterns = tuple(dict.fromkeys(re.split(r"[\s,;]+", (text or "").strip())))
    patterns = tuple(pattern for pattern in patterns if pattern)
    for pattern in patterns:
        if not PATTERN.fullmatch(pattern):
            raise PatternError(pattern)
    return patterns


def matches(patterns: Iterable[str], fact_type: str) -> bool:
    """
    >>> matches(["order.*"], "order.sent"), matches(["order.*"], "orders.sent"), matches(["*"], "a.b")
    (True, False, True)
    """
    return any(
        pattern in ("*", fact_type)
        or (pattern.endswith(".*") and fact_type.startswith(pattern[:-1]))
        for pattern in patterns
    )


def like_patterns(patterns: Iterable[str]) -> list[str]:
    r"""The same patterns for SQL's ``LIKE ANY``; an underscore stands for itself.

    >>> like_patterns(["order.*", "invoice.on_hold", "*"])
    ['order.%', 'invoice.on\\_hold', '%']
    """
    return [pattern.replace("_", r"\_").replace("*", "%") for pattern in patterns]


def useless(patterns: Iterable[str], known_types: Iterable[str]) -> list[str]:
    """The patterns that match no known type: almost always a typing error.

    >>> useless(["order.*", "ordre.*"], ["order.sent"])
    ['ordre.*']
    """
    known = list(known_types)
    return [pattern for pattern in patterns if not any(matches([pattern], name) for name in known)]
