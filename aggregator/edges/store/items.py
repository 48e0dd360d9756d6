"""Rows of items as values, each with its sightings and the headlines that its feed used before.

Reads what pages, feeds and exports show, and no more: the text of an article would double what a page costs.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlite_utils import Database

from aggregator.core import urls
from aggregator.core.model import FeedType, Listed, Sighting, Stored
from aggregator.edges.store.database import certain_time, time_of

#: Characters of cleaned HTML from which on a feed carries an article rather than a teaser.
_TEXT = 600
#: What ``of_rows`` needs of an item and of the feed that brought it, where they go by "i" and "f".
COLUMNS = (
    "i.id, i.story, i.title, i.source, i.link, i.published, i.first_seen, i.time, i.shown, i.summary, i.author,"
    f" i.category, i.language, i.edition, i.place, length(i.content) >= {_TEXT} AS has_text, f.weight, f.paywall"
)


def of_rows(db: Database, rows: Sequence[sqlite3.Row]) -> list[Stored]:
    """Give the items of rows that begin with ``COLUMNS``, in their order."""
    ids = json.dumps([row[0] for row in rows])
    sightings, earlier = _sightings(db, ids), _earlier_titles(db, ids)
    return [_stored(row, sightings=sightings[row[0]], earlier=earlier.get(row[0], ())) for row in rows]


def _sightings(db: Database, items: str) -> dict[int, list[Sighting]]:
    rows = db.execute(
        "SELECT s.item, s.name, s.guid, s.link, s.title, s.first_seen, f.url, f.type FROM json_each(?) wanted"
        " JOIN sightings s ON s.item = wanted.value JOIN feeds f ON f.id = s.feed ORDER BY s.first_seen, s.feed",
        [items],
    )
    public = functools.cache(urls.public)
    found: dict[int, list[Sighting]] = defaultdict(list)
    for item, name, guid, link, title, first_seen, url, kind in rows:
        found[item].append(
            Sighting(
                feed=public(url),
                name=name,
                guid=guid,
                link=link,
                title=title,
                first_seen=certain_time(first_seen),
                is_list=kind == FeedType.HEADLINES,
            )
        )
    return found


def _earlier_titles(db: Database, items: str) -> dict[int, list[str]]:
    rows = db.execute(
        "SELECT t.item, t.title FROM json_each(?) wanted JOIN items i ON i.id = wanted.value"
        " JOIN titles t ON t.item = i.id AND t.feed = i.feed AND t.title != i.title ORDER BY t.first_seen, t.rowid",
        [items],
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        found[row["item"]].append(row["title"])
    return found


def _stored(row: sqlite3.Row, *, sightings: Iterable[Sighting], earlier: Iterable[str]) -> Stored:
    (id_, story, title, source, link, published, first_seen, time, shown, summary, author) = row[:11]
    (category, language, edition, place, has_text, weight, paywall) = row[11:18]
    return Stored(
        id=id_,
        story=story,
        title=title,
        source=source,
        link=link,
        published=time_of(published),
        first_seen=certain_time(first_seen),
        time=certain_time(time),
        shown=bool(shown),
        summary=summary,
        author=author,
        category=category,
        language=language,
        edition=date.fromisoformat(edition) if edition else None,
        place=place,
        has_text=bool(has_text),
        weight=weight,
        paywalled=bool(paywall),
        earlier_titles=tuple(earlier),
        sightings=tuple(sightings),
    )


def listed(db: Database, numbers: Sequence[int]) -> list[Listed]:
    """Give items as a headline list has them, in the order in which they are named."""
    rows = db.execute(
        "SELECT id, title, source, published, first_seen, place FROM items"
        " WHERE id IN (SELECT value FROM json_each(?))",  # as they lie in the file, which takes half the time
        [json.dumps(list(numbers))],
    )
    found = {
        number: Listed(title, source, time_of(published), certain_time(first_seen), place)
        for number, title, source, published, first_seen, place in rows
    }
    return [found[number] for number in numbers]
