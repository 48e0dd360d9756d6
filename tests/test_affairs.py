"""Stories of one affair stand under one heading: on the page, when it has closed, in lists, not against the user."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pytest

from aggregator import explaining, grouping, importing
from aggregator.core import lists
from tests.edges.printed import Outline
from tests.edges.stores import change
from tests.newsroom import OWL, Newsroom, item

COLLAPSE = ("Tunnel collapse traps nine miners at Varna", "Nine miners trapped as tunnel at Varna collapses")
RESCUE = "Rescuers drill through rock towards trapped Varna miners"
OWNER = "Company behind tunnel at Varna loses half its value on stock market"
HEADING = "More on Tunnel, Varna"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Open a newsroom in which three outlets tell of a tunnel, and one of an owl."""
    room = Newsroom(tmp_path)
    room.tell("Courier", COLLAPSE[0], OWNER)
    room.tell("Reader", COLLAPSE[1], OWL)
    room.tell("Gazette", RESCUE)
    yield room
    room.end()


def text(page: str) -> str:
    """Give what a reader of a page reads, in one line."""
    return " ".join(Outline(page).text.split())


def affairs(room: Newsroom) -> dict[str, int]:
    """Give the number of the affair that each item belongs to, by its headline; those of none are left out."""
    return dict(room.rows("SELECT title, affair FROM items WHERE affair IS NOT NULL"))


def test_another_act_stands_under_the_first(room: Newsroom) -> None:
    """Another act stays a story of its own, and stands under the greater one, with what they have in common."""
    room.pass_by(minutes=1)
    assert room.story_of(OWNER) != room.story_of(RESCUE)
    for name in ("index.html", "2026-01-14.html"):
        told = text(room.page(name))
        assert f"{HEADING} {OWNER} Courier" in told
        assert told.count(OWNER) == 1
        assert "3 stories so far" in told  # it is counted as a story
        assert f"story-{room.story_of(OWNER)}" in Outline(room.page(name)).all("id")
    lines = [line.split(" - ")[0].removeprefix("- ") for line in room.page("2026-01-14.txt").splitlines()]
    assert lines[lines.index(OWNER) - 1] in {*COLLAPSE, RESCUE}


def test_three_reports_of_one_story_are_no_affair(room: Newsroom) -> None:
    """Reports that have become one story stand under no heading for each other's sake."""
    room.lose()
    for outlet, title in zip(room.outlets, (*COLLAPSE, RESCUE), strict=True):
        room.tell(outlet, title)
    room.pass_by(minutes=1)
    assert len(room.stories()) == 1
    assert affairs(room) == {}


def test_what_a_closed_edition_put_together_stays(room: Newsroom) -> None:
    """The next day changes nothing in a closed page: neither another affair nor the end of this one."""
    room.pass_by(hours=16)
    assert HEADING in text(room.page("2026-01-14.html"))
    before, page = affairs(room), room.page("2026-01-14.html")
    for hours in (24, 100):
        room.tell("Reader", f"Council votes on harbour bridge number {hours}")
        room.pass_by(hours=hours)
    room.raze()
    room.publish()
    assert before.items() <= affairs(room).items()
    assert room.page("2026-01-14.html") == page


def test_an_event_that_breaks_after_words_were_counted_has_its_heading(tmp_path: Path) -> None:
    """Words are counted when an edition closes; what comes up after that is put together in its own edition."""
    room = Newsroom(tmp_path)
    room.tell("Reader", "Minister resigns over budget vote", OWL)
    room.pass_by(hours=16)
    room.tell("Courier", COLLAPSE[0], OWNER)
    room.tell("Reader", COLLAPSE[1])
    room.tell("Gazette", RESCUE)
    room.pass_by(hours=24)
    assert HEADING in text(room.page("2026-01-15.html"))
    room.end()


def test_a_ruling_of_today_leaves_the_pages_of_yesterday(room: Newsroom) -> None:
    """What is parted or told anew after an edition has closed stands in it as it stood."""
    room.pass_by(hours=16)
    before, page = affairs(room), room.page("2026-01-14.html")
    room.rule("split", f"{OWNER} - Courier")
    room.pass_by(minutes=1)
    for outlet, title in (("Reader", COLLAPSE[1]), ("Gazette", RESCUE)):
        (told,) = (one for one in room.documents[outlet].values() if one.title == title)
        room.hear(outlet, item(f"Council votes on {outlet} bridge", guid=told.guid, link=told.link))
    room.pass_by(minutes=1)
    assert [*affairs(room).values()] == [*before.values()]
    room.raze()
    room.publish()
    assert "More on" in page
    assert text(room.page("2026-01-14.html")).count("More on") == 1


def test_an_edition_has_its_own_part_of_an_affair(room: Newsroom) -> None:
    """Where an affair goes on the next day, each edition puts together what it holds of it."""
    room.pass_by(hours=16)
    later = "Inspectors say Varna tunnel owner hid reports"
    room.tell("Gazette", later, "Varna tunnel collapse: union calls for strike in all mines")
    room.pass_by(minutes=1)
    assert later not in room.page("2026-01-14.html")
    assert text(room.page("2026-01-15.html")).count("More on") == 1
    assert len({*affairs(room).values()}) == 1


@pytest.mark.parametrize("kind", ["split", "never"])
def test_what_the_user_parts_stands_apart(kind: str, room: Newsroom) -> None:
    """A ruling that an article is of no story, or not of another's, keeps it from under its heading too."""
    room.rule(kind, *(f"{title} - {outlet}" for title, outlet in apart(kind)))
    room.pass_by(minutes=1)
    assert OWNER not in affairs(room)
    told = text(room.page("2026-01-14.html"))
    assert "More on" not in told
    assert OWNER in told


def apart(kind: str) -> list[tuple[str, str]]:
    """Name what a ruling of some kind is about."""
    return [(OWNER, "Courier")] if kind == "split" else [(OWNER, "Courier"), (RESCUE, "Gazette")]


def test_an_affair_ends_with_what_held_it(room: Newsroom) -> None:
    """A headline that is told anew, of something else, leaves the affair in which it stood; the page says so."""
    room.pass_by(minutes=1)
    assert OWNER in affairs(room)
    (told,) = (one for one in room.documents["Courier"].values() if one.title == OWNER)
    room.hear("Courier", item("Courier corrects: no warnings known", guid=told.guid, link=told.link))
    room.pass_by(minutes=1)
    assert affairs(room) == {}
    assert "More on" not in text(room.page("2026-01-14.html"))


def test_nothing_changes_without_news(room: Newsroom) -> None:
    """All of it grouped once more counts no revision, so that no page is written again."""
    room.pass_by(minutes=1)
    revision, before = room.rows("SELECT revision FROM library"), affairs(room)
    change(room.config.storage, "UPDATE library SET grouped = '3 anew'")
    with room.store.transaction():
        assert grouping.regroup(room.store, room.config) == 0
    assert room.rows("SELECT grouped FROM library") != [("3 anew",)]
    assert room.rows("SELECT revision FROM library") == revision
    assert affairs(room) == before


def test_a_store_of_an_earlier_version_gets_its_headings(room: Newsroom) -> None:
    """What an earlier version has grouped, which knew no affairs, is put under headings by the first run."""
    room.pass_by(minutes=1)
    before = affairs(room)
    change(room.config.storage, "UPDATE items SET affair = NULL")
    told = blake2b(repr(("normal", [], ([], [], []))).encode(), digest_size=16).hexdigest()
    change(room.config.storage, f"UPDATE library SET grouped = '3 {told}'")
    room.close()
    assert affairs(room) == before


def test_feeds_that_are_left_out_of_grouping_have_no_affairs(room: Newsroom) -> None:
    """What is not grouped, or no more, stands under no heading either."""
    room.pass_by(minutes=1)
    assert OWNER in affairs(room)
    room.change("Courier", grouped=False)
    room.pass_by(minutes=1)
    assert affairs(room) == {}
    room.tell("Courier", "Varna tunnel owner resigns")
    room.pass_by(minutes=1)
    assert affairs(room) == {}


def test_a_kept_list_has_its_affairs(tmp_path: Path) -> None:
    """A list imported into a closed edition is put together as well, and comes out in its own order."""
    room = Newsroom(tmp_path)
    dates = "January 12th, 2026 [January 12th, 2026]"
    told = [(OWNER, "Courier"), (OWL, "Reader"), (COLLAPSE[0], "Courier"), (COLLAPSE[1], "Reader"), (RESCUE, "Gazette")]
    written = "".join(f"- {title} - {source} - {dates}\n" for title, source in told)
    importing.headlines(room.store, room.config, lists.read(written).lines)
    room.publish()
    assert f"More on tunnel, Varna {COLLAPSE[0]}" in text(room.page("2026-01-12.html"))
    assert room.page("2026-01-12.txt") == written
    room.end()


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_list_in_two_parts_has_the_same_affairs(cut: int, room: Newsroom) -> None:
    """Lines that are imported later come under the heading of those that are there, or make one with them."""
    room.lose()
    told = [(OWNER, "Courier"), (OWL, "Reader"), (COLLAPSE[0], "Courier"), (COLLAPSE[1], "Reader"), (RESCUE, "Gazette")]
    lines = [f"- {title} - {source} - January 12th, 2026 [January 12th, 2026]\n" for title, source in told]
    for part in (lines[:cut], lines[cut:]):
        importing.headlines(room.store, room.config, lists.read("".join(part)).lines)
        room.publish()
    assert text(room.page("2026-01-12.html")).count("More on") == 1
    assert affairs(room).keys() == {OWNER, *COLLAPSE, RESCUE}
    assert len({*affairs(room).values()}) == 1


def test_what_is_imported_into_a_closed_edition_keeps_its_headings(room: Newsroom) -> None:
    """A line that comes to stand in a story of a closed edition takes it from under no heading, and joins one there."""
    room.pass_by(hours=16)
    before = affairs(room)
    room.rule("split", f"{COLLAPSE[0]} - Courier")  # so that the affair would have another number today
    room.pass_by(minutes=1)
    dates = "January 14th, 2026 [January 14th, 2026]"
    line = f"- Company behind Varna tunnel loses half of its market value - Herald - {dates}"
    importing.headlines(room.store, room.config, lists.read(line).lines)
    room.publish()
    assert before.items() <= affairs(room).items()
    assert {*affairs(room).values()} == {*before.values()}
    assert text(room.page("2026-01-14.html")).count("More on") == 1


def test_an_import_puts_no_news_of_a_closed_edition_under_a_heading(tmp_path: Path) -> None:
    """What came in feeds and stood alone when its edition closed stays so, whatever is imported beside it."""
    room = Newsroom(tmp_path)
    room.tell("Courier", OWNER)
    room.pass_by(hours=16)
    dates = "January 14th, 2026 [January 14th, 2026]"
    told = "".join(f"- {title} - Herald - {dates}\n" for title in (*COLLAPSE, RESCUE))
    importing.headlines(room.store, room.config, lists.read(told).lines)
    room.publish()
    assert OWNER not in affairs(room)
    room.end()


def test_an_import_that_joins_closed_news_brings_it_under_no_heading(tmp_path: Path) -> None:
    """Lines that come to stand in stories of a closed edition put these under no heading, whatever they belong to."""
    room = Newsroom(tmp_path)
    room.tell("Courier", OWNER)
    room.tell("Gazette", RESCUE)
    room.pass_by(hours=16)
    assert affairs(room) == {}
    dates = "January 14th, 2026 [January 14th, 2026]"
    lines = (f"{OWNER} today", f"{RESCUE} today", *COLLAPSE)
    told = "".join(f"- {line} - Herald - {dates}\n" for line in lines)
    importing.headlines(room.store, room.config, lists.read(told).lines)
    room.publish()
    of_feeds = {row[0] for row in room.rows("SELECT printed FROM items WHERE place IS NULL")}
    of_lists = {row[0] for row in room.rows("SELECT printed FROM items WHERE place IS NOT NULL")}
    assert of_feeds & of_lists
    assert of_feeds.isdisjoint(row[0] for row in room.rows("SELECT printed FROM items WHERE affair IS NOT NULL"))
    room.end()


def test_explain_names_the_others(room: Newsroom) -> None:
    """What explains a story names those that stand beside it, and its place counts them."""
    room.tell("Reader", "Minister resigns over budget vote")
    room.pass_by(minutes=1)
    story = room.store.archive.story(room.story_of(OWNER))
    assert story is not None
    (printed,) = explaining.explained(room.store.archive, room.config, story).editions
    assert printed.place is not None
    assert (printed.place.number, printed.place.beside) == (2, (room.story_of(RESCUE),))
    owl = room.store.archive.story(room.story_of(OWL))
    assert owl is not None
    (printed,) = explaining.explained(room.store.archive, room.config, owl).editions
    assert printed.place is not None
    assert (printed.place.number, printed.place.beside) == (4, ())


def test_the_export_says_on_request_what_stands_together(room: Newsroom) -> None:
    """`export json --why` names the story under whose heading each stands; none where it stands for itself alone."""
    room.pass_by(minutes=1)
    collapse, owner = room.story_of(RESCUE), room.story_of(OWNER)
    found = {story["id"]: story["why"]["heading"] for story in room.exported(why=True)[0]["stories"]}
    assert found == {collapse: collapse, owner: collapse, room.story_of(OWL): None}


def test_an_affair_in_two_categories_has_no_heading(room: Newsroom) -> None:
    """Stories stand together within their category alone, and the export says what the page does."""
    room.lose()
    room.change("Courier", category="Money")
    room.tell("Courier", OWNER)
    room.tell("Reader", *COLLAPSE)
    room.tell("Gazette", RESCUE)
    room.pass_by(minutes=1)
    assert OWNER in affairs(room)
    assert "More on" not in text(room.page("2026-01-14.html"))
    assert {story["why"]["heading"] for story in room.exported(why=True)[0]["stories"]} == {None}
