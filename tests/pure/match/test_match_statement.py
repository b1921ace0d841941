"""A supplier's statement: what is read of files as they come, and what a comparison says."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.identity import normalise_number
from odoo.addons.healthcare_three_way_match.core import statement_reading
from odoo.addons.healthcare_three_way_match.core.statement import (
    Booked,
    Entry,
    Outcome,
    compare,
)
from odoo.addons.healthcare_three_way_match.core.statement_reading import Layout, Problem
from odoo.addons.healthcare_three_way_match.services.statement_files import rows_of_file


def read(raw, layout):
    rows, unread = rows_of_file(raw)
    entries, problems = statement_reading.read(rows, layout) if rows or not unread else ([], [])
    return entries, unread + problems


DAY = date(2026, 3, 10)


def booked(number, amount, key=None, **more):
    amount = Decimal(amount)
    more.setdefault("left", amount)
    return Booked(
        key or hash(number),
        number,
        more.pop("day", DAY),
        amount,
        more.pop("currency", "EUR"),
        **more,
    )


def entry(number, amount, row=2, day=DAY, currency=None):
    return Entry(row, number, day, Decimal(amount), currency)


def outcomes(entries, books, **more):
    return [
        each.outcome.value
        for each in compare(entries, books, normalise_number, currency="EUR", **more)
    ]


CASES = {
    "the same": ([entry("A", 5)], [booked("A", 5)], ["agrees"]),
    "another spelling": ([entry("inv-1", 5)], [booked("INV 1", 5)], ["agrees"]),
    "another separator between digits is the same": ([entry("20/1", 5)], [booked("20-1", 5)], ["agrees"]),
    "not the same number": ([entry("17", 5)], [booked("017", 5)], ["missing_here", "missing_there"]),
    "missing here": ([entry("A", 5)], [], ["missing_here"]),
    "missing there": ([entry("A", 5)], [booked("A", 5), booked("B", 1)], ["agrees", "missing_there"]),
    "of another day": (
        [entry("A", 5)],
        [booked("A", 5), booked("B", 1, day=date(2026, 3, 11))],
        ["agrees"],
    ),
    "another amount": ([entry("A", "5.01")], [booked("A", 5)], ["amount"]),
    "paid in part, all of it listed": ([entry("A", 5)], [booked("A", 5, left=Decimal(2))], ["agrees"]),
    "paid in part, the rest listed": ([entry("A", 2)], [booked("A", 5, left=Decimal(2))], ["agrees"]),
    "paid": ([entry("A", 5)], [booked("A", 5, left=Decimal(0))], ["paid"]),
    "held": ([entry("A", 5)], [booked("A", 5, held=True)], ["held"]),
    "held and wrong is wrong": ([entry("A", 6)], [booked("A", 5, held=True)], ["amount"]),
    "a draft has nothing left and is not paid": (
        [entry("A", 5)],
        [booked("A", 5, left=Decimal(0), posted=False)],
        ["agrees"],
    ),
    "another currency": ([entry("A", 5, currency="USD")], [booked("A", 5)], ["currency"]),
    "twice": ([entry("A", 5), entry("A", 5, row=3)], [booked("A", 5)], ["agrees", "twice"]),
    "twice and not here": ([entry("A", 5), entry("A", 5, row=3)], [], ["missing_here", "twice"]),
    "a bill and its credit note of one number": (
        [entry("A", 5), entry("A", -5, row=3)],
        [booked("A", 5, key=1), booked("A", -5, key=2)],
        ["agrees", "agrees"],
    ),
    "a credit note is no bill": ([entry("A", -5)], [booked("A", 5)], ["missing_here", "missing_there"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    entries, books, expected = CASES[name]
    assert outcomes(entries, books) == expected


def test_a_statement_of_everything_expects_what_is_paid():
    paid = booked("B", 5, left=Decimal(0))
    assert outcomes([entry("A", 5)], [booked("A", 5), paid]) == ["agrees"]
    assert outcomes([entry("A", 5)], [booked("A", 5), paid], open_only=False) == [
        "agrees",
        "missing_there",
    ]
    assert outcomes([entry("B", 5)], [paid], open_only=False) == ["agrees"]


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(-9, 9)), max_size=8),
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(-9, 9)), max_size=8),
)
def test_the_differences_add_up(listed, here):
    """What the supplier asks less what is booked is the sum of the differences, whatever pairs with what."""
    entries = [entry(number, amount, row) for row, (number, amount) in enumerate(listed, 2)]
    books = [booked(number, amount, key) for key, (number, amount) in enumerate(here, 1)]
    found = compare(entries, books, normalise_number, open_only=False, currency="EUR")
    asked = sum(each.amount for each in entries)
    # Without a row there is no period, and nothing is missing on it.
    ours = sum(each.amount for each in books) if entries else 0
    assert sum(each.difference for each in found) == asked - ours
    assert [each.entry for each in found if each.entry] == entries
    assert len({each.booked.key for each in found if each.booked and each.outcome is not Outcome.TWICE}) == sum(
        each.booked is not None and each.outcome is not Outcome.TWICE for each in found
    )  # fmt: skip


FILES = {
    "german": ("Rechnungsnummer;Datum;Betrag;Währung\nR-1;31.01.2026;1.234,50;EUR\n", "cp1252", "1234.50"),
    "english": ("Invoice No,Date,Amount,Currency\nR-1,2026-01-31,\"1,234.50\",EUR\n", "utf-8", "1234.50"),
    "tabs and utf-16": ("Number\tDate\tAmount\tCurrency\nR-1\t31/01/2026\t1234.5\tEUR\n", "utf-16", "1234.5"),
    "blanks between thousands": ("Facture;Date;Montant;Devise\nR-1;31/01/2026;1 234,50;EUR\n", "utf-8-sig", "1234.50"),
    "a minus behind": ("number|date|amount|currency\nR-1|20260131|12.50-|eur\n", "utf-8", "-12.50"),
    "in brackets": ("number;date;amount;currency\nR-1;31-01-2026;(12.50);EUR\n", "utf-8", "-12.50"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_file(name):
    text, encoding, amount = FILES[name]
    entries, problems = read(text.encode(encoding), Layout())
    assert not problems
    assert entries == [Entry(2, "R-1", date(2026, 1, 31), Decimal(amount), "EUR")]


PROBLEMS = {
    "no amount": ("number;amount\nA;x\nB;1\n", [Problem(2, "invalid_amount", "x")]),
    "no number": ("number;date;amount\n;2026-01-31;1\n", [Problem(2, "no_number")]),
    "no such day": ("number;date;amount\nA;2026-02-30;1\nB;2026-02-28;1\n", [Problem(2, "invalid_date", "2026-02-30")]),
    "dates that could be two": ("number;date;amount\nA;03/04/2026;1\n", [Problem(2, "date_unknown", "03/04/2026")]),
    "an amount that could be two": ("number;amount\nA;1,234\n", [Problem(2, "decimal_unknown", "1,234")]),
    "thousands in the wrong place": ("number;amount\nA;1,23.50\n", [Problem(2, "invalid_amount", "1,23.50")]),
    "no column": ("a;b\n1;2\n", [Problem(1, "no_number_column", "a, b"), Problem(1, "no_amount_column", "a, b")]),
    "nothing": ("", [Problem(0, "empty")]),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_problem(name):
    text, expected = PROBLEMS[name]
    assert read(text.encode(), Layout())[1] == expected


def test_what_was_chosen_is_not_recognised():
    raw = b"a;b;c\nA;03/04/2026;1,234\n"
    layout = Layout("a", "b", "c", decimal="comma", date_format="month_slash")
    assert read(raw, layout) == ([Entry(2, "A", date(2026, 3, 4), Decimal("1.234"))], [])
    by_position = Layout("1", "2", "3", decimal="point", date_format="day_slash")
    entries, problems = read(raw, by_position)
    assert (entries[0].amount, entries[0].day) == (Decimal(1234), date(2026, 4, 3))
    assert problems == [Problem(1, "invalid_amount", "c")]


def test_a_column_that_was_named_must_be_there():
    assert read(b"number;amount\nA;1\n", Layout(currency="cur"))[1] == [
        Problem(1, "no_currency_column", "number, amount")
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(raw):
    entries, problems = read(raw, Layout())
    assert entries or problems or not raw.strip() or b"\n" in raw or b"\r" in raw
    assert all(isinstance(each, Entry) for each in entries)


@given(
    st.decimals("-999999999", "999999999", places=2),
    st.sampled_from([(",", "."), (".", ","), (",", " "), (".", "'"), (".", "")]),
)
def test_amounts_come_back(amount, marks):
    """Whatever an amount, written in any of the usual ways with its marks known, it is read as it was."""
    mark, thousands = marks
    text = f"{amount:,.2f}".replace(",", "T").replace(".", mark).replace("T", thousands)
    [found], problems = read(
        f"number;amount\nA;{text}".encode(), Layout(decimal={",": "comma", ".": "point"}[mark])
    )
    assert not problems and found.amount == amount
