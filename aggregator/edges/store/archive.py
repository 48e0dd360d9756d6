"""Reading: the feeds and how they do, editions and their stories, what goes into pages, feeds and exports.

Changes nothing; works beside a running writer.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from aggregator.core import text
from aggregator.core.accounts import Told
from aggregator.core.model import (
    Account,
    Edition,
    FeedState,
    Listed,
    Lone,
    Missed,
    Open,
    Placed,
    Report,
    Shelf,
    Stored,
    Story,
    Tie,
)
from aggregator.edges.store import grouping, holding, items, states, stories
from aggregator.edges.store.database import FILE_NAME, certain_time, connect, explained
from aggregator.edges.store.grouping import Basis, Candidate


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
        rows = self._db.execute(
            "SELECT DISTINCT first_seen FROM ("  # in the order of their index, moments that are equal come together
            "SELECT DISTINCT shown, edits, first_seen FROM items WHERE edition IS NULL) ORDER BY first_seen"
        )
        return [certain_time(row[0]) for row in rows]

    def revisions(self) -> dict[date, str]:
        """Give for each closed edition a text that changes when one of its items was corrected or pruned."""
        rows = self._db.execute(
            "SELECT edition, count(*), sum(shown), sum(edits) FROM items WHERE edition IS NOT NULL GROUP BY edition"
        )
        return {date.fromisoformat(row[0]): f"{row[1]} {row[2]} {row[3]}" for row in rows}

    # --- stories -------------------------------------------------------------------------------------------------

    def stories(self, *, of: date | None, hidden: bool = True, seen: Sequence[datetime] | None = None) -> Shelf[Story]:
        """Give the stories of a closed edition with the items that are in it; ``of`` None: of no edition yet.

        Those of a closed edition are as it printed them, however stories have been regrouped since. ``hidden`` tells
        whether items that no page shows are given too, ``seen`` when those that are given were first seen (None: ever).
        """
        return holding.held(self._db, of, hidden=hidden, seen=seen)

    def lone(self, *, of: date | None, hidden: bool = True, seen: Sequence[datetime] | None = None) -> Iterator[Lone]:
        """Give those of ``stories`` of which one report by one outlet is all that there ever was."""
        return holding.lone(self._db, of, hidden=hidden, seen=seen)

    def affairs(self, *, of: date | None, seen: Sequence[datetime] | None = None) -> dict[int, int]:
        """Give the affairs of those of ``stories`` that belong to one."""
        return holding.affairs(self._db, of, seen=seen)

    def newest_time(self, *, hidden: bool, seen: Sequence[datetime]) -> datetime | None:
        """Give the time of the newest item that is in no edition yet, of those first seen then; None: there is none."""
        return holding.newest_time(self._db, hidden=hidden, seen=seen)

    def listed(self, numbers: Sequence[int]) -> list[Listed]:
        """Give items as a headline list has them, in the order in which they are named."""
        return items.listed(self._db, numbers)

    def newest(self, *, limit: int) -> list[Story]:
        """Give the shown stories that came in feeds, newest first by first-seen; none that was announced otherwise."""
        return stories.newest(self._db, limit=limit)

    def announcing(self, *, limit: int) -> list[int]:
        """Give the ids of what ``newest`` gives."""
        return stories.announcing(self._db, limit=limit)

    def story(self, number: int) -> Story | None:
        """Give a story with all its items, by its id or by one that it once had; None where there never was one."""
        return stories.whole(self._db, number)

    def accounts(self, numbers: Sequence[int], *, of: date) -> dict[int, Account]:
        """Give what a closed edition said of these stories."""
        return stories.accounts(self._db, numbers, of)

    def told(self, numbers: Sequence[int], *, before: date | None) -> dict[int, Told]:
        """Give what editions before a date (None: all closed ones) have told of these stories, for those they told."""
        return stories.told(self._db, numbers, before=before)

    def printed(self, number: int, *, of: date) -> int:
        """Give the id under which an edition printed a story."""
        return stories.printed(self._db, number, of=of)

    def nearest(self, items: Sequence[Stored], *, limit: int) -> list[tuple[Stored, float]]:
        """Give the open items of other stories that are most alike to one of these, and how much."""
        return stories.nearest(self._db, [item.id for item in items], limit=limit)

    def search(self, words: str) -> list[int]:
        """Give the stories told under a headline with these words, however they are spelt, the newest first."""
        return stories.search(self._db, words)

    def find(self, article: str) -> list[int]:
        """Give the items that go by a link, or by "Title - Source"; the newest first."""
        return stories.find(self._db, article)

    def category_order(self, *, of: date | None) -> dict[str, int]:
        """Rank the categories of an edition by the feeds that brought them, from its own items alone."""
        edition = of.isoformat() if of else None
        rows = self._db.execute(
            "SELECT category, min(feed) FROM ("  # likewise
            "SELECT category, min(feed) AS feed FROM items WHERE edition IS ?"
            " GROUP BY shown, edits, first_seen, category) GROUP BY category",
            [edition],
        )
        return {row[0]: row[1] for row in rows}

    def stories_of(self, items: Iterable[int]) -> frozenset[int]:
        """Give the stories that these items are in."""
        rows = self._db.execute(
            "SELECT story FROM items WHERE id IN (SELECT value FROM json_each(?))", [_listed(items)]
        )
        return frozenset(row[0] for row in rows)

    # --- grouping ------------------------------------------------------------------------------------------------

    def basis(self) -> Basis:
        """Give what the present grouping was made from."""
        return grouping.basis(self._db)

    def is_settled(self, *, window: timedelta) -> bool:
        """Ask whether every open item has been grouped as it is told now; ``window`` reaches back from the newest."""
        return grouping.is_settled(self._db, window=window)

    def candidates(self, *, window: timedelta, ruled: Iterable[int] = ()) -> Iterator[Candidate]:
        """Give the open items, by id; ``ruled`` are items on which the user has ruled, open with all of their story."""
        return grouping.candidates(self._db, window=window, ruled=ruled)

    def reports(self, items: Sequence[int]) -> Iterator[Report]:
        """Give what items say, a few of them at a time."""
        return grouping.reports(self._db, items)

    def worded(self) -> list[int]:
        """Give the items whose words are kept, be they open or not."""
        return grouping.worded(self._db)

    def opened(self, items: Sequence[int]) -> Iterator[Open]:
        """Give items with the words that are kept of them, a few of them at a time."""
        return grouping.opened(self._db, items)

    def placed(self, items: Sequence[int]) -> Iterator[Placed]:
        """Give items as they were compared before, a few of them at a time."""
        return grouping.placed(self._db, items)

    def left_out(self, *, window: timedelta) -> dict[int, int]:
        """Give the items that share a story or an affair though their feed is left out, each with its story."""
        return grouping.left_out(self._db, window=window)

    def rooted(self, numbers: Iterable[int], *, besides: Collection[int]) -> set[int]:
        """Give those of some stories that have items besides these."""
        return grouping.rooted(self._db, numbers, besides=besides)

    def ties(self, items: Collection[int]) -> Iterator[Tie]:
        """Give how alike some items and others are that have been grouped, each tie once."""
        return grouping.ties(self._db, items)

    def tied(self, items: Sequence[int]) -> set[int]:
        """Give the items that are tied to some."""
        return grouping.tied(self._db, items)


def _listed(items: Iterable[int]) -> str:
    return json.dumps(list(items))


def _edition(row: sqlite3.Row) -> Edition:
    missed = tuple(
        Missed(name=note["name"], reason=note["reason"], since=certain_time(note["since"]))
        for note in json.loads(row["missed"])
    )
    return Edition(date=date.fromisoformat(row["date"]), closes=certain_time(row["closes"]), closed=True, missed=missed)
