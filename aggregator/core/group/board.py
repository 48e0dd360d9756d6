"""The open items and how alike they are; says which of them tell the same event.

Ties depend on two items and the snapshot of statistics alone, and groups on the ties alone, so that the order in which
items arrive leaves no trace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from aggregator.core import likeness
from aggregator.core.group import clusters, vectors
from aggregator.core.model import Open, Rulings, Statistics, Strictness, Tie

THRESHOLDS = {Strictness.TIGHT: 0.18, Strictness.NORMAL: 0.14, Strictness.LOOSE: 0.10}
#: Ties below are not kept; they count as none.
FLOOR = 0.04

Groups = tuple[tuple[int, ...], ...]


class Board:
    """Holds what is open: items, their words, and the ties between them."""

    def __init__(
        self, *, statistics: Statistics, strictness: Strictness = Strictness.NORMAL, rulings: Rulings | None = None
    ) -> None:
        self._threshold = THRESHOLDS[strictness]
        self._rulings = rulings or Rulings()
        self._weigher = vectors.Weigher(statistics)
        self._items: dict[int, Open] = {}
        self._hours: dict[int, float] = {}
        self._vectors: dict[int, dict[int, int]] = {}
        self._having: dict[int, dict[int, int]] = defaultdict(dict)  # word: item: weight, of words that find pairs
        self._ties: dict[int, dict[int, float]] = {}
        self._changed: set[int] = set()

    def restore(self, items: Iterable[Open], ties: Iterable[Tie]) -> None:
        """Put back what was open, with the ties found then; nothing of it counts as changed."""
        for item in items:
            self._place(item)
        for tie in ties:
            if tie.item in self._items and tie.other in self._items:
                self._tie(tie)

    def add(self, items: Iterable[Open]) -> tuple[Tie, ...]:
        """Put new items on the board and give their ties, to be kept."""
        found: list[Tie] = []
        for item in sorted(items, key=lambda item: item.id):
            if item.id not in self._items:
                self._place(item)
                self._changed.add(item.id)
                new = tuple(self._found(item))
                for tie in new:
                    self._tie(tie)
                found += new
        return tuple(found)

    def forget(self, ids: Iterable[int]) -> None:
        """Take items off the board; whole groups only, else what is left of one is judged anew."""
        for item in ids:
            if self._items.pop(item, None):
                self._changed.discard(item)
                for number in self._vectors.pop(item):
                    self._having[number].pop(item, None)
                for other in self._ties.pop(item):
                    del self._ties[other][item]
                    self._changed.add(other)

    def groups(self) -> Groups:
        """Give the partition of all that is open."""
        return clusters.of(self._items, self._ties, threshold=self._threshold, rulings=self._rulings)

    def touched(self) -> Groups:
        """Give the groups that may have changed since ``restore``."""
        near = self._reached(self._changed)
        return clusters.of(near, self._ties, threshold=self._threshold, rulings=self._rulings)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _place(self, item: Open) -> None:
        self._items[item.id] = item
        self._hours[item.id] = item.time.timestamp() / 3600
        self._ties[item.id] = {}
        self._vectors[item.id] = vector = self._weigher.vector(item.terms)
        finds = self._weigher.finds
        for number, weight in vector.items():
            if finds[number]:
                self._having[number][item.id] = weight

    def _tie(self, tie: Tie) -> None:
        self._ties[tie.item][tie.other] = self._ties[tie.other][tie.item] = tie.score

    def _found(self, item: Open) -> Iterator[Tie]:
        vector, hours = self._vectors[item.id], self._hours[item.id]
        common = [number for number in vector if not self._weigher.finds[number]]
        for other, dot in self._candidates(item.id).items():
            apart = abs(hours - self._hours[other])
            whole = dot + vectors.product(vector, self._vectors[other], common)
            score = vectors.faded(whole, apart)
            if score >= FLOOR:
                if score > 0.1 and self._is_update(item.id, other):
                    score = clusters.SURE
                yield Tie(item=min(item.id, other), other=max(item.id, other), score=score)

    def _candidates(self, item: int) -> dict[int, int]:
        dots: dict[int, int] = {}
        for number, weight in self._vectors[item].items():
            for other, theirs in self._having.get(number, {}).items():
                dots[other] = dots.get(other, 0) + weight * theirs
        dots.pop(item, None)
        return dots

    def _is_update(self, one: int, other: int) -> bool:
        alike = likeness.jaccard(*(likeness.grams(self._items[item].terms.plain) for item in (one, other)))
        return alike >= likeness.UPDATE

    def _reached(self, items: Iterable[int]) -> set[int]:
        together: dict[int, set[int]] = defaultdict(set)
        for joined in self._rulings.joined:
            for one in joined & self._items.keys():
                together[one] |= joined & self._items.keys()
        reached: set[int] = set()
        waiting = list(items)
        while waiting:
            item = waiting.pop()
            if item not in reached:
                reached.add(item)
                near = (other for other, score in self._ties[item].items() if score >= self._threshold)
                waiting += [*near, *together.get(item, ())]
        return reached
