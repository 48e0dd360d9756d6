"""The ties of all open items, a few bytes each; knows nothing else of the items."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator

from aggregator.core.model import Tie

#: Scores are written in ten-thousandths, as they are rounded.
_WHOLE = 10_000
#: A tie of an item in one number: ``(other - item) * _ONE + score``. Four bytes hold it for items that are no more than
#: 131,071 numbers apart, as nearly all are that are open at a time.
_ONE = 1 << 14


class Ties:
    """Who is tied to whom, and how much."""

    def __init__(self) -> None:
        self._near: defaultdict[int, array[int]] = defaultdict(lambda: array("i"))

    def add(self, tie: Tie) -> None:
        """Remember a tie that is not known yet; its score is taken to four decimals."""
        item, other, score = tie
        whole = round(score * _WHOLE)
        self._put(item, (other - item) * _ONE + whole)
        self._put(other, (item - other) * _ONE + whole)

    def _put(self, item: int, both: int) -> None:
        try:
            self._near[item].append(both)
        except OverflowError:
            self._near[item] = array("q", self._near[item])
            self._near[item].append(both)

    def of(self, item: int) -> Iterator[tuple[int, float]]:
        """Give the items that one is tied to, with the scores."""
        for both in self._near.get(item, ()):
            yield item + both // _ONE, both % _ONE / _WHOLE
