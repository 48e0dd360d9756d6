"""Which entries are the same article. Merges by proof only: a missed duplicate is better than a lost article.

Four keys. The *guid* identifies an entry within its feed. The *link* identifies it anywhere, unless it is a home page,
or two entries of one document share it, or two items already do. The exact *text* and date identify within a feed whose
guids and links do not last. *Headline + source* identifies across feeds, or where guid and link are missing or opaque;
within 72 hours; never when the headline is generic.

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
#: More items than this under one headline or text prove that it names none of them.
MOST_HOLDERS = 20


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
    """Give the key of an item's exact text and date, valid within its feed; its link is no part of it."""
    told = "\x1f".join((item.title, item.summary, item.content, item.author, text.instant(item.published) or ""))
    return f"text {feed} {blake2b(told.encode(), digest_size=16).hexdigest()}"


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

    _holders: dict[str, frozenset[int]] = field(default_factory=dict)

    def holders(self, key: str) -> frozenset[int]:
        """Give the items that go by a key."""
        if key not in self._holders:
            self._holders[key] = frozenset(known.item for known in self.under(key))
        return self._holders[key]

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
    return next((one for one in known if _is_still(item, one)), None)


def _is_still(item: Item, known: Known) -> bool:
    """Ask whether an entry agrees with the item stored under its guid: in text, link or headline; or it was pruned."""
    if known.pruned or known.fingerprint == fingerprint(item):
        return True
    same_link = item.link is not None and item.link == known.link and link_key(item) is not None
    return same_link or _same_headline(item, known)


def _same_headline(item: Item, known: Known) -> bool:
    headline = headlines.key(item.title)
    return headline is not None and headline == headlines.key(known.title)


def _by_guid_alone(item: Item, bench: _Bench) -> Known | None:
    """Take the same guid for an edit, even where link and headline both changed, unless it was ever shared."""
    key = guid_key(item, feed=bench.feed)
    known = bench.under(key)
    return known[0] if key and len(known) == 1 and bench.guids[key] == 1 else None


def _by_link(item: Item, bench: _Bench) -> Known | None:
    key = link_key(item)
    known = bench.under(key)
    is_sole = key is not None and len(known) == 1 and bench.links[key] == 1
    return known[0] if is_sole and not _is_next_at(item, known[0]) else None


def _is_next_at(item: Item, known: Known) -> bool:
    """Ask whether a feed tells its next article at the link of an earlier one (the comic of the day, a live page).

    Then guid, headline and date are all others; a feed that only rewrites its guids keeps headline or date.
    """
    renamed = known.here and item.guid is not None and known.guid is not None and item.guid != known.guid
    return renamed and not _same_headline(item, known) and item.published != known.time


def _by_text(item: Item, bench: _Bench) -> Known | None:
    """Know an entry again whose guid and link do not last, by all that it says and its date.

    Where both links could name an article and differ, it must be dated and its headline telling: pictures of the day
    often say nothing else than that they are.
    """
    known = bench.under(text_key(item, feed=bench.feed))
    is_telling = item.published is not None and headlines.key(item.title) is not None
    own = link_key(item)
    return next(
        (
            one
            for one in known[:MOST_HOLDERS]
            if one.item not in bench.claimed and (is_telling or own is None or one.link in (None, item.link))
        ),
        None,
    )


def _by_headline(item: Item, bench: _Bench) -> Known | None:
    time = min(item.published or bench.now, bench.now)
    nameless = _is_nameless(item, bench)
    known = bench.under(headline_key(item))
    near = (
        one
        for one in known
        if abs(one.time - time) <= HEADLINE_WINDOW and (nameless or not one.here) and one.item not in bench.claimed
    )
    if len(known) > MOST_HOLDERS:  # a headline told so often names no article, and comparing would be quadratic
        return None
    return min(near, key=lambda one: (abs(one.time - time), one.item), default=None)


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

    A guid or link that other items go by is added only where that proves it shared, by this document or by an item
    that is new in spite of it, which ends its power to identify; headlines and texts are shared freely.
    """
    guid, link, headline = guid_key(item, feed=bench.feed), link_key(item), headline_key(item)
    own = [text_key(item, feed=bench.feed)] + ([headline] if headline else [])
    if link and (bench.links[link] > 1 or known is None or not bench.holders(link)):
        own.append(link)
    if guid and (bench.guids[guid] > 1 or known is None or not bench.holders(guid)):
        own.append(guid)
    return tuple(key for key in own if known is None or known.item not in bench.holders(key))


# --- back-fill -------------------------------------------------------------------------------------------------------


def _shown(entries: Sequence[Item], *, now: datetime, limit: timedelta | None) -> frozenset[int]:
    """Choose the entries that are shown: all of a feed known before, else those that are young and the newest one."""
    if limit is None or not entries:
        return frozenset(range(len(entries)))
    times = [min(item.published or now, now) for item in entries]
    newest = max(range(len(entries)), key=lambda at: (times[at], -at))
    return frozenset(at for at, time in enumerate(times) if now - time <= limit or at == newest)
