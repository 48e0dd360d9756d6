"""What an edition holds: its stories as numbers, and what the place of those depends on that are one report.

Changes nothing; what stories say is read by ``stories``.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlite_utils import Database

from aggregator.core import text
from aggregator.core.model import Lone, Shelf, Standing, Story
from aggregator.edges.store import stories
from aggregator.edges.store.database import certain_time, time_of

#: Asks of an item whether it is in an edition, whether it is given though no page shows it, and whether it was first
#: seen when it matters.
_IS_ASKED = (
    "i.edition IS :of AND (i.shown OR :hidden)"
    " AND (:seen IS NULL OR i.first_seen IN (SELECT value FROM json_each(:seen)))"
)
_MEMBERS = f"SELECT coalesce(i.printed, i.story), i.id FROM items i WHERE {_IS_ASKED} ORDER BY 1, 2"  # noqa: S608 - our own words
_AFFAIRS = (
    "SELECT coalesce(i.printed, i.story), min(i.affair) FROM items i"  # noqa: S608 - our own words
    f" WHERE {_IS_ASKED} AND i.affair IS NOT NULL GROUP BY 1"
)
_NEWEST = f"SELECT max(i.time) FROM items i WHERE {_IS_ASKED}"  # noqa: S608 - our own words
#: Asks of an item that is all an edition has of its story whether there never was more, and nobody else carried it.
_IS_LONE = (
    "NOT EXISTS (SELECT 1 FROM items other WHERE other.story = i.story AND other.id != i.id)"
    " AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.item = i.id AND s.name != i.source)"
)
#: Of a group of one the columns are those of its only row.
_LONE = (
    "SELECT coalesce(i.printed, i.story) AS told_under, i.id, i.time, i.place, i.source, i.category, i.shown, f.weight,"  # noqa: S608 - our own words
    " coalesce(a.standing, :unsaid), coalesce(a.rank, 0.0)"
    " FROM items i JOIN feeds f ON f.id = i.feed"
    " LEFT JOIN accounts a ON a.edition = i.edition AND a.story = coalesce(i.printed, i.story)"
    f" WHERE {_IS_ASKED} GROUP BY told_under HAVING count(*) = 1 AND {_IS_LONE}"
)


def held(db: Database, of: date | None, *, hidden: bool, seen: Sequence[datetime] | None = None) -> Shelf[Story]:
    """Give the stories of a closed edition as it printed them; ``of`` None: of what is in none yet.

    Which items each has is found at once, and kept as numbers; what they say is read for those that are asked for.
    """
    numbers, members = array("q"), array("q")
    for story, item in db.execute(_MEMBERS, _asked(of, hidden=hidden, seen=seen)):
        numbers.append(story)
        members.append(item)

    def fetch(wanted: Sequence[int]) -> list[Story]:
        own = [item for one in wanted for item in members[bisect_left(numbers, one) : bisect_right(numbers, one)]]
        found = {story.id: story for story in stories.printed_with(db, own)}
        return [found[number] for number in wanted]

    return Shelf(ids=tuple(dict.fromkeys(numbers)), fetch=fetch)


def affairs(db: Database, of: date | None, *, seen: Sequence[datetime] | None = None) -> dict[int, int]:
    """Give the affairs of the stories of an edition that belong to one, by their ids."""
    return dict(db.execute(_AFFAIRS, _asked(of, hidden=True, seen=seen)).fetchall())


def newest_time(db: Database, *, hidden: bool, seen: Sequence[datetime]) -> datetime | None:
    """Give the time of the newest of these items that are in no edition yet."""
    row = db.execute(_NEWEST, _asked(None, hidden=hidden, seen=seen)).fetchone()
    return time_of(row[0])


def lone(db: Database, of: date | None, *, hidden: bool, seen: Sequence[datetime] | None = None) -> Iterator[Lone]:
    """Give those stories of an edition of which one report by one outlet is all that there ever was.

    Such a story has no copies, nobody else carried it, and no edition has told it before.
    """
    rows = db.execute(_LONE, {"unsaid": Standing.NEW, **_asked(of, hidden=hidden, seen=seen)})
    for story, item, time, place, source, category, shown, weight, standing, rank in rows:
        moment, said = certain_time(time), Standing(standing)
        yield Lone(story, item, moment, place, source, category, bool(shown), weight, said, rank)


def _asked(of: date | None, *, hidden: bool, seen: Sequence[datetime] | None) -> dict[str, object]:
    """Give what ``_IS_ASKED`` needs."""
    moments = None if seen is None else json.dumps([text.instant(moment) for moment in seen])
    return {"of": of.isoformat() if of else None, "hidden": hidden, "seen": moments}
