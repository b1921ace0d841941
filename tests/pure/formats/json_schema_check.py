"""As much of JSON Schema (draft 2020-12) as our schemas use: says what is wrong with data, independently of us."""

import re
from datetime import date

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def errors(data, schema, root=None, where=""):
    root = root or schema
    known = set(CHECKS) | {"$schema", "$id", "title", "description", "$defs"}
    assert schema.keys() <= known, schema.keys() - known
    found = []
    for keyword, check in CHECKS.items():
        if keyword in schema:
            found += check(data, schema[keyword], schema, root, where)
    return found


def _ref(data, name, schema, root, where):
    return errors(data, root["$defs"][name.removeprefix("#/$defs/")], root, where)


def _type(data, name, schema, root, where):
    fits = isinstance(data, TYPES[name]) and (name != "integer" or not isinstance(data, bool))
    return [] if fits else [f"{where}: no {name}"]


def _properties(data, wanted, schema, root, where):
    if not isinstance(data, dict):
        return []
    pairs = ((name, inner) for name, inner in wanted.items() if name in data)
    return [
        each for name, inner in pairs for each in errors(data[name], inner, root, f"{where}/{name}")
    ]


def _additional(data, allowed, schema, root, where):
    assert allowed is False
    more = data.keys() - schema["properties"].keys() if isinstance(data, dict) else ()
    return [f"{where}/{name}: unknown" for name in more]


def _required(data, names, schema, root, where):
    missing = [name for name in names if isinstance(data, dict) and name not in data]
    return [f"{where}/{name}: missing" for name in missing]


def _items(data, inner, schema, root, where):
    return [
        each
        for index, item in enumerate(data if isinstance(data, list) else ())
        for each in errors(item, inner, root, f"{where}/{index}")
    ]


def _of_text(test):
    def check(data, wanted, schema, root, where):
        return [] if not isinstance(data, str) or test(data, wanted) else [f"{where}: not {wanted}"]

    return check


def _is_day(text, wanted):
    assert wanted == "date"
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and bool(date.fromisoformat(text))


def _of_value(test):
    def check(data, wanted, schema, root, where):
        return [] if test(data, wanted) else [f"{where}: not {wanted}"]

    return check


CHECKS = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "required": _required,
    "items": _items,
    "pattern": _of_text(lambda text, pattern: re.search(pattern, text)),
    "minLength": _of_text(lambda text, least: len(text) >= least),
    "maxLength": _of_text(lambda text, most: len(text) <= most),
    "format": _of_text(_is_day),
    "enum": _of_value(lambda data, words: data in words),
    "const": _of_value(lambda data, word: data == word),
    "minimum": _of_value(lambda data, least: data >= least),
    "maximum": _of_value(lambda data, most: data <= most),
}
