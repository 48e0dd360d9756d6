"""Stories in editions: what has come in finds its story, editions say what is new of it, and closed pages stay."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import editions, grouping
from aggregator.core import group
from aggregator.core.model import Item, Open, Polling, Strictness
from tests.edges.printed import Outline
from tests.newsroom import START, Newsroom, item, parted

FERRY = (
    "Ferry Lena runs aground off Skerry harbour",
    "Skerry ferry Lena aground: harbour closed",
    "Lena ferry passengers leave Skerry harbour",
)
BUDGET = ("Minister resigns over budget vote", "Budget vote: minister resigns in anger")
OWL = "Rare owl nests in museum clock tower"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Open a newsroom of three outlets on the morning of 14 January 2026."""
    room = Newsroom(tmp_path)
    yield room
    room.end()


def first_day(room: Newsroom) -> None:
    """Have three outlets tell of a ferry, two of a budget and one of an owl."""
    room.tell("Courier", FERRY[0], BUDGET[0])
    room.tell("Reader", FERRY[1], OWL)
    room.tell("Gazette", BUDGET[1])


def text(page: str) -> str:
    """Give what a reader of a page reads, in one line."""
    return " ".join(Outline(page).text.split())


# --- grouping --------------------------------------------------------------------------------------------------------


def test_what_tells_the_same_event_is_one_story(room: Newsroom) -> None:
    """Reports of one event by several outlets are one story on the page, in the feed and in the export."""
    first_day(room)
    room.pass_by(minutes=1)
    assert room.stories() == parted(FERRY[:2], BUDGET, [OWL])
    assert text(room.page("2026-01-14.html")).count("Reported also by") == 2
    assert len(feedparser.parse(room.page("feed.xml")).entries) == 3
    assert sorted(len(story["items"]) for story in room.exported()[0]["stories"]) == [1, 2, 2]


def test_a_second_run_changes_nothing(room: Newsroom) -> None:
    """With nothing new no story is made, no revision counted and no file replaced; also right after a close."""
    for hours in (1, 16):
        first_day(room)
        room.pass_by(hours=hours)
        before = room.rows("SELECT * FROM library"), room.stories(), room.files()
        assert room.close() == []
        assert room.publish() == set()
        with room.store.transaction():
            assert grouping.regroup(room.store, room.config) == 0
        assert (
            room.rows("SELECT * FROM library"),
            room.stories(),
            room.files(),
        ) == before


_TITLES = (*FERRY, *BUDGET, OWL, "Owl in clock tower delights museum", "Harbour master of Skerry blames fog for ferry")


@settings(max_examples=8)
@given(order=st.permutations(_TITLES), cuts=st.sets(st.integers(1, 7), max_size=3))
def test_arrival_order_leaves_no_trace(order: list[str], cuts: set[int]) -> None:
    """Whatever the order and however many at a time reports come, the same are one story in the end."""
    found = []
    for titles, at in ((_TITLES, set[int]()), (order, cuts)):
        with tempfile.TemporaryDirectory() as folder:
            room = Newsroom(Path(folder))
            for number, title in enumerate(titles):
                room.hear("Courier", item(title, published=START))
                if number in at:
                    room.close()
            room.close()
            with room.store.transaction():  # counts words anew, as after a close
                room.store._db.execute("UPDATE library SET grouped = ''")
                room.store._db.execute("UPDATE library SET statistics = x'', statistics_to = 0")
                grouping.regroup(room.store, room.config)
            found.append(room.stories())
            room.end()
    assert found[0] == found[1]


def rebuilt(room: Newsroom) -> set[frozenset[int]]:
    """Group all open items from nothing, by the words that are stored."""
    archive = room.store.archive
    statistics = archive.basis().statistics
    assert statistics
    board = group.Board(statistics=statistics, strictness=room.config.strictness)
    open_items = archive.candidates(window=grouping.WINDOW)
    board.add(Open(id=one.report.id, time=one.report.time, terms=group.terms.of(one.report)) for one in open_items)
    return {frozenset(members) for members in board.groups()}


def grouped(room: Newsroom) -> set[frozenset[int]]:
    """Give the open items that are one story each."""
    together: dict[int, set[int]] = {}
    for one in room.store.archive.candidates(window=grouping.WINDOW):
        together.setdefault(one.story, set()).add(one.report.id)
    return {frozenset(members) for members in together.values()}


@settings(max_examples=8)
@given(chance=st.randoms(use_true_random=False))
def test_what_is_grouped_bit_by_bit_equals_what_is_grouped_at_once(chance: random.Random) -> None:
    """After any reports, rewordings and pauses the stories of what is open are those of a rebuild from nothing."""
    words = "ferry aground harbour fog Lena Skerry owner minister vote budget owl tower museum clock".split()
    with tempfile.TemporaryDirectory() as folder:
        room = Newsroom(Path(folder))
        known: list[Item] = []
        for number in range(24):
            if known and chance.random() < 0.3:  # an outlet tells an article differently
                told = chance.choice(known)
                room.hear(told.source, replace(told, title=" ".join(chance.sample(words, 5))))
            else:
                told = item(" ".join(chance.sample(words, 5)), chance.choice(room.outlets), published=room.clock.now)
                told = replace(told, guid=str(number), link=f"https://news.example/{number}")
                known.append(told)
                room.hear(told.source, told)
            room.clock.pass_by(minutes=chance.randrange(90))
            if chance.random() < 0.5:
                with room.store.transaction():
                    grouping.regroup(room.store, room.config)
        with room.store.transaction():
            grouping.regroup(room.store, room.config)
        assert grouped(room) == rebuilt(room)
        room.end()


def test_a_reworded_report_leaves_its_story_and_finds_another(room: Newsroom) -> None:
    """An article that is told anew, of another event, is judged by what it says now; the id stays with the others."""
    first_day(room)
    room.close()
    ferry = room.story_of(FERRY[0])
    moved = item(FERRY[1], "Reader", guid="moved", link="https://reader.example/live")
    room.hear("Reader", moved)
    room.close()
    assert room.story_of(FERRY[1]) == ferry
    room.hear("Reader", replace(moved, title="Minister resigns after budget vote, in anger"))
    room.close()
    assert room.story_of("Minister resigns after budget vote, in anger") == room.story_of(BUDGET[0])
    room.hear("Reader", replace(moved, title="Chess club seeks a new board"))
    room.close()
    assert {"Chess club seeks a new board"} in room.stories()
    assert room.story_of(FERRY[0]) == ferry


def test_ids_stay_and_merged_ones_resolve(room: Newsroom) -> None:
    """When two stories turn out to be one, the id of the larger stays, and the other still leads to it."""
    room.tell("Courier", FERRY[0], OWL)
    room.tell("Reader", FERRY[1])
    room.close()
    ferry, owl = room.story_of(FERRY[0]), room.story_of(OWL)
    room.rule("join", f"{FERRY[0]} - Courier", f"{OWL} - Courier")
    room.close()
    assert {room.story_of(title) for title in (*FERRY[:2], OWL)} == {ferry}
    found = room.store.archive.story(owl)
    assert found is not None
    assert (found.id, len(found.items)) == (ferry, 3)
    assert room.rows(f"SELECT alias_of FROM stories WHERE id = {owl}") == [(ferry,)]
    room.rule("split", f"{OWL} - Courier")
    room.close()
    apart = room.story_of(OWL)
    assert apart not in (ferry, owl)  # an id never comes to mean another story
    assert room.store.archive.story(10_000) is None


def test_a_crash_between_recording_and_grouping_is_caught_up(room: Newsroom) -> None:
    """What was recorded and not yet grouped is grouped when the program runs again."""
    first_day(room)
    assert room.stories() == parted(*([title] for title in (*FERRY[:2], *BUDGET, OWL)))
    room.restart()
    room.close()
    assert room.stories() == parted(FERRY[:2], BUDGET, [OWL])


def test_what_is_older_than_the_window_is_frozen(room: Newsroom) -> None:
    """Three days after the last report a story takes in no other, and its words and ties are forgotten."""
    room.tell("Courier", FERRY[0])
    room.tell("Reader", FERRY[1])
    room.pass_by(hours=24)
    assert room.rows("SELECT count(*) FROM terms") == [(2,)]
    old = room.story_of(FERRY[0])
    room.clock.pass_by(hours=60)
    room.tell("Gazette", FERRY[2], OWL)
    room.pass_by(hours=24)
    assert room.story_of(FERRY[2]) != old
    assert room.rows("SELECT count(*) FROM terms") == [(2,)]
    assert room.rows("SELECT count(*) FROM ties WHERE item < 3") == [(0,)]


def test_the_window_ends_with_the_newest_item_not_with_the_clock(room: Newsroom) -> None:
    """However long nobody ran the program, what belongs together by its dates is one story."""
    room.tell("Courier", FERRY[0])
    room.pass_by(hours=24)
    room.clock.pass_by(days=90)
    room.hear("Reader", item(FERRY[1], "Reader", published=START + timedelta(hours=30)))
    room.close()
    assert room.story_of(FERRY[1]) == room.story_of(FERRY[0])


def test_back_fill_that_no_page_shows_is_not_grouped(tmp_path: Path) -> None:
    """Older entries of a new feed are stored each by itself; what another feed brings to the page is grouped."""
    room = Newsroom(tmp_path, polling=Polling(backfill=timedelta(days=1)))
    room.hear("Courier", item(OWL, published=START), item(FERRY[0], published=START - timedelta(days=2)))
    room.hear("Reader", item(FERRY[1], "Reader", published=START))
    room.close()
    assert room.story_of(FERRY[0]) != room.story_of(FERRY[1])
    assert room.rows("SELECT count(*) FROM terms") == [(2,)]
    room.hear("Gazette", item(OWL, "Gazette", published=START))
    room.hear("Gazette", item(FERRY[0], "Gazette", link=item(FERRY[0]).link, published=START))
    room.close()
    assert room.story_of(FERRY[0]) == room.story_of(FERRY[1])
    room.end()


def test_words_are_counted_at_most_once_an_edition(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first edition the statistics are renewed when one has closed, however much comes in."""
    counted = []
    count = group.statistics.counted

    def watched(*arguments: Any) -> Any:
        counted.append(room.clock.now)
        return count(*arguments)

    monkeypatch.setattr(group.statistics, "counted", watched)
    first_day(room)
    room.pass_by(hours=24)
    counted.clear()
    for day in range(3):
        for number in range(6):
            room.tell("Courier", *(f"Bell {day}{number} strikes {hour} over the old town" for hour in range(5)))
            room.clock.pass_by(hours=4)
            room.close()
            assert len(counted) < len(room.store.archive.closed())
    assert len(counted) == 3


def test_a_feed_or_category_that_is_left_out_stays_alone(room: Newsroom) -> None:
    """What comes in a feed that is left out shares no story, also what came before it was."""
    first_day(room)
    room.close()
    assert room.story_of(FERRY[0]) == room.story_of(FERRY[1])
    ferry = room.story_of(FERRY[0])
    room.change("Reader", grouped=False)
    room.tell("Reader", FERRY[2])
    room.close()
    assert parted([FERRY[0]], [FERRY[1]], [FERRY[2]]) <= room.stories()
    assert room.story_of(FERRY[0]) == ferry
    room.change("Reader", grouped=True)
    room.close()
    assert len({room.story_of(title) for title in FERRY}) == 1


def test_strictness_decides_how_alike_reports_must_be(room: Newsroom) -> None:
    """A looser setting makes fewer stories at once, a tighter one more."""
    chance = random.Random(7)
    words = [
        f"{one}{other}" for one in "bell fog ferry owl vote tide".split() for other in "man ship yard wall".split()
    ]
    for number in range(40):
        room.hear("Courier", item(" ".join(chance.sample(words, 5)), guid=str(number), link=None, published=START))
    found = {}
    for strictness in Strictness:
        room.config = replace(room.config, strictness=strictness)
        room.close()
        found[strictness] = len(room.stories())
    assert found[Strictness.TIGHT] > found[Strictness.NORMAL] > found[Strictness.LOOSE]


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
    """Copies stand under one line, other reports below with the words they share, carriers are counted."""
    room.hear("Courier", item(FERRY[0], published=START))
    room.hear("Reader", item(f"{FERRY[0]}!", "Reader", published=START))
    room.hear("Gazette", item(FERRY[1], "Gazette", author="AP", published=START))
    room.close()
    room.publish()
    page = text(room.page("2026-01-14.html"))
    assert "Also at: Reader" in page
    assert re.search(r"Reported also by – all on Ferry, Lena, [\w, ]*Skerry", page)
    assert f"{FERRY[1]} Gazette · 09:00" in page
    assert "Courier, carried by 2 · 2 independent origins" in page


def test_an_agency_and_its_carriers_are_named(room: Newsroom) -> None:
    """Under a story that several carry from one agency stands "AP, carried by 3"."""
    for outlet, title in zip(room.outlets, FERRY, strict=True):
        room.hear(outlet, item(title, outlet, author="By The Associated Press", published=START))
    room.close()
    room.publish()
    assert "AP, carried by 3" in text(room.page("2026-01-14.html"))


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
