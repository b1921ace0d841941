import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.signature import (
    SignatureError,
    headers,
    new_secret,
    sign,
    verify,
)

SECRET = new_secret(bytes(range(24)))
OTHER = new_secret(bytes(range(32)))
NOW = 1_800_000_000


def code_of(*args, **kwargs):
    with pytest.raises(SignatureError) as caught:
        verify(*args, **kwargs)
    return caught.value.code


@given(st.binary(max_size=200), st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True))
def test_what_was_signed_is_believed(body, message_id):
    assert verify([SECRET], headers([SECRET], message_id, NOW, body), body, NOW) == message_id


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_changed_byte_is_noticed(body, data):
    position = data.draw(st.integers(0, len(body) - 1))
    changed = bytearray(body)
    changed[position] ^= data.draw(st.integers(1, 255))
    assert code_of([SECRET], headers([SECRET], "m", NOW, body), bytes(changed), NOW) == "no_match"


def test_both_secrets_work_while_one_replaces_the_other():
    sent = headers([SECRET, OTHER], "m", NOW, b"x")
    assert verify([SECRET], sent, b"x", NOW) == verify([OTHER], sent, b"x", NOW) == "m"
    assert verify([SECRET, OTHER], headers([OTHER], "m", NOW, b"x"), b"x", NOW) == "m"


@pytest.mark.parametrize(
    ("shift", "code"), [(-301, "too_old"), (301, "too_new"), (-300, None), (300, None)]
)
def test_tolerance_is_five_minutes_both_ways(shift, code):
    sent = headers([SECRET], "m", NOW + shift, b"")
    if code:
        assert code_of([SECRET], sent, b"", NOW) == code
    else:
        assert verify([SECRET], sent, b"", NOW) == "m"


@pytest.mark.parametrize(
    "timestamp", ["", " 1800000000", "+1800000000", "1_800_000_000", "١٨", "1e9", "9" * 40]
)
def test_timestamps_are_plain_seconds(timestamp):
    sent = headers([SECRET], "m", NOW, b"") | {"webhook-timestamp": timestamp}
    assert code_of([SECRET], sent, b"", NOW) in {"bad_timestamp", "missing_header"}


def test_names_of_headers_are_read_in_any_case():
    sent = {name.title(): value for name, value in headers([SECRET], "m", NOW, b"").items()}
    assert verify([SECRET], sent, b"", NOW) == "m"


def test_a_dot_cannot_move_the_border_between_id_and_time():
    sent = headers([SECRET], "m", NOW, b"5.x")
    moved = sent | {"webhook-id": f"m.{NOW}", "webhook-timestamp": "5"}
    assert code_of([SECRET], moved, b"x", now=5) == "bad_id"


def test_no_secret_believes_nothing():
    assert code_of([], headers([SECRET], "m", NOW, b""), b"", NOW) == "no_match"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_???", base64.b64encode(b"short").decode()])
def test_weak_secrets_sign_nothing(secret):
    with pytest.raises(SignatureError, match="secret"):
        sign(secret, "m", NOW, b"")
    assert code_of([secret], headers([SECRET], "m", NOW, b""), b"", NOW) == "bad_secret"


@pytest.mark.parametrize("size", [0, 23, 65])
def test_new_secrets_have_the_size_the_standard_asks_for(size):
    with pytest.raises(ValueError):
        new_secret(bytes(size))
