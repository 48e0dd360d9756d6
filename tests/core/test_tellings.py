"""How a story is told: who leads it, who only repeats another, and who reports for himself."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core import likeness, tellings
from aggregator.core.model import Stored, Telling
from tests.builders import NOON, sighting, stored

#: Headlines of one event of which none repeats another.
APART = (
    "Ferry runs aground off Skerry",
    "Two hundred passengers wait for the tide",
    "Harbour master blames the fog",
    "Why the island has only one boat",
    "Owners promise money back",
)
LONG = "The ferry to the outer islands ran aground in thick fog on Wednesday morning, and nobody on board was hurt."


def item(number: int, title: str, source: str, **changes: Any) -> Stored:
    """Build a report that only its own outlet carries."""
    return stored(number, title=title, source=source, sightings=(), summary="", **changes)


def told(*items: Stored) -> list[list[int]]:
    """Give the ids of a story's tellings, each with its copies."""
    return [[one.id for one in telling.items] for telling in tellings.arrange(items)]


# --- who leads -------------------------------------------------------------------------------------------------------


MERITS: tuple[dict[str, Any], ...] = (
    {"shown": True},
    {"author": ""},  # not "AP": an original reporter
    {"has_text": True},
    {"paywalled": False},
    {"weight": 2.0},
    {"time": NOON - timedelta(hours=1)},
)
FAULTS: tuple[dict[str, Any], ...] = (
    {"shown": False},
    {"author": "By AP"},
    {"has_text": False},
    {"paywalled": True},
    {"weight": 1.0},
    {"time": NOON},
)


@pytest.mark.parametrize("at", range(len(MERITS)))
def test_who_leads_is_decided_by_the_first_rule_that_tells_two_apart(at: int) -> None:
    """Shown, original, with its own text, free, weighty, early: an earlier rule outweighs all the later ones."""
    first, second = dict[str, Any](), dict[str, Any]()
    for rule, (merit, fault) in enumerate(zip(MERITS, FAULTS, strict=True)):
        first |= merit if rule <= at else fault
        second |= merit if rule != at else fault
    better, worse = item(2, APART[0], "Courier", **first), item(1, APART[1], "Reader", **second)
    assert told(worse, better) == [[2], [1]]


def test_where_nothing_else_decides_the_lower_id_leads() -> None:
    """Two reports alike in all that counts stand in the order of their ids."""
    assert told(*(item(number, APART[number], "Courier", time=NOON) for number in (3, 1, 2))) == [[1], [2], [3]]


def test_an_agency_is_no_carrier_of_its_own_report() -> None:
    """Where the agency's own feed is read, its own report is an original and leads those who carry it."""
    carrier = item(1, APART[0], "Courier", author="Reuters Staff", time=NOON - timedelta(hours=5))
    assert told(carrier, item(2, APART[1], "Reuters", time=NOON)) == [[2], [1]]


def test_one_item_is_one_telling() -> None:
    """A story of one report is that report; whose text it is matters where several carry it."""
    alone, seen = item(1, APART[0], "dpa"), (sighting("dpa"), sighting("Courier"))
    assert tellings.arrange([alone]) == (Telling(item=alone),)
    assert tellings.arrange([replace(alone, sightings=seen)])[0].agency == "dpa"
    assert tellings.arrange([]) == ()


# --- what is folded --------------------------------------------------------------------------------------------------


def test_copies_fold_under_the_best_of_them() -> None:
    """Near-identical headlines are one telling, led by what is told best, and nothing is lost."""
    wording = "Ferry with 200 aboard runs aground off Skerry"
    poor = item(1, wording, "Courier", paywalled=True)
    rich = item(2, f"UPDATE 1-{wording} in fog", "Reader")
    other = item(3, APART[3], "Gazette")
    assert told(poor, rich, other) == [[2, 1], [3]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Storm leaves 35 dead in the north", "Storm leaves 36 dead in the north"),
        ("Ferry firm fined $25 million over fog", "Ferry firm fined $20 million over fog"),
        ("Ferry firm fined 1,200 pounds", "Ferry firm fined 1,250 pounds"),
        ("Bridge to close for 3 weeks", "Bridge to close for weeks"),
        ("The making of Lena, Part II", "The making of Lena, Part III"),
        ("Two people hurt as the ferry Lena runs aground", "Three people hurt as the ferry Lena runs aground"),
        ("Wednesday briefing: what to watch in markets", "Thursday briefing: what to watch in markets"),
        ("Die große Reportage, Teil drei: im Hafen", "Die große Reportage, Teil zwei: im Hafen"),
    ],
)
def test_a_number_that_differs_is_an_update_and_stays(one: str, other: str) -> None:
    """However alike two headlines are, another figure is news and is never folded away."""
    assert likeness.jaccard(*(likeness.grams(text.casefold()) for text in (one, other))) > likeness.UPDATE
    assert told(item(1, one, "Courier"), item(2, other, "Reader")) == [[1], [2]]


def test_what_one_outlet_fills_into_a_form_is_no_copy() -> None:
    """Headlines of one outlet that agree but for one subject both stay; another outlet with the first is its copy."""
    one, other = (f"{shop} opening hours over the holidays" for shop in ("Tesco", "Aldi"))
    assert told(item(1, one, "Courier"), item(2, other, "The Courier"), item(3, one, "Reader")) == [[1, 3], [2]]
    assert told(item(1, one, "Courier"), item(2, other, "Reader")) == [[1, 2]]


def test_a_headline_without_words_folds_under_none() -> None:
    """Items without a headline have nothing in common by that."""
    assert told(item(1, "", "Courier"), item(2, "", "Reader"), item(3, "!!!", "Gazette")) == [[1], [2], [3]]


_REPORTS = st.lists(
    st.tuples(
        st.sampled_from([*APART, "Ferry runs aground off Skerry in fog", "Harbour master blames the dense fog", ""]),
        st.sampled_from(["Courier", "Reader", "Gazette", "Reuters"]),
        st.sampled_from(["", "AP", "By Jane Doe"]),
        st.booleans(),
        st.booleans(),
        st.sampled_from([0.5, 1.0, 2.0]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=9,
)


@given(reports=_REPORTS, seed=st.randoms(use_true_random=False))
def test_the_layout_is_the_same_in_whatever_order_items_come(reports: Sequence[Any], seed: random.Random) -> None:
    """Any order of the same items gives the same tellings and origins, in which every item stands once."""
    items = [
        item(number, title, source, author=by, has_text=text, paywalled=paid, weight=weight, time=NOON + timedelta(at))
        for number, (title, source, by, text, paid, weight, at) in enumerate(reports)
    ]
    laid_out = tellings.arrange(items)
    assert sorted(one.id for telling in laid_out for one in telling.items) == [one.id for one in items]
    mixed = seed.sample(items, len(items))
    assert tellings.arrange(mixed) == laid_out
    assert tellings.origins(tellings.arrange(mixed)) == tellings.origins(laid_out)
    leads = [telling.item for telling in laid_out]
    words = [one.title.casefold() for one in leads]
    assert not any(likeness.is_copy(one, other) for one, other in itertools.combinations(words, 2))


# --- agencies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "author", "summary", "agency"),
    [
        ("Reuters", "", "", "Reuters"),
        ("AP News", "", "", "AP"),
        ("Courier", "By The Associated Press", "", "AP"),
        ("Courier", "Jane Doe, Associated Press", "", "AP"),
        ("Courier", "Jane Doe and AFP", "", "AFP"),
        ("Courier", "von dpa", "", "dpa"),
        ("Courier", "Reuters Staff", "", "Reuters"),
        ("Courier", "", "WASHINGTON (AP) — The ferry ran aground.", "AP"),
        ("Courier", "", "(Reuters) - The ferry ran aground.", "Reuters"),
        ("Courier", "", "PARIS, France (AFP): The ferry ran aground.", "AFP"),
        ("Courier", "", "The ferry (PA) - as it is called - ran aground.", "PA"),
        ("Courier", "Jane Doe", "The ferry ran aground, the AP said.", ""),
        ("Courier", "Ap Smith", "", ""),
        ("Courier", "", "He joined the party (AP, founded 1990) in March.", ""),
        ("Courier", "", "A long first sentence of sixty and more letters stands here before (AP) - no credit.", ""),
        ("", "", "", ""),
    ],
)
def test_an_agency_is_known_by_outlet_byline_or_dateline(source: str, author: str, summary: str, agency: str) -> None:
    """Text is credited to an agency where outlet, byline or dateline say so, and nowhere else."""
    assert tellings.agency(stored(1, source=source, author=author, summary=summary)) == agency


# --- origins ---------------------------------------------------------------------------------------------------------


def origins(*items: Stored) -> list[tuple[str, tuple[str, ...]]]:
    """Give the origins of a story by name, each with its outlets."""
    return [(origin.name, origin.outlets) for origin in tellings.origins(tellings.arrange(items))]


def test_an_agency_carried_by_twelve_is_one_origin() -> None:
    """Twelve outlets under twelve headlines of their own that credit one agency report nothing for themselves."""
    titles = [
        f"{word} {APART[0].lower()}" for word in "red blue grey pink gold teal lime navy rust plum sand jade".split()
    ]
    carriers = [item(n, title, f"Outlet {n}", author="AP") for n, title in enumerate(titles, start=1)]
    ((name, outlets),) = origins(*carriers)
    assert (name, len(outlets)) == ("AP", 12)


def test_those_who_write_for_themselves_are_counted_apart() -> None:
    """An agency, its carriers and two reporters are three origins, in the order of the tellings."""
    items = [
        item(1, APART[0], "Courier", has_text=True),
        item(2, APART[1], "Reader"),
        item(3, APART[2], "Gazette", author="AP"),
        item(4, APART[3], "AP News"),
    ]
    assert origins(*items) == [("Courier", ("Courier",)), ("Reader", ("Reader",)), ("AP", ("AP News", "Gazette"))]


def test_who_carries_an_agency_may_report_for_himself_as_well() -> None:
    """An outlet's own report and what it carries are two origins, and the carriers are the agency's."""
    own = item(1, APART[0], "Reader")
    carried = [item(n, f"{APART[1]} {word}", f"Outlet {n}", author="AP") for n, word in ((2, "now"), (3, "today"))]
    assert origins(own, *carried, item(4, APART[2], "Reader", author="AP")) == [
        ("Reader", ("Reader",)),
        ("AP", ("Outlet 2", "Outlet 3", "Reader")),
    ]


def test_uncredited_agency_copy_is_the_agency_s() -> None:
    """Who prints an agency's text without its credit is one of its carriers, whoever stands first."""
    texts = [stored(n, title=APART[n], source=f"Outlet {n}", summary=LONG, sightings=()) for n in (1, 2)]
    assert origins(texts[0], replace(texts[1], author="dpa")) == [("dpa", ("Outlet 1", "Outlet 2"))]
    credited, alike = (
        tellings.origins(tellings.arrange([texts[0], replace(texts[1], author=author)])) for author in ("dpa", "")
    )
    assert [origin.is_agency for origin in (*credited, *alike)] == [True, False]


def test_an_outlet_with_three_reports_is_one_origin() -> None:
    """However often an outlet reports, and however it writes its name, it is one origin."""
    items = [item(1, APART[0], "The Courier"), item(2, APART[1], "Courier"), item(3, APART[2], "COURIER")]
    assert [name for name, _ in origins(*items)] == ["The Courier"]


def test_copies_and_like_texts_are_one_origin() -> None:
    """Who prints another's headline, or another's text under his own headline, does not report for himself."""
    first = item(1, APART[0], "Courier")
    copy = item(2, f"{APART[0]} – report", "Reader")
    assert [name for name, _ in origins(first, copy)] == ["Courier"]
    texts = [stored(n, title=APART[n], source=f"Outlet {n}", summary=LONG, sightings=()) for n in (1, 2)]
    assert len(origins(*texts)) == 1
    short = [stored(n, title=APART[n], source=f"Outlet {n}", summary="In fog.", sightings=()) for n in (1, 2)]
    assert len(origins(*short)) == 2


def test_outlets_are_named_once_with_those_who_carry_the_item() -> None:
    """An item's outlets are its source and the feeds that were seen with it, each once however it is written."""
    seen = (sighting("Courier"), sighting("THE COURIER"), sighting("Reader"), sighting(""))
    assert len(tellings.outlets_of(stored(1, source="Courier", sightings=seen))) == 2
    assert tellings.outlets_of(stored(1, source="", sightings=())) == ()
    assert tellings.outlets_of(stored(1, source="", sightings=(sighting(""),))) == ()


# --- cost ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alike", [True, False])
def test_a_story_of_hundreds_costs_little(alike: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of reports in one story, all alike or none, are cut into letters about once each."""
    cut: list[str] = []
    grams = likeness.grams

    def counted(plain: str) -> frozenset[str]:
        cut.append(plain)
        return grams(plain)

    monkeypatch.setattr(likeness, "grams", counted)
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(600)]
    items = [
        stored(
            number,
            title=APART[0] if alike else " ".join(chance.choices(words, k=7)),
            source=f"Outlet {number}",
            summary=LONG if alike else " ".join(chance.choices(words, k=20)),
            sightings=(),
        )
        for number in range(300)
    ]
    laid_out = tellings.arrange(items)
    assert len(laid_out) == (1 if alike else 300)
    assert len(tellings.origins(laid_out)) == (1 if alike else 300)
    assert len(cut) <= 4 * 300


def test_an_agency_is_named_though_a_copy_without_its_mark_leads() -> None:
    """Who only one of several copies credits is the origin of all of them, also where the credit ends the text."""
    credited = stored(1, title=APART[0], source="Post", summary="TARNOW (Reuters) - " + LONG, sightings=())
    bare = stored(2, title=APART[0], source="News", summary=LONG, has_text=True, sightings=())
    (told,) = tellings.arrange([credited, bare])
    assert (told.item.source, told.agency) == ("News", "Reuters")
    (origin,) = tellings.origins([told])
    assert (origin.name, set(tellings.carriers(origin))) == ("Reuters", {"Post", "News"})
    assert tellings.agency(replace(bare, summary=LONG + " (AP)")) == "AP"


def test_a_list_of_headlines_is_no_outlet_and_nobody_carries_himself() -> None:
    """Who only names an article does not report it; who reports it is none of those who carry it."""
    seen = (sighting("Post"), sighting("The List", is_list=True), sighting("Far Times"))
    told = tellings.arrange([stored(1, source="Post", sightings=seen)])
    (origin,) = tellings.origins(told)
    assert set(origin.outlets) == {"Post", "Far Times"}
    assert tellings.carriers(origin) == ("Far Times",)
