"""Signed webhooks as a partner speaks them, judged by the public ``standardwebhooks`` library."""

import base64
import hashlib
import hmac
import time
import uuid

from standardwebhooks import Webhook, WebhookVerificationError


def refusal(secret, headers, body):
    """Why the signature does not hold; None if it does."""
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError) as error:
        return str(error) or type(error).__name__
    return None


def new_id():
    return f"msg_{uuid.uuid4().hex}"


def signed_headers(secret, message_id, body):
    """The three headers of Standard Webhooks 1.0; the library signs text only, and documents are bytes."""
    timestamp = str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
