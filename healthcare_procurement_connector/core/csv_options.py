"""What a partner's CSV files need to be read, as people enter it: one assignment a line."""


def assignments(text: str | None) -> dict[str, str]:
    """``name = value`` of each line; ValueError with the line that is none, or that comes twice.

    >>> assignments("number = Order no\\n\\n# our own\\nlines.item.gtin=EAN")
    {'number': 'Order no', 'lines.item.gtin': 'EAN'}
    >>> assignments("number")
    Traceback (most recent call last):
    ValueError: number
    """
    found = {}
    for line in (text or "").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, sign, value = line.partition("=")
        name, value = name.strip(), value.strip()
        if not (sign and name and value) or name in found:
            raise ValueError(line.strip())
        found[name] = value
    return found


def columns(text: str | None) -> dict[str, str | int]:
    """As ``assignments``; a column is named, or counted from 1: ``#3``. They are told from 0 here.

    >>> columns("number = #1\\nissued = Date")
    {'number': 0, 'issued': 'Date'}
    """
    return {path: _column(value) for path, value in assignments(text).items()}


def words(text: str | None) -> dict[str, dict[str, str]]:
    """What a partner's words mean, by our field: ``lines.status: OK = accepted``.

    >>> words("status: OK = accepted\\nstatus: NO = rejected")
    {'status': {'OK': 'accepted', 'NO': 'rejected'}}
    >>> words("OK = accepted")
    Traceback (most recent call last):
    ValueError: OK = accepted
    """
    found: dict[str, dict[str, str]] = {}
    for name, meaning in assignments(text).items():
        path, sign, word = (part.strip() for part in name.partition(":"))
        if not (path and sign and word):
            raise ValueError(f"{name} = {meaning}")
        found.setdefault(path, {})[word] = meaning
    return found


def _column(value: str) -> str | int:
    if value.startswith("#") and value[1:].isascii() and value[1:].isdigit() and int(value[1:]):
        return int(value[1:]) - 1
    return value
