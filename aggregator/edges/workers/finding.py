"""Finding the feed behind an address: it may be the feed itself, or a web page that links to one. Stores nothing."""

from __future__ import annotations

from aggregator.core import urls
from aggregator.core.errors import FetchError, ParseError
from aggregator.edges import sources
from aggregator.edges.http import Fetcher, Response
from aggregator.edges.workers.reading import refusal

#: Addresses that are tried at most; each is one request.
MOST_TRIES = 12


def find(url: str, *, fetcher: Fetcher) -> tuple[str, tuple[str, ...]]:
    """Give the address of the feed at or behind a URL, and the other feeds that the page links to.

    What the page announces is tried before the usual places on its site. Raises FetchError when the page cannot be had,
    ParseError when there is no feed.
    """
    page = _answer(fetcher.fetch(url))
    if _is_feed(page):
        return url, ()
    linked = sources.discover(page.body, url=page.url, content_type=page.headers.get("content-type", ""))
    for candidate in (*linked, *sources.guesses(page.url))[:MOST_TRIES]:
        if _leads_to_feed(candidate, fetcher=fetcher):
            return candidate, tuple(other for other in linked if other != candidate)
    raise ParseError(urls.public(url), "no feed was found here or behind it; give the address of the feed itself")


def _leads_to_feed(url: str, *, fetcher: Fetcher) -> bool:
    try:
        return _is_feed(_answer(fetcher.fetch(url)))
    except FetchError:
        return False


def _answer(response: Response) -> Response:
    if not 200 <= response.status < 300:
        raise FetchError(urls.public(response.url), refusal(response.status))
    return response


def _is_feed(response: Response) -> bool:
    try:
        sources.parse(response.body, url=response.url, content_type=response.headers.get("content-type", ""))
    except ParseError:
        return False
    return True
