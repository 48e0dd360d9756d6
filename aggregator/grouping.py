"""The recipe between *poll* and *publish*: what has come in since last time finds its story.

Works in one transaction over the open items of the store: their words and ties are kept there, so that only the groups
that new items touch are made again. All of it is made again when an edition has closed (the word statistics are counted
anew then), when the settings or rulings differ, when the first news have doubled since the words were counted, when
one subject floods an edition, and when a new version takes other words.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from aggregator.core import group, rulings
from aggregator.core.model import Assignment, Config, Rulings, Statistics, Strictness, Tie
from aggregator.edges import memory
from aggregator.edges.store import Archive, Writer
from aggregator.edges.store.grouping import Basis, Candidate

#: Items further apart are never one story; counted back from the newest item stored, never from the clock.
WINDOW = timedelta(hours=72)
#: Articles that one name in a ruling may mean; two names of hundreds would be tens of thousands of pairs.
MOST_NAMED = 50
#: Changes with how words are taken, so that after an upgrade they are taken anew.
_WORDS = "3"
#: Changes with how stories and affairs are made of them, so that after an upgrade these are made again.
_MAKING = "2"
#: So many items are put on the board before their ties are kept.
_AT_ONCE = 500

_Groups = tuple[tuple[int, ...], ...]


def regroup(store: Writer, config: Config) -> int:
    """Put the open items of a store into stories; give how many went into another one than before.

    Inside a transaction. The same items, settings and rulings give the same stories, whatever came first; a second call
    changes nothing.
    """
    archive = store.archive
    basis, obeyed = archive.basis(), obeying(archive, config)
    upcoming = replace(basis, rules=_named(config, obeyed), edition=str(archive.last_closed() or ""))
    if upcoming == basis and archive.is_settled(window=WINDOW):
        store.note_settled()
        return 0
    memory.give_back()  # what polling has left, before grouping needs as much
    candidates = archive.candidates(window=WINDOW, ruled=_ruled(obeyed))
    now_open = _now_open(candidates, strictness=config.strictness, rulings=obeyed)
    unworded = now_open.new if _knows_words(basis) else sorted({*archive.worded(), *now_open.new})
    store.keep_terms((report.id, group.terms.of(report)) for report in archive.reports(unworded))
    groups, upcoming, statistics = _grouped(store, now_open, basis, upcoming)
    alone = archive.left_out(window=WINDOW) if upcoming != basis else {}
    before = dict(now_open.pairs()) | alone
    assigned = _assigned(store, (*groups, *((item,) for item in alone)), before)
    moved = store.move(assigned, before, new=frozenset(now_open.new))
    _keep_affairs(store, before | dict(assigned.story_of), {*assigned.story_of.values()}, statistics, now_open)
    store.keep_grouping(upcoming, window=WINDOW)
    return moved


class _NowOpen(Struct, frozen=True, kw_only=True):
    """What is open, and what the user wants of it; numbers alone, since it is here for as long as the board is full."""

    items: Sequence[int]
    stories: Sequence[int]  #: of each of the items
    new: Sequence[int]  #: items that have not been grouped yet, or are told differently now
    frozen: frozenset[int]  #: stories of items that are open for a ruling's sake alone
    is_settled: bool  #: what is not new is kept as it was compared
    strictness: Strictness
    rulings: Rulings

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Give each item with its story."""
        return zip(self.items, self.stories, strict=True)


def _now_open(candidates: Iterable[Candidate], *, strictness: Strictness, rulings: Rulings) -> _NowOpen:
    items, stories, new, frozen, is_settled = array("q"), array("q"), array("q"), set[int](), True
    for one in candidates:
        items.append(one.id)
        stories.append(one.story)
        if one.is_new:
            new.append(one.id)
        elif not one.is_compared:
            is_settled = False
        if one.is_frozen and one.id not in rulings.alone:
            frozen.add(one.story)
    return _NowOpen(
        items=items,
        stories=stories,
        new=new,
        frozen=frozenset(frozen),
        is_settled=is_settled,
        strictness=strictness,
        rulings=rulings,
    )


def _grouped(store: Writer, now_open: _NowOpen, basis: Basis, upcoming: Basis) -> tuple[_Groups, Basis, Statistics]:
    """Find the groups that may differ from before, with what they are made from; words are counted where need be."""
    statistics, number = basis.statistics, len(now_open.items)
    if statistics is not None and not _is_to_recount(basis, upcoming, statistics, number):
        found = _found(store, now_open, statistics, anew=upcoming != basis or not now_open.is_settled)
        if found is not None:
            return found, upcoming, statistics
    statistics = _recounted(store.archive, now_open, basis, statistics)
    newest = max(now_open.items, default=basis.counted_to)
    upcoming = replace(upcoming, snapshot=group.statistics.packed(statistics), counted_to=newest)
    return _found(store, now_open, statistics, anew=True, is_counted=True) or (), upcoming, statistics


def _found(
    store: Writer, now_open: _NowOpen, statistics: Statistics, *, anew: bool, is_counted: bool = False
) -> _Groups | None:
    """Find groups, and keep the ties by which they are found; None in a flood of one subject that is not counted yet.

    The words of an item are read when it is its turn, and none are kept.
    """
    archive = store.archive
    board = group.Board(statistics=statistics, strictness=now_open.strictness, rulings=now_open.rulings)
    board.keep(_frozen(now_open))
    disturbed = None if anew else _disturbed(archive, now_open)
    if disturbed is not None:
        board.restore(archive.placed([item for item in now_open.items if item not in disturbed]), archive.ties)
    store.forget_ties(disturbed)
    opening = [item for item in now_open.items if item in disturbed] if disturbed is not None else now_open.items
    for at in range(0, len(opening), _AT_ONCE):
        few = opening[at : at + _AT_ONCE]
        store.keep_ties(board.add(archive.opened(few)))
        store.keep_sides(board.sides(few))
    if board.is_outgrown and not is_counted:
        return None
    return board.groups() if anew else board.touched()


def _assigned(store: Writer, groups: _Groups, before: Mapping[int, int]) -> Assignment:
    """Give groups their stories; those that merge are looked at for what has grown old in them and stays."""
    merging = {story for items in groups if len(stories := {before[one] for one in items}) > 1 for story in stories}
    rooted = store.archive.rooted(merging, besides={one for items in groups for one in items})
    return group.assign(groups, before, store.fresh_story, rooted=rooted)


def _keep_affairs(
    store: Writer, story_of: Mapping[int, int], changed: set[int], statistics: Statistics, now_open: _NowOpen
) -> None:
    """Find the affairs that some stories, and those linked with them, belong to."""
    strictness, archive = now_open.strictness, store.archive
    nearby, ties = _nearby(archive, story_of, changed, least=group.affairs.least(strictness))
    affair_of = group.affairs.of(
        nearby, ties, opened=archive.opened, statistics=statistics, strictness=strictness, rulings=now_open.rulings
    )
    store.keep_affairs(nearby, affair_of, new=frozenset(now_open.new))


def _nearby(
    archive: Archive, story_of: Mapping[int, int], stories: set[int], *, least: float
) -> tuple[dict[int, int], list[Tie]]:
    """Find the items of stories that ties of ``least`` or more link with some, also by way of others, and their ties.

    Whoever was linked with what has left is among the stories, for that tie's sake.
    """
    items: dict[int, list[int]] = defaultdict(list)
    for item, story in story_of.items():
        items[story].append(item)
    ties: list[Tie] = []
    reached, waiting = set[int](), stories
    while waiting:
        linked = set[int]()
        for tie in archive.ties({item for story in waiting for item in items[story]}):
            one, other = story_of.get(tie.item), story_of.get(tie.other)
            if one is None or other is None or one == other or not reached.isdisjoint((one, other)):
                continue  # it links nothing, or was given before
            ties.append(tie)
            if tie.score >= least:
                linked |= {one, other}
        reached |= waiting
        waiting = linked - reached
    return {item: story for story in reached for item in items[story]}, ties


def _frozen(now_open: _NowOpen) -> list[tuple[int, int]]:
    """Pair the items of each story that a ruling has opened again with the next one: what has grown old stays together.

    By their ties of today they would fall apart, since those further apart than the window have none.
    """
    stories: dict[int, list[int]] = defaultdict(list)
    for item, story in now_open.pairs():
        if story in now_open.frozen and item not in now_open.rulings.alone:
            stories[story].append(item)
    return [pair for items in stories.values() for pair in pairwise(items)]


def _disturbed(archive: Archive, now_open: _NowOpen) -> set[int]:
    """Name the items that are new or told differently, and those that such a one was tied to or in a story with.

    Whoever stood with it by what it said before may now stand elsewhere; who was tied to it alone, only where rulings
    join some articles and part others.
    """
    tied = archive.tied(now_open.new)
    new = frozenset(now_open.new)
    stories = {story for item, story in now_open.pairs() if item in new}
    return {item for item, story in now_open.pairs() if story in stories or item in tied}


def _is_to_recount(basis: Basis, upcoming: Basis, statistics: Statistics, number: int) -> bool:
    """Ask whether an edition has closed, what is open has doubled in the first one, or words are others now."""
    has_doubled = not basis.edition and number >= 2 * statistics.recent
    return upcoming.edition != basis.edition or has_doubled or not _knows_words(basis)


def _knows_words(basis: Basis) -> bool:
    """Ask whether the words that are kept were taken as they are taken now."""
    return basis.rules.startswith(f"{_WORDS} ")


def _recounted(archive: Archive, now_open: _NowOpen, basis: Basis, statistics: Statistics | None) -> Statistics:
    if statistics is not None and not _knows_words(basis):
        statistics = group.statistics.reworded(statistics)
    uncounted = [item for item in now_open.items if item > basis.counted_to]
    new, window = ((item.terms for item in archive.opened(counted)) for counted in (uncounted, now_open.items))
    return group.statistics.counted(statistics or group.statistics.cold(), new, window)


def obeying(archive: Archive, config: Config) -> Rulings:
    """Find the items that the rulings of the settings are about."""
    return rulings.obeyed(config.rulings, _named_items(archive, config))


def muted(archive: Archive, config: Config) -> frozenset[int]:
    """Give the stories of which the user wants no more."""
    return archive.stories_of(rulings.muted(config.rulings, _named_items(archive, config)))


def _named_items(archive: Archive, config: Config) -> dict[str, list[int]]:
    """Find what the rulings are about; of a headline that comes back day after day, its newest articles."""
    articles = (article for ruling in config.rulings for article in ruling.articles)
    return {article: archive.find(article)[:MOST_NAMED] for article in articles}


def _ruled(obeyed: Rulings) -> frozenset[int]:
    return frozenset().union(obeyed.alone, *obeyed.joined, *obeyed.apart)


def _named(config: Config, obeyed: Rulings) -> str:
    """Name the settings and rulings that stories depend on."""
    left_out = sorted(feed.url for feed in config.feeds if not feed.grouped)
    ruled = (
        sorted(map(sorted, obeyed.joined)),
        sorted(obeyed.alone),
        sorted(map(sorted, obeyed.apart)),
    )
    told = blake2b(repr((_MAKING, str(config.strictness), left_out, ruled)).encode(), digest_size=16).hexdigest()
    return f"{_WORDS} {told}"
