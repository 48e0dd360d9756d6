"""The other way in: the lines of a headline list that somebody kept become items, as if seen on the day they name.

Joins what reads lists, what judges entries and the store; one transaction, so that a list is imported whole or not at
all. A line that is known, from a feed or from an import, stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec.structs import replace

from aggregator import grouping, pipeline
from aggregator.core import edition, identity, lists
from aggregator.core.model import Change, Config, Edition, FeedState, Known, Line, Verdict
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
        feed, told = store.imports(), set[str | None]()
        # Judged before any is stored: two lines of one list are two items, however alike they are.
        found = {day: _new(store, config, day, days[day], feed=feed) for day in sorted(days)}
        for day, changes in found.items():
            first = [change for change in changes if change.item.guid not in told]
            told.update(change.item.guid for change in first)
            _add(store, config, day, first, feed=feed, now=now)
        if told:
            grouping.regroup(store, config)
    return len(told)


def _new(store: Writer, config: Config, day: date, lines: Sequence[Line], *, feed: FeedState) -> list[Change]:
    """Judge what was seen on one day, and give what is not known."""
    seen = edition.seen_on(day, at=config.closes_at, zone=config.timezone)
    entries = identity.distinct([lists.item(line, zone=config.timezone) for line in lines], feed=feed.id)
    known = _known(store, entries, feed=feed)
    changes = identity.compare(entries, known, now=seen, backfill=None, first_time=False)
    return [change for change in changes if change.verdict is Verdict.NEW]


def _known(store: Writer, entries: Sequence[identity.Told], *, feed: FeedState) -> dict[str, list[Known]]:
    """Give what is known of lines, all of them told by one feed, the imports, though they come from many outlets.

    So their text alone names none of them, and headline, source and date together do, also in another spelling.
    """
    texts = {told.keys.text for told in entries}
    dates: dict[str, set[datetime | None]] = {}
    for told in entries:
        for key in told.keys:
            dates.setdefault(key, set()).add(told.item.published)
    found = store.known([key for key in identity.wanted(entries) if key not in texts], feed=feed.id)
    return {
        key: [replace(one, here=one.here and one.published not in dates[key]) for one in known]
        for key, known in found.items()
    }


def _add(
    store: Writer, config: Config, day: date, changes: Sequence[Change], *, feed: FeedState, now: datetime
) -> None:
    """Store the new lines of one day, in the edition that is closed by now or open."""
    if not changes:
        return
    last = store.archive.last_closed()
    closes = edition.close(day, at=config.closes_at, zone=config.timezone)
    is_closed = closes <= now or (last is not None and day <= last)
    store.add_imported(
        changes,
        feed=feed,
        seen=edition.seen_on(day, at=config.closes_at, zone=config.timezone),
        closed=Edition(date=day, closes=closes, closed=True) if is_closed else None,
    )
