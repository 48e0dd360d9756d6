"""When editions close, which edition an item belongs to, and how an edition is laid out. Reads no clock and no store.

An edition holds what was first seen in [previous close, close) and is dated by the local day on which it closes. Its
date is a label that is given once: an item goes to the first edition that is not yet closed and closes after the item
was seen, so that every item lands in exactly one, whatever runs were missed and however the settings changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aggregator.core.model import Digest, Edition, Section, Stored, Story


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


def build(
    edition: Edition, stories: Sequence[Story], *, order: Mapping[str, int], left_out: Sequence[Story] = ()
) -> Digest:
    """Lay out an edition: its stories by category, in their order; ``order`` ranks the categories, lowest first.

    Uncategorised stories come last. The same stories give the same digest.
    """
    sections: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        sections[story.lead.category].append(story)
    categories = sorted(sections, key=lambda name: (not name, order.get(name, 0), name))
    return Digest(
        edition=edition,
        sections=tuple(Section(category=category, stories=tuple(sections[category])) for category in categories),
        left_out=tuple(left_out),
    )


def announced(digest: Digest) -> Digest:
    """Give what is news of an edition: without the stories that were only imported."""
    sections = (
        replace(section, stories=tuple(story for story in section.stories if _is_news(story)))
        for section in digest.sections
    )
    return replace(digest, sections=tuple(section for section in sections if section.stories))


def _is_news(story: Story) -> bool:
    return any(item.place is None for item in story.items)


def as_of(item: Stored, *, closes: datetime) -> Stored:
    """Show an item as its closed edition saw it: without what other feeds carried later. Corrections stay."""
    seen = tuple(sighting for sighting in item.sightings if sighting.first_seen < closes)
    return item if len(seen) == len(item.sightings) else replace(item, sightings=seen)
