"""Which story a group is. An id stays with most of its items, and never comes to mean another story.

What has grown old is in no group any more and stays where it is, hence so does the id under which it stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
    at_home = _at_home(ordered, before)
    story_of: dict[int, int] = {}
    aliases: dict[int, int] = {}
    for number, group in enumerate(ordered):
        stories = sorted(at_home.get(number, ()), key=lambda story: story not in rooted)
        own, *others = stories or [fresh()]
        story_of |= dict.fromkeys(group, own)
        aliases |= {other: own for other in others if other not in rooted}
    return Assignment(story_of=story_of, aliases=aliases)


def _at_home(groups: list[tuple[int, ...]], before: Mapping[int, int]) -> dict[int, list[int]]:
    """Find the stories that have most of their items in each group, by its number, the first to be its own."""
    counts = Counter((before[item], number) for number, group in enumerate(groups) for item in group)
    homes: dict[int, int] = {}
    for story, number in sorted(counts, key=lambda pair: (-counts[pair], pair[1])):
        homes.setdefault(story, number)
    stories = defaultdict(list)
    for story, number in sorted(homes.items(), key=lambda home: (-counts[home], home[0])):
        stories[number].append(story)
    return stories
