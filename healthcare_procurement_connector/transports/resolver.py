"""Looks a host up within a time limit.

The system's resolver cannot be told how long it may take, so it runs in a thread that is left behind when the
time is over; it ends by itself when the resolver gives up.
"""

import ipaddress
import queue
import socket
import threading

from ..core.exceptions import TransientError


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host, without repeats, in the system's order of preference."""
    if _is_address(host):
        return [host]
    answers = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, answers), daemon=True).start()
    try:
        found = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TransientError(
            "The host's address could not be found in time", "dns_timeout"
        ) from None
    if isinstance(found, Exception):
        raise TransientError("The host's address could not be found", "dns") from found
    return found


def _look_up(host, port, answers):
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answers.put(list(dict.fromkeys(row[4][0] for row in rows)))
    except (OSError, UnicodeError) as error:
        answers.put(error)


def _is_address(host):
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
