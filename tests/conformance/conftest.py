"""What the conformance tests share: other people's documents, the official rules, and a report at the end."""

import pytest
from corpus_report import Report
from lxml import etree
from schematron import Schematron
from ubl_corpus import CORPUS, SCHEMATRON, XSD, transaction

from odoo.addons.healthcare_procurement_connector.formats import render

_REPORT = pytest.StashKey()


def pytest_configure(config):
    config.stash[_REPORT] = Report()


def pytest_terminal_summary(terminalreporter, config):
    report = config.stash[_REPORT]
    if not report and CORPUS.is_dir():
        return
    terminalreporter.section("conformance: other people's documents")
    if not CORPUS.is_dir():
        terminalreporter.line(
            f"no corpus at {CORPUS}: nothing of it was tested (HEALTHCARE_CORPUS)"
        )
    for line in report.lines():
        terminalreporter.line(line)


@pytest.fixture
def tally(request):
    """Counts something for the report: ``tally(family, what)``; the table of it has the ``corpus_report.STEPS``."""
    return request.config.stash[_REPORT].count


@pytest.fixture(scope="session")
def corpus():
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}")
    return CORPUS


@pytest.fixture(scope="session")
def schema(corpus):
    """``schema(root)``: the official XSD of a UBL document."""
    loaded = {}

    def load(root):
        if root not in loaded:
            loaded[root] = etree.XMLSchema(etree.parse(XSD / f"UBL-{root}-2.1.xsd"))
        return loaded[root]

    return load


@pytest.fixture(scope="session")
def rules(corpus):
    """``rules(transaction)``: the Peppol rules of one transaction, compiled once."""
    compiled = {}

    def load(transaction):
        if transaction not in compiled:
            compiled[transaction] = Schematron(SCHEMATRON / f"{transaction}.sch")
        return compiled[transaction]

    return load


@pytest.fixture
def check(schema, rules, tally):
    """``check(document)``: written, it satisfies the schema and, where there are any, the rules."""

    def written(document):
        raw = render(document, "ubl")
        root = etree.fromstring(raw)
        name = etree.QName(root).localname
        schema(name).assertValid(root)
        tally(name, "written valid by XSD")
        if transaction(raw):
            assert rules(transaction(raw)).fatal(raw) == []
            tally(name, f"written valid by {transaction(raw)}")
        return raw

    return written
