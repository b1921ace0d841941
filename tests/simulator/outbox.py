"""What a supplier sends, and what the buyer's system said to it."""

import hashlib
import threading
import uuid
from dataclasses import dataclass, field, replace

import urllib3

from . import webhooks

TRIES = 8
FIRST_PAUSE = 0.3
_http = urllib3.PoolManager(maxsize=8, retries=False, timeout=urllib3.Timeout(connect=5, read=30))


class NothingSentError(Exception):
    """No document of that number was sent."""


@dataclass(slots=True)
class Sent:
    """One document on its way out; ``answers`` has one (status, body) for each try, status 0 for no answer."""

    kind: str
    number: str
    raw: bytes
    webhook_id: str = field(default_factory=webhooks.new_id)
    document: object = None
    answers: list = field(default_factory=list)


class HttpPost:
    """Posts signed documents to one address."""

    def __init__(self, url, secret):
        self._url = url
        self._secret = secret

    def __call__(self, sent, secret=None):
        """(status, body); status 0 where nobody answered. ``secret`` signs instead of the right one."""
        is_xml = sent.raw.lstrip().startswith(b"<")
        headers = {
            "Content-Type": "application/xml" if is_xml else "application/octet-stream",
            **webhooks.signed_headers(secret or self._secret, sent.webhook_id, sent.raw),
        }
        try:
            reply = _http.request("POST", self._url, body=sent.raw, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            return 0, str(error)
        return reply.status, reply.data.decode(errors="replace")


class Outbox:
    """Sends documents the one way its supplier has; thread-safe."""

    def __init__(self, post, later):
        self.sent = []
        self._send = post
        self._later = later
        self._lock = threading.Lock()

    def now(self, sent, faults):
        """One try while the caller waits; returns the answer with the document's number, id and hash."""
        answer = self._post(sent)
        return self._once_more(sent, faults) or answer

    def later(self, sent, faults, tries=TRIES, pause=FIRST_PAUSE):
        """Tries in the background until the document is taken or refused, or the tries are used up."""
        status = self._post(sent)["status"]
        taken = 200 <= status < 300
        refused = 400 <= status < 500 and status not in (408, 429)
        if taken:
            self._once_more(sent, faults)
        elif not refused and tries > 1:
            self._later.call(pause, self.later, sent, faults, tries - 1, pause * 2)

    def again(self, number, same_id):
        """The very bytes of the document of that number, under its first message id or a new one."""
        first = next((sent for sent in self.sent if sent.number == number), None)
        if first is None:
            raise NothingSentError(f"nothing with the number {number} was sent")
        webhook_id = first.webhook_id if same_id else webhooks.new_id()
        return self._post(replace(first, webhook_id=webhook_id, answers=[]))

    def raw(self, raw, webhook_id=None, secret=None):
        """Any bytes; with ``secret`` they are signed with that instead of the right one."""
        sent = Sent(
            kind="raw",
            number=f"RAW-{uuid.uuid4().hex[:8]}",
            raw=raw,
            webhook_id=webhook_id or webhooks.new_id(),
        )
        return self._post(sent, secret)

    def _once_more(self, sent, faults):
        if not faults.duplicate:
            return None
        return self.again(sent.number, same_id=faults.duplicate == "same_id")

    def _post(self, sent, secret=None):
        with self._lock:
            if not any(each is sent for each in self.sent):
                self.sent.append(sent)
        status, body = self._send(sent, secret)
        answer = {"status": status, "body": body}
        sent.answers.append(answer)
        return {
            **answer,
            "number": sent.number,
            "webhook_id": sent.webhook_id,
            "sha256": hashlib.sha256(sent.raw).hexdigest(),
        }
