"""Reports as vectors of whole numbers, each word weighed by how much it tells, and how alike two of them are.

Whole numbers, so that a sum is the same in whatever order it is made.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import NamedTuple, Protocol

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
#: Words of a summary, the rarest, by which a report is found; with all the figures of docs/stories.md are the same.
SUMMARY_FINDERS = 24
#: One word or one name in common proves little, however rare: fewer common matters than this count in proportion.
MATTERS = 2.0


#: Numbers below take two bytes.
_IN_TWO_BYTES = 1 << 16
#: No words: one for all reports, since there are tens of thousands; not to be changed.
NONE = array("H")


class Worded(Protocol):
    """What has a vector, as a ``Vector`` has it: tens of thousands are held at once, so that none is held beside."""

    @property
    def words(self) -> array[int]:
        """Give the words by their numbers, those of the headline first."""

    @property
    def headline(self) -> int:
        """Count the words of the headline."""

    @property
    def scale(self) -> float:
        """Give what weights of words are multiplied with."""

    @property
    def finding(self) -> int:
        """Count the words, from the first on, by which the report is found, but for those that are ``common``."""

    @property
    def common(self) -> array[int]:
        """Give the words of the headline by which the report is not found, as too many have them."""


class Vector(NamedTuple):
    """What a report says, in numbered words."""

    words: array[int]  #: those of the headline in its order, then those of the summary, the rarest first
    headline: int  #: how many of them are the headline's
    scale: float  #: what weights of words are multiplied with, so that all vectors are equally long
    finding: int  #: how many of them it is found by: the rarest, as many as ``REACH`` allows,
    common: array[int]  #: and none of these words of the headline


class Finders(NamedTuple):
    """The words by which a report is found."""

    headline: list[int]
    summary: list[int]


class Weigher:
    """Turns terms into vectors by one snapshot of statistics; words become numbers on the way."""

    def __init__(self, statistics: Statistics) -> None:
        self._numbers = _Numbers(statistics)
        self._outlets: dict[str, str] = {}

    def vector(self, terms: Terms) -> Vector:
        """Give the vector of a report."""
        number, square = self._numbers.__getitem__, self._numbers.squares.__getitem__
        title, summary = list(map(number, terms.title)), list(map(number, terms.summary))
        headline = [told / SUMMARY**2 for told in map(square, dict.fromkeys(title))]
        length = SUMMARY * math.sqrt(math.fsum([*headline, *map(square, summary)]))
        _, common, reach = self._numbers.rarest(list(dict.fromkeys(title)), reach=REACH)
        kept, beyond, _ = self._numbers.rarest(summary, reach=reach, words=SUMMARY_FINDERS)
        words, scale = _narrow(title + kept + beyond), UNIT / (length or 1.0)
        return Vector(words, len(title), scale, len(title) + len(kept), _narrow(common))

    def marks(self, numbers: Iterable[int]) -> list[int]:
        """Give the marks of words, by which whoever comes later knows them, whatever their numbers are then."""
        return list(map(self._numbers.marks.__getitem__, numbers))

    def numbers(self, marks: Iterable[int]) -> array[int]:
        """Give the numbers of words that are known by their marks alone."""
        return _narrow(list(map(self._numbers.marked.__getitem__, marks)))

    def weights(self, vector: Worded) -> dict[int, int]:
        """Give the weight of each word in a vector: of the same length for all, but for rounding."""
        scale, weights, words, at = vector.scale, self._numbers.weights, vector.words, vector.headline
        told = {number: round(scale * weights[number]) for number in words[:at]}
        told.update({number: round(SUMMARY * scale * weights[number]) for number in words[at:]})
        return told

    def shares(self, mine: Mapping[int, int], other: Worded) -> dict[int, int]:
        """Give what each common word adds to the product of two vectors; of one the weights are given."""
        weights, words, at, scale = self._numbers.weights, other.words, other.headline, other.scale
        half, known = SUMMARY * scale, mine.keys()
        common = {number: mine[number] * round(half * weights[number]) for number in known & words[at:]}
        for number in known & words[:at]:
            common[number] = mine[number] * round(scale * weights[number])
        return common

    def outlet(self, name: str) -> str:
        """Give the name of an outlet, kept once for all its reports."""
        return self._outlets.setdefault(name, name)

    def weight(self, number: int) -> float:
        """Give the weight of a word in any headline, before the scale of its vector."""
        return self._numbers.weights[number]

    def word(self, number: int) -> str:
        """Give the word that has a number."""
        return self._numbers.words[number]


def finders(vector: Worded) -> Finders:
    """Give the words by which a report is found."""
    words, at = vector.words[: vector.finding].tolist(), vector.headline
    headline = dict.fromkeys(words[:at])
    for word in vector.common:
        del headline[word]
    return Finders(list(headline), words[at:])


class _Numbers(dict[str, int]):
    """Numbers of words in the order in which they are met; each word is weighed once."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._most = frequent(statistics)
        self.words: list[str] = []
        self.weights: list[float] = []
        self.squares: list[float] = []
        self.counts: list[int] = []  #: reports of the window that have them
        self.marks = array("Q")
        self.marked = _Marked(self)

    def __missing__(self, word: str) -> int:
        mark = _mark(word)
        number = self.marked[mark] if self.marked else self.added(mark)
        self[word], self.words[number] = number, word
        self.weights[number] = told = weight(word, self._statistics)
        self.squares[number] = told * told
        self.counts[number] = self._statistics.current.get(word, 0)
        return number

    def added(self, mark: int) -> int:
        """Number a word of which nothing but the mark is known."""
        self.words.append("")
        self.weights.append(0.0)
        self.squares.append(0.0)
        self.counts.append(0)
        self.marks.append(mark)
        return len(self.words) - 1

    def rarest(self, numbers: list[int], *, reach: int, words: int | None = None) -> tuple[list[int], list[int], int]:
        """Give the words that not too many reports have, the rarest first, until they reach so many reports.

        They are so many ``words`` at the most. With them the others, and what is left of ``reach``.
        """
        count = self.counts.__getitem__
        counts, words = list(map(count, numbers)), len(numbers) if words is None else words
        if len(numbers) <= words and sum(counts) <= reach and max(counts, default=0) <= self._most:
            return numbers, [], reach - sum(counts)
        ordered = sorted(numbers, key=count)
        counts = list(map(count, ordered))
        reached = list(accumulate(counts))
        kept = min(bisect_right(counts, self._most), bisect_right(reached, reach), words)
        return ordered[:kept], ordered[kept:], reach - (reached[kept - 1] if kept else 0)


class _Marked(dict[int, int]):
    """Numbers of words by their marks; empty until a mark is asked for, since a new board needs none."""

    def __init__(self, numbers: _Numbers) -> None:
        self._numbers = numbers

    def __missing__(self, mark: int) -> int:
        if not self:
            self.update({known: number for number, known in enumerate(self._numbers.marks)})
        if mark not in self:
            self[mark] = self._numbers.added(mark)
        return self[mark]


def _mark(word: str) -> int:
    """Make the mark of a word: two of 40,000 have the same once in twenty thousand million vocabularies."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _narrow(numbers: list[int]) -> array[int]:
    """Keep numbers in two bytes each, where that is enough: the words met first are the common ones."""
    return array("H" if max(numbers) < _IN_TWO_BYTES else "I", numbers) if numbers else NONE


def neighbours(vector: Worded) -> Iterator[tuple[int, int]]:
    """Give the words that stand side by side in the headline."""
    return pairwise(vector.words[: vector.headline])


def faded(dot: float, hours: float) -> float:
    """Give the cosine of two vectors from their product, less what time has taken of it; 0 beyond the window."""
    return dot / (UNIT * UNIT) * math.exp(-hours / HOURS) if hours <= HOURS else 0.0


def certainty(common: Mapping[int, int], neighbours: Collection[tuple[int, int]]) -> float:
    """Say how far common words prove the same event, 0 to 1: whether they are at least two matters, or only one.

    Words that are ``neighbours`` in both headlines are one matter: a name, a set phrase. Matters are counted by their
    shares, so that one that outweighs the others counts as little more than one (the inverse of Simpson's index).
    """
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
