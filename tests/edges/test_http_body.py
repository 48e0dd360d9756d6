"""Bodies: packed in four ways, bombs, broken off, larger than the limit."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.errors import FetchError
from aggregator.edges.http import Fetcher
from aggregator.edges.http.body import unpack
from aggregator.edges.http.words import Failed
from tests.edges.servers import LOOPBACK, Visit, reason, reply, serving

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIMIT = 64 * 1024


def _bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _brotli(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=2))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": _brotli,
    "zstd": zstd.compress,
}


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Make a Fetcher that may reach loopback."""
    with Fetcher(allow=LOOPBACK, deadline=timedelta(seconds=5), limit=LIMIT) as made:
        yield made


def _reason(fetcher: Fetcher, answer: bytes) -> str:
    with serving(answer) as server, pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url())
    return caught.value.reason


def _body_of(fetcher: Fetcher, answer: bytes) -> bytes:
    with serving(answer) as server:
        return fetcher.fetch(server.url()).body


def _chunked(*pieces: bytes, headers: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode()
    return head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))


@pytest.mark.parametrize("coding", PACKERS)
def test_unpacks_what_is_sent(fetcher: Fetcher, coding: str) -> None:
    """All four packings arrive unpacked, with a length and in chunks."""
    packed = PACKERS[coding](b"<rss/>" * 100)
    header = f"Content-Encoding: {coding.upper()}"
    assert _body_of(fetcher, reply(packed, headers=(header,))) == b"<rss/>" * 100
    assert _body_of(fetcher, _chunked(packed[:7], packed[7:], headers=header + "\r\n")) == b"<rss/>" * 100


@given(data=st.binary(max_size=3000), coding=st.sampled_from(sorted(PACKERS)), outer=st.sampled_from(["", *PACKERS]))
def test_unpacking_undoes_packing(data: bytes, coding: str, outer: str) -> None:
    """Whatever is packed, once or twice over, comes out as it went in."""
    packed = PACKERS[coding](data)
    if outer:
        packed = PACKERS[outer](packed)
    assert unpack(packed, f"{coding}, {outer}", limit=LIMIT) == data


@given(data=st.binary(max_size=300), coding=st.sampled_from(["", "identity", *PACKERS, "gzip, br", "deflate, zstd"]))
def test_unpacking_nonsense_fails_in_words(data: bytes, coding: str) -> None:
    """Bytes that are not what they say they are raise Failed and nothing else, and never exceed the limit."""
    try:
        assert len(unpack(data, coding, limit=LIMIT)) <= LIMIT
    except Failed as failure:
        assert str(failure)


@given(data=st.binary(min_size=1, max_size=300), coding=st.sampled_from(sorted(PACKERS)), at=st.integers(1))
def test_half_a_packed_body_is_none(data: bytes, coding: str, at: int) -> None:
    """A packed body that is cut anywhere is not taken for a shorter one."""
    packed = PACKERS[coding](data)
    with pytest.raises(Failed):
        unpack(packed[: at % (len(packed) - 1) + 1] if len(packed) > 2 else packed[:1], coding, limit=LIMIT)


@pytest.mark.parametrize("coding", [*PACKERS, "gzip, gzip", "br, zstd"])
def test_a_bomb_ends_at_the_limit(fetcher: Fetcher, coding: str) -> None:
    """A few bytes that unpack to 20 MB are refused, and take no such room."""
    bomb = bytes(20_000_000)
    for layer in coding.split(", "):
        bomb = PACKERS[layer](bomb)
    assert len(bomb) < LIMIT
    tracemalloc.start()
    try:
        assert _reason(fetcher, reply(bomb, headers=(f"Content-Encoding: {coding}",))) == "more than 64 KiB"
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_without_a_header_ends_at_the_limit(fetcher: Fetcher) -> None:
    """Gzip is unpacked without a Content-Encoding too, under the same bound."""
    assert _body_of(fetcher, reply(gzip.compress(b"<rss/>", mtime=0))) == b"<rss/>"
    assert _reason(fetcher, reply(gzip.compress(bytes(1_000_000)))) == "more than 64 KiB"


def test_refuses_a_chain_of_packings(fetcher: Fetcher) -> None:
    """More than two packings, one over the other, are refused unread."""
    body = gzip.compress(gzip.compress(gzip.compress(b"x", mtime=0)))
    assert _reason(fetcher, reply(body, headers=("Content-Encoding: gzip, gzip", "Content-Encoding: gzip"))).startswith(
        "the body is packed 3 times over"
    )


def test_refuses_many_small_parts(fetcher: Fetcher) -> None:
    """A body of thousands of empty gzip members is refused: unpacking it would take far longer than sending it."""
    assert "more than 100 packed parts" in _reason(fetcher, reply(gzip.compress(b"", mtime=0) * 1000))


def test_joins_parts_and_ignores_what_follows(fetcher: Fetcher) -> None:
    """Several gzip members are one body, and remains that are none are ignored as browsers do."""
    body = gzip.compress(b"one ", mtime=0) + gzip.compress(b"two", mtime=0) + b"\0\0\0"
    assert _body_of(fetcher, reply(body, headers=("Content-Encoding: gzip",))) == b"one two"


def test_joins_frames_of_zstd() -> None:
    """Several zstd frames, skippable ones between them, are one body."""
    skippable = b"\x50\x2a\x4d\x18\x02\x00\x00\x00ab"
    body = skippable + zstd.compress(b"one ") + skippable + zstd.compress(b"two")
    assert unpack(body, "zstd", limit=LIMIT) == b"one two"


def test_refuses_a_giant_zstd_window() -> None:
    """A zstd frame that wants more than 8 MiB of memory to be unpacked is refused (RFC 9659)."""
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    body = packer.compress(b"x" * 1000, packer.FLUSH_BLOCK) + packer.flush()
    with pytest.raises(Failed):
        unpack(body, "zstd", limit=LIMIT)


def test_reads_bare_deflate() -> None:
    """Deflate without its zlib frame, as some servers send it, is read."""
    assert unpack(_bare_deflate(b"<rss/>"), "deflate", limit=LIMIT) == b"<rss/>"


@pytest.mark.parametrize("coding", ["compress", "utf-8", "gzip, rot13"])
def test_names_an_unknown_packing(fetcher: Fetcher, coding: str) -> None:
    """A Content-Encoding that nobody knows is an error that names it."""
    said = _reason(fetcher, reply(b"x", headers=(f"Content-Encoding: {coding}",)))
    assert said == f'the body is packed as "{coding.rpartition(" ")[2]}", which is not understood'


def test_knows_the_packing_that_is_none(fetcher: Fetcher) -> None:
    """Identity is no packing, and an empty body needs none."""
    assert _body_of(fetcher, reply(b"x", headers=("Content-Encoding: identity",))) == b"x"
    assert _body_of(fetcher, reply(b"", headers=("Content-Encoding: br",))) == b""


def test_says_that_a_packing_is_a_lie(fetcher: Fetcher) -> None:
    """A body that is not packed as it says is an error in words."""
    said = _reason(fetcher, reply(b"<rss/>", headers=("Content-Encoding: gzip",)))
    assert said == 'the body says that it is packed as "gzip", but it is not'


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfive!",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfive!\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nfive!",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\nfive!\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"five!" * 9, mtime=0)[:-9],
    ],
)
def test_says_that_an_answer_broke_off(fetcher: Fetcher, answer: bytes) -> None:
    """A body that ends before it should is an error, not a shorter feed."""
    assert _reason(fetcher, answer) == "the answer broke off before its end"


def test_bounds_the_body(fetcher: Fetcher) -> None:
    """A body of exactly the limit is read, one byte more is refused, declared or not, and endless ones too."""

    def endless(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            visit.send(bytes(10_000))

    assert len(_body_of(fetcher, reply(bytes(LIMIT)))) == LIMIT
    assert _reason(fetcher, reply(bytes(LIMIT + 1))) == "more than 64 KiB"
    assert _reason(fetcher, b"HTTP/1.1 200 OK\r\n\r\n" + bytes(LIMIT + 1)) == "more than 64 KiB"
    assert _reason(fetcher, _chunked(bytes(LIMIT), b"x")) == "more than 64 KiB"
    with serving(endless) as server, pytest.raises(FetchError, match="more than 64 KiB"):
        fetcher.fetch(server.url())


def test_refuses_a_declared_giant_unread() -> None:
    """A Content-Length beyond the limit is refused before the first byte, in the words of the default limit."""

    def answer(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        visit.server.closing.wait(8)

    with Fetcher(allow=LOOPBACK) as fetcher, serving(answer) as server:
        assert reason(fetcher, server.url()) == "more than 10 MiB"
