"""How much a story weighs on the page: who reports it for himself, how fresh it is, whom the user trusts.

The same stories give the same order; every rank says what it was made of. Reads no clock: freshness counts back from
the edition's close, or from its newest item while it is open.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from aggregator.core import titles
from aggregator.core.model import Lone, Spot, Story

#: After so long a story weighs a third (1/e) of what it did.
FADES_IN = timedelta(hours=24)
#: Of one source's stories so many stand by their own rank; of the next so many each counts half, then a quarter …
MOST_OF_ONE_SOURCE = 5


class Rank(Struct, frozen=True, kw_only=True):
    """What a story's place was made of."""

    origins: int  #: who report it for themselves
    weight: float  #: the sum over them of the best weight among their outlets
    freshness: float  #: 1 at the close, 0 long before it

    @property
    def value(self) -> float:
        """Give the rank itself; the higher stands further up."""
        return self.weight * self.freshness

    def __str__(self) -> str:
        reporters = "1 origin" if self.origins == 1 else f"{self.origins} independent origins"
        return f"{self.value:.2f} = {reporters} weighing {self.weight:g} × freshness {self.freshness:.2f}"


class Damped(NamedTuple):
    """A story and what it counts on its page, of which no source may fill all; a tuple, as a spot is."""

    spot: Spot
    counted: float  #: its rank, less what those before it take
    before: int  #: stories led by the same source that rank higher


def of(story: Story, *, by: datetime) -> Rank:
    """Rank a story seen from ``by``; an outlet counts once in it, however many reports it has there."""
    newest = max(item.time for item in story.items)
    return Rank(origins=len(story.origins), weight=_weight(story), freshness=_freshness(newest, by=by))


def of_one(lone: Lone, *, by: datetime) -> float:
    """Give the rank of a story of one report, as ``of`` would."""
    return lone.weight * _freshness(lone.time, by=by)


def _freshness(newest: datetime, *, by: datetime) -> float:
    return math.exp(-max(by - newest, timedelta(0)) / FADES_IN)


def _weight(story: Story) -> float:
    items = story.items
    if len(items) == len(story.origins) == 1 and story.origins[0].outlets == (items[0].source,):  # as most stories are
        return items[0].weight
    weights = _weights(story)
    return sum(
        max((weights.get(titles.outlet(name), 1.0) for name in one.outlets), default=1.0) for one in story.origins
    )


def _weights(story: Story) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in story.items:
        outlet = titles.outlet(item.source)
        weights[outlet] = max(weights.get(outlet, 0.0), item.weight)
    return weights


def ordered(spots: Iterable[Spot]) -> list[Spot]:
    """Put stories in the order of their ranks, so that no source fills the page.

    Ties are broken by time, the newest first, then by the place in an imported list, then by id.
    """
    return [one.spot for one in damped(spots)]


def damped(spots: Iterable[Spot]) -> list[Damped]:
    """Do what ``ordered`` does, and say what the rank of each story counts."""
    taken: Counter[str] = Counter()
    found = []
    for spot in sorted(spots, key=lambda spot: _place(spot, spot.rank)):
        source = titles.outlet(spot.source)
        before = taken[source]
        taken[source] = before + 1
        found.append(Damped(spot, spot.rank * 0.5 ** (before // MOST_OF_ONE_SOURCE), before))
    if max(taken.values(), default=0) > MOST_OF_ONE_SOURCE:
        found.sort(key=lambda one: _place(one.spot, one.counted))
    return found


def _place(spot: Spot, counted: float) -> tuple[float, float, int, int]:
    """Give what a story is sorted by that counts so much; the lower stands further up."""
    return -counted, -spot.time.timestamp(), spot.place or 0, -spot.story
