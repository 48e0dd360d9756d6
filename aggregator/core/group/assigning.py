"""Which story a group is. An id stays with most of its items, and never comes to mean another story.

What has grown old is in no group any more and stays where it is, hence so does the id under which it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from aggregator.core.model import Assignment


def assign(
    groups: Iterable[tuple[int, ...]],
    before: Mapping[int, int],
    fresh: Callable[[], int],
    *,
    rooted: Collection[int] = (),
) -> Assignment:
    """Give every group a story: of those that have most of their items in it, the one with the most items there.

    ``before`` maps each item to the story it is in now; ``fresh`` makes a new story, for a group in which no story has
    most of its items. Where counts are equal the lowest story, and the group with the lowest item, go first; before all
    others go ``rooted`` stories, which have items besides these. The other stories that have most of their items in a
    group are aliases of its own from then on, unless they are rooted: then they stay, with what is in no group.
    """
    ordered = sorted(tuple(sorted(group)) for group in groups)
    owners, others = _at_home(ordered, before, rooted)
    stories = [story or fresh() for story in owners]
    story_of: dict[int, int] = {}
    for group, story in zip(ordered, stories, strict=True):
        story_of |= dict.fromkeys(group, story)
    aliases = {other: stories[number] for other, number in others if other not in rooted}
    return Assignment(story_of=story_of, aliases=aliases)


def _at_home(
    groups: list[tuple[int, ...]], before: Mapping[int, int], rooted: Collection[int]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Find the stories that have most of their items in each group: its own (0: none), and the others with its number.

    Most stories have one item. Their counts are not kept, since there may be tens of thousands.
    """
    homes: dict[int, int] = {}
    most: dict[int, int] = {}
    for number, group in enumerate(groups):
        for story, count in Counter(before[item] for item in group).items():
            if story not in homes or count > most.get(story, 1):
                homes[story] = number
                if count > 1:
                    most[story] = count
    owners, others = [0] * len(groups), []
    for story in sorted(homes, key=lambda story: (story not in rooted, -most.get(story, 1), story)):
        number = homes[story]
        if owners[number]:
            others.append((story, number))
        else:
            owners[number] = story
    return owners, others
