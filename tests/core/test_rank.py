"""How much a story weighs: origins times freshness times weight, and no source fills the page."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core import accounts, edition, rank
from aggregator.core.model import Account, Spot, Stored, Story
from tests.builders import NOON, stored, story, telling

HOUR = timedelta(hours=1)
WORDINGS = (
    "Ferry aground off Skerry",
    "Why the fog came",
    "Two hundred wait for the tide",
    "Owners promise money back",
)


def told(*items: Stored, number: int = 1) -> Story:
    """Build a story of these items, laid out."""
    return accounts.arranged(replace(story(number), tellings=tuple(map(telling, items))))


def report(number: int, source: str = "Courier", **changes: Any) -> Stored:
    """Build a report under a headline of its own, told at noon."""
    default = {"title": WORDINGS[number % 4], "source": source, "summary": "", "sightings": (), "time": NOON}
    return stored(number, **{**default, **changes})


def test_rank_is_what_its_sentence_says() -> None:
    """Two origins that weigh 3 together, a day old at the close: a third of three."""
    items = (report(1, "Courier", weight=2.0), report(2, "Reader"))
    found = rank.of(told(*items), by=NOON + rank.FADES_IN)
    assert found == rank.Rank(origins=2, weight=3.0, freshness=math.exp(-1))
    assert found.value == pytest.approx(3 / math.e)
    assert str(found) == "1.10 = 2 independent origins weighing 3 × freshness 0.37"
    assert str(rank.of(told(report(1)), by=NOON)) == "1.00 = 1 origin weighing 1 × freshness 1.00"


def test_more_who_report_for_themselves_weigh_more() -> None:
    """Three origins weigh more than two; the same reports carried from one agency weigh as one."""
    three = rank.of(told(*(report(n, f"Outlet {n}") for n in (1, 2, 3))), by=NOON)
    two = rank.of(told(*(report(n, f"Outlet {n}") for n in (1, 2))), by=NOON)
    carried = rank.of(told(*(report(n, f"Outlet {n}", author="AP") for n in (1, 2, 3))), by=NOON)
    assert three.value > two.value > carried.value == 1.0


def test_an_outlet_counts_once_however_often_it_reports() -> None:
    """Four reports of one outlet, its name written in two ways, weigh as one."""
    items = [report(n, source) for n, source in enumerate(("Courier", "The Courier", "COURIER", "Courier"))]
    assert rank.of(told(*items), by=NOON).value == rank.of(told(items[0]), by=NOON).value


def test_an_origin_weighs_what_its_best_outlet_does() -> None:
    """Copy that a trusted outlet carries too weighs as much as that outlet; a light source weighs less than one."""
    carried = [report(1, "Courier", author="AP", weight=0.5), report(2, "Reader", author="AP", weight=3.0)]
    assert rank.of(told(*carried), by=NOON).weight == 3.0
    assert rank.of(told(report(1, weight=0.25)), by=NOON).weight == 0.25


def test_freshness_counts_back_from_the_newest_report_and_never_beyond() -> None:
    """The newest report decides; one after the moment that is asked for is as fresh as can be."""
    both = told(report(1, time=NOON - 48 * HOUR), report(2, "Reader", time=NOON - HOUR))
    assert rank.of(both, by=NOON).freshness == pytest.approx(math.exp(-1 / 24))
    assert rank.of(told(report(1, time=NOON + HOUR)), by=NOON).freshness == 1.0


def test_rank_reads_no_clock() -> None:
    """A year later the same story has the same rank."""
    before = rank.of(told(report(1)), by=NOON + HOUR)
    with time_machine.travel(NOON + timedelta(days=365)):
        assert rank.of(told(report(1)), by=NOON + HOUR) == before


# --- order -----------------------------------------------------------------------------------------------------------


def alone(number: int, source: str, **changes: Any) -> Story:
    """Build a story of one report."""
    return told(report(number, source, **changes), number=number)


def ids(*ranked: tuple[float, Story]) -> list[int]:
    """Give the stories in their order, by id."""
    return [one.story for one in rank.ordered(spot(story, value) for value, story in ranked)]


def spot(story: Story, value: float) -> Spot:
    """Reduce a story of this rank to what is put in order."""
    return edition.spot(story, Account(lead=story.lead.id, headline="", rank=value))


def test_stories_stand_by_rank_then_the_newest_then_the_highest_id() -> None:
    """Rank decides; where it is the same, the later lead, and then the higher id."""
    early = alone(9, "A", time=NOON - HOUR)
    assert ids((1.0, early), (1.0, alone(2, "B")), (1.0, alone(3, "C")), (2.0, alone(4, "D"))) == [4, 3, 2, 9]


def test_no_source_fills_the_page() -> None:
    """Five stories led by one source stand by their rank; its next five count half, and those after them a quarter."""
    loud = [(8.0, alone(number, source)) for number, source in enumerate(["Loud", "LOUD", "The Loud"] * 4)]
    others = [(5.0, alone(20, "Calm")), (3.0, alone(21, "Quiet")), (1.0, alone(22, "Still"))]
    assert ids(*loud, *others) == [11, 10, 9, 8, 7, 20, 6, 5, 4, 3, 2, 21, 1, 0, 22]


@given(
    ranked=st.lists(
        st.tuples(st.sampled_from([0.0, 0.5, 1.0, 4.0]), st.sampled_from("ABC"), st.integers(0, 2)), max_size=24
    ),
    chance=st.randoms(use_true_random=False),
)
def test_the_order_is_the_same_whatever_order_stories_come_in(ranked: Sequence[Any], chance: random.Random) -> None:
    """The same stories stand in the same order, each once."""
    found = [
        (value, alone(number, source, time=NOON + hours * HOUR))
        for number, (value, source, hours) in enumerate(ranked, start=1)
    ]
    assert ids(*chance.sample(found, len(found))) == ids(*found)
    assert sorted(ids(*found)) == list(range(1, len(found) + 1))
