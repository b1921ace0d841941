"""Clients that post documents as fast as they are answered: eight sockets in one process, no HTTP library.

The requests are made before the clock starts. A server that closes the connection after an answer (Odoo's
workers do, whatever the client asks for) is connected to again, which counts for both sides of a comparison.
"""

import asyncio
import time
from collections import Counter, deque


def request(path, headers, body):
    """The bytes of one POST."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def post_all(port, requests, clients=8):
    """(seconds, {status: count})."""
    return asyncio.run(_post_all(port, deque(requests), clients))


async def _post_all(port, requests, clients):
    statuses = Counter()
    started = time.perf_counter()
    await asyncio.gather(*(_client(port, requests, statuses) for _ in range(clients)))
    return time.perf_counter() - started, dict(statuses)


async def _client(port, requests, statuses):
    reader = writer = None
    while requests:
        raw = requests.popleft()
        if writer is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        statuses[int(head.split(b" ", 2)[1])] += 1
        if b"\r\nconnection: close" in head or head.startswith(b"http/1.0"):
            writer.close()
            writer = None
    if writer is not None:
        writer.close()
