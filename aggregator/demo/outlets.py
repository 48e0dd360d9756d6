"""Who publishes in the bundled newsroom, and the manners of each one's server. What they tell is in ``stories``.

Every outlet, place and person is invented. Between them the outlets show what an aggregator meets in the wild: four
formats, validators given or not, one feed that has moved, one that is slow, one that is broken.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Format(Enum):
    """A feed format: its file's name and its media type."""

    RSS_2_0 = ("feed.xml", "application/rss+xml; charset=utf-8")
    RSS_1_0 = ("index.rdf", "application/rdf+xml; charset=utf-8")
    ATOM_1_0 = ("atom.xml", "application/atom+xml; charset=utf-8")
    JSON_FEED_1_1 = ("feed.json", "application/feed+json; charset=utf-8")

    @property
    def file(self) -> str:
        """Give the name of a feed's file in this format."""
        return self.value[0]

    @property
    def media_type(self) -> str:
        """Give the Content-Type that such a feed is served with."""
        return self.value[1]


class Outlet(Struct, frozen=True, kw_only=True):
    """One publisher: what it calls itself, and how its server behaves."""

    slug: str
    title: str
    motto: str
    category: str
    format: Format = Format.RSS_2_0
    named: bool = True  #: the settings name it; if not, it goes by its feed's own title
    html: bool = False  #: its summaries are HTML, not text
    etag: bool = False
    last_modified: bool = False
    gzip: bool = False
    slow: bool = False
    broken: bool = False
    moved_from: str = ""  #: the path that its readers still ask for

    @property
    def path(self) -> str:
        """Give the path at which the feed is today."""
        return f"/{self.slug}/{self.format.file}"

    @property
    def subscribed_path(self) -> str:
        """Give the path that the demonstration's settings name."""
        return self.moved_from or self.path


OUTLETS = (
    Outlet(
        slug="courier",
        title="The Lanternport Courier",
        motto="Every tide, every tiding",
        category="World",
        etag=True,
        last_modified=True,
    ),
    Outlet(
        slug="dispatch",
        title="The Brindlemark Dispatch",
        motto="From the mainland, with a fair wind",
        category="World",
        format=Format.ATOM_1_0,
        etag=True,
    ),
    Outlet(
        slug="reader",
        title="Seven Isles Reader",
        motto="The best of the islands’ papers, gathered for you",
        category="World",
        named=False,
    ),
    Outlet(
        slug="ledger",
        title="Quay & Ledger",
        motto="Trade, freight and figures",
        category="Business",
        format=Format.JSON_FEED_1_1,
        etag=True,
    ),
    Outlet(
        slug="tally",
        title="The Tally Stick",
        motto="Sums for sensible people",
        category="Business",
        html=True,
        last_modified=True,
    ),
    Outlet(
        slug="tinderbox",
        title="The Tinderbox Review",
        motto="Sparks from the laboratories",
        category="Science & Technology",
        format=Format.RSS_1_0,
    ),
    Outlet(
        slug="valve",
        title="Brass & Valve",
        motto="Machines, patiently explained",
        category="Science & Technology",
        format=Format.ATOM_1_0,
        slow=True,
    ),
    Outlet(
        slug="almanac",
        title="The Lamplight Almanac",
        motto="A weekly talk about the sky and the sea, for listening to in the dark",
        category="Science & Technology",
        etag=True,
    ),
    Outlet(
        slug="parish",
        title="Quillhaven Parish News",
        motto="Pinned to the pump since the great frost",
        category="Local",
        named=False,
        gzip=True,
        etag=True,
    ),
    Outlet(
        slug="harbour",
        title="Skerry Ness Harbour Notices",
        motto="Arrivals, departures and geese",
        category="Local",
        format=Format.ATOM_1_0,
        last_modified=True,
        moved_from="/harbour/notices.xml",
    ),
    Outlet(
        slug="foghorn",
        title="The Varrowby Foghorn",
        motto="Heard before it is seen",
        category="Local",
        broken=True,
    ),
)
