"""What a document says of itself, around its entries: its format, its title, what its entries take from it.

A head is remembered as one text from poll to poll, since most heads repeat the one before but for the hour at which
they were written, and to have feedparser read one takes two thirds of what an entry takes. Knows no entry.
"""

from __future__ import annotations

import json
import re

from msgspec import Struct
from msgspec.structs import astuple

from aggregator.core import pieces, urls
from aggregator.core.model import Timetable
from aggregator.edges.sources import entries, parsing, timetable
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
#: When a document was written, in an element that no reader of heads looks at: it changes with every poll.
_WRITTEN_AT = re.compile(rb"<((?:lastBuildDate|pubDate|(?:[\w.-]{1,20}:)?(?:updated|modified|date)))>[^<>&]{0,60}</\1>")
_SPACE = re.compile(rb">\s++<")
#: Characters of a head that is remembered; a longer one is read at every poll.
_LONGEST = 2000
#: To be counted up when heads are read otherwise than before, or remembered otherwise: so none of before is recognised.
_VERSION = b"1"


class Head(Struct, frozen=True, kw_only=True):
    """What a document says of itself; the texts are as published, "" for none."""

    version: str  #: of its format, as feedparser names it
    title: str
    language: str
    author: str  #: of entries that name none
    ttl: str
    period: str  #: sy:updatePeriod
    frequency: str  #: sy:updateFrequency

    @property
    def format(self) -> str:
        """Name the format for readers."""
        return _FORMATS.get(self.version, self.version)

    def channel(self, url: str) -> entries.Channel:
        """Say what entries have from a feed with this head at ``url``."""
        is_atom = self.version.startswith("atom")
        return entries.Channel(is_atom=is_atom, base=url, url=urls.clean(url), author=self.author)

    def timetable(self, document: str) -> Timetable:
        """Say when the document around this head asks to be read."""
        return timetable.read(document, ttl=self.ttl, period=self.period, frequency=self.frequency)


def of(told: Values) -> Head | None:
    """Take the head out of what ``parsing.parsed`` gives; None if it is in no known format."""
    version, feed = text_at(told, "version"), values_at(told, "feed")
    if not version:
        return None
    return Head(
        version=version,
        title=text_at(feed, "title"),
        language=text_at(feed, "language"),
        # RFC 4287 §4.2.1; RSS hands no author down
        author=entries.author(feed) if version.startswith("atom") else "",
        ttl=text_at(feed, "ttl"),
        period=text_at(feed, "sy_updateperiod"),
        frequency=text_at(feed, "sy_updatefrequency"),
    )


def read(written: bytes, *, url: str, remembered: str) -> tuple[Head | None, str]:
    """Read a head that is cut out of a document; give also what is to be remembered of it, "" for nothing.

    ``remembered`` is that of the document before; None for a head that is broken, or that holds what may be an entry.
    """
    mark = _mark(written, url=url)
    head = _recalled(remembered, mark=mark)
    if head:
        return head, remembered
    told = parsing.parsed(written, url=url)
    head = None if value_at(told, "bozo") or all_at(told, "entries") else of(told)
    text = json.dumps([mark, *astuple(head)]) if head else ""
    return head, text if len(text) <= _LONGEST else ""


def _mark(written: bytes, *, url: str) -> str:
    """Make the mark of a head from what its reading depends on: not when it was written, nor how it is spaced."""
    lasting = _SPACE.sub(b"><", _WRITTEN_AT.sub(b"", written))
    return pieces.mark(_VERSION, url.encode("utf-8", "replace"), lasting).hex()


def _recalled(remembered: str, *, mark: str) -> Head | None:
    if not remembered.startswith(f'["{mark}"'):
        return None
    _, version, title, language, author, ttl, period, frequency = json.loads(remembered)
    return Head(
        version=version, title=title, language=language, author=author, ttl=ttl, period=period, frequency=frequency
    )
