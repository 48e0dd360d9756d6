"""What grouping deals in: reports and their words, how alike two of them are, what the user ruled, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct, field


class Report(Struct, frozen=True, kw_only=True):
    """One item as grouping sees it."""

    id: int
    title: str
    source: str
    time: datetime  #: item time
    summary: str = ""
    author: str = ""
    language: str = ""
    link: str | None = None


class Terms(Struct, frozen=True, kw_only=True):
    """What a report says, as words to compare; made from the report alone, so it is made once and stored."""

    plain: str  #: the headline, folded and without its source; near-identical headlines are told by it
    title: tuple[str, ...]  #: stems in the order of the headline
    summary: tuple[str, ...] = ()  #: stems of the summary that the headline lacks
    outlet: str = ""  #: who reports it, folded


class Open(Struct, frozen=True, kw_only=True):
    """One item that stories may still be made of."""

    id: int
    time: datetime
    terms: Terms


class Placed(NamedTuple):
    """One item that stories may still be made of, as it was compared before. A tuple, as there are thousands."""

    id: int
    time: datetime
    plain: str  #: as in ``Terms``
    outlet: str
    side: bytes  #: as ``Board.sides`` gave it


class Tie(NamedTuple):
    """How alike two open items are, 0 to 1; ``item`` is the lower id. 1 holds them in one story, come what may.

    A tuple, since there are ten of them for each item.
    """

    item: int
    other: int
    score: float


class Strictness(StrEnum):
    """How alike items must be to be one story."""

    TIGHT = "tight"
    NORMAL = "normal"
    LOOSE = "loose"


class Statistics(Struct, frozen=True, kw_only=True):
    """How many reports have each word: in general, and in the window of today's news. A snapshot; treat as frozen."""

    reports: int = 0  #: counted in general
    known: Mapping[str, int] = field(default_factory=dict)
    recent: int = 0  #: counted in the window
    current: Mapping[str, int] = field(default_factory=dict)


class Rulings(Struct, frozen=True, kw_only=True):
    """What the user decided of items, by their ids; where two rulings contradict each other, the first kind holds."""

    joined: tuple[frozenset[int], ...] = ()  #: each in one story
    alone: frozenset[int] = frozenset()
    apart: frozenset[frozenset[int]] = frozenset()  #: no two items of one set in one story


class Assignment(Struct, frozen=True, kw_only=True):
    """Which story each item is in, and which stories went into another."""

    story_of: Mapping[int, int]
    aliases: Mapping[int, int]


class Evidence(Struct, frozen=True, kw_only=True):
    """Why one item is in the story of another."""

    item: int
    rule: str  #: "words", or what else holds them together
    score: float = 0.0
    hours: float = 0.0  #: between the two
    words: tuple[tuple[str, float], ...] = ()  #: as written, with their shares of the score, the greatest first
