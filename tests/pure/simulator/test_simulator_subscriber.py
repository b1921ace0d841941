"""The webhook subscriber as a process of its own."""

import json
import urllib.error
import urllib.request

import pytest
from standardwebhooks import Webhook

from tests.simulator import webhooks
from tests.simulator.client import Subscriber

EVENT = {"specversion": "1.0", "id": "e1", "source": "/odoo/h", "type": "org.example.order.sent"}


@pytest.fixture(scope="module")
def process(secret):
    with Subscriber(secret) as process:
        yield process


@pytest.fixture
def subscriber(process):
    yield process
    process.forget()


@pytest.fixture
def post(subscriber, secret):
    def post(event, binary=False, body=None):
        data = event.get("data")
        body = json.dumps(data if binary else event).encode() if body is None else body
        attributes = {f"ce-{name}": value for name, value in event.items() if name != "data"}
        headers = {
            "Content-Type": "application/json" if binary else "application/cloudevents+json",
            **(attributes if binary else {}),
            **webhooks.signed_headers(secret, event.get("id", "x"), body),
        }
        request = urllib.request.Request(subscriber.url, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code

    return post


def test_events_are_kept_once_and_in_order(subscriber, post):
    second = {**EVENT, "id": "e2", "data": {"order": "P1"}}
    assert [post(EVENT), post(second, binary=True), post(EVENT)] == [200, 200, 200]
    assert subscriber.events() == [EVENT | subscriber.events()[0], second]
    assert [each["times"] for each in subscriber.deliveries()] == [2, 1]


def test_it_fails_as_often_as_it_is_told(subscriber, post):
    subscriber.fail(2, status=500)
    assert [post(EVENT), post(EVENT), post(EVENT)] == [500, 500, 200]


def test_what_is_no_cloudevent_is_refused(subscriber, post):
    assert post({"id": "e1", "specversion": "1.0"}) == 400
    assert post({**EVENT, "specversion": "0.3"}) == 400
    assert post(EVENT, body=b"not json") == 400
    assert subscriber.events() == []
    assert "source, type" in subscriber.refused()[0]["reason"]


def test_a_wrong_signature_is_refused(subscriber, secret):
    request = urllib.request.Request(subscriber.url, b"{}", {"webhook-id": "e1"})
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request, timeout=5)


def test_our_signature_is_the_librarys(secret):
    body = '{"größe": 1}'.encode()
    headers = webhooks.signed_headers(secret, "m1", body)
    assert webhooks.refusal(secret, headers, body) is None
    assert webhooks.refusal(secret, headers, body + b" ") is not None
    Webhook(secret).verify(body, headers)
