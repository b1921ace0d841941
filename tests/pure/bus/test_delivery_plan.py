import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_event_bus.core.delivery_plan import REFUSALS
from odoo.addons.healthcare_event_bus.services.outcome import verdict_on
from odoo.addons.healthcare_procurement_connector.core.backoff import SCHEDULE
from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    PermanentError,
    TransientError,
)

BUSY = TransientError("busy", "http_503")


def life(error, tries=40):
    """The verdicts on the same error again and again, until one ends it."""
    verdicts = []
    for failures in range(tries):
        verdicts.append(verdict_on(error, failures, random=1).kind)
        if verdicts[-1] != "retry":
            break
    return verdicts


def test_success_ends_everything():
    assert verdict_on(None, 7, random=0.3).kind == "delivered"


@pytest.mark.parametrize("error", [BUSY, AmbiguousError("silence", "no_answer")])
def test_what_may_pass_is_tried_for_days_and_then_a_person_is_asked(error):
    assert life(error) == ["retry"] * len(SCHEDULE) + ["suspend"]


def test_refusals_are_tried_a_few_times():
    assert life(PermanentError("no", "http_404")) == ["retry"] * (REFUSALS - 1) + ["suspend"]


def test_gone_is_gone():
    assert life(PermanentError("gone", "http_410")) == ["disable"]


@pytest.mark.parametrize(
    "code", ["bad_url", "address_internal", "certificate", "no_secret", "internal"]
)
def test_what_only_a_person_can_mend_stops_at_once(code):
    assert life(PermanentError("no", code)) == ["suspend"]


@given(st.integers(0, 30), st.floats(0, 1), st.floats(0, 10**7))
def test_the_subscribers_wish_is_honoured_within_a_day(failures, random, wish):
    verdict = verdict_on(TransientError("busy", "http_429", retry_after=wish), failures, random)
    if verdict.kind == "retry":
        assert min(wish, 86400) <= verdict.wait <= 86400
