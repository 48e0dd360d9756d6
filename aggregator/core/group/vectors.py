"""Reports as vectors of whole numbers, each word weighed by how much it tells, and how alike two of them are.

Whole numbers, so that a sum is the same in whatever order it is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from aggregator.core.group.statistics import frequent, weight
from aggregator.core.model import Statistics, Terms

#: Length of a vector.
UNIT = 1 << 14
#: What a word of the summary tells, where one of the headline tells 1.
SUMMARY = 0.5
#: News grows old: reports so many hours apart are 1/e as alike, and beyond it they are not.
HOURS = 72.0
#: Reports in which the words of one report may be found before more of its words are left out, the commonest first; so
#: that a day of ten thousand feeds costs ten times one of a thousand, and not a hundred times.
REACH = 2000
#: One word or one name in common proves little, however rare: fewer common matters than this count in proportion.
MATTERS = 2.0


@dataclass(frozen=True, slots=True)
class Vector:
    """What a report says, in numbered words."""

    weights: Mapping[int, int]
    neighbours: frozenset[tuple[int, int]]  #: words that stand side by side in its headline
    headline: tuple[int, ...]  #: words by which it is found: the rarest, as many as ``REACH`` allows
    summary: tuple[int, ...]


class Weigher:
    """Turns terms into vectors by one snapshot of statistics; words become numbers on the way."""

    def __init__(self, statistics: Statistics) -> None:
        self._numbers = _Numbers(statistics)

    def vector(self, terms: Terms) -> Vector:
        """Give the vector of a report, of the same length for all."""
        numbers, weights = self._numbers, self._numbers.weights
        title = [numbers[word] for word in terms.title]
        headline, summary = dict.fromkeys(title), [numbers[word] for word in terms.summary]
        told = {number: weights[number] for number in headline}
        told.update({number: SUMMARY * weights[number] for number in summary})
        scale = UNIT / (math.sqrt(math.fsum([weight * weight for weight in told.values()])) or 1.0)
        return Vector(
            weights={number: round(scale * weight) for number, weight in told.items()},
            neighbours=frozenset(pairwise(title)),
            headline=tuple(kept := numbers.rarest(headline, reach=REACH)),
            summary=tuple(numbers.rarest(summary, reach=REACH - sum([numbers.counts[number] for number in kept]))),
        )

    def word(self, number: int) -> str:
        """Give the word that has a number."""
        return self._numbers.words[number]


class _Numbers(dict[str, int]):
    """Numbers of words in the order in which they are met; each word is weighed once."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self.words: list[str] = []
        self.weights: list[float] = []
        self.counts: list[int] = []  #: reports of the window that have them

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self.words)
        self.words.append(word)
        self.weights.append(weight(word, self._statistics))
        self.counts.append(self._statistics.current.get(word, 0))
        return number

    def rarest(self, numbers: Iterable[int], *, reach: int) -> list[int]:
        """Give the words that not too many reports have, the rarest first, until they reach so many reports."""
        counts, most, kept = self.counts, frequent(self._statistics), []
        for number in sorted(numbers, key=counts.__getitem__):
            reach -= counts[number]
            if reach < 0 or counts[number] > most:
                break
            kept.append(number)
        return kept


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
