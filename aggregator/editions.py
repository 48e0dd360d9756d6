"""Editions laid out from the store: which there are, which stories each has, in which order, and what it says of them.

Joins the store with what the core decides; prints nothing and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from aggregator import grouping
from aggregator.core import accounts as telling
from aggregator.core import edition, rank
from aggregator.core.model import (
    Account,
    Config,
    Digest,
    Edition,
    Lone,
    Shelf,
    Spot,
    Standing,
    Statistics,
    Story,
    Telling,
)
from aggregator.edges.store import Archive

#: Of an edition of no more stories each that was told is held, some 4 kB; of a larger one, what two pages show is told
#: for each of them.
HELD = 4_000


def every(archive: Archive, config: Config) -> list[Edition]:
    """Give every edition, newest first: what is not yet closed, then what is."""
    unclosed = edition.dated(
        archive.open_moments(), after=archive.last_closed(), at=config.closes_at, zone=config.timezone
    )
    return [*reversed(unclosed), *archive.closed()]


class View(Struct, frozen=True, kw_only=True):
    """How an edition is looked at: which of its items are shown, and how the stories of an open one are judged."""

    of: Edition
    hidden: bool  #: also with what no page shows
    moments: list[datetime] | None  #: at which its items were first seen; None: it has closed
    by: datetime  #: freshness counts back from here: from the close, or from the newest item while it is open
    muted: frozenset[int]  #: stories of which the user wants no more

    @property
    def date(self) -> date | None:
        """Give the date by which the store knows what is in the edition."""
        return self.of.date if self.of.closed else None


def view(archive: Archive, of: Edition, *, config: Config, hidden: bool = False) -> View:
    """Say how an edition is looked at; what a closed one has said of its stories stands."""
    if of.closed:
        return View(of=of, hidden=hidden, moments=None, by=of.closes, muted=frozenset())
    moments = _moments(archive, of, config)
    newest = archive.newest_time(hidden=hidden, seen=moments)
    return View(of=of, hidden=hidden, moments=moments, by=newest or of.closes, muted=grouping.muted(archive, config))


def digest(archive: Archive, of: Edition, *, config: Config, hidden: bool = False) -> Digest:
    """Lay out one edition from the store, with what may be shown of it; ``hidden``: also with what no page shows."""
    as_seen = view(archive, of, config=config, hidden=hidden)
    stories = told(archive, as_seen)
    if len(stories) <= HELD:
        stories = _held(stories)
    return edition.build(
        of,
        rank.ordered(spots(archive, as_seen, stories)),
        order=archive.category_order(of=as_seen.date),
        affairs=archive.affairs(of=as_seen.date, seen=as_seen.moments),
        stories=stories.fetch,
        listed=archive.listed,
    )


def _held(stories: Shelf[Story]) -> Shelf[Story]:
    known: dict[int, Story] = {}

    def fetch(ids: Sequence[int]) -> list[Story]:
        known.update((story.id, story) for story in stories.fetch([number for number in ids if number not in known]))
        return [known[number] for number in ids]

    return replace(stories, fetch=fetch)


def spots(archive: Archive, as_seen: View, stories: Shelf[Story]) -> Iterator[Spot]:
    """Reduce the stories of an edition to what their order depends on.

    Nine in ten are of one report and need not be told for that: it takes a twentieth of the time.
    """
    alone = set()
    for lone in archive.lone(of=as_seen.date, hidden=as_seen.hidden, seen=as_seen.moments):
        alone.add(lone.story)
        yield _spot(lone, as_seen)
    others = replace(stories, ids=[number for number in stories.ids if number not in alone])
    yield from (edition.spot(story, story.account) for story in others if story.account)


def _spot(lone: Lone, as_seen: View) -> Spot:
    if as_seen.of.closed:
        return edition.spot_of_one(lone, standing=lone.standing, rank=lone.rank)
    standing = Standing.MUTED if lone.story in as_seen.muted else Standing.NEW
    return edition.spot_of_one(lone, standing=standing, rank=rank.of_one(lone, by=as_seen.by))


def told(archive: Archive, as_seen: View) -> Shelf[Story]:
    """Give the stories of an edition, in no order, each laid out and with what the edition says of it."""
    found = archive.stories(of=as_seen.date, hidden=as_seen.hidden, seen=as_seen.moments)
    if as_seen.of.closed:
        return replace(found, fetch=partial(_settled, archive, as_seen.of, found))
    judge = partial(_accounted, archive, as_seen, statistics=archive.basis().statistics or Statistics())
    return replace(found, fetch=lambda ids: judge(found.fetch(ids)))


def accounts(archive: Archive, of: Edition, *, config: Config) -> Iterator[tuple[int, Account]]:
    """Say what an edition that closes now has of each of its stories; what the page of it will print for ever."""
    still_open = view(archive, replace(of, closed=False), config=config)
    judged = told(archive, replace(still_open, by=of.closes))
    return ((story.id, story.account) for story in judged if story.account)


def _settled(archive: Archive, of: Edition, found: Shelf[Story], ids: Sequence[int]) -> list[Story]:
    said = archive.accounts(ids, of=of.date)
    known = (_as_of(story, of, account=said.get(story.id) or _unsaid(story)) for story in found.fetch(ids))
    return [telling.arranged(story) for story in known]


def _as_of(story: Story, of: Edition, *, account: Account) -> Story:
    seen = (Telling(item=edition.as_of(item, closes=of.closes)) for item in story.items)
    return replace(story, tellings=tuple(seen), account=account)


def _unsaid(story: Story) -> Account:
    """Stand for what a closed edition did not say of a story: it is of old, or was imported later."""
    lead = telling.arranged(story).lead
    return Account(lead=lead.id, headline=lead.title)


def _moments(archive: Archive, of: Edition, config: Config) -> list[datetime]:
    """Give the moments at which items of an edition were first seen; what was recorded together has one."""
    last = archive.last_closed()
    return [
        seen
        for seen in archive.open_moments()
        if edition.date_of(seen, after=last, at=config.closes_at, zone=config.timezone) == of.date
    ]


def _accounted(archive: Archive, as_seen: View, found: Iterable[Story], *, statistics: Statistics) -> list[Story]:
    """Give stories, each laid out and with what an edition says of it."""
    laid_out = [telling.arranged(story) for story in found]
    before = archive.told([story.id for story in laid_out], before=as_seen.of.date)
    return [_with_account(story, before.get(story.id), as_seen, statistics=statistics) for story in laid_out]


def _with_account(story: Story, before: telling.Told | None, as_seen: View, *, statistics: Statistics) -> Story:
    weight, words = rank.of(story, by=as_seen.by).value, telling.words(story, statistics)
    is_muted = story.id in as_seen.muted
    account = telling.of(story, before, on=as_seen.of.date, rank=weight, words=words, muted=is_muted)
    if account.repeats:
        story = telling.arranged(replace(story, account=account))
        account = replace(
            account,
            rank=rank.of(story, by=as_seen.by).value,
            words=telling.words(story, statistics),
            items=tuple(item.id for item in story.items),
        )
    return Story(
        id=story.id,
        guid=story.guid,
        tellings=story.tellings,
        repeats=story.repeats,
        origins=story.origins,
        account=account,
    )


def newest(archive: Archive, config: Config, *, limit: int) -> list[Story]:
    """Give the newest stories for outgoing feeds, laid out, without the muted."""
    muted = grouping.muted(archive, config)
    found = archive.newest(limit=limit)
    return [telling.arranged(story) for story in found if story.id not in muted]


def announced(archive: Archive, config: Config, *, limit: int) -> list[int]:
    """Give the ids of what ``newest`` gives."""
    muted = grouping.muted(archive, config)
    return [story for story in archive.announcing(limit=limit) if story not in muted]
