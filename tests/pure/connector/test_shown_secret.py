"""Secrets that partners show as they are."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.shown_secret import check, in_authorization
from odoo.addons.healthcare_procurement_connector.core.signature import SignatureError

SECRET = "sixteen-characters"


@given(st.text(), st.text())
def test_any_password_of_basic_is_read(user, password):
    user = user.replace(":", "")
    pair = f"{user}:{password}".encode("utf-8", "surrogatepass")
    shown = in_authorization({"Authorization": f"Basic {base64.b64encode(pair).decode()}"})
    try:
        pair.decode()
    except UnicodeDecodeError:
        assert shown == []
    else:
        assert shown == [password]


@given(st.text())
def test_no_header_is_a_traceback(text):
    for each in in_authorization({"AUTHORIZATION": text}):
        assert isinstance(each, str)


@pytest.mark.parametrize(
    "shown", [[], [""], ["other"], [SECRET + " "], [SECRET.upper()], ["\ud800"]]
)
def test_what_does_not_fit(shown):
    with pytest.raises(SignatureError):
        check(SECRET, shown)


@pytest.mark.parametrize("shown", [[SECRET], ["other", SECRET], [SECRET, "other"]])
def test_what_fits(shown):
    check(SECRET, shown)
