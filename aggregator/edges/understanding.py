"""What looks into documents: parse, clean, find feeds on a page. Called only through ``killable``, or by tests.

Values go in and come out, and everything here runs in a process that can be killed, since a hostile document costs
minutes or gigabytes. Its caller imports this module too, for its names; so the parsers are imported when a function
runs, and the process that only sends the work never loads them.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from aggregator.core import normalise, pieces
from aggregator.core.errors import ParseError
from aggregator.core.model import Item, Timetable, Unread


class Page(Struct, frozen=True, kw_only=True):
    """What an address answered."""

    body: bytes
    url: str  #: that answered, after redirects
    content_type: str = ""


class Job(Struct, frozen=True, kw_only=True):
    """A feed's document to understand, and what has to be known for it.

    All of it plain: to pickle a zone, an enumeration, a time and a set takes twice as long as all the rest.
    """

    body: bytes
    url: str  #: that answered, after redirects
    content_type: str = ""
    known: bytes = b""  #: the entries that need not be read again, as ``pieces.packed`` wrote their marks
    head: str = ""  #: what is remembered of the head of the document before
    is_list: bool = False  #: a headline list
    name: str | None = None  #: of the feed as configured; None: its own title
    timezone: str = "UTC"  #: of days without a time of day
    now: int  #: in seconds of the Unix epoch


class Understood(Struct, frozen=True, kw_only=True):
    """A feed's document, understood and clean; the fields are those of ``Document`` and ``Reading``."""

    format: str
    title: str = ""
    items: tuple[Item, ...] = ()
    pieces: tuple[bytes, ...] = ()
    repeated: tuple[bytes, ...] = ()
    left_out: int = 0
    unread: tuple[Unread, ...] = ()
    timetable: Timetable = field(default_factory=Timetable)
    head: str = ""


class Offers(Struct, frozen=True, kw_only=True):
    """The feeds that a page may lead to, none of them tried."""

    linked: tuple[str, ...]  #: by the page
    guessed: tuple[str, ...]  #: the usual places on its site


def understand(job: Job) -> Understood:
    """Read a feed's document and clean the entries that are not known; raise ParseError when it is no feed."""
    known, now = pieces.unpacked(job.known).keys(), datetime.fromtimestamp(job.now, UTC)
    return _listing(job, known=known, now=now) if job.is_list else _feed(job, known=known, now=now)


def _listing(job: Job, *, known: Set[bytes], now: datetime) -> Understood:
    from aggregator.edges.sources import headline_lists  # noqa: PLC0415 - see above

    page = headline_lists.parse(
        job.body, url=job.url, content_type=job.content_type, known=known, timezone=ZoneInfo(job.timezone)
    )
    return Understood(
        format="headline list",
        title=page.title,
        items=tuple(replace(item, published=normalise.believable(item.published, now=now)) for item in page.items),
        pieces=page.choice.pieces,
        repeated=page.choice.repeated,
        left_out=page.choice.left_out,
        unread=page.unread,
    )


def _feed(job: Job, *, known: Set[bytes], now: datetime) -> Understood:
    from aggregator.edges import sources  # noqa: PLC0415 - see above

    document = sources.parse(job.body, url=job.url, content_type=job.content_type, known=known, head=job.head)
    return Understood(
        format=document.format,
        title=normalise.feed_title(document),
        items=normalise.items(document, name=job.name, url=job.url, now=now),
        pieces=document.pieces,
        repeated=document.repeated,
        left_out=document.left_out,
        timetable=document.timetable,
        head=document.head,
    )


def is_feed(page: Page) -> bool:
    """Tell whether a page is the document of a feed."""
    from aggregator.edges import sources  # noqa: PLC0415 - see above

    try:
        sources.parse(page.body, url=page.url, content_type=page.content_type)
    except ParseError:
        return False
    return True


def offers(page: Page) -> Offers:
    """List the feeds that a web page links to, and where its site's feeds usually live."""
    from aggregator.edges import sources  # noqa: PLC0415 - see above

    linked = sources.discover(page.body, url=page.url, content_type=page.content_type)
    return Offers(linked=linked, guessed=sources.guesses(page.url))
