"""What grouping asks of the store and leaves there: open items with their words and ties, and the stories they are in.

Decides nothing; what it writes arrives as values. Terms and ties can be made anew, so those of items that are no longer
open are forgotten.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from sqlite_utils import Database

from aggregator.core import text
from aggregator.core.group import statistics, terms
from aggregator.core.model import Assignment, Open, Placed, Report, Statistics, Terms, Tie
from aggregator.edges.store.database import certain_time

#: Stories may still be made of what no edition has printed, of what is no older than the window, of what was imported
#: and never grouped, and of what the user has ruled on. Asked for one by one, since each has an index of its own.
_IDS = """SELECT id FROM items WHERE edition IS NULL
    UNION SELECT id FROM items WHERE time > :since
    UNION SELECT p.id FROM items p WHERE p.place IS NOT NULL AND NOT EXISTS (SELECT 1 FROM terms q WHERE q.item = p.id)
    UNION SELECT s.id FROM json_each(:ruled) JOIN items r ON r.id = value JOIN items s ON s.story = r.story"""
_OPEN = f"""FROM items i JOIN feeds f ON f.id = i.feed LEFT JOIN terms t ON t.item = i.id
    WHERE i.id IN ({_IDS}) AND i.shown AND f.grouped"""


#: Imported lines keep their words, by which they are known to have been grouped; only while they have ties is there
#: anything to forget of them.
_IS_REMEMBERED = """(EXISTS (SELECT 1 FROM items i WHERE i.id = t.item AND i.place IS NULL)
    OR EXISTS (SELECT 1 FROM ties WHERE ties.item = t.item) OR EXISTS (SELECT 1 FROM ties WHERE ties.other = t.item))"""


#: So many items are read at a time; all the open ones of ten thousand feeds at once would take hundreds of megabytes.
_AT_ONCE = 500


class Candidate(NamedTuple):
    """An open item, by its id, and where it stands."""

    id: int
    story: int
    is_new: bool  #: it has not been grouped yet, or is told differently now
    is_compared: bool  #: what the statistics have made of it is kept
    is_frozen: bool  #: it is open for a ruling's sake alone


class Basis(Struct, frozen=True, kw_only=True):
    """What the present grouping was made from."""

    snapshot: bytes  #: the word statistics, packed; none were made yet where it is empty
    edition: str  #: that had closed last when they were counted
    counted_to: int  #: the newest item in them
    rules: str  #: names the settings and rulings it obeys

    @property
    def statistics(self) -> Statistics | None:
        """Unpack the word statistics; None where none were made yet."""
        return statistics.unpacked(self.snapshot) if self.snapshot else None


def basis(db: Database) -> Basis:
    """Give what the present grouping was made from."""
    row = db.execute("SELECT statistics, statistics_of, statistics_to, grouped FROM library").fetchone()
    return Basis(snapshot=row[0], edition=row[1], counted_to=row[2], rules=row[3])


def is_settled(db: Database, *, window: timedelta) -> bool:
    """Ask whether every open item has been grouped as it is told now."""
    if db.execute("SELECT settled IS revision FROM library").fetchone()[0]:
        return True
    bounds = {"since": text.instant(_since(db, window)), "ruled": "[]"}
    return db.execute(f"SELECT 1 {_OPEN} AND t.item IS NULL LIMIT 1", bounds).fetchone() is None


def candidates(db: Database, *, window: timedelta, ruled: Iterable[int]) -> Iterator[Candidate]:
    """Give the open items, in the order of their ids; ``ruled`` are items on which the user has ruled."""
    bounds = {"since": text.instant(_since(db, window)), "ruled": json.dumps(list(ruled))}
    rows = db.execute(
        "SELECT i.id, i.story, t.item IS NULL AS is_new, t.side IS NOT NULL AS is_compared,"
        " i.edition IS NOT NULL AND i.time <= :since AND i.place IS NULL AS is_frozen"
        f" {_OPEN} ORDER BY i.id",
        bounds,
    )
    yield from map(Candidate._make, rows)


def reports(db: Database, items: Sequence[int]) -> Iterator[Report]:
    """Give what items say, a few of them at a time."""
    told = "SELECT i.id, title, source, time, summary, language FROM json_each(?) JOIN items i ON i.id = value"
    for row in _rows(db, told, items):
        yield Report(**{**dict(row), "time": certain_time(row["time"])})


def worded(db: Database) -> list[int]:
    """Give the items whose words are kept, be they open or not."""
    return [row[0] for row in db.execute("SELECT item FROM terms")]


def opened(db: Database, items: Sequence[int]) -> Iterator[Open]:
    """Give items with their words, a few of them at a time, and none that has no words yet."""
    said = "SELECT i.id, i.time, t.terms FROM json_each(?) JOIN items i ON i.id = value JOIN terms t ON t.item = i.id"
    for item, time, stored in _rows(db, said, items):
        yield Open(id=item, time=certain_time(time), terms=terms.unpacked(stored))


def placed(db: Database, items: Sequence[int]) -> Iterator[Placed]:
    """Give items as they were compared before, a few of them at a time."""
    said = (
        "SELECT i.id, i.time, t.terms, t.side FROM json_each(?) JOIN items i ON i.id = value"
        " JOIN terms t ON t.item = i.id"
    )
    for item, time, stored, side in _rows(db, said, items):
        plain, outlet = terms.headline(stored)
        yield Placed(item, certain_time(time), plain, outlet, side)


def _rows(db: Database, query: str, items: Sequence[int]) -> Iterator[sqlite3.Row]:
    """Ask for the rows of items, in their order."""
    for at in range(0, len(items), _AT_ONCE):
        listed = json.dumps(list(items[at : at + _AT_ONCE]))
        yield from db.execute(query, [listed]).fetchall()


def left_out(db: Database, *, window: timedelta) -> dict[int, int]:
    """Give what shares a story or an affair though its feed is left out of grouping; each item with its story."""
    rows = db.execute(
        "SELECT i.id, i.story FROM items i JOIN feeds f ON f.id = i.feed"
        " WHERE NOT f.grouped AND (i.edition IS NULL OR i.time > ?)"
        " AND (EXISTS (SELECT 1 FROM items o WHERE o.story = i.story AND o.id != i.id)"
        " OR (i.edition IS NULL AND i.affair IS NOT NULL))",
        [text.instant(_since(db, window))],
    )
    return {row[0]: row[1] for row in rows}


def _since(db: Database, window: timedelta) -> datetime | None:
    """Give the beginning of the window, which ends with the newest item; None where there is no item.

    What a feed brought while the clock was ahead is later than all that has happened since, and ends no window.
    """
    happened = db.execute(
        "SELECT max(coalesce((SELECT at FROM polls ORDER BY id DESC LIMIT 1), ''),"
        " coalesce((SELECT max(closes) FROM editions), ''))"
    ).fetchone()[0]
    newest = db.execute(
        "SELECT time FROM items WHERE shown AND time <= ? ORDER BY time DESC LIMIT 1", [happened]
    ).fetchone()
    return certain_time(newest[0]) - window if newest else None


def rooted(db: Database, numbers: Iterable[int], *, besides: Collection[int]) -> set[int]:
    """Give those of some stories that have items besides these."""
    query = "SELECT i.story, i.id FROM json_each(?) JOIN items i ON i.story = value"
    return {story for story, item in db.execute(query, [json.dumps(list(numbers))]) if item not in besides}


def ties(db: Database, items: Collection[int]) -> Iterator[Tie]:
    """Give the ties that are kept of some items, each once."""
    listed = json.dumps(list(items))
    query = "SELECT item, other, score FROM json_each(?) JOIN ties ON ties.{} = value"
    yield from map(Tie._make, db.execute(query.format("item"), [listed]))
    yield from (Tie._make(row) for row in db.execute(query.format("other"), [listed]) if row[0] not in items)


def tied(db: Database, items: Sequence[int]) -> set[int]:
    """Give the items that are tied to some."""
    listed = json.dumps(list(items))
    query = "SELECT {} FROM json_each(?) JOIN ties ON ties.{} = value"
    ends = (("item", "other"), ("other", "item"))
    return {row[0] for near, own in ends for row in db.execute(query.format(near, own), [listed])}


def fresh_story(db: Database) -> int:
    """Make a story that has no items yet."""
    number = db.execute("INSERT INTO stories (first_seen) VALUES ('')").lastrowid
    if number is None:
        raise ValueError("SQLite gave a new story no id")
    return number


def keep_terms(db: Database, made: Iterable[tuple[int, Terms]]) -> None:
    """Remember the words of items."""
    rows = ((item, terms.packed(said)) for item, said in made)
    db.conn.executemany("INSERT OR REPLACE INTO terms (item, terms) VALUES (?, ?)", rows)


def keep_sides(db: Database, made: Iterable[tuple[int, bytes]]) -> None:
    """Remember what statistics made of items whose words are kept."""
    db.conn.executemany("UPDATE terms SET side = ? WHERE item = ?", ((side, item) for item, side in made))


def keep_ties(db: Database, found: Iterable[Tie]) -> None:
    """Remember how alike items are."""
    db.conn.executemany("INSERT OR REPLACE INTO ties (item, other, score) VALUES (?, ?, ?)", found)


def forget_ties(db: Database, items: Iterable[int] | None = None) -> None:
    """Forget all the ties of some items, None: of all."""
    if items is None:
        db.execute("DELETE FROM ties")
        return
    rows = [(item,) for item in items]
    for end in ("item", "other"):  # each has an index; a question for both at once would read them all
        db.conn.executemany(f"DELETE FROM ties WHERE {end} = ?", rows)  # noqa: S608 - our own words


def keep_affairs(
    db: Database, items: Iterable[int], affair_of: Mapping[int, int], *, new: Collection[int] = ()
) -> bool:
    """Write down which affair each of some items belongs to, if any; tell whether that has changed anything.

    What is in a closed edition keeps what it had. But one into which ``new`` items were imported puts stories that came
    in lists alone, and stood under no heading so far, under that which it has for the affair, or a new one.
    """
    imported = db.execute(
        "SELECT DISTINCT i.edition FROM json_each(?) JOIN items i ON i.id = value"
        " WHERE i.place IS NOT NULL AND i.edition IS NOT NULL",
        [json.dumps(list(new))],
    )
    touched = {row[0] for row in imported}
    in_feeds = {
        (edition, story)
        for edition in touched
        for (story,) in db.execute("SELECT printed FROM items WHERE edition = ? AND place IS NULL", [edition])
    }
    told = db.execute(
        "SELECT i.id, i.affair, i.edition, i.printed FROM json_each(:items) JOIN items i ON i.id = value"
        " WHERE i.affair IS NOT NULL OR i.id IN (SELECT value FROM json_each(:headed))",
        {"items": json.dumps(list(items)), "headed": json.dumps(list(affair_of))},
    ).fetchall()
    headings: dict[tuple[str, int], int] = {}
    for item, before, edition, _ in told:
        if edition in touched and before and item in affair_of:
            one = (edition, affair_of[item])
            headings[one] = min(before, headings.get(one, before))
    changed: list[tuple[int | None, int]] = []
    for item, before, edition, printed in told:
        affair = affair_of.get(item)
        if edition is None and affair != before:
            changed.append((affair, item))
        elif edition in touched and affair and not before and (edition, printed) not in in_feeds:
            changed.append((headings.get((edition, affair), affair), item))
    db.conn.executemany("UPDATE items SET affair = ? WHERE id = ?", changed)
    return bool(changed)


def keep_basis(db: Database, made_from: Basis) -> None:
    """Remember what the present grouping was made from."""
    db.execute(
        "UPDATE library SET statistics = ?, statistics_of = ?, statistics_to = ?, grouped = ?",
        [made_from.snapshot, made_from.edition, made_from.counted_to, made_from.rules],
    )


def note_settled(db: Database) -> None:
    """Remember that every open item has been grouped; whatever is stored or told differently counts a revision."""
    db.execute("UPDATE library SET settled = revision WHERE settled IS NOT revision")


def forget_closed(db: Database, *, window: timedelta) -> None:
    """Forget the words and ties of items that no story is made of any more."""
    bounds = {"since": text.instant(_since(db, window)), "ruled": "[]"}
    closed = f"SELECT item FROM terms t WHERE item NOT IN ({_IDS}) AND {_IS_REMEMBERED}"  # noqa: S608 - our own words
    gone = [row[0] for row in db.execute(closed, bounds)]
    forget_ties(db, gone)
    db.conn.executemany(
        "DELETE FROM terms WHERE item = :id AND NOT EXISTS (SELECT 1 FROM items WHERE id = :id AND place IS NOT NULL)",
        [{"id": item} for item in gone],
    )


def move(db: Database, assigned: Assignment, before: Mapping[int, int], *, new: Collection[int] = ()) -> int:
    """Put items into the stories they are in from now on, and give how many moved; ``new`` have never been grouped."""
    moved = [(story, item) for item, story in assigned.story_of.items() if before[item] != story]
    db.conn.executemany("UPDATE items SET story = ? WHERE id = ?", moved)
    merged = [(story, old) for old, story in assigned.aliases.items()]
    db.conn.executemany("UPDATE stories SET alias_of = ? WHERE alias_of = ?", merged)
    db.conn.executemany("UPDATE stories SET alias_of = ? WHERE id = ?", merged)
    touched = [(story,) for story in {story for story, _ in moved} | {before[item] for _, item in moved}]
    db.conn.executemany(
        "UPDATE stories SET first_seen = coalesce((SELECT min(first_seen) FROM items WHERE story = stories.id"
        " AND coalesce(announced, story) = story), first_seen) WHERE id = ?",
        touched,
    )
    # What was imported went into its closed edition before it could be grouped; once it has been, it stays there, under
    # the number by which that edition has printed the story.
    db.conn.executemany(
        "UPDATE items SET printed = coalesce((SELECT o.printed FROM items o WHERE o.story = items.story"
        " AND o.edition = items.edition AND o.place IS NULL LIMIT 1), story)"
        " WHERE id = ? AND place IS NOT NULL AND printed IS NOT NULL",
        [(item,) for _, item in moved if item in new],
    )
    return len(moved)
