"""Writes the JSON Schemas anew: ``./setup/python tests/pure/formats/write_json_schemas.py``.

How they are laid out is left to the formatter that runs before each commit.
"""

import json
from pathlib import Path

from odoo.addons.healthcare_procurement_connector.formats.json_format import schemas

FOLDER = (
    Path(__file__).resolve().parents[3]
    / "healthcare_procurement_connector/formats/json_format/schemas"
)


def texts():
    """{file name: what stands in it}."""
    return {
        f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }


if __name__ == "__main__":
    for name, text in texts().items():
        (FOLDER / name).write_text(text)
