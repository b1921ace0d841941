"""What the screen shows, as plain values that travel as JSON; it decides nothing and knows no document."""

ROWS = 200
TEXT = 200_000
# How a verdict looks; its words say the same.
GOOD, NEUTRAL, WARNING, BAD = "success", "info", "warning", "danger"


def verdict(level, title, text="", hint=""):
    """``hint``: what usually helps."""
    return {"level": level, "title": title, "text": text, "hint": hint}


def facts(*pairs):
    """[[label, value]] of those that have a value."""
    return [[label, str(value)] for label, value in pairs if value not in (None, False, "")]


def table(name, title, columns, rows, note=""):
    """A table of texts, the first ROWS of them. ``name`` is for programs; a cell may be ``{"text", "level"}``."""
    rows = [list(map(_cell, row)) for row in rows[: ROWS + 1]]
    return {
        "name": name,
        "title": title,
        "columns": list(columns),
        "rows": rows[:ROWS],
        "more": len(rows) > ROWS,
        "note": note,
    }


def _cell(value):
    if isinstance(value, dict):
        return value
    return "" if value is None or value is False else str(value)


def text(name, title, content):
    return {"name": name, "title": title, "text": content[:TEXT], "more": len(content) > TEXT}


def part(title, answer, known=(), tables=(), texts=()):
    """One document, or one order, and what would become of it; empty tables are left out."""
    return {
        "title": title,
        "verdict": answer,
        "facts": list(known),
        "tables": [each for each in tables if each["rows"]],
        "texts": [each for each in texts if each["text"]],
    }


def page(parts, known=(), note=""):
    return {"parts": parts, "facts": list(known), "note": note}
