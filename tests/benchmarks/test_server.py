"""The press, served: what each scene makes a server say, over a real connection."""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks import certificates, documents, stage
from benchmarks.certificates import Certificates
from benchmarks.scenes import MODES, Scene
from benchmarks.server import sickness
from benchmarks.stage import Stage
from benchmarks.world import Telling, World

WORLD = World(size=110, now=datetime(2026, 11, 22, 7, 30, tzinfo=UTC))
Answer = tuple[int, http.client.HTTPMessage, bytes]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Make an authority."""
    return certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def press(made: Certificates) -> Iterator[Stage]:
    """Serve the world on three ports."""
    with stage.opened(WORLD, ports=3, certificate=made.server) as opened:
        yield opened


def ask(url: str, headers: dict[str, str] | None = None, *, trusted: Path | None = None, timeout: float = 5) -> Answer:
    """Ask for a URL, and for what follows until the connection closes."""
    parts = urlsplit(url)
    context = ssl.create_default_context(cafile=trusted) if trusted else None
    connection = (
        http.client.HTTPSConnection(parts.netloc, timeout=timeout, context=context)
        if context
        else http.client.HTTPConnection(parts.netloc, timeout=timeout)
    )
    try:
        connection.request("GET", parts.path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_feeds_are_spread_over_ports(press: Stage) -> None:
    """The addresses name every feed once, on all ports in turn."""
    urls = press.urls(secure=False)
    assert [urlsplit(url).path for url in urls] == [feed.path for feed in WORLD.feeds]
    assert len({urlsplit(url).netloc for url in urls}) == 3


def test_validators_are_honoured(press: Stage) -> None:
    """With validators the document comes whole at first and as a 304 afterwards; packed for those who can unpack it."""
    press.play(Scene())
    url, expected = (
        press.urls(secure=False)[4],
        documents.write(WORLD.feeds[4], Telling.FIRST, site="http://press.example"),
    )
    status, headers, body = ask(url)
    assert (status, body, headers["content-encoding"]) == (200, expected, None)
    _, packed, body = ask(url, {"Accept-Encoding": "gzip, br"})
    assert (packed["content-encoding"], gzip.decompress(body)) == ("gzip", expected)
    status, _, body = ask(url, {"If-None-Match": headers["etag"], "If-Modified-Since": headers["last-modified"]})
    assert (status, body) == (304, b"")
    assert press.asked().statuses == {"200": 2, "304": 1}


def test_a_changed_document_has_another_validator(press: Stage) -> None:
    """A validator of the first telling brings the later one in full."""
    press.play(Scene())
    url = press.urls(secure=False)[0]
    etag = ask(url)[1]["etag"]
    press.play(Scene(telling=Telling.NEWS))
    status, _, body = ask(url, {"If-None-Match": etag})
    assert (status, body) == (200, documents.write(WORLD.feeds[0], Telling.NEWS, site="http://press.example"))


def test_without_validators_it_always_sends_everything(press: Stage) -> None:
    """A scene without validators offers none and honours none."""
    press.play(Scene(validators=False))
    status, headers, body = ask(press.urls(secure=False)[0], {"If-None-Match": '"0-first"'})
    assert status == 200
    assert body
    assert headers["etag"] is headers["last-modified"] is None


def test_latency_delays_every_answer(press: Stage) -> None:
    """An answer comes no sooner than the scene says, and the report tells when the last one went out."""
    press.play(Scene(delay=0.15))
    started = time.monotonic()
    ask(press.urls(secure=False)[0])
    assert time.monotonic() - started >= 0.15
    assert press.asked().healthy_done - started >= 0.15


def test_one_feed_in_twenty_is_sick(press: Stage) -> None:
    """Of a hundred feeds five are sick, each in another way; the others answer as ever, and only they are counted."""
    sick = {sickness(feed.number): press.urls(secure=False)[feed.number] for feed in WORLD.feeds[:100]}
    well = sick.pop(None)
    press.play(Scene(sick=True))
    assert ask(well)[0] == 200
    assert ask(sick["fails"])[0] == 500
    assert ask(sick["is a page"])[1]["content-type"] == "text/html"
    with pytest.raises(http.client.IncompleteRead):
        ask(sick["breaks off"])
    with pytest.raises(TimeoutError):
        ask(sick["hangs"], timeout=0.2)
    assert press.asked().statuses == {"200": 1}


def test_a_dripping_feed_keeps_its_reader_waiting(press: Stage) -> None:
    """Headers come at once, then a byte now and then: no single read times out."""
    press.play(Scene(sick=True))
    drips = next(feed.number for feed in WORLD.feeds if sickness(feed.number) == "drips")
    address = urlsplit(press.urls(secure=False)[drips])
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=3) as connection:
        connection.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % address.path.encode())
        received = connection.recv(4096)
        while not received.endswith(b"\r\n\r\n<<"):
            piece = connection.recv(4096)
            assert piece
            received += piece


def test_tls_is_trusted_through_the_run_s_own_authority(press: Stage, made: Certificates) -> None:
    """The secure ports show a certificate that the run's authorities vouch for, and nobody else's."""
    press.play(Scene(secure=True))
    url = press.urls(secure=True)[0]
    assert ask(url, trusted=made.trusted)[0] == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        http.client.HTTPSConnection(urlsplit(url).netloc, timeout=5, context=ssl.create_default_context()).connect()


def test_an_unknown_address_is_not_found(press: Stage) -> None:
    """What is no feed is a 404, and does not end the server."""
    press.play(Scene())
    url = press.urls(secure=False)[0]
    assert ask(url.replace("/feed/0.xml", "/favicon.ico"))[0] == 404
    assert ask(url)[0] == 200


def test_modes_ask_for_what_their_titles_say() -> None:
    """Only the first poll starts from nothing; what a store holds before is what was told first, in the same manner."""
    assert [mode.name for mode in MODES if not mode.primed] == ["first"]
    for mode in MODES:
        before = mode.before
        assert (before.telling, before.delay, before.sick) == (Telling.FIRST, 0.0, False)
        assert (before.secure, before.validators) == (mode.scene.secure, mode.scene.validators)
