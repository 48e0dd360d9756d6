"""A loopback web server whose answers a test sets, and small feed documents to put on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from msgspec import Struct, field


class Answer(Struct, frozen=True, kw_only=True):
    """What the server says at one path."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None  #: answer only when it is set


class Newsstand:
    """Serve what was put at each path; remember what was asked for, with its headers."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.times: list[float] = []  #: when each was asked, monotonic
        stand = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stand.times.append(time.monotonic())
                stand.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                answer = stand.answers.get(self.path, Answer(status=404))
                if answer.hold:
                    answer.hold.wait(20)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *args: object) -> None:
                """Say nothing of clients that went away."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for answer in self.answers.values():
            if answer.hold:
                answer.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str) -> str:
        """Give the address of a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def put(self, path: str, body: bytes | str = b"", *, status: int = 200, **headers: str) -> None:
        """Set the answer at a path; header names are written with underscores."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(body=content, status=status, headers=named)

    def asked_for(self, path: str) -> list[dict[str, str]]:
        """Give the headers of each request for a path."""
        return [headers for asked, headers in self.asked if asked == path]


def entry(title: str, *, guid: str = "", link: str = "", at: datetime | None = None, more: str = "") -> str:
    """Write an RSS item."""
    parts = [f"<title>{escape(title)}</title>"]
    parts += [f'<guid isPermaLink="false">{escape(guid)}</guid>'] if guid else []
    parts += [f"<link>{escape(link)}</link>"] if link else []
    parts += [f"<pubDate>{format_datetime(at)}</pubDate>"] if at else []
    return f"<item>{''.join(parts)}{more}</item>"


def rss(*entries: str, title: str = "The Courier") -> str:
    """Write an RSS 2.0 document."""
    channel = f"<title>{escape(title)}</title><link>https://courier.example/</link>{''.join(entries)}"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{channel}</channel></rss>'


def settings(stand: Newsstand, paths: Sequence[str], **more: str) -> str:
    """Write a feeds.yaml for feeds on the stand; ``more`` are further top-level settings as YAML."""
    lines = ['network: {allow: ["127.0.0.0/8"]}', "serve: false", "timezone: Europe/London"]
    if "polling" not in more:
        lines.append("polling: {every: 1h, shortest: 1s, gap: 0s, per_host: 4, backfill: all}")
    lines += [f"{name}: {value}" for name, value in more.items()]
    feeds = [f'  - url: "{stand.url(path)}"\n    name: {path.strip("/").title()}' for path in paths]
    return "\n".join([*lines, "feeds:", *feeds, ""])
