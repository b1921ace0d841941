"""Schematron by way of XSLT: rules are compiled once, then a document takes milliseconds.

Enough of ISO Schematron for the Peppol rules: let, pattern, rule, assert, and functions and keys of XSLT. Each
pattern becomes a mode, each rule a template; the first rule of a pattern that fits a node is the one that
counts, so earlier rules get the higher priority.
"""

from typing import NamedTuple

from lxml import etree
from saxonche import PySaxonProcessor

_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_XSL_NAMESPACE = "http://www.w3.org/1999/XSL/Transform"
_XSL = f"{{{_XSL_NAMESPACE}}}"
# One for all: a Saxon processor is costly and its executables die with it.
_SAXON = PySaxonProcessor(license=False)


class Finding(NamedTuple):
    flag: str
    rule: str
    text: str


class Schematron:
    def __init__(self, path):
        stylesheet = etree.tostring(_stylesheet(etree.parse(path).getroot()), encoding="unicode")
        compiler = _SAXON.new_xslt30_processor()
        self._executable = compiler.compile_stylesheet(stylesheet_text=stylesheet)

    def findings(self, raw):
        """What the rules say against the document."""
        node = _SAXON.parse_xml(xml_text=etree.tostring(etree.fromstring(raw), encoding="unicode"))
        result = self._executable.transform_to_string(xdm_node=node)
        return [
            Finding(each.get("flag"), each.get("rule"), " ".join(each.text.split()))
            for each in etree.fromstring(result.encode())
        ]

    def fatal(self, raw):
        return [finding for finding in self.findings(raw) if finding.flag == "fatal"]


def _stylesheet(schema):
    prefixes = {each.get("prefix"): each.get("uri") for each in schema.iter(_SCH + "ns")}
    own = {prefix: uri for prefix, uri in schema.nsmap.items() if prefix}
    sheet = etree.Element(
        _XSL + "stylesheet", nsmap={**own, **prefixes, "xsl": _XSL_NAMESPACE}, version="3.0"
    )
    for each in schema:
        if isinstance(each.tag, str) and each.tag.startswith(_XSL):
            sheet.append(each)
    patterns = schema.findall(_SCH + "pattern")
    for scope in (schema, *patterns):
        _variables(scope, sheet)
    for index, pattern in enumerate(patterns):
        _pattern(pattern, f"pattern{index}", sheet)
    start = etree.SubElement(sheet, _XSL + "template", match="/")
    findings = etree.SubElement(start, "findings")
    for index in range(len(patterns)):
        etree.SubElement(findings, _XSL + "apply-templates", select=".", mode=f"pattern{index}")
    return sheet


def _variables(scope, parent):
    for each in scope.findall(_SCH + "let"):
        etree.SubElement(parent, _XSL + "variable", name=each.get("name"), select=each.get("value"))


def _pattern(pattern, mode, sheet):
    etree.SubElement(sheet, _XSL + "mode", name=mode, attrib={"on-no-match": "shallow-skip"})
    rules = pattern.findall(_SCH + "rule")
    for index, rule in enumerate(rules):
        template = etree.SubElement(sheet, _XSL + "template", match=rule.get("context"), mode=mode)
        template.set("priority", str(len(rules) - index))
        _variables(rule, template)
        for check in rule.findall(_SCH + "assert"):
            _assert(check, template)
        etree.SubElement(template, _XSL + "apply-templates", select="@*|node()", mode=mode)


def _assert(check, template):
    failed = etree.SubElement(template, _XSL + "if", test=f"not({check.get('test')})")
    finding = etree.SubElement(failed, "finding", flag=check.get("flag"), rule=check.get("id"))
    finding.text = "".join(check.itertext())
