"""Opens the newsroom on loopback and answers for its outlets: validators and 304, gzip, one 301, one 500, one delay.

What is said at which moment is a pure function (``stories``, ``documents``); this module owns the clock, the threads
and the socket. It is a demonstration and a fixture for tests, never reachable from another machine, and logs nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from aggregator.demo import documents, pages, stories
from aggregator.demo.outlets import OUTLETS, Outlet

DELAY = 2.5  # seconds that the slow outlet takes
PATIENCE = 5  # seconds that a client may take to say what it wants

SETTINGS = """\
# The bundled newsroom: made-up outlets on this machine, read by the real program.
title: The Demo Edition
digest: {{closes_at: {closes_at}}}
polling: {{every: 4s, shortest: 2s, per_host: 4, gap: 0s, backfill: 1d}}
network: {{allow: ["127.0.0.0/8"]}}
serve: {{listen: "127.0.0.1:0"}}
feeds:
"""


class Answer(Struct, frozen=True, kw_only=True):
    """One HTTP response; ``delay`` is how many seconds its outlet takes over it."""

    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0


class Newsroom(AbstractContextManager["Newsroom"]):
    """Tell made-up news on a free port of 127.0.0.1 while the ``with`` block lasts.

    ``clock`` gives seconds since 1970; what is told when counts from its reading on entry. ``delay`` is in seconds.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, delay: float = DELAY) -> None:
        self._clock = clock
        self._delay = delay
        self._closing = Event()

    def __enter__(self) -> Newsroom:
        self._start = self._now()
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, self._answer, self._closing))
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="newsroom", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()  # first of all, so that the slow outlet stops dawdling
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Give the newsroom's root, "http://127.0.0.1:PORT"."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def settings(self, *, closes_at: str = "24:00") -> str:
        """Write a feeds.yaml that subscribes to every outlet; ``closes_at`` is a local time of day."""
        head = SETTINGS.format(closes_at=json.dumps(closes_at))
        return head + "\n".join(_subscription(outlet, self.address) for outlet in OUTLETS)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(int(self._clock()), UTC)

    def _answer(self, path: str, asked: Message) -> Answer:
        """Answer one request by its path, without the query, and its headers."""
        now = self._now()
        for outlet in OUTLETS:
            if path == outlet.moved_from:
                return _moved(outlet.path)
            if path == outlet.path:
                return self._feed(outlet, asked, now=now)
            if path.startswith(f"/{outlet.slug}/"):
                return _page(outlet, path, articles=self._told(outlet, now))
        return _html(pages.lobby()) if path == "/" else _plain(HTTPStatus.NOT_FOUND)

    def _told(self, outlet: Outlet, now: datetime) -> tuple[stories.Article, ...]:
        return stories.told(outlet.slug, start=self._start, now=now)

    def _feed(self, outlet: Outlet, asked: Message, *, now: datetime) -> Answer:
        """Answer for an outlet's feed, in the manner of its server."""
        if outlet.broken:
            return _plain(HTTPStatus.INTERNAL_SERVER_ERROR)
        articles = self._told(outlet, now)
        body = documents.write(outlet, articles, address=self.address)
        headers = {"Content-Type": outlet.format.media_type}
        if outlet.etag:
            weak = "W/" if outlet.gzip else ""  # one tag for the packed and the plain form (RFC 9110 §8.8.1)
            headers["ETag"] = f'{weak}"{hashlib.sha256(body).hexdigest()[:16]}"'
        if outlet.last_modified:
            newest = max(article.updated for article in articles)
            headers["Last-Modified"] = format_datetime(newest, usegmt=True)
        answer = Answer(headers=headers, body=body, delay=self._delay if outlet.slow else 0.0)
        if _unchanged(asked, headers):
            return replace(answer, status=HTTPStatus.NOT_MODIFIED, body=b"")
        return _packed(answer) if outlet.gzip and "gzip" in asked.get("Accept-Encoding", "") else answer


def _subscription(outlet: Outlet, address: str) -> str:
    """Write one line of ``feeds``; JSON strings are YAML strings."""
    name = f"    name: {json.dumps(outlet.title)}\n" if outlet.named else ""
    return f"  - url: {address}{outlet.subscribed_path}\n{name}    category: {json.dumps(outlet.category)}\n"


def _unchanged(asked: Message, headers: Mapping[str, str]) -> bool:
    """Tell whether the client already has this, by its validators (RFC 9110 §13.2.2: an ETag outweighs a date)."""
    if "ETag" in headers and "If-None-Match" in asked:
        return headers["ETag"] in asked["If-None-Match"]
    if "Last-Modified" not in headers or "If-Modified-Since" not in asked:
        return False
    try:
        since = parsedate_to_datetime(asked["If-Modified-Since"])
        return parsedate_to_datetime(headers["Last-Modified"]) <= since
    except (ValueError, TypeError):  # not a date, or one without a zone: RFC 9110 §13.1.3 says to ignore it
        return False


def _packed(answer: Answer) -> Answer:
    """Compress an answer with gzip, the same bytes for the same document."""
    headers = {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return replace(answer, headers=headers, body=gzip.compress(answer.body, mtime=0))


def _moved(path: str) -> Answer:
    return replace(_plain(HTTPStatus.MOVED_PERMANENTLY), headers={"Location": path, "Content-Type": "text/plain"})


def _page(outlet: Outlet, path: str, *, articles: tuple[stories.Article, ...]) -> Answer:
    """Answer with an outlet's front page or one of its articles, once it has been told."""
    if path == f"/{outlet.slug}/":
        return _html(pages.front(outlet, articles))
    for article in articles:
        if article.path == path:
            return _html(pages.article(outlet, article))
    return _plain(HTTPStatus.NOT_FOUND)


def _html(body: bytes) -> Answer:
    return Answer(headers={"Content-Type": "text/html; charset=utf-8"}, body=body)


def _plain(status: HTTPStatus) -> Answer:
    return Answer(status=status, headers={"Content-Type": "text/plain"}, body=f"{status.phrase}\n".encode())


class _Server(ThreadingHTTPServer):
    """A silent server: a client that hangs up is no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Carries answers to one connection and says nothing on the terminal."""

    timeout = PATIENCE

    def __init__(self, answer: Callable[[str, Message], Answer], closing: Event, *connection: Any) -> None:
        self._answer = answer
        self._closing = closing
        super().__init__(*connection)

    def do_GET(self) -> None:
        """Answer a GET."""
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        """Answer a HEAD: all but the body."""
        self._send(with_body=False)

    def _send(self, *, with_body: bool) -> None:
        answer = self._answer(self.path.partition("?")[0], self.headers)
        if answer.delay and self._closing.wait(answer.delay):
            return  # the newsroom has closed meanwhile
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""
