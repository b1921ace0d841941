"""Whether a mail is from whom it says: what our own mail server found out about it (RFC 8601).

Anybody can write any sender. The server that takes mail in for the hospital checks DKIM and DMARC and notes what it
found in ``Authentication-Results``, under a name of its own; only the topmost header is believed, and only under that
name: those below may have come with the mail.
"""

import re
from collections.abc import Sequence

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(dmarc|dkim)\s*=\s*pass\b(.*)", re.IGNORECASE | re.DOTALL)
_DOMAIN = re.compile(r"\bheader\.(from|d|i)\s*=\s*\"?@?([^\s\";]+)", re.IGNORECASE)


def is_proved(headers: Sequence[str], trusted: str, sender: str) -> bool:
    """Whether the server ``trusted`` says that the mail is from the domain of ``sender``.

    >>> said = "mx.hospital.example; dkim=pass header.d=supplier.example; dmarc=fail"
    >>> is_proved([said], "mx.hospital.example", "billing@supplier.example")
    True
    >>> is_proved([said], "mx.hospital.example", "billing@rival.example")
    False
    >>> is_proved(["mx.other.example; dmarc=none", said], "mx.hospital.example", "a@supplier.example")
    False
    """
    domain = sender.rpartition("@")[2].lower()
    if not headers or not trusted or not domain:
        return False
    server, *results = _COMMENT.sub(" ", headers[0]).split(";")
    named = server.split()
    if not named or named[0].lower() != trusted.strip().lower():
        return False
    return any(_speaks_for(result, domain) for result in results)


def _speaks_for(result: str, domain: str) -> bool:
    passed = _RESULT.match(result)
    if not passed:
        return False
    method, rest = passed.group(1).lower(), passed.group(2)
    wanted = {"from"} if method == "dmarc" else {"d", "i"}
    return any(
        kind.lower() in wanted and _covers(found.lower().rpartition("@")[2], domain)
        for kind, found in _DOMAIN.findall(rest)
    )


def _covers(signed: str, domain: str) -> bool:
    """A domain speaks for itself and what is below it, as long as it is no whole country.

    >>> _covers("supplier.example", "mail.supplier.example"), _covers("example", "supplier.example")
    (True, False)
    """
    return domain == signed or ("." in signed and domain.endswith(f".{signed}"))


def matches(sender: str, accepted: str) -> bool:
    """Whether a sender is one of ``accepted``: addresses, or domains as ``@supplier.example``, with commas between.

    >>> matches("billing@supplier.example", "x@y.example, @Supplier.example")
    True
    >>> matches("billing@evil-supplier.example", "@supplier.example")
    False
    """
    sender = sender.lower()
    domain = "@" + sender.rpartition("@")[2]
    return any(each.strip().lower() in (sender, domain) for each in accepted.split(","))
