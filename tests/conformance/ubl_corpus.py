"""Where the corpus is and which UBL documents are in it; empty where there is no corpus."""

import csv
import json
import os
from pathlib import Path
from typing import NamedTuple

from lxml import etree

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
    "Catalogue",
    "ApplicationResponse",
)
# Of these roots other documents of Peppol are not read.
NOT_READ = ("bis:punch_out:", "trns:catalogue_response:")

# Customization -> the rules that go with it.
TRANSACTIONS = {
    "urn:fdc:peppol.eu:poacc:trns:order:3": "PEPPOLBIS-T01",
    "urn:fdc:peppol.eu:poacc:trns:order_response:3": "PEPPOLBIS-T76",
    "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3": "PEPPOLBIS-T16",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0": "PEPPOL-EN16931-UBL",
    "urn:fdc:peppol.eu:poacc:trns:catalogue:3": "PEPPOLBIS-T19",
    "urn:fdc:peppol.eu:poacc:trns:invoice_response:3": "PEPPOLBIS-T111",
    "urn:fdc:peppol.eu:poacc:trns:mlr:3": "PEPPOLBIS-T71",
}


class Sample(NamedTuple):
    """A whole document, valid as its authors say or not."""

    path: str
    root: str
    valid: bool

    def read(self):
        return (CORPUS / self.path).read_bytes()

    @property
    def is_read(self):
        """Whether it is of a type that we read."""
        raw = self.read().decode("latin-1")
        return self.root in READ and not any(name in raw for name in NOT_READ)


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


def transaction(raw):
    """The name of the rules that a document claims to keep."""
    return TRANSACTIONS.get(etree.fromstring(raw).findtext("{*}CustomizationID"))


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
