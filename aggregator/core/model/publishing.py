"""What pages, feeds and exports are made of: stories, editions, and what they could not see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby, islice
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

#: The program's name in what it writes.
GENERATOR = "headline-aggregator"

_T = TypeVar("_T")
#: So many values are fetched at a time. A story is some 4 kB: ten thousand feeds have 250 MB of them in one edition.
_AT_ONCE = 500


class Shelf(Struct, Generic[_T], frozen=True, kw_only=True):
    """Values in their order, known by their ids; fetched some at a time as somebody goes through them, not kept."""

    ids: Sequence[int] = ()
    fetch: Callable[[Sequence[int]], Iterable[_T]] = lambda _: ()  #: gives the values of some ids, in their order

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[_T]:
        for at in range(0, len(self.ids), _AT_ONCE):
            yield from self.fetch(self.ids[at : at + _AT_ONCE])

    def __getitem__(self, part: slice) -> Shelf[_T]:
        return replace(self, ids=self.ids[part])


class Sighting(Struct, frozen=True, kw_only=True):
    """One feed's telling of an item."""

    feed: str  #: its configured URL, without a password
    name: str  #: what the feed was called then
    guid: str | None
    link: str | None
    title: str
    first_seen: datetime
    is_list: bool = False  #: a headline list, which names what others report


class Stored(Struct, frozen=True, kw_only=True):
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
    place: int | None = None  #: in the headline list that it was imported from
    has_text: bool = False  #: its feed carried more than a teaser
    weight: float = 1.0  #: of the feed that brought it, as the user sees it
    paywalled: bool = False  #: the user says so of that feed
    earlier_titles: tuple[str, ...] = ()
    sightings: tuple[Sighting, ...] = ()


class Telling(Struct, frozen=True, kw_only=True):
    """One report of a story, and the others that say the same in nearly the same words."""

    item: Stored
    copies: tuple[Stored, ...] = ()
    agency: str = ""  #: credited with the text; "" where none is

    @property
    def items(self) -> tuple[Stored, ...]:
        """Give the report and its copies."""
        return (self.item, *self.copies) if self.copies else (self.item,)


class Origin(Struct, frozen=True, kw_only=True):
    """Somebody who reports for himself, and the outlets that carry it."""

    name: str  #: an agency, else the outlet
    outlets: tuple[str, ...]
    is_agency: bool  #: the reports say so; else nobody knows which of the outlets had it first


class Standing(StrEnum):
    """What a story is to those who have read the editions before."""

    NEW = "new"
    DEVELOPING = "developing"  #: told before, and there is more of it
    REPEATED = "repeated"  #: told before, and nothing but repeats came in
    MUTED = "muted"  #: the user wants no more of it


#: Of these a page tells.
_SHOWN = (Standing.NEW, Standing.DEVELOPING)


class Account(Struct, frozen=True, kw_only=True):
    """What an edition says of a story; settled when the edition closes."""

    lead: int  #: the item that stands for it
    headline: str  #: of the lead, as printed
    standing: Standing = Standing.NEW
    rank: float = 0.0
    day: int = 1  #: of the days on which it was told, the first being 1
    last: date | None = None  #: the edition that told it before
    last_story: int | None = None  #: the story that it was there; None: the same
    was: str = ""  #: its headline there; "" where it is the same
    more: tuple[str, ...] = ()  #: outlets that had not told it before
    words: tuple[str, ...] = ()  #: that its reports have in common
    repeats: tuple[int, ...] = ()  #: items that only say what was told before, while others say more
    items: tuple[int, ...] = ()  #: all of them, in the order in which it told them


class Story(Struct, frozen=True, kw_only=True):
    """The items that tell the same event, the lead first; its id is permanent."""

    id: int
    tellings: tuple[Telling, ...]
    guid: str = ""  #: for outgoing feeds, "" elsewhere; made from the id, so it never changes meaning
    repeats: tuple[Telling, ...] = ()  #: those that only say what an earlier edition told; no page prints them
    origins: tuple[Origin, ...] = ()
    account: Account | None = None  #: None: no edition has been laid out with it

    @property
    def lead(self) -> Stored:
        """Give the item that stands for the story."""
        return self.tellings[0].item

    @property
    def items(self) -> tuple[Stored, ...]:
        """Give all items, each telling followed by its copies, repeats last."""
        if len(self.tellings) == 1 and not self.repeats:  # as most stories have it; this is asked for all the time
            return self.tellings[0].items
        return tuple(item for telling in (*self.tellings, *self.repeats) for item in telling.items)


class Spot(NamedTuple):
    """What the place of a story in an edition depends on, and what is counted of it; a tenth of what it tells.

    A tuple, which is made in a tenth of the time: there is one for each story of an edition.
    """

    story: int
    standing: Standing
    rank: float
    time: datetime  #: of the lead
    place: int | None  #: of the lead, in the headline list that it was imported from
    source: str  #: of the lead
    category: str  #: of the lead
    listed: tuple[int, ...]  #: the items that a headline list has of it, in the order in which they are told
    is_imported: bool  #: all of it came in lists

    @property
    def is_shown(self) -> bool:
        """Ask whether the story stands on the page."""
        return self.standing in _SHOWN


class Lone(NamedTuple):
    """A story of one report by one outlet: all that its place in an edition depends on.

    A tuple likewise, since most of the stories of an edition are such.
    """

    story: int
    item: int
    time: datetime
    place: int | None  #: in the headline list that it was imported from
    source: str
    category: str
    shown: bool
    weight: float  #: of the feed, as the user sees it
    standing: Standing  #: what a closed edition has said of it
    rank: float  #: the same; 0 while the edition is open


class Listed(NamedTuple):
    """An item as a headline list has it; a tuple likewise, one for each line."""

    title: str
    source: str
    published: datetime | None
    first_seen: datetime
    place: int | None = None  #: in the headline list that it was imported from


class Missed(Struct, frozen=True, kw_only=True):
    """A feed that could not be read, and why; what an edition admits it could not see."""

    name: str
    reason: str
    since: datetime


class Edition(Struct, frozen=True, kw_only=True):
    """One day's digest as the store knows it: dated by the local day on which it closes."""

    date: date
    closes: datetime
    closed: bool
    missed: tuple[Missed, ...] = ()


class Section(Struct, frozen=True, kw_only=True):
    """The stories of one category."""

    category: str  #: "" for what has none
    stories: Shelf[Story]  #: those of one affair in a row, the one that stands for it first
    affairs: Mapping[int, int] = {}  #: of stories that belong to one

    def first(self, most: int) -> Iterator[tuple[Story, Shelf[Story]]]:
        """Give the first stories that stand for themselves or for an affair, each with the others of that."""
        rows = list(islice(self.rows(), most))
        heads = replace(self.stories, ids=[row[0] for row in rows])
        for head, row in zip(heads, rows, strict=True):
            yield head, replace(self.stories, ids=row[1:])

    def behind(self, most: int) -> Shelf[Story]:
        """Give all that ``first`` does not."""
        return self.stories[sum(map(len, islice(self.rows(), most))) :]

    def rows(self) -> Iterator[list[int]]:
        """Give the stories that stand under one heading, or alone, by their ids."""
        for _, row in groupby(self.stories.ids, key=lambda story: self.affairs.get(story, -story)):
            yield list(row)


class Digest(Struct, frozen=True, kw_only=True):
    """One edition, ready to print: all that a template may see of it."""

    edition: Edition
    stories: Shelf[Story] = Shelf()  #: those of all sections, in their order
    sections: tuple[Section, ...] = ()
    left_out: Shelf[Story] = Shelf()  #: those that bring nothing but repeats, and muted ones
    repeated: int = 0  #: how many of those are not muted
    imported: frozenset[int] = frozenset()  #: stories that came in lists alone
    listed: Shelf[Listed] = Shelf()  #: the lines of its headline list; what was imported is yet to be put in order

    @property
    def headings(self) -> dict[int, int]:
        """Give for each story that stands beside another on the page, or has others beside it, the first of them."""
        rows = (row for section in self.sections for row in section.rows() if len(row) > 1)
        return {story: row[0] for row in rows for story in row}

    @property
    def is_imported(self) -> bool:
        """Ask whether all of it came in lists that were imported, so that no feed was asked for it."""
        return bool(self.imported) and len(self.imported) == len(self.stories) + len(self.left_out)


class Site(Struct, frozen=True, kw_only=True):
    """What every page of the site knows."""

    title: str
    timezone: ZoneInfo
    url: str | None  #: where the site lives, ending in "/"; None: nobody said
    generator: str = GENERATOR
