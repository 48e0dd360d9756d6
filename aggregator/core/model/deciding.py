"""What judging a document deals in: what is known, what an entry turned out to be, when to look again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from aggregator.core.model.reading import Item


class Known(Struct, frozen=True, kw_only=True):
    """What the store holds under one identity key."""

    key: str
    item: int
    time: datetime
    pruned: bool = False
    here: bool = False  #: this feed has a sighting of it
    guid: str | None = None  #: as this feed last gave it
    title: str = ""  #: as this feed last told it, else as the item is titled
    link: str | None = None
    published: datetime | None = None
    fingerprint: str = ""  #: of what this feed last told of it
    edits: int = 0  #: how often this feed has told it anew


class Verdict(StrEnum):
    """What an entry turned out to be."""

    NEW = "new"
    EDITED = "edited"
    ELSEWHERE = "elsewhere"
    UNCHANGED = "unchanged"


class Change(Struct, frozen=True, kw_only=True):
    """One entry of a document, judged: what it is, by which rule, and the keys it goes by from now on."""

    verdict: Verdict
    item: Item
    rule: str
    keys: tuple[str, ...] = ()
    known: int | None = None  #: the item it turned out to be
    shown: bool = True
    fingerprint: str = ""
    places: tuple[int, ...] = ()  #: in the list of entries; several where a document lists it twice


class Next(Struct, frozen=True, kw_only=True):
    """When to look at a feed again, and why then."""

    at: datetime | None  #: None: never, until its line in feeds.yaml changes
    reason: str
    quiet_until: datetime | None = None
    host_quiet: bool = False  #: quiet_until holds for every feed of the host
