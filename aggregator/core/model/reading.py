"""What a poll deals in: entries as published, items made of them, what is remembered of a feed."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from aggregator.core.model.listing import Unread
from aggregator.core.model.settings import Feed


class Validators(Struct, frozen=True, kw_only=True):
    """What a server gave us to ask "has it changed?", byte for byte (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class Prose(Struct, frozen=True, kw_only=True):
    """Text as its publisher wrote it: markup or not, with the address its relative links start from."""

    value: str = ""
    is_html: bool = False
    base: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """One entry as its publisher wrote it, in one feed. Hostile until cleaned."""

    guid: str | None = None
    link: str | None = None
    title: Prose = Prose()
    summary: Prose = Prose()
    content: Prose = Prose()
    author: str = ""
    source: str = ""  #: the entry's own <source>, where it names another outlet
    home: str | None = None  #: the address of that outlet, or of its feed
    published: datetime | None = None
    updated: datetime | None = None
    enclosure: str | None = None
    language: str = ""


class Hints(Struct, frozen=True, kw_only=True):
    """What an answer's headers say about when to come again."""

    max_age: timedelta | None = None
    expires: timedelta | None = None  #: counted from the answer's own Date
    retry_after: datetime | None = None


class Timetable(Struct, frozen=True, kw_only=True):
    """What a document says about when to come again."""

    ttl: timedelta | None = None
    update: timedelta | None = None  #: sy:updatePeriod divided by sy:updateFrequency
    skip_hours: frozenset[int] = frozenset()  #: 0 to 23, GMT
    skip_days: frozenset[int] = frozenset()  #: 0 to 6, Monday first, GMT


class Document(Struct, frozen=True, kw_only=True):
    """A feed document, understood: who it says it is, and its entries in its own order."""

    format: str  #: "RSS 2.0", "Atom 1.0", "JSON Feed 1.1" ...
    title: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()  #: those that were read
    timetable: Timetable = Timetable()
    head: str = ""  #: what is remembered of what it says of itself; "" for nothing
    pieces: tuple[bytes, ...] = ()  #: marks of ``entries``, one each; () when the document could not be cut
    repeated: tuple[bytes, ...] = ()  #: marks of the entries that were known and therefore not read
    left_out: int = 0  #: entries beyond the most that are read of one document


class Item(Struct, frozen=True, kw_only=True):
    """One article, clean: plain texts, an http(s) link or none, cleaned HTML, a believable date or none."""

    title: str
    source: str
    home: str | None = None  #: the address of the outlet it names as its source
    guid: str | None = None
    link: str | None = None
    summary: str = ""
    content: str = ""
    author: str = ""
    language: str = ""
    published: datetime | None = None
    updated: datetime | None = None


class Trace(Struct, frozen=True, kw_only=True):
    """What is remembered of a document, to recognise in the next one what it repeats."""

    body: str | None = None  #: hash of all its bytes
    tail: str | None = None  #: hash of its bytes from the first entry on; None: no entry was seen
    head_read: datetime | None = None  #: when what stands before the entries was last understood
    fetched: datetime | None = None  #: when a whole document last came, rather than a 304


class Rhythm(Struct, frozen=True, kw_only=True):
    """How often a feed really publishes."""

    usual: timedelta  #: between two entries, on average
    longest: timedelta  #: that it has lately been silent
    newest: datetime  #: item time of its newest entry


class FeedState(Struct, frozen=True, kw_only=True):
    """What we remember about a feed between two polls."""

    id: int
    feed: Feed
    name: str  #: as configured, else as it calls itself, else its address without a password
    moved: str | None = None  #: the address it has permanently moved to, while that serves a feed
    validators: Validators = Validators()
    trace: Trace = Trace()
    pieces: bytes = b""  #: the entries of its last document and the items they are; see ``core.pieces``
    head: str = ""  #: what is remembered of what that said of itself
    entries: int = 0  #: in its last document
    left_out: int = 0  #: of them not read, since they were too many
    unsteady: int = 0  #: polls in a row that gave known entries other guids
    timetable: Timetable = Timetable()  #: as its last document said
    rhythm: Rhythm | None = None  #: None: too little is known of it
    pace: timedelta | None = None  #: a tighter interval, since entries were missed between two polls
    twin: str | None = None  #: the name of another feed that ends at the same address and is polled instead
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
    def address(self) -> str:
        """Give the address at which the feed is asked for."""
        return self.moved or self.feed.url

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
    SILENT = "silent"  #: read, but has brought nothing for long, compared with its own rhythm
    TWIN = "twin"  #: leads to the same address as another feed, which is polled instead
    FAILING = "failing"
    GONE = "gone"


class Outcome(StrEnum):
    """How one reading ended."""

    READ = "read"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    GONE = "gone"


class Reading(Struct, frozen=True, kw_only=True):
    """What one poll of one feed brought: clean items, or that there is nothing new, or why it failed."""

    outcome: Outcome
    asked: datetime | None = None  #: when the request was sent
    status: int | None = None  #: HTTP status
    host: str = ""  #: host and port that refused; "" where none did
    format: str = ""
    title: str = ""
    items: tuple[Item, ...] = ()  #: of the entries that were read
    pieces: tuple[bytes, ...] = ()  #: marks of ``items``, one each; () when the document could not be cut
    repeated: tuple[bytes, ...] = ()  #: marks of the document's other entries, known from the one before
    left_out: int = 0  #: entries beyond the most that are read of one document
    unread: tuple[Unread, ...] = ()  #: lines of a headline list that cannot be read
    head: str = ""  #: what is remembered of what the document says of itself
    validators: Validators = Validators()
    trace: Trace = Trace()
    timetable: Timetable = Timetable()
    hints: Hints = Hints()
    moved: str | None = None  #: the address to use from now on; None: the configured one
    reason: str = ""  #: of a failure, in plain words
    traceback: str = ""  #: of a failure that is a bug of ours
