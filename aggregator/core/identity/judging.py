"""A document against the store: what each of its entries turned out to be, by which rule, and what it goes by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from aggregator.core.identity.entries import Told
from aggregator.core.identity.rewriting import rebound
from aggregator.core.identity.rules import MOST_EDITS, RULES, Bench, by_repeat
from aggregator.core.model import Change, Item, Known, Verdict

#: How much later a nameless entry must be dated than was last noted: far less than the window in which it is known.
_RENEWAL = timedelta(hours=6)


def compare(
    entries: Sequence[Told],
    known: Mapping[str, Sequence[Known]],
    *,
    now: datetime,
    repeated: Iterable[int] = (),
    before: Iterable[int] | None = None,
    backfill: timedelta | None = None,
    first_time: bool = False,
) -> tuple[Change, ...]:
    """Judge every distinct entry of one document: new, edited, seen elsewhere or unchanged, and by which rule.

    ``known`` maps each of ``wanted(entries)`` to what the store holds under it; ``repeated`` are the items of those
    entries of the document that were known by their bytes and not read again, ``before`` all items of the feed's last
    document (None: that is not remembered). Of a feed met for the ``first_time``, what is older than ``backfill``
    (None: all is wanted) is not shown, its newest entry excepted. The same input gives the same changes.
    """
    bench = _bench(entries, known, now=now, repeated=frozenset(repeated), before=before)
    found = _claims(entries, bench)
    shown = _shown([told.item for told in entries], now=now, limit=backfill if first_time else None)
    return tuple(_change(told, found.get(at), bench, shown=at in shown) for at, told in enumerate(entries))


def _bench(
    entries: Sequence[Told],
    known: Mapping[str, Sequence[Known]],
    *,
    now: datetime,
    repeated: frozenset[int],
    before: Iterable[int] | None,
) -> Bench:
    return Bench(
        now=now,
        known=known,
        shared=_shared(entries, known, repeated),
        repeated=repeated,
        before=None if before is None else frozenset(before),
    )


def _shared(entries: Iterable[Told], known: Mapping[str, Sequence[Known]], repeated: frozenset[int]) -> Counter[str]:
    """Count the entries of a document, read or not, that carry each key that may prove to be none.

    Where nothing is known, nothing can prove shared; there is much of that in a first poll.
    """
    if not known:
        return Counter()
    shared = Counter(
        key
        for told in entries
        for key in (told.keys.guid, told.keys.link, told.keys.words, *told.keys.headlines)
        if key
    )
    if repeated:
        shared.update({key: len({one.item for one in known.get(key, ())} & repeated) for key in list(shared)})
    return shared


def _claims(entries: Sequence[Told], bench: Bench) -> dict[int, tuple[Known, str]]:
    """Find which known item each entry is: the strongest rule for all entries first, each item claimed once."""
    found: dict[int, tuple[Known, str]] = {}
    open_ones = [at for at, told in enumerate(entries) if any(map(bench.known.get, told.keys))]
    for rule, search in RULES:
        for at in open_ones:
            match = search(entries[at], bench)
            if match and (bench.is_free(match) or search is by_repeat):
                bench.claimed.add(match.item)
                found[at] = (match, rule)
        open_ones = [at for at in open_ones if at not in found]
    if open_ones:
        found |= {at: (match, "headline, all rewritten") for at, match in rebound(entries, found, bench).items()}
    return found


def _change(told: Told, match: tuple[Known, str] | None, bench: Bench, *, shown: bool) -> Change:
    known, rule = match or (None, "no key of it is known")
    is_restless = _is_restless(told, known)
    return Change(
        verdict=Verdict.UNCHANGED if is_restless else _verdict(told, known),
        item=told.item,
        rule=f"{rule}; it changes too often" if is_restless else rule,
        keys=() if is_restless else _own_keys(told, known, bench),
        known=known.item if known else None,
        shown=shown,
        fingerprint=told.keys.fingerprint,
        places=told.places,
    )


def _is_restless(told: Told, known: Known | None) -> bool:
    """Ask whether a feed tells an item anew that it has told anew too often; it is left as it is."""
    return known is not None and known.edits >= MOST_EDITS and _verdict(told, known) is Verdict.EDITED


def _verdict(told: Told, known: Known | None) -> Verdict:
    if known is None:
        return Verdict.NEW
    if known.pruned:
        return Verdict.UNCHANGED
    if not known.here:
        return Verdict.ELSEWHERE
    return Verdict.UNCHANGED if known.fingerprint == told.keys.fingerprint else Verdict.EDITED


def _own_keys(told: Told, known: Known | None, bench: Bench) -> tuple[str, ...]:
    """Choose the keys an item goes by from now on.

    A guid or link that other items go by is added only where that proves it shared, by this document or by an item
    that is new in spite of it, which ends its power to identify; headlines and texts are shared freely.
    """
    own = [key for key in (told.keys.text, told.keys.words, *told.keys.headlines) if key]
    for key in (told.keys.link, told.keys.guid):
        if key and (bench.shared[key] > 1 or known is None or not bench.holders(key)):
            own.append(key)
    renewed = [told.keys.words] if known and told.keys.words and _is_dated_anew(told, known, bench) else []
    return (*renewed, *(key for key in own if known is None or known.item not in bench.holders(key)))


def _is_dated_anew(told: Told, known: Known, bench: Bench) -> bool:
    """Ask whether a nameless item has a later time by now, which is noted so that it stays known; not at every poll."""
    held = (one.time for one in bench.under(told.keys.words) if one.item == known.item)
    return any(bench.time_of(told) - time > _RENEWAL for time in held)


# --- back-fill -------------------------------------------------------------------------------------------------------


def _shown(entries: Sequence[Item], *, now: datetime, limit: timedelta | None) -> frozenset[int]:
    """Choose the entries that are shown: all of a feed known before, else those that are young and the newest one."""
    if limit is None or not entries:
        return frozenset(range(len(entries)))
    times = [min(item.published or now, now) for item in entries]
    newest = max(range(len(entries)), key=lambda at: (times[at], -at))
    return frozenset(at for at, time in enumerate(times) if now - time <= limit or at == newest)
