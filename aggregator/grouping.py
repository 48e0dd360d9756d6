"""The recipe between *poll* and *publish*: what has come in since last time finds its story.

Works in one transaction over the open items of the store: their words and ties are kept there, so that only the groups
that new items touch are made again. All of it is made again when an edition has closed (the word statistics are counted
anew then), when the settings or rulings differ, when the first news have doubled since the words were counted, and when
one subject floods an edition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from itertools import pairwise

from aggregator.core import group, rulings
from aggregator.core.model import Config, Open, Rulings, Statistics, Terms, Tie
from aggregator.edges.store import Archive, Writer
from aggregator.edges.store.grouping import Basis, Candidate

#: Items further apart are never one story; counted back from the newest item stored, never from the clock.
WINDOW = timedelta(hours=72)
#: Articles that one name in a ruling may mean; two names of hundreds would be tens of thousands of pairs.
MOST_NAMED = 50
#: Changes with the method, so that stories are made again after an upgrade.
_METHOD = "1"


def regroup(store: Writer, config: Config, *, recount: bool = False) -> int:
    """Put the open items of a store into stories; give how many went into another one than before.

    Inside a transaction. The same items, settings and rulings give the same stories, whatever came first; a second call
    changes nothing. Words are counted anew where they must be; ``recount``: in any case.
    """
    archive = store.archive
    basis, obeyed = archive.basis(), obeying(archive, config)
    fresh = replace(basis, rules=_named(config, obeyed), edition=str(archive.last_closed() or ""))
    if fresh == basis and archive.is_settled(window=WINDOW):
        return 0
    open_items = archive.candidates(window=WINDOW, ruled=_ruled(obeyed))
    words = {one.report.id: one.terms or group.terms.of(one.report) for one in open_items}
    statistics = basis.statistics
    is_stale = recount or fresh.edition != basis.edition
    if statistics is None or is_stale or _has_doubled(fresh, statistics, len(open_items)):
        statistics = _recounted(basis, statistics, words)
        fresh = replace(
            fresh, snapshot=group.statistics.packed(statistics), counted_to=max(words, default=basis.counted_to)
        )
    anew = fresh != basis
    board = group.Board(statistics=statistics, strictness=config.strictness, rulings=obeyed)
    board.keep(_frozen(one for one in open_items if one.report.id not in obeyed.alone))
    made = _grouped(board, open_items, words, ties=() if anew else tuple(archive.ties()), anew=anew)
    if board.is_outgrown and not recount:  # a flood of one subject, whose words tell little from now on
        return regroup(store, config, recount=True)
    alone = archive.left_out(window=WINDOW) if anew else {}
    before = {one.report.id: one.story for one in open_items} | alone
    assigned = group.assign([*made.groups, *((item,) for item in alone)], before, store.fresh_story)
    moved = store.move(assigned, before)
    store.keep_grouping(fresh, opened=made.opened, found=made.ties, anew=anew, window=WINDOW)
    return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    groups: tuple[tuple[int, ...], ...]  #: those that may differ from before
    opened: list[Open]
    ties: tuple[Tie, ...]


def _grouped(
    board: group.Board, open_items: Sequence[Candidate], words: Mapping[int, Terms], *, ties: Sequence[Tie], anew: bool
) -> _Made:
    items = [Open(id=one.report.id, time=one.report.time, terms=words[one.report.id]) for one in open_items]
    opening = set(words) if anew else _disturbed(open_items, ties)
    opened = [item for item in items if item.id in opening]
    board.restore((item for item in items if item.id not in opening), ties)
    found = board.add(opened)
    return _Made(groups=board.groups() if anew else board.touched(), opened=opened, ties=found)


def _frozen(open_items: Iterable[Candidate]) -> list[tuple[int, int]]:
    """Pair the items of each story that a ruling has opened again with the next one: what has grown old stays together.

    By their ties of today they would fall apart, since those further apart than the window have none.
    """
    stories: dict[int, list[Candidate]] = defaultdict(list)
    for one in open_items:
        stories[one.story].append(one)
    opened = (items for items in stories.values() if any(one.is_frozen for one in items))
    return [(one.report.id, other.report.id) for items in opened for one, other in pairwise(items)]


def _disturbed(open_items: Iterable[Candidate], ties: Iterable[Tie]) -> set[int]:
    """Name the items that are new or told differently, and those that such a one was tied to or in a story with.

    Whoever stood with it by what it said before may now stand elsewhere.
    """
    fresh = {one.report.id for one in open_items if one.terms is None}
    stories = {one.story for one in open_items if one.report.id in fresh}
    tied = {end for tie in ties if tie.item in fresh or tie.other in fresh for end in (tie.item, tie.other)}
    return {one.report.id for one in open_items if one.story in stories or one.report.id in tied}


def _has_doubled(basis: Basis, statistics: Statistics, number: int) -> bool:
    """Ask whether, in the first edition, what is open has doubled since words were counted."""
    return not basis.edition and number >= 2 * statistics.recent


def _recounted(basis: Basis, statistics: Statistics | None, words: Mapping[int, Terms]) -> Statistics:
    new = [terms for item, terms in words.items() if item > basis.counted_to]
    return group.statistics.counted(statistics or group.statistics.cold(), new, words.values())


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
    return blake2b(repr((_METHOD, str(config.strictness), left_out, ruled)).encode(), digest_size=16).hexdigest()
