"""RSS, RDF and Atom documents: their head, and which of their entries are to be read. Fetches nothing, cleans nothing.

A document that can be cut is read in two parts, its head and those of its entries that are not known, each by itself:
so no entry can depend on more of the head than its mark covers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from msgspec.structs import replace

from aggregator.core import pieces
from aggregator.core.errors import ParseError
from aggregator.core.model import Document, Entry
from aggregator.edges.sources import choosing, cutting, entries, heads, mending, parsing
from aggregator.edges.sources.parsing import Values, all_at, value_at

_ENTRY_EDGE = re.compile(r"(</?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)


def parse(document: str, *, url: str, known: Set[bytes] = frozenset(), head: str = "") -> Document | None:
    """Understand an RSS, RDF or Atom document from ``url``; None if it is in no known format.

    Entries whose marks are ``known`` are not read again, nor is the ``head`` of the document before (``Document.head``)
    where this one repeats it. A broken document gives what could be read of it: feedparser's "bozo" is no verdict (it
    is set on perfect feeds too). Raises ParseError when the parser itself fails, or when a broken document gives no
    entry at all.
    """
    mended, cut = document, cutting.cut(document)
    if not cut:
        mended = mending.mended(document)
        cut = cutting.cut(mended) if mended != document else None
    return (cut and _in_pieces(cut, url=url, known=known, remembered=head)) or _as_one(mended, url=url)


def parse_again(document: bytes, *, url: str, known: Set[bytes], head: str) -> Document | None:
    """Understand a document in UTF-8 that repeats most of the one before, as ``parse`` does; None where that is to.

    Nothing is looked at twice: entries that are known are neither decoded nor read, only compared.
    """
    skimmed = cutting.skimmed(document)
    if skimmed is None:
        return None
    return _in_pieces(skimmed, url=url, known=known, remembered=head, is_certain=False)


# --- in pieces -------------------------------------------------------------------------------------------------------


def _in_pieces(
    cut: cutting.Cut, *, url: str, known: Set[bytes], remembered: str, is_certain: bool = True
) -> Document | None:
    """Read the head, and the unknown entries by themselves; None where feedparser sees other entries than were cut.

    Where it is not certain that the cut is right, also None if an entry is neither known nor certainly an entry.
    """
    head, to_remember = heads.read(cut.head, url=url, remembered=remembered)
    if head is None:
        return None
    inherited = (url, head.format, head.title, head.language, head.author)
    context = pieces.mark(cut.opened, *(value.encode("utf-8", "replace") for value in inherited))
    choice = choosing.choose([pieces.mark(context, entry) for entry in cut.entries], known)
    unknown = [cut.entries[place] for place in choice.places]
    if not is_certain and (choice.left_out or not cutting.are_entries(unknown, of=cut)):
        return None
    told = _alone(unknown, cut=cut, url=url)
    if told is None:
        return None
    return replace(
        _document(head, told, around=cut.head.decode("utf-8", "replace"), url=url),
        head=to_remember,
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
    head = heads.of(told)
    if head is None:
        return None
    found = all_at(told, "entries")
    read = _document(head, found[: choosing.MOST_ENTRIES], around=document, url=url)
    left_out = max(0, len(found) - choosing.MOST_ENTRIES)
    if not left_out and _is_half(read.entries[-1:], document):
        read = replace(read, entries=read.entries[:-1])
    if not read.entries and value_at(told, "bozo"):
        raise ParseError(url, "the document is broken XML, and no entry can be read from it")
    return replace(read, left_out=left_out)


def _document(head: heads.Head, told: Sequence[Values], *, around: str, url: str) -> Document:
    channel = head.channel(url)
    return Document(
        format=head.format,
        title=head.title,
        language=head.language,
        entries=tuple(entries.read(entry, channel=channel) for entry in told),
        timetable=head.timetable(around),
    )


def _is_half(last: Sequence[Entry], document: str) -> bool:
    """Ask whether the last entry was cut off before anything named it: whole, it would come again as another."""
    return any(not (entry.guid or entry.link) for entry in last) and _is_cut_off(document)


def _is_cut_off(document: str) -> bool:
    last = ""
    for edge in _ENTRY_EDGE.finditer(document):
        last = edge.group(1)
    return last == "<"
