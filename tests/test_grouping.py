"""What has come in finds its story: in any order, bit by bit or at once, and once and for all."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator import grouping
from aggregator.core import group
from aggregator.core.group import languages
from aggregator.core.model import Item, Open, Polling, Strictness
from aggregator.edges.store import grouping as store_grouping
from tests.edges.printed import Outline
from tests.edges.stores import change
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


def test_what_tells_the_same_event_is_one_story(room: Newsroom) -> None:
    """Reports of one event by several outlets are one story on the page, in the feed and in the export."""
    first_day(room)
    room.pass_by(minutes=1)
    assert room.stories() == parted(FERRY[:2], BUDGET, [OWL])
    assert text(room.page("2026-01-14.html")).count("Reported also by") == 2
    assert len(feedparser.parse(room.page("feed.xml")).entries) == 3
    assert sorted(len(story["items"]) for story in room.exported()[0]["stories"]) == [1, 2, 2]


def test_what_is_no_news_is_looked_for_once(room: Newsroom) -> None:
    """After a change that brought no news, a second run has no open item to look at."""
    first_day(room)
    room.close()
    change(room.config.storage, "UPDATE library SET revision = revision + 1")
    room.close()
    (settled, revision), *_ = room.rows("SELECT settled, revision FROM library")
    assert settled == revision


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
    open_items = [one.id for one in archive.candidates(window=grouping.WINDOW)]
    board.add(Open(id=one.id, time=one.time, terms=group.terms.of(one)) for one in archive.reports(open_items))
    return {frozenset(members) for members in board.groups()}


def grouped(room: Newsroom) -> set[frozenset[int]]:
    """Give the open items that are one story each."""
    together: dict[int, set[int]] = {}
    for one in room.store.archive.candidates(window=grouping.WINDOW):
        together.setdefault(one.story, set()).add(one.id)
    return {frozenset(members) for members in together.values()}


def headings(room: Newsroom) -> set[frozenset[int]]:
    """Give the open items that stand under one heading."""
    together: dict[int, set[int]] = {}
    for one, affair in room.rows("SELECT id, affair FROM items WHERE edition IS NULL AND affair IS NOT NULL"):
        together.setdefault(affair, set()).add(one)
    return {frozenset(members) for members in together.values()}


def headed(room: Newsroom) -> set[frozenset[int]]:
    """Put all open items under headings from nothing, by the stories, ties and words that are stored."""
    archive = room.store.archive
    statistics = archive.basis().statistics
    assert statistics
    story_of = {one.id: one.story for one in archive.candidates(window=grouping.WINDOW)}
    ties = archive.ties([*story_of])
    affair_of = group.affairs.of(
        story_of, ties, opened=archive.opened, statistics=statistics, strictness=room.config.strictness
    )
    return {frozenset(one for one in affair_of if affair_of[one] == affair) for affair in affair_of.values()}


PILEUP = ("Four killed in Skerry pileup", "Harbour crash leaves several dead")


@pytest.fixture
def older(room: Newsroom) -> Newsroom:
    """Group two reports by the words of an earlier version, which knew no meanings."""
    with mock.patch.object(languages, "_meanings", dict):
        languages._stems.cache_clear()
        for title, outlet in zip(PILEUP, room.outlets, strict=False):
            room.hear(outlet, item(title, outlet, published=START))
        room.close()
        change(room.config.storage, "UPDATE library SET grouped = substr(grouped, 3)")
    languages._stems.cache_clear()
    assert room.stories() == parted(*([title] for title in PILEUP))
    return room


def test_words_are_taken_anew_after_an_upgrade(older: Newsroom) -> None:
    """What an earlier version grouped by other words is grouped by those of today, and counted by them."""
    older.close()
    assert older.stories() == parted(PILEUP)
    statistics = older.store.archive.basis().statistics
    assert statistics
    assert {"kill", "dead", "pileup"}.isdisjoint(statistics.current)
    assert statistics.current["DIE"] == statistics.current["CRASH"] == 2
    assert grouped(older) == rebuilt(older)


def test_words_that_rest_are_taken_anew_too(older: Newsroom) -> None:
    """So are the words that are kept of a feed that is left out of grouping while the new version comes."""
    older.change(older.outlets[0], grouped=False)
    older.close()
    older.change(older.outlets[0], grouped=True)
    older.close()
    assert older.stories() == parted(PILEUP)


@settings(max_examples=8)
@given(chance=st.randoms(use_true_random=False))
def test_what_is_grouped_bit_by_bit_equals_what_is_grouped_at_once(chance: random.Random) -> None:
    """After any reports, rewordings and pauses the stories and headings are those of a rebuild from nothing."""
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
        assert headings(room) == headed(room)
        room.end()


def test_reading_a_few_at_a_time(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few items are read and kept at a time, the stories are those of all at once."""
    monkeypatch.setattr(grouping, "_AT_ONCE", 2)
    monkeypatch.setattr(store_grouping, "_AT_ONCE", 3)
    for outlet, *titles in zip(("Courier", "Reader", "Gazette"), FERRY, reversed(_TITLES), strict=False):
        room.tell(outlet, *titles)
        room.close()
        assert grouped(room) == rebuilt(room)
    room.tell("Courier", *_TITLES)
    room.close()
    assert grouped(room) == rebuilt(room)
    assert 1 < len(grouped(room)) < len(_TITLES)


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


def test_who_came_along_with_a_report_that_is_told_anew_is_judged_again(room: Newsroom) -> None:
    """A report that followed into a joined story one that must not be there itself leaves it when that is reworded."""
    titles = ("Museum owner owl", "Owl fog aground", "Ferry museum harbour", "Owner museum ferry")
    told = [item(title, published=START) for title in titles]
    room.hear("Courier", *told)
    room.rule("never", told[1].link or "", told[3].link or "")
    room.rule("join", told[0].link or "", told[1].link or "")
    room.close()
    assert room.stories() == parted(titles[:3], titles[3:])
    room.hear("Courier", replace(told[3], title="Tower minister fog"))
    room.close()
    assert room.stories() == parted(titles[:2], [titles[2]], ["Tower minister fog"])


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


def test_a_store_of_an_earlier_version_is_weighed_once_more(room: Newsroom) -> None:
    """Where nothing says how items compare, what comes in finds its story all the same, and from then on it is kept."""
    first_day(room)
    room.close()
    change(room.config.storage, "UPDATE terms SET side = NULL")
    room.tell("Gazette", FERRY[2])
    room.close()
    assert room.stories() == parted(FERRY, BUDGET, [OWL])
    assert room.rows("SELECT count(*) FROM terms WHERE side IS NULL") == [(0,)]


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


@pytest.mark.parametrize("days", [365, -365])
def test_a_clock_that_was_wrong_for_one_poll_moves_no_window(days: int, room: Newsroom) -> None:
    """What one poll brought under a clock that was ahead or behind keeps no later report out of its story."""
    first_day(room)
    room.pass_by(hours=20)
    room.clock.pass_by(days=days)
    room.tell("Gazette", "Bakers strike over flour prices")
    room.close()
    room.clock.pass_by(days=-days)
    room.tell("Reader", FERRY[2])
    room.close()
    assert room.stories() >= parted(FERRY, BUDGET, [OWL])


def test_a_clock_that_is_behind_opens_nothing_old(room: Newsroom) -> None:
    """While the clock is a year behind, what has left the window stays frozen: a year of items is not grouped anew."""
    first_day(room)
    for title in ("Bakers strike over flour prices", "Museum buys a second owl", "Bridge tolls to rise in spring"):
        room.pass_by(hours=48)
        room.tell("Gazette", title)
    room.pass_by(hours=48)
    room.clock.pass_by(days=-365)
    room.tell("Reader", "Choir sings in the town hall")
    room.close()
    opened = {one.id for one in room.store.archive.candidates(window=grouping.WINDOW)}
    assert opened.isdisjoint(row[0] for row in room.rows("SELECT id FROM items WHERE edition = '2026-01-14'"))


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


def test_a_flood_of_one_subject_has_words_counted_at_once(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """When one word is in much more than its edition was expected to have, statistics do not wait for the next one."""
    monkeypatch.setattr(group.statistics, "FREQUENT", 5)
    first_day(room)
    room.pass_by(hours=24)
    counted = room.rows("SELECT statistics_to FROM library")
    room.tell("Courier", *(f"Tunnel {number} of word{number} opens by place{number}" for number in range(4)))
    room.close()
    assert room.rows("SELECT statistics_to FROM library") == counted
    room.tell("Reader", *(f"Tunnel {number} of word{number} shuts near town{number}" for number in range(10, 30)))
    room.close()
    assert room.rows("SELECT statistics_to FROM library") == room.rows("SELECT max(id) FROM items")
    assert grouped(room) == rebuilt(room)


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


def test_a_ruling_does_not_tear_an_old_story_apart(room: Newsroom) -> None:
    """A story that grew over a week stays whole when one of its articles is joined with another, or set alone."""
    days = (
        "Tanker Vesla strands near Orkan reef spilling crude",
        "Tanker Vesla crude slick spreads: Orkan volunteers clean seabirds",
        "Volunteers clean seabirds as slick spreads; insurer Hallmark disputes claim",
        "Insurer Hallmark disputes claim: lawsuit filed over volunteers compensation",
    )
    for title, outlet in zip(days, ("Courier", "Reader", "Gazette", "Courier"), strict=True):
        room.tell(outlet, title)
        room.pass_by(hours=48)
    room.tell("Reader", OWL)
    room.pass_by(minutes=1)
    assert room.stories() == parted(days, [OWL])
    last, owl = f"{days[3]} - Courier", f"{OWL} - Reader"
    room.rule("join", last, owl)
    room.pass_by(minutes=1)
    assert room.stories() == parted([*days, OWL])
    room.rule("split", f"{days[1]} - Reader")
    room.pass_by(minutes=1)
    assert room.stories() == parted([days[0], days[2], days[3], OWL], [days[1]])
