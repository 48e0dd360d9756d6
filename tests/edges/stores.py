"""A store for tests: real files, a clock that a test sets, and polls recorded as the pipeline records them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aggregator.core import identity, schedule
from aggregator.core.model import (
    Change,
    Edition,
    Feed,
    FeedState,
    Item,
    Outcome,
    Polling,
    Reading,
    Stored,
    Trace,
    Validators,
)
from aggregator.edges.store import FILE_NAME, Writer

NOON = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
#: When the edition of that day closes.
CLOSE = datetime(2026, 1, 15, tzinfo=UTC)
HERE = Feed(url="https://here.example/feed.xml", name="Here")
THERE = Feed(url="https://there.example/feed.xml", name="There")


@dataclass(slots=True)
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def pass_by(self, **span: float) -> None:
        """Let time pass; negative: set the clock back."""
        self.now += timedelta(**span)


def opened(folder: Path, *, who: str = "a test") -> Writer:
    """Open the store in a folder at noon."""
    return Writer(folder, who=who, clock=Clock())


def fill(folder: Path, *, polls: int = 1) -> None:
    """Make a store that polls have filled and that is closed again."""
    with opened(folder) as store:
        store.configure([HERE, THERE])
        for number in range(polls):
            record(store, *(item(number * 100 + one) for one in range(20)))


def item(number: int = 1, **changes: Any) -> Item:
    """Build a clean item that nothing but its number tells from others."""
    default = Item(
        title=f"Council number {number} votes on the bridge",
        source="Example News",
        guid=f"guid-{number}",
        link=f"https://news.example/articles/{number}",
        summary=f"What council {number} said.",
        published=NOON - timedelta(hours=1),
    )
    return replace(default, **changes)


def reading(*items: Item, **changes: Any) -> Reading:
    """Build what a poll brought."""
    default = Reading(
        outcome=Outcome.READ,
        status=200,
        format="RSS 2.0",
        title="A feed's own title",
        items=items,
        validators=Validators(etag='"1"', last_modified="Wed, 14 Jan 2026 11:00:00 GMT"),
        trace=Trace(body="00ff", fetched=NOON),
    )
    return replace(default, **changes)


def failure(reason: str = "HTTP 404: there is nothing at this address", **changes: Any) -> Reading:
    """Build a poll that failed."""
    return replace(Reading(outcome=Outcome.FAILED, status=404, reason=reason), **changes)


def state(store: Writer, feed: Feed = HERE) -> FeedState:
    """Give what the store remembers of a feed."""
    return next(one for one in store.archive.states() if one.feed.url == feed.url)


def record(store: Writer, *items: Item, feed: Feed = HERE, **changes: Any) -> tuple[Change, ...]:
    """Record a poll of a feed that brought these items; give what they turned out to be."""
    return record_reading(store, reading(*items, **changes), feed=feed)


def record_reading(store: Writer, brought: Reading, *, feed: Feed = HERE) -> tuple[Change, ...]:
    """Record a reading in one transaction, as the pipeline does."""
    before = state(store, feed)
    with store.transaction() as now:
        entries = identity.distinct(brought.items, feed=before.id, guids_last=before.unsteady < identity.UNSTEADY)
        known = store.known(identity.wanted(entries), feed=before.id)
        changes = identity.compare(entries, known, now=now, backfill=timedelta(days=1), first_time=not before.met)
        unsteady = identity.unsteadiness(changes, repeated=bool(brought.repeated), before=before.unsteady)
        before = replace(before, unsteady=unsteady)
        upcoming = schedule.after(before, brought, polling=Polling(), now=now)
        store.record(before, brought, changes=changes, upcoming=upcoming, now=now)
    return changes


def close(store: Writer, day: date = TODAY, *, at: datetime = CLOSE, **changes: Any) -> None:
    """Close an edition in one transaction."""
    with store.transaction():
        store.close(
            Edition(date=day, closes=at, closed=True),
            missed=changes.get("missed", ()),
            accounts=changes.get("accounts", {}).items(),
        )


def held(store: Writer, *, of: date | None = None) -> list[Stored]:
    """Give the items of an edition, None: of the open one, in the order of their ids."""
    return [one for story in store.archive.stories(of=of) for one in story.items]


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask the file itself, as any other program would."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        return connection.execute(query).fetchall()


def change(folder: Path, statement: str) -> None:
    """Change the file from outside, as a user with Datasette or the sqlite3 shell would."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(statement)


def contents(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table that polling writes."""
    tables = ("feeds", "items", "sightings", "titles", "keys", "stories", "polls", "editions")
    return {table: rows(folder, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables}
