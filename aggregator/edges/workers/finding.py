"""Finding the feed behind an address: it may be the feed itself, or a web page that links to one. Stores nothing."""

from __future__ import annotations

from aggregator.core import urls
from aggregator.core.errors import FeedError, FetchError, ParseError
from aggregator.edges import understanding
from aggregator.edges.http import Fetcher
from aggregator.edges.killable import Killable
from aggregator.edges.understanding import Page
from aggregator.edges.workers import refusing

#: Addresses that are tried at most; each is one request.
MOST_TRIES = 12


def find(url: str, *, fetcher: Fetcher, killable: Killable) -> tuple[str, tuple[str, ...]]:
    """Give the address of the feed at or behind a URL, and the other feeds that the page links to.

    What the page announces is tried before the usual places on its site. Raises FetchError when the page cannot be had,
    ParseError when there is no feed, FeedError when the page takes too much to be read.
    """
    page = _page(url, fetcher=fetcher)
    if killable.run(understanding.is_feed, page):
        return url, ()
    offers = killable.run(understanding.offers, page)
    for candidate in (*offers.linked, *offers.guessed)[:MOST_TRIES]:
        if _leads_to_feed(candidate, fetcher=fetcher, killable=killable):
            return candidate, tuple(other for other in offers.linked if other != candidate)
    raise ParseError(urls.public(url), "no feed was found here or behind it; give the address of the feed itself")


def _leads_to_feed(url: str, *, fetcher: Fetcher, killable: Killable) -> bool:
    try:
        return killable.run(understanding.is_feed, _page(url, fetcher=fetcher))
    except FeedError:
        return False


def _page(url: str, *, fetcher: Fetcher) -> Page:
    response = fetcher.fetch(url)
    if not 200 <= response.status < 300:
        raise FetchError(urls.public(response.url), refusing.refusal(response.status))
    return Page(body=response.body, url=response.url, content_type=response.headers.get("content-type", ""))
