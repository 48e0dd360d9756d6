"""One document: its distinct entries, each with the keys it goes by. Knows nothing of what is stored."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from aggregator.core import keys
from aggregator.core.model import Item


class Told(Struct, frozen=True, kw_only=True):
    """One distinct entry of a document, with the keys it goes by and its places in the document."""

    item: Item
    keys: keys.Keys
    places: tuple[int, ...]


def distinct(items: Iterable[Item], *, feed: int, guids_last: bool = True) -> tuple[Told, ...]:
    """Merge entries that one document lists twice, each kept where it stood first, in its newest version.

    ``guids_last`` says whether the feed's guids have proven to last; what they have not is no key of any entry.
    """
    kept: list[Told] = []
    places: dict[tuple[object, ...], int] = {}
    for place, item in enumerate(items):
        told = Told(item=item, keys=keys.of(item, feed=feed, guids_last=guids_last), places=(place,))
        marks = _marks(told)
        twin = next((places[mark] for mark in marks if mark in places), len(kept))
        if twin == len(kept):
            kept.append(told)
        else:
            newer = _newer(kept[twin], told)
            kept[twin] = Told(item=newer.item, keys=newer.keys, places=(*kept[twin].places, place))
        places.update({mark: twin for mark in marks if mark not in places})
    return tuple(kept)


def wanted(entries: Iterable[Told]) -> tuple[str, ...]:
    """Give every key under which the store may know any of these entries."""
    return tuple(dict.fromkeys(key for told in entries for key in told.keys))


def _marks(told: Told) -> list[tuple[object, ...]]:
    """Say what two listings of one entry have in common; one agreeing mark is enough.

    Under one guid the link or the headline must agree, or all that a reader sees: some feeds give every entry the same
    guid. Under two guids only a perfect copy is none of its own: the publisher tells them apart.
    """
    item, own = told.item, told.keys
    marks: list[tuple[object, ...]] = [("copy", own.fingerprint, item.published)] if is_telling(told) else []
    if item.guid:
        agreeing = (own.link, own.title, own.fingerprint)
        marks += [("guid", item.guid, sort, value) for sort, value in enumerate(agreeing) if value]
    elif item.link:
        marks.append(("link", item.link, item.title, item.published))
    return marks


def is_telling(told: Told) -> bool:
    """Ask whether a copy of all that a reader sees can only be the same entry."""
    return not told.item.guid or told.keys.link is not None


def _newer(one: Told, other: Told) -> Told:
    """Choose the newer version by its own dates; the first stands where they do not decide."""
    earlier, later = one.item.updated or one.item.published, other.item.updated or other.item.published
    return other if earlier and later and later > earlier else one
