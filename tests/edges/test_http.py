"""The Fetcher against real loopback servers: requests, answers, redirects."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import __version__
from aggregator.core.errors import FetchError
from aggregator.core.model import Validators
from aggregator.edges.http import Fetcher
from tests.edges.servers import LOOPBACK, Visit, reason, reply, routes, serving, unused_port


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Make a Fetcher that may reach loopback."""
    with Fetcher(allow=LOOPBACK, deadline=timedelta(seconds=5), limit=100_000) as made:
        yield made


def test_gives_status_headers_body_and_address(fetcher: Fetcher) -> None:
    """An answer arrives with its status, lower-case header names, values as sent, body and address."""
    with serving(reply(b"<rss/>", headers=("X-Thing: caf\xe9", 'ETag: W/"a b"'))) as server:
        answer = fetcher.fetch(server.url("/feed?a=1#top"))
    assert (answer.status, answer.body, answer.redirects) == (200, b"<rss/>", ())
    assert answer.url == server.url("/feed?a=1")
    assert answer.headers["x-thing"] == "caf\xe9"
    assert answer.headers["etag"] == 'W/"a b"'


def test_names_itself_and_asks_for_feeds(fetcher: Fetcher) -> None:
    """A request names program, version and contact, accepts feeds, and asks to close the connection."""
    with serving(reply()) as server:
        fetcher.fetch(server.url())
    [visit] = server.visits
    contact = "https://github.com/headline-aggregator/aggregator"
    assert visit.header("user-agent") == f"headline-aggregator/{__version__} (+{contact})".encode()
    assert b"application/atom+xml" in (visit.header("accept") or b"")
    assert visit.header("connection") == b"close"
    assert visit.header("host") == f"127.0.0.1:{server.port}".encode()
    assert {name.strip() for name in (visit.header("accept-encoding") or b"").split(b",")} == {
        b"gzip",
        b"deflate",
        b"br",
        b"zstd",
    }


def test_sends_nothing_that_was_not_asked_for(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No cookie, referer or netrc password goes out, and proxies of the environment are not used."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
    answers = {
        "/feed": reply(status="302 Found", headers=("Location: /next", "Set-Cookie: a=b; Path=/")),
        "/next": reply(b"there", headers=("Set-Cookie: a=b; Path=/",)),
    }
    with serving(routes(answers)) as server:
        fetcher.fetch(server.url())
        fetcher.fetch(server.url())
    assert len(server.visits) == 4
    for visit in server.visits:
        assert [visit.header(name) for name in ("cookie", "referer", "authorization")] == [None, None, None]


def test_echoes_validators_byte_for_byte(fetcher: Fetcher) -> None:
    """ETag and Last-Modified go back exactly as they came, whatever bytes they hold."""
    etag, modified = "W/\"caf\xe9 \xff'", "sometime, last Tuesday"
    with serving(reply(headers=(f"ETag: {etag}", f"Last-Modified: {modified}"))) as server:
        first = fetcher.fetch(server.url())
        stored = Validators(etag=first.headers["etag"], last_modified=first.headers["last-modified"])
        fetcher.fetch(server.url(), validators=stored)
    assert server.visits[0].header("if-none-match") is server.visits[0].header("if-modified-since") is None
    assert server.visits[1].header("if-none-match") == etag.encode("latin-1")
    assert server.visits[1].header("if-modified-since") == modified.encode()


@pytest.mark.parametrize("etag", ["\xa0a", "\x0b", '""', "a\tb", "\x85 \xff", ""])
def test_echoes_odd_validators(fetcher: Fetcher, etag: str) -> None:
    """A validator that only a careless server would send goes back to it all the same."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: {etag}\r\n\r\n".encode("latin-1")
    with serving(head) as server:
        received = fetcher.fetch(server.url()).headers["etag"]
        fetcher.fetch(server.url(), validators=Validators(etag=received))
    assert received == etag
    assert b"\r\nIf-None-Match: " + etag.encode("latin-1") + b"\r\n" in server.visits[1].request


@pytest.mark.parametrize("etag", ["a\r\nX: y", "\u20ac"])
def test_refuses_to_send_what_is_no_header(fetcher: Fetcher, etag: str) -> None:
    """A validator that could not have come from a header is not sent, and cannot smuggle one in."""
    with serving(reply()) as server:
        with pytest.raises(FetchError, match="a header of the request cannot be sent"):
            fetcher.fetch(server.url(), validators=Validators(etag=etag))
        assert server.visits == []


@pytest.mark.parametrize(
    "status", ["204 No Content", "300 Choices", "304 Not Modified", "404 No", "410 Gone", "429 Slow", "503 x"]
)
def test_leaves_statuses_to_the_caller(fetcher: Fetcher, status: str) -> None:
    """Any status that is no redirect is returned with its headers."""
    with serving(reply(status=status, headers=("Retry-After: 120",))) as server:
        answer = fetcher.fetch(server.url())
    assert (answer.status, answer.headers["retry-after"], answer.body) == (int(status[:3]), "120", b"")


def test_reads_no_body_of_an_error(fetcher: Fetcher) -> None:
    """The body of a 410 is not read, so that a broken one cannot hide the status."""
    with serving(b"HTTP/1.1 410 Gone\r\nContent-Encoding: gzip\r\nContent-Length: 999999\r\n\r\nnonsense") as server:
        assert fetcher.fetch(server.url()).status == 410


def test_takes_the_first_of_a_repeated_etag(fetcher: Fetcher) -> None:
    """A header that can have one value only is not joined from two."""
    with serving(
        reply(headers=('ETag: "a"', 'ETag: "b"', "Cache-Control: no-cache", "Cache-Control: max-age=1"))
    ) as server:
        headers = fetcher.fetch(server.url()).headers
    assert (headers["etag"], headers["cache-control"]) == ('"a"', "no-cache, max-age=1")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_redirects_and_tells_them(fetcher: Fetcher, status: int) -> None:
    """All five redirects are followed, relative addresses resolved, and every hop is told."""
    answers = {
        "/a/feed": reply(status=f"{status} Elsewhere", headers=("Location: ../b/feed?x=1#part",)),
        "/b/feed?x=1": reply(status="302 Found", headers=("Location: //127.0.0.1:PORT/c",)),
        "/c": reply(b"there"),
    }
    with serving(lambda visit: visit.send(answers[visit.path].replace(b"PORT", b"%d" % visit.server.port))) as server:
        answer = fetcher.fetch(server.url("/a/feed"))
    assert answer.redirects == ((status, server.url("/b/feed?x=1")), (302, server.url("/c")))
    assert (answer.url, answer.body) == (server.url("/c"), b"there")


def test_percent_encodes_a_location(fetcher: Fetcher) -> None:
    """Bytes of a Location that are not ASCII, and spaces, are percent-encoded; what is encoded stays."""
    moved = "HTTP/1.1 301 Moved\r\nLocation: /n\u00e4he von%20hier\r\n\r\n".encode()
    with serving(lambda visit: visit.send(moved if visit.path == "/feed" else reply())) as server:
        fetcher.fetch(server.url())
    assert server.visits[1].path == "/n%C3%A4he%20von%20hier"


def test_does_not_read_the_body_of_a_redirect(fetcher: Fetcher) -> None:
    """A redirect is followed at once, however much its body promises."""
    endless = (
        b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 99999999\r\nContent-Encoding: gzip\r\n\r\nbomb"
    )

    def answer(visit: Visit) -> None:
        if visit.path == "/there":
            visit.send(reply(b"there"))
        else:
            visit.send(endless)
            visit.server.closing.wait(8)

    with serving(answer) as server:
        assert fetcher.fetch(server.url()).body == b"there"


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "javascript:alert(1)", "data:,x"]
)
def test_refuses_other_schemes_at_every_hop(fetcher: Fetcher, target: str) -> None:
    """Only http and https are read, whether configured or redirected to."""
    assert reason(fetcher, target) == "only http:// and https:// addresses can be read"
    with serving(reply(status="301 Moved", headers=(f"Location: {target}",))) as server:
        assert reason(fetcher, server.url()).startswith("only http:// and https:// addresses can be read")


def test_names_a_circle_of_redirects(fetcher: Fetcher) -> None:
    """Redirects that come back to where they were are named."""
    answers = {
        "/a": reply(status="302 Found", headers=("Location: /b",)),
        "/b": reply(status="302 Found", headers=("Location: /a",)),
    }
    with serving(routes(answers)) as server:
        said = reason(fetcher, server.url("/a"))
    assert f"in a circle: {server.url('/a')} → {server.url('/b')} → {server.url('/a')}" in said
    assert len(server.visits) == 2


@pytest.mark.parametrize(("hops", "arrives"), [(10, True), (11, False)])
def test_follows_ten_redirects_at_most(fetcher: Fetcher, hops: int, arrives: bool) -> None:
    """The tenth redirect is followed, the eleventh is not."""

    def answer(visit: Visit) -> None:
        number = int(visit.path[1:])
        following = reply(status="302 Found", headers=(f"Location: /{number + 1}",))
        visit.send(reply(b"there") if number == hops else following)

    with serving(answer) as server:
        if arrives:
            assert len(fetcher.fetch(server.url("/0")).redirects) == 10
        else:
            assert "more than 10 redirects" in reason(fetcher, server.url("/0"))


def test_wants_a_redirect_to_say_where_to(fetcher: Fetcher) -> None:
    """A redirect without a Location is an error in words."""
    with serving(reply(status="301 Moved")) as server:
        assert reason(fetcher, server.url()) == "the server redirects (status 301) but does not say where to"


def test_says_where_a_redirect_failed(fetcher: Fetcher) -> None:
    """A failure behind a redirect names the configured address and the one redirected to."""
    target = f"http://127.0.0.1:{unused_port()}/"
    moved = reply(status="301 Moved", headers=(f"Location: {target}",))
    with serving(moved) as server, pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url())
    assert str(caught.value) == f"{server.url()}: connection refused (redirected to {target})"


def test_sends_a_password_to_its_own_server_only(fetcher: Fetcher) -> None:
    """User and password of a URL become Basic authentication, and are dropped where the origin changes, for good."""
    with serving(lambda visit: visit.send(reply(b"there"))) as other:

        def answer(visit: Visit) -> None:
            following = {"/feed": "/second", "/second": other.url("/third", userinfo="x:y@")}[visit.path]
            visit.send(reply(status="302 Found", headers=(f"Location: {following}",)))

        with serving(answer) as server:
            reached = fetcher.fetch(server.url(userinfo="j%C3%B6rg:p%40ss@"))
    expected = b"Basic " + base64.b64encode("j\u00f6rg:p@ss".encode())
    assert [visit.header("authorization") for visit in (*server.visits, *other.visits)] == [expected, expected, None]
    assert "@" not in reached.url + str(reached.redirects)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:secret@127.0.0.1:PORT/",
        "http://me:secret@a..b/",
        "http://me:sec#secret@127.0.0.1/",
        "ftp://me:secret@127.0.0.1/",
        "me:secret@127.0.0.1/feed",
        "http://me:secret@[::1/",
    ],
)
def test_never_tells_a_password(fetcher: Fetcher, url: str) -> None:
    """No error text and no address of an error holds the password, also when the URL is invalid."""
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url.replace("PORT", str(unused_port())))
    assert "secret" not in str(caught.value) + caught.value.url + caught.value.reason


@pytest.mark.parametrize(
    "url",
    ["http://a..b/", "http://[::1/", f"http://{'a' * 70}.example/", "http://x:99999/", "http://x:port/", "http://*.x/",
     "http://", "http:///feed", "https:feed", "http://\u2100.example/", "http://xn--\u00fc.example/"],
)  # fmt: skip
def test_says_that_an_address_is_invalid(fetcher: Fetcher, url: str) -> None:
    """An address that requests, urllib3 or IDNA refuse is an error in plain words."""
    assert reason(fetcher, url) == "this is not a valid address"


@pytest.mark.parametrize("url", ["", "example.org/feed", "//example.org/", "localhost:8080/feed"])
def test_wants_a_scheme(fetcher: Fetcher, url: str) -> None:
    """An address without http:// or https:// is refused with the remedy."""
    assert reason(fetcher, url) == "only http:// and https:// addresses can be read"


def test_says_that_a_connection_is_refused(fetcher: Fetcher) -> None:
    """A closed port is told as such."""
    assert reason(fetcher, f"http://127.0.0.1:{unused_port()}/") == "connection refused"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "the server closed the connection without an answer"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "what answered does not speak HTTP"),
        (b"HTTP/5.0 200 OK\r\n\r\n", "what answered does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 150 + b"\r\n", "the headers of the answer are too many"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70000 + b"\r\n\r\n", "the headers of the answer are too long"),
        (b"HTTP/1.1 200 " + b"b" * 70000 + b"\r\n\r\n", "the headers of the answer are too long"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "the headers of the answer contradict",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            'the answer is sent as "gzip, chunked"',
        ),
    ],
)
def test_says_what_is_wrong_with_an_answer(fetcher: Fetcher, answer: bytes, words: str) -> None:
    """Answers that are no HTTP, or too much of it, are errors in plain words."""
    with serving(answer) as server:
        assert reason(fetcher, server.url()).startswith(words)


def test_serves_many_threads(fetcher: Fetcher) -> None:
    """Fetches in many threads at once each get their own answer."""
    with serving(lambda visit: visit.send(reply(visit.path.encode()))) as server, ThreadPoolExecutor(8) as pool:
        paths = [f"/{number}" for number in range(40)]
        answers = list(pool.map(lambda path: fetcher.fetch(server.url(path)).body.decode(), paths))
    assert answers == paths


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells the open files of a process")
def test_leaves_no_file_open(fetcher: Fetcher) -> None:
    """Whatever becomes of a fetch, its sockets are closed, also when the server keeps the connection open."""
    answers = {
        "/good": reply(b"x", headers=("Connection: keep-alive",)),
        "/moved": reply(status="302 Found", headers=("Location: /good",)),
        "/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
    }
    with serving(routes(answers)) as server:
        fetcher.fetch(server.url("/good"))
    before = _open_files()
    with serving(routes(answers)) as server:
        for path in ("/good", "/moved", "/none"):
            fetcher.fetch(server.url(path))
        assert "broke off" in reason(fetcher, server.url("/cut"))
    assert _open_files() == before


def test_leaves_no_thread_behind() -> None:
    """The one thread that a Fetcher starts ends with it."""
    with serving(reply()) as server, Fetcher(allow=LOOPBACK) as fetcher:
        fetcher.fetch(server.url())
        assert "fetch-deadlines" in {thread.name for thread in threading.enumerate()}
    assert "fetch-deadlines" not in {thread.name for thread in threading.enumerate()}


def test_an_exchange_may_take_half_a_minute_and_ten_mebibytes() -> None:
    """The limits that hold when nobody sets them are the documented ones."""
    import inspect
    from datetime import timedelta

    defaults = inspect.signature(Fetcher).parameters
    assert defaults["deadline"].default == timedelta(seconds=30)
    assert defaults["limit"].default == 10 * 2**20
