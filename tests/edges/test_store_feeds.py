"""The feeds in the store: following feeds.yaml, and remembering how each feed does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator import pipeline
from aggregator.core.model import Feed, Hints, Missed, Outcome, Reading, Status, Timetable, Trace, Validators
from aggregator.edges.store import Writer
from tests.edges.stores import HERE, NOON, THERE, Clock, failure, item, reading, record, record_reading, rows, state

HOUR = timedelta(hours=1)
GONE = Reading(outcome=Outcome.GONE, status=410, reason="HTTP 410: the feed was removed for good")


def names(store: Writer) -> list[str]:
    """Give the names of the configured feeds in their order."""
    return [one.name for one in store.archive.states()]


# --- following feeds.yaml --------------------------------------------------------------------------------------------


def test_feeds_stand_in_the_order_of_the_settings(store: Writer) -> None:
    """Feeds added, moved and renamed in the settings are so in the store, each known by its address."""
    third = Feed(url="https://third.example/feed.xml", name="Third", category="World", every=HOUR)
    before = state(store, HERE).id
    store.configure([third, THERE, replace(HERE, name="Here now", category="Local")])
    assert names(store) == ["Third", "There", "Here now"]
    assert (state(store, HERE).id, state(store, HERE).feed.category) == (before, "Local")
    assert state(store, third).feed == third
    assert state(store, third).status is Status.NEW


def test_a_feed_taken_out_is_remembered(store: Writer, tmp_path: Path) -> None:
    """A feed that left the settings is not given any more, and comes back with its memory when it returns."""
    record(store, item(1))
    before = state(store, HERE)
    store.configure([THERE])
    assert names(store) == ["There"]
    assert len(rows(tmp_path, "SELECT * FROM items")) == 1
    store.configure([THERE, HERE])
    assert state(store, HERE) == before


def test_no_feeds_at_all_is_no_fault(store: Writer) -> None:
    """Settings that list no feed leave none configured."""
    store.configure([])
    assert names(store) == []


def test_a_shorter_interval_brings_the_next_poll_forward(store: Writer) -> None:
    """A shorter ``every`` counts from the last poll; a longer one waits for the next poll to be decided."""
    record(store, item(1))
    planned = state(store).next_poll
    store.configure([replace(HERE, every=HOUR), THERE])
    assert state(store).next_poll == planned
    store.configure([replace(HERE, every=timedelta(minutes=10)), THERE])
    assert state(store).next_poll == NOON + timedelta(minutes=10)


def test_a_shorter_interval_does_not_break_the_quiet(store: Writer) -> None:
    """What a server asked by Retry-After holds whatever the settings say."""
    quiet = NOON + timedelta(hours=5)
    record_reading(store, failure(status=429, hints=Hints(retry_after=quiet)))
    store.configure([replace(HERE, every=timedelta(minutes=5)), THERE])
    assert state(store).quiet_until == quiet


def test_settings_unchanged_change_nothing(store: Writer, tmp_path: Path) -> None:
    """Reading the same settings again leaves every feed as it is, the failing and the gone too."""
    record_reading(store, failure(), feed=HERE)
    record_reading(store, GONE, feed=THERE)
    before = rows(tmp_path, "SELECT * FROM feeds ORDER BY id")
    store.configure([HERE, THERE])
    assert rows(tmp_path, "SELECT * FROM feeds ORDER BY id") == before


def test_a_feed_that_is_gone_is_tried_again_when_put_back(store: Writer) -> None:
    """A 410 holds until the feed is taken out of the settings and put back."""
    record_reading(store, GONE)
    assert (state(store).status, state(store).next_poll) == (Status.GONE, None)
    store.configure([HERE, THERE])
    assert state(store).gone
    store.configure([THERE])
    store.configure([HERE, THERE])
    assert (state(store).gone, state(store).next_poll) == (False, None)


# --- how a feed does -------------------------------------------------------------------------------------------------


def test_failures_are_counted_from_the_first(store: Writer, clock: Clock) -> None:
    """Failures in a row are counted, with the moment of the first and the reason of the last; items stay."""
    record(store, item(1))
    for hours in (1, 2, 3):
        clock.now = NOON + hours * HOUR
        record_reading(store, failure(f"failure {hours}"))
    after = state(store)
    assert (after.status, after.failures, after.last_error) == (Status.FAILING, 3, "failure 3")
    assert (after.failing_since, after.last_polled) == (NOON + HOUR, NOON + 3 * HOUR)
    assert after.sightings == 1
    assert store.archive.missed() == [Missed(name="Here", reason="failure 3", since=NOON + HOUR)]


def test_a_failure_keeps_what_the_next_request_needs(store: Writer) -> None:
    """A failure takes neither validators nor the hash of the last document, which are still those of what is stored."""
    record(store, item(1))
    before = state(store)
    record_reading(store, failure(validators=Validators(etag='"of the error page"'), trace=Trace(body="ffff")))
    after = state(store)
    assert (after.validators, after.trace.body, after.met) == (before.validators, before.trace.body, True)


@pytest.mark.parametrize("outcome", [Outcome.READ, Outcome.UNCHANGED])
def test_a_success_ends_the_failing(store: Writer, outcome: Outcome) -> None:
    """One good poll, even with nothing new, clears the count and the reason."""
    record_reading(store, failure())
    record_reading(store, reading(outcome=outcome))
    after = state(store)
    assert (after.status, after.failures, after.failing_since, after.last_error) == (Status.EMPTY, 0, None, None)
    assert store.archive.missed() == []


def test_feeds_out_of_the_settings_are_not_missed(store: Writer) -> None:
    """A failing feed that was taken out of the settings is no gap in the edition."""
    record_reading(store, failure())
    store.configure([THERE])
    assert store.archive.missed() == []


def test_unchanged_keeps_what_the_document_said(store: Writer) -> None:
    """A poll that brings no document takes the fresh validators and leaves the feed's title and memory."""
    nameless = replace(HERE, name=None)
    store.configure([nameless])
    record(store, item(1), feed=nameless, timetable=Timetable(ttl=2 * HOUR), head="a head")
    fresh = Validators(etag='"2"')
    same = Reading(outcome=Outcome.UNCHANGED, validators=fresh, trace=Trace(body="00ff"))
    record_reading(store, same, feed=nameless)
    after = state(store, nameless)
    assert (after.validators, after.trace.body, after.timetable.ttl) == (fresh, "00ff", 2 * HOUR)
    assert (after.name, after.met, after.sightings, after.head) == ("A feed's own title", True, 1, "a head")


def test_an_empty_document_is_no_meeting(store: Writer) -> None:
    """A feed counts as met once a document brought items, so that back-fill still holds for the first that does."""
    record(store)
    assert not state(store).met
    record(store, item(1))
    record(store)
    assert state(store).met


def test_old_records_of_polls_are_forgotten(store: Writer, tmp_path: Path, clock: Clock) -> None:
    """Tidying keeps the records of polls for the span asked for, and every item."""
    record(store, item(1))
    clock.pass_by(days=20)
    record(store, item(1))
    store.tidy(keep_polls=timedelta(days=14))
    assert rows(tmp_path, "SELECT at FROM polls") == [("2026-02-03T12:00:00Z",)]
    assert rows(tmp_path, "SELECT count(*) FROM items") == [(1,)]
    assert (tmp_path / "aggregator.db-wal").stat().st_size == 0


def test_categories_rank_as_their_feeds(store: Writer) -> None:
    """The categories of an edition rank by the feeds that brought its items, not by when the items came."""
    world, local = replace(HERE, category="World"), replace(THERE, category="Local")
    store.configure([world, local])
    record(store, item(1), feed=local)
    record(store, item(2), feed=world)
    order = store.archive.category_order(of=None)
    assert sorted(order, key=lambda category: order[category]) == ["World", "Local"]


def test_a_feed_is_well_once_an_entry_was_in_it(store: Writer) -> None:
    """Read without a single entry a feed is empty, and says so; with one it is well."""
    record(store)
    assert (state(store).status, state(store).trouble) == (Status.EMPTY, "its document holds no entries")
    record(store, item(1))
    assert (state(store).status, state(store).trouble) == (Status.OK, None)


def test_feeds_that_failed_last_time_come_last(store: Writer, clock: Clock) -> None:
    """Most of them fail again, and slowly: those that are well are not to wait for them, however long these waited."""
    record_reading(store, failure())
    clock.pass_by(minutes=5)
    record(store, item(2), feed=THERE)
    clock.pass_by(days=2)
    assert [one.feed for one in pipeline.due(store, now=clock())] == [THERE, HERE]
