"""The open items and how alike they are; says which of them tell the same event.

Ties depend on two items and the snapshot of statistics alone, and groups on the ties alone, so that the order in which
items arrive leaves no trace.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator

from aggregator.core import likeness
from aggregator.core.group import clusters, vectors
from aggregator.core.group.statistics import FREQUENT
from aggregator.core.model import Open, Rulings, Statistics, Strictness, Tie

#: Groups become one while their items are so alike on average; how these were chosen is told in docs/stories.md.
THRESHOLDS = {Strictness.TIGHT: 0.20, Strictness.NORMAL: 0.16, Strictness.LOOSE: 0.12}
#: Ties below are not kept and count as none; that costs nothing in quality and saves nine of ten of them.
FLOOR = 0.05
#: Two headlines whose words are less alike are not compared letter by letter.
WORTH_COMPARING = 0.15
#: A headline of fewer words is no name of an event: "Open thread" comes back.
FEWEST_WORDS = 3

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
        self._vectors: dict[int, vectors.Vector] = {}
        self._grams: dict[int, frozenset[str]] = {}
        self._having: dict[int, dict[int, int]] = defaultdict(dict)  # word: item: weight, of words that find pairs
        self._titled: dict[str, list[tuple[float, int]]] = defaultdict(list)  # headline: when told, by which item
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
        """Take items off the board. Without a whole group of them the others stay as they are; of part, not always."""
        for item in ids:
            if gone := self._items.pop(item, None):
                self._changed |= {*self._ties[item], *self._held(gone)} - {item}
                self._changed.discard(item)
                for other in self._ties.pop(item):
                    del self._ties[other][item]
                for number in self._vectors.pop(item).weights:
                    self._having[number].pop(item, None)
                self._titled[gone.terms.plain].remove((self._hours.pop(item), item))
                self._grams.pop(item, None)

    def groups(self) -> Groups:
        """Give the partition of all that is open."""
        return self._parted(self._items)

    def touched(self) -> Groups:
        """Give the groups that may have changed since ``restore``."""
        return self._parted(self._reached(self._changed))

    @property
    def is_outgrown(self) -> bool:
        """Ask whether there came so much of one word that it found no pairs, though the statistics know nothing of it.

        A flood: the statistics must be renewed, and everything put on a new board, for what came to be judged fully.
        """
        return any(len(having) > 2 * FREQUENT for having in self._having.values())

    # --- placing -----------------------------------------------------------------------------------------------------

    def _place(self, item: Open) -> None:
        self._items[item.id] = item
        self._hours[item.id] = hours = item.time.timestamp() / 3600
        self._ties[item.id] = {}
        self._vectors[item.id] = vector = self._weigher.vector(item.terms)
        finds = self._weigher.finds
        for number, weight in vector.weights.items():
            if finds[number]:
                self._having[number][item.id] = weight
        told = self._titled[item.terms.plain]
        told.insert(bisect(told, (hours, item.id)), (hours, item.id))

    def _tie(self, tie: Tie) -> None:
        self._ties[tie.item][tie.other] = self._ties[tie.other][tie.item] = tie.score

    # --- finding ties ------------------------------------------------------------------------------------------------

    def _found(self, item: Open) -> Iterator[Tie]:
        for other in self._candidates(item):
            score = self._score(item, self._items[other])
            if score >= FLOOR:
                yield Tie(item=min(item.id, other), other=max(item.id, other), score=score)

    def _candidates(self, item: Open) -> list[int]:
        """Give the items that may be tied to one: near in time, and with enough in common of the words that find."""
        dots: dict[int, int] = {}
        weights = self._vectors[item.id].weights
        for number, weight in weights.items():
            having = self._having.get(number, {})
            if len(having) <= 2 * FREQUENT:
                for other, theirs in having.items():
                    dots[other] = dots.get(other, 0) + weight * theirs
        finds = self._weigher.finds
        missing = sum(weight * weight for number, weight in weights.items() if not finds[number]) ** 0.5 * vectors.UNIT
        least = 0.99 * FLOOR * vectors.UNIT * vectors.UNIT - missing  # less than rounding can take
        return [other for other, dot in dots.items() if dot >= least and other != item.id]

    def _score(self, one: Open, other: Open) -> float:
        """Say how alike two items are; exact copies of one headline are held together without a tie."""
        hours = abs(self._hours[one.id] - self._hours[other.id])
        if hours > vectors.HOURS or one.terms.plain == other.terms.plain:
            return 0.0
        first, second = self._vectors[one.id], self._vectors[other.id]
        common = vectors.shares(first, second)
        dot = sum(common.values())
        alike = vectors.faded(dot, hours)
        if alike < FLOOR:
            return 0.0
        if vectors.faded(dot, 0) >= WORTH_COMPARING and self._is_retold(one, other):
            return clusters.SURE
        return round(alike * vectors.certainty(common, first, second), 4)

    def _is_retold(self, one: Open, other: Open) -> bool:
        return likeness.jaccard(self._letters(one), self._letters(other)) >= likeness.UPDATE

    def _letters(self, item: Open) -> frozenset[str]:
        grams = self._grams.get(item.id)
        if grams is None:
            self._grams[item.id] = grams = likeness.grams(item.terms.plain)
        return grams

    # --- groups ------------------------------------------------------------------------------------------------------

    def _parted(self, items: Iterable[int]) -> Groups:
        ids = list(items)
        held = [pair for item in ids for pair in ((item, other) for other in self._held(self._items[item]))]
        return clusters.of(ids, self._ties, held=held, threshold=self._threshold, rulings=self._rulings)

    def _held(self, item: Open) -> Iterator[int]:
        """Give the items nearest in time, within the window, that have exactly the same headline."""
        told = self._titled[item.terms.plain]
        if len(told) < 2 or len(item.terms.title) < FEWEST_WORDS:
            return
        hours = self._hours[item.id]
        at = bisect(told, (hours, item.id))
        for near, other in (*told[max(0, at - 2) : at - 1], *told[at : at + 1]):
            if abs(near - hours) <= vectors.HOURS:
                yield other

    def _reached(self, items: Iterable[int]) -> set[int]:
        """Find all that is connected with some items: nothing beyond has a say in their groups."""
        together: dict[int, frozenset[int]] = defaultdict(frozenset)
        for joined in self._rulings.joined:
            for item in joined & self._items.keys():
                together[item] |= joined & self._items.keys()
        reached: set[int] = set()
        waiting = list(items)
        while waiting:
            item = waiting.pop()
            if item not in reached:
                reached.add(item)
                near = (other for other, score in self._ties[item].items() if score >= self._threshold)
                waiting += [*near, *self._held(self._items[item]), *together[item]]
        return reached
