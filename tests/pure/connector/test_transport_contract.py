"""One contract for all transports: what the connector may rely on, whatever carries a document.

Each transport is put up with a real peer of its own (a web server, a folder, OpenSSH), and so is what goes wrong with
it. Mail and exports by hand go through Odoo; their part of the contract is in the connector's own tests.
"""

import contextlib
import threading
import time
from dataclasses import dataclass, field, replace

import pytest
from auth_peers import desk
from http_peers import misbehaving
from sftp_peers import empty, sftp_peer

from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    IntegrationError,
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.core.outcome import after_sending
from odoo.addons.healthcare_procurement_connector.transports.authorized import AuthorizedHttp
from odoo.addons.healthcare_procurement_connector.transports.base import Limits, Request
from odoo.addons.healthcare_procurement_connector.transports.folder import (
    FolderPlace,
    FolderTransport,
)
from odoo.addons.healthcare_procurement_connector.transports.http_access import HttpAccess
from odoo.addons.healthcare_procurement_connector.transports.reply import classify
from odoo.addons.healthcare_procurement_connector.transports.switch import Switch
from odoo.addons.healthcare_transport_sftp.transports.session import SftpServer
from odoo.addons.healthcare_transport_sftp.transports.sftp import SftpTransport

SECRET = "s3cret-value"
NAME = "order-P00012-5f0c.xml"
BODY = b"<Order>\xc3\xa9\x00\xff</Order>" * 1000
LIMITS = Limits(total_seconds=15, allow_internal=True, max_reply_bytes=1000)
CHECKED, OTHER = "127.0.0.1", "169.254.169.254"


@dataclass
class Stage:
    """``request`` reaches the peer. ``arrived()`` gives the bodies it has, whole ones only."""

    transport: object
    request: Request
    arrived: object
    by_name: object = None  # (resolver) -> (transport, request) whose host is a name
    at_port: object = None  # (port) -> the request to another port of this machine
    refusing: object = None  # a request that the peer refuses for good
    absent: object = None  # a request to what is not there now
    secrets: tuple = ()
    visit: object = (
        None  # Collector, with ``incoming``: the folder in which the partner's files lie
    )
    incoming: object = None
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)


@pytest.fixture(name="ssh", scope="module")
def _ssh(tmp_path_factory):
    with sftp_peer(tmp_path_factory.mktemp("contract")) as peer:
        yield peer


def http_stage(access, accepts):
    stack = contextlib.ExitStack()
    server = stack.enter_context(desk(accepts))
    port = server.server_address[1]

    def request(port=port, host=CHECKED, **changes):
        used = replace(access, **changes)
        if used.kind == "oauth2" and not used.token_url:
            used = replace(used, token_url=f"http://{CHECKED}:{server.server_address[1]}/token")
        return Request(f"http://{host}:{port}/orders", BODY, access=used, name=NAME)

    return Stage(
        transport=AuthorizedHttp(),
        request=request(),
        arrived=lambda: [body for headers, body in server.requests if accepts(headers)],
        by_name=lambda resolver: (
            AuthorizedHttp(resolver=resolver),
            request(host="partner.example"),
        ),
        at_port=lambda port: request(port=port),
        refusing=request(secret="wrong-secret") if access.kind != "none" else None,
        secrets=(SECRET, "token-1"),
        stack=stack,
    )


def folder_stage(tmp_path):
    home = tmp_path / "root" / "supplier"
    for name in ("out", "in", "done", "error"):
        (home / name).mkdir(parents=True)

    def request(path="supplier", name=NAME):
        place = FolderPlace(str(tmp_path / "root"), path)
        return Request("", BODY, transport="folder", access=place, name=name)

    return Stage(
        transport=FolderTransport(),
        request=request(),
        arrived=lambda: [path.read_bytes() for path in (home / "out").glob("[!.]*")],
        refusing=request(path="../elsewhere"),
        absent=request(path="nobody"),
        visit=FolderTransport(),
        incoming=home / "in",
    )


def sftp_stage(peer):
    empty(peer)

    def request(port=peer.port, host=CHECKED, **changes):
        access = SftpServer(
            **{
                "host": host,
                "port": port,
                "user": peer.user,
                "password": SECRET,
                "key": peer.private("client_ed25519"),
                "host_keys": peer.public("host_ed25519"),
                **changes,
            }
        )
        return Request("", BODY, transport="sftp", access=access, name=NAME)

    return Stage(
        transport=SftpTransport(),
        request=request(),
        arrived=lambda: [path.read_bytes() for path in (peer.home / "out").glob("[!.]*")],
        by_name=lambda resolver: (SftpTransport(resolver), request(host="partner.example")),
        at_port=lambda port: request(port=port),
        refusing=request(key="", password=SECRET),
        absent=request(path="nobody"),
        secrets=(SECRET, peer.private("client_ed25519").splitlines()[2]),
        visit=SftpTransport(),
        incoming=peer.home / "in",
    )


ACCESSES = {
    "http": (HttpAccess(), lambda headers: True),
    "basic": (
        HttpAccess("basic", "hospital", SECRET),
        lambda headers: headers.get("Authorization") == "Basic aG9zcGl0YWw6czNjcmV0LXZhbHVl",
    ),
    "bearer": (
        HttpAccess("bearer", secret=SECRET),
        lambda headers: headers.get("Authorization") == f"Bearer {SECRET}",
    ),
    "api_key": (
        HttpAccess("api_key", secret=SECRET, header="X-Key"),
        lambda headers: headers.get("X-Key") == SECRET,
    ),
    "oauth2": (
        HttpAccess("oauth2", "hospital", SECRET),
        lambda headers: headers.get("Authorization") == "Bearer token-1",
    ),
}
ALL = (*ACCESSES, "folder", "sftp")
CONNECTING = (*ACCESSES, "sftp")
COLLECTING = ("folder", "sftp")


@pytest.fixture(name="stage")
def _stage(request, tmp_path):
    if request.param == "folder":
        stage = folder_stage(tmp_path)
    elif request.param == "sftp":
        stage = sftp_stage(request.getfixturevalue("ssh"))
    else:
        stage = http_stage(*ACCESSES[request.param])
    with stage.stack:
        yield stage


def on(*kinds):
    return pytest.mark.parametrize("stage", kinds, indirect=True)


def attempt(stage, request=None, limits=LIMITS, transport=None):
    """(the error or None, the seconds it took); as services/calls.py makes a call."""
    started = time.monotonic()
    try:
        classify((transport or stage.transport).send(request or stage.request, limits))
    except IntegrationError as error:
        return error, time.monotonic() - started
    return None, time.monotonic() - started


def verdict(error, idempotent=False):
    return after_sending(error, 1, 8, idempotent, 0.5).state


@on(*ALL)
def test_a_document_arrives_whole_and_byte_by_byte(stage):
    assert attempt(stage)[0] is None
    assert stage.arrived() == [BODY]


@on(*ALL)
def test_a_transport_serves_many_threads(stage):
    errors = []

    def work(number):
        request = replace(stage.request, name=f"order-{number}.xml")
        errors.append(attempt(stage, request)[0])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == [None] * 6
    assert stage.arrived() == [BODY] * 6


@on("folder", "sftp")
def test_a_repeat_of_what_arrived_makes_nothing_new(stage):
    assert [attempt(stage)[0], attempt(stage)[0]] == [None, None]
    assert stage.arrived() == [BODY]


@on("basic", "bearer", "api_key", "oauth2", "folder", "sftp")
def test_what_is_refused_goes_to_a_person_and_nothing_arrived(stage):
    if stage.request.access.__class__ is HttpAccess and stage.request.access.kind == "oauth2":
        # The token address refuses, which is where it begins.
        stage = replace(stage, refusing=replace(stage.request, access=_without_token(stage)))
    error, _seconds = attempt(stage, stage.refusing)
    assert isinstance(error, PermanentError) and verdict(error) == "dead"
    assert stage.arrived() == []


def _without_token(stage):
    return replace(stage.request.access, token_url=stage.request.url.replace("/orders", "/nothing"))


@on("folder", "sftp")
def test_what_is_not_there_now_is_tried_again(stage):
    error, _seconds = attempt(stage, stage.absent)
    assert isinstance(error, TransientError) and verdict(error) == "retrying"


@on(*CONNECTING)
def test_a_closed_door_is_tried_again_whether_or_not_repeats_are_known(stage):
    with misbehaving(lambda connection, stop: None) as port:
        pass  # closed again: nobody listens there
    error, _seconds = attempt(stage, stage.at_port(port))
    assert (type(error), error.code) == (TransientError, "refused")
    assert (verdict(error), verdict(error, True)) == ("retrying", "retrying")


@on(*CONNECTING)
def test_silence_ends_when_the_time_is_over(stage):
    limits = replace(LIMITS, total_seconds=1, connect_seconds=0.7)
    with misbehaving(lambda connection, stop: stop.wait(15)) as port:
        error, seconds = attempt(stage, stage.at_port(port), limits)
    assert seconds < 5
    # A web server that took the request may have the order; of files nothing was visible.
    uncertain = stage.visit is None
    assert type(error) is (AmbiguousError if uncertain else TransientError)
    assert verdict(error) == ("uncertain" if uncertain else "retrying")
    assert verdict(error, True) == "retrying"


@on(*CONNECTING)
def test_an_answer_without_end_is_cut_off(stage):
    def chatter(connection, stop):
        while not stop.wait(0.01):
            connection.sendall(b"x" * 1000 + b"\r\n")

    limits = replace(LIMITS, total_seconds=2, connect_seconds=1)
    with misbehaving(chatter) as port:
        error, seconds = attempt(stage, stage.at_port(port), limits)
    assert isinstance(error, IntegrationError) and seconds < 6


@on(*CONNECTING)
def test_inside_the_hospital_only_where_a_manager_said_so(stage):
    error, _seconds = attempt(stage, limits=replace(LIMITS, allow_internal=False))
    assert (type(error), error.code) == (PermanentError, "address_internal")
    assert stage.arrived() == []


@on(*CONNECTING)
def test_nowhere_where_clouds_hand_out_credentials(stage):
    transport, request = stage.by_name(lambda host, port, seconds: [CHECKED, OTHER])
    error, _seconds = attempt(stage, request, transport=transport)
    assert (type(error), error.code) == (PermanentError, "address_forbidden")
    assert stage.arrived() == []


@on(*CONNECTING)
def test_a_name_that_changes_its_answer_leads_to_the_address_that_was_checked(stage):
    """DNS rebinding: after the check the name would answer with an address that is forbidden."""
    asked = []

    def rebinding(host, port, seconds):
        asked.append(host)
        return [CHECKED] if asked.count("partner.example") <= 1 else [OTHER]

    transport, request = stage.by_name(rebinding)
    assert attempt(stage, request, transport=transport)[0] is None
    assert asked.count("partner.example") == 1
    assert stage.arrived() == [BODY]
    # And what is asked anew is checked anew.
    error, _seconds = attempt(stage, request, transport=transport)
    assert error.code == "address_forbidden"


@on(*ALL)
def test_no_secret_is_in_what_is_shown_or_kept(stage, caplog):
    caplog.set_level(0)
    told = [repr(stage.request), repr(stage.request.access)]
    requests = [each for each in (stage.request, stage.refusing, stage.absent) if each]
    for request in requests:
        error, _seconds = attempt(stage, request)
        told.append(repr(error))
        told.append(repr(error.__cause__) if error else "")
    reply = stage.transport.send(replace(stage.request, name="again.xml"), LIMITS)
    told += [repr(reply), reply.body.decode(), *map(str, reply.headers.items())]
    told += [record.getMessage() for record in caplog.records]
    for secret in stage.secrets:
        assert not [text for text in told if secret in text]


@on(*COLLECTING)
def test_what_is_fetched_is_whole_limited_and_moved(stage):
    for name, content in (("a.xml", BODY[:999]), ("big.xml", BODY), ("b.xml.part", b"half")):
        (stage.incoming / name).write_bytes(content)
    with stage.visit.visit(stage.request.access, LIMITS) as visit:
        assert sorted(visit.look()) == ["a.xml", "big.xml"]
        assert visit.fetch("a.xml") == BODY[:999]
        with pytest.raises(PermanentError) as caught:
            visit.fetch("big.xml")
        assert caught.value.code == "too_large"
        visit.finish("a.xml", True)
        visit.finish("big.xml", False)
    assert [path.name for path in stage.incoming.iterdir()] == ["b.xml.part"]
    assert (stage.incoming.parent / "done" / "a.xml").read_bytes() == BODY[:999]
    assert (stage.incoming.parent / "error" / "big.xml").exists()


def test_the_switch_gives_each_request_to_its_transport():
    class Deaf:
        def send(self, request, limits):
            return request.transport

    switch = Switch({"http": Deaf()})
    switch.add("sftp", Deaf())
    assert switch.codes() == ("http", "sftp")
    assert switch.send(Request("", transport="sftp"), LIMITS) == "sftp"
    with pytest.raises(PermanentError) as caught:
        switch.send(Request("", transport="pigeon"), LIMITS)
    assert caught.value.code == "no_transport"
