"""W3C trace context: the official harness's cases that carry one traceparent header."""

import json
import os
from pathlib import Path

import pytest

from odoo.addons.healthcare_event_bus.core.trace import trace_of

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("HEALTHCARE_CORPUS", ROOT / "../shared/corpus"))
VECTORS = CORPUS / "webhooks/trace-context/vectors.json"


def vectors():
    if not VECTORS.exists():
        return [pytest.param(None, None, marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))]
    cases = []
    for number, vector in enumerate(json.loads(VECTORS.read_bytes())):
        given = [value for name, value in vector["headers"] if name.lower() == "traceparent"]
        if len(given) == 1 and vector["trace_id_kept"] is not None:
            cases.append(
                pytest.param(given[0], vector["trace_id_kept"], id=f"{vector['test']}-{number}")
            )
    return cases


@pytest.mark.parametrize(("header", "kept"), vectors())
def test_published_vectors(header, kept):
    assert (trace_of(header) is not None) == kept
