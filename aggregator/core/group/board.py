"""The open items and how alike they are; says which of them tell the same event.

Ties depend on two items and the snapshot of statistics alone, and groups on the ties alone, so that the order in which
items arrive leaves no trace.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator

from aggregator.core.group import clusters, pairs, vectors
from aggregator.core.group.statistics import frequent
from aggregator.core.model import Open, Rulings, Statistics, Strictness, Tie

#: Groups become one while their items are so alike on average; how these were chosen is told in docs/stories.md.
THRESHOLDS = {Strictness.TIGHT: 0.21, Strictness.NORMAL: 0.17, Strictness.LOOSE: 0.13}
#: Ties below are not kept and count as none; that costs nothing in quality and saves nine of ten of them.
FLOOR = 0.06

#: Who has a word, of those that find pairs, and its weight there.
_Postings = dict[int, dict[int, int]]
Groups = tuple[tuple[int, ...], ...]


class Board:
    """Holds what is open: items, their words, and the ties between them."""

    def __init__(
        self, *, statistics: Statistics, strictness: Strictness = Strictness.NORMAL, rulings: Rulings | None = None
    ) -> None:
        self._threshold = THRESHOLDS[strictness]
        self._rulings = rulings or Rulings()
        self._weigher = vectors.Weigher(statistics)
        self._flood = 2 * frequent(statistics)
        self._sides: dict[int, pairs.Side] = {}
        self._headlines: _Postings = defaultdict(dict)
        self._summaries: _Postings = defaultdict(dict)
        self._titled: dict[str, list[tuple[float, int]]] = defaultdict(list)  # headline: when told, by which item
        self._ties: dict[int, dict[int, float]] = {}
        self._kept: dict[int, list[int]] = defaultdict(list)  #: who stays with whom, whatever their words
        self._changed: set[int] = set()

    def keep(self, together: Iterable[tuple[int, int]]) -> None:
        """Leave pairs of items in one story that were put there long ago, unless a ruling parts them."""
        for one, other in together:
            self._kept[one].append(other)
            self._kept[other].append(one)

    def restore(self, items: Iterable[Open], ties: Iterable[Tie]) -> None:
        """Put back what was open, with the ties found then; nothing of it counts as changed."""
        for item in items:
            self._place(item)
        for tie in ties:
            if tie.item in self._sides and tie.other in self._sides:
                self._tie(tie)

    def add(self, items: Iterable[Open]) -> tuple[Tie, ...]:
        """Put new items on the board and give their ties, to be kept."""
        found: list[Tie] = []
        for item in sorted(items, key=lambda item: item.id):
            if item.id not in self._sides:
                self._place(item)
                self._changed.add(item.id)
                new = tuple(self._found(item.id))
                for tie in new:
                    self._tie(tie)
                found += new
        return tuple(found)

    def forget(self, ids: Iterable[int]) -> None:
        """Take items off the board. Without a whole group of them the others stay as they are; of part, not always."""
        for item in ids:
            if gone := self._sides.pop(item, None):
                self._changed |= {*self._ties[item], *self._held(gone)}
                self._changed.discard(item)
                for other in self._ties.pop(item):
                    del self._ties[other][item]
                for number in gone.vector.headline:
                    del self._headlines[number][item]
                for number in gone.vector.summary:
                    del self._summaries[number][item]
                if gone.is_named:
                    self._titled[gone.plain].remove((gone.hours, item))

    def groups(self) -> Groups:
        """Give the partition of all that is open."""
        return self._parted(self._sides)

    def touched(self) -> Groups:
        """Give the groups that may have changed since ``restore``."""
        return self._parted(self._reached(self._changed))

    @property
    def is_outgrown(self) -> bool:
        """Ask whether there came so much of one word that it found no pairs, though the statistics know nothing of it.

        A flood: the statistics must be renewed, and everything put on a new board, for what came to be judged fully.
        """
        having = (*self._headlines.values(), *self._summaries.values())
        return any(len(items) > self._flood for items in having)

    # --- placing -----------------------------------------------------------------------------------------------------

    def _place(self, item: Open) -> None:
        self._sides[item.id] = side = pairs.side(item, self._weigher)
        self._ties[item.id] = {}
        weights = side.vector.weights
        for number in side.vector.headline:
            self._headlines[number][item.id] = weights[number]
        for number in side.vector.summary:
            self._summaries[number][item.id] = weights[number]
        if side.is_named:
            bisect.insort(self._titled[side.plain], (side.hours, item.id))

    def _tie(self, tie: Tie) -> None:
        self._ties[tie.item][tie.other] = self._ties[tie.other][tie.item] = tie.score

    # --- finding ties ------------------------------------------------------------------------------------------------

    def _found(self, item: int) -> Iterator[Tie]:
        """Find the ties of an item; copies of one headline need none, since they are held together without."""
        side = self._sides[item]
        for other in self._candidates(side):
            if not pairs.is_same(side, self._sides[other]):
                score = pairs.judged(side, self._sides[other]).score
                if score >= FLOOR:
                    yield Tie(item=min(item, other), other=max(item, other), score=score)

    def _candidates(self, side: pairs.Side) -> list[int]:
        """Give the items that may be tied to one: near in time, and alike by the words that find them alone."""
        dots: dict[int, int] = defaultdict(int)
        for number, having in self._postings(side.vector):
            weight = side.vector.weights[number]
            for other, theirs in having.items():
                dots[other] += weight * theirs
        dots.pop(side.item, None)
        least, sides = FLOOR * vectors.UNIT * vectors.UNIT, self._sides
        near = [(other, dot) for other, dot in dots.items() if dot >= least]
        return [other for other, dot in near if vectors.faded(dot, abs(side.hours - sides[other].hours)) >= FLOOR]

    def _postings(self, vector: vectors.Vector) -> Iterator[tuple[int, dict[int, int]]]:
        """Give words with the items that share them, each in the headline of one of the two at least.

        Who has only words of the summary in common tells another event, or ends with the same advertisement.
        """
        for number in vector.headline:
            for having in (self._headlines[number], self._summaries[number]):
                if len(having) <= self._flood:
                    yield number, having
        for number in vector.summary:
            having = self._headlines[number]
            if len(having) <= self._flood:
                yield number, having

    # --- groups ------------------------------------------------------------------------------------------------------

    def _parted(self, items: Iterable[int]) -> Groups:
        ids = list(items)
        held = [(item, other) for item in ids for other in self._held(self._sides[item])]
        return clusters.of(ids, self._ties, held=held, threshold=self._threshold, rulings=self._rulings)

    def _held(self, side: pairs.Side) -> Iterator[int]:
        """Give the items that are kept with one, and those nearest in time that have exactly the same headline."""
        yield from (other for other in self._kept.get(side.item, ()) if other in self._sides)
        if side.is_named:
            told = self._titled[side.plain]
            at = bisect.bisect(told, (side.hours, side.item))
            for hours, other in (*told[max(0, at - 2) : at - 1], *told[at : at + 1]):
                if abs(hours - side.hours) <= vectors.HOURS:
                    yield other

    def _reached(self, items: Iterable[int]) -> set[int]:
        """Find all that is connected with some items: nothing beyond has a say in their groups."""
        together: dict[int, frozenset[int]] = defaultdict(frozenset)
        for joined in self._rulings.joined:
            for item in joined & self._sides.keys():
                together[item] |= joined & self._sides.keys()
        reached: set[int] = set()
        waiting = list(items)
        while waiting:
            item = waiting.pop()
            if item not in reached:
                reached.add(item)
                near = (other for other, score in self._ties[item].items() if score >= self._threshold)
                waiting += [*near, *self._held(self._sides[item]), *together[item]]
        return reached
