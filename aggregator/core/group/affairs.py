"""Stories that are acts and angles of one affair, to be printed under one heading; each stays a story of its own.

Goes by the ties that stories are made of, by a looser link between them, and by words that nothing else is told with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from aggregator.core.group import clusters, links
from aggregator.core.group.board import THRESHOLDS
from aggregator.core.group.ties import Ties
from aggregator.core.model import Open, Rulings, Statistics, Strictness, Tie

#: So much less alike need stories of one affair be than reports of one event; how it was chosen tells docs/stories.md.
LOOSER = 0.7
#: A word names an affair if so many of its reports have it, in the headlines of such a share of its stories, and if of
#: the reports of the window that have it such a share is among them.
REPORTS = 3
SHARED_BY = 0.2
OWN = 2 / 3
#: Items that are linked, be it by way of many others, and among which affairs are looked for; of more only the stronger
#: links count, since links of chance reach from everything to everything once there is enough news.
MOST = 2000
STRONGER = 1.1


def least(strictness: Strictness) -> float:
    """Give how alike two items of stories must be to link them: without one such tie they are no affair."""
    return LOOSER * THRESHOLDS[strictness]


def of(
    story_of: Mapping[int, int],
    ties: Iterable[Tie],
    *,
    opened: Callable[[Sequence[int]], Iterable[Open]],
    statistics: Statistics,
    strictness: Strictness = Strictness.NORMAL,
    rulings: Rulings | None = None,
) -> dict[int, int]:
    """Give the affair of each item that belongs to one; it goes by its lowest story. What the user parted stays apart.

    ``story_of`` has the items whose affairs are asked for and all that they are tied to; ``opened`` gives the words of
    some of them.
    """
    found: dict[int, int] = {}
    for items in _supposed(story_of, ties, threshold=least(strictness), rulings=rulings or Rulings()):
        for stories in _named(opened(items), story_of, statistics):
            found.update((item, min(stories)) for item in items if story_of[item] in stories)
    return found


def _supposed(
    story_of: Mapping[int, int], ties: Iterable[Tie], *, threshold: float, rulings: Rulings
) -> Iterator[tuple[int, ...]]:
    """Give the items of stories that may be one affair, by their ties alone."""
    linked, near = _linked(story_of, ties, threshold)
    items: dict[int, list[int]] = defaultdict(list)
    for item, story in story_of.items():
        if story in linked:
            items[story].append(item)
    for stories in _components(linked):
        own = [item for story in stories for item in items[story]]
        if len(own) > MOST:
            within = (Tie(item, other, score) for item in own for other, score in near.of(item) if item < other)
            part = {item: story_of[item] for item in own}
            yield from _supposed(part, within, threshold=STRONGER * threshold, rulings=rulings)
        elif len(own) >= REPORTS:  # as few are
            held = [(items[story][0], item) for story in stories for item in items[story][1:]]
            tied = {item: dict(near.of(item)) for item in own}
            yield from clusters.of(own, tied, held=held, threshold=threshold, rulings=rulings, linkage=links.Best)


def _linked(story_of: Mapping[int, int], ties: Iterable[Tie], threshold: float) -> tuple[dict[int, set[int]], Ties]:
    """Find the stories that one tie is enough to link, and give all ties between different ones."""
    linked, near = defaultdict[int, set[int]](set), Ties()
    for tie in ties:
        one, other = story_of.get(tie.item), story_of.get(tie.other)
        if one is not None and other is not None and one != other:
            near.add(tie)
            if tie.score >= threshold:
                linked[one].add(other)
                linked[other].add(one)
    return linked, near


def _named(items: Iterable[Open], story_of: Mapping[int, int], statistics: Statistics) -> list[set[int]]:
    """Part supposed affairs by the words by which they go, and which others hardly have; give the stories of each.

    What is alike in the rest are turns of speech, figures, and what is always in the news.
    """
    told, having = Counter[str](), defaultdict[str, set[int]](set)
    stories = set[int]()
    for item in items:
        stories.add(story_of[item.id])
        told.update({*item.terms.title, *item.terms.summary})
        for word in item.terms.title:
            having[word].add(story_of[item.id])
    enough = max(2.0, SHARED_BY * len(stories))
    linked: dict[int, set[int]] = defaultdict(set)
    for word, sharing in having.items():
        if len(sharing) >= enough and told[word] >= max(REPORTS, OWN * statistics.current.get(word, 0)):
            for story in sharing:
                linked[story] |= sharing
    return [*_components(linked)]


def _components(linked: Mapping[int, Collection[int]]) -> Iterator[set[int]]:
    """Find the stories that are linked with each other, also by way of others."""
    seen: set[int] = set()
    for first in linked:
        if first not in seen:
            reached, waiting = {first}, [first]
            while waiting:
                new = set(linked[waiting.pop()]) - reached
                reached |= new
                waiting += new
            seen |= reached
            yield reached
