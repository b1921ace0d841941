"""The tables of named cases together: what a controller can read, none of them twice."""

from test_match_advance_cases import CASES as ADVANCES
from test_match_cases import CASES
from test_match_currency_cases import CASES as CURRENCIES
from test_match_goods_cases import CASES as GOODS
from test_match_more_cases import CASES as MORE
from test_match_terms_cases import CASES as TERMS

TABLES = (CASES, MORE, GOODS, TERMS, CURRENCIES, ADVANCES)


def test_there_are_enough_and_each_has_its_name():
    names = [case.name for table in TABLES for case in table]
    assert len(set(names)) >= 320
    assert sorted({name for name in names if names.count(name) > 1}) == []
