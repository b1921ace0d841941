"""Decides which network addresses a call may go to.

A URL that a person or a partner entered must not reach into the hospital's own network. What a name resolves
to is checked as a number, after resolution, and the connection goes to the number that was checked.
"""

import ipaddress
from collections.abc import Sequence

from ..core.exceptions import PermanentError

# Where clouds hand out credentials to whoever asks from inside: no partner's system lives there.
METADATA = {
    ipaddress.ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "168.63.129.16")
}
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def permitted(addresses: Sequence[str], allow_internal: bool = False) -> list[str]:
    """The addresses in their order, if a call may go to every one of them; PermanentError otherwise.

    One forbidden address forbids the name: a name that points both outside and inside is a trick.

    >>> permitted(["93.184.216.34", "2606:2800:220:1::1"])
    ['93.184.216.34', '2606:2800:220:1::1']
    >>> permitted(["127.0.0.1"], allow_internal=True)
    ['127.0.0.1']
    >>> permitted(["93.184.216.34", "::ffff:10.0.0.1"])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    PermanentError: The address is inside a private network
    """
    verdicts = {verdict(address) for address in addresses}
    if not verdicts:
        raise PermanentError("The host has no address", "no_address")
    if "never" in verdicts:
        raise PermanentError(
            "The address is not one a partner's system can have", "address_forbidden"
        )
    if "internal" in verdicts and not allow_internal:
        raise PermanentError(
            "The address is inside a private network; a manager can mark it as internal",
            "address_internal",
        )
    return list(addresses)


def verdict(address: str) -> str:
    """``public``, ``internal`` or ``never``.

    >>> [verdict(a) for a in ("8.8.8.8", "192.168.1.9", "fe80::1", "0.0.0.0", "169.254.169.254")]
    ['public', 'internal', 'internal', 'never', 'never']
    """
    try:
        numbers = _meant_by(ipaddress.ip_address(address))
    except ValueError:
        return "never"
    verdicts = {_judge(number) for number in numbers}
    for worst in ("never", "internal"):
        if worst in verdicts:
            return worst
    return "public"


def _meant_by(number):
    """The address and those it carries inside itself: a tunnel must not lead where the door does not."""
    if number.version == 4:
        return [number]
    if number.ipv4_mapped:
        return [number.ipv4_mapped]
    if number in NAT64:
        return [ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)]
    carried = []
    if number.sixtofour:
        carried.append(number.sixtofour)
    if number.teredo:
        carried.extend(number.teredo)
    return [number, *carried]


def _judge(number):
    if number in METADATA or number.is_multicast or number.is_unspecified:
        return "never"
    if number.is_loopback or number.is_link_local:
        return "internal"
    if number.version == 6 and number.is_site_local:
        return "internal"
    if number.is_reserved:
        return "never"
    # Whatever is not known to be public counts as internal: shared, benchmark and documentation networks.
    return "public" if number.is_global else "internal"
