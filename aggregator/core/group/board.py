"""The open items and how alike they are; says which of them tell the same event.

Ties depend on two items and the snapshot of statistics alone, and groups on the ties alone, so that the order in which
items arrive leaves no trace. Tens of thousands of items are held at once, so that words, once numbered, are not kept.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from aggregator.core.group import clusters, pairs, vectors
from aggregator.core.group.statistics import frequent
from aggregator.core.group.ties import Ties
from aggregator.core.model import Open, Placed, Rulings, Statistics, Strictness, Tie

#: Groups become one while their items are so alike on average; how these were chosen is told in docs/stories.md.
THRESHOLDS = {Strictness.TIGHT: 0.21, Strictness.NORMAL: 0.17, Strictness.LOOSE: 0.13}
#: Ties below are not kept and count as none; that costs nothing in quality and saves nine of ten of them.
FLOOR = 0.08

#: Who has a word, of those that find pairs.
_Postings = defaultdict[int, list[int]]
#: A word by its number, the items that share it, and its weight in these.
_Posting = tuple[int, list[int], float]
Groups = tuple[tuple[int, ...], ...]


class Board:
    """Holds what is open: items, their words, and the ties between them."""

    def __init__(
        self, *, statistics: Statistics, strictness: Strictness = Strictness.NORMAL, rulings: Rulings | None = None
    ) -> None:
        self._threshold = THRESHOLDS[strictness]
        self._rulings = rulings or Rulings()
        self._alone = self._rulings.alone.difference(*self._rulings.joined)
        self._joined: dict[int, frozenset[int]] = defaultdict(frozenset)  #: whom the user joined with an item
        for together in self._rulings.joined:
            for item in together:
                self._joined[item] |= together
        self._weigher = vectors.Weigher(statistics)
        self._flood = 2 * frequent(statistics)
        self._sides: dict[int, pairs.Side] = {}
        self._largest = 1.0  #: scale of a vector
        self._headlines: _Postings = defaultdict(list)
        self._summaries: _Postings = defaultdict(list)
        self._named: dict[str, int] = {}  #: one item of each headline that names an event
        self._again: dict[str, list[tuple[float, int]]] = {}  #: when such a headline was told, where more than once
        self._ties = Ties()
        self._kept: dict[int, list[int]] = defaultdict(list)  #: who stays with whom, whatever their words
        self._changed: list[int] = []
        self._recall: Callable[[Collection[int]], Iterable[Tie]] | None = None  #: gives ties that are kept elsewhere
        self._recalled: set[int] = set()  #: items whose ties that has given

    def keep(self, together: Iterable[tuple[int, int]]) -> None:
        """Leave pairs of items in one story that were put there long ago, unless a ruling parts them."""
        for one, other in together:
            self._kept[one].append(other)
            self._kept[other].append(one)

    def restore(self, items: Iterable[Placed], ties: Callable[[Collection[int]], Iterable[Tie]]) -> None:
        """Put back what was open, weighed by the same statistics; nothing of it counts as changed.

        ``ties`` gives all that are kept of some items, each once: those found then, and those that ``add`` finds from
        now on. It is asked for what ``touched`` needs, which is little where much is open and little of it new.
        """
        self._recall = ties
        for item in items:
            self._place(pairs.unpacked(item, self._weigher))

    def add(self, items: Iterable[Open]) -> tuple[Tie, ...]:
        """Put new items on the board and give their ties, to be kept."""
        found: list[Tie] = []
        for item in sorted(items, key=lambda item: item.id):
            if item.id not in self._sides:
                side = pairs.side(item, self._weigher)
                finders = self._place(side)
                self._changed.append(item.id)
                new = tuple(self._found(side, finders))
                for tie in new if self._recall is None else ():
                    self._ties.add(tie)
                found += new
        return tuple(found)

    def sides(self, items: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Give what the statistics have made of some items, to be kept until there are others."""
        return ((item, pairs.packed(self._sides[item], self._weigher)) for item in items)

    def groups(self) -> Groups:
        """Give the partition of all that is open."""
        self._remember(self._sides)
        return self._parted(self._sides)

    def touched(self) -> Groups:
        """Give the groups that may have changed since ``restore``."""
        self._remember(self._changed)
        return self._parted(self._changed)

    @property
    def is_outgrown(self) -> bool:
        """Ask whether there came so much of one word that it found no pairs, though the statistics know nothing of it.

        A flood: the statistics must be renewed, and everything put on a new board, for what came to be judged fully.
        """
        having = (*self._headlines.values(), *self._summaries.values())
        return any(len(items) > self._flood for items in having)

    # --- placing -----------------------------------------------------------------------------------------------------

    def _place(self, side: pairs.Side) -> vectors.Finders:
        """Put an item where it is found, and give the words that others of its kind are found by."""
        item = side.item
        self._sides[item] = side
        self._largest = max(self._largest, side.scale)
        finders = vectors.finders(side)
        for postings, words in ((self._headlines, finders.headline), (self._summaries, finders.summary)):
            for number in words:
                postings[number].append(item)
        if self._has_copies(side):
            self._name(side)
        return finders

    def _has_copies(self, side: pairs.Side) -> bool:
        """Ask whether the headline of an item may hold it together with others; alone, it must not stand between."""
        return side.is_named and side.item not in self._alone

    def _name(self, side: pairs.Side) -> None:
        first = self._named.setdefault(side.plain, side.item)
        if first != side.item:
            told = self._again.setdefault(side.plain, [(self._sides[first].hours, first)])
            bisect.insort(told, (side.hours, side.item))

    # --- finding ties ------------------------------------------------------------------------------------------------

    def _found(self, side: pairs.Side, finders: vectors.Finders) -> Iterator[Tie]:
        """Find the ties of an item; copies of one headline need none, since they are held together without."""
        item, judge = side.item, pairs.Judge(side, self._weigher)
        for other in self._candidates(side, finders, judge.weights):
            if not pairs.is_same(side, other):
                score = judge.judged(other).score
                if score >= FLOOR:
                    yield Tie(item=min(item, other.item), other=max(item, other.item), score=score)

    def _candidates(self, side: pairs.Side, finders: vectors.Finders, mine: Mapping[int, int]) -> Iterator[pairs.Side]:
        """Give the items that may be tied to one: near in time, and alike by the words that find them alone.

        ``mine`` are its weights, whole numbers; those of the others are rounded only where that decides.
        """
        postings, dots = list(self._having(finders)), dict[int, float]()
        for number, having, weight in postings:
            told = mine[number] * weight
            for item in having:
                if item in dots:
                    dots[item] += told
                else:  # as with most: asking first costs least
                    dots[item] = told
        dots.pop(side.item, None)
        off = 1 + sum([mine[number] for number, _, _ in postings]) / 2  # more than rounding can come to
        least = FLOOR * vectors.UNIT**2 - off
        enough = least / self._largest
        for other, dot in [(self._sides[item], dot) for item, dot in dots.items() if dot >= enough]:
            near, hours = dot * other.scale, abs(side.hours - other.hours)
            if near >= least and vectors.faded(near + off, hours) >= FLOOR:
                is_sure = vectors.faded(near - off, hours) >= FLOOR
                if is_sure or vectors.faded(_dot(postings, mine, other), hours) >= FLOOR:
                    yield other

    def _having(self, finders: vectors.Finders) -> Iterator[_Posting]:
        """Give words with the items that share them and the weight there, each in the headline of one of the two.

        Who has only words of the summary in common tells another event, or ends with the same advertisement.
        """
        headlines, summaries, weight = self._headlines, self._summaries, self._weigher.weight
        for number in (*finders.headline, *finders.summary):
            if number in headlines and len(headlines[number]) <= self._flood:
                yield number, headlines[number], weight(number)
        for number in finders.headline:
            if number in summaries and len(summaries[number]) <= self._flood:
                yield number, summaries[number], vectors.SUMMARY * weight(number)

    # --- groups ------------------------------------------------------------------------------------------------------

    def _parted(self, items: Iterable[int]) -> Groups:
        """Part some items, and all that have a say in their groups."""
        groups: list[tuple[int, ...]] = []
        for together in self._components(items):
            groups += self._clustered(together) if len(together) > 1 else [tuple(together)]
        return tuple(sorted(groups))

    def _remember(self, items: Iterable[int]) -> None:
        """Have the ties of some items here, of those whom these connect with them, and so on."""
        waiting = set(items) - self._recalled
        while waiting and self._recall:
            for tie in self._recall(waiting):
                one, other, _ = tie
                if one in self._sides and other in self._sides and self._recalled.isdisjoint((one, other)):
                    self._ties.add(tie)
            self._recalled |= waiting
            waiting = {other for item in waiting for other in self._connected(item)} - self._recalled

    def _clustered(self, together: set[int]) -> Groups:
        held = [(item, other) for item in together for other in self._held(self._sides[item])]
        ties = {item: dict(self._ties.of(item)) for item in together}
        return clusters.of(together, ties, held=held, threshold=self._threshold, rulings=self._rulings)

    def _held(self, side: pairs.Side) -> Iterator[int]:
        """Give the items that are kept with one, and those nearest in time that have exactly the same headline."""
        if side.item in self._kept:
            yield from (other for other in self._kept[side.item] if other in self._sides)
        if self._has_copies(side) and (told := self._again.get(side.plain)):
            at = bisect.bisect(told, (side.hours, side.item))
            for hours, other in (*told[max(0, at - 2) : at - 1], *told[at : at + 1]):
                if abs(hours - side.hours) <= vectors.HOURS:
                    yield other

    def _components(self, items: Iterable[int]) -> Iterator[set[int]]:
        """Find all that is connected with some items, in parts that have no say in each other's groups."""
        seen: set[int] = set()
        for first in items:
            if first not in seen:
                reached, waiting = {first}, [first]
                while waiting:
                    new = self._connected(waiting.pop()) - reached
                    reached |= new
                    waiting += new
                seen |= reached
                yield reached

    def _connected(self, item: int) -> set[int]:
        """Give those who have a say in the group of an item: tied to it, held with it, or joined by the user."""
        near = (other for other, score in self._ties.of(item) if score >= self._threshold)
        joined = self._joined[item] & self._sides.keys() if item in self._joined else ()
        return {*near, *self._held(self._sides[item]), *joined}


def _dot(postings: Iterable[_Posting], mine: Mapping[int, int], other: pairs.Side) -> int:
    """Give the product of two vectors by the words that find one of them for the other."""
    scale = other.scale
    return sum(mine[number] * round(scale * weight) for number, having, weight in postings if other.item in having)
