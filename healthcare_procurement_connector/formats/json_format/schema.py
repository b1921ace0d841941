"""JSON Schemas of the documents, made from their classes: one for each, by draft 2020-12.

The files in ``schemas`` are what this makes; a test holds them to it.
"""

import inspect

from ...core.vocabulary import words_of
from ..structure import document_classes, fields_of, name_of
from .values import LEAVES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# The property that tells which document an object is.
TYPE = "document"


CLASSES = {name_of(cls): cls for cls in document_classes()}


def schema_of(cls):
    """The schema of one document, the parts it is made of in ``$defs``."""
    parts = {}
    schema = _object(cls, parts)
    own = {TYPE: {"const": name_of(cls)}} | schema["properties"]
    return {
        "$schema": DIALECT,
        "$id": f"{name_of(cls)}.json",
        "title": cls.__name__,
        **schema,
        "properties": own,
        "required": [TYPE, *schema["required"]],
        "$defs": dict(sorted(parts.items())),
    }


def _object(cls, parts):
    fields = fields_of(cls)
    return {
        "description": " ".join(inspect.getdoc(cls).split()),
        "type": "object",
        "properties": {
            field.name: _property(cls, field, parts) for field in fields if not _is_syntax(field)
        },
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _property(cls, field, parts):
    if field.is_object:
        name = field.kind.__name__
        if name not in parts:
            parts[name] = None
            parts[name] = _object(field.kind, parts)
        schema = {"$ref": f"#/$defs/{name}"}
    else:
        schema = dict(LEAVES[field.kind].schema)
    words = words_of(cls, field.name)
    if words:
        schema = {"enum": list(words)}
    return {"type": "array", "items": schema} if field.many else schema


def _is_syntax(field):
    """An envelope does not say that it is one of JSON: that can be seen."""
    return field.name == "syntax"
