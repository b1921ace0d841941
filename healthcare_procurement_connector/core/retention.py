"""How long the bytes and the attempts of a message are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """``company`` and ``document_type`` None: for all that no closer rule names. 0 days: for ever."""

    company: int | None
    document_type: str | None
    payload_days: int
    attempt_days: int


# Where every rule was deleted, nothing is.
FOR_EVER = Rule(None, None, 0, 0)


def rule_for(rules: Sequence[Rule], company: int, document_type: str | None) -> Rule:
    """The closest rule: the document type counts more than the company.

    >>> everybody = Rule(None, None, 730, 180)
    >>> invoices = Rule(None, "invoice", 3650, 180)
    >>> ours = Rule(7, None, 100, 100)
    >>> rule_for([everybody, invoices, ours], 7, "invoice") is invoices
    True
    >>> rule_for([everybody, invoices, ours], 7, "order") is ours
    True
    >>> rule_for([everybody, invoices, ours], 8, None) is everybody
    True
    """
    fitting = [
        rule
        for rule in rules
        if rule.company in (None, company) and rule.document_type in (None, document_type)
    ]
    return max(
        fitting,
        key=lambda rule: (rule.document_type is not None, rule.company is not None),
        default=FOR_EVER,
    )


def kept_longest(
    rules: Sequence[Rule], company: int, document_types: Iterable[str | None]
) -> str | None:
    """Of several types whose documents came in the same bytes, the one whose rule keeps these longest.

    >>> rules = [Rule(None, None, 730, 180), Rule(None, "invoice", 0, 0)]
    >>> kept_longest(rules, 7, ["order_response", "invoice"])
    'invoice'
    """
    days = {kind: rule_for(rules, company, kind).payload_days for kind in document_types}
    return max(days, key=lambda kind: (days[kind] == 0, days[kind]), default=None)
