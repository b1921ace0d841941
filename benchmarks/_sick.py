"""A partner's system in a bad state: takes connections and requests, and then

- ``hanging`` says nothing for ever,
- ``garbage`` answers each request with 200 and random bytes,
- ``errors`` answers each with 500.

As a program (``python _sick.py KIND``) it prints its port and serves until its standard input ends; ``Sick`` starts it
as a process of its own.
"""

import asyncio
import os
import subprocess
import sys

KINDS = ("hanging", "garbage", "errors")
LENGTH = b"content-length:"


class Connection(asyncio.Protocol):
    def __init__(self, kind):
        self.kind = kind
        self.buffer = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            length = int(head.split(LENGTH)[1].split(b"\r\n")[0])
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            if self.kind == "garbage":
                junk = os.urandom(1000)
                self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + junk)
            elif self.kind == "errors":
                self.transport.write(b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n")


class Sick:
    def __init__(self, kind):
        self._process = subprocess.Popen(
            [sys.executable, __file__, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


async def main(kind):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(kind), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it, however that ended.
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
