"""Which headlines are one story: cases written by hand, easy and hard ones, in many languages."""

from __future__ import annotations

from itertools import combinations

import pytest

from aggregator.core import group
from aggregator.core.model import Strictness
from tests.core import newsroom
from tests.core.newsroom import Line


def wrong(lines: tuple[Line, ...]) -> list[str]:
    """Say which pairs of lines are in one story though they tell two events, or apart though they tell one."""
    items = newsroom.opened(newsroom.reports(lines))
    board = group.Board(statistics=newsroom.counted(items))
    board.add(items)
    story = {item: members for members in board.groups() for item in members}
    return [
        f"{lines[one - 1][3]} | {lines[other - 1][3]}"
        for one, other in combinations(sorted(story), 2)
        if (story[one] == story[other]) != (lines[one - 1][0] == lines[other - 1][0])
    ]


@pytest.mark.parametrize(
    "lines",
    [newsroom.ONE_TOPIC, newsroom.DAY, newsroom.GERMAN, newsroom.FRENCH, newsroom.JAPANESE, newsroom.MANY_SCRIPTS],
    ids=["one topic", "a day", "German", "French", "Japanese", "many scripts"],
)
def test_events(lines: tuple[Line, ...]) -> None:
    """Reports of one event are one story; follow-ups, the same person's other news and the same subject are not."""
    assert wrong(lines) == []


def test_a_window_of_everything() -> None:
    """All these headlines in one window mix neither languages nor subjects; of one topic one report goes astray."""
    lines = (
        *newsroom.ONE_TOPIC, *newsroom.DAY, *newsroom.GERMAN, *newsroom.FRENCH, *newsroom.JAPANESE,
        *newsroom.MANY_SCRIPTS,
    )  # fmt: skip
    assert {pair.split(" | ")[0] for pair in wrong(lines)} <= {"Mayor calls for harbour tunnel instead of new bridge"}


def test_strictness() -> None:
    """The stricter, the more stories."""
    items = newsroom.opened(newsroom.reports((*newsroom.ONE_TOPIC, *newsroom.DAY)))
    found = {}
    for strictness in Strictness:
        board = group.Board(statistics=newsroom.counted(items), strictness=strictness)
        board.add(items)
        found[strictness] = len(board.groups())
    assert found[Strictness.TIGHT] >= found[Strictness.NORMAL] >= found[Strictness.LOOSE]
    assert found[Strictness.TIGHT] > found[Strictness.LOOSE]


def test_updates_and_copies_are_held_together() -> None:
    """Another figure in the same words makes no other story, however strict."""
    lines: list[Line] = [
        ("a", 0, "R", "Acme recalls 20,000 cars over brakes"),
        ("a", 9, "S", "Acme recalls 35,000 cars over brakes"),
    ]
    items = newsroom.opened(newsroom.reports(lines))
    board = group.Board(statistics=newsroom.counted(items), strictness=Strictness.TIGHT)
    (tie,) = board.add(items)
    assert tie.score == 1
    assert board.groups() == ((1, 2),)


def test_a_handful_of_items() -> None:
    """With hardly anything to count, two reports of one event are one story still."""
    lines: list[Line] = [
        ("bank", 0, "A", "Центробанк сохранил ключевую ставку"),
        ("bank", 30, "B", "Ключевая ставка Центробанка осталась без изменений"),
        ("ferry", 2, "C", "Ferry sinks off Port Kelling"),
        ("ferry", 40, "D", "Owner of the ferry that sank off Kelling questioned"),
    ]
    assert wrong(tuple(lines)) == []


def test_far_apart_in_time() -> None:
    """The same headline after more than three days tells another event."""
    title = "Storm reaches the northern coast"
    for hours, groups in ((71.9, ((1, 2),)), (72.1, ((1,), (2,)))):
        items = newsroom.opened(newsroom.reports([("a", 0, "A", title), ("b", hours, "B", title)]))
        board = group.Board(statistics=newsroom.counted(items))
        board.add(items)
        assert board.groups() == groups


def test_one_outlet_tells_an_event_once() -> None:
    """What makes one story of two outlets' headlines is a column's where one outlet has both, if anybody is named."""
    one, other = "Senate passes farm bill after long debate", "Farm vote divides Senate and angers growers"
    for outlets, groups in ((("A", "B"), 1), (("A", "A"), 2), (("", ""), 1)):
        lines = [("a", 0, outlets[0], one), ("b", 20, outlets[1], other)]
        items = newsroom.opened(newsroom.reports(lines))
        board = group.Board(statistics=newsroom.counted(items))
        board.add(items)
        assert len(board.groups()) == groups
