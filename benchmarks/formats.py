"""Formats: documents parsed and rendered per second, beside the bare library that does only the syntax.

An order, an order response, a despatch advice and an invoice of 20 lines each. Ours: bytes to canonical documents and
back to bytes. Bare: lxml parses and serialises, pydifact takes segments apart and puts them together, X12 is split and
joined, json loads and dumps; none of them knows what the values mean. CPU time of this process, so that the ratio
holds on a busy machine too.
"""

import json
import time

from _documents import documents
from _odoo import run_as_script
from _report import alternating, emit, median, spread
from lxml import etree
from pydifact.segmentcollection import RawSegmentCollection

LINES = 20
SECONDS = 1.0


def _lxml(raw):
    etree.tostring(etree.fromstring(raw))


def _pydifact(raw):
    RawSegmentCollection.from_str(raw.decode()).serialize()


def _split(raw):
    segments = [segment.split(b"*") for segment in raw.split(b"~")]
    b"~".join(b"*".join(segment) for segment in segments)


def _json(raw):
    json.dumps(json.loads(raw))


# What does only the syntax, and what share of its speed is to be reached.
BARE = {
    "ubl": (_lxml, 0.12),
    "edifact": (_pydifact, 0.5),
    "x12": (_split, 0.1),
    "cxml": (_lxml, 0.12),
    "json": (_json, None),
}


def main():
    from odoo.addons.healthcare_procurement_connector.formats import parse, render

    for code, (bare, least) in BARE.items():
        _compare(code, bare, least, parse, render)


def _compare(code, bare, least, parse, render):
    messages = [render(document, code) for document in documents(LINES)]
    read = [parse(raw, code)[0] for raw in messages]
    found = alternating(
        {
            f"{code}, ours": lambda: _rate(messages, lambda raw: render(*parse(raw, code), code)),
            f"{code}, bare": lambda: _rate(messages, bare),
            f"{code}, parsed": lambda: _rate(messages, lambda raw: parse(raw, code)),
            f"{code}, rendered": lambda: _rate(read, lambda document: render(document, code)),
        }
    )
    ours, syntax, parsed, rendered = found.values()
    emit(
        "formats",
        code,
        median(ours),
        "documents/s",
        median(syntax),
        median(ours) / median(syntax),
        least and (">=", least),
        lines=LINES,
        parsed=median(parsed),
        rendered=median(rendered),
        rounds=spread(ours),
        baseline_rounds=spread(syntax),
    )


def _rate(inputs, work):
    """How many of ``inputs`` are worked on per second of CPU, in rounds through all of them."""
    began, done = time.process_time(), 0
    while (taken := time.process_time() - began) < SECONDS:
        for each in inputs:
            work(each)
        done += len(inputs)
    return done / taken


if __name__ == "__main__":
    run_as_script(main)
