"""Where the corpus is and which UBL documents are in it; empty where there is no corpus."""

import csv
import json
import os
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(
    os.environ.get("HEALTHCARE_CORPUS")
    or Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
)
XSD = CORPUS / "ubl-xsd" / "maindoc"
SCHEMATRON = CORPUS / "peppol-schematron" / "sch"

# Root element -> what of it we read.
READ = (
    "Order",
    "OrderChange",
    "OrderCancellation",
    "OrderResponse",
    "DespatchAdvice",
    "Invoice",
    "CreditNote",
)


class Sample(NamedTuple):
    """A whole document, valid as its authors say or not."""

    path: str
    root: str
    valid: bool

    def read(self):
        return (CORPUS / self.path).read_bytes()


class Fragment(NamedTuple):
    """A case of the authors' own tests of their rules: mostly a part of a document."""

    source: str
    root: str
    valid: bool
    expect: dict
    xml: str


def samples():
    index = CORPUS / "ubl" / "INDEX.tsv"
    if not index.exists():
        return []
    validity = {row["path"]: row["validity"] for row in _rows(CORPUS / "PROVENANCE.tsv")}
    return [
        Sample(row["path"], row["root"], validity.get(row["path"], "").startswith("valid"))
        for row in _rows(index)
    ]


def fragments(test_set="*"):
    return [
        Fragment(
            f"{case['source']}#{case['test']}",
            case["root"],
            case["valid"],
            case["expect"],
            case["xml"],
        )
        for path in sorted((CORPUS / "ubl" / "testsets").glob(f"{test_set}.jsonl"))
        for case in map(json.loads, path.read_text().splitlines())
    ]


def _rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
