"""Rows of mappings: contradictions, changes between versions, factors, suggestions, rows in files."""

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import documents as doc
from odoo.addons.healthcare_procurement_connector.core import (
    mapping,
    mapping_changes,
    mapping_csv,
    suggestions,
    used_codes,
)
from odoo.addons.healthcare_procurement_connector.core.mapping import Missing, Row
from odoo.addons.healthcare_procurement_connector.formats.edifact import codes as edifact
from odoo.addons.healthcare_procurement_connector.formats.x12 import codes as x12

ADDON = Path(mapping.__file__).parents[1]
codes = st.sampled_from(["A", "B", "C"])
rows = st.builds(
    Row,
    code=codes,
    target=st.integers(1, 3),
    direction=st.sampled_from(["both", "in", "out"]),
    product=st.sampled_from([None, 1, 2]),
    factor=st.sampled_from([Fraction(1), Fraction(12), Fraction(1, 3)]),
    date_from=st.sampled_from([None, date(2026, 1, 1)]),
    date_to=st.sampled_from([None, date(2026, 6, 30)]),
)
tables = st.lists(rows, max_size=6)


class TestChanges:
    @given(tables, tables)
    def test_changes_lead_from_one_version_to_the_other(self, before, after):
        changed = mapping_changes.compare(before, after)
        # A row that is there twice says no more than once.
        result, missed = mapping_changes.apply(changed, before)
        assert missed == []
        assert set(result) == set(after)

    @given(tables)
    def test_a_version_does_not_differ_from_itself(self, table):
        assert mapping_changes.compare(table, list(reversed(table))) == ()

    @given(tables, rows)
    def test_an_addition_changes_no_translation(self, table, row):
        change = mapping_changes.Change(None, row)
        if not mapping_changes.only_adds([change], table):
            return
        for code in "ABC":
            for product in (None, 1, 2, 3):
                for day in (date(2025, 12, 31), date(2026, 3, 1), date(2026, 7, 1)):
                    assert _means(table, code, product, day) in (
                        None,
                        _means([*table, row], code, product, day),
                    )

    def test_a_change_to_a_row_that_is_gone_is_told(self):
        change = mapping_changes.Change(Row("A", 1), Row("A", 2))
        assert mapping_changes.apply([change], [Row("A", 3)]) == ([Row("A", 3)], [change])


def _means(table, code, product, day):
    try:
        row = mapping.inbound(table, code, product, day)
    except mapping.AmbiguousCode:
        return "ambiguous"
    return row and (row.target, row.factor)


class TestContradictions:
    @given(tables)
    def test_where_there_is_none_no_code_is_ambiguous(self, table):
        if mapping.contradictions(table):
            return
        for code in "ABC":
            for product in (None, 1, 2):
                for day in (date(2025, 12, 31), date(2026, 3, 1), date(2026, 7, 1)):
                    assert _means(table, code, product, day) != "ambiguous"


class TestFactors:
    @given(
        st.fractions(min_value=Fraction(1, 2**31 - 1), max_value=2**31 - 1).filter(
            lambda f: max(f.numerator, f.denominator) <= mapping.LARGEST_PART
        )
    )
    def test_there_and_back(self, factor):
        if factor > 0:
            assert mapping.parse_factor(mapping.factor_text(factor)) == factor

    @pytest.mark.parametrize(
        "text",
        ["", "0", "-1", "1e5", "1/0", "inf", "nan", "١٢", "1/2/3", "9" * 50, "12 boxes", "0/5"],
    )
    def test_what_is_no_exact_factor(self, text):
        with pytest.raises(ValueError):
            mapping.parse_factor(text)


class TestSuggestions:
    CLUES = (
        ("gtin", "04012345678901"),
        ("seller_code", "gl-9"),
        ("name", "Examination gloves M"),
        ("near", "4"),
    )

    def rank(self, *candidates):
        return [
            (each.target, each.reason)
            for each in suggestions.rank(Missing("item", "GL-9", clues=self.CLUES), candidates)
        ]

    def test_an_identifier_comes_before_the_same_words(self):
        same_words = suggestions.Candidate(1, "Examination gloves M")
        same_code = suggestions.Candidate(2, "Something", (("seller_code", "GL 9"),))
        same_gtin = suggestions.Candidate(3, "Else", (("gtin", "4012345678901"),))
        assert self.rank(same_words, same_code, same_gtin) == [
            (3, "gtin"),
            (2, "seller_code"),
            (1, "alike"),
        ]

    def test_what_is_on_the_order_is_suggested_without_a_word_in_common(self):
        assert self.rank(suggestions.Candidate(4, "Xyz")) == [(4, "near")]

    def test_what_nothing_speaks_for_is_not_suggested(self):
        assert self.rank(suggestions.Candidate(5, "Infusion pump")) == []

    def test_a_box_is_probably_the_box_in_which_the_product_is_bought(self):
        missing = Missing("unit", "XBX", clues=(("name", "Box"), ("near", "2")))
        boxes = [suggestions.Candidate(n, f"Box of {n}00") for n in (1, 2, 3)]
        found = suggestions.rank(missing, [*boxes, suggestions.Candidate(9, "Litre")])
        assert [each.target for each in found] == [2, 1, 3]

    def test_a_few_are_enough(self):
        many = [suggestions.Candidate(n, "Gloves M examination") for n in range(50)]
        assert len(self.rank(*many)) == suggestions.SHOWN

    @given(st.text(max_size=80), st.text(max_size=80))
    def test_any_text_can_be_compared(self, text, other):
        missing = Missing("item", "X", clues=(("name", text),))
        for each in suggestions.rank(missing, [suggestions.Candidate(1, other)]):
            assert 0 < each.score <= suggestions.ALIKE_AT_MOST


class TestUsedCodes:
    def test_every_code_of_an_invoice(self):
        tax = doc.TaxRate("S", Decimal("20.0"))
        invoice = doc.Invoice(
            number="I",
            kind="invoice",
            buyer=doc.Party(ids=(("0088", "1"),)),
            seller=doc.Party(ids=(("", "V"),)),
            charges=(doc.Charge("charge", Decimal(5), code="FC", tax=tax),),
            lines=(
                doc.InvoiceLine(
                    "1",
                    doc.Item(seller_code="GL-9"),
                    doc.Quantity(Decimal(1), "XBX"),
                    price=doc.Price(Decimal(1), doc.Quantity(Decimal(1), "C62")),
                    tax_category="Z",
                    tax_rate=Decimal(0),
                ),
            ),
        )
        found = {(used.domain, used.code, used.path) for used in used_codes.used_codes(invoice)}
        assert found == {
            ("location", "0088:1", "buyer.ids"),
            ("location", "1", "buyer.ids"),
            ("party", "V", "seller.ids"),
            ("account", "FC", "charges[1].code"),
            ("cost_centre", "FC", "charges[1].code"),
            ("reason", "FC", "charges[1].code"),
            ("tax", "S:20", "charges[1].tax.rate"),
            ("item", "GL-9", "lines[1].item.seller_code"),
            ("unit", "XBX", "lines[1].quantity.unit"),
            ("unit", "C62", "lines[1].price.per.unit"),
            ("tax", "Z:0", "lines[1].tax_rate"),
        }
        units = [u for u in used_codes.used_codes(invoice) if u.domain == "unit"]
        assert all(used.item == invoice.lines[0].item for used in units)


class TestFiles:
    file_rows = st.builds(
        mapping_csv.FileRow,
        code=st.text(min_size=1, max_size=20).map(str.strip).filter(bool),
        target=st.text(min_size=1, max_size=20).map(str.strip).filter(bool),
        direction=st.sampled_from(mapping_csv.DIRECTIONS),
        factor=st.sampled_from([Fraction(1), Fraction(1, 12), Fraction("0.001")]),
        product=st.sampled_from([None, "gtin:1"]),
        date_from=st.sampled_from([None, date(2026, 1, 1)]),
        date_to=st.sampled_from([None, date(2026, 6, 30)]),
    )

    @given(st.lists(file_rows, min_size=1, max_size=5))
    def test_there_and_back(self, table):
        found, errors = mapping_csv.read_rows(mapping_csv.write_rows(table))
        assert errors == []
        assert [_without_line(row) for row in found] == [_without_line(row) for row in table]

    @given(st.binary(max_size=300))
    def test_any_bytes_give_rows_or_errors(self, raw):
        found, errors = mapping_csv.read_rows(raw)
        assert not (found and errors)
        assert found or errors

    def test_each_row_has_its_error(self):
        raw = b"code;target;factor;direction;date_from\nA;name:x;0;both;\nB;;1;up;tomorrow\nC;name:y;1;in;\n"
        found, errors = mapping_csv.read_rows(raw)
        assert found == []
        assert [(error.line, error.code) for error in errors] == [
            (2, "factor"),
            (3, "missing"),
            (3, "direction"),
            (3, "date"),
        ]

    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            (b"", "empty"),
            (b"code,target\n", "empty"),
            (b"code,goal\nA,b\n", "unknown_column"),
            (b"code\nA\n", "missing_column"),
            (b"code,target\nA\n", "cells"),
            (b"code,target\n\xff,x\n", "encoding"),
            (b'code,target\n"A,x\n', "cells"),
        ],
    )
    def test_what_is_no_table(self, raw, code):
        assert code in {error.code for error in mapping_csv.read_rows(raw)[1]}


def _without_line(row):
    return (
        row.code,
        row.target,
        row.direction,
        row.factor,
        row.product,
        row.date_from,
        row.date_to,
    )


class TestStandardCodes:
    """The shipped list names what the formats translate into, and agrees with them."""

    def shipped(self):
        with (ADDON / "data" / "integration.unit.code.csv").open() as file:
            return {row["code"]: row for row in csv.DictReader(file)}

    def test_x12_is_translated_into_codes_of_the_standard(self):
        said = {code: {each for each in row["x12"].split()} for code, row in self.shipped().items()}
        translated = {}
        for code, standard in x12.UNITS.items():
            translated.setdefault(standard, set()).add(code)
        assert {code: names for code, names in said.items() if names} == translated

    def test_edifact_is_translated_into_codes_of_the_standard(self):
        assert set(edifact.UNITS.values()) <= set(self.shipped())

    def test_packages_are_of_recommendation_21(self):
        for code, row in self.shipped().items():
            assert (row["source"] == "rec21") == (len(code) == 3 and code.startswith("X"))
