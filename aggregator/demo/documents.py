"""Writes what an outlet has told as RSS 2.0, RSS 1.0, Atom 1.0 or JSON Feed 1.1.

A document is a pure function of the outlet and its articles, so it changes only when the outlet tells something. It
fetches and serves nothing, and invents nothing: the words are in ``stories``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from aggregator.demo.outlets import OUTLETS, Format, Outlet
from aggregator.demo.stories import Article

PROLOGUE = '<?xml version="1.0" encoding="utf-8"?>\n'
WIRE = "https://heron-wire.example/"  # the agency sells its copy and has no feed of its own
TRACKING = "?utm_source=seven-isles-reader&utm_medium=rss&utm_campaign=daily"
BYTES_A_MINUTE = 480_000  # of speech at 64 kbit/s


def write(outlet: Outlet, articles: Sequence[Article], *, address: str) -> bytes:
    """Write an outlet's feed in its own format, encoded as UTF-8; ``address`` is the newsroom's, without a slash."""
    return WRITERS[outlet.format](outlet, articles, address).encode()


def link(outlet: Outlet, article: Article, address: str) -> str:
    """Give the link that an outlet prints for an article; one that gathers others' articles counts its readers."""
    return address + article.path + (TRACKING if _borrowed(outlet, article) else "")


def _borrowed(outlet: Outlet, article: Article) -> bool:
    return not article.path.startswith(f"/{outlet.slug}/")


def _element(name: str, text: str = "", **attributes: str) -> str:
    """Write one XML element on a line; an attribute's ``_`` stands for what Python reserves or XML calls ``:``."""
    written = "".join(f" {key.strip('_').replace('_', ':')}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{escape(text)}</{name}>\n" if text else f"<{name}{written}/>\n"


def _credited(article: Article, address: str) -> str:
    """Find the feed of the outlet that an article is credited to."""
    return next((address + outlet.path for outlet in OUTLETS if outlet.title == article.source), WIRE)


def _newest(articles: Sequence[Article]) -> datetime:
    return max(article.updated for article in articles)


def _rss_2_0(outlet: Outlet, articles: Sequence[Article], address: str) -> str:
    """Write RSS 2.0 (rssboard.org/rss-specification) with the dc, atom and itunes elements that outlets add to it."""
    head = (
        _element("title", outlet.title)
        + _element("link", f"{address}/{outlet.slug}/")
        + _element("description", outlet.motto)
        + _element("language", "en-gb")
        + _element("lastBuildDate", format_datetime(_newest(articles)))
        + _element("atom:link", rel="self", href=address + outlet.path, type="application/rss+xml")
    )
    items = "".join(_rss_2_0_item(outlet, article, address) for article in articles)
    return (
        PROLOGUE
        + '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">\n<channel>\n{head}{items}</channel>\n</rss>\n'
    )


def _rss_2_0_item(outlet: Outlet, article: Article, address: str) -> str:
    parts = [
        _element("title", article.headline),
        _element("link", link(outlet, article, address)),
        _element("description", article.summary),
        _element("guid", article.guid, isPermaLink="false"),
        _element("pubDate", format_datetime(article.published)),
    ]
    if article.author:
        parts.append(_element("dc:creator", article.author))
    if article.source:
        parts.append(_element("source", article.source, url=_credited(article, address)))
    if article.minutes:
        parts.append(_recording(article, address))
    return f"<item>\n{''.join(parts)}</item>\n"


def _recording(article: Article, address: str) -> str:
    """Write what a podcast adds to an item: the file to listen to, and how long it takes."""
    size = str(article.minutes * BYTES_A_MINUTE)
    return _element("enclosure", url=f"{address}{article.path}.mp3", length=size, type="audio/mpeg") + _element(
        "itunes:duration", f"{article.minutes}:00"
    )


def _rss_1_0(outlet: Outlet, articles: Sequence[Article], address: str) -> str:
    """Write RSS 1.0 (web.resource.org/rss/1.0/spec): a channel that lists its items, then the items beside it."""
    links = [link(outlet, article, address) for article in articles]
    listed = "".join(_element("rdf:li", rdf_resource=each) for each in links)
    channel = (
        _element("title", outlet.title)
        + _element("link", f"{address}/{outlet.slug}/")
        + _element("description", outlet.motto)
        + f"<items><rdf:Seq>\n{listed}</rdf:Seq></items>\n"
    )
    items = "".join(_rss_1_0_item(article, each) for article, each in zip(articles, links, strict=True))
    return (
        PROLOGUE + '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"<channel rdf:about={quoteattr(address + outlet.path)}>\n{channel}</channel>\n{items}</rdf:RDF>\n"
    )


def _rss_1_0_item(article: Article, address: str) -> str:
    parts = (
        _element("title", article.headline)
        + _element("link", address)
        + _element("description", article.summary)
        + _element("dc:date", article.published.isoformat())
        + (_element("dc:creator", article.author) if article.author else "")
    )
    return f"<item rdf:about={quoteattr(address)}>\n{parts}</item>\n"


def _atom_1_0(outlet: Outlet, articles: Sequence[Article], address: str) -> str:
    """Write Atom 1.0 (RFC 4287)."""
    head = (
        _element("id", f"tag:{outlet.slug}.example,2026:feed")
        + _element("title", outlet.title)
        + _element("subtitle", outlet.motto)
        + _element("updated", _zulu(_newest(articles)))
        + _element("link", rel="alternate", type="text/html", href=f"{address}/{outlet.slug}/")
        + _element("link", rel="self", type="application/atom+xml", href=address + outlet.path)
        + f"<author>{_element('name', outlet.title)}</author>\n"
    )
    entries = "".join(_atom_1_0_entry(outlet, article, address) for article in articles)
    return f'{PROLOGUE}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">\n{head}{entries}</feed>\n'


def _atom_1_0_entry(outlet: Outlet, article: Article, address: str) -> str:
    parts = [
        _element("id", article.guid),
        _element("title", article.headline),
        _element("link", rel="alternate", href=link(outlet, article, address)),
        _element("published", _zulu(article.published)),
        _element("updated", _zulu(article.updated)),
        _element("summary", article.summary),
    ]
    if article.author:
        parts.append(f"<author>{_element('name', article.author)}</author>\n")
    if article.source:
        feed = _credited(article, address)
        names = _element("id", feed) + _element("title", article.source) + _element("updated", _zulu(article.published))
        parts.append(f"<source>\n{names}</source>\n")
    return f"<entry>\n{''.join(parts)}</entry>\n"


def _zulu(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _json_feed_1_1(outlet: Outlet, articles: Sequence[Article], address: str) -> str:
    """Write JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "description": outlet.motto,
        "home_page_url": f"{address}/{outlet.slug}/",
        "feed_url": address + outlet.path,
        "language": "en-GB",
        "items": [_json_feed_1_1_item(outlet, article, address) for article in articles],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _json_feed_1_1_item(outlet: Outlet, article: Article, address: str) -> dict[str, object]:
    authors = {"authors": [{"name": article.author}]} if article.author else {}
    return {
        "id": article.guid,
        "url": link(outlet, article, address),
        "title": article.headline,
        "content_html" if outlet.html else "content_text": article.summary,
        "date_published": _zulu(article.published),
        "date_modified": _zulu(article.updated),
        **authors,
    }


WRITERS: dict[Format, Callable[[Outlet, Sequence[Article], str], str]] = {
    Format.RSS_2_0: _rss_2_0,
    Format.RSS_1_0: _rss_1_0,
    Format.ATOM_1_0: _atom_1_0,
    Format.JSON_FEED_1_1: _json_feed_1_1,
}
