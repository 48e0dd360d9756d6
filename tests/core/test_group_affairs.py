"""Affairs: which stories stand under one heading, by their ties, by the words of the news, and not against the user."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.group import affairs, clusters
from aggregator.core.group.links import Best, Links, Mean
from aggregator.core.model import Open, Rulings, Statistics, Strictness, Terms, Tie

Near = dict[int, dict[int, float]]
NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)


@st.composite
def tied(draw: st.DrawFn) -> Near:
    """Draw items and how alike some of them are."""
    number = draw(st.integers(2, 9))
    near: Near = {item: {} for item in range(number)}
    for one, other in combinations(range(number), 2):
        score = draw(st.one_of(st.just(0), st.integers(800, 9000)))
        if score:
            near[one][other] = near[other][one] = score / 10_000
    return near


def mean(near: Near, one: set[int], other: set[int]) -> float:
    """Give how alike all pairs are on average."""
    return sum(near[a].get(b, 0.0) for a in one for b in other) / (len(one) * len(other))


def best(near: Near, one: set[int], other: set[int]) -> float:
    """Give how alike each item of one group is to its like in the other; of whichever finds more."""
    return max(
        sum(max(near[a].get(b, 0.0) for b in there) for a in here) / len(here)
        for here, there in ((one, other), (other, one))
    )


@pytest.mark.parametrize(("links", "expected"), [(Mean, mean), (Best, best)])
@given(near=tied(), chance=st.randoms(use_true_random=False))
def test_links_are_those_of_the_items(
    links: Callable[[Near], Links], expected: Callable[[Near, set[int], set[int]], float], near: Near, chance: Random
) -> None:
    """Whatever became one, two groups are as alike as the ties of their items make them, seen from both."""
    linked, groups = links(near), {item: {item} for item in near}
    while len(groups) > 1:
        one, other = sorted(chance.sample(sorted(groups), 2))
        linked.take(one, other)
        groups[one] |= groups.pop(other)
        for here, there in combinations(groups, 2):
            alike = expected(near, groups[here], groups[there])
            assert (there in linked.near(here)) == (here in linked.near(there)) == (alike > 0)
            if alike:
                assert linked.likeness(here, there) == pytest.approx(alike)
                assert linked.likeness(there, here) == linked.likeness(here, there)


def test_what_was_joined_draws_nobody_in_by_numbers() -> None:
    """Ten articles that the user joined hold nobody who is a little like each of them, for their ties do not add up."""
    joined = range(10)
    ties = {item: {10: 0.12} for item in joined} | {10: dict.fromkeys(joined, 0.12)}
    found = clusters.of(ties, ties, threshold=0.17, rulings=Rulings(joined=(frozenset(joined),)))
    assert found == (tuple(joined), (10,))


STORIES = {1: 1, 2: 1, 3: 3, 4: 4, 5: 5, 6: 5, 7: 7}


def supposed(
    *ties: tuple[int, int, float], rulings: Rulings | None = None, strictness: Strictness = Strictness.NORMAL
) -> tuple[tuple[int, ...], ...]:
    """Give the affairs of these items by these ties; the first two are one story, and so are the fifth and sixth."""
    found = (Tie(*tie) for tie in ties)
    return affairs.supposed(STORIES, found, strictness=strictness, rulings=rulings or Rulings())


def test_an_act_is_like_one_of_the_others() -> None:
    """A story belongs to an affair for the sake of one other in it; those within one story are no affair."""
    assert supposed((1, 3, 0.15), (3, 4, 0.15), (1, 2, 0.9)) == ((1, 2, 3, 4),)
    assert supposed((1, 2, 0.9), (5, 6, 0.9), (3, 4, 0.1)) == ()


def test_two_reports_are_no_affair() -> None:
    """It takes three reports: of two that are a little alike, nearly all are so by chance."""
    assert supposed((3, 4, 0.16)) == ()
    assert supposed((3, 4, 0.16), (4, 7, 0.16)) == ((3, 4, 7),)


def test_how_alike_acts_must_be_goes_with_the_strictness() -> None:
    """What is no affair where stories are told apart strictly may be one where they are not."""
    found = {one: supposed((1, 3, 0.12), strictness=one) for one in Strictness}
    assert found == {Strictness.TIGHT: (), Strictness.NORMAL: ((1, 2, 3),), Strictness.LOOSE: ((1, 2, 3),)}


def test_who_is_not_open_has_no_affair() -> None:
    """A tie to an item that stories are made of no more puts nothing under one heading."""
    assert supposed((5, 8, 0.15), (8, 9, 0.15)) == ()


def test_what_the_user_parted_is_no_affair() -> None:
    """Neither whom a ruling lets stand alone, nor two that it parts; what was joined is one story and no obstacle."""
    ties = ((1, 3, 0.16), (3, 4, 0.15), (5, 7, 0.15))
    assert supposed(*ties, rulings=Rulings(alone=frozenset({3}))) == ((5, 6, 7),)
    assert supposed(*ties, rulings=Rulings(apart=frozenset({frozenset({1, 4})}))) == ((1, 2, 3), (5, 6, 7))
    assert supposed(*ties, rulings=Rulings(joined=(frozenset({1, 2}),))) == ((1, 2, 3, 4), (5, 6, 7))


@given(near=tied(), stories=st.lists(st.integers(0, 4), min_size=9, max_size=9), chance=st.randoms())
def test_order_of_ties_leaves_no_trace(near: Near, stories: list[int], chance: Random) -> None:
    """The same ties in another order, and stories under other numbers, give the same affairs."""
    ties = [Tie(one, other, score) for one, row in near.items() for other, score in row.items() if one < other]
    story_of = {item: stories[item] for item in near}
    found = affairs.supposed(story_of, ties, strictness=Strictness.NORMAL, rulings=Rulings())
    chance.shuffle(ties)
    renamed = {item: 9 - story for item, story in story_of.items()}
    assert affairs.supposed(renamed, ties, strictness=Strictness.NORMAL, rulings=Rulings()) == found
    for items in found:
        assert len({story_of[item] for item in items}) > 1
        assert all(other in items for item in items for other in near if story_of[other] == story_of[item])


def named(statistics: Statistics, *titles: str, story_of: Mapping[int, int] | None = None) -> tuple[int, ...]:
    """Give what stands under one heading of stories with these headlines."""
    return affairs.named(opened(titles), story_of or {number: number for number in range(1, 12)}, statistics)


def opened(titles: Iterable[str]) -> list[Open]:
    """Build items with these words in their headlines."""
    return [
        Open(id=number, time=NOON, terms=Terms(plain=title, title=tuple(title.split())))
        for number, title in enumerate(titles, 1)
    ]


#: A window in which six reports tell of Varna, and thirty of people.
WINDOW = Statistics(recent=100, current={"varna": 6, "people": 30})


def test_an_affair_goes_by_a_word_of_its_own() -> None:
    """Its stories have a word that others hardly have; who shares only what is told everywhere is not of it."""
    assert named(WINDOW, "miners varna", "varna inquiry", "people varna", "varna", "people reveal") == (1, 2, 3, 4)
    assert named(WINDOW, "miners varna", "varna inquiry", "people varna") == ()  # as many others tell of Varna
    assert named(WINDOW, "people reveal", "people learn", "people say") == ()


def test_a_word_that_came_up_after_words_were_counted_is_one() -> None:
    """The counts may be a day old: what they do not know is new, and names an affair that three reports tell of."""
    assert named(WINDOW, "skerry ferry", "skerry harbour", "fog skerry") == (1, 2, 3)
    assert named(WINDOW, "skerry ferry", "skerry harbour") == ()


def test_a_word_of_two_stories_names_no_great_affair() -> None:
    """Of eleven stories three have to share a word, or it belongs to another affair."""
    titles = [f"varna event{number}" for number in range(9)]
    assert named(WINDOW, *titles, "ferry fog", "ferry fog harbour") == (*range(1, 10),)
    assert named(WINDOW, *titles[:7], "ferry varna", "ferry fog", "ferry harbour") == (*range(1, 11),)


def test_one_story_is_no_affair() -> None:
    """Reports of one story that share all their words put nothing under a heading."""
    assert named(WINDOW, *["varna miners"] * 6, story_of=dict.fromkeys(range(1, 7), 1)) == ()
