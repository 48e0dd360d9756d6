"""RSS, RDF and Atom through feedparser: the only module that touches it, and where its untyped values become ours.

feedparser is used for its knowledge of formats, not of the world: it gets text that is decoded already, through BytesIO
(it would *open* bytes that are a path), and cleans nothing (nh3 does). It is no safety boundary either: it raises on
some documents and takes quadratic time on others, so this belongs into a process that can be killed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import feedparser
from feedparser import mixin

from aggregator.core import text, urls
from aggregator.core.errors import ParseError
from aggregator.core.model import Document, Entry, Prose
from aggregator.edges.sources import authors, dates, mending

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
_ENTRY_EDGE = re.compile(r"(</?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_TEXT_TYPES = _HTML_TYPES | {"text/plain"}
#: The tags that titles and summaries are decorated with, and those of them that stand alone.
_TAGS = frozenset(
    "a abbr b big blockquote center cite code del div em font h1 h2 h3 h4 h5 h6 i iframe ins kbd li mark ol p pre q s"
    " script small span strike strong style sub sup table td tr tt u ul".split()
)
_EMPTY_TAGS = frozenset("br hr img wbr".split())
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,9})(?=[\s/>])[^<>]*>")
_RELATIONS = "http://www.iana.org/assignments/relation/"
#: A date that is a bare number is none of the feed formats'; feedparser reads 1630886460 as a day in 2016.
_BARE_NUMBER = re.compile(r"\d{9,13}")
#: Longer ones than a year are a mistake of units.
_LONGEST_TTL = 366 * 24 * 60

#: A FeedParserDict, read only by ``dict.get``: its own ``get`` answers "updated" with "published", and warns.
_Mapping = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    """What an entry has from its feed."""

    is_atom: bool
    base: str  #: where relative links start, unless xml:base says otherwise
    url: str | None  #: the document's own address, clean
    author: str


def parse(document: str, *, url: str) -> Document | None:
    """Understand an RSS, RDF or Atom document from ``url``; None if it is in no known format.

    A broken document gives what could be read of it: feedparser's "bozo" is no verdict (it is set on perfect feeds
    too). Raises ParseError when the parser itself fails, or when a broken document gives no entry at all.
    """
    parsed = _parsed(mending.mended(document), url=url)
    version = _text(parsed, "version")
    if not version:
        return None
    feed = _mapping(parsed, "feed")
    is_atom = version.startswith("atom")
    author = _author(feed) if is_atom else ""  # RFC 4287 §4.2.1; RSS hands no author down
    channel = _Channel(is_atom=is_atom, base=url, url=urls.clean(url), author=author)
    entries = _whole([_entry(entry, channel=channel) for entry in _mappings(parsed, "entries")], document)
    if not entries and dict.get(_plain(parsed), "bozo"):
        raise ParseError(url, "the document is broken XML, and no entry can be read from it")
    return Document(
        format=_FORMATS.get(version, version),
        title=_text(feed, "title"),
        link=urls.clean(_text(feed, "link"), base=url),
        language=_text(feed, "language"),
        entries=entries,
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


def _whole(entries: list[Entry], document: str) -> tuple[Entry, ...]:
    """Leave out a last entry that was cut off before anything named it: whole, it would come again as another."""
    named = not entries or entries[-1].guid or entries[-1].link
    return tuple(entries if named or not _is_cut_off(document) else entries[:-1])


def _is_cut_off(document: str) -> bool:
    last = ""
    for edge in _ENTRY_EDGE.finditer(document):
        last = edge.group(1)
    return last == "<"


def _entry(entry: _Mapping, *, channel: _Channel) -> Entry:
    title = _mapping(entry, "title_detail")
    summary = _summary(entry, channel=channel)
    source = _mapping(entry, "source")
    return Entry(
        guid=_text(entry, "id") or None,
        link=_link(entry, channel=channel),
        title=_prose(_text(entry, "title") or _text(entry, "itunes_title"), detail=title, channel=channel),
        summary=summary,
        content=_content(entry, summary=summary, channel=channel),
        author=_author(entry) or _author(source) or channel.author,
        source=_text(source, "title"),
        published=_date(entry, "published") or _date(entry, "created"),
        updated=_date(entry, "updated"),
        enclosure=_enclosure(entry, base=_base(title, channel=channel)),
        language=_text(entry, "language") or _text(title, "language"),
    )


# --- links -----------------------------------------------------------------------------------------------------------


def _link(entry: _Mapping, *, channel: _Channel) -> str | None:
    """Choose the article's address: FeedBurner's original, the link, any alternate, else a guid that is an address.

    A link to the feed's own document is none: an empty one, or a scheme alone, resolves to it.
    """
    written = [_text(entry, "feedburner_origlink"), _text(entry, "link"), *_related(entry, "alternate")]
    found = (urls.clean(href, base=channel.base) for href in written)
    permalink = urls.clean(_text(entry, "id")) if dict.get(_plain(entry), "guidislink") else None
    return next((link for link in found if link and link != channel.url), permalink)


def _enclosure(entry: _Mapping, *, base: str) -> str | None:
    media = [_text(content, "url") for content in _mappings(entry, "media_content")]
    written = [_text(entry, "feedburner_origenclosurelink"), *_related(entry, "enclosure"), *media]
    return next((link for link in (urls.clean(href, base=base) for href in written) if link), None)


def _related(entry: _Mapping, relation: str) -> list[str]:
    """List the links of a relation, also where it is written as an address (RFC 4287 §4.2.7.2)."""
    links = _mappings(entry, "links")
    return [_text(link, "href") for link in links if _text(link, "rel").removeprefix(_RELATIONS) == relation]


# --- texts -----------------------------------------------------------------------------------------------------------


def _base(detail: _Mapping, *, channel: _Channel) -> str:
    return urls.clean(_text(detail, "base"), base=channel.base) or channel.base


def _prose(value: str, *, detail: _Mapping, channel: _Channel) -> Prose:
    """Read a text as markup where it is declared so; RSS declares nothing, so there its tags speak for it."""
    is_html = _text(detail, "type") in _HTML_TYPES or (not channel.is_atom and _holds_markup(value))
    return Prose(value=value, is_html=is_html, base=_base(detail, channel=channel))


def _holds_markup(value: str) -> bool:
    """Ask whether a text has a tag of HTML that is closed or needs no closing: "<b>x</b>", "<br>", not "C<T>"."""
    tags = [(end, name.lower()) for end, name in _TAG.findall(value)]
    opened, closed = ({name for end, name in tags if bool(end) == closing} for closing in (False, True))
    return bool(opened & _EMPTY_TAGS or opened & closed & _TAGS)


def _summary(entry: _Mapping, *, channel: _Channel) -> Prose:
    """Take the summary as published, else what players show; one without a detail is a copy of the content."""
    detail = _mapping(entry, "summary_detail")
    published = _text(entry, "summary") if detail else ""
    shown = _text(entry, "media_description") or _text(entry, "itunes_summary")
    return _prose(published or shown, detail=detail if published else {}, channel=channel)


def _content(entry: _Mapping, *, summary: Prose, channel: _Channel) -> Prose:
    """Take the longest content, markup before plain text, unless it says just what the summary says."""
    details = [detail for detail in _mappings(entry, "content") if _text(detail, "type") in _TEXT_TYPES]
    told = [_prose(_text(detail, "value"), detail=detail, channel=channel) for detail in details]
    best = max(told, key=lambda prose: (prose.is_html, len(prose.value)), default=Prose(base=channel.base))
    return best if best.value != summary.value else Prose(base=channel.base)


def _author(of: _Mapping) -> str:
    details = _mappings(of, "authors")
    stated = [_text(detail, "name") or _text(detail, "email") for detail in details]
    return authors.credited(stated) or authors.credited([_text(of, "author")])


# --- times -----------------------------------------------------------------------------------------------------------


def _date(entry: _Mapping, name: str) -> datetime | None:
    if _BARE_NUMBER.fullmatch(_text(entry, name)):
        return None
    return dates.from_struct(dict.get(_plain(entry), f"{name}_parsed")) or dates.from_mail(_text(entry, name))


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
    """Keep guids as published, and out of the link: feedparser resolves them and forgets whether they are permalinks.

    RFC 4287 §4.2.6 and RSS 2.0 compare ids character by character. May go when feedparser does so too.
    """

    def end(parser: Any) -> None:
        parser.pop("id")
        parser._save("guidislink", bool(parser.guidislink))

    mixin._FeedParserMixin.can_be_relative_uri = mixin._FeedParserMixin.can_be_relative_uri - {"id"}
    mixin._FeedParserMixin._end_guid = mixin._FeedParserMixin._end_id = end


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
