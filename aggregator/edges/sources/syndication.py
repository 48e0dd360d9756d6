"""RSS, RDF and Atom documents: their head, and which of their entries are to be read. Fetches nothing, cleans nothing.

A document that can be cut is read in two parts, its head and those of its entries that are not known, each by itself:
so no entry can depend on more of the head than its mark covers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from aggregator.core import pieces, urls
from aggregator.core.errors import ParseError
from aggregator.core.model import Document, Entry
from aggregator.edges.sources import choosing, cutting, entries, mending, parsing, timetable
from aggregator.edges.sources.parsing import Values, all_at, text_at, value_at, values_at

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
_ENTRY_EDGE = re.compile(r"(</?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)


def parse(document: str, *, url: str, known: Set[bytes] = frozenset()) -> Document | None:
    """Understand an RSS, RDF or Atom document from ``url``; None if it is in no known format.

    Entries whose marks are ``known`` are not read again. A broken document gives what could be read of it: feedparser's
    "bozo" is no verdict (it is set on perfect feeds too). Raises ParseError when the parser itself fails, or when a
    broken document gives no entry at all.
    """
    mended, cut = document, cutting.cut(document)
    if not cut:
        mended = mending.mended(document)
        cut = cutting.cut(mended) if mended != document else None
    return (cut and _in_pieces(cut, url=url, known=known)) or _as_one(mended, url=url)


# --- in pieces -------------------------------------------------------------------------------------------------------


def _in_pieces(cut: cutting.Cut, *, url: str, known: Set[bytes]) -> Document | None:
    """Read the head, and the unknown entries by themselves; None where feedparser sees other entries than were cut."""
    head = parsing.parsed(cut.head, url=url)
    if not text_at(head, "version") or value_at(head, "bozo") or all_at(head, "entries"):
        return None
    feed, channel = _feed(head, text=cut.head.decode(), url=url), _channel(head, url=url)
    inherited = (url, feed.format, feed.title, feed.language, channel.author)
    context = pieces.mark(cut.opened, *(value.encode("utf-8", "replace") for value in inherited))
    choice = choosing.choose([pieces.mark(context, entry) for entry in cut.entries], known)
    told = _alone([cut.entries[place] for place in choice.places], cut=cut, url=url)
    if told is None:
        return None
    return replace(
        feed,
        entries=tuple(entries.read(entry, channel=channel) for entry in told),
        pieces=choice.pieces,
        repeated=choice.repeated,
        left_out=choice.left_out,
    )


def _alone(written: Sequence[bytes], *, cut: cutting.Cut, url: str) -> list[Values] | None:
    """Read some entries in the elements that they stand in, and nothing else; None if they are not as many as cut."""
    if not written:
        return []
    told = parsing.parsed(b"\n".join((cut.opened, *written, cut.closed)), url=url)
    found = all_at(told, "entries")
    return found if len(found) == len(written) and not value_at(told, "bozo") else None


# --- as one ----------------------------------------------------------------------------------------------------------


def _as_one(document: str, *, url: str) -> Document | None:
    told = parsing.parsed(document.encode("utf-8", "replace"), url=url)
    if not text_at(told, "version"):
        return None
    found, channel = all_at(told, "entries"), _channel(told, url=url)
    left_out = max(0, len(found) - choosing.MOST_ENTRIES)
    read = [entries.read(entry, channel=channel) for entry in found[: choosing.MOST_ENTRIES]]
    if not left_out and _is_half(read[-1:], document):
        read.pop()
    if not read and value_at(told, "bozo"):
        raise ParseError(url, "the document is broken XML, and no entry can be read from it")
    return replace(_feed(told, text=document, url=url), entries=tuple(read), left_out=left_out)


def _is_half(last: Sequence[Entry], document: str) -> bool:
    """Ask whether the last entry was cut off before anything named it: whole, it would come again as another."""
    return any(not (entry.guid or entry.link) for entry in last) and _is_cut_off(document)


def _is_cut_off(document: str) -> bool:
    last = ""
    for edge in _ENTRY_EDGE.finditer(document):
        last = edge.group(1)
    return last == "<"


# --- the feed --------------------------------------------------------------------------------------------------------


def _feed(head: Values, *, text: str, url: str) -> Document:
    """Understand what a document says of itself, and none of its entries."""
    version, feed = text_at(head, "version"), values_at(head, "feed")
    return Document(
        format=_FORMATS.get(version, version),
        title=text_at(feed, "title"),
        link=urls.clean(text_at(feed, "link"), base=url),
        language=text_at(feed, "language"),
        timetable=timetable.read(
            text,
            ttl=text_at(feed, "ttl"),
            period=text_at(feed, "sy_updateperiod"),
            frequency=text_at(feed, "sy_updatefrequency"),
        ),
    )


def _channel(head: Values, *, url: str) -> entries.Channel:
    is_atom = text_at(head, "version").startswith("atom")
    author = entries.author(values_at(head, "feed")) if is_atom else ""  # RFC 4287 §4.2.1; RSS hands no author down
    return entries.Channel(is_atom=is_atom, base=url, url=urls.clean(url), author=author)
