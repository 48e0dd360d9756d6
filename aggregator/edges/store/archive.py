"""Reading: the feeds and how they do, editions and their stories, what goes into pages, feeds and exports.

Changes nothing; works beside a running writer.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from uuid import UUID, uuid5

from sqlite_utils import Database

from aggregator.core import text, urls
from aggregator.core.model import Edition, FeedState, Missed, Sighting, Stored, Story
from aggregator.edges.store import states
from aggregator.edges.store.database import FILE_NAME, certain_time, connect, explained, time_of

_ITEMS = "SELECT * FROM items i WHERE "


class Archive:
    """The store, opened for reading."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Archive | None]:
        """Open the store in a folder; None where there is none yet. Raises StoreError when it cannot be used."""
        path = folder / FILE_NAME
        if not path.exists() or not path.stat().st_size:
            yield None
            return
        db = connect(folder)
        try:
            with explained(folder / FILE_NAME):
                db.execute("PRAGMA query_only = ON")
                db.execute("BEGIN")  # one snapshot for everything that is read
                yield cls(db)
        finally:
            db.close()

    # --- feeds ---------------------------------------------------------------------------------------------------

    def states(self) -> list[FeedState]:
        """Give the state of every configured feed, in the order of feeds.yaml, with the items seen in it."""
        rows = self._db.execute(
            "SELECT f.*, (SELECT count(*) FROM sightings s WHERE s.feed = f.id) AS seen FROM feeds f"
            " WHERE configured ORDER BY position"
        )
        return states.with_twins(states.state(row) for row in rows)

    def waiting(self, *, until: datetime | None) -> list[FeedState]:
        """Give the configured feeds that may be due by then, None: all; quick, so their items are not counted.

        A feed that was polled after ``until`` is among them: the clock has gone back. One that ends at the address of
        another is not.
        """
        rows = self._db.execute(
            f"SELECT f.*, 0 AS seen FROM feeds f WHERE configured AND {states.IS_POLLED} AND"  # noqa: S608 - our own words
            " (:until IS NULL OR next_poll IS NULL OR next_poll <= :until OR last_polled > :until)",
            {"until": text.instant(until)},
        )
        return [states.state(row) for row in rows]

    def newest_times(self, feed: int, *, limit: int) -> list[datetime]:
        """Give the item times of the items that a feed brought last."""
        rows = self._db.execute(
            "SELECT i.time FROM (SELECT item FROM sightings WHERE feed = ? ORDER BY item DESC LIMIT ?) s"
            " JOIN items i ON i.id = s.item",
            [feed, limit],
        )
        return [certain_time(row[0]) for row in rows]

    def asked(self) -> int:
        """Count the configured feeds that have been polled at least once."""
        rows = self._db.execute("SELECT count(*) FROM feeds WHERE configured AND last_polled IS NOT NULL")
        return int(rows.fetchone()[0])

    def missed(self) -> list[Missed]:
        """Give the configured feeds that cannot be read now, and why."""
        rows = self._db.execute(
            "SELECT * FROM feeds WHERE configured AND failing_since IS NOT NULL ORDER BY position"
        ).fetchall()
        return [
            Missed(name=states.name(row), reason=row["last_error"], since=certain_time(row["failing_since"]))
            for row in rows
        ]

    def revision(self) -> int:
        """Give a number that grows with everything that may change a page."""
        return int(self._db.execute("SELECT revision FROM library").fetchone()[0])

    def published(self) -> str:
        """Give the stamp of the pages as they were last written; "" before that."""
        return str(self._db.execute("SELECT published FROM library").fetchone()[0])

    # --- editions ------------------------------------------------------------------------------------------------

    def closed(self) -> list[Edition]:
        """Give the closed editions, newest first."""
        rows = self._db.execute("SELECT * FROM editions ORDER BY date DESC")
        return [_edition(row) for row in rows]

    def last_closed(self) -> date | None:
        """Give the date of the edition that closed last."""
        newest = self._db.execute("SELECT max(date) FROM editions").fetchone()[0]
        return date.fromisoformat(newest) if newest else None

    def open_moments(self) -> list[datetime]:
        """Give the moments at which items in no edition yet were first seen, oldest first."""
        rows = self._db.execute("SELECT DISTINCT first_seen FROM items WHERE edition IS NULL ORDER BY first_seen")
        return [certain_time(row[0]) for row in rows]

    def revisions(self) -> dict[date, str]:
        """Give for each closed edition a text that changes when one of its items was corrected or pruned."""
        rows = self._db.execute(
            "SELECT edition, count(*), sum(shown), sum(edits) FROM items WHERE edition IS NOT NULL GROUP BY edition"
        )
        return {date.fromisoformat(row[0]): f"{row[1]} {row[2]} {row[3]}" for row in rows}

    # --- stories -------------------------------------------------------------------------------------------------

    def stories(self, *, of: date | None, hidden: bool = True) -> list[Story]:
        """Give the stories of a closed edition with the items that are in it; ``of`` None: of no edition yet.

        ``hidden`` tells whether items that no page shows are given too.
        """
        rows = self._db.execute(
            f"{_ITEMS} i.edition IS ? AND (i.shown OR ?) ORDER BY i.id", [of.isoformat() if of else None, hidden]
        )
        return self._stories(rows.fetchall())

    def newest(self, *, limit: int) -> list[Story]:
        """Give the shown stories, newest first by first-seen."""
        rows = self._db.execute(
            f"{_ITEMS} i.story IN (SELECT s.id FROM stories s WHERE EXISTS (SELECT 1 FROM items n WHERE n.story = s.id"  # noqa: S608
            " AND n.shown) ORDER BY s.first_seen DESC, s.id DESC LIMIT ?) AND i.shown ORDER BY i.id",
            [limit],
        )
        stories = self._stories(rows.fetchall())
        return sorted(stories, key=lambda story: (story.lead.first_seen, story.id), reverse=True)

    def category_order(self, *, of: date | None) -> dict[str, int]:
        """Rank the categories of an edition by the feeds that brought them, from its own items alone."""
        edition = of.isoformat() if of else None
        rows = self._db.execute("SELECT category, min(feed) FROM items WHERE edition IS ? GROUP BY category", [edition])
        return {row[0]: row[1] for row in rows}

    def _stories(self, rows: Sequence[sqlite3.Row]) -> list[Story]:
        items = [row["id"] for row in rows]
        sightings, titles = self._sightings(items), self._titles(items)
        library = UUID(self._db.execute("SELECT id FROM library").fetchone()[0])
        grouped: dict[int, list[Stored]] = defaultdict(list)
        for row in rows:
            earlier = [title for title in titles.get((row["id"], row["feed"]), ()) if title != row["title"]]
            grouped[row["story"]].append(_stored(row, sightings=sightings[row["id"]], earlier=earlier))
        return [
            Story(id=story, guid=f"urn:uuid:{uuid5(library, f'story {story}')}", items=tuple(members))
            for story, members in grouped.items()
        ]

    def _sightings(self, items: Iterable[int]) -> dict[int, list[Sighting]]:
        rows = self._db.execute(
            "SELECT s.*, f.url FROM json_each(?) wanted"
            " JOIN sightings s ON s.item = wanted.value JOIN feeds f ON f.id = s.feed ORDER BY s.first_seen, s.feed",
            [json.dumps(list(items))],
        )
        found: dict[int, list[Sighting]] = defaultdict(list)
        for row in rows:
            found[row["item"]].append(_sighting(row))
        return found

    def _titles(self, items: Iterable[int]) -> dict[tuple[int, int], list[str]]:
        rows = self._db.execute(
            "SELECT t.* FROM json_each(?) wanted JOIN titles t ON t.item = wanted.value ORDER BY t.first_seen, t.rowid",
            [json.dumps(list(items))],
        )
        found: dict[tuple[int, int], list[str]] = defaultdict(list)
        for row in rows:
            found[row["item"], row["feed"]].append(row["title"])
        return found


def _edition(row: sqlite3.Row) -> Edition:
    missed = tuple(
        Missed(name=note["name"], reason=note["reason"], since=certain_time(note["since"]))
        for note in json.loads(row["missed"])
    )
    return Edition(date=date.fromisoformat(row["date"]), closes=certain_time(row["closes"]), closed=True, missed=missed)


def _sighting(row: sqlite3.Row) -> Sighting:
    return Sighting(
        feed=urls.public(row["url"]),
        name=row["name"],
        guid=row["guid"],
        link=row["link"],
        title=row["title"],
        first_seen=certain_time(row["first_seen"]),
    )


def _stored(row: sqlite3.Row, *, sightings: Iterable[Sighting], earlier: Iterable[str]) -> Stored:
    return Stored(
        id=row["id"],
        story=row["story"],
        title=row["title"],
        source=row["source"],
        link=row["link"],
        published=time_of(row["published"]),
        first_seen=certain_time(row["first_seen"]),
        time=certain_time(row["time"]),
        shown=bool(row["shown"]),
        summary=row["summary"],
        author=row["author"],
        category=row["category"],
        language=row["language"],
        edition=date.fromisoformat(row["edition"]) if row["edition"] else None,
        earlier_titles=tuple(earlier),
        sightings=tuple(sightings),
    )
