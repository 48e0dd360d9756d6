"""Serves the press on loopback, in a process of its own, so that its CPU time is nobody else's.

Every answer is made before it is asked for, so that a request costs a fraction of a millisecond. A connection carries
one request: a reader of feeds meets each host once a poll. Told what to play by lines of JSON on standard input (a
``Scene``, or ``null`` for a report), and ends with it.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import ssl
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import cast

from msgspec import Struct

from benchmarks import documents
from benchmarks.scenes import Scene
from benchmarks.world import Feed, Telling, World

#: Seconds after which a sick server gives up at last: longer than any reader here waits for a whole answer.
ILLNESS = 45.0
_SICKNESSES = ("hangs", "drips", "fails", "is a page", "breaks off")
_PAGE = b"<!doctype html><html><head><title>Welcome</title></head><body><p>Under construction</p></body></html>"


class Answer(Struct, frozen=True, kw_only=True):
    """What a feed's server says at one telling."""

    kind: str  #: media type
    packed: bytes  #: the document, in gzip
    etag: str
    modified: str

    def full(self, *, validators: bool, gzipped: bool) -> bytes:
        """Write a whole 200."""
        body = self.packed if gzipped else gzip.decompress(self.packed)
        coding = {"Content-Encoding": "gzip"} if gzipped else {}
        return _written("200 OK", {"Content-Type": self.kind, **coding, **self._validators(validators)}, body)

    def unmodified(self) -> bytes:
        """Write a 304."""
        return _written("304 Not Modified", self._validators(True))

    def _validators(self, wanted: bool) -> dict[str, str]:
        return {"ETag": self.etag, "Last-Modified": self.modified} if wanted else {}


def _written(status: str, headers: dict[str, str], body: bytes | None = None) -> bytes:
    length = {} if body is None else {"Content-Length": str(len(body))}
    lines = [f"{name}: {value}\r\n" for name, value in {**headers, **length, "Connection": "close"}.items()]
    return f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode("latin-1") + (body or b"")


def sickness(number: int) -> str | None:
    """Say what ails a feed in a sick scene; nothing ails nineteen of twenty."""
    return _SICKNESSES[number // 20 % len(_SICKNESSES)] if number % 20 == 9 else None


@dataclass(slots=True, kw_only=True)
class Press:
    """The world as it is told now, and what was asked of it since it is told so."""

    world: World
    site: str  #: where relative addresses and links lead; the same for every port
    scene: Scene = field(default_factory=Scene)
    statuses: Counter[str] = field(default_factory=Counter)
    healthy_done: float = 0.0  #: when a feed that is well was answered last, on the monotonic clock
    _answers: dict[Telling, list[Answer]] = field(default_factory=dict)

    def play(self, scene: Scene) -> None:
        """Make every answer of a scene, and forget what was asked before."""
        if scene.telling not in self._answers:
            self._answers[scene.telling] = [self._answer(feed, scene.telling) for feed in self.world.feeds]
        self.scene, self.statuses, self.healthy_done = scene, Counter(), 0.0

    def _answer(self, feed: Feed, telling: Telling) -> Answer:
        return Answer(
            kind=f"{feed.format}; charset=utf-8",
            packed=gzip.compress(documents.write(feed, telling, site=self.site), mtime=0),
            etag=f'"{feed.number}-{telling}"',
            modified=f"{feed.updated(telling):%a, %d %b %Y %H:%M:%S GMT}",
        )

    def ails(self, request: bytes) -> str | None:
        """Say what ails the feed that is asked for."""
        return sickness(_number(request)) if self.scene.sick else None

    def respond(self, request: bytes) -> bytes:
        """Answer for a feed that is well."""
        answer = self._answers[self.scene.telling][_number(request)]
        if self.scene.validators and _header(request, b"if-none-match") == answer.etag.encode():
            reply = answer.unmodified()
        else:
            packs = b"gzip" in _header(request, b"accept-encoding")
            reply = answer.full(validators=self.scene.validators, gzipped=packs)
        self.statuses[reply[9:12].decode()] += 1
        self.healthy_done = time.monotonic()
        return reply

    def report(self) -> dict[str, object]:
        """Say what was asked: answers by status (of feeds that are well), and when the last of them went out."""
        return {"statuses": dict(self.statuses), "healthy_done": self.healthy_done}


def _number(request: bytes) -> int:
    """Find the feed in a request line, GET /feed/17.xml; ValueError where there is none."""
    return int(request.split(b" ", 2)[1].removeprefix(b"/feed/").removesuffix(b".xml"))


def _header(request: bytes, name: bytes) -> bytes:
    for line in request.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.lower() == name:
            return value.strip()
    return b""


class Visit(asyncio.Protocol):
    """One connection: one request, one answer, and good-bye."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._request = b""
        self._transport = asyncio.WriteTransport()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember whom to answer."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer once the request is whole, after the delay of the scene."""
        self._request += data
        if self._request.endswith(b"\r\n\r\n"):
            asyncio.get_running_loop().call_later(self._press.scene.delay, self._answer)

    def _answer(self) -> None:
        try:
            ailment = self._press.ails(self._request)
            reply = _AILING[ailment] if ailment else self._press.respond(self._request)
        except (ValueError, IndexError):
            reply = _written("404 Not Found", {}, b"")
            ailment = None
        self._transport.write(reply)
        if ailment in ("hangs", "drips"):
            self._linger(drips=ailment == "drips", until=time.monotonic() + ILLNESS)
        else:
            self._transport.close()

    def _linger(self, *, drips: bool, until: float) -> None:
        """Hold the line, saying a byte a second or nothing, until the other side hangs up or the time is over."""
        if self._transport.is_closing() or time.monotonic() > until:
            self._transport.close()
            return
        self._transport.write(b"<" if drips else b"")
        asyncio.get_running_loop().call_later(1, partial(self._linger, drips=drips, until=until))


#: What a feed says that is not well; "hangs" and "drips" do not close the connection.
_AILING = {
    "hangs": b"",
    "drips": b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n",
    "fails": _written("500 Internal Server Error", {"Content-Type": "text/plain"}, b"out of order"),
    "is a page": _written("200 OK", {"Content-Type": "text/html"}, _PAGE),
    "breaks off": _written("200 OK", {"Content-Type": "application/rss+xml"}, b"<rss><channel>" + b" " * 9999)[:-5000],
}


async def serve(world: World, *, ports: int, certificate: Path | None) -> None:
    """Open the ports, name them on standard output, and play what standard input says until it ends."""
    loop = asyncio.get_running_loop()
    press = Press(world=world, site="http://press.example")
    context = _context(certificate) if certificate else None
    opened = [await loop.create_server(lambda: Visit(press), "127.0.0.1", 0, backlog=512) for _ in range(ports)]
    secure = [
        await loop.create_server(lambda: Visit(press), "127.0.0.1", 0, backlog=512, ssl=context)
        for _ in range(ports if context else 0)
    ]
    _say({"http": [_port(server) for server in opened], "https": [_port(server) for server in secure]})
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        if asked is not None:
            press.play(Scene(**{**asked, "telling": Telling(asked["telling"])}))
        _say(press.report())


def _context(certificate: Path) -> ssl.SSLContext:
    """Read certificate and key from one file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


def _say(message: object) -> None:
    print(json.dumps(message), flush=True)


def main() -> None:
    """Serve a world that the command line describes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--now", type=datetime.fromisoformat, required=True)
    parser.add_argument("--ports", type=int, required=True)
    parser.add_argument("--certificate", type=Path)
    said = parser.parse_args()
    world = World(size=said.feeds, now=said.now, seed=said.seed)
    asyncio.run(serve(world, ports=said.ports, certificate=said.certificate))


if __name__ == "__main__":
    main()
