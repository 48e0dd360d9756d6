"""Keys that an earlier version made, made anew: how links and headlines are compared has changed since.

The old ones stay, so that nothing is lost where a key cannot be made anew (a long one is kept as a hash only).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from aggregator.core import keys, titles, urls

#: Ends the readable part of a key that was too long.
_CUT = "…"

#: A key, the item that goes by it, and that item's time.
_Held = tuple[str, int, str]


def rekey(db: Database) -> None:
    """Give every item the keys that its links and headlines have now, as far as they can still be known."""
    fresh = [*_unshared(_links(db)), *_headlines(db)]
    db.conn.executemany("INSERT OR IGNORE INTO keys (key, item, time) VALUES (?, ?, ?)", fresh)


def _links(db: Database) -> Iterator[tuple[str, _Held]]:
    """Give for each old key by link the one it has now; of sightings too, where the old one was too long."""
    for key, item, time in db.execute("SELECT key, item, time FROM keys WHERE key LIKE 'link %'").fetchall():
        made = _of_link(f"https://{key.removeprefix('link ')}") if _CUT not in key else None
        if made:
            yield key, (made, item, time)
    for link, item, time in db.execute(
        "SELECT s.link, s.item, i.time FROM sightings s JOIN items i ON i.id = s.item WHERE s.link IS NOT NULL"
    ).fetchall():
        made = _of_link(link)
        if made:
            yield link, (made, item, time)


def _of_link(link: str) -> str | None:
    clean = urls.clean(link)
    return keys.of_link(clean) if clean else None


def _unshared(links: Iterable[tuple[str, _Held]]) -> Iterator[_Held]:
    """Give a page that several old keys stood for to those who held the first: shared by items, it would name none."""
    held: defaultdict[str, dict[str, list[_Held]]] = defaultdict(lambda: defaultdict(list))
    for old, one in links:
        held[one[0]][old].append(one)
    for by_old in held.values():
        yield from min(by_old.values(), key=lambda holders: min(item for _, item, _ in holders))


def _headlines(db: Database) -> Iterator[_Held]:
    """Give the keys by headline of every sighting there is, and of items that were pruned by what their keys say."""
    for title, source, link, item, time in db.execute(
        "SELECT s.title, i.source, s.link, s.item, i.time FROM sightings s JOIN items i ON i.id = s.item"
    ).fetchall():
        told = titles.key(title, source)
        for outlet in keys.outlets(source, link) if told else ():
            yield keys.headline(told or "", outlet), item, time
    for key, item, time in db.execute("SELECT key, item, time FROM keys WHERE key LIKE 'headline %'").fetchall():
        source, _, title = key.removeprefix("headline ").partition(" | ")
        made = keys.of_headline(title, source) if _CUT not in key else None
        if made:
            yield made, item, time
