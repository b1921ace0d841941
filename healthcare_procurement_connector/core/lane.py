"""Lanes: an endpoint's parallel tracks. Messages of one business key always share one.

A lane takes one call at a time, so an endpoint has as many calls under way as it has lanes, whoever makes them.
"""

import zlib


def lanes_of(concurrency: int, idempotent: bool) -> int:
    """How many lanes an endpoint has: one where a repeat would be a second order.

    >>> lanes_of(4, idempotent=True), lanes_of(4, idempotent=False)
    (4, 1)
    """
    return concurrency if idempotent else 1


def lane_of(business_key: str, lanes: int) -> int:
    """The lane (from 0) of a business key.

    >>> lane_of("order:7", 4) == lane_of("order:7", 4)
    True
    >>> {lane_of(f"order:{number}", 4) for number in range(50)}
    {0, 1, 2, 3}
    """
    return zlib.crc32(business_key.encode()) % lanes
