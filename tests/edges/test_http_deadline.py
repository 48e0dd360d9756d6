"""The deadline of an exchange, against servers that drip, stall and stay _silent."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from aggregator.edges.http import Fetcher
from aggregator.edges.http.deadline import Watchdog
from tests.edges.servers import LOOPBACK, Visit, deaf, reason, reply, serving

WORDS = "the server did not answer within 0.4 s"


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Make a Fetcher that may reach loopback."""
    with Fetcher(allow=LOOPBACK, deadline=timedelta(seconds=0.4), limit=100_000) as made:
        yield made


def _silent(visit: Visit) -> None:
    visit.server.closing.wait(5)


def _drips_headers(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\n")
    visit.drip([b"X: y\r\n"] * 60)
    visit.send(b"Content-Length: 0\r\n\r\n")


def _drips_inside_a_header(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\nX: ")
    visit.drip([b"y"] * 60)
    visit.send(b"\r\nContent-Length: 0\r\n\r\n")


def _drips_a_body(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n")
    visit.drip([b"x"] * 60)


def _drips_a_body_without_end(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
    visit.drip([b"x"] * 60)


def _drips_chunks(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    visit.drip([b"1\r\nx\r\n"] * 60)
    visit.send(b"0\r\n\r\n")


def _drips_trailers(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    visit.drip([b"X: y\r\n"] * 60)
    visit.send(b"\r\n")


def _drips_continues(visit: Visit) -> None:
    visit.drip([b"HTTP/1.1 100 Continue\r\n\r\n"] * 60)
    visit.send(reply())


def _redirects_slowly(visit: Visit) -> None:
    visit.server.closing.wait(0.1)
    visit.send(reply(status="302 Found", headers=(f"Location: {visit.path}x",)))


@pytest.mark.parametrize(
    "answer",
    [
        _silent,
        _drips_headers,
        _drips_inside_a_header,
        _drips_a_body,
        _drips_a_body_without_end,
        _drips_chunks,
        _drips_trailers,
        _drips_continues,
        _redirects_slowly,
    ],
)
def test_bounds_the_whole_exchange(fetcher: Fetcher, answer: Callable[[Visit], None]) -> None:
    """However a server spends the time, its exchange ends at the deadline, and nothing it sent is believed."""
    with serving(answer) as server:
        assert reason(fetcher, server.url()).startswith(WORDS)


def test_bounds_connecting(fetcher: Fetcher) -> None:
    """A host that does not answer the first packet is given up at the deadline."""
    with deaf() as port:
        assert reason(fetcher, f"http://127.0.0.1:{port}/") == WORDS


def test_bounds_the_tls_handshake(fetcher: Fetcher) -> None:
    """A server that drips bytes of a TLS handshake is cut at the deadline."""

    def answer(visit: Visit) -> None:
        visit.send(b"\x16\x03\x03\x40\x00")  # a record of 16 KiB begins
        visit.drip([b"\x02"] * 60)

    with serving(answer, waits_for_request=False) as server:
        assert reason(fetcher, f"https://127.0.0.1:{server.port}/") == WORDS


def test_leaves_others_alone(fetcher: Fetcher) -> None:
    """An exchange that is cut does not disturb those that are not."""

    def answer(visit: Visit) -> None:
        (_silent if visit.path == "/slow" else (lambda good: good.send(reply(b"good"))))(visit)

    with serving(answer) as server, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(reason, fetcher, server.url("/slow"))
        while not slow.done():
            assert fetcher.fetch(server.url("/good")).body == b"good"
    assert slow.result() == WORDS


@pytest.mark.parametrize("where", ["connecting", "handshake", "headers", "body"])
def test_stops_at_once(where: str) -> None:
    """Stopping ends an exchange wherever it is, and refuses those that come later."""

    def answer(visit: Visit) -> None:
        if where == "body":
            visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nhalf")
        _silent(visit)

    served = serving(answer, waits_for_request=where != "handshake")
    with Fetcher(allow=LOOPBACK) as fetcher, ThreadPoolExecutor(1) as pool, deaf() as port, served as server:
        url = {"connecting": f"http://127.0.0.1:{port}/", "handshake": f"https://127.0.0.1:{server.port}/"}
        began = time.monotonic()
        waiting = pool.submit(reason, fetcher, url.get(where, server.url()))
        if where == "connecting":
            time.sleep(0.2)
        else:
            assert server.arrived.wait(5)
            time.sleep(0.05)
        fetcher.stop()
        assert waiting.result(timeout=5) == "stopped"
        assert time.monotonic() - began < 5
        assert reason(fetcher, server.url()) == "stopped"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_outlives_a_fork(fetcher: Fetcher) -> None:
    """A child process that inherits a Fetcher has its deadlines too, though not the thread."""
    with serving(reply(b"good")) as server:
        fetcher.fetch(server.url())
    listener = socket.create_server(("127.0.0.1", 0))
    child = os.fork()
    if child == 0:
        threading.Timer(5, os._exit, (2,)).start()
        code = 1
        try:
            code = 0 if reason(fetcher, f"http://127.0.0.1:{listener.getsockname()[1]}/") == WORDS else 1
        finally:
            os._exit(code)
    with listener:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_exchange_that_ends_before_older_ones_is_cut_in_its_time() -> None:
    """One that goes on with little time left is cut then, though another began before it and has more time."""
    ours, theirs = socket.socketpair()
    watchdog = Watchdog(60)
    with ours, theirs, watchdog.exchange() as older:
        time.sleep(0.05)  # now it waits for this one
        with watchdog.exchange(spent=59.9) as younger:
            younger.watch(ours)
            ours.settimeout(20)
            assert ours.recv(1) == b""
            assert younger.over() == "the server did not answer within 60 s"
        assert older.over() is None
    watchdog.close()
