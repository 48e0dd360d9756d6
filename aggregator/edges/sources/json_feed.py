"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read by hand. Fetches no next page, and cleans nothing.

Values of an unexpected type are ignored one by one: a list for a title costs the title, not the entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Set
from typing import Any

from aggregator.core import pieces, urls
from aggregator.core.errors import ParseError
from aggregator.core.model import Document, Entry, Prose
from aggregator.edges.sources import authors, choosing, dates

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(.*)")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_Object = Mapping[str, Any]


def looks_like_json(document: str, *, content_type: str = "") -> bool:
    """Ask whether a document is meant as JSON: it begins like an object, or is called JSON and is no markup."""
    stated = "json" in content_type.partition(";")[0].lower()
    return document.startswith("{") or (stated and not document.startswith("<"))


def parse(document: str, *, url: str, known: Set[bytes] = frozenset()) -> Document:
    """Understand a JSON Feed that came from ``url``, but for the items whose marks are known. Raises ParseError."""
    feed = _load(document, url=url)
    version, author = _format(feed, url=url), _author(feed)
    title, language = _text(feed.get("title")), _text(feed.get("language"))
    items = _objects(feed.get("items"))
    context = pieces.mark(*(said.encode("utf-8", "replace") for said in (url, version, title, language, author)))
    choice = choosing.choose([pieces.mark(context, _canonical(item)) for item in items], known)
    return Document(
        format=version,
        title=title,
        language=language,
        entries=tuple(_entry(items[place], author=author, url=url) for place in choice.places),
        pieces=choice.pieces,
        repeated=choice.repeated,
        left_out=choice.left_out,
    )


def _canonical(item: _Object) -> bytes:
    """Write an item down, whatever the order and the spaces it came in."""
    return json.dumps(item, sort_keys=True).encode("ascii")


def _load(document: str, *, url: str) -> _Object:
    try:
        # Numbers stay the text they were: an id must not lose digits, and a giant one must cost nothing.
        feed = json.loads(document, parse_int=str, parse_float=str, strict=False)
    except RecursionError as error:
        raise ParseError(url, "the JSON is nested too deeply") from error
    except ValueError as error:
        raise ParseError(url, f"the JSON is broken: {error}") from error
    if not isinstance(feed, dict):
        raise ParseError(url, "this is JSON, but no JSON Feed (it is not an object)")
    return feed


def _format(feed: _Object, *, url: str) -> str:
    stated = _VERSION.match(_text(feed.get("version")))
    if stated:
        return f"JSON Feed {_version(stated.group(1))}".strip()
    if not feed.get("version") and isinstance(feed.get("items"), list) and _text(feed.get("title")):
        return "JSON Feed"
    raise ParseError(url, "this is JSON, but no JSON Feed (it has no version of jsonfeed.org)")


def _version(suffix: str) -> str:
    number = re.match(r"\d(?:\.\d{1,3})?", suffix)
    return "" if not number else number.group() if "." in number.group() else f"{number.group()}.0"


def _entry(item: _Object, *, author: str, url: str) -> Entry:
    return Entry(
        guid=_text(item.get("id")) or None,
        link=urls.clean(_text(item.get("url")), base=url) or urls.clean(_text(item.get("external_url")), base=url),
        title=Prose(value=_text(item.get("title")), base=url),
        summary=Prose(value=_text(item.get("summary")), base=url),
        content=_content(item, url=url),
        author=_author(item) or author,
        published=dates.from_text(_text(item.get("date_published"))),
        updated=dates.from_text(_text(item.get("date_modified"))),
        enclosure=_attachment(item, url=url),
        language=_text(item.get("language")),
    )


def _content(item: _Object, *, url: str) -> Prose:
    markup = _text(item.get("content_html"))
    return Prose(value=markup or _text(item.get("content_text")), is_html=bool(markup), base=url)


def _author(of: _Object) -> str:
    """Read ``authors`` (1.1), else ``author`` (1.0), of a feed or an item; a bare string stands for its name."""
    stated = of.get("authors") or of.get("author")
    several = stated if isinstance(stated, list) else [stated]
    return authors.credited(_text(one.get("name")) if isinstance(one, dict) else _text(one) for one in several)


def _attachment(item: _Object, *, url: str) -> str | None:
    links = (urls.clean(_text(one.get("url")), base=url) for one in _objects(item.get("attachments")))
    return next((link for link in links if link), None)


def _objects(value: object) -> list[_Object]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    """Take text, without lone surrogates (half of an emoji), since no database or page can hold them."""
    return _LONE_SURROGATE.sub("", value).strip() if isinstance(value, str) else ""
