"""What the user's rulings come to, once it is known which items they are about. Later rulings win over earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aggregator.core.model import Ruling, RulingKind, Rulings


def obeyed(rulings: Iterable[Ruling], found: Mapping[str, Sequence[int]]) -> Rulings:
    """Say which items are in one story, apart, or alone; ``found`` gives the items that each article's name means.

    An article that the store does not hold rules nothing.
    """
    joined: list[frozenset[int]] = []
    apart: list[frozenset[int]] = []
    alone: set[int] = set()
    for ruling in rulings:
        named = [frozenset(found.get(article, ())) for article in ruling.articles]
        items = frozenset().union(*named)
        match ruling.kind:
            case RulingKind.JOIN:
                together = items.union(*(one for one in joined if one & items))
                joined = [*(one for one in joined if not one & items), together]
                apart = [pair for pair in apart if not pair <= together]
                alone -= items
            case RulingKind.NEVER:
                joined = [_parted(one, named) for one in joined]
                apart += _pairs(named)
            case RulingKind.SPLIT:
                joined = [one - items for one in joined]
                alone |= items
            case RulingKind.MUTE:
                pass
    return Rulings(joined=tuple(one for one in joined if len(one) > 1), alone=frozenset(alone), apart=frozenset(apart))


def _parted(joined: frozenset[int], named: Sequence[frozenset[int]]) -> frozenset[int]:
    """Leave of articles that are never together the first in what was joined, and take the others out."""
    first = next((items for items in named if items & joined), frozenset[int]())
    return joined - frozenset().union(*named) | first & joined


def _pairs(named: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Pair each item of an article with each of the others."""
    return [
        frozenset((one, other))
        for at, items in enumerate(named)
        for others in named[at + 1 :]
        for one in items
        for other in others
        if one != other
    ]


def muted(rulings: Iterable[Ruling], found: Mapping[str, Sequence[int]]) -> frozenset[int]:
    """Give the items whose stories the user wants no more of."""
    named = (article for ruling in rulings if ruling.kind is RulingKind.MUTE for article in ruling.articles)
    return frozenset(item for article in named for item in found.get(article, ()))
