"""A store that an earlier version filled: what it knows by guid, text, link or headline is not told again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core.model import Feed, Item, Verdict
from aggregator.edges.store import FILE_NAME, Writer
from tests.edges.stores import NOON, THERE, Clock, contents, record

#: What the version before `m03_stories` made of one poll of seven entries; the sixth item was pruned by hand.
OLD = Path(__file__).with_name("store_of_0_1.sql")
COURIER = Feed(url="https://here.example/feed.xml", name="The Courier", every=timedelta(hours=1))
LONG = "a=%C3%A4" * 30


def told(title: str, **changes: object) -> Item:
    """Build an entry as the Courier told it."""
    fields = {"source": "The Courier", "published": NOON - timedelta(hours=1), **changes}
    return Item(title=title, **fields)  # type: ignore[arg-type]


#: The entries that the old version saw.
SEEN = [
    told(
        "U.S. ferry runs aground off Skerry Point", guid="g1", link="https://www.courier.example/news/1?utm_source=rss"
    ),
    told("Mayor opens the northern bridge - The Courier", link="https://m.courier.example/news/2?ref=feed"),
    told("Herring fleet sails at dawn (2)", link="https://courier.example/news/3/amp", published=None),
    told(
        "Lighthouse keeper’s goose wins prize",
        link="https://courier.example/",
        published=None,
        summary="A fine goose.",
    ),
    told("Morning briefing", guid="g5", link="https://courier.example/briefing"),
    told("Choir seeks tenors for the harbour concert", link="https://courier.example/news/%36?source=rss"),
    told("Bread prices rise in the old town", link=f"https://courier.example/news/7?cid=rss&{LONG}"),
]

#: Five of them as another feed or a later poll tells them: known by a link or a headline alone.
AGAIN = [
    told("Ferry aground", link="https://courier.example/news/1", source="Reader"),
    told("Bridge open", link="https://courier.example/news/2", source="Reader"),
    told("Herring fleet sails", link="https://courier.example/news/3", source="Reader"),
    told("Tenors wanted", link="https://courier.example/news/6", source="Reader"),
    told("Bread", link=f"https://courier.example/news/7?{LONG}", source="Reader"),
    told("US ferry runs aground off Skerry Point", link="https://news.google.com/rss/articles/CBMi", source="Courier"),
    told("Herring fleet sails at dawn", link="https://t.co/a", source="courier.example"),
    told("Choir seeks tenors for the harbour concert", link="https://t.co/b", source="courier.example"),
]


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Put the old store into a folder."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
    return tmp_path


def test_what_an_older_version_stored_is_known(older: Path) -> None:
    """Its feed's next document brings nothing new, in the pruned place neither."""
    with Writer(older, who="a test", clock=Clock()) as store:
        store.configure([COURIER])
        changes = record(store, *SEEN, feed=COURIER)
    assert [(change.verdict, change.known) for change in changes] == [(Verdict.UNCHANGED, item) for item in range(1, 8)]


@pytest.mark.parametrize("item", AGAIN, ids=lambda item: item.title)
def test_what_an_older_version_stored_is_known_by_links_and_headlines_as_they_are_compared_now(
    older: Path, item: Item
) -> None:
    """Keys that were made otherwise are made anew, also those of what was pruned and of links that were too long."""
    with Writer(older, who="a test", clock=Clock()) as store:
        store.configure([COURIER, THERE])
        (change,) = record(store, item, feed=THERE)
    assert change.known is not None


def test_an_upgrade_loses_no_key_and_happens_once(older: Path) -> None:
    """Every key of the old version is still there, and a second opening changes nothing."""
    with closing(sqlite3.connect(older / FILE_NAME)) as connection:
        before = set(connection.execute("SELECT key, item, time FROM keys"))
    with Writer(older, who="a test", clock=Clock()):
        after = contents(older)
    assert before < set(after["keys"])
    with Writer(older, who="a test", clock=Clock()):
        assert contents(older) == after


def test_a_page_that_two_items_had_before_belongs_to_the_first(older: Path) -> None:
    """What an old version took for two pages is one now; it names the first, and no new item comes of it."""
    with closing(sqlite3.connect(older / FILE_NAME)) as connection:
        connection.execute("INSERT INTO keys VALUES ('link amp.courier.example/briefing', 7, '2026-01-14T11:00:00Z')")
        connection.commit()
    with Writer(older, who="a test", clock=Clock()) as store:
        store.configure([COURIER, THERE])
        (change,) = record(store, told("Morning news", link="https://amp.courier.example/briefing"), feed=THERE)
    assert change.known == 5
