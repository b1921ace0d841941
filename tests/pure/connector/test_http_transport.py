import threading
import time

import pytest
from http_peers import certificate, misbehaving, serving, unreachable

from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.transports.base import Limits, Request
from odoo.addons.healthcare_procurement_connector.transports.http import HttpTransport

INTERNAL = Limits(allow_internal=True)
SHORT = Limits(total_seconds=0.6, connect_seconds=0.4, allow_internal=True)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(name="peer")
def _peer():
    with serving() as server:
        yield server


def url(server, path="/200", host="127.0.0.1", scheme="http"):
    return f"{scheme}://{host}:{server.server_address[1]}{path}"


def resolver(*addresses):
    return lambda host, port, seconds: list(addresses)


def raises(kind, code, call):
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    assert caught.value.code == code
    return time.monotonic() - started


def test_sends_the_bytes_and_brings_the_whole_answer(peer):
    reply = HttpTransport().send(
        Request(url(peer, "/202"), b"\x00\xff<x/>", {"X-Mine": "1"}), INTERNAL
    )
    assert (reply.status, reply.body) == (202, b"\x00\xff<x/>")
    assert reply.headers["content-length"] == "6" and 0 < reply.seconds < 5
    _path, headers, body, _client = peer.requests[0]
    assert (headers["X-Mine"], body) == ("1", b"\x00\xff<x/>")


def test_connections_are_kept(peer):
    transport = HttpTransport()
    for _number in range(3):
        transport.send(Request(url(peer), b"x"), INTERNAL)
    assert len({client for *_rest, client in peer.requests}) == 1
    transport.close()


def test_many_threads_share_one_transport(peer):
    transport, replies = HttpTransport(pool_size=4), []

    def work(name):
        for number in range(10):
            body = f"{name}-{number}".encode()
            replies.append((body, transport.send(Request(url(peer), body), INTERNAL).body))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(replies) == 80 and all(sent == got for sent, got in replies)


def test_internal_addresses_are_refused_unless_allowed(peer):
    raises(
        PermanentError,
        "address_internal",
        lambda: HttpTransport().send(Request(url(peer)), Limits()),
    )
    assert peer.requests == []


def test_it_connects_to_the_address_that_was_checked(peer):
    """The name resolves once: a second answer (DNS rebinding) is never asked for."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    transport = HttpTransport(resolver=lambda *args: next(answers))
    transport.send(Request(url(peer, host="partner.example")), INTERNAL)
    assert peer.requests[0][1]["Host"] == f"partner.example:{peer.server_address[1]}"
    assert next(answers) == ["10.0.0.1"]


def test_a_name_that_moves_inside_is_refused_although_a_connection_is_open(peer):
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    transport = HttpTransport(resolver=lambda *args: next(answers))
    transport.send(Request(url(peer, host="partner.example")), INTERNAL)
    raises(
        PermanentError,
        "address_forbidden",
        lambda: transport.send(Request(url(peer, host="partner.example")), INTERNAL),
    )


def test_the_next_address_is_tried_while_nothing_was_sent(peer):
    transport = HttpTransport(resolver=resolver("127.0.0.2", "127.0.0.1"))
    assert transport.send(Request(url(peer, host="partner.example")), INTERNAL).status == 200


@pytest.mark.parametrize("status", [301, 302])
def test_redirects_are_answers(peer, status):
    assert HttpTransport().send(Request(url(peer, f"/{status}")), INTERNAL).status == status
    assert len(peer.requests) == 1


def test_proxies_of_the_environment_are_ignored(peer, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert HttpTransport().send(Request(url(peer)), INTERNAL).status == 200


def test_a_huge_answer_is_cut_off(peer):
    limits = Limits(max_reply_bytes=1000, allow_internal=True)
    assert HttpTransport().send(Request(url(peer, "/200/1000")), limits).status == 200
    transport = HttpTransport()
    raises(
        AmbiguousError,
        "reply_too_large",
        lambda: transport.send(Request(url(peer, "/200/9000000")), limits),
    )
    assert transport.send(Request(url(peer)), limits).status == 200  # on a fresh connection


@pytest.mark.parametrize(
    "address",
    """ftp://x.example/ file:///etc/passwd //x.example x.example https:// https://user@x.example/
    https://user:pw@x.example/ http://[::1%25lo]/ http://[::1 javascript:alert(1)""".split()
    + [""],
)
def test_only_plain_web_addresses(address):
    raises(PermanentError, "bad_url", lambda: HttpTransport().send(Request(address), INTERNAL))


def test_headers_cannot_smuggle_others(peer):
    request = Request(url(peer), headers={"X": "1\r\nX-Evil: 1"})
    raises(PermanentError, "bad_request", lambda: HttpTransport().send(request, INTERNAL))


def test_nobody_listens():
    with misbehaving(lambda connection, stop: None) as port:
        pass
    raises(
        TransientError,
        "refused",
        lambda: HttpTransport().send(Request(f"http://127.0.0.1:{port}/"), INTERNAL),
    )


def test_unknown_names_are_tried_again():
    raises(
        TransientError,
        "dns",
        lambda: HttpTransport().send(Request("http://nowhere.invalid/"), INTERNAL),
    )


def test_a_connection_that_does_not_open_in_time_sent_nothing():
    with unreachable() as port:
        request = Request(f"http://127.0.0.1:{port}/", b"x")
        took = raises(
            TransientError, "connect_timeout", lambda: HttpTransport().send(request, SHORT)
        )
    assert took < 2


def answer_slowly(*pieces, every=0.05):
    def behave(connection, stop):
        connection.recv(65536)
        for piece in pieces:
            for byte in piece:
                if stop.wait(every):
                    return
                connection.sendall(bytes([byte]))
        stop.wait(5)

    return behave


@pytest.mark.parametrize(
    "behave",
    [
        lambda connection, stop: stop.wait(5),
        answer_slowly(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 200),
        answer_slowly(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"b" * 400, every=0.01),
        answer_slowly(b"HTTP/1.1 100 Continue\r\n\r\n" * 40, every=0.002),
    ],
    ids=["silence", "dripping headers", "dripping body", "continue for ever"],
)
def test_the_time_limit_is_for_the_whole_call(behave):
    with misbehaving(behave) as port:
        took = raises(
            AmbiguousError,
            "no_answer",
            lambda: HttpTransport().send(Request(f"http://127.0.0.1:{port}/", b"x"), SHORT),
        )
    assert 0.5 < took < 1.5


def test_a_partner_that_does_not_read_is_cut_off():
    with misbehaving(lambda connection, stop: stop.wait(5)) as port:
        request = Request(f"http://127.0.0.1:{port}/", b"x" * 50_000_000)
        took = raises(AmbiguousError, "no_answer", lambda: HttpTransport().send(request, SHORT))
    assert took < 2


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf", b"nonsense\r\n\r\n"]
)
def test_a_broken_answer_leaves_open_what_happened(answer):
    def behave(connection, stop):
        connection.recv(65536)
        connection.sendall(answer)

    with misbehaving(behave) as port:
        raises(
            AmbiguousError,
            "broken",
            lambda: HttpTransport().send(Request(f"http://127.0.0.1:{port}/", b"x"), INTERNAL),
        )


def test_tls_checks_the_name_not_the_address(tmp_path):
    server_context, client_context = certificate("partner.example", folder=tmp_path)
    with serving(server_context) as server:
        transport = HttpTransport(resolver=resolver("127.0.0.1"), context=client_context)
        good = url(server, host="partner.example", scheme="https")
        assert transport.send(Request(good, b"x"), INTERNAL).body == b"x"
        bad = url(server, host="other.example", scheme="https")
        raises(PermanentError, "certificate", lambda: transport.send(Request(bad, b"x"), INTERNAL))
        stranger = HttpTransport(resolver=resolver("127.0.0.1"))
        raises(PermanentError, "certificate", lambda: stranger.send(Request(good, b"x"), INTERNAL))
    assert len(server.requests) == 1


def test_tls_by_address(tmp_path):
    server_context, client_context = certificate("127.0.0.1", folder=tmp_path)
    with serving(server_context) as server:
        transport = HttpTransport(context=client_context)
        assert transport.send(Request(url(server, scheme="https"), b"x"), INTERNAL).status == 200


def test_time_is_limited_over_tls_too(tmp_path):
    server_context, client_context = certificate("partner.example", folder=tmp_path)

    def behave(connection, stop):
        with server_context.wrap_socket(connection, server_side=True) as secured:
            answer_slowly(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 200)(secured, stop)

    transport = HttpTransport(resolver=resolver("127.0.0.1"), context=client_context)
    with misbehaving(behave) as port:
        request = Request(f"https://partner.example:{port}/", b"x")
        took = raises(AmbiguousError, "no_answer", lambda: transport.send(request, SHORT))
    assert took < 1.5
    with misbehaving(lambda connection, stop: stop.wait(5)) as port:
        request = Request(f"https://partner.example:{port}/", b"x")
        took = raises(TransientError, "connect_timeout", lambda: transport.send(request, SHORT))
    assert took < 1.5


def test_name_lookup_counts_too():
    def stuck(host, port, seconds):
        time.sleep(min(seconds, 5))
        raise TransientError("too slow", "dns_timeout")

    took = raises(
        TransientError,
        "dns_timeout",
        lambda: HttpTransport(resolver=stuck).send(Request("http://slow.example/"), SHORT),
    )
    assert took < 1
