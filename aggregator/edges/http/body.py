"""Reads the body of an answer and unpacks it, never holding more than the limit of either.

Knows gzip, deflate, br and zstd. All that was sent is read first (at most ``limit`` bytes), then unpacked (again at
most ``limit`` bytes): a bomb ends at the limit, and what is broken off is told from what is complete, which urllib3's
decoding on the way does not do. Does not know what the bytes mean.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types
import urllib3

from aggregator.edges.http.deadline import Exchange
from aggregator.edges.http.words import EXPECTED, Failed, more_than

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_GZIP = b"\x1f\x8b"
_ZSTD = (b"\x28\xb5\x2f\xfd", *(bytes((number, 0x2A, 0x4D, 0x18)) for number in range(0x50, 0x60)))  # RFC 8878 §3.1
_DOCUMENTS = (b"<", b"{", b"\xef\xbb\xbf")  #: how one begins that is not packed
_PARTS = 100  # gzip members or zstd frames of one body: each costs a copy of what follows it
_LAYERS = 2
_PIECE = 2**16
_PIECES = 2**16  # of one body: read in chunks of one byte, ten million of them cost ten seconds of processor time
_BROKEN = (zlib.error, brotli.error, zstd.ZstdError)


class _Stream(Protocol):
    """What zlib and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Brotli:
    """Brotli with the manners of zlib; it has one part, and what follows that is ignored."""

    unused_data = b""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._stream.is_finished())

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        unpacked = bytearray(self._stream.process(data, output_buffer_limit=max_length))
        while len(unpacked) < max_length and not self.eof:
            piece = self._stream.process(b"", output_buffer_limit=max_length - len(unpacked))
            if not piece:
                break
            unpacked += piece
        return bytes(unpacked)


def read(raw: urllib3.BaseHTTPResponse, *, limit: int, exchange: Exchange) -> bytes:
    """Read what was sent, undecoded, as it arrives; raise Failed beyond ``limit`` bytes or when the time is over."""
    coding = raw.headers.get("transfer-encoding", "chunked").strip().lower()
    if coding not in ("chunked", "identity"):  # http.client would hand out the chunks' frames as content
        raise Failed(f'the answer is sent as "{coding}", which is not understood')
    if (getattr(raw, "length_remaining", None) or 0) > limit:
        raise Failed(more_than(limit))
    body, pieces = bytearray(), 0
    while piece := raw.read1(_PIECE, decode_content=False):
        exchange.check()
        body += piece
        pieces += 1
        if len(body) > limit:
            raise Failed(more_than(limit))
        if pieces > _PIECES:
            raise Failed(f"the answer comes in more than {_PIECES} pieces")
    exchange.check()
    return bytes(body)


def digest(sent: bytes, content_encoding: str) -> str:
    """Hash a body as it was sent: most of those that say nothing new are the same packed, too.

    The coding is part of it, so that what is packed never passes for what is not.
    """
    hashed = sha256(content_encoding.encode("latin-1", "replace") + b"\n")
    hashed.update(sent)
    return hashed.hexdigest()[:32]


def beginning(raw: urllib3.BaseHTTPResponse, content_encoding: str, *, exchange: Exchange) -> bytes:
    """Read what a refusal begins with, gzip undone; b"" where that is packed otherwise or broken. Never fails."""
    sent = bytearray()
    try:
        while len(sent) < _PIECE and (piece := raw.read1(_PIECE, decode_content=False)):
            exchange.check()
            sent += piece
        coding = content_encoding.strip().lower()
        if coding not in ("gzip", "x-gzip"):
            return b"" if coding else bytes(sent)
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(bytes(sent), _PIECE)
    except (*EXPECTED, Failed, *_BROKEN):
        return b""


def unpack(body: bytes, content_encoding: str, *, limit: int) -> bytes:
    """Undo a Content-Encoding (RFC 9110 §8.4), and gzip that comes without one; raise Failed beyond ``limit`` bytes."""
    layers = [layer.strip().lower() for layer in content_encoding.split(",")]
    layers = [layer for layer in layers if layer not in ("", "identity")]
    if len(layers) > _LAYERS:
        raise Failed(f"the body is packed {len(layers)} times over; at most {_LAYERS} are unpacked")
    if not layers and body.startswith(_GZIP):  # a feed.xml.gz that is served as a file
        layers = ["gzip"]
    for layer in reversed(layers):
        body = _unpack_layer(body, layer, limit=limit)
    return body


def _unpack_layer(body: bytes, layer: str, *, limit: int) -> bytes:
    if layer not in _LAYER:
        if body.lstrip().startswith(_DOCUMENTS):  # "utf-8", "none": browsers pass over what they do not know
            return body
        raise Failed(f'the body is packed as "{layer}", which is not understood')
    if not body:  # an answer without a body may still name a coding
        return body
    try:
        return _LAYER[layer](body, limit)
    except _BROKEN as error:
        raise Failed(f'the body says that it is packed as "{layer}", but it is not') from error


def _parts(body: bytes, limit: int, *, start: Callable[[], _Stream], signs: Sequence[bytes]) -> bytes:
    """Unpack one part after the other, as long as what follows has the sign of a part; other remains are ignored."""
    unpacked = b""
    for _ in range(_PARTS):
        stream = start()
        unpacked += stream.decompress(body, limit + 1 - len(unpacked))
        if len(unpacked) > limit:
            raise Failed(more_than(limit))
        if not stream.eof:
            raise Failed("the answer broke off before its end")
        body = stream.unused_data
        if not body.startswith(tuple(signs)):
            return unpacked
    raise Failed(f"the body consists of more than {_PARTS} packed parts")


def _deflate(body: bytes, limit: int) -> bytes:
    """Unpack zlib's format, and the bare one that some servers send under the same name (RFC 9110 §8.4.1.2)."""
    try:
        return _parts(body, limit, start=zlib.decompressobj, signs=())
    except zlib.error:
        return _parts(body, limit, start=partial(zlib.decompressobj, -zlib.MAX_WBITS), signs=())


def _frame() -> _Stream:
    """Start a zstd frame whose window is at most 8 MiB, all that HTTP may use (RFC 9659)."""
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})


_gzip = partial(_parts, start=partial(zlib.decompressobj, 16 + zlib.MAX_WBITS), signs=(_GZIP,))
_LAYER: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": partial(_parts, start=_Brotli, signs=()),
    "zstd": partial(_parts, start=_frame, signs=_ZSTD),
}
