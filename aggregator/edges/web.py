"""Serving the written site over HTTP: files and nothing else, read-only, on an address of its own.

Knows the content types and headers that a feed reader and a browser need. Makes no page and reads no store.
"""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path, PurePosixPath

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aggregator.core import urls
from aggregator.core.errors import ServeError

#: Seconds that requests under way get to end.
GRACE = 1

_TYPES = {
    "feed.xml": b"application/rss+xml; charset=utf-8",
    ".xml": b"application/xml; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    ".txt": b"text/plain; charset=utf-8",
}
_HEADERS = {
    b"cache-control": b"no-cache",  # ask again each time; the answer is mostly 304
    b"content-security-policy": b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    b" form-action 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}


def bind(listen: tuple[str, int]) -> socket.socket:
    """Take the address to serve on; port 0 takes any free one. Raises ServeError when it cannot be had."""
    host, port = listen
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(128)
    except OSError as error:
        taken.close()
        raise ServeError(
            f"cannot serve on {host}:{port}: {error.strerror or error}; choose another serve.listen"
        ) from error
    return taken


def address_of(bound: socket.socket) -> str:
    """Write the address of the site served on a socket."""
    host, port = bound.getsockname()[:2]
    return urls.served_at((host, port))


class Server:
    """Serve a folder on a socket, in a thread of its own, until stopped."""

    def __init__(self, folder: Path, *, bound: socket.socket) -> None:
        self._bound = bound
        settings = uvicorn.Config(
            application(folder),
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=GRACE,
            limit_concurrency=200,
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._server.run(sockets=[self._bound])

    def stop(self) -> None:
        """Finish what is being answered, for a second or so, and give the address back."""
        self._server.should_exit = True
        self._thread.join(GRACE + 2)
        self._bound.close()


def application(folder: Path) -> ASGIApp:
    """Make the web application (ASGI) that serves a folder."""
    files = _Files(directory=folder, html=True, check_dir=False)
    files.config_checked = True  # a site not written yet is a 404, not a fault
    return _Polite(ExceptionMiddleware(files))  # it makes answers of what StaticFiles raises for 404 and 405


class _Files(StaticFiles):
    """Answer with the files of a folder."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        page = _Page(full_path, status_code=status_code, stat_result=stat_result)
        return page if isinstance(response, FileResponse) else response


class _Page(FileResponse):
    """A file, opened once for its size and its bytes.

    FileResponse (starlette 1.10) asks for the size and opens later; where the page was replaced in between it promises
    one length and sends another.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "range" in Headers(scope=scope):
            await super().__call__(scope, receive, send)
            return
        body, status = await run_in_threadpool(_snapshot, self.path)
        headers = FileResponse(self.path, stat_result=status).headers
        await Response(body, status_code=self.status_code, headers=headers)(scope, receive, send)


def _snapshot(path: str | os.PathLike[str]) -> tuple[bytes, os.stat_result]:
    with Path(path).open("rb") as file:
        return file.read(), os.fstat(file.fileno())


class _Polite:
    """Add what every answer carries, and hide what is not a page: hidden files, methods that would change something."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = PurePosixPath(scope["path"])

        async def send_politely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _headers(message, path=path)
            await send(message)

        app = PlainTextResponse("Not Found", 404) if any(part.startswith(".") for part in path.parts) else self._app
        await app(scope, receive, send_politely)


def _headers(message: Message, *, path: PurePosixPath) -> list[tuple[bytes, bytes]]:
    headers = dict(message["headers"]) | _HEADERS
    kind = _TYPES.get(path.name) or _TYPES.get(path.suffix)
    if kind and message["status"] in (200, 206) and not headers[b"content-type"].startswith(b"multipart/"):
        headers[b"content-type"] = kind
    return list(headers.items())
