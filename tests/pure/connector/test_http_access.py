"""Who we are, as partners' HTTP systems ask for it: headers, tokens, certificates."""

import base64
import threading

import pytest
from auth_peers import authority, desk, issued, server_context
from http_peers import misbehaving

from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.transports.authorized import AuthorizedHttp
from odoo.addons.healthcare_procurement_connector.transports.base import Limits, Request
from odoo.addons.healthcare_procurement_connector.transports.certificates import (
    CertificateError,
    belong_together,
    check_certificates,
    check_key,
    valid_until,
)
from odoo.addons.healthcare_procurement_connector.transports.http_access import HttpAccess
from odoo.addons.healthcare_procurement_connector.transports.oauth2 import Tokens

LIMITS = Limits(total_seconds=5, allow_internal=True)
SECRET = "s3cret-value"


def url(server, path="/orders", scheme="http"):
    return f"{scheme}://127.0.0.1:{server.server_address[1]}{path}"


def send(server, access, transport=None, limits=LIMITS, scheme="http"):
    request = Request(url(server, scheme=scheme), b"<Order/>", access=access)
    return (transport or AuthorizedHttp()).send(request, limits)


def refused(kind, code, call):
    with pytest.raises(kind) as caught:
        call()
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert SECRET not in repr(caught.value)
    return caught.value


def oauth(server, **changes):
    values = {
        "kind": "oauth2",
        "user": "hospital",
        "secret": SECRET,
        "token_url": url(server, "/token"),
    }
    return HttpAccess(**values | changes)


@pytest.mark.parametrize(
    "access, header, value",
    [
        (
            HttpAccess("basic", "hôpital", SECRET),
            "Authorization",
            "Basic " + base64.b64encode(f"hôpital:{SECRET}".encode()).decode(),
        ),
        (HttpAccess("bearer", secret=SECRET), "Authorization", f"Bearer {SECRET}"),
        (HttpAccess("api_key", secret=SECRET, header="X-Key"), "X-Key", SECRET),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_credentials_are_shown_and_not_repeated(access, header, value):
    with desk(lambda headers: headers.get(header) == value) as server:
        assert send(server, access).status == 200
    with desk(lambda headers: False) as server:
        reply = send(server, access)
        assert reply.status == 401
        assert SECRET.encode() not in reply.body and value.encode() not in reply.body
    assert SECRET not in repr(access) + repr(Request("https://x", access=access))


def test_without_credentials_nothing_is_added():
    with desk() as server:
        send(server, None)
        send(server, HttpAccess())
        assert all("Authorization" not in headers for headers, _body in server.requests)


@pytest.mark.parametrize(
    "access",
    [
        HttpAccess("bearer", secret=f"{SECRET}\r\nX-Other: 1"),
        HttpAccess("api_key", secret=f"{SECRET}é"),
        HttpAccess("api_key", secret=SECRET, header="X Key\n"),
        HttpAccess("basic", "a:b", SECRET),
    ],
)
def test_credentials_that_would_break_out_are_not_sent(access):
    with desk() as server:
        refused(PermanentError, "bad_credentials", lambda: send(server, access))
        assert server.requests == []


def test_missing_credentials_are_said():
    with desk() as server:
        refused(PermanentError, "no_credentials", lambda: send(server, HttpAccess("bearer")))


# -- OAuth 2 ---------------------------------------------------------------------------------------------


def test_a_token_is_asked_for_once():
    with desk(lambda headers: headers["Authorization"] == "Bearer token-1") as server:
        transport, access = AuthorizedHttp(), oauth(server, scope="orders")
        assert [send(server, access, transport).status for _ in range(3)] == [200, 200, 200]
        ((headers, form),) = server.asked
        assert form == {"grant_type": ["client_credentials"], "scope": ["orders"]}
        sent = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
        assert sent == f"hospital:{SECRET}"


def test_id_and_secret_may_go_in_the_form():
    with desk() as server:
        send(server, oauth(server, form=True))
        ((headers, form),) = server.asked
        assert "Authorization" not in headers
        assert (form["client_id"], form["client_secret"]) == (["hospital"], [SECRET])


def test_many_threads_ask_for_one_token():
    with desk() as server:
        transport, access, replies = AuthorizedHttp(), oauth(server), []
        threads = [
            threading.Thread(target=lambda: replies.append(send(server, access, transport).status))
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert (replies, len(server.asked)) == ([200] * 12, 1)


def test_a_withdrawn_token_is_asked_for_anew_once():
    with desk(lambda headers: headers["Authorization"] == "Bearer token-2") as server:
        transport, access = AuthorizedHttp(), oauth(server)
        assert send(server, access, transport).status == 200
        assert len(server.asked) == 2
        assert [body for _headers, body in server.requests] == [b"<Order/>"] * 2
    with desk(lambda headers: False) as server:
        reply = send(server, oauth(server))
        assert (reply.status, len(server.asked), len(server.requests)) == (401, 2, 2)
        assert b"token-" not in reply.body


def test_a_token_that_ends_is_asked_for_anew():
    clock = [0.0]
    with desk() as server:
        transport = AuthorizedHttp(tokens=Tokens(now=lambda: clock[0]))
        access = oauth(server)
        send(server, access, transport)
        clock[0] = 3569.0
        send(server, access, transport)
        assert len(server.asked) == 1
        clock[0] = 3571.0
        send(server, access, transport)
        assert len(server.asked) == 2


def test_another_secret_gets_another_token():
    with desk() as server:
        transport = AuthorizedHttp()
        send(server, oauth(server), transport)
        send(server, oauth(server, secret="an0ther"), transport)
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    "answer, kind, code",
    [
        ((401, {"error": "invalid_client", "error_description": SECRET}), PermanentError, "oauth_refused"),
        ((400, f"<html>{SECRET}"), PermanentError, "oauth_refused"),
        ((302, ""), PermanentError, "oauth_refused"),
        ((503, ""), TransientError, "oauth_http_503"),
        ((200, f"<html>{SECRET}"), TransientError, "oauth_bad_answer"),
        ((200, ["token"]), TransientError, "oauth_bad_answer"),
        ((200, {"access_token": 7}), TransientError, "oauth_bad_answer"),
        ((200, {"access_token": "t", "token_type": "mac"}), TransientError, "oauth_bad_answer"),
        ((200, {"access_token": "t", "expires_in": "1e400"}), TransientError, "oauth_bad_answer"),
        ((200, {"access_token": f"t\r\n{SECRET}"}), PermanentError, "bad_credentials"),
        ((200, "x" * 70_000), TransientError, "oauth_no_answer"),
    ],
)  # fmt: skip
def test_without_a_token_nothing_is_sent(answer, kind, code):
    with desk() as server:
        server.token = lambda number: answer
        error = refused(kind, code, lambda: send(server, oauth(server)))
        assert server.requests == []
        assert ("invalid_client" in str(error)) == ("invalid_client" in str(answer))


def test_the_token_request_obeys_the_same_limits():
    with desk() as server:
        elsewhere = Limits(total_seconds=5)
        request = Request("https://93.184.216.34/", b"x", access=oauth(server))
        refused(
            PermanentError, "address_internal", lambda: AuthorizedHttp().send(request, elsewhere)
        )
        assert server.asked == []
    with misbehaving(lambda connection, stop: stop.wait(5)) as port, desk() as server:
        access = oauth(server, token_url=f"http://127.0.0.1:{port}/token")
        short = Limits(total_seconds=0.4, allow_internal=True)
        refused(TransientError, "oauth_no_answer", lambda: send(server, access, limits=short))


# -- our own certificate -----------------------------------------------------------------------------------


@pytest.fixture(name="pki", scope="module")
def _pki(tmp_path_factory):
    ours, signer = authority("Partner CA")
    others, other_signer = authority("Other CA")
    server = issued("127.0.0.1", signer)
    context = server_context(server, ours, tmp_path_factory.mktemp("pki"))
    return {
        "context": context,
        "authority": ours.certificate,
        "good": issued("hospital", signer),
        "other": issued("hospital", other_signer),
        "ended": issued("hospital", signer, days=-1),
        "strange_authority": others.certificate,
    }


def access_with(pki, who, trusted="authority"):
    identity = pki[who]
    return HttpAccess(certificate=identity.certificate, key=identity.key, authority=pki[trusted])


def test_our_certificate_lets_us_in(pki):
    with desk(context=pki["context"]) as server:
        assert send(server, access_with(pki, "good"), scheme="https").status == 200


@pytest.mark.parametrize("who", ["other", "ended"])
def test_a_certificate_that_the_partner_refuses_is_no_uncertain_delivery(pki, who):
    with desk(context=pki["context"]) as server:
        call = lambda: send(server, access_with(pki, who), scheme="https")  # noqa: E731
        refused(PermanentError, "client_certificate", call)
        assert server.requests == []


def test_without_our_certificate_the_door_stays_closed(pki):
    with desk(context=pki["context"]) as server:
        access = HttpAccess(authority=pki["authority"])
        with pytest.raises((PermanentError, AmbiguousError)) as caught:
            send(server, access, scheme="https")
        # A refusal that its own connection's end overtakes cannot be told from a broken connection.
        assert caught.value.code in ("client_certificate", "broken")
        assert server.requests == []


def test_only_the_partners_own_authority_is_trusted(pki):
    with desk(context=pki["context"]) as server:
        access = access_with(pki, "good", "strange_authority")
        refused(PermanentError, "certificate", lambda: send(server, access, scheme="https"))


def test_connections_of_one_certificate_serve_no_other(pki):
    with desk(context=pki["context"]) as server:
        transport = AuthorizedHttp()
        assert send(server, access_with(pki, "good"), transport, scheme="https").status == 200
        access = access_with(pki, "other")
        call = lambda: send(server, access, transport, scheme="https")  # noqa: E731
        refused(PermanentError, "client_certificate", call)


@pytest.mark.parametrize("key", ["", "no key", SECRET])
def test_a_key_that_cannot_be_used_is_said(pki, key):
    access = HttpAccess(certificate=pki["good"].certificate, key=key)
    refused(
        PermanentError,
        "client_certificate",
        lambda: AuthorizedHttp().send(Request("https://127.0.0.1:1/", access=access), LIMITS),
    )


def test_what_is_entered_is_checked(pki):
    good, other = pki["good"], pki["other"]
    check_certificates(good.certificate)
    check_key(good.key)
    assert belong_together(good.certificate, good.key)
    assert not belong_together(good.certificate, other.key)
    assert valid_until(pki["ended"].certificate) < valid_until(good.certificate)
    for call in (
        lambda: check_certificates(good.key),
        lambda: check_key(good.certificate),
        lambda: check_key(SECRET),
    ):
        with pytest.raises(CertificateError) as caught:
            call()
        assert SECRET not in str(caught.value)
