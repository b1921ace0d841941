"""A partner's system that only receives: HTTP/1.1 with keep-alive, every body read to its end, 200 for each.

As a program (``python _sink.py DELAY``) it prints its port and serves until its standard input ends; ``Sink``
starts it as a process of its own and asks what arrived. The answer comes ``DELAY`` seconds after the request.
"""

import asyncio
import json
import subprocess
import sys
import urllib.request

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
REPORT, FORGET = b"GET /_report", b"GET /_forget"
KEY = b"idempotency-key:"
LENGTH = b"content-length:"


class Received:
    """What came so far: how often per key, the number of bytes, the last request as it came."""

    def __init__(self):
        self.forget()

    def forget(self):
        self.keys, self.requests, self.bytes, self.last = {}, 0, 0, (b"", b"")

    def add(self, head, body):
        key = _header(head, KEY)
        self.keys[key] = self.keys.get(key, 0) + 1
        self.requests += 1
        self.bytes += len(body)
        self.last = (head, body)

    def report(self):
        head, body = self.last
        return {
            "requests": self.requests,
            "keys": len(self.keys),
            "bytes": self.bytes,
            "head": head.decode("latin-1"),
            "body": body.decode("utf-8", "replace"),
        }


class Connection(asyncio.Protocol):
    def __init__(self, received, delay):
        self.received = received
        self.delay = delay
        self.buffer = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = int(_header(head, LENGTH) or 0)
            if len(self.buffer) < end + 4 + length:
                return
            body = self.buffer[end + 4 : end + 4 + length]
            self.buffer = self.buffer[end + 4 + length :]
            self.answer(head, body)

    def answer(self, head, body):
        if head.startswith((REPORT, FORGET)):
            content = json.dumps(self.received.report()).encode()
            if head.startswith(FORGET):
                self.received.forget()
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content
            )
            return
        self.received.add(head, body)
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, ANSWER)
        else:
            self.transport.write(ANSWER)


def _header(head, name):
    start = head.lower().find(b"\r\n" + name)
    if start < 0:
        return b""
    start += 2 + len(name)
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else None].strip()


class Sink:
    def __init__(self, delay=0.0):
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(delay)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def report(self):
        return self._ask("_report")

    def forget(self):
        """Begins to count anew."""
        return self._ask("_forget")

    def _ask(self, path):
        with self._opener.open(f"{self.url}/{path}", timeout=10) as reply:
            return json.load(reply)


async def main(delay):
    loop = asyncio.get_running_loop()
    received = Received()
    server = await loop.create_server(lambda: Connection(received, delay), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it, however that ended.
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
