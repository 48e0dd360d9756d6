"""What the user wants: feeds.yaml, checked and complete."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from aggregator.core.model.grouping import Strictness

IPNetwork = IPv4Network | IPv6Network


class FeedType(StrEnum):
    """What kind of document a source of entries is."""

    FEED = "feed"  #: RSS, RDF, Atom or JSON Feed
    HEADLINES = "headlines"  #: a web page or text that holds a headline list


class Feed(Struct, frozen=True, kw_only=True):
    """One line of feeds.yaml: a source of entries."""

    url: str
    type: FeedType = FeedType.FEED
    name: str | None = None  #: None: the feed's own title
    category: str | None = None
    every: timedelta | None = timedelta(minutes=30)  #: None: as often as it publishes
    weight: float = 1.0  #: how much its reports count in the order of the stories
    paywall: bool = False  #: its articles cost money, so that another's leads where it can
    grouped: bool = True  #: its items may share a story with others


class RulingKind(StrEnum):
    """What the user may say of articles."""

    JOIN = "join"  #: they are one story
    SPLIT = "split"  #: it is a story of its own
    NEVER = "never"  #: they are never one story
    MUTE = "mute"  #: no more of its story until it ends


class Ruling(Struct, frozen=True, kw_only=True):
    """What the user said of articles, each named by its link or by "Title - Source"."""

    kind: RulingKind
    articles: tuple[str, ...]


class Polling(Struct, frozen=True, kw_only=True):
    """How often and how gently feeds are read."""

    every: timedelta | None = timedelta(minutes=30)  #: None: as often as each feed publishes
    shortest: timedelta = timedelta(minutes=5)
    per_host: int = 1
    gap: timedelta = timedelta(seconds=1)
    backfill: timedelta | None = timedelta(days=1)  #: None: all of it
    unconditional: timedelta = timedelta(weeks=1)  #: after so long a time of 304s the whole document is asked for
    cluster: str | None = None  #: address of a Dask scheduler whose workers read the feeds; None: this machine reads


class Config(Struct, frozen=True, kw_only=True):
    """feeds.yaml, checked and complete."""

    path: Path
    feeds: tuple[Feed, ...]
    storage: Path
    title: str = "The Daily Digest"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    site_url: str | None = None  #: ends in "/"; None: wherever it is served
    closes_at: timedelta = timedelta(hours=24)  #: local time of day, 0 to 24 h
    rulings: tuple[Ruling, ...] = ()  #: of stories.yaml, the later ones win
    strictness: Strictness = Strictness.NORMAL  #: how alike items must be to share a story
    left_out: tuple[str, ...] = ()  #: categories whose feeds are not grouped, as they were written
    polling: Polling = Polling()
    allow: tuple[IPNetwork, ...] = ()  #: private networks that may be polled
    listen: tuple[str, int] | None = ("127.0.0.1", 8080)  #: None: do not serve
