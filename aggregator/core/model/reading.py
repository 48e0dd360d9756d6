"""What a poll deals in: entries as published, items made of them, what is remembered of a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.core.model.settings import Feed


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
