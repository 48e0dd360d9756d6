"""Terms as vectors of whole numbers: what a report says, each word weighed by how much it tells.

Whole numbers, so that a sum is the same in whatever order it is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

from aggregator.core.group.statistics import FREQUENT, weight
from aggregator.core.model import Statistics, Terms

#: Length of a vector.
UNIT = 1 << 14
#: Two neighbours in a headline tell more together than apart, a word of the summary less than one of the headline.
NEIGHBOURS = 0.7
SUMMARY = 0.5
#: News grows old: reports so far apart are 1/e as alike, and beyond it they are not.
HOURS = 72.0

Vector = Mapping[int, int]


class Weigher:
    """Turns terms into vectors by one snapshot of statistics; words become numbers on the way."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._numbers: dict[str, int] = {}
        self._weights: list[float] = []
        #: Whether each numbered word finds pairs.
        self.finds: list[bool] = []

    def vector(self, terms: Terms) -> dict[int, int]:
        """Give the vector of a report: its words, and the pairs of neighbours in its headline."""
        numbers = [self._number(word) for word in terms.title]
        weights = {number: self._weights[number] for number in numbers}
        for one, other in pairwise(numbers):
            pair = self._pair(one, other)
            weights[pair] = self._weights[pair]
        for word in terms.summary:
            number = self._number(word)
            weights[number] = SUMMARY * self._weights[number]
        return _unit(weights)

    def name(self, number: int) -> tuple[str, ...]:
        """Give the word that has a number, or the two of a pair."""
        names = list(self._numbers)
        return tuple(names[int(part)] for part in names[number].split()) if " " in names[number] else (names[number],)

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            is_telling = self._statistics.current.get(word, 0) <= FREQUENT
            number = self._new(word, weight(word, self._statistics), finds=is_telling)
        return number

    def _pair(self, one: int, other: int) -> int:
        name = f"{one} {other}"
        number = self._numbers.get(name)
        if number is None:
            both = NEIGHBOURS * (self._weights[one] + self._weights[other]) / 2
            number = self._new(name, both, finds=self.finds[one] or self.finds[other])
        return number

    def _new(self, name: str, weight: float, *, finds: bool) -> int:
        self._numbers[name] = number = len(self._weights)
        self._weights.append(weight)
        self.finds.append(finds)
        return number


def _unit(weights: Mapping[int, float]) -> dict[int, int]:
    length = math.sqrt(sum(sorted(weight * weight for weight in weights.values()))) or 1.0
    return {number: round(UNIT * weight / length) for number, weight in weights.items()}


def faded(dot: int, hours: float) -> float:
    """Give the score of two reports from the product of their vectors and the hours between them."""
    return 0.0 if hours > HOURS else round(dot / (UNIT * UNIT) * math.exp(-hours / HOURS), 4)


def product(one: Vector, other: Vector, numbers: Iterable[int]) -> int:
    """Multiply two vectors in some of their words only."""
    return sum(one[number] * other[number] for number in numbers if number in other)
