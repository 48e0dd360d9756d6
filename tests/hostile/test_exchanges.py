"""Hostile exchanges, on the straight way of `aggregator once`: bombs, floods, drips, and what is hardly HTTP.

Beside each of them a healthy feed is read, which proves that they harm nobody else.
"""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from collections.abc import Callable
from datetime import timedelta

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.edges.servers import Answer, Visit, reply
from tests.hostile.office import HEALTHY, Office, peak, unharmed
from tests.newsstand import entry, rss

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MIB = 2**20
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


# --- 6: bombs --------------------------------------------------------------------------------------------------------


def _bombs() -> dict[str, bytes]:
    """Pack 64 MiB of nothing in every way that HTTP knows, and answer with it where nobody expects a bomb."""
    nothing = rss(entry("Boom", guid="b")).encode().ljust(64 * MIB)
    packed, bare = gzip.compress(nothing, 6), zlib.compressobj(6, wbits=-zlib.MAX_WBITS)
    twice = gzip.compress(packed)
    coded = {
        "gzip": packed,
        "deflate": zlib.compress(nothing, 6),
        "deflate, bare": bare.compress(nothing) + bare.flush(),
        "br": brotli.compress(nothing, quality=1),
        "zstd": zstd.compress(nothing),
        "gzip, gzip": twice,
        "gzip, gzip, gzip": gzip.compress(twice),
    }
    said = ("Content-Encoding: gzip", "Location: /nowhere")
    return {
        **{name: _packed(body, name.removesuffix(", bare")) for name, body in coded.items()},
        **{status: reply(packed, status=status, headers=said) for status in ("302 Found", "403 No", "503 Later")},
        "gzip, not said": reply(packed),
        "gzip, in parts": _packed(gzip.compress(b" " * MIB) * 99, "gzip"),
    }


def _packed(body: bytes, coding: str) -> bytes:
    return reply(body, headers=(f"Content-Encoding: {coding}",))


@pytest.mark.logs("failed url=")
def test_a_bomb_ends_at_the_limit(office: Office) -> None:
    """What unpacks to more than 10 MiB is a failure that says so; a dozen at once cost less than 200 MiB of memory."""
    bombs = _bombs()
    answers = dict(enumerate(bombs.values()))
    server = office.serve(lambda visit: visit.send(answers.get(_number(visit), reply(status="404 Not Found"))))
    office.subscribe({name: server.url(f"/{number}") for number, name in enumerate(bombs)})
    with peak() as grown:
        polled = office.once()
        assert grown() < 200 * MIB
    assert unharmed(office, polled)
    reasons = {name: polled[name].reason for name in bombs}
    assert reasons.pop("gzip, gzip, gzip") == "the body is packed 3 times over; at most 2 are unpacked"
    assert reasons.pop("302 Found").startswith("HTTP 404")
    assert reasons.pop("403 No").startswith("HTTP 403")
    assert reasons.pop("503 Later").startswith("HTTP 503")
    assert set(reasons.values()) == {"more than 10 MiB"}


def _number(visit: Visit) -> int:
    """Read the number that a path is."""
    path = visit.path[1:]
    return int(path) if path.isdecimal() else -1


# --- 7: floods, drips, stalls ----------------------------------------------------------------------------------------

#: How an answer begins, what follows it without end, and what is said of it when 1 MiB is the limit.
FLOODS = {
    "body": (OK + b"\r\n", b"x" * 65536, "more than 1 MiB"),
    "lying length": (OK + b"Content-Length: 99999999999\r\n\r\n", b"x" * 65536, "more than 1 MiB"),
    "chunks": (CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n", "more than 1 MiB"),
    "chunks of one byte": (CHUNKED, b"1\r\nx\r\n" * 9999, "the answer comes in more than 65536 pieces"),
    "chunk extensions": (CHUNKED, b"1;" + b"a" * 60_000 + b"\r\nx\r\n", "more than 2 MiB"),
    "chunk size": (CHUNKED, b"0" * 65536, "the headers of the answer are too long"),
    "trailers": (CHUNKED + b"0\r\n", b"X: " + b"y" * 60_000 + b"\r\n", "more than 2 MiB"),
    "trailer": (CHUNKED + b"0\r\n", b"y" * 65536, "the headers of the answer are too long"),
    "headers": (OK, b"X: y\r\n" * 9999, "the headers of the answer are too many: got more than 100 headers"),
    "header": (OK + b"X: ", b"y" * 65536, "the headers of the answer are too long"),
    "status line": (b"HTTP/1.1 200 ", b"y" * 65536, "the headers of the answer are too long"),
    "long interim answers": (b"", b"HTTP/1.1 100 Continue\r\nX: " + b"y" * 60_000 + b"\r\n\r\n", "more than 2 MiB"),
    "interim answers": (
        b"",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 999,
        "the headers of the answer are too many: got more than 100 interim answers",
    ),
}


@pytest.mark.logs("failed url=")
def test_of_a_flood_little_is_read(office: Office) -> None:
    """Whatever has no end is cut off: at most twice the limit is read of it, and its memory is bounded too."""
    sent: dict[str, int] = dict.fromkeys(FLOODS, 0)

    def flood(visit: Visit) -> None:
        name = list(FLOODS)[_number(visit)]
        head, more, _ = FLOODS[name]
        visit.send(head)
        while not visit.server.closing.is_set():
            visit.send(more)
            sent[name] += len(more)

    server = office.serve(flood)
    office.limit(limit=MIB)
    office.subscribe({name: server.url(f"/{number}") for number, name in enumerate(FLOODS)})
    with peak() as grown:
        polled = office.once()
        assert grown() < 100 * MIB
    assert unharmed(office, polled)
    assert {name: polled[name].reason for name in FLOODS} == {name: words for name, (_, _, words) in FLOODS.items()}
    under_way = 8 * MIB  # in the buffers of both kernels
    assert {name: size for name, size in sent.items() if size > 2 * MIB + under_way} == {}


def _waiting(visit: Visit) -> None:
    visit.server.closing.wait(8)


def _dripping(head: bytes, drop: bytes) -> Answer:
    def answer(visit: Visit) -> None:
        visit.send(head)
        visit.drip([drop] * 160)

    return answer


def _hopping(visit: Visit) -> None:
    visit.server.closing.wait(0.2)
    visit.send(reply(status="301 Moved Permanently", headers=(f"Location: {visit.path}0",)))


def _stalling(visit: Visit) -> None:
    visit.send(OK + b"Content-Length: 60\r\n\r\n<rss>")
    _waiting(visit)


SLOW: dict[str, Answer] = {
    "silence": _waiting,
    "stall": _stalling,
    "status": _dripping(b"HTTP", b"/"),
    "headers": _dripping(OK, b"X: y\r\n"),
    "header": _dripping(OK + b"X: ", b"y"),
    "body": _dripping(OK + b"Content-Length: 999\r\n\r\n", b" "),
    "chunks": _dripping(CHUNKED, b"1\r\n \r\n"),
    "trailers": _dripping(CHUNKED + b"0\r\n", b"X: y\r\n"),
    "hops": _hopping,
}


@pytest.mark.logs("failed url=")
def test_a_slow_server_is_given_up_at_the_deadline(office: Office) -> None:
    """One deadline holds for the whole exchange, redirects included, and a slow one holds up nobody."""
    ports: list[int] = []

    def go_abroad(visit: Visit) -> None:
        visit.server.closing.wait(0.2)
        port = next(port for port in ports if port != visit.server.port)
        visit.send(reply(status="301 Moved", headers=(f"Location: http://127.0.0.1:{port}{visit.path}0",)))

    server = office.serve(lambda visit: SLOW[_name(visit)](visit))
    borders = [office.serve(go_abroad) for _ in range(2)]
    ports += [border.port for border in borders]
    office.limit(deadline=timedelta(seconds=0.9))
    feeds = {name: server.url(f"/{name}/") for name in SLOW} | {"hops abroad": borders[0].url()}
    office.subscribe(feeds)
    began = time.monotonic()
    polled = office.once()
    assert time.monotonic() - began < 6
    assert unharmed(office, polled)
    assert next(iter(polled)) == HEALTHY
    reasons = {polled[name].reason.partition(" (")[0] for name in feeds}
    assert reasons == {"the server did not answer within 0.9 s"}
    assert {office.states()[name].moved for name in feeds} == {None}


def _name(visit: Visit) -> str:
    return visit.path.split("/")[1]


# --- 26: hardly HTTP -------------------------------------------------------------------------------------------------


def _chunks(body: bytes, *, size: str = "{:x}", end: bytes = b"0\r\n\r\n") -> bytes:
    half = len(body) // 2
    framed = (size.format(len(part)).encode() + b"\r\n" + part + b"\r\n" for part in (body[:half], body[half:]))
    return b"".join(framed) + end


def _headed(*headers: str, body: bytes, status: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join((status, *headers, "", "")).encode("latin-1") + body


CODED = "Transfer-Encoding: chunked"
#: Ways in which servers send a document that a browser reads all the same.
ODD: dict[str, Callable[[bytes], bytes]] = {
    "bare line feeds": lambda body: _headed("X: y", body=b"").replace(b"\r\n", b"\n") + body,
    "no length": lambda body: _headed(body=body),
    "HTTP/1.0": lambda body: _headed(body=body, status="HTTP/1.0 200 OK"),
    "no words for the status": lambda body: _headed(body=body, status="HTTP/1.1 200"),
    "another success": lambda body: _headed(body=body, status="HTTP/1.1 203 Perhaps"),
    "100 Continue": lambda body: b"HTTP/1.1 100 Continue\r\n\r\n" + _headed(body=body),
    "103 Early Hints": lambda body: b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + _headed(body=body),
    "a folded header": lambda body: _headed("X: y", " z", f"Content-Length: {len(body)}", body=body),
    "octets in a header": lambda body: _headed("X: \xff\x80\x00", f"Content-Length: {len(body)}", body=body),
    "a length twice": lambda body: _headed(*[f"Content-Length: {len(body)}"] * 2, body=body),
    "a negative length": lambda body: _headed("Content-Length: -5", body=body),
    "a length in words": lambda body: _headed("Content-Length: many", body=body),
    "more than its length": lambda body: _headed(f"Content-Length: {len(body)}", body=body + b"x" * 99),
    "CHUNKED": lambda body: _headed("transfer-encoding:   CHUNKED", body=_chunks(body)),
    "padded sizes of chunks": lambda body: _headed(CODED, body=_chunks(body, size="000{:X}  ")),
    "chunk extensions": lambda body: _headed(CODED, body=_chunks(body, size="{:x};a=b")),
    "trailers": lambda body: _headed(CODED, body=_chunks(body, end=b"0\r\nX: y\r\n\r\n")),
    "no line after the last chunk": lambda body: _headed(CODED, body=_chunks(body, end=b"0\r\n")),
    "no coding": lambda body: _headed("Transfer-Encoding: identity", body=body),
    "gzip, not said": lambda body: _headed(body=gzip.compress(body)),
    "X-GZIP": lambda body: _headed("Content-Encoding: X-GZIP", body=gzip.compress(body)),
    "junk after gzip": lambda body: _headed("Content-Encoding: gzip", body=gzip.compress(body) + b"\x00junk"),
    "a charset for a coding": lambda body: _headed("Content-Encoding: utf-8", body=body),
    "no type": lambda body: _headed("Content-Type:", body=body),
    "a wrong type": lambda body: _headed("Content-Type: image/png", body=body),
    "a web page's type": lambda body: _headed("Content-Type: text/html; charset=nonsense", body=body),
    "a byte order mark": lambda body: _headed(body=b"\xef\xbb\xbf" + body),
    "UTF-16": lambda body: _headed(body=body.decode().encode("utf-16")),
}
#: What nobody could read, and what is said of it.
BROKEN = {
    "nothing": (b"", "the server closed the connection without an answer"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", "what answered does not speak HTTP"),
    "HTTP/2": (b"HTTP/2 200\r\n\r\n<rss>", "what answered does not speak HTTP"),
    "no status": (b"HTTP/1.1 OK\r\n\r\n", "what answered does not speak HTTP"),
    "half a head": (OK + b"Content-Length: 9\r\n", "the answer broke off before its end"),
    "half a body": (OK + b"Content-Length: 99\r\n\r\n<rss>", "the answer broke off before its end"),
    "half a chunk": (CHUNKED + b"99\r\n<rss>", "the answer broke off before its end"),
    "no last chunk": (CHUNKED + b"5\r\n<rss>\r\n", "the answer broke off before its end"),
    "chunks that are none": (CHUNKED + b"<rss>", "the answer broke off before its end"),
    "lengths that differ": (
        OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n<rss>",
        "the headers of the answer contradict each other",
    ),
    "gzip that is none": (
        OK + b"Content-Encoding: gzip\r\n\r\n<rss>",
        'the body says that it is packed as "gzip", but it is not',
    ),
    "no place": (b"HTTP/1.1 301 M\r\n\r\n", "the server redirects (status 301) but does not say where to"),
    "a place that is none": (b"HTTP/1.1 302 F\r\nLocation: http://[::1\r\n\r\n", "this is not a valid address"),
    "another protocol": (b"HTTP/1.1 101 Up\r\nUpgrade: h2c\r\n\r\n", "HTTP 101: Switching Protocols"),
}


@pytest.mark.logs("failed url=")
def test_odd_http_is_read_and_broken_http_is_named(office: Office) -> None:
    """What a browser would read is read; anything else is an error in plain words, and none of it is a bug of ours."""
    answers = [
        *(write(rss(entry(f"Odd: {name}", guid=name)).encode()) for name, write in ODD.items()),
        *(answer for answer, _ in BROKEN.values()),
    ]
    server = office.serve(lambda visit: visit.send(answers[_number(visit)]))
    office.subscribe({name: server.url(f"/{number}") for number, name in enumerate((*ODD, *BROKEN))})
    polled = office.once()
    assert unharmed(office, polled)
    assert {name: polled[name].reason for name in BROKEN} == {name: words for name, (_, words) in BROKEN.items()}
    assert {name: [item["title"] for item in office.items(name)] for name in ODD} == {
        name: [f"Odd: {name}"] for name in ODD
    }
