"""When a feed is looked at again: what servers say, what failures cost, and what a clock may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import schedule
from aggregator.core.model import Feed, FeedState, Hints, Next, Outcome, Polling, Reading

NOW = datetime(2026, 1, 14, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLLING = Polling(shortest=5 * MINUTE)
READ = Reading(outcome=Outcome.READ, status=200)
FAILED = Reading(outcome=Outcome.FAILED, status=500, reason="the server is broken")


def state(*, every: timedelta = 30 * MINUTE, url: str = "https://news.example/feed", **changes: Any) -> FeedState:
    """Build what is remembered of a feed."""
    return FeedState(id=1, feed=Feed(url=url, every=every), name="Example News", **changes)


def reading(outcome: Outcome = Outcome.READ, **hints: Any) -> Reading:
    """Build a reading with hints."""
    return Reading(outcome=outcome, hints=Hints(**hints))


def upcoming(before: FeedState, brought: Reading, *, polling: Polling = POLLING) -> Next:
    """Ask when to look next, counted from noon."""
    return schedule.after(before, brought, polling=polling, now=NOW)


def assert_waits(upcoming: Next, wait: timedelta) -> None:
    """Hold the next poll to an interval and its jitter."""
    assert upcoming.at is not None
    assert wait <= upcoming.at - NOW <= wait * (1 + schedule.JITTER)


# --- the interval ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "shortest", "hints", "wait", "reason"),
    [
        (30 * MINUTE, 5 * MINUTE, {}, 30 * MINUTE, "every"),
        (MINUTE, 5 * MINUTE, {}, 5 * MINUTE, "polling.shortest"),
        (2 * DAY, 5 * MINUTE, {}, 2 * DAY, "every"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": HOUR}, HOUR, "ttl"),
        (30 * MINUTE, 5 * MINUTE, {"max_age": HOUR}, HOUR, "max-age"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": HOUR, "max_age": 2 * HOUR}, 2 * HOUR, "max-age"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": 3 * HOUR, "max_age": 2 * HOUR}, 3 * HOUR, "ttl"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": MINUTE, "max_age": MINUTE}, 30 * MINUTE, "every"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": timedelta(0)}, 30 * MINUTE, "every"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": 365 * DAY}, DAY, "ttl"),
        (30 * MINUTE, 5 * MINUTE, {"max_age": 10_000 * DAY}, DAY, "max-age"),
        (2 * DAY, 5 * MINUTE, {"ttl": 365 * DAY}, 2 * DAY, "every"),
    ],
)
def test_the_longest_wish_decides(
    every: timedelta, shortest: timedelta, hints: dict[str, Any], wait: timedelta, reason: str
) -> None:
    """User, floor and publisher each have a wish, a publisher's counts for a day at most, and the reason is named."""
    found = upcoming(state(every=every), reading(**hints), polling=Polling(shortest=shortest))
    assert_waits(found, wait)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("failures", "factor"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 48), (7, 48), (50, 48), (10**6, 48)]
)
def test_each_failure_doubles_the_wait(failures: int, factor: int) -> None:
    """The first failure costs nothing, each one more doubles the interval, up to a day."""
    found = upcoming(state(failures=failures), FAILED)
    assert_waits(found, factor * 30 * MINUTE)
    assert found.reason == ("every" if failures == 0 else f"failed {failures + 1} in a row")


@pytest.mark.parametrize("every", [DAY, 2 * DAY, 366 * DAY])
def test_backing_off_never_shortens_the_interval(every: timedelta) -> None:
    """A feed that is polled once a day or less is not polled more often because it fails."""
    assert_waits(upcoming(state(every=every, failures=30), FAILED), every)


@pytest.mark.parametrize("outcome", [Outcome.READ, Outcome.UNCHANGED])
def test_a_success_ends_the_backing_off(outcome: Outcome) -> None:
    """After any good answer the feed is back at its own interval."""
    assert_waits(upcoming(state(failures=9), Reading(outcome=outcome)), 30 * MINUTE)


def test_a_feed_that_is_gone_is_never_polled_again() -> None:
    """HTTP 410 stops the polling and says so."""
    found = upcoming(state(), reading(Outcome.GONE, retry_after=NOW + HOUR))
    assert found.at is None
    assert "410" in found.reason


# --- jitter ----------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30), st.timedeltas(min_value=SECOND, max_value=366 * DAY))
def test_jitter_is_small_steady_and_late(url: str, every: timedelta) -> None:
    """A feed's own share delays it by at most one part in twenty, by whole seconds, and is always the same."""
    every = timedelta(seconds=int(every.total_seconds()))
    one, other = (upcoming(state(every=every, url=url), READ) for _ in range(2))
    assert one == other
    assert_waits(one, max(every, POLLING.shortest))
    assert one.at is not None
    assert one.at.microsecond == 0


def test_jitter_spreads_feeds() -> None:
    """Feeds that were added together do not stay together."""
    found = {upcoming(state(every=HOUR, url=f"https://news.example/{number}"), READ).at for number in range(100)}
    assert len(found) > 50


# --- Retry-After -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("retry_after", "at", "quiet_until"),
    [
        (None, None, None),
        (NOW - HOUR, None, None),
        (NOW, None, None),
        (NOW + MINUTE, None, NOW + MINUTE),
        (NOW + 2 * HOUR, NOW + 2 * HOUR, NOW + 2 * HOUR),
        (NOW + 30 * DAY, NOW + DAY, NOW + DAY),
    ],
)
def test_retry_after_holds_for_a_day_at_most(
    retry_after: datetime | None, at: datetime | None, quiet_until: datetime | None
) -> None:
    """A server that asks for quiet gets it, for a day at most; asking for less than our interval changes nothing."""
    found = upcoming(state(), reading(Outcome.FAILED, retry_after=retry_after))
    assert found.quiet_until == quiet_until
    if at is None:
        assert_waits(found, 30 * MINUTE)
    else:
        assert (found.at, found.reason) == (at, "Retry-After")


@settings(deadline=None)
@given(
    st.builds(
        Hints,
        ttl=st.none() | st.timedeltas(min_value=timedelta(0), max_value=10**5 * DAY),
        max_age=st.none() | st.timedeltas(min_value=timedelta(0), max_value=10**4 * DAY),
        retry_after=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    st.sampled_from([Outcome.READ, Outcome.UNCHANGED, Outcome.FAILED]),
    st.integers(0, 10**6),
    st.integers(1, 366 * 86400),
)
def test_the_next_poll_is_never_too_early_nor_too_late(
    hints: Hints, outcome: Outcome, failures: int, seconds: int
) -> None:
    """Nothing that servers say brings a poll before its interval, nor keeps it away for longer than that or a day."""
    every = seconds * SECOND
    found = upcoming(state(every=every, failures=failures), Reading(outcome=outcome, hints=hints))
    assert found.at is not None
    assert max(every, POLLING.shortest) <= found.at - NOW <= max(every, DAY) * (1 + schedule.JITTER)
    assert found.quiet_until is None or NOW < found.quiet_until <= min(found.at, NOW + DAY)
    assert found.reason


# --- due -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "is_due", "by_force"),
    [
        ({}, True, True),
        ({"next_poll": NOW}, True, True),
        ({"next_poll": NOW - DAY}, True, True),
        ({"next_poll": NOW + SECOND}, False, True),
        ({"next_poll": NOW + HOUR, "last_polled": NOW - HOUR}, False, True),
        ({"gone": True}, False, False),
        ({"gone": True, "next_poll": NOW - DAY}, False, False),
        ({"quiet_until": NOW + SECOND}, False, False),
        ({"quiet_until": NOW + SECOND, "next_poll": NOW - HOUR}, False, False),
        ({"quiet_until": NOW + DAY, "next_poll": NOW + DAY}, False, False),
        ({"quiet_until": NOW, "next_poll": NOW}, True, True),
        ({"quiet_until": NOW - SECOND, "next_poll": NOW + HOUR}, False, True),
        ({"last_polled": NOW + 365 * DAY, "next_poll": NOW + 366 * DAY}, True, True),
        ({"last_polled": NOW + SECOND, "next_poll": NOW + HOUR, "quiet_until": NOW + HOUR}, False, False),
        ({"last_polled": NOW + 365 * DAY, "next_poll": NOW + 366 * DAY, "quiet_until": NOW + 366 * DAY}, True, True),
        ({"last_polled": NOW + 365 * DAY, "gone": True}, False, False),
    ],
)
def test_due_or_not(changes: dict[str, Any], is_due: bool, by_force: bool) -> None:
    """A feed waits for its time; force waits only for Retry-After and 410; a clock gone back holds nothing up."""
    assert schedule.is_due(state(**changes), now=NOW) == is_due
    assert schedule.is_due(state(**changes), now=NOW, ignore_hints=True) == by_force


@settings(deadline=None)
@given(st.timedeltas(min_value=-400 * DAY, max_value=400 * DAY), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_no_clock_keeps_a_feed_away_for_long(jump: timedelta, retry_after: datetime | None) -> None:
    """Wherever the clock goes after a poll, the feed is due then, or at the latest two days later."""
    found = upcoming(state(), reading(Outcome.FAILED, retry_after=retry_after))
    remembered = replace(state(), last_polled=NOW, next_poll=found.at, quiet_until=found.quiet_until)
    moments = (NOW + jump, NOW + jump + 2 * DAY)
    assert any(schedule.is_due(remembered, now=moment) for moment in moments)


# --- hints -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("control", "max_age"),
    [
        ("max-age=3600", HOUR),
        ("public, max-age=3600", HOUR),
        ("MAX-AGE = 3600", HOUR),
        ('max-age="3600"', HOUR),
        ("s-maxage=60, max-age=3600", HOUR),
        ("max-age=3600, must-revalidate", HOUR),
        ("max-age=3600, no-cache", None),
        ("no-store, max-age=3600", None),
        ("No-Cache, max-age=3600", None),
        ("max-age=0", timedelta(0)),
        ("max-age=-5", None),
        ("max-age=", None),
        ("max-age=soon", None),
        ("s-maxage=3600", None),
        ("", None),
    ],
)
def test_max_age(control: str, max_age: timedelta | None) -> None:
    """A Cache-Control header speaks through max-age alone, unless no-cache or no-store cancel it."""
    found = schedule.hints({"cache-control": control}, status=200, ttl=None, now=NOW)
    assert found.max_age == max_age


def test_a_huge_max_age_is_a_long_one() -> None:
    """Digits beyond reason overflow nothing."""
    found = schedule.hints({"cache-control": "max-age=" + "9" * 400}, status=200, ttl=None, now=NOW)
    assert found.max_age is not None
    assert found.max_age > 365 * DAY


def test_the_ttl_of_the_document_is_a_hint() -> None:
    """What the document says is passed on beside what the server says."""
    assert schedule.hints({}, status=304, ttl=HOUR, now=NOW) == Hints(ttl=HOUR)


SENT = "Wed, 14 Jan 2026 09:00:00 GMT"  # three hours before our noon


@pytest.mark.parametrize(
    ("value", "sent", "wait"),
    [
        ("120", "", 2 * MINUTE),
        (" 120 ", "", 2 * MINUTE),
        ("0", "", timedelta(0)),
        ("99999999", "", DAY),
        ("9" * 400, "", DAY),
        ("-120", "", None),
        ("+120", "", None),
        ("1.5", "", None),
        ("soon", "", None),
        ("120 seconds", "", None),
        ("", "", None),
        ("Wed, 14 Jan 2026 13:00:00 GMT", "", HOUR),
        ("Wed, 14 Jan 2026 13:00:00", "", HOUR),
        ("Wed, 14 Jan 2026 14:00:00 +0100", "", HOUR),
        ("Wednesday, 14-Jan-26 13:00:00 GMT", "", HOUR),
        ("Wed Jan 14 13:00:00 2026", "", HOUR),
        ("Wed, 14 Jan 2026 11:00:00 GMT", "", timedelta(0)),
        ("Wed, 14 Jan 2026 09:10:00 GMT", SENT, 10 * MINUTE),
        ("Wed, 14 Jan 2026 08:00:00 GMT", SENT, timedelta(0)),
        ("Wed, 14 Jan 2026 13:00:00 GMT", "a while ago", HOUR),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "", DAY),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", DAY),
        ("Fri, 31 Dec 9999 23:59:59 -0100", "", None),
        ("Fri, 31 Dec 99999 23:59:59 GMT", "", None),
        ("Wed, 32 Jan 2026 13:00:00 GMT", "", None),
        ("2026-01-14T13:00:00Z", "", None),
    ],
)
def test_retry_after(value: str, sent: str, wait: timedelta | None) -> None:
    """Seconds or a date, the date by the server's own clock, a day at most; what cannot be read is no hint."""
    headers = {"retry-after": value} | ({"date": sent} if sent else {})
    for status in (429, 503):
        found = schedule.hints(headers, status=status, ttl=None, now=NOW)
        assert found.retry_after == (None if wait is None else NOW + wait)


@pytest.mark.parametrize("status", [200, 304, 403, 404, 410, 500, 502])
def test_retry_after_counts_on_429_and_503_only(status: int) -> None:
    """Other answers ask for no quiet."""
    assert schedule.hints({"retry-after": "120"}, status=status, ttl=None, now=NOW).retry_after is None


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["retry-after", "date", "cache-control"]), st.text(max_size=40)))
def test_no_header_is_a_fault(headers: dict[str, str]) -> None:
    """Whatever a server sends, the hints are within bounds."""
    found = schedule.hints(headers, status=503, ttl=None, now=NOW)
    assert found.retry_after is None or NOW <= found.retry_after <= NOW + DAY
    assert found.max_age is None or found.max_age >= timedelta(0)
