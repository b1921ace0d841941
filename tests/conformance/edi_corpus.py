"""Which X12 and EDIFACT files are in the corpus, and a second reading of them: plain splitting, no code of ours."""

import csv
import json
import re
from typing import NamedTuple

from ubl_corpus import CORPUS


class Sample(NamedTuple):
    """One file: what its authors say of it, and the independent reading of its envelope."""

    path: str
    valid: bool
    expected: dict

    def read(self):
        return (CORPUS / self.path).read_bytes()

    @property
    def types(self):
        found = self.expected.get("sets") or self.expected.get("messages") or []
        return {each.split(":")[0] for each in found}


def samples(folder):
    index = CORPUS / folder / "EXPECTED.jsonl"
    if not index.exists():
        return []
    validity = {}
    with (CORPUS / "PROVENANCE.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            validity[row["path"]] = row["validity"]
    cases = map(json.loads, index.read_text().splitlines())
    return [
        Sample(case["path"], validity.get(case["path"], "").startswith("valid"), case)
        for case in cases
    ]


def text_of(raw):
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


# X12 -------------------------------------------------------------------------------------------------------


def x12_sets(raw, terminator):
    """The transaction sets as lists of segments. ``terminator`` is that of the corpus' own reading."""
    text = text_of(raw).lstrip()
    sets = []
    for segment in text.split(terminator):
        elements = [element.strip() for element in segment.split(text[3])]
        if elements[0] == "ST":
            sets.append([])
        if sets:
            sets[-1].append(elements)
        if elements[0] == "SE":
            sets.append([])
    return [each for each in sets if each and each[0][0] == "ST"]


def element(segment, number):
    """One element; of a segment whose end was forgotten, what stands on its own line."""
    return segment[number].partition("\n")[0].strip() if number < len(segment) else ""


# EDIFACT ---------------------------------------------------------------------------------------------------


def edifact_messages(raw):
    """The messages as lists of segments, a segment a list of elements, an element a list of components."""
    text = text_of(raw).lstrip()
    marks = text[3:9] if text.startswith("UNA") else ":+.? '"
    if text.startswith("UNA"):
        text = text[9:]
    component, plus, _decimal, release, _repetition, terminator = map(re.escape, marks)
    unreleased = f"(?<!{release})"
    messages = []
    for segment in re.split(unreleased + terminator, text):
        elements = [
            [
                re.sub(f"{release}(.)", r"\1", each, flags=re.DOTALL)
                for each in re.split(unreleased + component, element)
            ]
            for element in re.split(unreleased + plus, segment.strip())
        ]
        if elements[0][0] == "UNH":
            messages.append([])
        if messages:
            messages[-1].append(elements)
        if elements[0][0] == "UNT":
            messages.append([])
    return [each for each in messages if each and each[0][0][0] == "UNH"]


def part(segment, number, place=0):
    if number < len(segment) and place < len(segment[number]):
        return segment[number][place].strip()
    return ""
