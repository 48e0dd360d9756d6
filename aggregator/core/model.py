"""The values that cross a boundary: frozen, slotted, by keyword. This module computes nothing but itself.

All times are aware datetimes in UTC with whole seconds; all texts of an ``Item`` are clean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from zoneinfo import ZoneInfo

IPNetwork = IPv4Network | IPv6Network

#: The program's name in what it writes.
GENERATOR = "headline-aggregator"

# --- settings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One line of feeds.yaml: a source of entries."""

    url: str
    name: str | None = None  #: None: the feed's own title
    category: str | None = None
    every: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How often and how gently feeds are read."""

    every: timedelta = timedelta(minutes=30)
    shortest: timedelta = timedelta(minutes=5)
    per_host: int = 1
    gap: timedelta = timedelta(seconds=1)
    backfill: timedelta | None = timedelta(days=1)  #: None: all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """feeds.yaml, checked and complete."""

    path: Path
    feeds: tuple[Feed, ...]
    storage: Path
    title: str = "The Daily Digest"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    site_url: str | None = None  #: ends in "/"; None: wherever it is served
    closes_at: timedelta = timedelta(hours=24)  #: local time of day, 0 to 24 h
    polling: Polling = Polling()
    allow: tuple[IPNetwork, ...] = ()  #: private networks that may be polled
    listen: tuple[str, int] | None = ("127.0.0.1", 8080)  #: None: do not serve


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave us to ask "has it changed?", byte for byte (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Text as its publisher wrote it: markup or not, with the address its relative links start from."""

    value: str = ""
    is_html: bool = False
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as its publisher wrote it, in one feed. Hostile until cleaned."""

    guid: str | None = None
    link: str | None = None
    title: Prose = Prose()
    summary: Prose = Prose()
    content: Prose = Prose()
    author: str = ""
    source: str = ""  #: the entry's own <source>, where it names another outlet
    published: datetime | None = None
    updated: datetime | None = None
    enclosure: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a publisher says about when to come again."""

    ttl: timedelta | None = None
    max_age: timedelta | None = None
    retry_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document, understood: who it says it is, and its entries in its own order."""

    format: str  #: "RSS 2.0", "Atom 1.0", "JSON Feed 1.1" ...
    title: str = ""
    link: str | None = None
    language: str = ""
    entries: tuple[Entry, ...] = ()
    ttl: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article, clean: plain texts, an http(s) link or none, cleaned HTML, a believable date or none."""

    title: str
    source: str
    guid: str | None = None
    link: str | None = None
    summary: str = ""
    content: str = ""
    author: str = ""
    language: str = ""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What we remember about a feed between two polls."""

    id: int
    feed: Feed
    name: str  #: as configured, else as it calls itself, else its address without a password
    validators: Validators = Validators()
    body_hash: str | None = None
    ttl: timedelta | None = None  #: as its last document said
    met: bool = False  #: a document of it has been recorded before
    gone: bool = False  #: answered 410
    failures: int = 0  #: in a row
    failing_since: datetime | None = None
    last_error: str | None = None
    last_polled: datetime | None = None
    sightings: int = 0  #: items seen in it
    next_poll: datetime | None = None
    next_reason: str = ""
    quiet_until: datetime | None = None  #: the server said Retry-After

    @property
    def status(self) -> Status:
        """Say in one word how the feed is doing."""
        if self.gone:
            return Status.GONE
        if self.failures:
            return Status.FAILING
        if not self.last_polled:
            return Status.NEW
        return Status.OK if self.sightings else Status.EMPTY

    @property
    def trouble(self) -> str | None:
        """Say why nothing comes from the feed; None when it is well, or has not been asked yet."""
        return "its document holds no entries" if self.status is Status.EMPTY else self.last_error


class Status(StrEnum):
    """How a feed is doing, in one word."""

    NEW = "new"
    OK = "ok"
    EMPTY = "empty"  #: read, but no entry was ever in it
    FAILING = "failing"
    GONE = "gone"


class Outcome(StrEnum):
    """How one reading ended."""

    READ = "read"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one poll of one feed brought: clean items, or that there is nothing new, or why it failed."""

    outcome: Outcome
    status: int | None = None  #: HTTP status
    format: str = ""
    title: str = ""
    items: tuple[Item, ...] = ()
    validators: Validators = Validators()
    body_hash: str | None = None
    hints: Hints = Hints()
    reason: str = ""  #: of a failure, in plain words
    traceback: str = ""  #: of a failure that is a bug of ours


# --- deciding --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store holds under one identity key."""

    key: str
    item: int
    time: datetime
    pruned: bool = False
    here: bool = False  #: this feed has a sighting of it
    guid: str | None = None  #: as this feed last gave it
    title: str = ""  #: as this feed last told it, else as the item is titled
    link: str | None = None
    fingerprint: str = ""  #: of what this feed last told of it


class Verdict(StrEnum):
    """What an entry turned out to be."""

    NEW = "new"
    EDITED = "edited"
    ELSEWHERE = "elsewhere"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of a document, judged: what it is, by which rule, and the keys it goes by from now on."""

    verdict: Verdict
    item: Item
    rule: str
    keys: tuple[str, ...] = ()
    known: int | None = None  #: the item it turned out to be
    shown: bool = True
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """When to look at a feed again, and why then."""

    at: datetime | None  #: None: never, until its line in feeds.yaml changes
    reason: str
    quiet_until: datetime | None = None


# --- publishing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One feed's telling of an item."""

    feed: str  #: its configured URL, without a password
    name: str  #: what the feed was called then
    guid: str | None
    link: str | None
    title: str
    first_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An item as the store holds it."""

    id: int
    story: int
    title: str
    source: str
    link: str | None
    published: datetime | None
    first_seen: datetime
    time: datetime  #: the earlier of published and first_seen, fixed once
    shown: bool = True
    summary: str = ""
    author: str = ""
    category: str = ""
    language: str = ""
    edition: date | None = None  #: None: in the open edition
    earlier_titles: tuple[str, ...] = ()
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The items that tell the same event, the lead first; its id is permanent."""

    id: int
    guid: str  #: for outgoing feeds; made from the id, so it never changes meaning
    items: tuple[Stored, ...]

    @property
    def lead(self) -> Stored:
        """Give the item that stands for the story."""
        return self.items[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A feed that could not be read, and why; what an edition admits it could not see."""

    name: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One day's digest as the store knows it: dated by the local day on which it closes."""

    date: date
    closes: datetime
    closed: bool
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The stories of one category."""

    category: str  #: "" for what has none
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One edition, ready to print: all that a template may see of it."""

    edition: Edition
    sections: tuple[Section, ...] = ()

    @property
    def stories(self) -> tuple[Story, ...]:
        """Give the stories of all sections in their order."""
        return tuple(story for section in self.sections for story in section.stories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every page of the site knows."""

    title: str
    timezone: ZoneInfo
    url: str | None  #: where the site lives, ending in "/"; None: nobody said
    generator: str = GENERATOR
