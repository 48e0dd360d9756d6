"""Editions laid out from the store: which there are, which stories each has, in which order, and what it says of them.

Joins the store with what the core decides; prints nothing and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from aggregator import grouping
from aggregator.core import accounts as telling
from aggregator.core import edition, rank
from aggregator.core.model import Account, Config, Digest, Edition, Shelf, Spot, Statistics, Story, Telling
from aggregator.edges.store import Archive

#: An edition of no more stories is held as it was told, some 4 kB each; of a larger one, what pages show is told again,
#: which for 3000 stories would be a quarter more of what their pages cost.
HELD = 4_000


def every(archive: Archive, config: Config) -> list[Edition]:
    """Give every edition, newest first: what is not yet closed, then what is."""
    unclosed = edition.dated(
        archive.open_moments(), after=archive.last_closed(), at=config.closes_at, zone=config.timezone
    )
    return [*reversed(unclosed), *archive.closed()]


def digest(archive: Archive, of: Edition, *, config: Config, hidden: bool = False) -> Digest:
    """Lay out one edition from the store, with what may be shown of it; ``hidden``: also with what no page shows."""
    stories = told(archive, of, config=config, hidden=hidden)
    if len(stories) <= HELD:
        stories = _held(stories)
    return edition.build(
        of,
        rank.ordered(spots(stories)),
        order=archive.category_order(of=of.date if of.closed else None),
        stories=stories.fetch,
        listed=archive.listed,
    )


def _held(stories: Shelf[Story]) -> Shelf[Story]:
    known = {story.id: story for story in stories}
    return replace(stories, fetch=lambda ids: [known[number] for number in ids])


def spots(stories: Iterable[Story]) -> Iterator[Spot]:
    """Reduce stories to what their order depends on."""
    return (edition.spot(story, story.account) for story in stories if story.account)


def told(archive: Archive, of: Edition, *, config: Config, hidden: bool = False) -> Shelf[Story]:
    """Give the stories of an edition, in no order, each laid out and with what the edition says of it.

    What a closed edition has said of a story stands.
    """
    if not of.closed:
        return _judged(archive, of, config=config, hidden=hidden)
    found = archive.stories(of=of.date, hidden=hidden)
    return replace(found, fetch=partial(_settled, archive, of, found))


def accounts(archive: Archive, of: Edition, *, config: Config) -> Iterator[tuple[int, Account]]:
    """Say what an edition that closes now has of each of its stories; what the page of it will print for ever."""
    judged = _judged(archive, of, config=config, hidden=False)  # seen from its close
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


def _judged(archive: Archive, of: Edition, *, config: Config, hidden: bool) -> Shelf[Story]:
    """Give the stories of an edition that has not closed, each with those of its items that will be in it."""
    found = archive.stories(of=None, hidden=hidden, seen=_moments(archive, of, config))
    judge = partial(
        _accounted,
        archive,
        of,
        by=seen_from(archive, of, config=config, hidden=hidden),
        muted=grouping.muted(archive, config),
        statistics=archive.basis().statistics or Statistics(),
    )
    return replace(found, fetch=lambda ids: judge(found.fetch(ids)))


def _moments(archive: Archive, of: Edition, config: Config) -> list[datetime]:
    """Give the moments at which items of an edition were first seen; what was recorded together has one."""
    last = archive.last_closed()
    return [
        seen
        for seen in archive.open_moments()
        if edition.date_of(seen, after=last, at=config.closes_at, zone=config.timezone) == of.date
    ]


def seen_from(archive: Archive, of: Edition, *, config: Config, hidden: bool = False) -> datetime:
    """Say from when freshness counts back: from the close, or from the newest item while the edition is open."""
    newest = None if of.closed else archive.newest_time(hidden=hidden, seen=_moments(archive, of, config))
    return newest or of.closes


def _accounted(
    archive: Archive,
    of: Edition,
    found: Iterable[Story],
    *,
    by: datetime,
    muted: Collection[int],
    statistics: Statistics,
) -> list[Story]:
    """Give stories, each laid out and with what an edition says of it."""
    laid_out = [telling.arranged(story) for story in found]
    before = archive.told([story.id for story in laid_out], before=of.date)
    return [
        _with_account(story, before.get(story.id), of=of, by=by, muted=story.id in muted, statistics=statistics)
        for story in laid_out
    ]


def _with_account(
    story: Story, before: telling.Told | None, *, of: Edition, by: datetime, muted: bool, statistics: Statistics
) -> Story:
    weight, words = rank.of(story, by=by).value, telling.words(story, statistics)
    account = telling.of(story, before, on=of.date, rank=weight, words=words, muted=muted)
    if account.repeats:
        story = telling.arranged(replace(story, account=account))
        account = replace(
            account,
            rank=rank.of(story, by=by).value,
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
