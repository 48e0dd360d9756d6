"""Headline lists on web pages and in text files, as a source of entries: their lines, and which of them are new.

How a line is read is ``core.lists``' knowledge. The lines become items at once, and not by the way of other entries:
their texts are kept as they were written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Set
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from aggregator.core import lists, pieces, text
from aggregator.core.errors import ParseError
from aggregator.core.model import Item, Line, Unread
from aggregator.edges.sources import charset, choosing
from aggregator.edges.sources.choosing import Choice

#: Characters of a document that are looked at to tell whether it holds a list.
GLANCE = 400 * 1024
#: Bytes in which UTF-16 is looked for.
_ZEROS_IN = 4096
_TITLE = re.compile(r"<title(?:\s[^<>]*+)?>([^<]{0,2000}+)", re.IGNORECASE)
_TITLE_LIMIT = 200


class Page(Struct, frozen=True, kw_only=True):
    """What a page says of itself, its unknown lines as items, and what becomes of the others."""

    title: str  #: "" where it has none
    items: tuple[Item, ...]
    choice: Choice
    unread: tuple[Unread, ...]


def parse(
    body: bytes, *, url: str, timezone: ZoneInfo, content_type: str = "", known: Set[bytes] = frozenset()
) -> Page:
    """Read the headline list in a document that came from ``url``, but for the lines whose marks are known.

    A line without a date published was published by the date seen, when the list's maker had it. Raises ParseError
    where no line can be read.
    """
    document = decoded(body, content_type=content_type)
    listing = lists.read(document, base=url)
    if not listing.lines:
        raise ParseError(url, _why_not(listing.unread))
    choice = choosing.choose([_mark(line) for line in listing.lines], known)
    chosen = (listing.lines[place] for place in choice.places)
    return Page(
        title=_title(document),
        items=tuple(lists.item(replace(line, published=line.published or line.seen), zone=timezone) for line in chosen),
        choice=choice,
        unread=listing.unread,
    )


def decoded(body: bytes, *, content_type: str = "") -> str:
    """Turn the document of a list into text; UTF-16 without a byte order mark is known by the places of its zeros.

    Of a text in any other encoding hardly a byte is zero, of UTF-16 every second one for each letter of Latin script.
    """
    glance = body[:_ZEROS_IN]
    even, odd = glance[::2], glance[1::2]
    for encoding, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if 2 * high.count(0) > len(high) and 16 * low.count(0) < len(low):
            body = body.decode(encoding, "replace").encode()
            break
    return charset.as_sent(body, content_type=content_type)


def are_in(document: str) -> bool:
    """Ask whether a document that is no feed holds a headline list."""
    return lists.is_one(document[:GLANCE])


def _why_not(unread: tuple[Unread, ...]) -> str:
    first = f"; {unread[0]}" if unread else ""
    return f"no line like “- Title - Source - January 14th, 2026 [January 14th, 2026]” was found{first}"


def _mark(line: Line) -> bytes:
    told = (line.title, line.source, str(line.published), str(line.seen), line.link or "")
    return pieces.mark(*(value.encode("utf-8", "replace") for value in told))


def _title(document: str) -> str:
    found = _TITLE.search(document[:GLANCE])
    return text.shortened(text.line(html.unescape(found[1])), _TITLE_LIMIT) if found else ""
