"""What the store remembers for the next reading: moves, twins, quiet hosts, the entries of a document, rhythms."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlite_utils import Database

from aggregator.core import identity, pieces, schedule
from aggregator.core.model import (
    Feed,
    Outcome,
    Polling,
    Reading,
    Rhythm,
    Timetable,
    Trace,
    Validators,
)
from aggregator.edges import schema
from aggregator.edges.store import FILE_NAME, Archive, Writer
from tests.edges.stores import HERE, NOON, THERE, failure, item, opened, reading, record, record_reading, rows, state

HOUR = timedelta(hours=1)
NEW = "https://new.example/feed.xml"


# --- moving ----------------------------------------------------------------------------------------------------------


def test_a_feed_is_asked_for_where_it_moved_to(store: Writer) -> None:
    """The new address is used from the next poll on, the configured one is remembered."""
    record(store, item(1), moved=NEW)
    assert (state(store).address, state(store).moved, state(store).feed) == (NEW, NEW, HERE)


def test_a_failing_new_address_is_forgotten_with_all_that_it_said(store: Writer) -> None:
    """When the new address fails, the configured one is asked next, without the other's validators."""
    record(store, item(1), moved=NEW)
    record_reading(store, failure())
    after = state(store)
    assert (after.address, after.validators, after.trace) == (HERE.url, Validators(), Trace())


def test_what_is_known_follows_the_new_address_into_the_settings(store: Writer) -> None:
    """A user who puts the new address into feeds.yaml keeps the feed with its items, its id and its memory."""
    record(store, item(1), moved=NEW)
    before = state(store)
    at_new = replace(HERE, url=NEW)
    store.configure([at_new, THERE])
    after = state(store, at_new)
    assert (after.id, after.moved, after.sightings, after.trace) == (before.id, None, 1, before.trace)
    assert [one.feed.url for one in store.archive.states()] == [NEW, THERE.url]


def test_a_feed_listed_beside_its_new_address_stays_what_it_is(store: Writer) -> None:
    """With the old and the new address both in feeds.yaml there are two feeds, and the configured one is polled."""
    record(store, item(1), moved=NEW)
    store.configure([HERE, THERE, Feed(url=NEW, name="New")])
    assert [one.twin for one in store.archive.states()] == ["New", None, None]
    assert [one.feed.url for one in store.archive.waiting(until=None)] == [THERE.url, NEW]


def test_of_two_feeds_that_moved_to_one_address_the_first_is_polled(store: Writer) -> None:
    """Two subscriptions that end at one address are named, and polled once; each for itself again when they part."""
    record(store, item(1), moved=NEW)
    record(store, item(2), feed=THERE, moved=NEW)
    assert [one.twin for one in store.archive.states()] == [None, "Here"]
    assert [one.feed for one in store.archive.waiting(until=None)] == [HERE]
    record_reading(store, failure())
    assert [one.twin for one in store.archive.states()] == [None, None]
    assert len(store.archive.waiting(until=None)) == 2


def test_a_twin_that_left_the_settings_is_no_twin(store: Writer) -> None:
    """A feed that is not configured any more holds no other feed back."""
    record(store, item(1), moved=NEW)
    record(store, item(2), feed=THERE, moved=NEW)
    store.configure([THERE])
    assert [(one.feed, one.twin) for one in store.archive.states()] == [(THERE, None)]
    assert [one.feed for one in store.archive.waiting(until=None)] == [THERE]


# --- quiet hosts -----------------------------------------------------------------------------------------------------


def test_too_many_requests_quiet_every_feed_of_the_host(store: Writer) -> None:
    """A 429 holds for all feeds of its host and port, wherever they moved from, and for no other host."""
    neighbour = Feed(url="https://here.example/sport.xml", name="Sport")
    elsewhere = Feed(url="https://here.example:8443/feed.xml", name="Other port")
    store.configure([HERE, THERE, neighbour, elsewhere])
    record(store, item(1), feed=THERE, moved="https://here.example/there.xml")
    record_reading(store, failure(status=429))
    quiet = [one.quiet_until is not None for one in store.archive.states()]
    assert quiet == [True, True, True, False]


def test_a_server_in_trouble_quiets_only_its_own_feed(store: Writer) -> None:
    """A 503 with Retry-After holds for the feed that got it, and for no neighbour."""
    neighbour = Feed(url="https://here.example/sport.xml", name="Sport")
    store.configure([HERE, neighbour])
    hints = schedule.hints({"retry-after": "600"}, status=503, now=NOON)
    record_reading(store, failure(status=503, hints=hints))
    assert [one.quiet_until is not None for one in store.archive.states()] == [True, False]


# --- the entries of a document ---------------------------------------------------------------------------------------


def test_each_piece_of_a_document_is_remembered_with_its_item(store: Writer) -> None:
    """The marks of a document's entries lead to the items they are, those not read again included."""
    record(store, item(1), item(2), pieces=(b"a" * 8, b"b" * 8))
    first = pieces.unpacked(state(store).pieces)
    assert list(first) == [b"a" * 8, b"b" * 8] and len(set(first.values())) == 2
    record(store, item(3), pieces=(b"c" * 8,), repeated=(b"b" * 8,))
    then = pieces.unpacked(state(store).pieces)
    assert then[b"b" * 8] == first[b"b" * 8] and set(then) == {b"b" * 8, b"c" * 8}
    assert state(store).entries == 2


def test_an_entry_listed_twice_has_two_pieces_and_one_item(store: Writer) -> None:
    """Two listings of one entry lead to the same item."""
    twice = item(1, summary="Changed."), item(1)
    record(store, *twice, pieces=(b"a" * 8, b"b" * 8))
    assert len(set(pieces.unpacked(state(store).pieces).values())) == 1


def test_a_document_that_could_not_be_cut_leaves_no_pieces(store: Writer) -> None:
    """After a document that was read whole nothing counts as known by its bytes."""
    record(store, item(1), pieces=(b"a" * 8,))
    record(store, item(1), item(2))
    assert (state(store).pieces, state(store).entries) == (b"", 2)


def test_what_a_poll_learnt_comes_back_as_it_was(store: Writer) -> None:
    """Trace, timetable, rhythm, pace and what was left out survive the store."""
    trace = Trace(body="aa", tail="bb", head_read=NOON - HOUR, fetched=NOON)
    timetable = Timetable(ttl=HOUR, update=2 * HOUR, skip_hours=frozenset({0, 23}), skip_days=frozenset({6}))
    rhythm = Rhythm(usual=HOUR, longest=9 * HOUR, newest=NOON - HOUR)
    before = replace(state(store), rhythm=rhythm, pace=HOUR / 2)
    brought = reading(item(1), trace=trace, timetable=timetable, left_out=7)
    with store.transaction() as now:
        changes = identity.compare(identity.distinct(brought.items, feed=before.id), {}, now=now)
        upcoming = schedule.after(before, brought, polling=Polling(), now=now)
        store.record(before, brought, changes=changes, upcoming=upcoming, missed=3, now=now)
    after = state(store)
    assert (after.trace, after.timetable, after.rhythm, after.pace) == (trace, timetable, rhythm, HOUR / 2)
    assert after.left_out == 7


def test_the_newest_times_are_those_of_the_items_seen_last(store: Writer) -> None:
    """A feed's rhythm is measured from its own newest items."""
    record(store, *(item(number, published=NOON - number * HOUR) for number in range(5, 0, -1)))
    record(store, item(9, published=NOON - 9 * HOUR), feed=THERE)
    times = store.archive.newest_times(state(store).id, limit=2)
    assert sorted(times) == [NOON - 2 * HOUR, NOON - HOUR]


# --- parts, revisions, migrations ------------------------------------------------------------------------------------


def test_a_part_that_fails_takes_nothing_else_with_it(store: Writer, tmp_path: Path) -> None:
    """Of several polls in one transaction, one that cannot be recorded is undone whole; the others count once."""
    revision = store.archive.revision()

    def poll(number: int) -> None:
        with store.part():
            before = state(store)
            brought = reading(item(number))
            changes = identity.compare(identity.distinct(brought.items, feed=before.id), {}, now=NOON)
            upcoming = schedule.after(before, brought, polling=Polling(), now=NOON)
            store.record(before, brought, changes=changes, upcoming=upcoming, now=NOON)
            if number == 2:
                raise RuntimeError("in the middle")

    with store.transaction():
        poll(1)
        with pytest.raises(RuntimeError):
            poll(2)
        poll(3)
    assert [row[0] for row in rows(tmp_path, "SELECT title FROM items ORDER BY id")] == [
        "Council number 1 votes on the bridge",
        "Council number 3 votes on the bridge",
    ]
    assert store.archive.revision() == revision + 1
    with store.transaction():
        pass
    assert store.archive.revision() == revision + 1


def test_only_what_a_page_may_show_counts_as_a_revision(store: Writer) -> None:
    """New items, failures and recoveries count; a feed that is as it was does not."""
    unchanged = Reading(outcome=Outcome.UNCHANGED, status=304)
    steps = [reading(item(1)), unchanged, reading(item(1)), failure(), failure(), unchanged, unchanged]
    revisions = [store.archive.revision()]
    for step in steps:
        record_reading(store, replace(step, title="A feed's own title"))
        revisions.append(store.archive.revision())
    assert [after > before for before, after in pairwise(revisions)] == [
        True,
        False,
        False,
        True,
        False,
        True,
        False,
    ]


def test_the_stamp_of_the_written_pages_is_kept(store: Writer, tmp_path: Path) -> None:
    """What the pages were made from is remembered in the file."""
    assert store.archive.published() == ""
    store.note_published("abc")
    with Archive.open(tmp_path) as archive:
        assert archive and archive.published() == "abc"


def test_a_store_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """What an older version wrote is still there afterwards, a ttl as part of the timetable."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        db = Database(connection, execute_plugins=False)
        schema.migrations.apply(db, stop_before="m02_reading")
        db.execute(
            "INSERT INTO feeds (url, every, ttl, etag, met, next_poll) VALUES (?, 1800, 3600, '\"1\"', 1, ?)",
            [HERE.url, "2026-01-14T12:30:00Z"],
        )
    with opened(tmp_path) as store:
        store.configure([HERE])
        after = state(store)
    assert (after.timetable, after.validators.etag, after.met) == (Timetable(ttl=HOUR), '"1"', True)
    assert (after.pieces, after.moved, after.rhythm) == (b"", None, None)
