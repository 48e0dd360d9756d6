"""What an edition says of a story: new, developing, or nothing but repeats."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core import accounts, group
from aggregator.core.accounts import Told
from aggregator.core.model import Account, Standing, Statistics, Stored, Story
from tests.builders import NOON, sighting, stored, story, telling

TODAY = NOON.date()
DAY = timedelta(days=1)
WORDINGS = (
    "Ferry runs aground off Skerry",
    "Two hundred passengers wait for the tide",
    "Harbour master blames the fog",
    "Why the island has only one boat",
    "Owners promise money back",
    "Minister wants a bridge instead",
)


def report(number: int, title: str | None = None, source: str = "Courier", **changes: Any) -> Stored:
    """Build a report that only its own outlet carries, told later the higher its number."""
    wording = WORDINGS[number % len(WORDINGS)] if title is None else title
    default = {"title": wording, "source": source, "summary": "", "sightings": ()}
    return stored(number, **{**default, **changes})


def told(*items: Stored, account: Account | None = None) -> Story:
    """Build a story of these items, laid out."""
    return accounts.arranged(replace(story(1), tellings=tuple(map(telling, items)), account=account))


def before(*items: Stored, **changes: Any) -> Told:
    """Build what yesterday's edition told of a story."""
    return replace(Told(first=TODAY - DAY, last=TODAY - DAY, headline=items[0].title, story=1, items=items), **changes)


def said(story: Story, earlier: Told | None = None, *, muted: bool = False, on: date = TODAY) -> Account:
    """Give what today's edition says."""
    return accounts.of(story, earlier, on=on, rank=0.0, muted=muted)


# --- new, developing, repeated, muted --------------------------------------------------------------------------------


def test_what_no_edition_told_is_new() -> None:
    """A story met for the first time is new, on its first day, and was never told otherwise."""
    assert said(told(report(1))) == Account(lead=1, headline=WORDINGS[1], standing=Standing.NEW, items=(1,))


def test_what_goes_on_is_developing() -> None:
    """Day n counts from the first edition that told it; who had not told it yet and what its headline was are said."""
    earlier = before(report(1, source="Courier"), first=TODAY - 3 * DAY, headline="Ferry late")
    story = told(report(2, source="Courier"), report(3, source="Reader"), report(4, source="The Gazette"))
    assert said(story, earlier) == Account(
        lead=2,
        headline=WORDINGS[2],
        standing=Standing.DEVELOPING,
        day=4,
        last=TODAY - DAY,
        last_story=1,
        was="Ferry late",
        more=("Reader", "The Gazette"),
        items=(2, 3, 4),
    )


@pytest.mark.parametrize("was", [WORDINGS[2], WORDINGS[2].upper(), f"{WORDINGS[2]}!"])
def test_a_headline_that_stayed_is_not_told_as_another(was: str) -> None:
    """Where only case or punctuation differ, the headline is the same as it was."""
    assert said(told(report(2)), before(report(1), headline=was)).was == ""


def test_outlets_are_told_once_however_they_are_written() -> None:
    """An outlet that told it before is not one more, under whatever spelling, nor one that carried another's item."""
    earlier = before(report(1, source="Courier", sightings=(sighting("Reader"),)))
    story = told(report(2, source="The Courier"), report(3, source="READER"), report(4, source="Post"))
    assert said(story, earlier).more == ("Post",)


REPEATS = (
    WORDINGS[0],
    WORDINGS[0].upper(),
    f"UPDATE 2-{WORDINGS[0]}",
    f"{WORDINGS[0]} – Reader",
    f"{WORDINGS[0]} now",
)


@pytest.mark.parametrize("title", REPEATS)
def test_nothing_but_repeats_is_not_told_again(title: str) -> None:
    """The same headline from another outlet, with a wire mark, in capitals or a little longer, is no news."""
    assert said(told(report(9, title, "Reader")), before(report(0))).standing is Standing.REPEATED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ferry aground with 35 aboard off Skerry", "Ferry aground with 36 aboard off Skerry"),
        (WORDINGS[0], WORDINGS[1]),
        ("The making of the ferry Lena, part two", "The making of the ferry Lena, part three"),
        ("Tesco opening hours over the holidays", "Aldi opening hours over the holidays"),
        ("", ""),
    ],
)
def test_another_figure_or_wording_is_news(old: str, new: str) -> None:
    """What differs in a number or is worded otherwise is told; so is what has no headline to compare."""
    assert said(told(report(9, new)), before(report(1, old))).standing is Standing.DEVELOPING


def test_repeats_stand_aside_while_there_is_more_to_tell() -> None:
    """Among several reports those that repeat are named, do not lead, and are no longer among the tellings."""
    story = told(report(9, WORDINGS[0], "Reader", has_text=True), report(8, WORDINGS[1], "Post"))
    assert story.lead.id == 9
    account = said(story, before(report(0)))
    assert (account.lead, account.repeats, account.items) == (8, (9,), ())
    assert account.standing is Standing.DEVELOPING
    printed = accounts.arranged(replace(story, account=account))
    assert [one.item.id for one in printed.tellings] == [8]
    assert [one.item.id for one in printed.repeats] == [9]
    assert sorted(item.id for item in printed.items) == [8, 9]


@pytest.mark.parametrize("earlier", [None, before(report(1)), before(report(2))])
def test_a_muted_story_is_muted_whatever_came_in(earlier: Told | None) -> None:
    """The user's word stands above what is new in a story."""
    assert said(told(report(2)), earlier, muted=True).standing is Standing.MUTED


_TITLES = st.lists(st.sampled_from([*WORDINGS, *REPEATS]), min_size=1, max_size=6)


@given(now=_TITLES, then=_TITLES, chance=st.randoms(use_true_random=False))
def test_nothing_is_printed_twice_unchanged(now: Sequence[str], then: Sequence[str], chance: random.Random) -> None:
    """Whatever came before and comes now, no headline is printed that an earlier edition printed; nothing is lost."""
    earlier = before(*(report(number, title) for number, title in enumerate(then)))
    items = [report(number, title, f"Outlet {number}") for number, title in enumerate(now, start=50)]
    account = said(told(*items), earlier)
    assert said(told(*chance.sample(items, len(items))), earlier) == account
    printed = told(*items, account=account)
    assert sorted(item.id for item in printed.items) == [item.id for item in items]
    if account.standing is Standing.DEVELOPING:
        assert printed.lead.id == account.lead
        assert not {one.item.title for one in printed.tellings} & {*then}
    else:
        assert all(title in then or title in REPEATS for title in now)


# --- laid out --------------------------------------------------------------------------------------------------------


def test_an_account_keeps_its_lead() -> None:
    """What led when an edition closed leads for ever, though another would lead now."""
    items = (report(1), report(2, source="Reader", has_text=True, weight=9.0))
    assert told(*items).lead.id == 2
    assert told(*items, account=Account(lead=1, headline="")).lead.id == 1
    assert told(*items, account=Account(lead=77, headline="")).lead.id == 2  # the lead is gone
    more = (*items, report(3), report(4))
    kept = told(*more, account=Account(lead=4, headline="", items=(4, 1, 77, 3)))
    assert [one.item.id for one in kept.tellings] == [4, 1, 3, 2]  # what came later stands behind


# --- words -----------------------------------------------------------------------------------------------------------


def shared(*titles: str) -> tuple[str, ...]:
    """Give the words that are said to hold reports of these headlines together."""
    terms = [group.terms.of(accounts.report(report(number, title))) for number, title in enumerate(titles)]
    statistics = group.statistics.counted(group.statistics.cold(), terms, terms)
    return accounts.words(told(*(report(n, title, f"O{n}") for n, title in enumerate(titles))), statistics)


def test_the_words_that_most_reports_share_are_named_as_the_lead_writes_them() -> None:
    """Words that at least half of the other reports have too are given in the lead's order and spelling, bare."""
    words = shared(
        "Ferry “Lena” runs aground off Skerry’s coast",
        "The ferry Lena is stuck near Skerry",
        "Skerry waits while ferries stand still",
    )
    assert words == ("Ferry", "Lena", "Skerry")


def test_one_report_shares_nothing_and_four_words_are_enough() -> None:
    """A story of one report names no words; one whose reports share many names four of them."""
    assert shared("Ferry runs aground") == ()
    assert accounts.words(told(report(1)), Statistics()) == ()
    title = "Ferry Lena grounded off Skerry harbour wall"
    assert len(shared(title, f"Passengers leave: {title} in heavy storms on Wednesday evening")) == 4
    assert shared("Ferry runs aground", "Minister resigns over budget") == ()
    assert shared("Ferry Lena aground", "Ferry stuck", "Ferry waits", "Lena waits", "Ferry late") == ("Ferry",)


# --- what an affair goes by ------------------------------------------------------------------------------------------


def name(*titles: str) -> tuple[str, ...]:
    """Give the words by which stories with these headlines go."""
    first, *others = (story(number, title=title, source="The Courier") for number, title in enumerate(titles, 1))
    return accounts.common(first, others)


def test_an_affair_goes_by_the_words_that_most_of_it_shares() -> None:
    """They come as the first headline writes that has them, those of most headlines first, three at the most."""
    three = ("Miners’ tunnel at VARNA", "Varna mourns miners", "Varna tunnel owner flees")
    assert name(*three) == ("VARNA", "Miners", "tunnel")
    assert name("Miners die: Varna tunnel owner flees", "Varna tunnel owner flees as miners die") == (
        "Miners",
        "die",
        "Varna",
    )
    four = ("Fog", "Miners wait at Varna", "Varna inquiry: miners, owner, tunnel", "Owner of Varna tunnel mourns miner")
    assert name(*four) == ("Miners", "Varna", "owner")


def test_of_many_stories_a_third_have_to_share_a_word() -> None:
    """What two of nine have is not what they are about; where no word is shared there is none."""
    nine = (*["Varna mourns"] * 4, *["Varna reels"] * 3, "Tunnel closed", "Tunnel open")
    assert name(*nine) == ("Varna", "mourns", "reels")
    assert name("Varna mourns", "Tunnel closed") == ()


def test_the_outlet_s_name_is_no_word_of_an_affair() -> None:
    """What stands behind a headline as its outlet is no part of it; abbreviations end with a point, figures do not."""
    assert name("Quake of 7.1 at Varna", "Varna after quake: 7.1 or £2.5?") == ("Quake", "7.1", "Varna")
    assert name("U.S. envoy at Varna - The Courier", "U.S. envoy leaves - The Courier") == ("U.S.", "envoy")
