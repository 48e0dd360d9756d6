"""Groups become stories: an id stays with most of its items and never comes to mean another story."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import group

Groups = tuple[tuple[int, ...], ...]


def fresh() -> Callable[[], int]:
    """Give what makes new stories, from 1000 on."""
    return count(1000).__next__


@st.composite
def partitions(draw: st.DrawFn) -> Groups:
    """Draw a partition of some items."""
    numbers = draw(st.lists(st.integers(0, 4), min_size=1, max_size=12))
    groups = [tuple(item for item, number in enumerate(numbers) if number == which) for which in range(5)]
    return tuple(members for members in groups if members)


@pytest.mark.parametrize(
    ("groups", "before", "story_of", "aliases"),
    [
        ([(1, 2)], {1: 10, 2: 20}, {1: 10, 2: 10}, {20: 10}),  # a new item joins: the older story stays
        ([(1, 2, 3)], {1: 10, 2: 20, 3: 20}, {1: 20, 2: 20, 3: 20}, {10: 20}),  # the larger part stays
        ([(1, 2), (3,)], {1: 10, 2: 10, 3: 10}, {1: 10, 2: 10, 3: 1000}, {}),  # the smaller part is new
        ([(1,), (2,)], {1: 10, 2: 10}, {1: 10, 2: 1000}, {}),  # halves: the one with the lower item stays
        ([(1, 3), (2, 4)], {1: 10, 2: 10, 3: 20, 4: 20}, {1: 10, 3: 10, 2: 1000, 4: 1000}, {20: 10}),
        ([(1, 2), (3, 4)], {1: 10, 2: 20, 3: 20, 4: 20}, {1: 10, 2: 10, 3: 20, 4: 20}, {}),  # one item moves
    ],
)
def test_ids(groups: list[tuple[int, ...]], before: dict[int, int], story_of: dict[int, int], aliases: object) -> None:
    """Merged, split and mixed groups keep the ids that most of the items had; the others become aliases."""
    assigned = group.assign(groups, before, fresh())
    assert assigned.story_of == story_of
    assert assigned.aliases == aliases


@pytest.mark.parametrize(
    ("rooted", "story", "aliases"),
    [
        ({10}, 10, {20: 10, 30: 10}),  # goes on, though another has more items here
        ({10, 30}, 30, {20: 30}),  # of two that stay the one with more items here goes on
        ({10, 20, 30}, 20, {}),
        (set(), 20, {10: 20, 30: 20}),
    ],
)
def test_a_story_that_has_other_items_stays(rooted: set[int], story: int, aliases: dict[int, int]) -> None:
    """A story with items in no group is no alias, and goes before those that may become one."""
    before = {1: 10, 2: 20, 3: 20, 4: 20, 5: 30, 6: 30}
    assigned = group.assign([tuple(before)], before, fresh(), rooted=rooted)
    assert assigned.story_of == dict.fromkeys(before, story)
    assert assigned.aliases == aliases


@given(partitions(), partitions(), st.randoms())
def test_ids_are_stable(first: Groups, second: Groups, chance: Random) -> None:
    """Order does not matter, groups that stay keep their id, no story is two groups, and an alias is no story."""
    before = {item: 100 + number for number, members in enumerate(first) for item in members}
    groups = [members for members in second if all(item in before for item in members)]
    assigned = group.assign(groups, before, fresh())
    shuffled = [tuple(chance.sample(members, len(members))) for members in chance.sample(groups, len(groups))]
    assert group.assign(shuffled, before, fresh()) == assigned
    stories = [{assigned.story_of[item] for item in members} for members in groups]
    assert all(len(story) == 1 for story in stories)
    assert len({story for single in stories for story in single}) == len(groups)
    assert not assigned.aliases.keys() & set(assigned.story_of.values())
    assert set(assigned.aliases.values()) <= set(assigned.story_of.values())
    again = group.assign(groups, assigned.story_of, fresh())
    assert again.story_of == assigned.story_of
    assert again.aliases == {}


@given(partitions(), partitions())
def test_an_id_never_means_another_story(first: Groups, second: Groups) -> None:
    """A story's id is with a group that has at least as many of its items as any other group has, or with none."""
    before = {item: 100 + number for number, members in enumerate(first) for item in members}
    groups = [members for members in second if all(item in before for item in members)]
    assigned = group.assign(groups, before, fresh())
    for members in groups:
        story = assigned.story_of[members[0]]
        shares = [sum(before[item] == story for item in other) for other in groups]
        assert story >= 1000 or sum(before[item] == story for item in members) == max(shares)
