"""What the cXML format declares to carry is written and read again unchanged; the rest is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.formats import parse, render

from tests.pure.formats.cxml_documents import CARRIES, documents


def again(document):
    (read,) = parse(render(document, "cxml"), "cxml")
    return read


@pytest.mark.parametrize("cls", CARRIES, ids=lambda cls: cls.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_round_trip(cls, data):
    document = data.draw(documents(cls))
    read = again(document)
    assert read == document
    assert read.remarks == ()
