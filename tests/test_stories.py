"""Stories in editions: what is said of them day by day, how they are printed, and that closed pages stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import feedparser
import pytest
from msgspec.structs import replace

from aggregator import editions, importing
from aggregator.core.model import Line, Strictness
from tests.edges.printed import Outline
from tests.newsroom import BUDGET, FERRY, OWL, START, Newsroom, first_day, item, parted


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Open a newsroom of three outlets on the morning of 14 January 2026."""
    room = Newsroom(tmp_path)
    yield room
    room.end()


def text(page: str) -> str:
    """Give what a reader of a page reads, in one line."""
    return " ".join(Outline(page).text.split())


# --- editions --------------------------------------------------------------------------------------------------------


def test_a_story_goes_on_from_edition_to_edition(room: Newsroom) -> None:
    """The next day it is "Day 2", with who came in, and what the headline was; with only repeats it is absent."""
    first_day(room)
    room.pass_by(hours=24)
    room.tell("Gazette", FERRY[2])
    room.tell("Reader", f"{BUDGET[0]}!")
    room.pass_by(minutes=5)
    page = text(room.page("2026-01-15.html"))
    assert f"Day 2 · 1 more outlet · told before as {FERRY[0]}" in page
    assert BUDGET[0] not in page
    assert "1 more only repeats what earlier editions told." in page
    assert f"- {BUDGET[0]}! - Reader" in room.page("2026-01-15.txt")
    told = {
        ("2026-01-14", FERRY[0]): "new",
        ("2026-01-14", BUDGET[0]): "new",
        ("2026-01-14", OWL): "new",
        ("2026-01-15", FERRY[2]): "developing",
        ("2026-01-15", f"{BUDGET[0]}!"): "repeated",
    }
    assert room.standings() == told
    room.pass_by(hours=24)
    assert room.standings() == told
    assert f"Day 2 · 1 more outlet · told before as {FERRY[0]}" in text(room.page("2026-01-15.html"))


def test_a_muted_story_stays_away_until_its_event_ends(room: Newsroom) -> None:
    """What is muted is on no page and in no feed, day after day; the next event of its kind is told."""
    first_day(room)
    room.rule("mute", item(FERRY[0]).link or "")
    room.pass_by(hours=24)
    room.tell("Gazette", FERRY[2], "Swimmers cross the bay")
    room.pass_by(hours=1)
    for name in ("index.html", "feed.xml", "2026-01-14.html", "2026-01-15.html", "2026-01-15.txt"):
        assert "Lena" not in room.page(name)
    assert "1 is muted." in text(room.page("2026-01-15.html"))
    room.clock.pass_by(days=5)
    room.tell("Gazette", "Skerry harbour closed: ferry Lena aground again")
    room.pass_by(hours=1)
    assert "aground again" in room.page("index.html")


def test_what_was_muted_and_is_so_no_more_is_told_as_what_the_reader_knows(room: Newsroom) -> None:
    """Editions in which a story was muted have told nothing of it: then it is new, and its days count from there."""
    room.rule("mute", item(FERRY[0]).link or "")
    room.tell("Courier", FERRY[0])
    room.pass_by(hours=24)
    room.config = replace(room.config, rulings=())
    room.tell("Reader", FERRY[1])
    room.pass_by(hours=24)
    room.tell("Gazette", FERRY[2], FERRY[0])
    room.pass_by(hours=1)
    assert room.standings() == {
        ("2026-01-14", FERRY[0]): "muted",
        ("2026-01-15", FERRY[1]): "new",
        ("2026-01-16", FERRY[2]): "developing",
    }
    (story,) = next(one for one in room.exported(why=True) if one["edition"] == "2026-01-16")["stories"]
    assert (story["why"]["day"], story["why"]["told_before"], story["why"]["repeats"]) == (2, "2026-01-15", [])


# --- closed pages stay -----------------------------------------------------------------------------------------------


def busy(room: Newsroom) -> dict[str, bytes]:
    """Close an edition with several reports a story; give its page and list, and how the front page tells it."""
    first_day(room)
    room.tell("Gazette", FERRY[2], f"{FERRY[0]} – live")
    room.tell("Reader", "Owl in museum clock tower nests again")
    room.pass_by(hours=16)
    return kept(room)


def kept(room: Newsroom) -> dict[str, bytes]:
    """Make every page anew from the store, and give those of the closed edition."""
    room.raze()
    room.publish()
    latest = re.sub(r'(?s).*?<section class="edition"[^>]*>|</section>.*', "", room.page("index.html"))
    return {**{name: room.files()[name] for name in ("2026-01-14.html", "2026-01-14.txt")}, "latest": latest.encode()}


AFTER: dict[str, Callable[[Newsroom], None]] = {
    "regrouped": lambda room: setattr(room, "config", replace(room.config, strictness=Strictness.LOOSE)),
    "merged": lambda room: room.rule("join", f"{FERRY[0]} - Courier", f"{OWL} - Reader"),
    "split": lambda room: room.rule("split", f"{FERRY[0]} - Courier"),
    "kept apart": lambda room: room.rule("never", f"{BUDGET[0]} - Courier", f"{BUDGET[1]} - Gazette"),
    "muted": lambda room: room.rule("mute", f"{FERRY[0]} - Courier"),
    "heavier": lambda room: room.change("Gazette", weight=5.0),
    "lighter": lambda room: room.change("Courier", weight=0.1),
    "paywalled": lambda room: room.change("Reader", paywall=True),
    "left out": lambda room: room.change("Reader", grouped=False),
    "told on": lambda room: room.tell("Courier", "Skerry ferry Lena afloat again in harbour"),
}


@pytest.mark.parametrize("what", AFTER)
def test_a_closed_page_stays_whatever_becomes_of_its_stories(what: str, room: Newsroom) -> None:
    """A closed edition's page and list, made anew from the store, are the same bytes whatever was changed since."""
    before = busy(room)
    AFTER[what](room)
    room.close()
    room.clock.pass_by(hours=24)
    room.close()
    after = kept(room)
    if what == "told on":  # then another edition stands on the front page
        del before["latest"], after["latest"]
    assert after == before


def test_what_was_imported_into_a_closed_edition_stays_as_it_was_printed(room: Newsroom) -> None:
    """A line joins its story in the edition that it names, once and for all."""
    first_day(room)
    room.pass_by(hours=24)
    line = Line(number=1, title=FERRY[2], source="Gazette", published=START.date(), seen=START.date())
    assert importing.headlines(room.store, room.config, [line]) == 1
    assert room.story_of(FERRY[2]) == room.story_of(FERRY[0])
    before = kept(room)
    assert text(room.page("2026-01-14.html")).count("Reported also by") == 2
    room.rule("split", f"{FERRY[2]} - Gazette")
    room.close()
    assert room.story_of(FERRY[2]) != room.story_of(FERRY[0])
    assert kept(room) == before


def test_a_store_of_the_version_before_keeps_its_closed_editions(tmp_path: Path) -> None:
    """Editions that closed before there were stories keep their items, one story each, in the order they had."""
    room = Newsroom(tmp_path)
    for hour, outlet in enumerate(("Courier", "Reader", "Gazette", "Reader", "Reader", "Reader", "Reader")):
        room.clock.pass_by(minutes=1)
        room.tell(outlet, f"{(*FERRY, *BUDGET, OWL, 'Bell tolls')[hour]}")
    with room.store.transaction():  # as version 2 closed it, grouping nothing and saying nothing of its stories
        db = room.store._db
        db.execute("INSERT INTO editions (date, closes) VALUES ('2026-01-14', '2026-01-15T00:00:00Z')")
        db.execute("UPDATE items SET edition = '2026-01-14', printed = story")
    room.publish()
    closed = kept(room)
    order = [room.page("2026-01-14.html").index(title.replace("'", "&#39;")) for title in (*FERRY, *BUDGET, OWL)]
    assert order == sorted(order, reverse=True)
    assert text(room.page("2026-01-14.html")).count("Reported also by") == 0
    room.clock.pass_by(hours=16)
    room.rule("mute", f"{OWL} - Reader")
    room.tell("Gazette", "Skerry ferry Lena freed, harbour open")
    room.pass_by(hours=1)
    assert len({room.story_of(title) for title in FERRY}) == 1
    assert kept(room)["2026-01-14.html"] == closed["2026-01-14.html"]
    assert kept(room)["2026-01-14.txt"] == closed["2026-01-14.txt"]
    assert room.standings()["2026-01-15", "Skerry ferry Lena freed, harbour open"] == "developing"
    room.end()


# --- what is printed -------------------------------------------------------------------------------------------------


def test_a_page_says_who_tells_a_story_and_what_they_share(room: Newsroom) -> None:
    """Copies stand under one line, other reports below with the words they share, outlets with one text are counted."""
    room.hear("Courier", item(FERRY[0], published=START))
    room.hear("Reader", item(f"{FERRY[0]}!", "Reader", published=START))
    room.hear("Gazette", item(FERRY[1], "Gazette", author="AP", published=START))
    room.close()
    room.publish()
    page = text(room.page("2026-01-14.html"))
    assert "Also at: Reader" in page
    assert re.search(r"Reported also by – in common: Ferry, Lena, [\w, ]*Skerry", page)
    assert f"{FERRY[1]} Gazette · 09:00" in page
    assert "The same text at 2 outlets · 2 independent origins" in page


def test_an_agency_and_its_carriers_are_named(room: Newsroom) -> None:
    """Under a story that several carry from one agency stands "AP, carried by 3"."""
    for outlet, title in zip(room.outlets, FERRY, strict=True):
        room.hear(outlet, item(title, outlet, author="By The Associated Press", published=START))
    room.close()
    room.publish()
    assert "AP, carried by 3" in text(room.page("2026-01-14.html"))
    ((story,),) = (one["stories"] for one in room.exported(why=True))
    assert story["why"]["origins"] == [{"name": "AP", "is_agency": True, "outlets": [*room.outlets]}]


def test_the_feed_has_each_story_once_under_its_permanent_guid(room: Newsroom) -> None:
    """A story keeps its guid while reports join it, editions close and it goes on; none is there twice."""
    room.tell("Courier", FERRY[0])
    room.pass_by(minutes=1)
    (first,) = feedparser.parse(room.page("feed.xml")).entries
    room.tell("Reader", FERRY[1], OWL)
    room.pass_by(hours=24)
    room.tell("Gazette", FERRY[2])
    room.pass_by(minutes=1)
    entries = feedparser.parse(room.page("feed.xml")).entries
    assert len(entries) == len({entry.id for entry in entries}) == 2
    assert first.id in {entry.id for entry in entries}
    assert all(entry.id.startswith("urn:uuid:") for entry in entries)


def test_what_was_imported_is_not_announced(room: Newsroom) -> None:
    """Items of an imported list stand in their stories, and in no entry of the feed."""
    room.tell("Courier", FERRY[0])
    room.tell("Reader", FERRY[1], OWL)
    room.close()
    with room.store.transaction():
        room.store._db.execute("UPDATE items SET place = id WHERE source = 'Reader'")
        room.store._db.execute("UPDATE library SET revision = revision + 1")
    room.publish()
    feed = room.page("feed.xml")
    assert [entry.title for entry in feedparser.parse(feed).entries] == [FERRY[0]]
    assert FERRY[1] not in feed
    assert FERRY[1] in room.page("2026-01-14.html")


# --- rulings ---------------------------------------------------------------------------------------------------------


def test_rulings_last(tmp_path: Path) -> None:
    """What the user said survives closes, renewed statistics and a database that is made anew from the feeds."""
    room = Newsroom(tmp_path)
    room.rule("join", f"{OWL} - Reader", item(BUDGET[0]).link or "")
    room.rule("never", item(FERRY[0]).link or "", item(FERRY[1], "Reader").link or "")
    room.rule("mute", "https://gone.example/never-heard-of")
    room.rule("join", "Never heard of - Courier", "https://gone.example/never-heard-of")
    wanted = parted([FERRY[0]], [FERRY[1]], [*BUDGET, OWL])
    for _ in range(2):
        first_day(room)
        room.pass_by(hours=1)
        assert room.stories() == wanted
        room.pass_by(hours=24)
        room.tell("Gazette", "Bell tolls over the old town")
        room.pass_by(hours=1)
        assert room.stories() == wanted | parted(["Bell tolls over the old town"])
        room.lose()
    room.end()


def test_a_ruling_on_an_old_story_is_obeyed_and_moves_no_other(room: Newsroom) -> None:
    """Long after its edition closed an article can be taken out of its story; the others keep their id."""
    first_day(room)
    room.tell("Gazette", FERRY[2])
    room.pass_by(hours=24)
    ferry, budget = room.story_of(FERRY[0]), room.story_of(BUDGET[0])
    room.clock.pass_by(days=30)
    room.tell("Courier", "Bell tolls over the old town")
    room.pass_by(hours=1)
    room.rule("split", f"{FERRY[2]} - Gazette")
    room.close()
    assert parted(FERRY[:2], [FERRY[2]], BUDGET) <= room.stories()
    assert (room.story_of(FERRY[0]), room.story_of(BUDGET[0])) == (ferry, budget)
    before = room.rows("SELECT id, story FROM items ORDER BY id")
    room.tell("Courier", "Bell tolls once more over the old town")
    room.pass_by(days=2)
    assert room.rows("SELECT id, story FROM items ORDER BY id")[: len(before)] == before


def test_an_article_is_found_by_its_link_or_by_title_and_source(room: Newsroom) -> None:
    """Links in any spelling, headlines with dashes in them and in their source, and earlier headlines all name it."""
    told = item(
        "Ferry - the Lena - aground", "Skerry - The Daily", link="https://www.daily.example/a?id=1&utm_source=x"
    )
    room.hear("Courier", told)
    room.hear("Courier", replace(told, title="Ferry – afloat"))
    room.hear("Reader", item("Weather for the islands", "Reader"))
    room.hear("Gazette", item("Weather for the islands", "Gazette"))
    find = room.store.archive.find
    for name in (
        told.link,
        "http://daily.example/a?id=1",
        "Ferry – afloat - Skerry - The Daily",
        "Ferry - the Lena - aground - Skerry - The Daily",
    ):
        assert find(name or "") == [1], name
    assert find("Weather for the islands - Gazette") == [3]
    assert find("Weather for the islands") == [3, 2]
    assert find("Weather for the islands - Courier") == []
    assert find("") == find("https://other.example/") == find("Nothing - Nobody") == []


# --- order -----------------------------------------------------------------------------------------------------------


def test_an_open_edition_is_ordered_by_what_came_in_not_by_the_clock(room: Newsroom) -> None:
    """The same stories stand in the same order an hour and a week later; more origins stand before fewer."""
    first_day(room)
    room.close()
    (one,) = editions.every(room.store.archive, room.config)
    now = [story.id for story in editions.digest(room.store.archive, one, config=room.config).stories]
    room.clock.pass_by(days=7)
    assert [story.id for story in editions.digest(room.store.archive, one, config=room.config).stories] == now
    assert now[-1] == room.story_of(OWL)
    assert one.date == date(2026, 1, 14)
