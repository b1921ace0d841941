"""Standard Webhooks 1.0: the published vectors, and the library that its authors publish."""

import datetime
import json
import os
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from odoo.addons.healthcare_procurement_connector.core import signature

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("HEALTHCARE_CORPUS", ROOT / "../shared/corpus"))
VECTORS = CORPUS / "webhooks/standard-webhooks/vectors.json"
SECRET = signature.new_secret(bytes(range(32)))


def vectors():
    if not VECTORS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))]
    return [pytest.param(v, id=v["name"]) for v in json.loads(VECTORS.read_bytes())["vectors"]]


@pytest.mark.parametrize("vector", vectors())
def test_published_vectors(vector):
    call = ([vector["secret"]], vector["headers"], vector["payload"].encode(), vector["now"])
    if vector["valid"]:
        assert signature.verify(*call) == vector["headers"]["webhook-id"]
    else:
        with pytest.raises(signature.SignatureError):
            signature.verify(*call)


def test_the_library_believes_us():
    now = int(datetime.datetime.now(datetime.timezone.utc).timestamp())
    body = '{"köln": "€"}'.encode()
    sent = signature.headers([SECRET], "msg_1", now, body)
    assert Webhook(SECRET).verify(body, sent) == {"köln": "€"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", sent)


def test_we_believe_the_library():
    now = datetime.datetime.now(datetime.timezone.utc)
    signed = Webhook(SECRET).sign("msg_1", now, '{"a": 1}')
    given = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signed,
    }
    assert signature.verify([SECRET], given, b'{"a": 1}', int(now.timestamp())) == "msg_1"
    assert signature.sign(SECRET, "msg_1", int(now.timestamp()), b'{"a": 1}') == signed
