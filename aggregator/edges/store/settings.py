"""The table of feeds made to agree with feeds.yaml. Runs in a transaction of the Writer's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

from sqlite_utils import Database

from aggregator.core import text, urls
from aggregator.core.model import Feed
from aggregator.edges.store.database import time_of


def configure(db: Database, feeds: Sequence[Feed], *, shortest: timedelta) -> bool:
    """Add what is new, change what was changed, and mark what is not listed; nothing that is known of a feed goes.

    Tells whether anything was different.
    """
    before = db.conn.total_changes
    rows = {row["url"]: row for row in db.execute("SELECT * FROM feeds")}
    _follow(db, feeds, rows)
    for position, feed in enumerate(feeds):
        if feed.url in rows:
            _change(db, rows[feed.url], feed, position=position, shortest=shortest)
        else:
            _add(db, feed, position=position)
    listed = {feed.url for feed in feeds}
    for row in rows.values():
        if row["configured"] and row["url"] not in listed:
            db.execute("UPDATE feeds SET configured = 0 WHERE id = ?", [row["id"]])
    return db.conn.total_changes > before


def _follow(db: Database, feeds: Sequence[Feed], rows: dict[str, sqlite3.Row]) -> None:
    """Keep what is known of a feed whose user has put its new address in the place of the old one."""
    listed = {feed.url for feed in feeds}
    moved = {row["moved"]: row for row in rows.values() if row["moved"] and row["url"] not in listed}
    for url in [url for url in moved if url in listed and url not in rows]:
        db.execute("UPDATE feeds SET url = ?, moved = NULL WHERE id = ?", [url, moved[url]["id"]])
        del rows[moved[url]["url"]]
        rows[url] = db.execute("SELECT * FROM feeds WHERE url = ?", [url]).fetchone()


def _add(db: Database, feed: Feed, *, position: int) -> None:
    db.execute(
        "INSERT INTO feeds (url, host, name, category, every, weight, paywall, grouped, type, position)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [feed.url, urls.host(feed.url), *_told(feed), position],
    )


def _change(db: Database, row: sqlite3.Row, feed: Feed, *, position: int, shortest: timedelta) -> None:
    host = urls.host(row["moved"] or feed.url)
    wanted = (host, *_told(feed), position, 1)
    if wanted == tuple(row[column] for column in ("host", *_TOLD, "position", "configured")):
        return
    returned = not row["configured"]  # taken out and put back: the user wants it tried again
    db.execute(
        "UPDATE feeds SET host = ?, name = ?, category = ?, every = ?, weight = ?, paywall = ?, grouped = ?, type = ?,"
        " position = ?, configured = ?, next_poll = ?, gone = gone AND NOT ? WHERE id = ?",
        [*wanted, _upcoming(row, feed, shortest=shortest), returned, row["id"]],
    )
    if feed.type != row["type"]:  # what is remembered was understood as a document of another kind
        db.execute(
            "UPDATE feeds SET etag = NULL, last_modified = NULL, body_hash = NULL, tail_hash = NULL, head_read = NULL,"
            " pieces = x'', next_poll = NULL WHERE id = ?",
            [row["id"]],
        )


def _upcoming(row: sqlite3.Row, feed: Feed, *, shortest: timedelta) -> str | None:
    """Bring the next poll forward where the user has shortened what it waits for."""
    polled, upcoming = time_of(row["last_polled"]), time_of(row["next_poll"])
    is_shorter = feed.every is not None and (_every(feed) < row["every"] or not row["every"])
    if polled and upcoming and feed.every and is_shorter and row["next_reason"].startswith(("every", "auto")):
        upcoming = min(upcoming, polled + max(feed.every, shortest))
    return text.instant(upcoming)


#: The columns of what a line of feeds.yaml tells, besides its address.
_TOLD = ("name", "category", "every", "weight", "paywall", "grouped", "type")


def _told(feed: Feed) -> tuple[object, ...]:
    return feed.name, feed.category, _every(feed), feed.weight, feed.paywall, feed.grouped, feed.type


def _every(feed: Feed) -> int:
    """Write the interval in seconds; 0: as often as the feed publishes."""
    return int(feed.every.total_seconds()) if feed.every else 0
