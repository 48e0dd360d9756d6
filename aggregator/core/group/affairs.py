"""Stories that are acts and angles of one affair, to be printed under one heading; each stays a story of its own.

Goes by the ties that stories are made of, by a looser link between them, and by words that nothing else is told with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

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

#: Stories of one affair, the lowest first.
Affair = tuple[int, ...]


def least(strictness: Strictness) -> float:
    """Give how alike two items of stories must be to link them: without one such tie they are no affair."""
    return LOOSER * THRESHOLDS[strictness]


def supposed(
    story_of: Mapping[int, int], ties: Iterable[Tie], *, strictness: Strictness, rulings: Rulings
) -> tuple[tuple[int, ...], ...]:
    """Give the items of stories that may be one affair, by their ties alone; what the user parted stays apart."""
    threshold, near = least(strictness), Ties()
    linked: dict[int, set[int]] = defaultdict(set)
    for tie in ties:
        one, other = story_of.get(tie.item), story_of.get(tie.other)
        if one is not None and other is not None and one != other:
            near.add(tie)
            if tie.score >= threshold:
                linked[one].add(other)
                linked[other].add(one)
    items: dict[int, list[int]] = defaultdict(list)
    for item, story in story_of.items():
        if story in linked:
            items[story].append(item)
    obeyed = replace(rulings, joined=())  # what is joined is one story by now
    found: list[tuple[int, ...]] = []
    for stories in _components(linked):
        own = [item for story in stories for item in items[story]]
        if len(own) < REPORTS:  # as nearly all are
            continue
        held = [(items[story][0], item) for story in stories for item in items[story][1:]]
        tied = {item: dict(near.of(item)) for item in own}
        groups = clusters.of(own, tied, held=held, threshold=threshold, rulings=obeyed, links=links.Best)
        found += (one for one in groups if len(one) >= REPORTS and len({story_of[item] for item in one}) > 1)
    return tuple(sorted(found))


def named(items: Iterable[Open], story_of: Mapping[int, int], statistics: Statistics) -> Affair:
    """Give those stories of a supposed affair that have a word by which it goes, and which others hardly have.

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
    names = (
        word
        for word in having
        if len(having[word]) >= enough and told[word] >= max(REPORTS, OWN * statistics.current.get(word, 0))
    )
    return tuple(sorted(set[int]().union(*(having[word] for word in names))))


def _components(linked: Mapping[int, Collection[int]]) -> Iterator[list[int]]:
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
            yield sorted(reached)
