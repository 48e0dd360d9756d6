"""The other way in: the lines of a headline list that somebody kept become items, as if seen on the day they name.

Joins what reads lists, what judges entries and the store; one transaction, so that a list is imported whole or not at
all. A line that is known, from a feed or from an import, stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from aggregator import grouping, pipeline
from aggregator.core import edition, identity, lists
from aggregator.core.model import Config, Edition, Line, Verdict
from aggregator.edges.store import Writer


def headlines(store: Writer, config: Config, lines: Sequence[Line]) -> int:
    """Import lines of headline lists, and give how many of them were new.

    Each goes to the edition dated its date seen; the open one is not shifted, and nothing is announced.
    """
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(line.seen, []).append(line)
    with store.transaction() as now:
        pipeline.close_by(store, config, now=now)
        last = store.archive.last_closed()
        new = sum(_day(store, config, day, days[day], now=now, last=last) for day in sorted(days))
        if new:
            grouping.regroup(store, config)
    return new


def _day(store: Writer, config: Config, day: date, lines: Sequence[Line], *, now: datetime, last: date | None) -> int:
    """Import what was seen on one day; ``last`` is the date of the edition that closed last."""
    closes = edition.close(day, at=config.closes_at, zone=config.timezone)
    seen = edition.seen_on(day, at=config.closes_at, zone=config.timezone)
    is_closed = closes <= now or (last is not None and day <= last)
    feed = store.imports()
    entries = identity.distinct([lists.item(line, zone=config.timezone) for line in lines], feed=feed.id)
    known = store.known(identity.wanted(entries), feed=feed.id)
    changes = identity.compare(entries, known, now=seen, before=(), backfill=None, first_time=False)
    new = [change for change in changes if change.verdict is Verdict.NEW]
    if new:
        closed = Edition(date=day, closes=closes, closed=True) if is_closed else None
        store.add_imported(new, feed=feed, seen=seen, closed=closed)
    return len(new)
