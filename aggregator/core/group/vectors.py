"""Reports as vectors of whole numbers, each word weighed by how much it tells, and how alike two of them are.

Whole numbers, so that a sum is the same in whatever order it is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from aggregator.core.group.statistics import is_frequent, weight
from aggregator.core.model import Statistics, Terms

#: Length of a vector.
UNIT = 1 << 14
#: What a word of the summary tells, where one of the headline tells 1.
SUMMARY = 0.5
#: News grows old: reports so many hours apart are 1/e as alike, and beyond it they are not.
HOURS = 72.0
#: One word or one name in common proves little, however rare: fewer common matters than this count in proportion.
MATTERS = 2.0


@dataclass(frozen=True, slots=True)
class Vector:
    """What a report says, in numbered words."""

    weights: Mapping[int, int]
    neighbours: frozenset[tuple[int, int]]  #: words that stand side by side in its headline
    headline: tuple[int, ...]  #: words by which it is found: all but those that too many reports have
    summary: tuple[int, ...]


class Weigher:
    """Turns terms into vectors by one snapshot of statistics; words become numbers on the way."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._numbers: dict[str, int] = {}
        self._weights = [0.0]
        self.words = [""]  #: by their numbers, which begin with 1
        self._finds = [False]

    def vector(self, terms: Terms) -> Vector:
        """Give the vector of a report, of the same length for all."""
        title = [self._numbers.get(word) or self._number(word) for word in terms.title]
        weights = {number: self._weights[number] for number in title}
        for word in terms.summary:
            number = self._numbers.get(word) or self._number(word)
            weights[number] = SUMMARY * self._weights[number]
        scale = UNIT / (math.sqrt(math.fsum([weight * weight for weight in weights.values()])) or 1.0)
        whole = {number: round(scale * weight) for number, weight in weights.items()}
        finding = [number for number in whole if self._finds[number]]
        told = set(title)
        return Vector(
            weights=whole,
            neighbours=frozenset(pairwise(title)),
            headline=tuple([number for number in finding if number in told]),
            summary=tuple([number for number in finding if number not in told]),
        )

    def _number(self, word: str) -> int:
        self._numbers[word] = number = len(self.words)
        self.words.append(word)
        self._weights.append(weight(word, self._statistics))
        self._finds.append(not is_frequent(word, self._statistics))
        return number


def faded(dot: int, hours: float) -> float:
    """Give the cosine of two vectors from their product, less what time has taken of it; 0 beyond the window."""
    return dot / (UNIT * UNIT) * math.exp(-hours / HOURS) if hours <= HOURS else 0.0


def shares(one: Vector, other: Vector) -> dict[int, int]:
    """Give what each common word adds to the product of two vectors."""
    mine, theirs = one.weights, other.weights
    return {number: mine[number] * theirs[number] for number in mine.keys() & theirs.keys()}


def certainty(common: Mapping[int, int], one: Vector, other: Vector) -> float:
    """Say how far common words prove the same event, 0 to 1: whether they are at least two matters, or only one.

    Words that are neighbours in both headlines are one matter: a name, a set phrase. Matters are counted by their
    shares, so that one that outweighs the others counts as little more than one (the inverse of Simpson's index).
    """
    neighbours = one.neighbours & other.neighbours
    matters = _matters(common, neighbours) if neighbours else common.values()
    total = sum(matters)
    return min(1.0, total * total / sum([share * share for share in matters]) / MATTERS) if total else 0.0


def _matters(common: Mapping[int, int], neighbours: Iterable[tuple[int, int]]) -> list[int]:
    """Add up the shares of the words of each matter."""
    phrases: list[set[int]] = []
    for pair in neighbours:
        near = [phrase for phrase in phrases if not phrase.isdisjoint(pair)]
        phrases = [phrase for phrase in phrases if phrase not in near] + [set(pair).union(*near)]
    within = set().union(*phrases)
    return [share for number, share in common.items() if number not in within] + [
        sum(common[number] for number in phrase) for phrase in phrases
    ]
