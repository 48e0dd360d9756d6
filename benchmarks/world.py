"""The benchmark's world: a press of made-up feeds, whose every byte follows from a seed, a number and a moment.

The mixture is that of the feeds people really read: 72 % RSS 2.0, 21 % Atom and 7 % RSS 1.0, 2 % of all ill-formed;
about 23 items and 50 kB a document, half of the feeds with whole articles and half with a few lines. Serves nothing
and keeps nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from random import Random

from msgspec import Struct

from benchmarks import prose

#: Items of a feed; 23 on average, ten and twenty the most common, as publishing programs have it by default.
_LENGTHS = (10, 10, 12, 15, 15, 20, 20, 20, 25, 25, 30, 30, 40, 50)
#: Characters of text and of HTML that a feed's items have on average; no HTML: a teaser is all there is.
_MEASURES = ((500, 0), (300, 700), (250, 1000), (250, 1400), (200, 2000), (400, 3200))
_HOUR = timedelta(hours=1)
#: Times between two items of a feed: its window spans from a day to some weeks.
_RHYTHMS = (_HOUR, 3 * _HOUR, 8 * _HOUR, 24 * _HOUR, 48 * _HOUR)


class Telling(StrEnum):
    """What the documents tell at the moment of a poll."""

    FIRST = "first"
    HEAD = "head"  #: the same items under a later date of the document
    NEWS = "news"  #: one new item on top, and the oldest gone


class Format(StrEnum):
    """A feed format, by its media type."""

    RSS = "application/rss+xml"
    ATOM = "application/atom+xml"
    RDF = "application/rdf+xml"


class Flaw(StrEnum):
    """What makes a document ill-formed XML: written into every headline of it."""

    AMPERSAND = " & more"
    ENTITY = "&nbsp;more"
    CONTROL = "\x0b"


class Article(Struct, frozen=True, kw_only=True):
    """One item as its feed tells it."""

    number: int  #: within its feed, from 0 (the one not yet told at first) back in time
    path: str
    title: str
    author: str
    teaser: str
    html: str  #: "": the teaser is all
    published: datetime


class Feed(Struct, frozen=True, kw_only=True, dict=True):
    """One feed of the press; ``seed`` and ``number`` decide everything about it, ``now`` the dates."""

    number: int
    seed: int
    now: datetime

    @cached_property
    def _chance(self) -> tuple[int, tuple[int, int], timedelta, str]:
        chance = Random(f"{self.seed} {self.number}")
        name = f"The {prose.name(chance)} {self.number}"
        return chance.choice(_LENGTHS), chance.choice(_MEASURES), chance.choice(_RHYTHMS), name

    @property
    def path(self) -> str:
        """Give the path at which the feed is served."""
        return f"/feed/{self.number}.xml"

    @property
    def title(self) -> str:
        """Give the feed's name."""
        return self._chance[3]

    @property
    def length(self) -> int:
        """Count the items of the document, whatever it tells."""
        return self._chance[0]

    @property
    def format(self) -> Format:
        """Give the format: of a hundred feeds in a row exactly 72, 21 and 7."""
        place = self.number * 37 % 100
        return Format.RSS if place < 72 else Format.ATOM if place < 93 else Format.RDF

    @property
    def flaw(self) -> Flaw | None:
        """Say what makes the document ill-formed: one in fifty is, each in its turn in another way."""
        return list(Flaw)[self.number // 50 % 3] if self.number % 50 == 21 else None

    @property
    def uses_cdata(self) -> bool:
        """Ask whether its HTML is wrapped in CDATA instead of being escaped."""
        return self.number % 5 < 3

    def updated(self, telling: Telling) -> datetime:
        """Give the date in the head of the document."""
        return self.now - (_HOUR if telling is Telling.FIRST else timedelta(minutes=1))

    def articles(self, telling: Telling) -> list[Article]:
        """Give the items of the document, newest first."""
        first = 0 if telling is Telling.NEWS else 1
        return [self._article(number) for number in range(first, first + self.length)]

    def _article(self, number: int) -> Article:
        _, (teaser, html), rhythm, _ = self._chance
        chance = Random(f"{self.seed} {self.number} {number}")
        late = timedelta(seconds=chance.randint(0, int(rhythm.total_seconds()) // 2))
        return Article(
            number=number,
            path=f"/{self.number}/{number}/article.html",
            title=prose.headline(chance),
            author=prose.name(chance) if self.number % 4 else "",
            teaser=prose.text(chance, size=teaser),
            html=prose.html(chance, size=int(html * chance.uniform(0.5, 1.5))) if html else "",
            published=self.now - timedelta(minutes=90) - (number - 1) * rhythm - late
            if number
            else self.now - _HOUR / 6,
        )


class World(Struct, frozen=True, kw_only=True):
    """The press: so many feeds, seen at a moment (UTC, whole seconds)."""

    size: int
    now: datetime
    seed: int = 1

    @property
    def feeds(self) -> list[Feed]:
        """Give every feed, by its number."""
        return [Feed(number=number, seed=self.seed, now=self.now) for number in range(self.size)]

    def items(self, telling: Telling) -> int:
        """Count the items that a reader has stored who read everything first and then this."""
        return sum(feed.length for feed in self.feeds) + (self.size if telling is Telling.NEWS else 0)
