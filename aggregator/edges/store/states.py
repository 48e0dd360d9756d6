"""What is remembered of a feed, as a row and as a value; and which feeds are one. Changes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import timedelta

from msgspec.structs import replace

from aggregator.core import text, urls
from aggregator.core.model import Feed, FeedState, FeedType, Rhythm, Timetable, Trace, Validators
from aggregator.edges.store.database import certain_time, time_of


def name(row: sqlite3.Row) -> str:
    """Say what a feed is called: as configured, else as it calls itself, else its address without a password."""
    return row["name"] or row["title"] or urls.public(row["url"])


def state(row: sqlite3.Row) -> FeedState:
    """Read a row of ``feeds``, with the number of items ``seen`` in it."""
    return FeedState(
        id=row["id"],
        feed=Feed(
            url=row["url"],
            type=FeedType(row["type"]),
            name=row["name"],
            category=row["category"],
            every=_span(row["every"]),
        ),
        name=name(row),
        moved=row["moved"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        trace=Trace(
            body=row["body_hash"],
            tail=row["tail_hash"],
            head_read=time_of(row["head_read"]),
            fetched=time_of(row["fetched"]),
        ),
        pieces=row["pieces"],
        head=row["head"],
        entries=row["entries"],
        left_out=row["left_out"],
        unsteady=row["unsteady"],
        timetable=_timetable(row["timetable"]),
        rhythm=_rhythm(row),
        pace=_span(row["pace"]),
        met=bool(row["met"]),
        gone=bool(row["gone"]),
        failures=row["failures"],
        failing_since=time_of(row["failing_since"]),
        last_error=row["last_error"],
        last_polled=time_of(row["last_polled"]),
        sightings=row["seen"],
        next_poll=time_of(row["next_poll"]),
        next_reason=row["next_reason"],
        quiet_until=time_of(row["quiet_until"]),
    )


def with_twins(states: Iterable[FeedState]) -> list[FeedState]:
    """Name for each feed the one that ends at the same address and is polled instead of it, in the same order.

    That is the one whose configured address it is, else the first of them.
    """
    listed = list(states)
    polled: dict[str, FeedState] = {}
    for one in sorted(listed, key=lambda one: one.moved is not None):  # stable: the configured ones first
        polled.setdefault(one.address, one)
    return [one if (first := polled[one.address]).id == one.id else replace(one, twin=first.name) for one in listed]


#: Asks of a row f of ``feeds`` whether no other feed is polled in its place; agrees with ``with_twins``.
IS_POLLED = """NOT EXISTS (SELECT 1 FROM feeds g WHERE coalesce(g.moved, g.url) = coalesce(f.moved, f.url)
    AND g.configured AND (g.moved IS NOT NULL, g.position) < (f.moved IS NOT NULL, f.position))"""


def _span(seconds: int | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds else None


def seconds(span: timedelta | None) -> int | None:
    """Write a span of time; None: none."""
    return int(span.total_seconds()) if span else None


def _rhythm(row: sqlite3.Row) -> Rhythm | None:
    if row["newest"] is None:
        return None
    usual, longest = timedelta(seconds=row["usual_gap"]), timedelta(seconds=row["longest_gap"])
    return Rhythm(usual=usual, longest=longest, newest=certain_time(row["newest"]))


def rhythm_row(rhythm: Rhythm | None) -> dict[str, object]:
    """Write how often a feed publishes."""
    if rhythm is None:
        return {"usual_gap": None, "longest_gap": None, "newest": None}
    gaps = {"usual_gap": int(rhythm.usual.total_seconds()), "longest_gap": int(rhythm.longest.total_seconds())}
    return {**gaps, "newest": text.instant(rhythm.newest)}


def _timetable(value: str) -> Timetable:
    if not value:
        return _ANY_TIME
    told = json.loads(value)
    return Timetable(
        ttl=_span(told.get("ttl")),
        update=_span(told.get("update")),
        skip_hours=frozenset(told.get("skip_hours", ())),
        skip_days=frozenset(told.get("skip_days", ())),
    )


_ANY_TIME = Timetable()


def timetable_text(timetable: Timetable) -> str:
    """Write when a document asks to be read; "" where it does not say."""
    told = {
        "ttl": seconds(timetable.ttl),
        "update": seconds(timetable.update),
        "skip_hours": sorted(timetable.skip_hours),
        "skip_days": sorted(timetable.skip_days),
    }
    said = {key: value for key, value in told.items() if value}
    return json.dumps(said) if said else ""
