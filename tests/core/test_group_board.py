"""The board: whatever the order in which items come and go, the same items are the same groups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import group
from aggregator.core.group import pairs, vectors
from aggregator.core.model import Open, Placed, Rulings, Statistics, Terms, Tie
from tests.core import newsroom

START = datetime(2026, 1, 14, tzinfo=UTC)
WORDS = "ferry storm coast bridge minister resigns sinks harbour toll strike".split()
#: What was counted before these items came: some of their words are common, some unknown.
BEFORE = Statistics(reports=500, known={"ferry": 60, "storm": 9}, recent=80, current={"ferry": 30, "bridge": 12})


@st.composite
def items(draw: st.DrawFn) -> list[Open]:
    """Draw items of a few words each, over five days."""
    titles = draw(st.lists(st.lists(st.sampled_from(WORDS), max_size=6), min_size=1, max_size=14))
    hours = draw(st.lists(st.integers(0, 120), min_size=len(titles), max_size=len(titles)))
    numbers = draw(st.permutations(range(1, len(titles) + 1)))
    return [
        Open(id=number, time=START + timedelta(hours=hour), terms=Terms(plain=" ".join(title), title=tuple(title)))
        for number, hour, title in zip(numbers, hours, titles, strict=True)
    ]


IDS = st.sets(st.integers(1, 14), min_size=2, max_size=4).map(frozenset)
RULINGS = st.builds(
    Rulings,
    joined=st.lists(IDS, max_size=2).map(tuple),
    alone=st.frozensets(st.integers(1, 14), max_size=2),
    apart=st.frozensets(IDS, max_size=2),
)


def board(told: Iterable[Open], rulings: Rulings | None = None) -> group.Board:
    """Make a board with these items on it."""
    made = group.Board(statistics=BEFORE, rulings=rulings)
    made.add(told)
    return made


@given(items(), RULINGS, st.randoms())
def test_order_leaves_no_trace(told: list[Open], rulings: Rulings, chance: Random) -> None:
    """Items that come one by one in any order make the groups and ties that they make together."""
    whole = group.Board(statistics=BEFORE, rulings=rulings)
    ties = whole.add(told)
    singly = group.Board(statistics=BEFORE, rulings=rulings)
    shuffled = chance.sample(told, len(told))
    found = [tie for item in shuffled for tie in singly.add([item])]
    assert singly.groups() == whole.groups()
    assert sorted(found, key=lambda tie: (tie.item, tie.other)) == sorted(ties, key=lambda tie: (tie.item, tie.other))


def recall(kept: list[Tie]) -> Callable[[Collection[int]], list[Tie]]:
    """Give the ties of some items out of those that are kept, as a store does."""
    return lambda items: [tie for tie in kept if tie.item in items or tie.other in items]


def placed(before: group.Board, settled: Sequence[Open]) -> list[Placed]:
    """Give items as a board has left them to be stored."""
    sides = dict(before.sides([item.id for item in settled]))
    return [Placed(one.id, one.time, one.terms.plain, one.terms.outlet, sides[one.id]) for one in settled]


@given(items(), RULINGS, st.integers(0, 14))
def test_what_was_stored_is_as_good_as_new(told: list[Open], rulings: Rulings, cut: int) -> None:
    """Restored items with their ties, and new ones added, are the groups that a full rebuild makes of all of them.

    Only groups that new items may have changed are made again.
    """
    settled, new = told[:cut], told[cut:]
    earlier = group.Board(statistics=BEFORE, rulings=rulings)
    ties = earlier.add(settled)
    before = earlier.groups()
    later = group.Board(statistics=BEFORE, rulings=rulings)
    kept = list(ties)
    later.restore(placed(earlier, settled), recall(kept))
    assert later.touched() == ()
    kept += later.add(new)
    touched = later.touched()
    rest = {item for members in touched for item in members}
    untouched = tuple(members for members in before if rest.isdisjoint(members))
    assert tuple(sorted(untouched + touched)) == later.groups() == board(told, rulings).groups()


@st.composite
def full(draw: st.DrawFn) -> list[Open]:
    """Draw items that have summaries too."""
    said = st.permutations(WORDS).map(tuple)
    cut = st.integers(0, 5)
    drawn = draw(st.lists(st.tuples(said, cut, cut, st.integers(0, 80)), min_size=2, max_size=8))
    return [
        Open(
            id=at,
            time=START + timedelta(hours=hour),
            terms=Terms(plain=f"{at} {' '.join(words[:title])}", title=words[:title], summary=words[title:][:rest]),
        )
        for at, (words, title, rest, hour) in enumerate(drawn, start=1)
    ]


@given(full(), st.integers(0, 12))
def test_sides_survive_the_store(told: list[Open], reach: int) -> None:
    """What statistics make of an item is the same when it is written and read, be it found by all its words or few."""
    weigher = vectors.Weigher(BEFORE)
    with mock.patch.object(vectors, "REACH", reach):
        for item in told:
            side = pairs.side(item, weigher)
            stored = Placed(item.id, item.time, item.terms.plain, item.terms.outlet, pairs.packed(side, weigher))
            assert pairs.unpacked(stored, weigher) == side
            elsewhere = vectors.Weigher(BEFORE)
            again = pairs.unpacked(stored, elsewhere)
            assert elsewhere.marks(again.words) == weigher.marks(side.words)
            assert pairs.side(item, elsewhere) == again
            found = {*vectors.finders(side).headline, *vectors.finders(side).summary}
            assert found == {*side.words[: side.finding]} - {*side.common}
            words = [weigher.word(number) for number in side.words]
            assert tuple(words[: side.headline]) == item.terms.title
            assert sorted(words[side.headline :]) == sorted(item.terms.summary)
    with pytest.raises(ValueError, match="without what grouping made of it"):
        pairs.unpacked(Placed(1, START, "", "", b""), weigher)


@given(items())
def test_a_second_time_changes_nothing(told: list[Open]) -> None:
    """Items that are on the board already bring no ties and change no group."""
    made = board(told)
    groups = made.groups()
    assert made.add(told) == ()
    assert made.groups() == groups


@given(items(), RULINGS)
def test_rulings_are_obeyed(told: list[Open], rulings: Rulings) -> None:
    """What the user joined is together, then what is to be alone is, then what is to be apart is."""
    groups = board(told, rulings).groups()
    story = {item: members for members in groups for item in members}
    open_ids = story.keys()
    for together in rulings.joined:
        assert len({story[item] for item in together & open_ids}) <= 1
    joined = frozenset[int]().union(*rulings.joined)
    for item in (rulings.alone - joined) & open_ids:
        assert story[item] == (item,)
    for apart in rulings.apart:
        free = (apart - joined) & open_ids
        assert len({story[item] for item in free}) == len(free)


@given(items())
def test_ties(told: list[Open]) -> None:
    """A tie is of two items within the window, the lower id first, from the floor to one."""
    time = {item.id: item.time for item in told}
    for tie in group.Board(statistics=BEFORE).add(told):
        assert tie.item < tie.other
        assert abs(time[tie.item] - time[tie.other]) <= timedelta(hours=72)
        assert group.board.FLOOR <= tie.score <= 1


def products(told: Iterable[Open]) -> dict[tuple[int, int], tuple[float, float]]:
    """Give for each two items how alike they are by the words that find them, and how alike on the whole."""
    weigher = vectors.Weigher(BEFORE)
    found = {}
    for one, other in combinations([pairs.side(item, weigher) for item in told], 2):
        mine, theirs = (weigher.weights(side) for side in (one, other))
        by, of = (vectors.finders(side) for side in (one, other))
        common = {*by.headline} & {*of.headline, *of.summary} | {*by.summary} & {*of.headline}
        dot = sum(mine[number] * theirs[number] for number in common)
        score = pairs.Judge(one, weigher).judged(other).score
        found[one.item, other.item] = vectors.faded(dot, abs(one.hours - other.hours)), score
    return found


@given(full(), st.data())
def test_ties_are_those_of_every_two_items(told: list[Open], data: st.DataObject) -> None:
    """What is found by words is what comparing all items with all gives, also where the floor is met exactly."""
    expected = products(told)
    floor = data.draw(st.sampled_from([group.board.FLOOR, *(alike for alike, _ in expected.values() if alike)]))
    with mock.patch.object(group.board, "FLOOR", floor):
        ties = group.Board(statistics=BEFORE).add(told)
    near = {two: score for two, (alike, score) in expected.items() if alike >= floor and score >= floor}
    assert {(tie.item, tie.other): tie.score for tie in ties} == near


@given(items())
def test_every_item_is_in_one_group(told: list[Open]) -> None:
    """Groups part the items: each is in one, sorted, and the groups are too."""
    groups = board(told).groups()
    assert sorted(item for members in groups for item in members) == sorted(item.id for item in told)
    assert list(groups) == sorted(tuple(sorted(members)) for members in groups)


def titled(*hours: float, title: str = "storm reaches coast") -> list[Open]:
    """Make items of one headline at these hours."""
    words = tuple(title.split())
    return [
        Open(id=at, time=START + timedelta(hours=hour), terms=Terms(plain=title, title=words))
        for at, hour in enumerate(hours, start=1)
    ]


def test_the_same_headline_in_between() -> None:
    """A new item between two of the same headline that are too far apart makes all three one story."""
    told = titled(0, 100, 50)
    earlier, made = board(told[:2]), group.Board(statistics=BEFORE)
    made.restore(placed(earlier, told[:2]), recall([]))
    assert made.groups() == ((1,), (2,))
    made.add(told[2:])
    assert made.touched() == ((1, 2, 3),)


def test_the_same_headline_in_two_languages() -> None:
    """Where a headline says enough to name an event in one language only, order leaves no trace either."""
    one = Open(id=1, time=START, terms=Terms(plain="storm die coast", title=("storm", "die", "coast")))
    other = Open(id=2, time=START, terms=Terms(plain="storm die coast", title=("storm", "coast")))
    first, second = group.Board(statistics=BEFORE), group.Board(statistics=BEFORE)
    assert first.add([one]) + first.add([other]) == second.add([other]) + second.add([one]) != ()
    assert first.groups() == second.groups() == ((1, 2),)


def test_rulings_come_before_the_same_headline() -> None:
    """Not even the same headline brings together what the user parted; what stood on both sides of it stays so."""
    assert board(titled(0, 1, 2)).groups() == ((1, 2, 3),)
    assert board(titled(0, 1), Rulings(apart=frozenset({frozenset({1, 2})}))).groups() == ((1,), (2,))
    assert board(titled(0, 1, 2), Rulings(alone=frozenset({2}))).groups() == ((1, 3), (2,))


def test_joining_what_is_alike_to_others() -> None:
    """What the user joined brings its likes with it, and a new item is judged against both."""
    told = newsroom.opened(newsroom.reports(newsroom.DAY))
    free = group.Board(statistics=newsroom.counted(told))
    free.add(told)
    assert (1, 2) in free.groups()
    assert (3, 4) in free.groups()
    ruled = group.Board(statistics=newsroom.counted(told), rulings=Rulings(joined=(frozenset({1, 3}),)))
    ruled.add(told)
    assert (1, 2, 3, 4) in ruled.groups()


# --- hostile ---------------------------------------------------------------------------------------------------------


def numbered(titles: Sequence[str]) -> list[Open]:
    """Make items of headlines that come a minute apart."""
    return [
        Open(id=at, time=START + timedelta(minutes=at), terms=Terms(plain=title, title=tuple(title.split())))
        for at, title in enumerate(titles, start=1)
    ]


@pytest.mark.parametrize("statistics", [BEFORE, None], ids=["a flood", "counted"])
def test_one_headline_a_thousand_times(statistics: Statistics | None) -> None:
    """A headline that a thousand items share is one group, and needs no tie for each of half a million pairs."""
    told = numbered(["storm reaches coast"] * 1000)
    made = group.Board(statistics=statistics or newsroom.counted(told))
    assert made.add(told) == ()
    assert made.groups() == (tuple(range(1, 1001)),)


def test_a_flood_is_noticed() -> None:
    """A word that a thousand new items share, unknown to the statistics, finds few pairs, and the board says so.

    After the words were counted again it has nothing to say.
    """
    told = numbered([f"acme word{number} other{number}" for number in range(1000)])
    made = group.Board(statistics=BEFORE)
    assert len(made.add(told)) < 50_000
    assert made.is_outgrown
    renewed = group.Board(statistics=newsroom.counted(told))
    assert renewed.add(told) == ()
    assert not renewed.is_outgrown
    assert len(renewed.groups()) == 1000


def test_nothing_to_say() -> None:
    """Items without words are alone."""
    assert board(numbered(["", "", ""])).groups() == ((1,), (2,), (3,))


def test_the_same_advertisement() -> None:
    """Items that share words of their summaries only are not tied; a word of one headline makes the others count."""
    advertisement = ("subscribe", "newsletter", "exclusive", "offers")
    told = [
        Open(id=at, time=START, terms=Terms(plain=title, title=tuple(title.split()), summary=advertisement))
        for at, title in enumerate(("ferry sinks", "storm coast", "newsletter scandal"), start=1)
    ]
    ties = group.Board(statistics=BEFORE).add(told)
    assert {(tie.item, tie.other) for tie in ties} == {(1, 3), (2, 3)}


def test_who_is_joined_brings_his_story_along() -> None:
    """Joining one item of a story with one of another joins the two stories, but for whom a ruling keeps away."""
    ferry, owl = ("ferry", "aground", "skerry", "fog"), ("owl", "barn", "roof", "nest")
    told = [
        Open(id=at, time=START + timedelta(minutes=at), terms=Terms(plain=" ".join(words) + str(at), title=words))
        for at, words in enumerate([ferry, ferry, ferry, owl, owl, owl], 1)
    ]
    assert board(told).groups() == ((1, 2, 3), (4, 5, 6))
    joined = Rulings(joined=(frozenset({1, 4}),))
    assert board(told, joined).groups() == ((1, 2, 3, 4, 5, 6),)
    kept_away = Rulings(joined=(frozenset({1, 4}),), alone=frozenset({6}))
    assert board(told, kept_away).groups() == ((1, 2, 3, 4, 5), (6,))
