"""What one poll found, as rows: items, sightings, keys, and what is remembered of the feed. Runs in a transaction of
the Writer's, and decides nothing: verdicts, keys and times arrive as values.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlite_utils import Database

from aggregator.core import text, urls
from aggregator.core.model import Change, FeedState, Known, Next, Outcome, Reading, Trace, Validators, Verdict
from aggregator.edges.store import states
from aggregator.edges.store.database import certain_time, time_of

#: Answers that may mean our validators, so that the next request goes without: 400, 412, 431.
_CHOKED = (HTTPStatus.BAD_REQUEST, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)


def known(db: Database, keys: Sequence[str], *, feed: int) -> dict[str, list[Known]]:
    """Give what is stored under each key, as this feed last told it where it did."""
    found: dict[str, list[Known]] = {}
    if not keys:
        return found
    rows = db.execute(
        """SELECT k.key, k.item, k.time, i.id IS NULL AS pruned, s.item IS NOT NULL AS here, s.guid, s.fingerprint,
             coalesce(s.edits, 0) AS edits,
             coalesce(s.title, i.title, '') AS title, coalesce(s.link, i.link) AS link,
             i.published
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
                guid=row["guid"],
                title=row["title"],
                link=row["link"],
                published=time_of(row["published"]),
                fingerprint=row["fingerprint"] or "",
                edits=row["edits"],
            )
        )
    return found


def poll(
    db: Database, state: FeedState, reading: Reading, changes: Sequence[Change], *, missed: int, now: datetime
) -> None:
    """Write down what this poll found, for looking back at how a feed does."""
    found = Counter(change.verdict for change in changes)
    row = {
        "feed": state.id,
        "at": text.instant(now),
        "outcome": reading.outcome,
        "status": reading.status,
        "entries": len(changes) + len(reading.repeated),
        "new": found[Verdict.NEW],
        "edited": found[Verdict.EDITED],
        "elsewhere": found[Verdict.ELSEWHERE],
        "missed": missed,
        "left_out": reading.left_out,
        "reason": reading.reason,
    }
    _insert(db, "polls", row)


def _insert(db: Database, table: str, row: Mapping[str, object]) -> int | None:
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    return db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values())).lastrowid  # noqa: S608 - our own names


def change(db: Database, change: Change, *, feed: FeedState, now: datetime) -> int:
    """Store one entry as what it was judged to be, and give its item; ``now`` is when what is new counts as seen."""
    item = change.known
    if change.verdict is Verdict.NEW:
        item = _insert_item(db, change, feed=feed, now=now)
    if item is None:
        raise ValueError(f"a change to a known item names none: {change}")
    if change.verdict is not Verdict.UNCHANGED:
        _record_sighting(db, item, change, feed=feed, now=now)
    if change.verdict is Verdict.EDITED:
        _correct(db, item, change, feed=feed)
    if change.verdict is Verdict.ELSEWHERE and change.shown:
        db.execute("UPDATE items SET shown = 1 WHERE id = ? AND NOT shown AND edition IS NULL", [item])
    if change.verdict is Verdict.ELSEWHERE and change.item.link:  # a list names articles that it does not link to
        db.execute(
            "UPDATE items SET link = ?, edits = edits + 1 WHERE id = ? AND link IS NULL", [change.item.link, item]
        )
    time = text.instant(_item_time(change, now=now))
    db.conn.executemany(
        "INSERT INTO keys (key, item, time) VALUES (?, ?, ?)"
        " ON CONFLICT (key, item) DO UPDATE SET time = max(time, excluded.time)",
        [(key, item, time) for key in change.keys],
    )
    return item


def _insert_item(db: Database, change: Change, *, feed: FeedState, now: datetime) -> int:
    story = db.execute("INSERT INTO stories (first_seen) VALUES (?)", [text.instant(now)]).lastrowid
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
        "published": text.instant(item.published),
        "first_seen": text.instant(now),
        "time": text.instant(_item_time(change, now=now)),
        "shown": change.shown,
    }
    identity = _insert(db, "items", row)
    if identity is None:
        raise ValueError("SQLite gave a new item no id")
    return identity


def _record_sighting(db: Database, item: int, change: Change, *, feed: FeedState, now: datetime) -> None:
    told = change.item
    db.execute(
        """INSERT INTO sightings (item, feed, name, guid, link, title, fingerprint, first_seen)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (item, feed) DO UPDATE SET guid = excluded.guid, link = excluded.link,
             title = excluded.title, fingerprint = excluded.fingerprint, edits = edits + 1""",
        [item, feed.id, feed.name, told.guid, told.link, told.title, change.fingerprint, text.instant(now)],
    )
    db.execute(
        "INSERT OR IGNORE INTO titles (item, feed, title, first_seen) VALUES (?, ?, ?, ?)",
        [item, feed.id, told.title, text.instant(now)],
    )


def _correct(db: Database, item: int, change: Change, *, feed: FeedState) -> None:
    """Take over what the feed that brought an item says of it now; its dates and its edition stay."""
    told = change.item
    db.execute(
        """UPDATE items SET edits = edits + ((title, coalesce(link, ''), summary, author)
             IS NOT (:title, coalesce(:link, link, ''), :summary, :author)),
             title = :title, link = coalesce(:link, link), summary = :summary, content = :content, author = :author,
             feed = :feed
           WHERE id = :item AND place IS NULL
             AND (feed = :feed OR feed IN (SELECT id FROM feeds WHERE NOT configured))""",
        {
            "title": told.title,
            "link": told.link,
            "summary": told.summary,
            "content": told.content,
            "author": told.author,
            "feed": feed.id,
            "item": item,
        },
    )


def feed(db: Database, state: FeedState, reading: Reading, *, entries: bytes, upcoming: Next, now: datetime) -> None:
    """Remember of a feed what its next poll needs to know; ``state`` has its rhythm and pace as they are now."""
    row: dict[str, object] = {
        "last_polled": text.instant(now),
        "next_poll": text.instant(upcoming.at),
        "next_reason": upcoming.reason,
        "moved": reading.moved,
        **(_failure(state, reading, now=now) if reading.reason else _success(state, reading, entries)),
    }
    if reading.moved != state.moved:
        row["host"] = urls.host(reading.moved or state.feed.url)
    settings = ", ".join(f"{column} = ?" for column in row)
    quiet = (text.instant(now), text.instant(now + timedelta(days=1)), *[text.instant(upcoming.quiet_until)] * 2)
    db.execute(f"UPDATE feeds SET {settings}, {_QUIET} WHERE id = ?", [*row.values(), *quiet, state.id])  # noqa: S608 - our own names
    if upcoming.host_quiet:
        _quieten(db, reading.host or urls.host(state.address), until=upcoming.quiet_until)
    if reading.reason:
        _send_home(db, state)


#: How long nothing may be asked of a feed. A quiet that its host asked for while the feed was being read lasts.
_QUIET = """quiet_until = CASE WHEN quiet_until BETWEEN ? AND ? THEN max(quiet_until, coalesce(?, '')) ELSE ? END"""


def _quieten(db: Database, host: str, *, until: datetime | None) -> None:
    """Remember how long nothing may be asked of a host, since that said so."""
    db.execute(
        "UPDATE feeds SET quiet_until = max(coalesce(quiet_until, ''), ?) WHERE host = ?", [text.instant(until), host]
    )


def _send_home(db: Database, state: FeedState) -> None:
    """Have feeds that moved to an address which fails now asked for at their own again; nobody else would notice."""
    led_there = db.execute("SELECT id, url FROM feeds WHERE moved = ? AND id != ?", [state.address, state.id])
    for row in led_there.fetchall():
        columns = {"moved": None, "host": urls.host(row["url"]), **_trace(Trace()), **_validators(Validators())}
        settings = ", ".join(f"{column} = ?" for column in columns)
        db.execute(f"UPDATE feeds SET {settings} WHERE id = ?", [*columns.values(), row["id"]])  # noqa: S608 - our own names


def shows(before: FeedState, reading: Reading, changes: Sequence[Change]) -> bool:
    """Ask whether a page may look different after this poll."""
    is_trouble_new = (reading.reason or None) != before.last_error
    is_named_anew = reading.outcome is Outcome.READ and before.name != (before.feed.name or reading.title)
    found = any(change.verdict is not Verdict.UNCHANGED for change in changes)
    return found or is_trouble_new or is_named_anew or before.last_polled is None


def count_revision(db: Database) -> None:
    """Count a change that a page may show."""
    db.execute("UPDATE library SET revision = revision + 1")


def _item_time(change: Change, *, now: datetime) -> datetime:
    return min(change.item.published or now, now)


def _validators(validators: Validators) -> dict[str, object]:
    return {"etag": validators.etag, "last_modified": validators.last_modified}


def _success(state: FeedState, reading: Reading, entries: bytes) -> dict[str, object]:
    row: dict[str, object] = {
        "failures": 0,
        "failing_since": None,
        "last_error": None,
        **_validators(reading.validators),
        **_trace(reading.trace),
        "pace": states.seconds(state.pace),
    }
    if reading.outcome is Outcome.READ:
        row |= {
            "title": reading.title,
            "met": state.met or bool(reading.items),
            "pieces": entries,
            "head": reading.head,
            "entries": len(reading.items) + len(reading.repeated),
            "left_out": reading.left_out,
            "unsteady": state.unsteady,
            "timetable": states.timetable_text(reading.timetable),
            **states.rhythm_row(state.rhythm),
        }
    return row


def _trace(trace: Trace) -> dict[str, object]:
    return {
        "body_hash": trace.body,
        "tail_hash": trace.tail,
        "head_read": text.instant(trace.head_read),
        "fetched": text.instant(trace.fetched),
    }


def _failure(state: FeedState, reading: Reading, *, now: datetime) -> dict[str, object]:
    since = text.instant(state.failing_since or now)
    row: dict[str, object] = {"failures": state.failures + 1, "failing_since": since, "last_error": reading.reason}
    row["gone"] = reading.outcome is Outcome.GONE
    if reading.status in _CHOKED or reading.moved != state.moved:  # another address knows nothing of these
        row |= {**_trace(Trace()), **_validators(Validators())}
    return row
