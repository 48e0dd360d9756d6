"""The site as it is served: a real server on a free port, asked over real sockets."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from msgspec import Struct

from aggregator.core import urls
from aggregator.core.errors import ServeError
from aggregator.edges import web

FILES = {
    "index.html": "<!doctype html><title>Index</title>",
    "2026-01-14.html": "<!doctype html><title>An edition</title>",
    "2026-01-14.txt": "A headline - Example News - January 14th, 2026\n",
    "feed.xml": "<?xml version='1.0'?><rss/>",
    "map.xml": "<?xml version='1.0'?><map/>",
}


class Answer(Struct, frozen=True, kw_only=True):
    """What the server said; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def written(folder: Path) -> Path:
    """Write a small site, with what must not be served in it and beside it; give its folder."""
    site = folder / "site"
    (site / ".git").mkdir(parents=True)
    for name, text in FILES.items():
        (site / name).write_text(text, encoding="utf-8")
    for hidden in (site / ".secret", site / ".git" / "config", folder / "aggregator.db"):
        hidden.write_text("hidden", encoding="utf-8")
    (site / "link.db").symlink_to(folder / "aggregator.db")
    return site


@contextmanager
def serving(site: Path, *, host: str = "127.0.0.1") -> Iterator[int]:
    """Serve a folder while the block runs; give the port."""
    bound = web.bind((host, 0))
    server = web.Server(site, bound=bound)
    try:
        yield bound.getsockname()[1]
    finally:
        server.stop()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Write a site that a test may change."""
    return written(tmp_path)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve a site that no test changes; give the port."""
    with serving(written(tmp_path_factory.mktemp("unchanged"))) as port:
        yield port


def ask(port: int, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Send one well-formed request; ``_`` in header names stands for ``-``."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        received = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(status=answer.status, headers=received, body=answer.read())


def ask_rawly(port: int, target: bytes) -> bytes:
    """Send a request whose target no client library would; give all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65536), b""))


# --- what is served --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/index.html", "text/html"),
        ("/2026-01-14.html", "text/html"),
        ("/2026-01-14.txt", "text/plain"),
        ("/feed.xml", "application/rss+xml"),
        ("/map.xml", "application/xml"),
    ],
)
def test_serves_files_with_their_types(port: int, path: str, kind: str) -> None:
    """Pages, headline lists and the feed come whole, each with its content type, in UTF-8."""
    answer = ask(port, path)
    assert answer.status == 200
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.body.decode() == FILES[path.removeprefix("/") or "index.html"]


@pytest.mark.parametrize("path", ["/feed.xml", "/", "/2026-01-14.txt"])
def test_answers_304_to_the_validators_it_gave(port: int, path: str) -> None:
    """Either validator that came with a file brings 304 without a body as long as the file is the same."""
    first = ask(port, path)
    by_tag = ask(port, path, If_None_Match=first.headers["etag"])
    by_date = ask(port, path, If_Modified_Since=first.headers["last-modified"])
    assert [by_tag.status, by_date.status] == [304, 304]
    assert by_tag.body == by_date.body == b""
    assert by_tag.headers["etag"] == first.headers["etag"]


def test_answers_200_once_the_file_has_changed(site: Path) -> None:
    """A replaced file is sent again in full, whichever validator of the old one is shown."""
    fresh = site / "fresh"
    fresh.write_text("<?xml version='1.0'?><rss>more</rss>", encoding="utf-8")
    os.utime(fresh, (time.time() + 5, time.time() + 5))
    with serving(site) as port:
        first = ask(port, "/feed.xml")
        fresh.replace(site / "feed.xml")
        by_tag = ask(port, "/feed.xml", If_None_Match=first.headers["etag"])
        by_date = ask(port, "/feed.xml", If_Modified_Since=first.headers["last-modified"])
    assert [by_tag.status, by_date.status] == [200, 200]
    assert by_tag.body == by_date.body == b"<?xml version='1.0'?><rss>more</rss>"


def test_head_says_what_get_would(port: int) -> None:
    """HEAD answers with the headers of GET and no body."""
    got, head = ask(port, "/feed.xml"), ask(port, "/feed.xml", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}
    assert head.headers["content-length"] == str(len(got.body))


def test_sends_the_range_asked_for(port: int) -> None:
    """A range request brings exactly those bytes with 206, and 416 where there are none."""
    part = ask(port, "/feed.xml", Range="bytes=2-4")
    assert (part.status, part.body) == (206, b"xml")
    assert part.headers["content-range"] == f"bytes 2-4/{len(FILES['feed.xml'])}"
    assert part.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert ask(port, "/feed.xml", Range="bytes=900-").status == 416


def test_several_ranges_keep_their_own_type(port: int) -> None:
    """An answer of several ranges says that it is one, so that its parts can be told."""
    answer = ask(port, "/feed.xml", Range="bytes=0-1,5-6")
    assert answer.status == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges; boundary=")


def test_a_page_replaced_while_it_is_read_is_old_or_new(site: Path) -> None:
    """However often a page is replaced meanwhile, every answer is one whole version, as long as it says."""
    stop = threading.Event()

    def replace() -> None:
        size = 0
        while not stop.is_set():
            size = (size + 7_001) % 90_000
            (site / "new").write_bytes(b"<" + b"x" * size + b">")
            (site / "new").replace(site / "index.html")
            stop.wait(0.001)

    replacing = threading.Thread(target=replace)
    replacing.start()
    try:
        with serving(site) as port:
            answers = [ask(port, "/") for _ in range(60)]
    finally:
        stop.set()
        replacing.join()
    assert all(answer.status == 200 and answer.body[-1:] == b">" for answer in answers)


# --- what is not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_refuses_methods_that_are_no_reading(port: int, method: str) -> None:
    """Any method but GET and HEAD is a 405 that names those two."""
    answer = ask(port, "/feed.xml", method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/nothing.html", "/nothing/", "/index.html/more", "/%00", "/" + "x" * 5000])
def test_what_is_not_there_is_a_404(port: int, path: str) -> None:
    """A path that names no file is a 404 and no fault of ours, however odd."""
    assert ask(port, path).status == 404


def test_a_site_not_written_yet_is_a_404(tmp_path: Path) -> None:
    """Before the first page is written every answer is a 404 and no fault; then the page is there."""
    with serving(tmp_path / "site") as port:
        assert ask(port, "/").status == 404
        written(tmp_path)
        assert ask(port, "/").status == 200


@pytest.mark.parametrize(
    "target",
    [
        b"/../aggregator.db",
        b"/../../../../../../etc/passwd",
        b"/%2e%2e/aggregator.db",
        b"/%2e%2e%2faggregator.db",
        b"/..%2faggregator.db",
        b"/site/../../aggregator.db",
        b"/%252e%252e/aggregator.db",
        b"/..\\aggregator.db",
        b"//etc/passwd",
        b"/%2fetc%2fpasswd",
        b"/link.db",
        b"http://localhost/../aggregator.db",
    ],
)
def test_nothing_outside_the_folder_is_served(port: int, target: bytes) -> None:
    """No spelling of a way out of the folder leads out of it, nor does a symbolic link."""
    answer = ask_rawly(port, target)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"hidden" not in answer
    assert b"root:" not in answer


@pytest.mark.parametrize("path", ["/.secret", "/.git/config", "/%2esecret", "/.git/", "/./.secret"])
def test_hidden_files_are_not_served(port: int, path: str) -> None:
    """Files and folders whose name begins with a dot are not there for the world."""
    answer = ask(port, path)
    assert answer.status == 404
    assert b"hidden" not in answer.body


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 200),
        ("/feed.xml", "HEAD", 200),
        ("/nothing", "GET", 404),
        ("/.secret", "GET", 404),
        ("/", "POST", 405),
    ],
)
def test_every_answer_carries_the_protecting_headers(port: int, path: str, method: str, status: int) -> None:
    """Whatever the answer, no script may run in it, no page may frame it and no browser may guess its type."""
    answer = ask(port, path, method=method)
    assert answer.status == status
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-cache"
    assert "server" not in answer.headers


def test_a_304_carries_the_protecting_headers(port: int) -> None:
    """An answer without a body renews the headers that protect the page."""
    answer = ask(port, "/", If_None_Match="*")
    assert answer.status == 304
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.logs("Invalid HTTP request received")
def test_what_is_no_http_is_refused(port: int) -> None:
    """Bytes that are no HTTP get a 400, and the server goes on."""
    assert ask_rawly(port, b"/ with blanks\x00").startswith(b"HTTP/1.1 400 ")
    assert ask(port, "/").status == 200


# --- the address -----------------------------------------------------------------------------------------------------


def test_stop_gives_the_address_back(site: Path) -> None:
    """With an idle connection kept open, stopping takes less than three seconds and the address is free at once."""
    bound = web.bind(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    server = web.Server(site, bound=bound)
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as idle, socket.create_connection(("127.0.0.1", port)):
        idle.request("GET", "/")
        idle.getresponse().read()
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 3
        web.bind(("127.0.0.1", port)).close()


def test_can_be_stopped_at_once(site: Path) -> None:
    """A server that is stopped before it has begun to serve gives its address back too."""
    bound = web.bind(("127.0.0.1", 0))
    address = ("127.0.0.1", bound.getsockname()[1])
    web.Server(site, bound=bound).stop()
    web.bind(address).close()


def test_a_taken_address_is_named() -> None:
    """Where somebody else serves, the error is one line that names the address and the setting to change."""
    with closing(web.bind(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError) as caught:
            web.bind(("127.0.0.1", port))
    line = str(caught.value)
    assert f"127.0.0.1:{port}" in line
    assert "serve.listen" in line
    assert "\n" not in line
    assert isinstance(caught.value.__cause__, OSError)


def test_an_address_of_another_machine_is_named() -> None:
    """An address that this machine does not have cannot be served on, and the line says which."""
    with pytest.raises(ServeError, match=r"192\.0\.2\.1:8080"):
        web.bind(("192.0.2.1", 8080))


@pytest.mark.parametrize(
    ("listen", "shown"),
    [
        (("127.0.0.1", 8080), "http://127.0.0.1:8080/"),
        (("0.0.0.0", 80), "http://127.0.0.1:80/"),
        (("::", 8080), "http://[::1]:8080/"),
        (("::1", 8080), "http://[::1]:8080/"),
        (("news.example", 8080), "http://news.example:8080/"),
    ],
)
def test_addresses_are_written_so_that_they_open(listen: tuple[str, int], shown: str) -> None:
    """The address shown can be opened in a browser: of everywhere, the loopback; of IPv6, in brackets."""
    assert urls.served_at(listen) == shown


def test_serves_on_ipv6(site: Path) -> None:
    """On an IPv6 address the site is served like on any other."""
    try:
        bound = web.bind(("::1", 0))
    except ServeError:
        pytest.skip("this machine has no IPv6")
    with closing(bound):
        assert web.address_of(bound) == f"http://[::1]:{bound.getsockname()[1]}/"
    with serving(site, host="::1") as port, closing(HTTPConnection("::1", port, timeout=5)) as connection:
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
