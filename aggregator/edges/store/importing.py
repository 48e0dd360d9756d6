"""Lines of a headline list as rows: items of the edition of their date seen, in the order of the list.

Runs in a transaction of the Writer's, and decides nothing: which lines are new, and where they belong, arrives as
values.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace
from sqlite_utils import Database

from aggregator.core import text
from aggregator.core.model import Change, Edition, FeedState
from aggregator.edges.store import recording, states

#: Stands for all imported lists where a feed is asked for; no settings file can name it.
URL = "import:headlines"


def feed(db: Database) -> FeedState:
    """Give what stands for the imported lists among the feeds, making it where there is none."""
    db.execute(
        "INSERT INTO feeds (url, name, every, configured) VALUES (?, ?, 0, 0) ON CONFLICT (url) DO NOTHING",
        [URL, "Imported headlines"],
    )
    row = db.execute("SELECT *, 0 AS seen FROM feeds WHERE url = ?", [URL]).fetchone()
    return states.state(row)


def add(db: Database, changes: Iterable[Change], *, feed: FeedState, seen: datetime, closed: Edition | None) -> None:
    """Store new lines, first seen then, at the end of what was imported before.

    ``closed`` is the edition that they belong to, made where it does not exist; None: it is still open.
    """
    if closed:
        db.execute(
            "INSERT INTO editions (date, closes) VALUES (?, ?) ON CONFLICT (date) DO NOTHING",
            [closed.date.isoformat(), text.instant(closed.closes)],
        )
    for change in changes:
        told = replace(feed, name=change.item.source)  # so that no page says that it was "also in" the import
        item = recording.change(db, change, feed=told, now=seen)
        db.execute(
            "UPDATE items SET place = 1 + (SELECT coalesce(max(place), 0) FROM items WHERE place IS NOT NULL),"
            " edition = :edition, printed = iif(:edition IS NULL, NULL, story) WHERE id = :item",
            {"edition": closed.date.isoformat() if closed else None, "item": item},
        )
