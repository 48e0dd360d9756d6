"""The ties of all open items, a few bytes each; knows nothing else of the items."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator

from aggregator.core.model import Tie

#: Scores are written in ten-thousandths, as they are rounded.
_WHOLE = 10_000
#: A tie of an item in one number: ``other * _ONE + score``.
_ONE = 1 << 14


class Ties:
    """Who is tied to whom, and how much."""

    def __init__(self) -> None:
        self._near: defaultdict[int, array[int]] = defaultdict(lambda: array("Q"))

    def add(self, tie: Tie) -> None:
        """Remember a tie that is not known yet; its score is taken to four decimals."""
        item, other, score = tie
        whole = round(score * _WHOLE)
        self._near[item].append(other * _ONE + whole)
        self._near[other].append(item * _ONE + whole)

    def of(self, item: int) -> Iterator[tuple[int, float]]:
        """Give the items that one is tied to, with the scores."""
        for both in self._near.get(item, ()):
            yield both // _ONE, both % _ONE / _WHOLE
