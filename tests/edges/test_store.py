"""What polls leave in the store: items, sightings, keys and validators all together or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator.core.model import Feed, Next, Stored, Validators, Verdict
from aggregator.edges.store import Writer
from tests.edges.stores import (
    HERE,
    NOON,
    THERE,
    TODAY,
    Clock,
    change,
    close,
    contents,
    held,
    item,
    record,
    record_reading,
    rows,
    state,
)
from tests.edges.stores import reading as a_reading

# --- one poll --------------------------------------------------------------------------------------------------------


def test_a_poll_is_recorded_whole(store: Writer, tmp_path: Path) -> None:
    """A poll leaves its items, their sightings and keys, the feed's validators, its next poll and its own record."""
    record(store, item(1), item(2))
    assert [one.title for one in held(store)] == [item(1).title, item(2).title]
    assert [len(one.sightings) for one in held(store)] == [1, 1]
    assert len(rows(tmp_path, "SELECT * FROM keys WHERE key LIKE 'guid %'")) == 2
    after = state(store)
    assert after.validators == a_reading().validators
    assert (after.trace.body, after.met, after.sightings, after.last_polled) == ("00ff", True, 2, NOON)
    assert after.next_poll is not None and HERE.every is not None
    assert after.next_poll >= NOON + HERE.every * 0.95
    assert rows(tmp_path, "SELECT outcome, entries, new FROM polls") == [("read", 2, 2)]


def test_what_breaks_a_poll_leaves_nothing_of_it(store: Writer, tmp_path: Path) -> None:
    """An exception anywhere inside the transaction leaves the store as it was, and the next poll works."""
    record(store, item(1))
    before = contents(tmp_path)
    broken = (item(2), item(3, link=object()))
    with pytest.raises(Exception, match="object"):
        record(store, *broken)
    with pytest.raises(KeyboardInterrupt), store.transaction():
        store.record(state(store), a_reading(item(2)), changes=(), upcoming=_never(), now=NOON)
        raise KeyboardInterrupt
    assert contents(tmp_path) == before
    assert record(store, item(2))[0].verdict is Verdict.NEW


def _never() -> Next:
    return Next(at=None, reason="never")


def test_the_same_document_again_changes_no_item(store: Writer, tmp_path: Path, clock: Clock) -> None:
    """Polling again what is known adds a record of the poll, and touches nothing else but the feed's row."""
    record(store, item(1), item(2))
    before = contents(tmp_path)
    clock.pass_by(hours=1)
    changes = record(store, item(1), item(2))
    after = contents(tmp_path)
    assert {one.verdict for one in changes} == {Verdict.UNCHANGED}
    assert {table for table in before if after[table] != before[table]} == {"feeds", "polls"}


def test_first_seen_is_the_moment_of_the_transaction(store: Writer, clock: Clock) -> None:
    """First-seen is taken once, in whole seconds, when the item is recorded; a later poll leaves it."""
    clock.now = NOON + timedelta(microseconds=999_999)
    record(store, item(1))
    clock.pass_by(hours=3)
    record(store, item(1, title="Council number 1 votes again on the bridge"), item(2))
    assert [one.first_seen for one in held(store)] == [NOON, NOON + timedelta(hours=3)]


@pytest.mark.parametrize(
    ("published", "time"),
    [
        (None, NOON),
        (NOON - timedelta(days=400), NOON - timedelta(days=400)),
        (NOON + timedelta(hours=5), NOON),
    ],
)
def test_an_items_time_is_the_earlier_of_both(store: Writer, published: datetime | None, time: datetime) -> None:
    """An item's time is when it was published, but never after it was seen; the published date stays as told."""
    record(store, item(1, published=published))
    (one,) = held(store)
    assert (one.time, one.published) == (time, published)


# --- edits and other feeds -------------------------------------------------------------------------------------------


def test_an_edit_keeps_the_earlier_headline_and_the_dates(store: Writer, clock: Clock) -> None:
    """An edit by the feed that brought an item changes its text, and keeps its earlier headlines, dates and story."""
    record(store, item(1, title="First headline of the bridge"))
    (before,) = held(store)
    clock.pass_by(hours=1)
    edits = record(store, item(1, title="Second headline of the bridge", published=NOON + timedelta(minutes=30)))
    (after,) = held(store)
    assert edits[0].verdict is Verdict.EDITED
    assert (after.title, after.earlier_titles) == ("Second headline of the bridge", ("First headline of the bridge",))
    assert _fixed(after) == _fixed(before)
    record(store, item(1, title="First headline of the bridge"))
    (again,) = held(store)
    assert (again.title, again.earlier_titles) == ("First headline of the bridge", ("Second headline of the bridge",))


def _fixed(one: Stored) -> tuple[object, ...]:
    return one.id, one.story, one.published, one.first_seen, one.time, one.edition


def test_an_edit_without_a_link_keeps_the_link(store: Writer) -> None:
    """An edit that names no link leaves the item the link that it had."""
    record(store, item(1))
    record(store, item(1, link=None, summary="Corrected."))
    (one,) = held(store)
    assert (one.link, one.summary) == (item(1).link, "Corrected.")


def test_the_same_article_in_another_feed_is_a_sighting(store: Writer, clock: Clock) -> None:
    """An article met in a second feed stays one item, told as the first told it, with one sighting more."""
    record(store, item(1))
    clock.pass_by(minutes=5)
    changes = record(store, item(1, guid="other", title="What They Call It"), feed=THERE)
    (one,) = held(store)
    assert changes[0].verdict is Verdict.ELSEWHERE
    assert one.title == item(1).title
    assert [(sighting.name, sighting.title) for sighting in one.sightings] == [
        ("Here", item(1).title),
        ("There", "What They Call It"),
    ]
    assert [sighting.first_seen for sighting in one.sightings] == [NOON, NOON + timedelta(minutes=5)]


def test_an_edit_by_another_feed_does_not_change_the_item(store: Writer) -> None:
    """What a second feed changes is changed in its own sighting only."""
    record(store, item(1))
    record(store, item(1, guid="other"), feed=THERE)
    edits = record(store, item(1, guid="other", title="Shocking bridge secrets revealed"), feed=THERE)
    (one,) = held(store)
    assert edits[0].verdict is Verdict.EDITED
    assert (one.title, one.earlier_titles) == (item(1).title, ())
    assert one.sightings[1].title == "Shocking bridge secrets revealed"


def test_a_hidden_item_is_shown_once_a_fresh_feed_tells_it(store: Writer) -> None:
    """What back-fill hid is shown when another feed brings it as news, unless its edition has closed."""
    old, older = (item(number, published=NOON - timedelta(days=9)) for number in (2, 3))
    record(store, item(1), old, older)
    record(store, item(9), feed=THERE)
    record(store, old, feed=THERE)
    assert [one.shown for one in held(store)] == [True, True, False, True]
    close(store)
    record(store, older, feed=THERE)
    assert [one.shown for one in held(store, of=TODAY)] == [True, True, False, True]


def test_what_was_pruned_does_not_come_back(store: Writer, tmp_path: Path) -> None:
    """An item deleted by hand takes its sightings along, and is not new when its feed, or another, tells it again."""
    record(store, item(1), item(2))
    change(tmp_path, "DELETE FROM items WHERE id = 1")
    here = record(store, item(1), item(2))
    there = record(store, item(1, guid="other"), feed=THERE)
    assert [one.verdict for one in (*here, *there)] == [Verdict.UNCHANGED] * 3
    assert [one.id for one in held(store)] == [2]
    assert rows(tmp_path, "SELECT item FROM sightings") == [(2,)]
    assert rows(tmp_path, "PRAGMA foreign_key_check") == []


def test_the_number_of_a_pruned_item_is_not_used_again(store: Writer, tmp_path: Path) -> None:
    """Items and stories get numbers that nobody had before, even where the newest was deleted."""
    record(store, item(1))
    change(tmp_path, "DELETE FROM items")
    change(tmp_path, "DELETE FROM stories")
    record(store, item(2))
    assert [(one.id, one.story) for one in held(store)] == [(2, 2)]


def test_a_password_stays_in_the_store(store: Writer) -> None:
    """What is given of sightings and of feeds without a name shows the feed's address without user and password."""
    feed = Feed(url="https://reader:secret@here.example/feed.xml", category="World")
    store.configure([feed])
    record_reading(store, a_reading(item(1), title=""), feed=feed)
    (one,) = held(store)
    (sighting,) = one.sightings
    assert sighting.feed == sighting.name == state(store, feed).name == "https://here.example/feed.xml"
    assert state(store, feed).feed.url == feed.url
    assert "secret" not in repr(list(store.archive.stories(of=None)))


def test_validators_are_kept_byte_for_byte(store: Writer) -> None:
    """Validators come back exactly as the server wrote them."""
    odd = Validators(etag='W/"é\t ,\\"', last_modified=" yesterday, or so ")
    record(store, item(1), validators=odd)
    assert state(store).validators == odd
