"""RSS, RDF and Atom through feedparser: the only module that touches it, and where its untyped values become ours.

feedparser is used for its knowledge of formats, not of the world: it gets text that is decoded already, through BytesIO
(it would *open* bytes that are a path), and cleans nothing (nh3 does). It is no safety boundary either: it raises on
some documents and takes quadratic time on others, so this belongs into a process that can be killed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import feedparser
from feedparser import mixin

from aggregator.core import text, urls
from aggregator.core.errors import ParseError
from aggregator.core.model import Document, Entry, Prose

from . import authors, dates

_FORMATS = {
    "rss": "RSS",
    "rss090": "RSS 0.90",
    "rss091n": "RSS 0.91",
    "rss091u": "RSS 0.91",
    "rss092": "RSS 0.92",
    "rss093": "RSS 0.93",
    "rss094": "RSS 0.94",
    "rss10": "RSS 1.0",
    "rss20": "RSS 2.0",
    "atom": "Atom",
    "atom01": "Atom 0.1",
    "atom02": "Atom 0.2",
    "atom03": "Atom 0.3",
    "atom10": "Atom 1.0",
}
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TAG = re.compile(r"<[A-Za-z/!]")
#: A date that is a bare number is none of the feed formats'; feedparser reads 1630886460 as a day in 2016.
_BARE_NUMBER = re.compile(r"\d{9,13}")
#: Longer ones than a year are a mistake of units.
_LONGEST_TTL = 366 * 24 * 60

#: A FeedParserDict, read only by ``dict.get``: its own ``get`` answers "updated" with "published", and warns.
_Mapping = Mapping[str, Any]


def parse(document: str, *, url: str) -> Document | None:
    """Understand an RSS, RDF or Atom document from ``url``; None if it is in no known format.

    A broken document gives what could be read of it: feedparser's "bozo" is no verdict (it is set on perfect feeds
    too). Raises ParseError when the parser itself fails.
    """
    parsed = _parsed(document, url=url)
    version = _text(parsed, "version")
    if not version:
        return None
    feed = _mapping(parsed, "feed")
    return Document(
        format=_FORMATS.get(version, version),
        title=_text(feed, "title"),
        link=urls.clean(_text(feed, "link"), base=url),
        language=_text(feed, "language"),
        entries=tuple(_entry(entry, version=version, url=url) for entry in _mappings(parsed, "entries")),
        ttl=_ttl(_text(feed, "ttl")),
    )


def _parsed(document: str, *, url: str) -> _Mapping:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": urls.clean(url) or ""}
    try:
        result: _Mapping = feedparser.parse(
            io.BytesIO(document.encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # UnicodeError, ValueError, re.error and more: see upstream issue 599
        what = text.shortened(text.line(str(error)), 200)
        raise ParseError(url, f"the parser failed: {type(error).__name__}: {what}") from error
    return result


def _entry(entry: _Mapping, *, version: str, url: str) -> Entry:
    title = _mapping(entry, "title_detail")
    base = _text(title, "base") or url
    summary = _summary(entry, url=url)
    return Entry(
        guid=_text(entry, "id") or None,
        link=_link(entry),
        title=_prose(_text(entry, "title") or _text(entry, "itunes_title"), detail=title, url=url),
        summary=summary,
        content=_content(entry, version=version, summary=summary, url=url),
        author=_author(entry),
        source=_text(_mapping(entry, "source"), "title"),
        published=_date(entry, "published") or _date(entry, "created"),
        updated=_date(entry, "updated"),
        enclosure=_enclosure(entry, base=base),
        language=_text(entry, "language") or _text(title, "language"),
    )


# --- links -----------------------------------------------------------------------------------------------------------


def _link(entry: _Mapping) -> str | None:
    """Choose the article's address: FeedBurner's original, the link, a permalink guid, else any alternate.

    feedparser has made links absolute. What is still relative is a guid that it took for the link though it is an
    opaque name ("12345" with isPermaLink left out): no address.
    """
    alternates = (_text(link, "href") for link in _mappings(entry, "links") if _text(link, "rel") == "alternate")
    candidates = (_text(entry, "feedburner_origlink"), _text(entry, "link"), *alternates)
    return next((link for link in map(urls.clean, candidates) if link), None)


def _enclosure(entry: _Mapping, *, base: str) -> str | None:
    original = _text(entry, "feedburner_origenclosurelink")
    enclosed = [_text(link, "href") for link in _mappings(entry, "links") if _text(link, "rel") == "enclosure"]
    media = [_text(content, "url") for content in _mappings(entry, "media_content")]
    return next(
        (link for link in (urls.clean(href, base=base) for href in [original, *enclosed, *media]) if link), None
    )


# --- texts -----------------------------------------------------------------------------------------------------------


def _prose(value: str, *, detail: _Mapping, url: str) -> Prose:
    return Prose(value=value, is_html=_text(detail, "type") in _HTML_TYPES, base=_text(detail, "base") or url)


def _summary(entry: _Mapping, *, url: str) -> Prose:
    """Take the summary as published, else what players show; one without a detail is a copy of the content."""
    detail = _mapping(entry, "summary_detail")
    if detail and _text(entry, "summary"):
        return _prose(_text(entry, "summary"), detail=detail, url=url)
    shown = _text(entry, "media_description") or _text(entry, "itunes_summary")
    return Prose(value=shown, is_html=bool(_TAG.search(shown)), base=url)


def _content(entry: _Mapping, *, version: str, summary: Prose, url: str) -> Prose:
    """Take the longest content, markup before plain text, unless it says just what the summary says."""
    told = [_told(detail, version=version, url=url) for detail in _mappings(entry, "content") if _is_shown(detail)]
    best = max(told, key=lambda prose: (prose.is_html, len(prose.value)), default=Prose(base=url))
    return best if best.value != summary.value else Prose(base=url)


def _is_shown(detail: _Mapping) -> bool:
    return _text(detail, "type") in _HTML_TYPES | {"text/plain"} and bool(_text(detail, "value"))


def _told(detail: _Mapping, *, version: str, url: str) -> Prose:
    """Read one content. "Plain" content of an RSS feed is its second description, which may well hold markup."""
    prose = _prose(_text(detail, "value"), detail=detail, url=url)
    if prose.is_html or version.startswith("atom") or not _TAG.search(prose.value):
        return prose
    return Prose(value=prose.value, is_html=True, base=prose.base)


def _author(entry: _Mapping) -> str:
    details = _mappings(entry, "authors")
    stated = [_text(detail, "name") or _text(detail, "email") for detail in details]
    return authors.credited(stated) or authors.credited([_text(entry, "author")])


# --- times -----------------------------------------------------------------------------------------------------------


def _date(entry: _Mapping, name: str) -> datetime | None:
    if _BARE_NUMBER.fullmatch(_text(entry, name)):
        return None
    return dates.from_struct(dict.get(_plain(entry), f"{name}_parsed"))


def _ttl(minutes: str) -> timedelta | None:
    """Read RSS 2.0's ``<ttl>``: minutes, as a whole number."""
    sane = re.fullmatch(r"[0-9]{1,6}", minutes)
    return timedelta(minutes=int(minutes)) if sane and 0 < int(minutes) <= _LONGEST_TTL else None


# --- feedparser's values ---------------------------------------------------------------------------------------------


def _plain(mapping: _Mapping) -> dict[str, Any]:
    return mapping if isinstance(mapping, dict) else {}


def _text(mapping: _Mapping, name: str) -> str:
    value = dict.get(_plain(mapping), name)
    return value.strip() if isinstance(value, str) else ""


def _mapping(mapping: _Mapping, name: str) -> _Mapping:
    value = dict.get(_plain(mapping), name)
    return value if isinstance(value, dict) else {}


def _mappings(mapping: _Mapping, name: str) -> list[_Mapping]:
    value = dict.get(_plain(mapping), name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


# --- feedparser's mistakes -------------------------------------------------------------------------------------------


def _leave_ids_alone() -> None:
    """Keep guids as published: feedparser resolves them like links, so that a feed that moves would change them all.

    RFC 4287 §4.2.6 and RSS 2.0 compare ids character by character. May go when feedparser does so too.
    """
    mixin._FeedParserMixin.can_be_relative_uri = mixin._FeedParserMixin.can_be_relative_uri - {"id"}


def _bound_author_search() -> None:
    """Skip the search for an e-mail address in what is no name: it takes 8 s for 31 KB of "a.a.a.".

    May go with feedparser's issue 562 (pull 580).
    """
    search = mixin._FeedParserMixin._sync_author_detail

    def bounded(parser: Any, key: str = "author") -> None:
        if len(dict.get(parser._get_context(), key) or "") <= authors.LIMIT:
            search(parser, key)

    mixin._FeedParserMixin._sync_author_detail = bounded


def _keep_descriptions_apart() -> None:
    """Store what players show, media:description and itunes:summary, beside the description instead of in its place.

    feedparser takes the first of the three for the summary and the next for the content. May go when it does not.
    """
    for name in ("media_description", "itunes_summary"):
        setattr(mixin._FeedParserMixin, f"_start_{name}", lambda parser, _, name=name: parser.push(name, 1))
        setattr(mixin._FeedParserMixin, f"_end_{name}", lambda parser, name=name: parser.pop(name))


_leave_ids_alone()
_keep_descriptions_apart()
_bound_author_search()
