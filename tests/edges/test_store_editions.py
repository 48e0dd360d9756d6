"""Editions and their stories as the store gives them: what has closed stays as it closed."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from aggregator.core.model import Missed
from aggregator.edges.store import Archive, Writer
from tests.builders import listed
from tests.edges.stores import (
    CLOSE,
    HERE,
    NOON,
    TODAY,
    Clock,
    change,
    close,
    held,
    item,
    record,
    rows,
)

# --- editions --------------------------------------------------------------------------------------------------------


def test_closing_takes_what_was_seen_before_the_close(store: Writer, clock: Clock) -> None:
    """An edition holds what was first seen before its close; what came at that very second is in the next."""
    record(store, item(1))
    clock.now = CLOSE - timedelta(seconds=1)
    record(store, item(2))
    clock.now = CLOSE
    record(store, item(3))
    close(store)
    assert [one.id for one in held(store, of=TODAY)] == [1, 2]
    assert [one.id for one in held(store)] == [3]
    assert store.archive.last_closed() == TODAY
    assert store.archive.open_moments() == [CLOSE]


def test_a_clock_set_back_lets_nothing_into_a_closed_edition(store: Writer, clock: Clock) -> None:
    """After a close nothing is first seen before it, wherever the clock is set to."""
    record(store, item(1))
    clock.now = CLOSE + timedelta(hours=1)
    close(store)
    clock.now = NOON - timedelta(days=30)
    record(store, item(2))
    assert [one.id for one in held(store, of=TODAY)] == [1]
    (late,) = held(store)
    assert (late.first_seen, late.edition) == (CLOSE, None)


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("poll"), st.integers(1, 12)),
        st.tuples(st.just("clock"), st.integers(-50, 50)),
        st.tuples(st.just("close"), st.just(0)),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(steps=_STEPS)
def test_every_item_is_in_exactly_one_edition_and_stays_there(steps: list[tuple[str, int]]) -> None:
    """Whatever is polled and closed at whatever the clock says, a closed edition never gains or loses an item."""
    clock, closed = Clock(), dict[date, list[int]]()
    with tempfile.TemporaryDirectory() as folder, Writer(Path(folder), who="a test", clock=clock) as store:
        store.configure([HERE])
        for step, number in steps:
            if step == "poll":
                record(store, item(number), item(number + 1))
            elif step == "clock":
                clock.pass_by(hours=number)
            else:
                with store.transaction() as now:
                    at = now.replace(minute=0, second=0)
                day = TODAY + timedelta(days=len(closed))
                close(store, day, at=at)
                closed[day] = [one.id for one in held(store, of=day)]
        everywhere = [one.id for day in (*closed, None) for one in held(store, of=day)]
        assert {day: [one.id for one in held(store, of=day)] for day in closed} == closed
        assert sorted(everywhere) == [row[0] for row in rows(Path(folder), "SELECT id FROM items ORDER BY id")]


def test_an_edition_remembers_what_it_missed(store: Writer) -> None:
    """The feeds that failed when an edition closed are written down with it, as they were then called."""
    gap = Missed(name="Zeitung für Überall", reason="HTTP 500", since=NOON)
    close(store, missed=[gap])
    (edition,) = store.archive.closed()
    assert (edition.date, edition.closes, edition.closed, edition.missed) == (TODAY, CLOSE, True, (gap,))


def test_editions_come_newest_first(store: Writer, clock: Clock) -> None:
    """The closed editions are listed newest first."""
    for days in range(3):
        clock.now = CLOSE + timedelta(days=days)
        close(store, TODAY + timedelta(days=days), at=clock.now)
    assert [edition.date.day for edition in store.archive.closed()] == [16, 15, 14]


@pytest.mark.parametrize("hours", [1, -1])
def test_a_revision_changes_with_every_correction(store: Writer, tmp_path: Path, clock: Clock, hours: int) -> None:
    """The text that marks an edition's state is another after a correction or a pruning, also by a clock set back."""
    record(store, item(1), item(2))
    clock.now = CLOSE + timedelta(hours=9)
    close(store)
    seen = [store.archive.revisions()[TODAY]]
    record(store, item(1, summary="Corrected."), item(2))
    seen.append(store.archive.revisions()[TODAY])
    clock.pass_by(hours=hours)
    record(store, item(1, summary="Corrected."), item(2, summary="Corrected too."))
    seen.append(store.archive.revisions()[TODAY])
    record(store, item(1, summary="Corrected."), item(2, summary="Corrected too."), item(3))
    assert store.archive.revisions() == {TODAY: seen[-1]}
    change(tmp_path, "DELETE FROM items WHERE id = 1")
    seen.append(store.archive.revisions()[TODAY])
    assert len(set(seen)) == 4


def test_questions_about_a_whole_edition_look_at_no_item(store: Writer, tmp_path: Path) -> None:
    """When open items were seen, the categories of an edition and its revision are answered from an index alone."""
    record(store, item(1))
    asked: list[str] = []
    with sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None) as connection:
        archive = Archive(Database(connection))
        connection.set_trace_callback(asked.append)
        assert archive.open_moments() == [NOON]
        assert archive.category_order(of=None) == {"": 1}
        assert archive.revisions() == {}
        connection.set_trace_callback(None)
        plans = [connection.execute(f"EXPLAIN QUERY PLAN {question}").fetchall() for question in asked]
    connection.close()
    looks = [step for plan in plans for *_, step in plan if "items" in step]
    assert len(looks) == 3
    assert all("COVERING INDEX" in look for look in looks)


# --- stories ---------------------------------------------------------------------------------------------------------


def test_a_storys_guid_is_permanent_and_its_own(store: Writer, tmp_path: Path) -> None:
    """A story keeps its guid through edits, closing and reopening; no two share one, nor does another store's."""
    record(store, item(1), item(2))
    first = [story.guid for story in store.archive.newest(limit=9)]
    record(store, item(1, title="Another headline of the bridge"), item(2))
    close(store)
    with Archive.open(tmp_path) as archive:
        assert archive is not None
        assert [story.guid for story in archive.newest(limit=9)] == first
    with Writer(tmp_path / "other", who="a test", clock=Clock()) as other:
        other.configure([HERE])
        record(other, item(1), item(2))
        others = [story.guid for story in other.archive.newest(limit=9)]
    assert len({*first, *others}) == 4
    assert all(guid.startswith("urn:uuid:") for guid in first)


def test_the_newest_stories_come_first(store: Writer, clock: Clock) -> None:
    """The newest shown stories are given by first-seen, so many as asked for, whatever edition they are in."""
    record(store, item(1), item(2, published=NOON - timedelta(days=9)))
    for number in (3, 4):
        clock.pass_by(hours=1)
        record(store, item(number))
    close(store)
    record(store, item(5))
    assert [story.lead.id for story in store.archive.newest(limit=3)] == [5, 4, 3]
    assert [story.lead.id for story in store.archive.newest(limit=9)] == [5, 4, 3, 1]


def test_stories_are_given_of_what_was_first_seen_then(store: Writer, clock: Clock, tmp_path: Path) -> None:
    """Of open stories only the items of some moments are given, and the newest of these ends their time."""
    record(store, item(1), item(2))
    first = clock()
    clock.pass_by(hours=1)
    record(store, item(3), item(4, published=NOON - timedelta(days=3)))
    change(tmp_path, "UPDATE items SET story = 1 WHERE id IN (1, 3)")
    change(tmp_path, "UPDATE items SET shown = 0 WHERE id = 2")

    def given(*seen: datetime, hidden: bool = True) -> dict[int, list[int]]:
        found = store.archive.stories(of=None, hidden=hidden, seen=seen)
        return {story.id: [one.id for one in story.items] for story in found}

    assert given(first) == {1: [1], 2: [2]}
    assert given(first, hidden=False) == {1: [1]}
    assert given(clock()) == {1: [3], 4: [4]}
    assert given(first, clock()) == {1: [1, 3], 2: [2], 4: [4]}
    assert given() == {}
    everything = store.archive.stories(of=None)
    assert [story.id for story in everything] == [*everything.ids] == [1, 2, 4]
    assert [story.id for story in everything.fetch([4, 1])] == [4, 1]
    assert store.archive.newest_time(hidden=True, seen=[first]) == max(one.time for one in held(store) if one.id < 3)
    assert store.archive.newest_time(hidden=True, seen=[]) is None


def test_items_are_listed_in_the_order_asked_for(store: Writer) -> None:
    """A headline list has of an item what its line says, in the order of the list."""
    record(store, item(1), item(2, published=None), item(3))
    by_id = {one.id: one for one in held(store)}
    assert store.archive.listed([3, 1, 2]) == [listed(by_id[number]) for number in (3, 1, 2)]
    assert store.archive.listed([]) == []
