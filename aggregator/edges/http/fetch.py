"""The whole exchange: from a configured address to an answer, redirect by redirect.

Knows headers, statuses of redirects and what may be believed. Does not judge any other status, does not know feeds,
and does not remember anything between two fetches: no cookies, no cache, no open connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from types import TracebackType
from typing import Self

import requests
import urllib3
from msgspec import Struct
from msgspec.structs import replace
from requests.structures import CaseInsensitiveDict
from urllib3.util import make_headers

from aggregator import __version__
from aggregator.core.errors import FetchError
from aggregator.core.model import IPNetwork, Validators
from aggregator.edges.http import body
from aggregator.edges.http.address import Address, concealed, follow, parse
from aggregator.edges.http.connection import Adapter, Dialler
from aggregator.edges.http.deadline import Exchange, Watchdog
from aggregator.edges.http.words import EXPECTED, Failed, explain

#: Whom to ask about this program, where the site it fills has no address of its own.
PROJECT = "https://github.com/headline-aggregator/aggregator"
ACCEPT_FEEDS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 10
#: Refusals whose page tells who refuses: a wall against bots, more often than not.
_EXPLAINED = frozenset({403, 429, 503})
_ONE_VALUE = frozenset({"etag", "last-modified", "location", "content-type", "retry-after", "date", "expires"})
_ENCODINGS = str(make_headers(accept_encoding=True)["accept-encoding"])  # all that urllib3 could unpack, as could we

Redirects = tuple[tuple[int, str], ...]


class Response(Struct, frozen=True, kw_only=True):
    """What a server answered in the end."""

    status: int  #: one of 301, 302, 303, 307, 308 only where the host was not to be left
    url: str  #: that answered, without user, password and fragment
    headers: Mapping[str, str]  #: names in lower case, values latin-1 as received; content-encoding is already undone
    body: bytes  #: unpacked; of a refusal only its beginning, of what is repeated and other answers but 2xx nothing
    digest: str = ""  #: names the body as it was sent
    repeats: bool = False  #: it was sent once more, as the caller knows it
    redirects: Redirects = ()  #: (status, new address) hop by hop
    seconds: float = 0.0  #: that it took; only told where it leads on

    @property
    def leads_on(self) -> bool:
        """Tell whether it is a redirect to another host, which has not been asked."""
        return self.status in _REDIRECTS


class Fetcher:
    """Fetch addresses under one set of rules; thread-safe, and to be closed.

    ``allow`` names networks that may be reached though they are not public. ``deadline`` bounds a whole exchange:
    connecting, TLS, headers, body and all redirects; only the look-up of names is bounded by the resolver instead.
    ``contact`` is an address at which servers learn who asks. ``limit`` is the largest body in bytes, packed as well as
    unpacked; twice as much is read of an exchange in all.
    """

    def __init__(
        self,
        *,
        allow: Sequence[IPNetwork] = (),
        deadline: timedelta = timedelta(seconds=30),
        limit: int = 10 * 2**20,
        contact: str | None = None,
    ) -> None:
        self._dialler = Dialler(allow)
        self._watchdog = Watchdog(deadline.total_seconds())
        self._limit = limit
        self._user_agent = f"headline-aggregator/{__version__} (+{contact or PROJECT})"

    def fetch(
        self,
        url: str,
        *,
        validators: Validators = Validators(),  # noqa: B008 - frozen
        accept: str = ACCEPT_FEEDS,
        leave_host: bool = True,
        after: Response | None = None,
        known: str | None = None,
    ) -> Response:
        """Ask for a URL, following redirects; raise FetchError, whose text never holds a password.

        The validators go out byte for byte as stored (RFC 9110 §13.1). The answer may have any status: the caller
        judges 304, 404, 410, 429 and their like.

        Whoever keeps the limits of hosts lets no redirect leave the host and port (``leave_host``), gets an answer that
        ``leads_on``, and asks again with it (``after``) when it is that host's turn; deadline and redirects go on.
        A body with the digest that is ``known`` is not unpacked.
        """
        request = _Request(headers=self._headers(validators, accept), stay=not leave_host, known=known)
        spent = after.seconds if after else 0.0
        with self._watchdog.exchange(spent=spent) as exchange, self._adapter(exchange) as adapter:
            try:
                redirects = after.redirects if after else ()
                return self._follow(url, request, redirects, adapter=adapter, exchange=exchange)
            except Failed as failure:
                raise FetchError(concealed(url), str(failure)) from failure

    def stop(self) -> None:
        """End every exchange under way at once with a FetchError "stopped", and refuse later ones."""
        self._watchdog.stop()

    def close(self) -> None:
        """Stop, and wait until nothing is left behind."""
        self._watchdog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _adapter(self, exchange: Exchange) -> closing[Adapter]:
        """Make the connections of an exchange; frames, headers and redirects may come to as much as the body."""
        return closing(Adapter(self._dialler, exchange, most=2 * self._limit))

    def _headers(self, validators: Validators, accept: str) -> dict[str, str]:
        """Write what every request says; no cookie, no referer, and no connection kept."""
        headers = {
            "User-Agent": self._user_agent,
            "Accept": accept,
            "Accept-Encoding": _ENCODINGS,
            "Connection": "close",
        }
        if validators.etag is not None:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified is not None:
            headers["If-Modified-Since"] = validators.last_modified
        return headers

    def _follow(
        self,
        url: str,
        request: _Request,
        redirects: Redirects,
        *,
        adapter: Adapter,
        exchange: Exchange,
    ) -> Response:
        try:
            start = parse(url)
            address = parse(redirects[-1][1]) if redirects else start
            while True:
                with _ask(adapter, address, headers=request.headers, exchange=exchange) as answer:
                    if answer.status_code not in _REDIRECTS:
                        found = self._accept(answer, address, known=request.known, exchange=exchange)
                        return replace(found, redirects=redirects)
                    before, address = address, _next(address, answer)
                redirects = (*redirects, (answer.status_code, address.url))
                _refuse_endless(start, redirects)
                if request.stay and address.origin[1:] != before.origin[1:]:
                    return _leading_on(answer, before, redirects=redirects, exchange=exchange)
        except (Failed, *EXPECTED) as error:
            arrived = f" (redirected to {redirects[-1][1]})" if redirects else ""
            raise Failed((exchange.over() or explain(error)) + arrived) from error

    def _accept(
        self, answer: requests.Response, address: Address, *, known: str | None, exchange: Exchange
    ) -> Response:
        headers = _headers_of(answer.raw)
        coding = headers.get("content-encoding", "")
        content, digest = b"", ""
        if 200 <= answer.status_code < 300:
            sent = body.read(answer.raw, limit=self._limit, exchange=exchange)
            digest = body.digest(sent, coding)
            content = b"" if digest == known else body.unpack(sent, coding, limit=self._limit)
        elif answer.status_code in _EXPLAINED:
            content = body.beginning(answer.raw, coding, exchange=exchange)
        return Response(
            status=answer.status_code,
            url=address.url,
            headers=headers,
            body=content,
            digest=digest,
            repeats=digest == known,
        )


class _Request(Struct, frozen=True, kw_only=True):
    """What is asked of every host of an exchange."""

    headers: Mapping[str, str]
    stay: bool  #: at the host
    known: str | None  #: the digest of the body that the caller has


def _ask(adapter: Adapter, address: Address, *, headers: Mapping[str, str], exchange: Exchange) -> requests.Response:
    """Send one request and wait for the headers of its answer.

    The adapter is asked without a Session: a Session reads the whole body of every redirect, even of those that it
    does not follow (requests 2.34.2, resolve_redirects), so a bomb in one would go off; and it brings cookies,
    netrc and proxies that nobody asked for.
    """
    exchange.check()
    request = requests.PreparedRequest()
    credentials = {"Authorization": address.authorization} if address.authorization else {}
    # Not by prepare(): the address has been through it, and it would refuse an ETag that begins with a no-break space.
    request.method, request.url = "GET", address.url
    request.headers = CaseInsensitiveDict({**headers, **credentials})
    answer = adapter.send(request, stream=True, timeout=exchange.left())
    try:
        exchange.check()
    except Failed:
        answer.close()
        raise
    return answer


def _next(address: Address, answer: requests.Response) -> Address:
    location = _headers_of(answer.raw).get("location", "")
    if not location.strip():
        raise Failed(f"the server redirects (status {answer.status_code}) but does not say where to")
    return follow(address, location)


def _leading_on(answer: requests.Response, address: Address, *, redirects: Redirects, exchange: Exchange) -> Response:
    status, seconds = answer.status_code, exchange.spent()
    return Response(status=status, url=address.url, headers={}, body=b"", redirects=redirects, seconds=seconds)


def _refuse_endless(start: Address, redirects: Redirects) -> None:
    visited = [start.url, *(url for _, url in redirects)]
    if visited[-1] in visited[:-1]:
        raise Failed(f"the redirects go in a circle: {' → '.join(visited[visited.index(visited[-1]) :])}")
    if len(redirects) > _MOST_REDIRECTS:
        raise Failed(f"more than {_MOST_REDIRECTS} redirects")


def _headers_of(raw: urllib3.BaseHTTPResponse) -> dict[str, str]:
    """Join repeated headers by commas (RFC 9110 §5.3), but take the first of those that can have one value only."""
    names = {name.lower() for name in raw.headers}
    received = {name: raw.headers.getlist(name) for name in names}
    return {name: values[0] if name in _ONE_VALUE else ", ".join(values) for name, values in received.items()}
