"""Average link: the two groups that are most alike on the whole become one, until none are alike enough.

Pairs without a tie count as nothing alike. Whatever the order of the ties, the groups are the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from aggregator.core.group.pairs import SURE
from aggregator.core.model import Rulings

Ties = Mapping[int, Mapping[int, float]]


def of(
    items: Iterable[int], ties: Ties, *, held: Iterable[tuple[int, int]] = (), threshold: float, rulings: Rulings
) -> tuple[tuple[int, ...], ...]:
    """Part items into groups, each sorted, in the order of their first items; ``held`` pairs begin together.

    What the user joined comes before what is to be alone or apart, and both before what is held together. Who would be
    in a group with something joined follows it there.
    """
    items, held = sorted(items), list(held)
    joined = frozenset[int]().union(*rulings.joined)
    if not joined.isdisjoint(items):
        apart = of(items, ties, held=held, threshold=threshold, rulings=replace(rulings, joined=()))
        held += [(item, other) for group in apart for item in joined.intersection(group) for other in group]
    clusters = _Clusters(items, ties, rulings)
    clusters.hold(held)
    clusters.join(threshold)
    return tuple(sorted(tuple(sorted(members)) for members in clusters.members.values()))


class _Clusters:
    """Groups on their way: each goes by its lowest item, and knows the sum of its ties to the others."""

    def __init__(self, items: list[int], ties: Ties, rulings: Rulings) -> None:
        self.members = {item: [item] for item in items}
        self._place = {item: item for item in items}
        joined = {item for together in rulings.joined for item in together}
        self._alone = rulings.alone - joined
        self._foes: dict[int, set[int]] = {item: set() for item in items}
        self._sums: dict[int, dict[int, float]] = {item: {} for item in items}
        for item in items:
            if item not in self._alone:
                near = ties.get(item, {})
                self._sums[item] = {o: s for o, s in near.items() if o in self.members and o not in self._alone}
        self._obey(rulings)

    def _obey(self, rulings: Rulings) -> None:
        for together in rulings.joined:
            first, *others = sorted(together & self._place.keys()) or [0]
            for other in others:
                self._merge(first, other)
        for apart in rulings.apart:
            places = {self._place[item] for item in apart if item in self._place}
            for place in places:
                self._foes[place] |= places - {place}

    def hold(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Merge what is held together, by a tie that is sure or as one of the pairs, where no ruling is against it."""
        sure = {(a, b) for a, near in self._sums.items() for b, score in near.items() if a < b and score >= SURE}
        for one, other in sorted(sure | {(min(pair), max(pair)) for pair in pairs}):
            if not {one, other} & self._alone:
                self._merge(one, other)

    def _merge(self, one: int, other: int) -> int:
        """Make two groups one, unless they are the same or must not be; give the place it is at."""
        one, other = sorted((self._place[one], self._place[other]))
        if one == other or other in self._foes[one]:
            return one
        self._take(one, other)
        for item in self.members[other]:
            self._place[item] = one
        self.members[one] += self.members.pop(other)
        for foe in self._foes.pop(other):
            self._foes[foe].discard(other)
            self._foes[foe].add(one)
            self._foes[one].add(foe)
        return one

    def _take(self, one: int, other: int) -> None:
        mine, theirs = self._sums[one], self._sums.pop(other)
        mine.pop(other, None)
        for third, total in theirs.items():
            if third != one:
                near = self._sums[third]
                del near[other]
                near[one] = mine[third] = mine.get(third, 0.0) + total

    def join(self, threshold: float) -> None:
        """Merge the most alike pair of groups while its mean tie reaches the threshold; ties by the lowest items."""
        heap = [
            (-self._mean(one, other), one, other)
            for one, near in self._sums.items()
            for other in near
            if one < other and self._mean(one, other) >= threshold
        ]
        heapq.heapify(heap)
        while heap:
            negative, one, other = heapq.heappop(heap)
            if not self._is_current(one, other, -negative) or other in self._foes[one]:
                continue
            self._merge(one, other)
            for third in self._sums[one]:
                mean = self._mean(one, third)
                if mean >= threshold:
                    heapq.heappush(heap, (-mean, min(one, third), max(one, third)))

    def _is_current(self, one: int, other: int, mean: float) -> bool:
        return other in self._sums.get(one, ()) and self._mean(one, other) == mean

    def _mean(self, one: int, other: int) -> float:
        return self._sums[one][other] / (len(self.members[one]) * len(self.members[other]))
