"""Which entries are the same article. Merges by proof only: a missed duplicate is better than a lost article.

Four keys. The *guid* identifies an entry within its feed. The *link* identifies it anywhere, unless it is a home page,
or two entries of one document share it, or two items already do. The exact *text* and date identify within a feed whose
guids and links do not last. *Headline + source* identifies across feeds, or where guid and link are missing or opaque;
within 72 hours; never when the headline is generic.

Knows nothing of stories (the same event) nor of the database: ``Known`` values come in, ``Change`` values go out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.core import keys, titles
from aggregator.core.model import Change, Item, Known, Verdict

#: How far apart two items may be that are told to be one by their headline alone.
HEADLINE_WINDOW = timedelta(hours=72)
#: More items than this under one headline or text prove that it names none of them.
MOST_HOLDERS = 20


# --- one document ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One distinct entry of a document, with the keys it goes by and its places in the document."""

    item: Item
    keys: keys.Keys
    places: tuple[int, ...]


def distinct(items: Iterable[Item], *, feed: int) -> tuple[Told, ...]:
    """Merge entries that one document lists twice, each kept where it stood first, in its newest version."""
    kept: list[Told] = []
    places: dict[tuple[object, ...], int] = {}
    for place, item in enumerate(items):
        told = Told(item=item, keys=keys.of(item, feed=feed), places=(place,))
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
    marks: list[tuple[object, ...]] = [("copy", own.fingerprint, item.published)] if _is_telling(told) else []
    if item.guid:
        agreeing = (own.link, own.title, own.fingerprint)
        marks += [("guid", item.guid, sort, value) for sort, value in enumerate(agreeing) if value]
    elif item.link:
        marks.append(("link", item.link, item.title, item.published))
    return marks


def _is_telling(told: Told) -> bool:
    """Ask whether a copy of all that a reader sees can only be the same entry."""
    return not told.item.guid or told.keys.link is not None


def _newer(one: Told, other: Told) -> Told:
    """Choose the newer version by its own dates; the first stands where they do not decide."""
    earlier, later = one.item.updated or one.item.published, other.item.updated or other.item.published
    return other if earlier and later and later > earlier else one


# --- against the store -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Bench:
    """What judging one document needs at hand: what is known, what the document shares, what is already claimed."""

    now: datetime
    known: Mapping[str, Sequence[Known]]
    shared: Counter[str]  #: how many entries of the document carry each guid or link key
    repeated: frozenset[int]  #: items that entries of this document are which were not read again
    claimed: set[int] = field(default_factory=set)  #: items that an entry of this document already is

    _holders: dict[str, frozenset[int]] = field(default_factory=dict)

    def holders(self, key: str) -> frozenset[int]:
        """Give the items that go by a key."""
        if key not in self._holders:
            self._holders[key] = frozenset(known.item for known in self.under(key))
        return self._holders[key]

    def under(self, key: str | None) -> Sequence[Known]:
        """Give what the store holds under a key, nothing under none."""
        return self.known.get(key, ()) if key else ()

    def is_free(self, known: Known) -> bool:
        """Ask whether no entry of this document, read or not, is this item yet."""
        return known.item not in self.claimed and known.item not in self.repeated


def compare(
    entries: Sequence[Told],
    known: Mapping[str, Sequence[Known]],
    *,
    now: datetime,
    repeated: Iterable[int] = (),
    backfill: timedelta | None = None,
    first_time: bool = False,
) -> tuple[Change, ...]:
    """Judge every distinct entry of one document: new, edited, seen elsewhere or unchanged, and by which rule.

    ``known`` maps each of ``wanted(entries)`` to what the store holds under it; ``repeated`` are the items of those
    entries of the document that were known by their bytes and not read again. Of a feed met for the ``first_time``,
    what is older than ``backfill`` (None: all is wanted) is not shown, its newest entry excepted. The same input gives
    the same changes.
    """
    still_there = frozenset(repeated)
    bench = _Bench(now=now, known=known, shared=_shared(entries, known, still_there), repeated=still_there)
    found = _claims(entries, bench)
    shown = _shown([told.item for told in entries], now=now, limit=backfill if first_time else None)
    return tuple(_change(told, found.get(at), bench, shown=at in shown) for at, told in enumerate(entries))


def _shared(entries: Iterable[Told], known: Mapping[str, Sequence[Known]], repeated: frozenset[int]) -> Counter[str]:
    """Count the entries of a document, read or not, that carry each guid and each link."""
    shared = Counter(key for told in entries for key in (told.keys.guid, told.keys.link) if key)
    if repeated:
        shared.update({key: len({one.item for one in known.get(key, ())} & repeated) for key in list(shared)})
    return shared


def _claims(entries: Sequence[Told], bench: _Bench) -> dict[int, tuple[Known, str]]:
    """Find which known item each entry is: the strongest rule for all entries first, each item claimed once."""
    found: dict[int, tuple[Known, str]] = {}
    for rule, search in _RULES:
        for at, told in enumerate(entries):
            match = search(told, bench) if at not in found else None
            if match and (bench.is_free(match) or search is _by_repeat):
                bench.claimed.add(match.item)
                found[at] = (match, rule)
    return found


def _by_repeat(told: Told, bench: _Bench) -> Known | None:
    """Know a second listing of an entry that was not read again; ``distinct`` asks the same of two that were."""
    near = (known for key in (told.keys.guid, told.keys.link, told.keys.text) for known in bench.under(key))
    held = (known for known in near if known.item in bench.repeated and known.item not in bench.claimed)
    return next((known for known in held if _is_listing_of(told, known)), None) if bench.repeated else None


def _is_listing_of(told: Told, known: Known) -> bool:
    item = told.item
    if item.guid and item.guid == known.guid:
        return _is_still(told, known)
    same_words = not item.guid and item.link is not None and (item.link, item.title) == (known.link, known.title)
    is_copy = _is_telling(told) and known.fingerprint == told.keys.fingerprint
    return (same_words or is_copy) and item.published == known.published


def _by_guid(told: Told, bench: _Bench) -> Known | None:
    return next((one for one in bench.under(told.keys.guid) if _is_still(told, one)), None)


def _is_still(told: Told, known: Known) -> bool:
    """Ask whether an entry agrees with the item stored under its guid: in text, link or headline; or it was pruned."""
    if known.pruned or known.fingerprint == told.keys.fingerprint:
        return True
    same_link = told.item.link is not None and told.item.link == known.link and told.keys.link is not None
    return same_link or _same_headline(told, known)


def _same_headline(told: Told, known: Known) -> bool:
    return told.keys.title is not None and told.keys.title == titles.key(known.title)


def _by_guid_alone(told: Told, bench: _Bench) -> Known | None:
    """Take the same guid for an edit, even where link and headline both changed, unless it was ever shared."""
    key = told.keys.guid
    known = bench.under(key)
    return known[0] if key and len(known) == 1 and bench.shared[key] == 1 else None


def _by_link(told: Told, bench: _Bench) -> Known | None:
    key = told.keys.link
    known = bench.under(key)
    is_sole = key is not None and len(known) == 1 and bench.shared[key] == 1
    return known[0] if is_sole and not _is_next_at(told, known[0]) else None


def _is_next_at(told: Told, known: Known) -> bool:
    """Ask whether a feed tells its next article at the link of an earlier one (the comic of the day, a live page).

    Then guid, headline and date are all others; a feed that only rewrites its guids keeps headline or date.
    """
    item = told.item
    renamed = known.here and item.guid is not None and known.guid is not None and item.guid != known.guid
    return renamed and not _same_headline(told, known) and item.published != known.time


def _by_text(told: Told, bench: _Bench) -> Known | None:
    """Know an entry again whose guid and link do not last, by all that it says and its date.

    Where both links could name an article and differ, it must be dated and its headline telling: pictures of the day
    often say nothing else than that they are.
    """
    known = bench.under(told.keys.text)
    is_telling = told.item.published is not None and told.keys.title is not None
    is_sure = is_telling or told.keys.link is None
    return next(
        (one for one in known[:MOST_HOLDERS] if bench.is_free(one) and (is_sure or one.link in (None, told.item.link))),
        None,
    )


def _by_headline(told: Told, bench: _Bench) -> Known | None:
    time = min(told.item.published or bench.now, bench.now)
    nameless = _is_nameless(told, bench)
    known = bench.under(told.keys.headline)
    near = (
        one
        for one in known
        if abs(one.time - time) <= HEADLINE_WINDOW and (nameless or not one.here) and bench.is_free(one)
    )
    if len(known) > MOST_HOLDERS:  # a headline told so often names no article, and comparing would be quadratic
        return None
    return min(near, key=lambda one: (abs(one.time - time), one.item), default=None)


def _is_nameless(told: Told, bench: _Bench) -> bool:
    """Ask whether neither guid nor link tells this entry from others."""
    return all(key is None or bench.shared[key] > 1 for key in (told.keys.guid, told.keys.link))


#: Strongest first. A guid that neither link nor headline confirms comes after what names the entry exactly, since
#: some publishers give several entries one guid and the one that it first named may have left the document.
_RULES = (
    ("listed twice", _by_repeat),
    ("guid", _by_guid),
    ("link", _by_link),
    ("text", _by_text),
    ("guid, edited", _by_guid_alone),
    ("headline and source", _by_headline),
)


def _change(told: Told, match: tuple[Known, str] | None, bench: _Bench, *, shown: bool) -> Change:
    known, rule = match or (None, "no key of it is known")
    if known is None:
        verdict = Verdict.NEW
    elif known.pruned:
        verdict = Verdict.UNCHANGED
    elif not known.here:
        verdict = Verdict.ELSEWHERE
    else:
        verdict = Verdict.UNCHANGED if known.fingerprint == told.keys.fingerprint else Verdict.EDITED
    return Change(
        verdict=verdict,
        item=told.item,
        rule=rule,
        keys=_own_keys(told, known, bench),
        known=known.item if known else None,
        shown=shown,
        fingerprint=told.keys.fingerprint,
        places=told.places,
    )


def _own_keys(told: Told, known: Known | None, bench: _Bench) -> tuple[str, ...]:
    """Choose the keys an item goes by from now on.

    A guid or link that other items go by is added only where that proves it shared, by this document or by an item
    that is new in spite of it, which ends its power to identify; headlines and texts are shared freely.
    """
    own = [told.keys.text] + ([told.keys.headline] if told.keys.headline else [])
    for key in (told.keys.link, told.keys.guid):
        if key and (bench.shared[key] > 1 or known is None or not bench.holders(key)):
            own.append(key)
    return tuple(key for key in own if known is None or known.item not in bench.holders(key))


# --- back-fill -------------------------------------------------------------------------------------------------------


def _shown(entries: Sequence[Item], *, now: datetime, limit: timedelta | None) -> frozenset[int]:
    """Choose the entries that are shown: all of a feed known before, else those that are young and the newest one."""
    if limit is None or not entries:
        return frozenset(range(len(entries)))
    times = [min(item.published or now, now) for item in entries]
    newest = max(range(len(entries)), key=lambda at: (times[at], -at))
    return frozenset(at for at, time in enumerate(times) if now - time <= limit or at == newest)
