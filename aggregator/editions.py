"""Editions laid out from the store: which there are, which stories each has, in which order, and what it says of them.

Joins the store with what the core decides; prints nothing and changes nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

from aggregator import grouping
from aggregator.core import accounts as telling
from aggregator.core import edition, rank
from aggregator.core.model import Account, Config, Digest, Edition, Standing, Statistics, Story, Telling
from aggregator.edges.store import Archive

#: Stories of these standings stand on the page.
_SHOWN = (Standing.NEW, Standing.DEVELOPING)


def every(archive: Archive, config: Config) -> list[Edition]:
    """Give every edition, newest first: what is not yet closed, then what is."""
    unclosed = edition.dated(
        archive.open_moments(), after=archive.last_closed(), at=config.closes_at, zone=config.timezone
    )
    return [*reversed(unclosed), *archive.closed()]


def stories(archive: Archive, of: Edition, *, config: Config, hidden: bool = True) -> list[Story]:
    """Give the stories of an edition, each with that edition's items only; ``hidden``: also those no page shows."""
    if of.closed:
        return archive.stories(of=of.date, hidden=hidden)
    last = archive.last_closed()

    @functools.cache  # what was recorded together was first seen at one moment
    def date_of(seen: datetime) -> date:
        return edition.date_of(seen, after=last, at=config.closes_at, zone=config.timezone)

    found = archive.stories(of=None, hidden=hidden)
    own = (_only(story, lambda seen: date_of(seen) == of.date) for story in found)
    return [story for story in own if story]


def digest(archive: Archive, of: Edition, *, config: Config, hidden: bool = False) -> Digest:
    """Lay out one edition from the store, with what may be shown of it; ``hidden``: also with what no page shows."""
    found = stories(archive, of, config=config, hidden=hidden)
    settled = archive.accounts(of=of.date) if of.closed else {}
    if of.closed:
        found = [_as_of(story, of, account=settled.get(story.id) or _unsaid(story)) for story in found]
    told = _accounted(archive, of, found, config=config)
    shown = [story for story in told if story.account and story.account.standing in _SHOWN]
    left_out = [story for story in told if story.account and story.account.standing not in _SHOWN]
    order = archive.category_order(of=of.date if of.closed else None)
    return edition.build(of, shown, order=order, left_out=left_out)


def accounts(archive: Archive, of: Edition, *, config: Config) -> dict[int, Account]:
    """Say what an edition that closes now has of each of its stories; what the page of it will print for ever."""
    found = stories(archive, replace(of, closed=False), config=config, hidden=False)
    told = _accounted(archive, of, found, config=config)  # seen from its close
    return {story.id: story.account for story in told if story.account}


def _only(story: Story, is_in: Callable[[datetime], bool]) -> Story | None:
    """Give a story with those of its items that were first seen when it matters; None where there is none."""
    kept = [telling for telling in story.tellings if is_in(telling.item.first_seen)]
    if len(kept) == len(story.tellings):
        return story
    return replace(story, tellings=tuple(kept)) if kept else None


def _as_of(story: Story, of: Edition, *, account: Account) -> Story:
    seen = (Telling(item=edition.as_of(item, closes=of.closes)) for item in story.items)
    return replace(story, tellings=tuple(seen), account=account)


def _unsaid(story: Story) -> Account:
    """Stand for what a closed edition did not say of a story: it is of old, or was imported later."""
    lead = telling.arranged(story).lead
    return Account(lead=lead.id, headline=lead.title)


def _accounted(archive: Archive, of: Edition, found: Iterable[Story], *, config: Config) -> list[Story]:
    """Give the stories of an edition, each laid out and with what the edition says of it, in their order.

    What a closed edition has said of a story stands.
    """
    laid_out = [telling.arranged(story) for story in found]
    open_ones = [story.id for story in laid_out if not story.account]
    if open_ones:
        before = archive.told(open_ones, before=of.date)
        muted = grouping.muted(archive, config)
        statistics = archive.basis().statistics or Statistics()
        by = seen_from(of, laid_out)
        laid_out = [
            story
            if story.account
            else _with_account(
                story, before.get(story.id), of=of, by=by, muted=story.id in muted, statistics=statistics
            )
            for story in laid_out
        ]
    return rank.ordered([(story.account.rank, story) for story in laid_out if story.account])


def seen_from(of: Edition, found: Iterable[Story]) -> datetime:
    """Say from when freshness counts back: from the close, or from the newest item while the edition is open."""
    return of.closes if of.closed else max((item.time for story in found for item in story.items), default=of.closes)


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
