"""SFTP against a real OpenSSH server, and against sockets and servers that misbehave."""

import os
import socket
import threading
import time
from dataclasses import replace

import paramiko
import pytest
from http_peers import misbehaving, unreachable
from sftp_peers import empty, sftp_peer

from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.transports.base import Limits, Request
from odoo.addons.healthcare_procurement_connector.transports.files import Folders
from odoo.addons.healthcare_transport_sftp.transports import session
from odoo.addons.healthcare_transport_sftp.transports import sftp as module
from odoo.addons.healthcare_transport_sftp.transports.keys import host_keys, private_key
from odoo.addons.healthcare_transport_sftp.transports.session import SftpServer
from odoo.addons.healthcare_transport_sftp.transports.sftp import SftpTransport

NAME = "order-P00012-5f0c.xml"
LIMITS = Limits(total_seconds=20, max_reply_bytes=5_000_000, allow_internal=True)
SHORT = Limits(total_seconds=1, connect_seconds=0.5, allow_internal=True)
PASSWORD = "s3cret-value"


@pytest.fixture(name="peer", scope="module")
def _peer(tmp_path_factory):
    with sftp_peer(tmp_path_factory.mktemp("sftp")) as peer:
        yield peer


@pytest.fixture(autouse=True)
def _clean(request):
    if "peer" in request.fixturenames:
        empty(request.getfixturevalue("peer"))


def server(peer, **changes):
    values = {
        "host": "127.0.0.1",
        "port": peer.port,
        "user": peer.user,
        "key": peer.private("client_ed25519"),
        "host_keys": peer.public("host_ed25519"),
    }
    return SftpServer(**values | changes)


def put(where, name=NAME, body=b"<Order/>", limits=LIMITS, transport=None):
    request = Request("", body, transport="sftp", access=where, name=name)
    return (transport or SftpTransport()).send(request, limits)


def refused(kind, code, call):
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        call()
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert PASSWORD not in str(caught.value) and "PRIVATE KEY" not in str(caught.value)
    return time.monotonic() - started


# -- who is there, and who we are ----------------------------------------------------------------------------


def test_a_file_arrives_whole(peer):
    body = os.urandom(2_000_000)
    assert put(server(peer), body=body).status == 201
    (path,) = (peer.home / "out").iterdir()
    assert (path.name, path.read_bytes()) == (NAME, body)


@pytest.mark.parametrize("key, phrase", [("client_rsa", "a phrase"), ("client_ecdsa", "")])
@pytest.mark.parametrize("host", ["host_rsa", "host_ed25519"])
def test_every_usual_kind_of_key(peer, key, phrase, host):
    where = server(peer, key=peer.private(key), passphrase=phrase, host_keys=peer.public(host))
    assert put(where).status == 201


def test_a_server_with_another_key_gets_nothing(peer, caplog):
    def logins():
        return (peer.folder / "sshd.log").read_text().count("Accepted")

    before = logins()
    refused(
        PermanentError,
        "host_key",
        lambda: put(server(peer, host_keys=peer.public("stranger"))),
    )
    # Of another kind than all of the server's: it shows none that could be compared.
    refused(
        PermanentError,
        "host_key",
        lambda: put(server(peer, host_keys=peer.public("client_ecdsa"))),
    )
    assert logins() == before
    assert list((peer.home / "out").iterdir()) == []
    assert caplog.records == []


def test_without_a_pinned_key_the_server_is_shown_not_trusted(peer):
    with pytest.raises(PermanentError) as caught:
        put(server(peer, host_keys=""))
    assert caught.value.code == "no_host_key"
    shown = {" ".join(peer.public(name).split()[:2]) for name in ("host_ed25519", "host_rsa")}
    assert any(line in str(caught.value) for line in shown)


def test_one_of_several_pinned_keys_is_enough(peer):
    # As when the partner announces a new key.
    where = server(peer, host_keys=peer.public("stranger") + peer.public("host_ed25519"))
    assert put(where).status == 201


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"key": "", "password": PASSWORD}, "login"),
        ({"key": ""}, "no_credentials"),
        ({"key": PASSWORD}, "bad_key"),
        ({"user": "nobody-of-that-name"}, "login"),
        ({"host_keys": PASSWORD}, "bad_host_key"),
    ],
)
def test_what_is_wrong_with_the_login_is_said(peer, changes, code):
    refused(PermanentError, code, lambda: put(server(peer, **changes)))


def test_a_strange_key_or_a_missing_passphrase(peer):
    refused(PermanentError, "login", lambda: put(server(peer, key=peer.private("stranger"))))
    refused(PermanentError, "bad_key", lambda: put(server(peer, key=peer.private("client_rsa"))))
    where = server(peer, key=peer.private("client_rsa"), passphrase="wrong")
    refused(PermanentError, "bad_key", lambda: put(where))


class PasswordDoor(paramiko.ServerInterface):
    """OpenSSH would ask the machine for its users' passwords; this one has one of its own."""

    def __init__(self, seen):
        self._seen = seen

    def get_allowed_auths(self, username):
        return "password"

    def check_auth_password(self, username, password):
        self._seen.append((username, password))
        return paramiko.AUTH_SUCCESSFUL if password == PASSWORD else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED


def test_a_password_is_shown_to_the_pinned_server_only(peer):
    seen = []

    def door(connection, stop):
        transport = paramiko.Transport(connection)
        transport.set_log_channel(session.QUIET)
        transport.add_server_key(private_key(peer.private("host_ed25519")))
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer)
        transport.start_server(server=PasswordDoor(seen))
        stop.wait(20)
        transport.close()

    with misbehaving(door) as port:
        where = server(peer, port=port, user="hospital", key="", password=PASSWORD)
        # It lets us in; that server has no files, so the folder is not to be had.
        refused(TransientError, "server_failed", lambda: put(where))
        refused(PermanentError, "login", lambda: put(replace(where, password="wrong")))
        assert seen == [("hospital", PASSWORD), ("hospital", "wrong")]
        stranger = replace(where, host_keys=peer.public("stranger"))
        refused(PermanentError, "host_key", lambda: put(stranger))
        assert len(seen) == 2


def test_nothing_secret_is_shown(peer):
    where = server(peer, password=PASSWORD)
    assert PASSWORD not in repr(where) + repr(Request("", access=where))
    assert private_key(peer.private("client_ed25519")).get_name() == "ssh-ed25519"
    assert [key.kind for key in host_keys(peer.public("host_rsa"))] == ["ssh-rsa"]


# -- where it may go ---------------------------------------------------------------------------------------


def test_internal_addresses_are_refused_unless_allowed(peer):
    limits = replace(LIMITS, allow_internal=False)
    refused(PermanentError, "address_internal", lambda: put(server(peer), limits=limits))


def test_the_connection_goes_to_the_address_that_was_checked(peer):
    """The name's answer changes with each question; only the first, which was checked, counts."""
    asked = []

    def rebinding(host, port, seconds):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    where = server(peer, host="sftp.supplier.example")
    assert put(where, transport=SftpTransport(rebinding)).status == 201
    assert asked == ["sftp.supplier.example"]
    refused(
        PermanentError, "address_forbidden", lambda: put(where, transport=SftpTransport(rebinding))
    )


def test_the_next_address_is_tried(peer):
    def two(host, port, seconds):
        return ["127.0.0.2", "127.0.0.1"]

    assert put(server(peer, host="two.example"), transport=SftpTransport(two)).status == 201


# -- time ------------------------------------------------------------------------------------------------------


def test_one_that_does_not_answer_is_given_up(peer):
    def silent(connection, stop):
        stop.wait(10)

    def talkative(connection, stop):
        # Lines before the banner are allowed; for ever is too long.
        while not stop.wait(0.05):
            connection.sendall(b"welcome\r\n")

    for behave in (silent, talkative):
        with misbehaving(behave) as port:
            seconds = refused(
                TransientError,
                "connect",
                lambda port=port: put(server(peer, port=port), limits=SHORT),
            )
            assert seconds < 4
    with unreachable() as port:
        refused(TransientError, "connect", lambda: put(server(peer, port=port), limits=SHORT))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    refused(TransientError, "refused", lambda: put(server(peer, port=port)))


class Proxy:
    """Passes bytes on, not too fast, until so many came from the client; then it hangs or hangs up."""

    def __init__(self, port, most, hang=False):
        self._target, self._most, self._hang = port, most, hang
        self.passed = 0

    def __call__(self, connection, stop):
        with socket.create_connection(("127.0.0.1", self._target)) as onward:
            threading.Thread(target=self._back, args=(onward, connection), daemon=True).start()
            while part := connection.recv(4096):
                self.passed += len(part)
                if self.passed > self._most:
                    if self._hang:
                        stop.wait(20)
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                onward.sendall(part)
                # The server shall have written most of it when the connection is cut.
                time.sleep(0.002)

    @staticmethod
    def _back(onward, connection):
        try:
            while part := onward.recv(65536):
                connection.sendall(part)
        except OSError:
            pass


def test_a_server_that_hangs_in_the_middle_is_given_up(peer):
    limits = replace(LIMITS, total_seconds=2)
    with misbehaving(Proxy(peer.port, 300_000, hang=True)) as port:
        where = server(peer, port=port)
        seconds = refused(
            TransientError, "timeout", lambda: put(where, body=os.urandom(900_000), limits=limits)
        )
    assert seconds < 5
    assert not (peer.home / "out" / NAME).exists()


def test_an_upload_that_was_cut_goes_on_where_it_ended(peer):
    body = os.urandom(1_500_000)
    with misbehaving(Proxy(peer.port, 800_000)) as port:
        refused(TransientError, "broken", lambda: put(server(peer, port=port), body=body))
    part = peer.home / "out" / f".{NAME}.part"
    there = part.stat().st_size
    assert 0 < there < len(body) and not (peer.home / "out" / NAME).exists()
    counting = Proxy(peer.port, 10**9)
    with misbehaving(counting) as port:
        assert put(server(peer, port=port), body=body).status == 201
    assert (peer.home / "out" / NAME).read_bytes() == body
    assert counting.passed < len(body) - there + 100_000
    assert not part.exists()


def test_what_lies_there_and_is_not_ours_is_not_gone_on_with(peer):
    part = peer.home / "out" / f".{NAME}.part"
    part.write_bytes(b"something else")
    body = os.urandom(100_000)
    put(server(peer), body=body)
    assert (peer.home / "out" / NAME).read_bytes() == body


def test_only_the_rename_is_uncertain(peer, monkeypatch):
    def cut(sftp, _old, _new):
        sftp.get_channel().get_transport().sock.shutdown(socket.SHUT_RDWR)
        raise EOFError

    with monkeypatch.context() as patched:
        patched.setattr(paramiko.SFTPClient, "rename", cut)
        refused(AmbiguousError, "broken", lambda: put(server(peer)))
    assert put(server(peer)).status == 201
    empty(peer)
    rename = paramiko.SFTPClient.rename

    def done_and_denied(sftp, old, new):
        rename(sftp, old, new)
        raise OSError("Failure")

    with monkeypatch.context() as patched:
        # The server is asked what it did.
        patched.setattr(paramiko.SFTPClient, "rename", done_and_denied)
        assert put(server(peer)).status == 201
    (peer.home / "out" / NAME).unlink()
    (peer.home / "out" / NAME).mkdir()
    refused(PermanentError, "name_taken", lambda: put(server(peer)))
    (peer.home / "out" / NAME).rmdir()
    assert put(server(peer)).status == 201
    # Had it arrived, the repeat would find it.
    assert put(server(peer)).status == 200


# -- what the server says ------------------------------------------------------------------------------------


def test_a_repeat_is_the_same_file_and_another_one_is_refused(peer):
    assert [put(server(peer)).status for _number in range(2)] == [201, 200]
    refused(PermanentError, "name_taken", lambda: put(server(peer), body=b"<Other/>"))
    refused(PermanentError, "name_taken", lambda: put(server(peer), body=b"longer than that"))


def test_folders_and_names(peer):
    refused(
        TransientError,
        "no_folder",
        lambda: put(server(peer, folders=Folders(out="nowhere"))),
    )
    refused(PermanentError, "bad_folder", lambda: put(server(peer, path="../..")))
    refused(PermanentError, "bad_name", lambda: put(server(peer), name="../x.xml"))
    assert put(server(peer, path=str(peer.home))).status == 201


def test_the_connection_is_tried_without_a_trace(peer):
    assert put(server(peer), name="", body=b"").status == 204
    assert [path for path in peer.home.rglob("*") if path.is_file()] == []
    where = server(peer, folders=Folders(pending="gone"))
    refused(TransientError, "no_folder", lambda: put(where, name="", body=b""))


def test_files_are_fetched_and_moved(peer):
    pending = peer.home / "in"
    big = os.urandom(3_000_000)
    for name, content in (("a.xml", b"1"), ("b.xml", big), ("b.xml.done", b""), ("c.part", b"3")):
        (pending / name).write_bytes(content)
    (pending / "folder").mkdir()
    (pending / "link.xml").symlink_to("/etc/hostname")
    with SftpTransport().visit(server(peer, folders=Folders(done="in/taken")), LIMITS) as visit:
        assert {name: seen.size for name, seen in visit.look().items()} == {
            "a.xml": 1,
            "b.xml": len(big),
            "b.xml.done": 0,
        }
        assert visit.fetch("b.xml") == big
        refused(PermanentError, "not_a_file", lambda: visit.fetch("link.xml"))
        visit.finish("a.xml", taken=False)
        visit.finish("b.xml", taken=True)
        visit.finish("b.xml", taken=True)  # somebody moved it already
        (pending / "b.xml").write_bytes(b"again")
        visit.finish("b.xml", taken=True)
    assert (peer.home / "error" / "a.xml").exists()
    assert (pending / "taken" / "b.xml").read_bytes() == big
    assert (pending / "taken" / "b.1.xml").read_bytes() == b"again"


def test_a_file_that_is_too_large_is_not_fetched(peer):
    (peer.home / "in" / "a.xml").write_bytes(b"x" * 1001)
    with SftpTransport().visit(server(peer), replace(LIMITS, max_reply_bytes=1000)) as visit:
        refused(PermanentError, "too_large", lambda: visit.fetch("a.xml"))


def test_a_file_that_grows_while_it_is_fetched_is_not_complete(peer, monkeypatch):
    path = peer.home / "in" / "a.xml"
    path.write_bytes(b"1")
    download = module._Visit._download

    def and_grows(visit, name, raw, size):
        download(visit, name, raw, size)
        path.write_bytes(b"12")

    monkeypatch.setattr(module._Visit, "_download", and_grows)
    with SftpTransport().visit(server(peer), LIMITS) as visit:
        refused(TransientError, "not_complete", lambda: visit.fetch("a.xml"))


def test_a_download_that_is_cut_goes_on_in_the_same_visit(peer, monkeypatch):
    content = os.urandom(2_000_000)
    (peer.home / "in" / "a.xml").write_bytes(content)
    sessions, starts = [], []
    download = module._Visit._download

    def cut_once(visit, name, raw, size):
        starts.append(len(raw))
        if len(starts) == 1:
            raw += content[:700_000]
            visit._session.sftp.get_channel().get_transport().sock.shutdown(socket.SHUT_RDWR)
            raise EOFError
        sessions.append(visit._session)
        return download(visit, name, raw, size)

    monkeypatch.setattr(module._Visit, "_download", cut_once)
    with SftpTransport().visit(server(peer), LIMITS) as visit:
        assert visit.fetch("a.xml") == content
    assert starts == [0, 700_000]


def test_nothing_stays_open(peer):
    before = threading.active_count()
    for _number in range(3):
        put(server(peer))
    for _number in range(50):
        if threading.active_count() <= before:
            break
        time.sleep(0.1)
    assert threading.active_count() <= before
