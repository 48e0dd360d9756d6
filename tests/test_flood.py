"""The flood guard, end to end: feeds that rewrite, re-date and retitle what they told, polled over and over."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from aggregator.core import identity
from aggregator.edges.store import FILE_NAME
from tests.newsstand import Newsstand, entry, rss
from tests.test_pipeline import START, Office, new

HOUR = timedelta(hours=1)
TALES = [f"Tale {name} of the northern sea" for name in ("one", "two", "three", "four")]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Open an office on the morning of 14 January 2026."""
    with Newsstand() as stand, time_machine.travel(START, tick=False) as clock:
        yield Office(tmp_path, stand, clock)


def count(office: Office, table: str, where: str = "1") -> int:
    """Count rows of the store."""
    with closing(sqlite3.connect(office.config.storage / FILE_NAME)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])


def document(number: int, *changing: str) -> str:
    """Write a document of four tales, of which these parts are others for every number."""

    def part(name: str, place: int) -> str:
        return f"{name}{place}-{number if name in changing else 0}"

    def date(place: int) -> datetime:
        return START - place * HOUR + (number * timedelta(minutes=50) if "date" in changing else 0 * HOUR)

    return rss(
        *(
            entry(title, guid=part("guid", n), link=f"https://courier.example/{part('link', n)}", at=date(n))
            for n, title in enumerate(TALES)
        )
    )


@pytest.mark.parametrize(
    "changing",
    [("guid",), ("link",), ("date",), ("guid", "link"), ("guid", "date"), ("link", "date")],
    ids=" ".join,
)
def test_a_feed_that_rewrites_its_whole_document_brings_nothing_again(
    office: Office, changing: tuple[str, ...]
) -> None:
    """Other guids, links or dates, any one or two of them, once and again: four items, as they were first dated."""
    office.stand.put("/courier", document(0))
    office.configure("/courier")
    assert new(office.once()) == 4
    before = {item["id"]: (item["published"], item["first_seen"], item["edition"]) for item in office.items()}
    for number in (1, 2):
        office.clock.shift(HOUR)
        office.stand.put("/courier", document(number, *changing))
        assert new(office.once()) == 0
    after = {item["id"]: (item["published"], item["first_seen"], item["edition"]) for item in office.items()}
    assert after == before


def test_a_feed_whose_guids_never_last_is_found_out(office: Office) -> None:
    """Its keys stop growing after a few polls, its news is still new, and no item comes twice."""
    office.stand.put("/courier", document(0))
    office.configure("/courier")
    office.once()
    for number in range(1, 6):
        office.clock.shift(HOUR)
        office.stand.put("/courier", document(number, "guid"))
        assert new(office.once()) == 0
    assert count(office, "keys", "key LIKE 'guid %'") == 4 * (1 + identity.UNSTEADY)
    assert count(office, "feeds", f"unsteady = {identity.UNSTEADY}") == 1
    fresh = entry("Lighthouse keeper retires after fifty years", guid="k", link="https://courier.example/k", at=START)
    office.stand.put("/courier", document(6, "guid").replace("<item>", f"{fresh}<item>", 1))
    assert new(office.once()) == 1


def test_a_feed_found_out_is_trusted_again(office: Office) -> None:
    """Once entries come back letter by letter in another document, guids are keys again."""
    office.configure("/courier")
    for number in range(6):
        office.stand.put("/courier", document(number, "guid"))
        office.once()
    assert count(office, "feeds", "unsteady") == 1
    fresh = entry("Lighthouse keeper retires after fifty years", guid="k", link="https://courier.example/k", at=START)
    office.stand.put("/courier", document(5, "guid").replace("<item>", f"{fresh}<item>", 1))
    office.once()
    assert count(office, "feeds", "unsteady") == 0


def test_nameless_entries_that_are_dated_anew_do_not_return(office: Office) -> None:
    """Without guid and link, dated as of each poll for five days: told once, and where they were in time."""
    office.configure("/courier")
    for number in range(6):
        now = START + number * 20 * HOUR
        office.clock.move_to(now)
        texts = "<description>All forty aboard are safe.</description>"
        office.stand.put("/courier", rss(*(entry(title, at=now, more=texts) for title in TALES)))
        assert new(office.once()) == (4 if number == 0 else 0)
    assert {item["published"] for item in office.items()} == {"2026-01-14T09:00:00Z"}


@pytest.mark.parametrize("entries", [1, 3])
def test_undated_entries_without_guids_whose_links_never_last_do_not_return(office: Office, entries: int) -> None:
    """Another link at every poll and nothing else but a headline: told once."""
    office.configure("/courier")
    for number in range(5):
        office.clock.shift(24 * HOUR)
        links = (f"https://courier.example/{number}/{n}" for n in range(entries))
        told = rss(*(entry(title, link=link) for title, link in zip(TALES, links, strict=False)))
        office.stand.put("/courier", told)
        assert new(office.once()) == (entries if number == 0 else 0)


def test_a_re_dated_item_never_moves(office: Office) -> None:
    """Dated years back or a day ahead, in another edition's time, an item stays where it is, with its first date."""
    office.configure("/courier")
    dates = [START, START - timedelta(days=900), START + 20 * HOUR, None]
    for at in dates:
        office.clock.shift(24 * HOUR)
        office.stand.put("/courier", rss(entry(TALES[0], guid="1", link="https://courier.example/1", at=at)))
        office.once()
    (item,) = office.items()
    assert (item["published"], item["first_seen"]) == ("2026-01-14T09:00:00Z", "2026-01-15T09:00:00Z")
    assert item["edition"] == "2026-01-15"


def test_one_article_under_many_names_is_one_item(office: Office) -> None:
    """Tracked, wrapped, on a telephone, by AMP and by an aggregator that hides the link: one item, seen six times."""
    page = "https://www.courier.example/news/ferry-aground"
    links = {
        "/courier": page,
        "/tracked": f"{page}/?utm_source=rss&ref=front#top",
        "/telephone": "http://m.courier.example/news/ferry-aground",
        "/amp": f"{page}/amp",
        "/wrapped": "https://www.google.com/url?q=https%3A%2F%2Fwww.courier.example%2Fnews%2Fferry-aground&ct=ga",
    }
    for path, link in links.items():
        title = "Ferry runs aground off Skerry Point" if path == "/courier" else f"The ferry, says {path}"
        office.stand.put(path, rss(entry(title, guid=path, link=link, at=START)))
    hidden = "https://news.google.com/rss/articles/CBMiVkFVX3lxTE1RZ2hqUg?oc=5"
    source = '<source url="https://courier.example">The Courier</source>'
    title = "Ferry runs aground off Skerry Point - The Courier"
    office.stand.put("/hidden", rss(entry(title, guid="h", link=hidden, at=START, more=source)))
    office.configure(*links)
    assert new(office.once()) == 1
    office.configure(*links, "/hidden")  # told by its headline, which somebody must have told with a link before
    assert new(office.once()) == 0
    (item,) = office.items()
    shown = {one["feed"].rpartition("/")[2]: one["link"] for one in item["sightings"]}
    assert len(shown) == 6
    assert shown["wrapped"] == page
