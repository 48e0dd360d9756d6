"""Writing: what a poll found, and closing editions. One writer, one transaction a feed, all or nothing.

Decides nothing: verdicts, keys and times to come arrive as values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from aggregator.core.model import (
    Change,
    Edition,
    Feed,
    FeedState,
    Known,
    Missed,
    Next,
    Outcome,
    Reading,
    Validators,
    Verdict,
)
from aggregator.edges.store.archive import Archive
from aggregator.edges.store.database import (
    FILE_NAME,
    PATIENCE,
    certain_time,
    connect,
    explained,
    lock,
    text_of,
    time_of,
)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Writer:
    """The store, opened by the one process that may change it; a context manager.

    Raises StoreBusy when another process writes to this folder, StoreError when the database cannot be used.
    """

    def __init__(self, folder: Path, *, who: str, clock: Callable[[], datetime] = _wall_clock) -> None:
        self._clock = clock
        self._path = folder / FILE_NAME
        with ExitStack() as stack:
            stack.enter_context(lock(folder, who=who))
            self._db = connect(folder, write=True)
            stack.callback(self._db.close)
            self._ensure_name()
            self.archive = Archive(self._db)
            self._open = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def _ensure_name(self) -> None:
        self._db.execute(
            "INSERT INTO library (id, created) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM library)",
            [str(uuid4()), text_of(self._clock())],
        )

    @contextmanager
    def transaction(self) -> Iterator[datetime]:
        """Do all or nothing, and give the moment at which it happens: the first-seen of what is recorded in it.

        Never before the last edition's close, whatever the clock does, so that nothing enters a closed edition.
        Raises StoreError when the file cannot take it, as on a full disk.
        """
        with explained(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._now()
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.conn.in_transaction:  # on a full disk SQLite has rolled back by itself
                    self._db.execute("ROLLBACK")
                raise

    def _now(self) -> datetime:
        now = self._clock().replace(microsecond=0)
        closed = self._db.execute("SELECT max(closes) FROM editions").fetchone()[0]
        return max(now, certain_time(closed)) if closed else now

    # --- feeds ---------------------------------------------------------------------------------------------------

    def configure(self, feeds: Sequence[Feed]) -> None:
        """Make the table of feeds agree with feeds.yaml; what is known of feeds that left it stays."""
        with self.transaction():
            for position, feed in enumerate(feeds):
                self._configure(feed, position=position)
            listed = json.dumps([feed.url for feed in feeds])
            self._db.execute(
                "UPDATE feeds SET configured = 0 WHERE url NOT IN (SELECT value FROM json_each(?))", [listed]
            )

    def _configure(self, feed: Feed, *, position: int) -> None:
        row = self._db.execute("SELECT * FROM feeds WHERE url = ?", [feed.url]).fetchone()
        every = int(feed.every.total_seconds())
        if row is None:
            self._db.execute(
                "INSERT INTO feeds (url, name, category, every, position) VALUES (?, ?, ?, ?, ?)",
                [feed.url, feed.name, feed.category, every, position],
            )
            return
        polled, upcoming = time_of(row["last_polled"]), time_of(row["next_poll"])
        if polled and upcoming and every < row["every"]:
            upcoming = min(upcoming, polled + feed.every)
        returned = not row["configured"]  # taken out and put back: the user wants it tried again
        self._db.execute(
            "UPDATE feeds SET name = ?, category = ?, every = ?, position = ?, configured = 1, next_poll = ?,"
            " gone = gone AND NOT ? WHERE id = ?",
            [feed.name, feed.category, every, position, text_of(upcoming), returned, row["id"]],
        )

    # --- recording -----------------------------------------------------------------------------------------------

    def known(self, keys: Sequence[str], *, feed: int) -> dict[str, list[Known]]:
        """Give what is stored under each key, as this feed last told it where it did."""
        found: dict[str, list[Known]] = {}
        rows = self._db.execute(
            """SELECT k.key, k.item, k.time, i.id IS NULL AS pruned, s.item IS NOT NULL AS here, s.fingerprint,
                 coalesce(s.title, i.title, '') AS title, coalesce(s.link, i.link) AS link
               FROM json_each(?) wanted JOIN keys k ON k.key = wanted.value
               LEFT JOIN items i ON i.id = k.item LEFT JOIN sightings s ON s.item = k.item AND s.feed = ?
               ORDER BY k.key, k.item""",
            [json.dumps(keys), feed],
        )
        for row in rows:
            found.setdefault(row["key"], []).append(
                Known(
                    key=row["key"],
                    item=row["item"],
                    time=certain_time(row["time"]),
                    pruned=bool(row["pruned"]),
                    here=bool(row["here"]),
                    title=row["title"],
                    link=row["link"],
                    fingerprint=row["fingerprint"] or "",
                )
            )
        return found

    def record(
        self, state: FeedState, reading: Reading, *, changes: Sequence[Change], upcoming: Next, now: datetime
    ) -> None:
        """Store what one poll found: items, sightings, keys, validators and the next poll; inside a transaction."""
        for change in changes:
            self._record_change(change, feed=state, now=now)
        self._record_feed(state, reading, upcoming=upcoming, now=now)
        counts = [sum(change.verdict is verdict for change in changes) for verdict in (Verdict.NEW, Verdict.EDITED)]
        elsewhere = sum(change.verdict is Verdict.ELSEWHERE for change in changes)
        self._db.execute(
            "INSERT INTO polls (feed, at, outcome, status, entries, new, edited, elsewhere, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [state.id, text_of(now), reading.outcome, reading.status, len(changes), *counts, elsewhere, reading.reason],
        )

    def _record_change(self, change: Change, *, feed: FeedState, now: datetime) -> None:
        item = change.known
        if change.verdict is Verdict.NEW:
            item = self._insert_item(change, feed=feed, now=now)
        if item is None:
            raise ValueError(f"a change to a known item names none: {change}")
        if change.verdict is not Verdict.UNCHANGED:
            self._record_sighting(item, change, feed=feed, now=now)
        if change.verdict is Verdict.EDITED:
            self._correct(item, change, feed=feed, now=now)
        if change.verdict is Verdict.ELSEWHERE and change.shown:
            self._db.execute("UPDATE items SET shown = 1 WHERE id = ? AND NOT shown AND edition IS NULL", [item])
        time = text_of(_item_time(change, now=now))
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO keys (key, item, time) VALUES (?, ?, ?)", [(key, item, time) for key in change.keys]
        )

    def _insert_item(self, change: Change, *, feed: FeedState, now: datetime) -> int:
        story = self._db.execute("INSERT INTO stories (first_seen) VALUES (?)", [text_of(now)]).lastrowid
        item = change.item
        row = {
            "story": story,
            "title": item.title,
            "source": item.source,
            "link": item.link,
            "summary": item.summary,
            "content": item.content,
            "author": item.author,
            "language": item.language,
            "category": feed.feed.category or "",
            "feed": feed.id,
            "published": text_of(item.published),
            "first_seen": text_of(now),
            "time": text_of(_item_time(change, now=now)),
            "shown": change.shown,
        }
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        identity = self._db.execute(f"INSERT INTO items ({columns}) VALUES ({places})", list(row.values())).lastrowid  # noqa: S608 - our own names
        if identity is None:
            raise ValueError("SQLite gave a new item no id")
        return identity

    def _record_sighting(self, item: int, change: Change, *, feed: FeedState, now: datetime) -> None:
        told = change.item
        self._db.execute(
            """INSERT INTO sightings (item, feed, guid, link, title, fingerprint, first_seen)
               VALUES (?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (item, feed) DO UPDATE SET guid = excluded.guid, link = excluded.link,
                 title = excluded.title, fingerprint = excluded.fingerprint""",
            [item, feed.id, told.guid, told.link, told.title, change.fingerprint, text_of(now)],
        )
        self._db.execute(
            "INSERT OR IGNORE INTO titles (item, feed, title, first_seen) VALUES (?, ?, ?, ?)",
            [item, feed.id, told.title, text_of(now)],
        )

    def _correct(self, item: int, change: Change, *, feed: FeedState, now: datetime) -> None:
        """Take over what the feed that brought an item says of it now; its dates and its edition stay."""
        told = change.item
        self._db.execute(
            "UPDATE items SET title = ?, link = coalesce(?, link), summary = ?, content = ?, author = ?, edited = ?"
            " WHERE id = ? AND feed = ?",
            [told.title, told.link, told.summary, told.content, told.author, text_of(now), item, feed.id],
        )

    def _record_feed(self, state: FeedState, reading: Reading, *, upcoming: Next, now: datetime) -> None:
        row: dict[str, object] = {
            "last_polled": text_of(now),
            "next_poll": text_of(upcoming.at),
            "next_reason": upcoming.reason,
            "quiet_until": text_of(upcoming.quiet_until),
            **(_failure(state, reading, now=now) if reading.reason else _success(state, reading)),
        }
        settings = ", ".join(f"{column} = ?" for column in row)
        self._db.execute(f"UPDATE feeds SET {settings} WHERE id = ?", [*row.values(), state.id])  # noqa: S608 - our own names

    # --- editions ------------------------------------------------------------------------------------------------

    def close(self, edition: Edition, *, missed: Sequence[Missed]) -> None:
        """Close an edition, inside a transaction: what was first seen before its close and is in none yet is in it."""
        notes = [{"name": one.name, "reason": one.reason, "since": text_of(one.since)} for one in missed]
        self._db.execute(
            "INSERT INTO editions (date, closes, missed) VALUES (?, ?, ?)",
            [edition.date.isoformat(), text_of(edition.closes), json.dumps(notes, ensure_ascii=False)],
        )
        self._db.execute(
            "UPDATE items SET edition = ? WHERE edition IS NULL AND first_seen < ?",
            [edition.date.isoformat(), text_of(edition.closes)],
        )

    # --- upkeep --------------------------------------------------------------------------------------------------

    def tidy(self, *, keep_polls: timedelta) -> None:
        """Forget old poll records, fold the write-ahead log back and refresh the planner's statistics."""
        with self.transaction() as now:
            self._db.execute("DELETE FROM polls WHERE at < ?", [text_of(now - keep_polls)])
        self._db.execute("PRAGMA optimize")
        self._db.execute("PRAGMA busy_timeout = 500")  # do not wait for a long export: there is a next time
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._db.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def _item_time(change: Change, *, now: datetime) -> datetime:
    return min(change.item.published or now, now)


def _validators(validators: Validators) -> dict[str, object]:
    return {"etag": validators.etag, "last_modified": validators.last_modified}


def _success(state: FeedState, reading: Reading) -> dict[str, object]:
    row = {"failures": 0, "failing_since": None, "last_error": None, **_validators(reading.validators)}
    ttl = reading.hints.ttl
    row |= {"body_hash": reading.body_hash, "ttl": int(ttl.total_seconds()) if ttl else None}
    if reading.outcome is Outcome.READ:
        row |= {"title": reading.title, "met": state.met or bool(reading.items)}
    return row


def _failure(state: FeedState, reading: Reading, *, now: datetime) -> dict[str, object]:
    since = text_of(state.failing_since or now)
    gone = reading.outcome is Outcome.GONE
    return {"failures": state.failures + 1, "failing_since": since, "last_error": reading.reason, "gone": gone}
