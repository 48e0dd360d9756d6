"""Which entries are the same article. Merges by proof only: a missed duplicate is better than a lost article.

Four keys. The *guid* identifies an entry within its feed. The *link* identifies it anywhere, unless it is a home page,
or two entries of one document share it, or two items already do. An entry with neither is known again in its feed by
its exact *text*. *Headline + source* identifies across feeds, or where guid and link are missing or opaque; within 72
hours; never when the headline is generic.

Knows nothing of stories (the same event) nor of the database: ``Known`` values come in, ``Change`` values go out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from aggregator.core import headlines, text, urls
from aggregator.core.model import Change, Item, Known, Verdict

#: How far apart two items may be that are told to be one by their headline alone.
HEADLINE_WINDOW = timedelta(hours=72)


# --- keys ------------------------------------------------------------------------------------------------------------


def keys(items: Iterable[Item], *, feed: int) -> tuple[str, ...]:
    """Give every key under which the store may know any of these items; ``feed`` scopes the guids."""
    return tuple(dict.fromkeys(key for item in items for key in _keys(item, feed=feed)))


def _keys(item: Item, *, feed: int) -> Iterator[str]:
    every = (guid_key(item, feed=feed), link_key(item), text_key(item, feed=feed), headline_key(item))
    yield from (key for key in every if key)


def guid_key(item: Item, *, feed: int) -> str | None:
    """Give the key of an item's guid, valid within its feed."""
    return f"guid {feed} {_bounded(item.guid)}" if item.guid else None


def link_key(item: Item) -> str | None:
    """Give the key of an item's link, valid anywhere; None for home pages and links that name no article."""
    page = urls.key(item.link) if item.link and not urls.is_opaque(item.link) else None
    return f"link {_bounded(page)}" if page else None


def text_key(item: Item, *, feed: int) -> str:
    """Give the key of an item's exact text and date, valid within its feed, for entries that nothing else names."""
    return f"text {feed} {fingerprint(item)} {item.published.date() if item.published else ''}".rstrip()


def headline_key(item: Item) -> str | None:
    """Give the key of headline and source; None when the headline is generic."""
    headline = headlines.key(item.title)
    return f"headline {_bounded(f'{text.folded(item.source)} | {headline}')}" if headline else None


def _bounded(value: str) -> str:
    """Keep keys readable in the database, and short where a publisher is not."""
    return value if len(value) <= 200 else value[:160] + "…" + blake2b(value.encode(), digest_size=16).hexdigest()


def fingerprint(item: Item) -> str:
    """Hash what a reader sees of an item, to tell an edit from a repeat; dates are volatile and left out."""
    seen = "\x1f".join((item.title, item.link or "", item.summary, item.content, item.author))
    return blake2b(seen.encode(), digest_size=16).hexdigest()


# --- one document ----------------------------------------------------------------------------------------------------


def distinct(items: Sequence[Item]) -> tuple[Item, ...]:
    """Merge entries that one document lists twice, each kept where it stood first, in its newest version."""
    kept: list[Item] = []
    places: dict[tuple[object, ...], int] = {}
    for item in items:
        marks = _marks(item)
        twin = next((places[mark] for mark in marks if mark in places), len(kept))
        if twin == len(kept):
            kept.append(item)
        kept[twin] = _newer(kept[twin], item)
        places.update({mark: twin for mark in marks if mark not in places})
    return tuple(kept)


def _marks(item: Item) -> list[tuple[object, ...]]:
    """Say what two listings of one entry have in common; one agreeing mark is enough.

    Under one guid the link or the headline must agree, or all that a reader sees: some feeds give every entry the same
    guid. Under two guids only a perfect copy is none of its own: the publisher tells them apart.
    """
    is_telling = not item.guid or link_key(item) is not None
    marks: list[tuple[object, ...]] = [("copy", fingerprint(item), item.published)] if is_telling else []
    if item.guid:
        agreeing = (link_key(item), headlines.key(item.title), fingerprint(item))
        marks += [("guid", item.guid, sort, value) for sort, value in enumerate(agreeing) if value]
    elif item.link:
        marks.append(("link", item.link, item.title, item.published))
    return marks


def _newer(one: Item, other: Item) -> Item:
    """Choose the newer version by its own dates; the first stands where they do not decide."""
    earlier, later = one.updated or one.published, other.updated or other.published
    return other if earlier and later and later > earlier else one


# --- against the store -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Bench:
    """What judging one document needs at hand: what is known, what the document shares, what is already claimed."""

    feed: int
    now: datetime
    known: Mapping[str, Sequence[Known]]
    guids: Counter[str]  #: how many distinct entries of the document carry each guid key
    links: Counter[str]  #: the same of link keys
    claimed: set[int] = field(default_factory=set)  #: items that an entry of this document already is
    taken: set[str] = field(default_factory=set)  #: guid keys that an entry of this document already carries

    def under(self, key: str | None) -> Sequence[Known]:
        """Give what the store holds under a key, nothing under none."""
        return self.known.get(key, ()) if key else ()


def compare(
    items: Sequence[Item],
    known: Mapping[str, Sequence[Known]],
    *,
    feed: int,
    now: datetime,
    backfill: timedelta | None = None,
    first_time: bool = False,
) -> tuple[Change, ...]:
    """Judge every distinct entry of one document: new, edited, seen elsewhere or unchanged, and by which rule.

    ``known`` maps each of ``keys(items)`` to what the store holds under it. Of a feed met for the ``first_time``,
    what is older than ``backfill`` (None: all is wanted) is not shown, its newest entry excepted. The same input gives
    the same changes.
    """
    entries = distinct(items)
    bench = _Bench(
        feed=feed,
        now=now,
        known=known,
        guids=Counter(key for item in entries if (key := guid_key(item, feed=feed))),
        links=Counter(key for item in entries if (key := link_key(item))),
    )
    found = _claims(entries, bench)
    shown = _shown(entries, now=now, limit=backfill if first_time else None)
    return tuple(_change(item, found.get(at), bench, shown=at in shown) for at, item in enumerate(entries))


def _claims(entries: Sequence[Item], bench: _Bench) -> dict[int, tuple[Known, str]]:
    """Find which known item each entry is: the strongest rule for all entries first, each item claimed once."""
    found: dict[int, tuple[Known, str]] = {}
    for rule, search in _RULES:
        for at, item in enumerate(entries):
            match = search(item, bench) if at not in found else None
            if match and match.item not in bench.claimed:
                bench.claimed.add(match.item)
                found[at] = (match, rule)
    return found


def _by_guid(item: Item, bench: _Bench) -> Known | None:
    known = bench.under(guid_key(item, feed=bench.feed))
    return known[0] if known and _is_still(item, known[0]) else None


def _is_still(item: Item, known: Known) -> bool:
    """Ask whether an entry agrees with the item stored under its guid: in text, link or headline; or it was pruned."""
    if known.pruned or known.fingerprint == fingerprint(item):
        return True
    same_link = item.link is not None and item.link == known.link and link_key(item) is not None
    headline = headlines.key(item.title)
    return same_link or (headline is not None and headline == headlines.key(known.title))


def _by_guid_alone(item: Item, bench: _Bench) -> Known | None:
    """Take the same guid for an edit, even where link and headline both changed, unless the document shares it."""
    key = guid_key(item, feed=bench.feed)
    known = bench.under(key)
    return known[0] if key and known and bench.guids[key] == 1 else None


def _by_text(item: Item, bench: _Bench) -> Known | None:
    """Know a nameless entry again; the store holds this key of such entries only."""
    known = bench.under(text_key(item, feed=bench.feed))
    return next((one for one in known if one.item not in bench.claimed), None)


def _by_link(item: Item, bench: _Bench) -> Known | None:
    key = link_key(item)
    known = bench.under(key)
    return known[0] if key and len(known) == 1 and bench.links[key] == 1 else None


def _by_headline(item: Item, bench: _Bench) -> Known | None:
    time = min(item.published or bench.now, bench.now)
    nameless = _is_nameless(item, bench)
    near = (
        known
        for known in bench.under(headline_key(item))
        if abs(known.time - time) <= HEADLINE_WINDOW
        and (nameless or not known.here)
        and known.item not in bench.claimed
    )
    return min(near, key=lambda known: (abs(known.time - time), known.item), default=None)


def _is_nameless(item: Item, bench: _Bench) -> bool:
    """Ask whether neither guid nor link tells this entry from others."""
    guid, link = guid_key(item, feed=bench.feed), link_key(item)
    return (guid is None or bench.guids[guid] > 1) and (link is None or bench.links[link] > 1)


#: Strongest first. A guid that neither link nor headline confirms comes after what names the entry exactly, since
#: some publishers give several entries one guid and the one that it first named may have left the document.
_RULES = (
    ("guid", _by_guid),
    ("link", _by_link),
    ("text", _by_text),
    ("guid, edited", _by_guid_alone),
    ("headline and source", _by_headline),
)


def _change(item: Item, match: tuple[Known, str] | None, bench: _Bench, *, shown: bool) -> Change:
    known, rule = match or (None, "no key of it is known")
    mark = fingerprint(item)
    if known is None:
        verdict = Verdict.NEW
    elif known.pruned:
        verdict = Verdict.UNCHANGED
    elif not known.here:
        verdict = Verdict.ELSEWHERE
    else:
        verdict = Verdict.UNCHANGED if known.fingerprint == mark else Verdict.EDITED
    return Change(
        verdict=verdict,
        item=item,
        rule=rule,
        keys=_own_keys(item, known, bench),
        known=known.item if known else None,
        shown=shown,
        fingerprint=mark,
    )


def _own_keys(item: Item, known: Known | None, bench: _Bench) -> tuple[str, ...]:
    """Choose the keys an item goes by from now on.

    A guid belongs to one item; a link that other items go by is added only when this very document proves it shared,
    which ends its power to identify; headlines are shared freely, their window tells them apart.
    """
    guid, link, headline = guid_key(item, feed=bench.feed), link_key(item), headline_key(item)
    own = [headline] if headline else []
    if _is_nameless(item, bench):
        own.append(text_key(item, feed=bench.feed))
    if link and (bench.links[link] > 1 or not _others(link, known, bench)):
        own.append(link)
    if guid and guid not in bench.taken and not _others(guid, known, bench):
        bench.taken.add(guid)
        own.append(guid)
    return tuple(key for key in own if known is None or known.item not in _holders(key, bench))


def _holders(key: str, bench: _Bench) -> frozenset[int]:
    return frozenset(known.item for known in bench.under(key))


def _others(key: str, known: Known | None, bench: _Bench) -> frozenset[int]:
    return _holders(key, bench) - ({known.item} if known else set())


# --- back-fill -------------------------------------------------------------------------------------------------------


def _shown(entries: Sequence[Item], *, now: datetime, limit: timedelta | None) -> frozenset[int]:
    """Choose the entries that are shown: all of a feed known before, else those that are young and the newest one."""
    if limit is None or not entries:
        return frozenset(range(len(entries)))
    times = [min(item.published or now, now) for item in entries]
    newest = max(range(len(entries)), key=lambda at: (times[at], -at))
    return frozenset(at for at, time in enumerate(times) if now - time <= limit or at == newest)
