"""When editions close, which edition an item belongs to, and how an edition is laid out. Reads no clock and no store.

An edition holds what was first seen in [previous close, close) and is dated by the local day on which it closes. Its
date is a label that is given once: an item goes to the first edition that is not yet closed and closes after the item
was seen, so that every item lands in exactly one, whatever runs were missed and however the settings changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from aggregator.core.model import Account, Digest, Edition, Listed, Lone, Section, Shelf, Spot, Standing, Stored, Story


def close(day: date, *, at: timedelta, zone: ZoneInfo) -> datetime:
    """Give the instant (UTC) at which the edition of a local day closes; ``at`` is a local time of day, 0 to 24 h.

    24 h belongs to the day that it ends. A local time that occurs twice means the first; one that does not exist means
    the first instant after the gap (PEP 495 tells the two apart).
    """
    local = datetime.combine(day, time(), tzinfo=zone) + at  # arithmetic on the wall clock, as written
    instant = local.replace(fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _first_after_gap(local, zone=zone)


def _first_after_gap(local: datetime, *, zone: ZoneInfo) -> datetime:
    """Search for the instant of the clock change around a local time that does not exist."""
    before, after = (local.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    before -= timedelta(seconds=1)
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == old else (before, middle)
    return after


def date_of(seen: datetime, *, after: date | None, at: timedelta, zone: ZoneInfo) -> date:
    """Give the date of the edition that an item first seen then belongs to.

    ``after`` is the date of the edition that closed last (None: none has).
    """
    day = seen.astimezone(zone).date() - timedelta(days=1)
    if after is not None and after >= day:
        day = after + timedelta(days=1)
    while close(day, at=at, zone=zone) <= seen:
        day += timedelta(days=1)
    return day


def seen_on(day: date, *, at: timedelta, zone: ZoneInfo) -> datetime:
    """Give a moment (UTC) of a local day that lies in the edition of that day, or just in the day where none does.

    It is noon where editions close at 24:00. Where they close at 00:00, an edition holds nothing of the day it is of.
    """
    begin, end = (close(day, at=timedelta(hours=hours), zone=zone) for hours in (0, 24))
    closes = min(close(day, at=at, zone=zone), end)
    middle = begin + ((closes if closes > begin else end) - begin) / 2
    return middle.replace(microsecond=0)


def due(seen: Iterable[datetime], *, now: datetime, after: date | None, at: timedelta, zone: ZoneInfo) -> list[Edition]:
    """Give the editions that must be closed by ``now``, oldest first, of items first seen then and in no edition yet.

    An edition in which nothing was seen does not exist.
    """
    editions = dated(seen, after=after, at=at, zone=zone)
    return [replace(edition, closed=True) for edition in editions if edition.closes <= now]


def dated(seen: Iterable[datetime], *, after: date | None, at: timedelta, zone: ZoneInfo) -> list[Edition]:
    """Give the open editions, oldest first, to which items first seen then belong."""
    dates = sorted({date_of(moment, after=after, at=at, zone=zone) for moment in seen})
    return [Edition(date=day, closes=close(day, at=at, zone=zone), closed=False) for day in dates]


def spot(story: Story, account: Account) -> Spot:
    """Say what the place of a story depends on that was laid out, and of which the edition says this.

    A headline list has of it what is shown, of what the user has muted nothing; and all that was imported, so that a
    list comes out as it went in.
    """
    lead, items, is_muted = story.lead, story.items, account.standing is Standing.MUTED
    return Spot(
        story=story.id,
        standing=account.standing,
        rank=account.rank,
        time=lead.time,
        place=lead.place,
        source=lead.source,
        category=lead.category,
        listed=tuple(item.id for item in items if item.place or (item.shown and not is_muted)),
        is_imported=all(item.place is not None for item in items),
    )


def spot_of_one(lone: Lone, *, standing: Standing, rank: float) -> Spot:
    """Say the same of a story of one report, which need not be laid out for it."""
    is_listed = lone.place or (lone.shown and standing is not Standing.MUTED)
    return Spot(
        story=lone.story,
        standing=standing,
        rank=rank,
        time=lone.time,
        place=lone.place,
        source=lone.source,
        category=lone.category,
        listed=(lone.item,) if is_listed else (),
        is_imported=lone.place is not None,
    )


def build(
    edition: Edition,
    spots: Sequence[Spot],
    *,
    order: Mapping[str, int],
    affairs: Mapping[int, int],
    stories: Callable[[Sequence[int]], Iterable[Story]],
    listed: Callable[[Sequence[int]], Iterable[Listed]],
) -> Digest:
    """Lay out an edition: its stories by category, in their order; ``order`` ranks the categories, lowest first.

    Uncategorised stories come last. ``affairs`` tells which stories stand under one heading. ``stories`` and ``listed``
    fetch those of some ids, and items for a headline list, in which what only repeats earlier editions comes after what
    is news.
    """
    sections: dict[str, list[Spot]] = defaultdict(list)
    left_out: list[Spot] = []
    for one in spots:
        (sections[one.category] if one.is_shown else left_out).append(one)
    for category, found in sections.items():
        sections[category] = together(found, affairs)
    categories = sorted(sections, key=lambda name: (not name, order.get(name, 0), name))
    shown = [one for category in categories for one in sections[category]]
    return Digest(
        edition=edition,
        stories=Shelf(ids=_ids(shown), fetch=stories),
        sections=tuple(
            Section(category=category, stories=Shelf(ids=_ids(sections[category]), fetch=stories), affairs=affairs)
            for category in categories
        ),
        left_out=Shelf(ids=_ids(left_out), fetch=stories),
        repeated=sum(one.standing is Standing.REPEATED for one in left_out),
        imported=frozenset(one.story for one in spots if one.is_imported),
        listed=Shelf(ids=tuple(item for one in (*shown, *left_out) for item in one.listed), fetch=listed),
    )


def together(spots: Iterable[Spot], affairs: Mapping[int, int]) -> list[Spot]:
    """Put stories of one affair right behind the first of them; otherwise their order stays."""
    if not affairs:
        return [*spots]
    rows: dict[int, list[Spot]] = {}
    for one in spots:
        rows.setdefault(affairs.get(one.story, -one.story), []).append(one)  # no affair has the number of a story alone
    return [one for row in rows.values() for one in row]


def _ids(spots: Iterable[Spot]) -> tuple[int, ...]:
    return tuple(one.story for one in spots)


def announced(digest: Digest) -> Digest:
    """Give what is news of an edition: without the stories that were only imported."""
    sections = [replace(section, stories=_without(section.stories, digest.imported)) for section in digest.sections]
    return replace(
        digest,
        stories=_without(digest.stories, digest.imported),
        sections=tuple(section for section in sections if section.stories),
    )


def _without(stories: Shelf[Story], ids: frozenset[int]) -> Shelf[Story]:
    return replace(stories, ids=tuple(story for story in stories.ids if story not in ids))


def as_of(item: Stored, *, closes: datetime) -> Stored:
    """Show an item as its closed edition saw it: without what other feeds carried later. Corrections stay."""
    seen = tuple(sighting for sighting in item.sightings if sighting.first_seen < closes)
    return item if len(seen) == len(item.sightings) else replace(item, sightings=seen)
