"""The two groups that are most alike become one, until none are alike enough; how alike they are, ``links`` tells.

Whatever the order of the ties, the groups are the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from aggregator.core.group.links import Linkage, Mean, Near
from aggregator.core.group.pairs import SURE
from aggregator.core.model import Rulings


def of(
    items: Iterable[int],
    ties: Near,
    *,
    held: Iterable[tuple[int, int]] = (),
    threshold: float,
    rulings: Rulings,
    linkage: Callable[[Near], Linkage] = Mean,
) -> tuple[tuple[int, ...], ...]:
    """Part items into groups, each sorted, in the order of their first items; ``held`` pairs begin together.

    What the user joined comes before what is to be alone or apart, and both before what is held together. Who would be
    in a group with something joined follows it there.
    """
    items, held = sorted(items), list(held)
    joined = frozenset[int]().union(*rulings.joined)
    if not joined.isdisjoint(items):
        apart = of(items, ties, held=held, threshold=threshold, rulings=replace(rulings, joined=()), linkage=linkage)
        held += [(item, other) for group in apart for item in joined.intersection(group) for other in group]
    clusters = _Clusters(items, ties, rulings, linkage)
    clusters.hold(held)
    clusters.join(threshold)
    return tuple(sorted(tuple(sorted(members)) for members in clusters.members.values()))


class _Clusters:
    """Groups on their way: each goes by its lowest item, and knows which others it must not be with."""

    def __init__(self, items: list[int], ties: Near, rulings: Rulings, linkage: Callable[[Near], Linkage]) -> None:
        self.members = {item: [item] for item in items}
        self._place = {item: item for item in items}
        joined = {item for together in rulings.joined for item in together}
        self._alone = rulings.alone - joined
        self._foes: dict[int, set[int]] = {item: set() for item in items}
        kept = {item: {} if item in self._alone else self._near(ties.get(item, {})) for item in items}
        self._sure = {(a, b) for a, near in kept.items() for b, score in near.items() if a < b and score >= SURE}
        self._links = linkage(kept)
        self._obey(rulings)

    def _near(self, ties: Mapping[int, float]) -> Mapping[int, float]:
        return {other: score for other, score in ties.items() if other in self.members and other not in self._alone}

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
        for one, other in sorted(self._sure | {(min(pair), max(pair)) for pair in pairs}):
            if not {one, other} & self._alone:
                self._merge(one, other)

    def _merge(self, one: int, other: int) -> int:
        """Make two groups one, unless they are the same or must not be; give the place it is at."""
        one, other = sorted((self._place[one], self._place[other]))
        if one == other or other in self._foes[one]:
            return one
        self._links.take(one, other)
        for item in self.members[other]:
            self._place[item] = one
        self.members[one] += self.members.pop(other)
        for foe in self._foes.pop(other):
            self._foes[foe].discard(other)
            self._foes[foe].add(one)
            self._foes[one].add(foe)
        return one

    def join(self, threshold: float) -> None:
        """Merge the most alike pair of groups while they reach the threshold; where several do, the lowest items."""
        near, likeness = self._links.near, self._links.likeness
        heap = [
            (-alike, one, other)
            for one in self.members
            for other in near(one)
            if one < other and (alike := likeness(one, other)) >= threshold
        ]
        heapq.heapify(heap)
        while heap:
            negative, one, other = heapq.heappop(heap)
            if not self._is_current(one, other, -negative) or other in self._foes[one]:
                continue
            self._merge(one, other)
            for third in near(one):
                alike = likeness(one, third)
                if alike >= threshold:
                    heapq.heappush(heap, (-alike, min(one, third), max(one, third)))

    def _is_current(self, one: int, other: int, alike: float) -> bool:
        return one in self.members and other in self.members and self._links.likeness(one, other) == alike
