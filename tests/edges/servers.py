"""Loopback servers that answer byte for byte as a test wants, however wrong that is.

Every socket is closed and every thread has ended when the ``with`` block of a server has.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network

import pytest

from aggregator.core.errors import FetchError
from aggregator.edges.http import Fetcher

Answer = Callable[["Visit"], None]
LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass(kw_only=True)
class Visit:
    """One connection with its request, as the server sees it."""

    server: Server
    connection: socket.socket
    request: bytes

    @property
    def path(self) -> str:
        """Give the target of the request line."""
        return self.request.split(b" ", 2)[1].decode("ascii")

    def header(self, name: str) -> bytes | None:
        """Give the bytes of a request header; None: it was not sent."""
        for line in self.request.split(b"\r\n")[1:]:
            found, _, value = line.partition(b":")
            if found.decode("latin-1").lower() == name.lower():
                return value.strip()
        return None

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(data)

    def drip(self, pieces: Iterable[bytes], *, every: float = 0.05) -> None:
        """Send one piece after the other, slowly, until the server closes."""
        for piece in pieces:
            self.send(piece)
            self.server.closing.wait(every)


@dataclass(kw_only=True)
class Server:
    """A listening socket and the threads that serve it."""

    answer: Answer
    tls: ssl.SSLContext | None = None
    waits_for_request: bool = True
    visits: list[Visit] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    threads: list[threading.Thread] = field(default_factory=list)
    port: int = field(init=False)

    def __post_init__(self) -> None:
        self.port = int(self.listener.getsockname()[1])

    def url(self, path: str = "/feed", *, host: str = "127.0.0.1", userinfo: str = "") -> str:
        """Give the address of a path here."""
        return f"{'https' if self.tls else 'http'}://{userinfo}{host}:{self.port}{path}"

    def listen(self) -> None:
        """Accept connections until closing; each has its thread."""
        self.listener.settimeout(0.02)
        while not self.closing.is_set():
            with contextlib.suppress(TimeoutError):
                connection = self.listener.accept()[0]
                thread = threading.Thread(target=self.serve, args=(connection,))
                self.threads.append(thread)
                thread.start()

    def serve(self, connection: socket.socket) -> None:
        """Read one request and answer it; a client that hangs up is no error here."""
        connection.settimeout(5)
        with contextlib.suppress(OSError):
            try:
                if self.tls:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                visit = Visit(server=self, connection=connection, request=self.read(connection))
                self.visits.append(visit)
                self.arrived.set()
                self.answer(visit)
            finally:
                connection.close()

    def read(self, connection: socket.socket) -> bytes:
        """Read up to the empty line after the headers."""
        request = b""
        while self.waits_for_request and not request.endswith(b"\r\n\r\n"):
            received = connection.recv(65536)
            if not received:
                raise ConnectionError
            request += received
        return request


@contextlib.contextmanager
def serving(
    answer: Answer | bytes, *, tls: ssl.SSLContext | None = None, waits_for_request: bool = True
) -> Iterator[Server]:
    """Serve on a free loopback port while the block runs; ``answer`` may be the bytes of the only answer."""
    spoken = answer if callable(answer) else lambda visit: visit.send(answer)
    server = Server(answer=spoken, tls=tls, waits_for_request=waits_for_request)
    accepting = threading.Thread(target=server.listen)
    accepting.start()
    try:
        yield server
    finally:
        server.closing.set()
        accepting.join()
        for thread in server.threads:
            thread.join()
        server.listener.close()


def reply(body: bytes = b"", *, status: str = "200 OK", headers: Iterable[str] = ()) -> bytes:
    """Write a whole HTTP/1.1 answer of known length."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def routes(answers: dict[str, bytes]) -> Answer:
    """Answer by path; what is not listed is a 404."""
    return lambda visit: visit.send(answers.get(visit.path, reply(status="404 Not Found")))


def unused_port() -> int:
    """Give a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """Listen on a port whose queue is full, so that connecting to it hangs; give the port."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        time.sleep(0.01)
        yield int(listener.getsockname()[1])


def reason(fetcher: Fetcher, url: str) -> str:
    """Fetch what must fail, and give the reason."""
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url)
    return caught.value.reason
