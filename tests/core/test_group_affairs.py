"""Affairs: which stories stand under one heading, by their ties, by the words of the news, and not against the user."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.group import affairs, clusters
from aggregator.core.group.links import Best, Linkage, Mean, Near
from aggregator.core.model import Open, Rulings, Statistics, Strictness, Terms, Tie

Scores = dict[int, dict[int, float]]
NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)


@st.composite
def tied(draw: st.DrawFn) -> Scores:
    """Draw items and how alike some of them are."""
    near: Scores = {item: {} for item in range(1, draw(st.integers(3, 10)))}
    for one, other in combinations(near, 2):
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


@pytest.mark.parametrize(("linkage", "expected"), [(Mean, mean), (Best, best)])
@given(near=tied(), chance=st.randoms(use_true_random=False))
def test_links_are_those_of_the_items(
    linkage: Callable[[Near], Linkage],
    expected: Callable[[Near, set[int], set[int]], float],
    near: Scores,
    chance: Random,
) -> None:
    """Whatever became one, two groups are as alike as the ties of their items make them, seen from both."""
    linked, groups = linkage(near), {item: {item} for item in near}
    while len(groups) > 1:
        one, other = sorted(chance.sample(sorted(groups), 2))
        linked.take(one, other)
        groups[one] |= groups.pop(other)
        for here, there in combinations(groups, 2):
            alike = expected(near, groups[here], groups[there])
            assert (there in linked.near(here)) == (here in linked.near(there)) == (alike > 0)
            assert linked.likeness(here, there) == pytest.approx(alike)
            assert linked.likeness(there, here) == linked.likeness(here, there)


def test_what_was_joined_draws_nobody_in_by_numbers() -> None:
    """Ten articles that the user joined hold nobody who is a little like each of them, for their ties do not add up."""
    joined = range(10)
    ties = {item: {10: 0.12} for item in joined} | {10: dict.fromkeys(joined, 0.12)}
    found = clusters.of(ties, ties, threshold=0.17, rulings=Rulings(joined=(frozenset(joined),)))
    assert found == (tuple(joined), (10,))


STORIES = {1: 1, 2: 1, 3: 3, 4: 4, 5: 5, 6: 5, 7: 7}


def found(
    *ties: tuple[int, int, float], rulings: Rulings | None = None, strictness: Strictness = Strictness.NORMAL
) -> list[tuple[int, ...]]:
    """Give the affairs of these items, which share a word; the first two are one story, so are the fifth and sixth."""
    return headed(
        affairs.of(
            STORIES,
            (Tie(*tie) for tie in ties),
            opened=lambda items: opened(["varna"] * 9, items),
            statistics=Statistics(),
            strictness=strictness,
            rulings=rulings,
        )
    )


def headed(affair_of: Mapping[int, int]) -> list[tuple[int, ...]]:
    """Give the items that stand under one heading."""
    headings = sorted({*affair_of.values()})
    return [tuple(sorted(item for item in affair_of if affair_of[item] == one)) for one in headings]


def opened(titles: Sequence[str], numbers: Iterable[int]) -> list[Open]:
    """Build items, numbered from 1, with these words in their headlines and, after a dash, in their summaries."""
    said = [title.partition(" | ") for title in titles]
    terms = [Terms(plain=title, title=(*title.split(),), summary=(*rest.split(),)) for title, _, rest in said]
    return [Open(id=number, time=NOON, terms=terms[number - 1]) for number in numbers]


def test_an_act_is_like_one_of_the_others() -> None:
    """A story belongs to an affair for the sake of one other in it; those within one story are no affair."""
    assert found((1, 3, 0.15), (3, 4, 0.15), (1, 2, 0.9)) == [(1, 2, 3, 4)]
    assert found((1, 2, 0.9), (5, 6, 0.9), (3, 4, 0.1)) == []


def test_two_reports_are_no_affair() -> None:
    """It takes three reports: of two that are a little alike, nearly all are so by chance."""
    assert found((3, 4, 0.16)) == []
    assert found((3, 4, 0.16), (4, 7, 0.16)) == [(3, 4, 7)]


def test_how_alike_acts_must_be_goes_with_the_strictness() -> None:
    """What is no affair where stories are told apart strictly may be one where they are not."""
    assert {one: found((1, 3, 0.12), strictness=one) for one in Strictness} == {
        Strictness.TIGHT: [],
        Strictness.NORMAL: [(1, 2, 3)],
        Strictness.LOOSE: [(1, 2, 3)],
    }


def test_who_is_not_open_has_no_affair() -> None:
    """A tie to an item that stories are made of no more puts nothing under one heading."""
    assert found((5, 8, 0.15), (8, 9, 0.15)) == []


def test_what_the_user_parted_is_no_affair() -> None:
    """Neither whom a ruling lets stand alone, nor two that it parts; what was joined is one story and no obstacle."""
    ties = ((1, 3, 0.16), (3, 4, 0.15), (5, 7, 0.15))
    assert found(*ties, rulings=Rulings(alone=frozenset({3}))) == [(5, 6, 7)]
    assert found(*ties, rulings=Rulings(apart=frozenset({frozenset({1, 4})}))) == [(1, 2, 3), (5, 6, 7)]
    assert found(*ties, rulings=Rulings(joined=(frozenset({1, 2}),))) == [(1, 2, 3, 4), (5, 6, 7)]


@given(near=tied(), stories=st.lists(st.integers(1, 5), min_size=10, max_size=10), chance=st.randoms())
def test_order_of_ties_leaves_no_trace(near: Near, stories: list[int], chance: Random) -> None:
    """The same ties in another order, and stories under other numbers, give the same affairs, of whole stories."""
    ties = [Tie(one, other, score) for one, row in near.items() for other, score in row.items() if one < other]
    made = []
    for story_of in ({item: stories[item] for item in near}, {item: 9 - stories[item] for item in near}):
        affair_of = affairs.of(
            story_of, ties, opened=lambda items: opened(["varna"] * 9, items), statistics=Statistics()
        )
        chance.shuffle(ties)
        made.append({*headed(affair_of)})
    assert made[0] == made[1]
    for items in made[0]:
        assert len({stories[item] for item in items}) > 1
        assert all(other in items for item in items for other in near if stories[other] == stories[item])


def named(*titles: str, story_of: Mapping[int, int] | None = None) -> list[tuple[int, ...]]:
    """Give what stands under one heading of items with these headlines, all of which are a little alike."""
    numbers = range(1, len(titles) + 1)
    ties = [Tie(one, other, 0.15) for one, other in combinations(numbers, 2)]
    stories = story_of or {number: number for number in numbers}
    return headed(affairs.of(stories, ties, opened=lambda items: opened(titles, items), statistics=WINDOW))


#: A window in which six reports tell of Varna, and thirty of people.
WINDOW = Statistics(recent=100, current={"varna": 6, "people": 30})


def test_an_affair_goes_by_a_word_of_its_own() -> None:
    """Its stories have a word that others hardly have; who shares only what is told everywhere is not of it."""
    assert named("miners varna", "varna inquiry", "people varna", "varna", "people reveal") == [(1, 2, 3, 4)]
    assert named("miners varna", "varna inquiry", "people varna") == []  # as many others tell of Varna
    assert named("people reveal", "people learn", "people say") == []


def test_a_word_that_came_up_after_words_were_counted_is_one() -> None:
    """The counts may be a day old: what they do not know is new, and names an affair that three reports tell of."""
    assert named("skerry ferry", "skerry harbour", "fog skerry") == [(1, 2, 3)]
    assert named("skerry ferry", "skerry harbour", "fog") == []


def test_a_word_of_two_stories_names_no_great_affair() -> None:
    """Of eleven stories three have to share a word, or it belongs to another affair."""
    great = [f"varna event{number}" for number in range(9)]
    ferries = ("ferry fog", "ferry harbour", "ferry owner")
    assert named(*great, *ferries, story_of={number: min(number, 11) for number in range(1, 13)}) == [(*range(1, 10),)]
    assert named(*great[:8], *ferries, story_of={number: min(number, 10) for number in range(1, 12)}) == [
        (*range(1, 9),),
        (9, 10, 11),
    ]


def test_summaries_tell_of_an_affair_too() -> None:
    """What reports say of it below their headlines counts among what is told with its word, as it was counted."""
    assert named("varna mourns", "varna inquiry", "miners", "owner") == []
    assert named("varna mourns", "varna inquiry", "miners | varna", "owner | varna") == [(1, 2)]


def test_where_everything_is_linked_the_stronger_links_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more items than may be looked at together, those that are more alike make affairs, in parts small enough."""
    monkeypatch.setattr(affairs, "MOST", 4)
    chain = [(1, 3, 0.16), (3, 4, 0.13), (4, 5, 0.16), (5, 7, 0.16)]
    assert found(*chain) == [(1, 2, 3), (4, 5, 6, 7)]
    assert found(*((one, other, 0.9) for one, other in ((1, 3), (3, 4), (4, 5), (5, 7)))) == []


def test_one_story_is_no_affair() -> None:
    """Reports of one story that share all their words put nothing under a heading."""
    assert named(*["varna miners"] * 6, story_of=dict.fromkeys(range(1, 7), 1)) == []


def test_stories_that_share_no_word_are_two_affairs() -> None:
    """Of what is a little alike for many reasons, each affair has a word that goes through it, if by way of others."""
    titles = ("ferry fog", "ferry harbour", "ferry owner", "owl tower", "owl museum", "owl clock")
    assert named(*titles) == [(1, 2, 3), (4, 5, 6)]
    assert named(*titles, "ferry owl") == [(*range(1, 8),)]
