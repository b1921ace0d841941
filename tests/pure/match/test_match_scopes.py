"""Which row of a policy applies: the table of precedence, read slowly, against what the decision does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_three_way_match.core.lines import Bill, BillLine, Moved, OrderLine
from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.policy import Policy, Rule, Way, from_rows
from odoo.addons.healthcare_three_way_match.core.scope import Scope, Subject, fitting, rank
from odoo.addons.healthcare_three_way_match.core.tolerance import Limit, Tolerance
from odoo.addons.healthcare_three_way_match.core.verdict import Code

# Few values, so that rows fit often and often contradict each other.
orders = st.sampled_from([None, "P1", "P2"])
products = st.sampled_from([None, "nitrile", "latex"])
chains = st.sampled_from(
    [(), ("gloves",), ("gloves", "consumables"), ("gloves", "consumables", "all")]
)
categories = st.sampled_from([None, "gloves", "consumables", "all", "drugs"])
suppliers = st.sampled_from([None, "mediline", "rival"])
scopes = st.builds(Scope, orders, products, categories, suppliers)
subjects = st.builds(Subject, orders, products, chains, suppliers)
codes = st.sampled_from([Code.PRICE, Code.QTY_ORD])


@st.composite
def rows(draw):
    """Rows as a policy may have them: one of a kind for one scope."""
    keys = draw(st.lists(st.tuples(scopes, codes), unique=True, max_size=12))
    return [(scope, code, Rule(row=number)) for number, (scope, code) in enumerate(keys, 1)]


def slowly(found, code, subject):
    """The row by the words of the table: drop what does not fit, then ask order, product, category, supplier."""
    left = [(scope, rule.row) for scope, of, rule in found if of is code]
    for name in ("order", "product", "supplier"):
        wanted = getattr(subject, name)
        left = [each for each in left if getattr(each[0], name) in (None, wanted)]
    left = [each for each in left if each[0].category in (None, *subject.categories)]
    nearness = {name: -index for index, name in enumerate(subject.categories)}
    for key in (
        lambda scope: scope.order is not None,
        lambda scope: scope.product is not None,
        lambda scope: nearness.get(scope.category, -99),
        lambda scope: scope.supplier is not None,
    ):
        best = max((key(scope) for scope, _row in left), default=None)
        left = [each for each in left if key(each[0]) == best]
    assert len(left) <= 1, "two rows tie"
    return left[0][1] if left else None


@given(rows(), subjects, codes)
def test_the_most_specific_row_applies(found, subject, code):
    scoped, _ways = from_rows(found, [])
    assert Policy(scoped=scoped).at(subject).rule(code).row == slowly(found, code, subject)


@given(rows(), subjects, codes, st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(found, subject, code, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    both = [
        Policy(scoped=from_rows(each, [])[0]).at(subject).rule(code) for each in (found, shuffled)
    ]
    assert both[0] == both[1]


@given(subjects, scopes)
def test_the_walk_and_the_ranks_agree(subject, scope):
    walked = list(fitting(subject))
    ranks = [rank(each, subject) for each in walked]
    assert None not in ranks
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)
    assert (rank(scope, subject) is not None) is (scope in walked)


@given(rows(), subjects, codes, scopes)
def test_a_row_that_does_not_fit_changes_nothing(found, subject, code, scope):
    if rank(scope, subject) is not None or any((scope, code) == each[:2] for each in found):
        return
    more = [*found, (scope, code, Rule(row="stranger"))]
    before, after = (Policy(scoped=from_rows(each, [])[0]).at(subject) for each in (found, more))
    assert before.rule(code) == after.rule(code)


GLOVES = Subject("P1", "nitrile", ("gloves", "consumables"), "mediline")
# what is more specific, what is less: pairs a controller can read
PAIRS = [
    (Scope(supplier="mediline"), Scope()),
    (Scope(category="consumables"), Scope(supplier="mediline")),
    (Scope(category="gloves"), Scope(category="consumables", supplier="mediline")),
    (Scope(category="gloves", supplier="mediline"), Scope(category="gloves")),
    (Scope(product="nitrile"), Scope(category="gloves", supplier="mediline")),
    (Scope(product="nitrile", supplier="mediline"), Scope(product="nitrile", category="gloves")),
    (Scope(order="P1"), Scope(product="nitrile", category="gloves", supplier="mediline")),
    (Scope(order="P1", product="nitrile"), Scope(order="P1")),
]


@pytest.mark.parametrize(("winner", "loser"), PAIRS[:5] + PAIRS[6:])
def test_precedence(winner, loser):
    assert rank(winner, GLOVES) > rank(loser, GLOVES)
    scoped, _ways = from_rows(
        [(loser, Code.PRICE, Rule(row="loser")), (winner, Code.PRICE, Rule(row="winner"))], []
    )
    assert Policy(scoped=scoped).at(GLOVES).rule(Code.PRICE).row == "winner"


def test_a_category_beats_a_supplier_also_beside_a_product():
    winner, loser = PAIRS[5][1], PAIRS[5][0]
    assert rank(winner, GLOVES) > rank(loser, GLOVES)


# -- in the decision ------------------------------------------------------------------------------


def bill(price=5, received=10, subject=GLOVES):
    order = OrderLine(1, "P1", 10, price=4, received=(Moved(received),), subject=subject)
    return Bill(7, (BillLine(70, 10, price=price, order=order, account="goods"),), subject=subject)


def found(policy, of):
    return {(f.code, f.row) for f in decide(of, policy).all_findings}


def test_a_finding_names_the_row_it_breaks():
    narrow = Rule(Tolerance(Limit.value(percent=1)), row=17)
    scoped, _ways = from_rows([(Scope(category="gloves"), Code.PRICE, narrow)], [])
    assert found(Policy(scoped=scoped), bill()) == {(Code.PRICE, 17)}
    assert found(Policy(scoped=scoped), bill(subject=Subject())) == {(Code.PRICE, None)}


def test_the_line_names_the_rows_that_let_it_pass():
    wide = Rule(Tolerance(Limit.value(percent=30)), row=18)
    scoped, ways = from_rows(
        [(Scope(product="nitrile"), Code.PRICE, wide)], [(Scope(supplier="mediline"), Way.TWO, 5)]
    )
    verdict = decide(bill(received=0), Policy(scoped=scoped, ways=ways))
    assert verdict.clean
    assert dict(verdict.lines[0].rows) == {"PRICE": 18, "way": 5}
    assert verdict.lines[0].received is None, "two ways: what arrived is not looked at"


def test_what_is_received_counts_only_where_the_way_says_so():
    _scoped, ways = from_rows([], [(Scope(), Way.TWO, 1), (Scope(product="nitrile"), Way.THREE, 2)])
    policy = Policy(ways=ways)
    assert found(policy, bill(price=4, received=0)) == {(Code.NOT_RECEIVED, None)}
    other = replace(GLOVES, product="latex")
    assert found(policy, bill(price=4, received=0, subject=other)) == set()


@pytest.mark.parametrize("way", list(Way))
def test_nothing_received_is_never_asked_of_a_service(way):
    line = bill(price=4, received=0).lines[0]
    service = replace(line, order=replace(line.order, three_way=False, received=()))
    assert decide(Bill(7, (service,)), Policy(way=way)).clean


def test_rows_about_the_whole_bill_go_by_its_supplier():
    scoped, _ways = from_rows([(Scope(supplier="mediline"), Code.BANK, Rule(row=3))], [])
    paid = replace(bill(price=4), payee="BE1", accounts=())
    assert found(Policy(scoped=scoped), paid) == {(Code.BANK, 3)}
