"""How alike two reports are, and by which rule. Depends on nothing but the two and the statistics that weighed them."""

from __future__ import annotations

import functools
import struct
from array import array
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from aggregator.core import likeness
from aggregator.core.group import vectors
from aggregator.core.model import Open, Placed

#: A tie so strong holds its items together, whatever surrounds them.
SURE = 1.0
#: Two headlines whose words are less alike are not compared letter by letter.
WORTH_COMPARING = 0.15
#: What two reports of one outlet have in common counts so much: it seldom tells an event twice in other words, and what
#: is alike in its headlines is a column, a form, or the next act.
SAME_OUTLET = 0.6
#: A headline of fewer words is no name of an event: "Open thread" comes back.
FEWEST_WORDS = 3


class Rule(StrEnum):
    """What makes two reports one story, in words that are shown."""

    WORDS = "words"
    OUTLET = "words of one outlet"
    COPY = "near-identical headline"
    UPDATE = "headline told anew"
    JOINED = "joined by you"


class Side(NamedTuple):
    """One of two reports: what it says, to be weighed, and when."""

    item: int
    plain: str  #: the headline, folded
    outlet: str  #: who reports it, folded
    hours: float  #: since the epoch
    words: array[int]  #: what it says, as ``vectors.Vector`` has it
    headline: int
    scale: float
    finding: int
    common: array[int]

    @property
    def is_named(self) -> bool:
        """Ask whether the headline says enough to name an event by itself."""
        return self.headline >= FEWEST_WORDS


class Judgement(NamedTuple):
    """How alike two reports are, 0 to 1, by which rule, and what each common word adds."""

    score: float
    rule: Rule
    common: Mapping[int, int]


def side(item: Open, weigher: vectors.Weigher) -> Side:
    """Turn an item into a side, to be compared."""
    terms = item.terms
    hours, vector = item.time.timestamp() / 3600, weigher.vector(terms)
    return Side(item.id, terms.plain, weigher.outlet(terms.outlet), hours, *vector)


_KEPT = struct.Struct("<dHHH")
_MARK = 8  #: bytes of a word's


def packed(side: Side, weigher: vectors.Weigher) -> bytes:
    """Write what statistics have made of an item as bytes for the store."""
    marks = weigher.marks((*side.words, *side.common))
    return _KEPT.pack(side.scale, side.headline, side.finding, len(side.common)) + struct.pack(
        f"<{len(marks)}Q", *marks
    )


def unpacked(item: Placed, weigher: vectors.Weigher) -> Side:
    """Read what ``packed`` wrote; ValueError where it did not."""
    if len(item.side) < _KEPT.size:
        raise ValueError("an item was stored without what grouping made of it")
    scale, headline, finding, beyond = _KEPT.unpack_from(item.side)
    marks = struct.unpack_from(f"<{(len(item.side) - _KEPT.size) // _MARK}Q", item.side, _KEPT.size)
    words, common = weigher.numbers(marks), vectors.NONE
    if beyond:
        words, common = words[:-beyond], words[-beyond:]
    outlet, hours = weigher.outlet(item.outlet), item.time.timestamp() / 3600
    return Side(item.id, item.plain, outlet, hours, words, headline, scale, finding, common)


class Judge:
    """Compares one report with others, one after the other."""

    def __init__(self, one: Side, weigher: vectors.Weigher) -> None:
        self._one, self._weigher = one, weigher
        self._headline = frozenset(one.words[: one.headline])
        self._neighbours = frozenset(vectors.neighbours(one))
        self.weights = weigher.weights(one)

    def judged(self, other: Side) -> Judgement:
        """Compare letter by letter where the words make that worth while, else by words and time."""
        common = self._weigher.shares(self.weights, other)
        dot, hours = sum(common.values()), abs(self._one.hours - other.hours)
        if hours <= vectors.HOURS and (rule := _retold(self._one, other, vectors.faded(dot, 0))):
            return Judgement(SURE, rule, common)
        score = vectors.faded(dot, hours) * vectors.certainty(common, self._side_by_side(common, other))
        if self._one.outlet == other.outlet != "":
            return Judgement(round(SAME_OUTLET * score, 4), Rule.OUTLET, common)
        return Judgement(round(score, 4), Rule.WORDS, common)

    def _side_by_side(self, common: Mapping[int, int], other: Side) -> frozenset[tuple[int, int]]:
        """Give the words that are neighbours in both headlines; of most pairs too few are common to ask further."""
        if len(self._headline & common.keys()) < 2:
            return frozenset()
        return self._neighbours.intersection(vectors.neighbours(other))


def is_same(one: Side, other: Side) -> bool:
    """Ask whether two headlines that name an event are the same, but for their typography."""
    return one.plain == other.plain and one.is_named and other.is_named


def _retold(one: Side, other: Side, alike: float) -> Rule | None:
    if is_same(one, other):
        return Rule.COPY
    if alike < WORTH_COMPARING or likeness.jaccard(_grams(one.plain), _grams(other.plain)) < likeness.UPDATE:
        return None
    if _is_series(one, other):
        return None
    return Rule.COPY if likeness.is_copy(one.plain, other.plain) else Rule.UPDATE


def _is_series(one: Side, other: Side) -> bool:
    """Ask whether one outlet counts on in two headlines, or fills in a form; the words then have to decide.

    As in "M 4.6 near Lima", "Part 3", "JPMorgan: Q4 earnings snapshot".
    """
    if one.outlet == "" or one.outlet != other.outlet:
        return False
    counts_on = likeness.numbers(one.plain) != likeness.numbers(other.plain)
    return counts_on or likeness.is_form(one.plain, other.plain)


@functools.lru_cache(maxsize=256)  # of a few kB each
def _grams(plain: str) -> frozenset[str]:
    return likeness.grams(plain)
