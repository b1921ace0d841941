"""Bill lines without an order: what speaks for which order line, and what is never guessed."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_three_way_match.core.lines import Unit
from odoo.addons.healthcare_three_way_match.core.linking import (
    Candidate,
    Clue,
    assign,
    choose,
    rank,
)

AUTOMATIC = 80
PIECE, BOX, KILO = Unit("Units"), Unit("Box", Fraction(100)), Unit("kg", base="weight")
GLOVES = Candidate(
    1, 10, Decimal(4), codes=("GL-9",), gtins=("04012345678901",), product=11, name="Nitrile gloves"
)
BILLED = Clue(7, 10, Decimal(4), name="NITRILE gloves, L")


@dataclass(frozen=True)
class Case:
    """A line that says ``clue`` beyond 10 pieces at 4.00, an order line that differs from the gloves by ``other``."""

    name: str
    clue: dict = field(default_factory=dict)
    other: dict = field(default_factory=dict)
    score: int = 0
    reasons: str = ""
    automatic: bool = False


CASES = [
    Case("all of it", {"code": "GL-9", "gtin": "4012345678901"}, {}, 100, "gtin code price quantity name", True),
    Case("the supplier's code", {"code": "GL-9"}, {}, 100, "code price quantity name", True),
    Case("the code written otherwise", {"code": "gl 9"}, {}, 100, "code price quantity name", True),
    Case("the GTIN with leading zeros", {"gtin": "00004012345678901"[-14:]}, {}, 100, "gtin price quantity name", True),
    Case("our own product", {"product": 11, "name": ""}, {}, 90, "product price quantity", True),
    Case("the code alone, price and quantity off", {"code": "GL-9", "price": 9, "quantity": 99, "name": "x"}, {}, 60, "code"),
    Case("code and quantity, price off", {"code": "GL-9", "price": 9, "name": ""}, {}, 70, "code quantity"),
    Case("code and price, more than is left", {"code": "GL-9", "quantity": 11, "name": ""}, {}, 80, "code price", True),
    Case("price, quantity and name are no proof", {}, {}, 40, "price quantity name"),
    Case("price and quantity", {"name": ""}, {}, 30, "price quantity"),
    Case("a quantity alone says nothing", {"name": "", "price": 9}),
    Case("another code", {"code": "XX-1"}),
    Case("another GTIN", {"gtin": "4012345678918"}),
    Case("another product", {"product": 12}),
    Case("another code, the same GTIN: one fits", {"code": "XX-1", "gtin": "4012345678901"}, {}, 100, "gtin price quantity name", True),
    Case("a code where we know none", {"code": "XX-1"}, {"codes": ()}, 40, "price quantity name"),
    Case("another currency", {"code": "GL-9", "currency": "USD"}),
    Case("kilograms", {"code": "GL-9", "unit": KILO}),
    Case("a box billed, pieces ordered", {"code": "GL-9", "unit": BOX, "quantity": 1, "price": 400, "name": ""}, {"left": 100}, 90, "code price quantity", True),
    Case("a box billed at a piece's price", {"code": "GL-9", "unit": BOX, "quantity": 1, "name": ""}, {"left": 100}, 70, "code quantity"),
    Case("an unknown unit is the order's where the price fits", {"code": "GL-9", "price": 400, "quantity": 1, "name": ""}, {"unit": BOX, "price": 400}, 90, "code price quantity", True),
    Case("two percent dearer fits", {"code": "GL-9", "price": Decimal("4.08"), "name": ""}, {}, 90, "code price quantity", True),
    Case("a hair more does not", {"code": "GL-9", "price": Decimal("4.0801"), "name": ""}, {}, 70, "code quantity"),
    Case("free goods", {"code": "GL-9", "price": 0, "name": ""}, {"price": 0}, 90, "code price quantity", True),
    Case("nothing is left", {"code": "GL-9", "name": ""}, {"left": 0}, 80, "code price", True),
    Case("a name of which a third is the same", {"name": "Nitrile apron blue, L"}, {}, 30, "price quantity"),
]  # fmt: skip


def test_names_are_unique():
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    links = rank(replace(BILLED, **case.clue), [replace(GLOVES, **case.other)])
    assert sum(link.score for link in links) == case.score
    assert " ".join(reason for link in links for reason in link.reasons) == case.reasons
    assert (choose(links, AUTOMATIC) is not None) is case.automatic


def test_the_likeliest_comes_first():
    clue = replace(BILLED, code="GL-9")
    others = [replace(GLOVES, key=2, codes=()), GLOVES, replace(GLOVES, key=3, price=Decimal(9))]
    assert [link.candidate for link in rank(clue, others)] == [1, 3, 2]


def test_two_equal_candidates_are_never_guessed_between():
    clue = replace(BILLED, code="GL-9")
    links = rank(clue, [GLOVES, replace(GLOVES, key=2)])
    assert [link.score for link in links] == [100, 100]
    assert choose(links, AUTOMATIC) is None
    assert assign([clue], [GLOVES, replace(GLOVES, key=2)], AUTOMATIC) == {}


def test_lines_that_ask_for_more_than_is_left_are_left_to_a_person():
    first, second = (replace(BILLED, key=key, code="GL-9", quantity=5) for key in (7, 8))
    assert sorted(assign([first, second], [GLOVES], AUTOMATIC)) == [7, 8]
    greedy = replace(second, quantity=6)
    assert assign([first, greedy], [GLOVES], AUTOMATIC) == {}


codes = st.sampled_from([None, "A", "B"])
clues = st.builds(
    Clue,
    key=st.just(7),
    quantity=st.integers(1, 12),
    price=st.integers(0, 5),
    code=codes,
    name=st.sampled_from(["", "gloves", "gloves L"]),
)
candidates = st.lists(
    st.builds(
        Candidate,
        key=st.integers(1, 99),
        left=st.integers(0, 12),
        price=st.integers(0, 5),
        codes=st.sampled_from([(), ("A",), ("B",), ("A", "B")]),
        name=st.sampled_from(["", "gloves"]),
    ),
    max_size=5,
    unique_by=lambda candidate: candidate.key,
)


@given(clues, candidates, st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(clue, found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert rank(clue, shuffled) == rank(clue, found)
    assert assign([clue], shuffled, AUTOMATIC) == assign([clue], found, AUTOMATIC)


@given(clues, candidates)
def test_what_is_linked_without_asking_names_the_item_and_has_no_equal(clue, found):
    for link in assign([clue], found, AUTOMATIC).values():
        candidate = next(each for each in found if each.key == link.candidate)
        assert clue.code in candidate.codes
        assert [each.score for each in rank(clue, found)].count(link.score) == 1
        assert link.score <= 100
