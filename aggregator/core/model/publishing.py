"""What pages, feeds and exports are made of: stories, editions, and what they could not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

#: The program's name in what it writes.
GENERATOR = "headline-aggregator"


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
