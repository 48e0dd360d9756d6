"""How alike two groups are, by the ties of their items: on the whole, or as far as one of them finds its like.

Each kind of linkage is told which groups become one, and asked how alike a group then is to those that it is tied to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

#: How alike items are, by both.
Near = Mapping[int, Mapping[int, float]]
#: Scores as whole numbers, which add up to the same in whatever order.
_WHOLE = 10_000


class Linkage(Protocol):
    """Groups by their lowest items, and how they are tied to each other."""

    def near(self, one: int) -> Collection[int]:
        """Give the groups that one is tied to."""

    def take(self, one: int, other: int) -> None:
        """Make two groups one, which goes by the first."""

    def likeness(self, one: int, other: int) -> float:
        """Say how alike two groups are, 0 to 1; 0 where they are not tied."""


class Mean:
    """All pairs on average; a pair without a tie counts as nothing alike. For reports of one event."""

    def __init__(self, near: Near) -> None:
        self._sums = {item: dict(scores) for item, scores in near.items()}
        self._sizes = dict.fromkeys(near, 1)

    def near(self, one: int) -> Collection[int]:
        """Give the groups that one is tied to."""
        return self._sums[one].keys()

    def take(self, one: int, other: int) -> None:
        """Make two groups one, which goes by the first."""
        mine, theirs = self._sums[one], self._sums.pop(other)
        self._sizes[one] += self._sizes.pop(other)
        mine.pop(other, None)
        for third, total in theirs.items():
            if third != one:
                near = self._sums[third]
                del near[other]
                near[one] = mine[third] = mine.get(third, 0.0) + total

    def likeness(self, one: int, other: int) -> float:
        """Say how alike two groups are, 0 to 1."""
        return self._sums[one].get(other, 0.0) / (self._sizes[one] * self._sizes[other])


class Best:
    """The best tie of each item of one of the two, on average; of whichever finds more. For the acts of one affair.

    The tenth act of an affair is like one or two of the others, and not like all nine.
    """

    def __init__(self, near: Near) -> None:
        #: By group and other group: the best tie there of each item that has any, and what these add up to.
        self._best = {
            item: {other: {item: round(score * _WHOLE)} for other, score in scores.items()}
            for item, scores in near.items()
        }
        self._sums = {item: {other: round(score * _WHOLE) for other, score in near[item].items()} for item in near}
        self._sizes = dict.fromkeys(near, 1)
        #: What has fewer ties goes into what has more, so a group may be kept under another item than it goes by.
        self._place = {item: item for item in near}
        self._name = {item: item for item in near}

    def near(self, one: int) -> Collection[int]:
        """Give the groups that one is tied to."""
        return [self._name[place] for place in self._best[self._place[one]]]

    def take(self, one: int, other: int) -> None:
        """Make two groups one, which goes by the first."""
        kept, gone = self._place[one], self._place.pop(other)
        if len(self._best[kept]) < len(self._best[gone]):
            kept, gone = gone, kept
        self._place[one], self._name[kept] = kept, one
        del self._name[gone]
        self._fold(kept, gone)

    def _fold(self, one: int, other: int) -> None:
        """Put what is kept of one group to what is kept of another."""
        mine, theirs = self._best[one], self._best.pop(other)
        sums, added = self._sums[one], self._sums.pop(other)
        self._sizes[one] += self._sizes.pop(other)
        mine.pop(other, None)
        sums.pop(other, None)
        for third, best in theirs.items():
            if third != one:
                mine.setdefault(third, {}).update(best)
                sums[third] = sums.get(third, 0) + added[third]
                self._turn(third, one, other)

    def _turn(self, third: int, one: int, other: int) -> None:
        """Have a group find in one what it found in another that is part of it now."""
        found, more = self._best[third].get(one, {}), self._best[third].pop(other)
        total = self._sums[third].get(one, 0)
        del self._sums[third][other]
        for item, score in more.items():
            gained = score - found.get(item, 0)
            if gained > 0:
                found[item] = score
                total += gained
        self._best[third][one], self._sums[third][one] = found, total

    def likeness(self, one: int, other: int) -> float:
        """Say how alike two groups are, 0 to 1."""
        here, there = self._place[one], self._place[other]
        if there not in self._sums[here]:
            return 0.0
        mine, theirs = self._sums[here][there] / self._sizes[here], self._sums[there][here] / self._sizes[there]
        return max(mine, theirs) / _WHOLE
