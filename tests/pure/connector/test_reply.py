import pytest

from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.transports.base import Reply, Request
from odoo.addons.healthcare_procurement_connector.transports.reply import classify, retry_after


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_success(status):
    classify(Reply(status))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_try_later(status):
    with pytest.raises(TransientError) as caught:
        classify(Reply(status, {"Retry-After": "7"}))
    assert (caught.value.code, caught.value.retry_after) == (f"http_{status}", 7.0)


@pytest.mark.parametrize("status", [300, 301, 302, 307, 400, 401, 403, 404, 410, 422])
def test_a_person_is_needed(status):
    with pytest.raises(PermanentError) as caught:
        classify(Reply(status))
    assert caught.value.code == f"http_{status}"


@pytest.mark.parametrize("value", ["", "-5", "later", "1.5", "Sun, 99 Nov 2026 10:00:00 GMT", "١"])
def test_unreadable_wishes_are_no_wishes(value):
    date = "Sun, 22 Nov 2026 10:00:00 GMT"
    assert retry_after({"retry-after": value, "date": date}) is None


def test_a_date_in_the_past_means_now():
    past, date = "Sun, 22 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 10:00:00 GMT"
    assert retry_after({"retry-after": past, "date": date}) == 0


def test_what_is_sent_is_not_shown_by_accident():
    shown = repr(
        Request("https://x.example/?token=abc", b"secret", {"Authorization": "Bearer abc"})
    )
    assert "abc" not in shown and "secret" not in shown
