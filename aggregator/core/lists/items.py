"""Lines of a headline list as items. A day is stored as its noon, in the zone in which it is printed again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from aggregator.core.model import Item, Line


def noon(day: date, *, zone: ZoneInfo) -> datetime:
    """Give the noon (UTC) of a local day: the moment that is furthest from every other day."""
    return datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)


def item(line: Line, *, zone: ZoneInfo) -> Item:
    """Make an item of a line; its guid holds all that tells two lines apart, so that lists can be read again."""
    told = line.published or line.seen
    return Item(
        title=line.title,
        source=line.source,
        guid=f"{line.title} - {line.source} - {told.isoformat()}",
        link=line.link,
        published=noon(line.published, zone=zone) if line.published else None,
    )
