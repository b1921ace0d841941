"""One SFTP session, within limits that hold whatever the server does.

- The host is resolved once, the addresses are checked, and the connection goes to one of exactly these.
- The server's key is compared with the pinned ones before anything is shown to it: no login, no file.
- One watchdog runs over the whole session: when its time is over the connection is closed under whatever waits.
"""

import contextlib
import logging
import socket
import threading
import time
from dataclasses import dataclass, field

import paramiko

from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    IntegrationError,
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.transports.addresses import permitted
from odoo.addons.healthcare_procurement_connector.transports.files import Folders, parts_of

from .keys import HostKey, algorithms, host_keys, is_pinned, private_key

MOST_ADDRESSES = 3
# All that the library raises, be it of the server, the connection or its own.
FAILURES = (OSError, EOFError, paramiko.SSHException)
# What goes wrong in a session reaches us as an exception; the library would log it once more, as an error.
QUIET = "odoo.addons.healthcare_transport_sftp.paramiko"
logging.getLogger(QUIET).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, repr=False)
class SftpServer:
    """``host_keys``: lines with the keys that are pinned. ``path``: where the folders are, from the login's own
    folder, or from the root where it begins with /. ``password`` is tried only without a ``key`` (PEM).
    """

    host: str
    port: int = 22
    user: str = ""
    password: str = ""
    key: str = ""
    passphrase: str = ""
    host_keys: str = ""
    path: str = ""
    folders: Folders = field(default_factory=Folders)

    def __repr__(self):
        return f"SftpServer({self.host}:{self.port})"

    def folder(self, name: str) -> str:
        """The path of one of the folders."""
        start = "/" if self.path.startswith("/") else ""
        return start + "/".join((*parts_of(self.path.strip("/")), *parts_of(name)))


class Session:
    """``sftp`` is the library's client. Errors are told by ``meaning``."""

    def __init__(self, sftp, transport, deadline):
        self.sftp = sftp
        self._transport = transport
        self.deadline = deadline

    def check_time(self):
        if time.monotonic() > self.deadline:
            raise TransientError("The server was not done in time", "timeout")

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone: then nobody knows what the server did of what was asked last."""
        return not self._transport.is_active() or self.sftp.get_channel().closed

    @contextlib.contextmanager
    def told(self):
        """Errors as what they mean, for anything that can be tried again without harm."""
        try:
            yield
        except IntegrationError:
            raise
        except FAILURES as error:
            raise self.meaning(error) from error

    def meaning(self, error):
        if self.is_lost or isinstance(error, (EOFError, paramiko.SSHException)):
            if time.monotonic() >= self.deadline:
                return TransientError("The server was not done in time", "timeout")
            return TransientError("The connection to the server broke", "broken")
        if isinstance(error, FileNotFoundError):
            return TransientError("The folder or file is not there", "no_folder")
        if isinstance(error, PermissionError):
            return PermanentError("The server does not let us do that", "no_permission")
        # Whatever a server fails at; its own text may hold anything.
        return TransientError("The server could not do that", "server_failed")


@contextlib.contextmanager
def opened(server: SftpServer, limits, deadline, resolver):
    """A Session that is closed in the end, at the latest when ``deadline`` (monotonic) is over."""
    with contextlib.ExitStack() as stack:
        connection = _connected(server, limits, deadline, resolver)
        stack.callback(connection.close)
        transport = paramiko.Transport(connection)
        transport.set_log_channel(QUIET)
        stack.callback(transport.close)
        watchdog = threading.Timer(max(deadline - time.monotonic(), 0), _hang_up, [transport])
        watchdog.daemon = True
        watchdog.start()
        stack.callback(watchdog.cancel)
        with _told_at_the_door(deadline):
            _check_host(transport, server, limits, deadline)
            _log_in(transport, server, deadline)
            sftp = paramiko.SFTPClient.from_transport(transport)
        yield Session(sftp, transport, deadline)


def _hang_up(transport):
    # The socket first: whoever waits in it is woken, and closing waits for nobody.
    with contextlib.suppress(OSError):
        transport.sock.shutdown(socket.SHUT_RDWR)
    transport.close()


def _connected(server, limits, deadline, resolver):
    seconds = min(limits.connect_seconds, max(deadline - time.monotonic(), 0.001))
    found = resolver(server.host, server.port, seconds)
    addresses = permitted(found, limits.allow_internal)[:MOST_ADDRESSES]
    for address in addresses:
        seconds = min(limits.connect_seconds, deadline - time.monotonic())
        try:
            if seconds > 0:
                return socket.create_connection((address, server.port), seconds)
        except ConnectionRefusedError:
            failure = TransientError("The partner's server refused the connection", "refused")
        except OSError:
            failure = TransientError("The connection could not be opened", "connect")
        else:
            failure = TransientError(
                "The partner's server could not be reached in time", "connect_timeout"
            )
    raise failure


def _check_host(transport, server, limits, deadline):
    pinned = host_keys(server.host_keys)
    if pinned:
        transport.get_security_options().key_types = algorithms(pinned)
    seconds = max(min(limits.connect_seconds, deadline - time.monotonic()), 0.001)
    transport.banner_timeout = transport.handshake_timeout = seconds
    try:
        transport.start_client(timeout=seconds)
        shown = transport.get_remote_server_key()
    except paramiko.ssh_exception.IncompatiblePeer:
        raise PermanentError(
            "The server has no key of a kind that is pinned, or speaks no safe protocol", "host_key"
        ) from None
    if not pinned:
        raise PermanentError(
            f"No host key is pinned. The server shows {HostKey(shown.get_name(), shown.asbytes())}; "
            "ask the partner on another way whether that is its key",
            "no_host_key",
        )
    if not is_pinned(shown.asbytes(), pinned):
        told = HostKey(shown.get_name(), shown.asbytes()).fingerprint
        raise PermanentError(
            f"The server's key is not the one that is pinned: it shows {told}", "host_key"
        )


def _log_in(transport, server, deadline):
    transport.auth_timeout = max(deadline - time.monotonic(), 0.001)
    if server.key:
        asked = transport.auth_publickey(server.user, private_key(server.key, server.passphrase))
    elif server.password:
        asked = transport.auth_password(server.user, server.password, fallback=False)
    else:
        raise PermanentError("The endpoint has neither a key nor a password", "no_credentials")
    if asked:
        raise PermanentError("The server wants more than one proof of who we are", "login")


@contextlib.contextmanager
def _told_at_the_door(deadline):
    try:
        yield
    except IntegrationError:
        raise
    except paramiko.AuthenticationException as error:
        if "EOF" in str(error) or "timeout" in str(error).lower():
            raise _door_closed(deadline) from None
        raise PermanentError("The server refuses our login", "login") from None
    except FAILURES:
        raise _door_closed(deadline) from None


def _door_closed(deadline):
    if time.monotonic() >= deadline:
        return TransientError("The server was not done in time", "timeout")
    return TransientError("The server ended the connection before we were in", "connect")
