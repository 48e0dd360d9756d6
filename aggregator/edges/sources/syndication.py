"""RSS, RDF and Atom documents: their head, and which of their entries are to be read. Fetches nothing, cleans nothing.

A document that can be cut is read in two parts, its head and those of its entries that are not known, each by itself:
so no entry can depend on another, nor on more of the head than its mark covers.
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
    """Read the head and the unknown entries; None where feedparser sees other entries than were cut."""
    head = parsing.parsed(cut.head, url=url)
    choice = choosing.choose(_marks(cut, head=head, url=url), known)
    told = _alone([cut.entries[place] for place in choice.places], cut=cut, url=url)
    if told is None or not text_at(head, "version") or value_at(head, "bozo") or all_at(head, "entries"):
        return None
    return replace(
        _document(head, text=cut.head.decode(), entries=_entries(told, head=head, url=url), url=url),
        pieces=choice.pieces,
        repeated=choice.repeated,
        left_out=choice.left_out,
    )


def _marks(cut: cutting.Cut, *, head: Values, url: str) -> list[bytes]:
    """Mark every entry, and with it all that it inherits: what it stands in, and what the feed says for its entries."""
    feed = values_at(head, "feed")
    said = (url, text_at(head, "version"), text_at(feed, "title"), text_at(feed, "language"), _author(head))
    context = pieces.mark(cut.opened, *(value.encode("utf-8", "replace") for value in said))
    return [pieces.mark(context, entry) for entry in cut.entries]


def _alone(pieces: Sequence[bytes], *, cut: cutting.Cut, url: str) -> list[Values] | None:
    """Read some entries in the elements that they stand in, and nothing else; None if they are others than were cut."""
    if not pieces:
        return []
    told = parsing.parsed(b"\n".join((cut.opened, *pieces, cut.closed)), url=url)
    found = all_at(told, "entries")
    return found if len(found) == len(pieces) and not value_at(told, "bozo") else None


# --- as one ----------------------------------------------------------------------------------------------------------


def _as_one(document: str, *, url: str) -> Document | None:
    told = parsing.parsed(document.encode("utf-8", "replace"), url=url)
    if not text_at(told, "version"):
        return None
    found = all_at(told, "entries")
    left_out = len(found[choosing.MOST_ENTRIES :])
    read = _entries(found[: choosing.MOST_ENTRIES], head=told, url=url)
    read = read if left_out else _finished(read, document)
    if not read and value_at(told, "bozo"):
        raise ParseError(url, "the document is broken XML, and no entry can be read from it")
    return replace(_document(told, text=document, entries=read, url=url), left_out=left_out)


def _finished(read: tuple[Entry, ...], document: str) -> tuple[Entry, ...]:
    """Leave out a last entry that was cut off before anything named it: whole, it would come again as another."""
    is_named = not read or read[-1].guid or read[-1].link
    return read if is_named or not _is_cut_off(document) else read[:-1]


def _is_cut_off(document: str) -> bool:
    last = ""
    for edge in _ENTRY_EDGE.finditer(document):
        last = edge.group(1)
    return last == "<"


# --- both ------------------------------------------------------------------------------------------------------------


def _document(head: Values, *, text: str, entries: tuple[Entry, ...], url: str) -> Document:
    version, feed = text_at(head, "version"), values_at(head, "feed")
    return Document(
        format=_FORMATS.get(version, version),
        title=text_at(feed, "title"),
        link=urls.clean(text_at(feed, "link"), base=url),
        language=text_at(feed, "language"),
        entries=entries,
        timetable=timetable.read(
            text,
            ttl=text_at(feed, "ttl"),
            period=text_at(feed, "sy_updateperiod"),
            frequency=text_at(feed, "sy_updatefrequency"),
        ),
    )


def _entries(told: Sequence[Values], *, head: Values, url: str) -> tuple[Entry, ...]:
    is_atom = text_at(head, "version").startswith("atom")
    channel = entries.Channel(is_atom=is_atom, base=url, url=urls.clean(url), author=_author(head))
    return tuple(entries.read(entry, channel=channel) for entry in told)


def _author(head: Values) -> str:
    """Give whom entries without an author are by (RFC 4287 §4.2.1); RSS hands no author down."""
    is_atom = text_at(head, "version").startswith("atom")
    return entries.author(values_at(head, "feed")) if is_atom else ""
