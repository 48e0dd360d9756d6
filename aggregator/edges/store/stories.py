"""Stories as rows and as values: some of an edition, the newest, one with all its items, and what was told of them.

Changes nothing, and lays nothing out: the items of a story come in the order of their ids.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID, uuid5

from msgspec.structs import replace
from sqlite_utils import Database

from aggregator.core import keys, titles, urls
from aggregator.core.accounts import Told
from aggregator.core.model import Account, Standing, Stored, Story, Telling
from aggregator.edges.store import items

_COLUMNS = f"{items.COLUMNS}, coalesce(i.printed, i.story) AS told_under"
_ITEMS = f"SELECT {_COLUMNS} FROM items i JOIN feeds f ON f.id = i.feed WHERE"  # noqa: S608 - our own words
#: Words of a search that are looked for.
_WORDS = 20
#: The headline in a key, a blank before and behind each of its words.
_FOLDED = "substr(k.key, instr(k.key, ' | ') + 2) || ' '"
#: A link without its scheme, as people copy it: "example.org/article".
_BARE_LINK = re.compile(r"\s*(?://)?(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?/\S+\s*")
#: Where an edition has printed a story.
_PRINTED = (Standing.NEW, Standing.DEVELOPING)


def printed_with(db: Database, numbers: Sequence[int]) -> list[Story]:
    """Give the stories under which these items were printed or are told, with these items."""
    return _stories(db, _rows(db, numbers), by="told_under")


def _rows(db: Database, numbers: Sequence[int]) -> list[sqlite3.Row]:
    """Read items, in the order of their ids."""
    rows = db.execute(f"{_ITEMS} i.id IN (SELECT value FROM json_each(?)) ORDER BY i.id", [json.dumps(numbers)])  # noqa: S608 - our own words
    return rows.fetchall()


def announcing(db: Database, *, limit: int) -> list[int]:
    """Give the stories that an outgoing feed has, the newest: shown ones that came in feeds.

    Not those of which all was announced under another id, before a story was split: a reader has seen it.
    """
    rows = db.execute(
        "SELECT s.id FROM stories s WHERE EXISTS (SELECT 1 FROM items n WHERE n.story = s.id"
        " AND n.shown AND n.place IS NULL AND coalesce(n.announced, s.id) = s.id)"
        " ORDER BY s.first_seen DESC, s.id DESC LIMIT ?",
        [limit],
    )
    return [row[0] for row in rows]


def keep_announced(db: Database, numbers: Iterable[int]) -> None:
    """Remember that the items of these stories stood in the outgoing feed."""
    db.execute(
        "UPDATE items SET announced = story WHERE story IN (SELECT value FROM json_each(?))"
        " AND announced IS NULL AND shown AND place IS NULL",
        [json.dumps(list(numbers))],
    )


def newest(db: Database, *, limit: int) -> list[Story]:
    """Give the stories that an outgoing feed has, with what came in feeds of them, newest first by first-seen."""
    rows = db.execute(
        f"{_ITEMS} i.story IN (SELECT value FROM json_each(?)) AND i.shown AND i.place IS NULL ORDER BY i.id",  # noqa: S608 - our own words
        [json.dumps(announcing(db, limit=limit))],
    ).fetchall()
    library = UUID(db.execute("SELECT id FROM library").fetchone()[0])
    told = _stories(db, rows)
    found = [replace(story, guid=f"urn:uuid:{uuid5(library, f'story {story.id}')}") for story in told]
    return sorted(found, key=lambda story: (min(item.first_seen for item in story.items), story.id), reverse=True)


def whole(db: Database, number: int) -> Story | None:
    """Give a story with all its items, by its id or by one that it once had."""
    row = db.execute("SELECT coalesce(alias_of, id) FROM stories WHERE id = ?", [number]).fetchone()
    if row is None:
        return None
    rows = db.execute(f"{_ITEMS} i.story = ? ORDER BY i.id", [row[0]]).fetchall()
    return next(iter(_stories(db, rows)), None)


def _stories(db: Database, rows: Sequence[sqlite3.Row], *, by: str = "story") -> list[Story]:
    grouped: dict[int, list[Telling]] = defaultdict(list)
    for row, item in zip(rows, items.of_rows(db, rows), strict=True):
        grouped[row[by]].append(Telling(item=item))
    return [Story(id=story, tellings=tuple(tellings)) for story, tellings in grouped.items()]


def accounts(db: Database, numbers: Sequence[int], of: date) -> dict[int, Account]:
    """Give what a closed edition said of these stories."""
    rows = db.execute(
        "SELECT * FROM accounts WHERE edition = ? AND story IN (SELECT value FROM json_each(?))",
        [of.isoformat(), json.dumps(list(numbers))],
    )
    return {
        row["story"]: Account(
            lead=row["lead"],
            headline=row["headline"],
            standing=Standing(row["standing"]),
            rank=row["rank"],
            day=row["day"],
            last=date.fromisoformat(row["last"]) if row["last"] else None,
            last_story=row["last_story"],
            was=row["was"],
            more=tuple(json.loads(row["more"])),
            words=tuple(json.loads(row["words"])),
            repeats=tuple(json.loads(row["repeats"])),
            items=tuple(json.loads(row["items"])),
        )
        for row in rows
    }


def keep_accounts(db: Database, of: date, settled: Iterable[tuple[int, Account]]) -> None:
    """Write down what an edition says of each of its stories."""
    rows = (
        (
            of.isoformat(),
            story,
            account.lead,
            account.headline,
            account.standing,
            account.rank,
            account.day,
            account.last.isoformat() if account.last else None,
            account.last_story,
            account.was,
            json.dumps(account.more, ensure_ascii=False),
            json.dumps(account.words, ensure_ascii=False),
            json.dumps(account.repeats),
            json.dumps(account.items),
        )
        for story, account in settled
    )
    db.conn.executemany(
        "INSERT INTO accounts (edition, story, lead, headline, standing, rank, day, last, last_story, was, more,"
        " words, repeats, items) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def told(db: Database, numbers: Sequence[int], *, before: date | None) -> dict[int, Told]:
    """Give what editions before a date (None: all closed ones) have told of these stories.

    Where a story was muted it was not told; where it came with nothing but repeats, the reader knows them.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS}, a.headline AS printed_as, coalesce(a.standing, :new) AS standing"  # noqa: S608 - our own words
        " FROM items i JOIN feeds f ON f.id = i.feed"
        " LEFT JOIN accounts a ON a.edition = i.edition AND a.story = i.printed"
        " WHERE i.story IN (SELECT value FROM json_each(:numbers)) AND i.shown AND i.edition IS NOT NULL"
        " AND (:before IS NULL OR i.edition < :before) AND a.standing IS NOT :muted ORDER BY i.edition, i.id",
        {
            "new": Standing.NEW,  # what editions of old said of everything
            "muted": Standing.MUTED,
            "numbers": json.dumps(list(numbers)),
            "before": before.isoformat() if before else None,
        },
    ).fetchall()
    members: dict[int, list[tuple[sqlite3.Row, Stored]]] = defaultdict(list)
    for row, item in zip(rows, items.of_rows(db, rows), strict=True):
        members[item.story].append((row, item))
    found = ((story, _told(own)) for story, own in members.items())
    return {story: told for story, told in found if told}


def _told(members: Sequence[tuple[sqlite3.Row, Stored]]) -> Told | None:
    """Sum up what editions have told of a story, the oldest first; None where none of them printed it."""
    printed = [row for row, _ in members if row["standing"] in _PRINTED]
    if not printed:
        return None
    return Told(
        first=date.fromisoformat(printed[0]["edition"]),
        last=date.fromisoformat(printed[-1]["edition"]),
        headline=printed[-1]["printed_as"] or printed[-1]["title"],
        story=printed[-1]["told_under"],
        items=tuple(item for _, item in members),
    )


def find(db: Database, article: str) -> list[int]:
    """Give the items that go by a link, also one without its scheme, or by "Title - Source"; the newest first.

    Title and source may both hold dashes, so every one of them may be the one between.
    """
    link = urls.clean(f"https://{article.strip().lstrip('/')}" if _BARE_LINK.fullmatch(article) else article)
    if link:
        wanted = [keys.of_link(link)]
        rows = db.execute("SELECT id FROM items WHERE link IN (?, ?) ORDER BY id DESC", [article, link]).fetchall()
    else:
        named = [(article[: dash.start()], article[dash.end() :]) for dash in re.finditer(" - ", article)]
        wanted = [keys.of_headline(title, source) for title, source in named]
        outlets = {title: titles.outlet(source) for title, source in named}
        rows = db.execute(
            "SELECT id, title, source FROM items WHERE title IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
            [json.dumps([article, *outlets])],
        ).fetchall()
        rows = [row for row in rows if row["title"] == article or titles.outlet(row["source"]) == outlets[row["title"]]]
    found = db.execute(
        "SELECT i.id FROM keys k JOIN items i ON i.id = k.item WHERE k.key IN (SELECT value FROM json_each(?))"
        " ORDER BY i.id DESC",
        [json.dumps(wanted)],
    )
    return list(dict.fromkeys([row[0] for row in found] + [row[0] for row in rows]))


def search(db: Database, words: str) -> list[int]:
    """Give the stories told under a headline with all of these words, the newest first.

    They are parts of it as it was written, or whole words of it as identity folds it: "Heres" is "Here's".
    """
    as_written = [_pattern("%", word, "%") for word in words.split()[:_WORDS]]
    folded = [_pattern("% ", word, " %") for word in titles.plain(words).split()[:_WORDS]]
    rows = db.execute(
        "SELECT i.story FROM items i JOIN ("  # noqa: S608 - our own words
        f" SELECT t.item FROM titles t WHERE {_all('t.title', as_written)}"
        " UNION SELECT k.item FROM keys k WHERE k.key BETWEEN 'headline ' AND 'headline!'"
        f" AND {_all(_FOLDED, folded)}"
        ") found ON found.item = i.id GROUP BY i.story ORDER BY max(i.id) DESC",
        [*as_written, *folded],
    )
    return [row[0] for row in rows]


def _pattern(before: str, word: str, behind: str) -> str:
    return before + re.sub(r"([%_\\])", r"\\\1", word) + behind


def _all(column: str, patterns: Sequence[str]) -> str:
    return " AND ".join([f"{column} LIKE ? ESCAPE '\\'"] * len(patterns)) or "0"


def printed(db: Database, number: int, *, of: date) -> int:
    """Give the id under which an edition printed a story; its own where it did not."""
    row = db.execute(
        "SELECT printed FROM items WHERE story = ? AND edition = ? AND printed IS NOT NULL LIMIT 1",
        [number, of.isoformat()],
    ).fetchone()
    return row[0] if row else number


def nearest(db: Database, own: Sequence[int], *, limit: int) -> list[tuple[Stored, float]]:
    """Give the items of other stories that are most alike to one of these, and how much."""
    listed = json.dumps(list(own))
    ties = db.execute(
        "WITH own AS (SELECT value AS id FROM json_each(:own)), tied AS ("
        " SELECT other AS near, score FROM ties WHERE item IN (SELECT id FROM own)"
        " UNION ALL SELECT item, score FROM ties WHERE other IN (SELECT id FROM own))"
        " SELECT near, max(score) FROM tied WHERE near NOT IN (SELECT id FROM own)"
        " GROUP BY near ORDER BY 2 DESC, 1 LIMIT :limit",
        {"own": listed, "limit": limit},
    ).fetchall()
    found = {item.id: item for item in items.of_rows(db, _rows(db, [row[0] for row in ties]))}
    return [(found[near], score) for near, score in ties if near in found]
