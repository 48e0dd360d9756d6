"""One entry of RSS, RDF or Atom: which of feedparser's many values is the link, the text, the author, the date.

Knows nothing of the entries beside it. Cleans nothing.
"""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from aggregator.core import urls
from aggregator.core.model import Entry, Prose
from aggregator.edges.sources import authors, dates, parsing
from aggregator.edges.sources.parsing import Values, all_at, text_at, value_at, values_at

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
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


class Channel(Struct, frozen=True, kw_only=True):
    """What an entry has from its feed."""

    is_atom: bool
    base: str  #: where relative links start, unless xml:base says otherwise
    url: str | None  #: the document's own address, clean
    author: str  #: of entries that name none


def read(entry: Values, *, channel: Channel) -> Entry:
    """Understand an entry of ``parsing.parsed`` that stands in this channel; raises nothing."""
    base = _base(entry, key=parsing.BASE, channel=channel)
    channel = channel if base == channel.base else replace(channel, base=base)
    title = values_at(entry, "title_detail")
    summary = _summary(entry, channel=channel)
    source = values_at(entry, "source")
    return Entry(
        guid=text_at(entry, "id") or None,
        link=_link(entry, channel=channel),
        title=_prose(text_at(entry, "title") or text_at(entry, "itunes_title"), detail=title, channel=channel),
        summary=summary,
        content=_content(entry, summary=summary, channel=channel),
        author=author(entry) or author(source) or channel.author,
        source=text_at(source, "title"),
        home=urls.clean(text_at(source, "href") or text_at(source, "link"), base=channel.base),
        published=_date(entry, "published") or _date(entry, "created"),
        updated=_date(entry, "updated"),
        enclosure=_enclosure(entry, base=channel.base),
        language=text_at(entry, "language") or text_at(title, "language"),
    )


# --- links -----------------------------------------------------------------------------------------------------------


def _link(entry: Values, *, channel: Channel) -> str | None:
    """Choose the article's address: FeedBurner's original, the link, any alternate, a guid that is an address.

    The first that can name an article, else the first of all: a permalink is better than the home page, or than the
    link of a service that counts clicks. A link to the feed's own document is none: an empty one, or a scheme alone,
    resolves to it.
    """
    written = [text_at(entry, "feedburner_origlink"), text_at(entry, "link"), *_related(entry, "alternate")]
    found = [urls.clean(href, base=channel.base) for href in written]
    permalink = urls.clean(text_at(entry, "id")) if value_at(entry, "guidislink") else None
    links = [link for link in (*found, permalink) if link and link != channel.url]
    return next(filter(urls.names_article, links), links[0] if links else None)


def _enclosure(entry: Values, *, base: str) -> str | None:
    media = [text_at(content, "url") for content in all_at(entry, "media_content")]
    written = [text_at(entry, "feedburner_origenclosurelink"), *_related(entry, "enclosure"), *media]
    return next((link for link in (urls.clean(href, base=base) for href in written) if link), None)


def _related(entry: Values, relation: str) -> list[str]:
    """List the links of a relation, also where it is written as an address (RFC 4287 §4.2.7.2)."""
    links = all_at(entry, "links")
    return [text_at(link, "href") for link in links if text_at(link, "rel").removeprefix(_RELATIONS) == relation]


# --- texts -----------------------------------------------------------------------------------------------------------


def _base(of: Values, *, key: str = "base", channel: Channel) -> str:
    stated = text_at(of, key)
    return channel.base if stated == channel.base else urls.clean(stated, base=channel.base) or channel.base


def _prose(value: str, *, detail: Values, channel: Channel) -> Prose:
    """Read a text as markup where it is declared so; RSS declares nothing, so there its tags speak for it."""
    is_html = text_at(detail, "type") in _HTML_TYPES or (not channel.is_atom and _holds_markup(value))
    return Prose(value=value, is_html=is_html, base=_base(detail, channel=channel))


def _holds_markup(value: str) -> bool:
    """Ask whether a text has a tag of HTML that is closed or needs no closing: "<b>x</b>", "<br>", not "C<T>"."""
    if "<" not in value:
        return False
    tags = [(end, name.lower()) for end, name in _TAG.findall(value)]
    opened, closed = ({name for end, name in tags if bool(end) == closing} for closing in (False, True))
    return bool(opened & _EMPTY_TAGS or opened & closed & _TAGS)


def _summary(entry: Values, *, channel: Channel) -> Prose:
    """Take the summary as published, else what players show; one without a detail is a copy of the content."""
    detail = values_at(entry, "summary_detail")
    published = text_at(entry, "summary") if detail else ""
    shown = text_at(entry, "media_description") or text_at(entry, "itunes_summary")
    return _prose(published or shown, detail=detail if published else {}, channel=channel)


def _content(entry: Values, *, summary: Prose, channel: Channel) -> Prose:
    """Take the longest content, markup before plain text, unless it says just what the summary says."""
    details = [detail for detail in all_at(entry, "content") if text_at(detail, "type") in _TEXT_TYPES]
    told = [_prose(text_at(detail, "value"), detail=detail, channel=channel) for detail in details]
    best = max(told, key=lambda prose: (prose.is_html, len(prose.value)), default=Prose(base=channel.base))
    return best if best.value != summary.value else Prose(base=channel.base)


def author(of: Values) -> str:
    """Name the authors of an entry, a source or a feed, "" where it names none."""
    details = all_at(of, "authors")
    stated = [text_at(detail, "name") or text_at(detail, "email") for detail in details]
    return authors.credited(stated) or authors.credited([text_at(of, "author")])


# --- times -----------------------------------------------------------------------------------------------------------


def _date(entry: Values, name: str) -> datetime | None:
    if _BARE_NUMBER.fullmatch(text_at(entry, name)):
        return None
    return dates.from_struct(value_at(entry, f"{name}_parsed")) or dates.from_mail(text_at(entry, name))
