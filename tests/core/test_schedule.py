"""When a feed is looked at again: what servers say, what failures cost, and what a clock may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core import schedule
from aggregator.core.model import (
    Feed,
    FeedState,
    Hints,
    Next,
    Outcome,
    Polling,
    Reading,
    Rhythm,
    Timetable,
    Trace,
)

NOW = datetime(2026, 1, 14, 12, tzinfo=UTC)  # a Wednesday
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
POLLING = Polling(shortest=5 * MINUTE)
READ = Reading(outcome=Outcome.READ, status=200)
FAILED = Reading(outcome=Outcome.FAILED, status=500, reason="the server is broken")
GOOD = [Outcome.READ, Outcome.UNCHANGED]


def state(
    *, every: timedelta | None = 30 * MINUTE, url: str = "https://news.example/feed", **changes: Any
) -> FeedState:
    """Build what is remembered of a feed."""
    return FeedState(id=1, feed=Feed(url=url, every=every), name="Example News", **changes)


def reading(outcome: Outcome = Outcome.READ, **hints: Any) -> Reading:
    """Build a reading with hints."""
    return Reading(outcome=outcome, hints=Hints(**hints))


def upcoming(before: FeedState, brought: Reading, *, polling: Polling = POLLING, now: datetime = NOW) -> Next:
    """Ask when to look next, counted from noon unless another time is given."""
    return schedule.after(before, brought, polling=polling, now=now)


def moment(found: Next) -> datetime:
    """Give the time of the next poll, which there must be."""
    assert found.at is not None
    return found.at


def assert_waits(found: Next, wait: timedelta, *, asked: datetime = NOW) -> None:
    """Hold the next poll to an interval: 95 % to 120 % of it after the request, on a whole second."""
    assert wait * 19 / 20 <= moment(found) - asked <= wait * 1.2 + SECOND
    assert moment(found).microsecond == 0


intervals = st.integers(1, 366 * 86_400).map(lambda seconds: seconds * SECOND)
urls = st.text(max_size=30)


# --- the interval ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "shortest", "said", "wait", "reason"),
    [
        (30 * MINUTE, 5 * MINUTE, {}, 30 * MINUTE, "every"),
        (MINUTE, 5 * MINUTE, {}, 5 * MINUTE, "polling.shortest"),
        (2 * DAY, 5 * MINUTE, {}, 2 * DAY, "every"),
        (None, 5 * MINUTE, {}, 30 * MINUTE, "auto: too little is known of it"),
        (None, HOUR, {}, HOUR, "polling.shortest"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": HOUR}, HOUR, "ttl"),
        (30 * MINUTE, 5 * MINUTE, {"update": HOUR}, HOUR, "sy:update"),
        (30 * MINUTE, 5 * MINUTE, {"max_age": HOUR}, HOUR, "max-age"),
        (30 * MINUTE, 5 * MINUTE, {"expires": HOUR}, HOUR, "Expires"),
        (30 * MINUTE, 5 * MINUTE, {"expires": 2 * HOUR, "max_age": HOUR}, HOUR, "max-age"),
        (30 * MINUTE, 5 * MINUTE, {"expires": 2 * HOUR, "max_age": timedelta(0)}, 30 * MINUTE, "every"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": HOUR, "max_age": 2 * HOUR}, 2 * HOUR, "max-age"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": 3 * HOUR, "max_age": 2 * HOUR}, 3 * HOUR, "ttl"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": 2 * HOUR, "update": 4 * HOUR, "expires": 3 * HOUR}, 4 * HOUR, "sy:update"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": MINUTE, "max_age": MINUTE}, 30 * MINUTE, "every"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": 30 * MINUTE, "max_age": 30 * MINUTE}, 30 * MINUTE, "every"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": timedelta(0)}, 30 * MINUTE, "every"),
        (30 * MINUTE, 5 * MINUTE, {"ttl": 365 * DAY}, DAY, "ttl"),
        (30 * MINUTE, 5 * MINUTE, {"update": 365 * DAY}, DAY, "sy:update"),
        (30 * MINUTE, 5 * MINUTE, {"max_age": 10_000 * DAY}, DAY, "max-age"),
        (30 * MINUTE, 5 * MINUTE, {"expires": 10_000 * DAY}, DAY, "Expires"),
        (2 * DAY, 5 * MINUTE, {"ttl": 365 * DAY}, 2 * DAY, "every"),
    ],
)
def test_the_longest_wish_decides(
    every: timedelta | None, shortest: timedelta, said: dict[str, Any], wait: timedelta, reason: str
) -> None:
    """User, floor and publisher each have a wish, a publisher's counts for a day at most, and the reason is named."""
    timetable = Timetable(**{name: said[name] for name in ("ttl", "update") if name in said})
    hints = Hints(**{name: said[name] for name in ("max_age", "expires") if name in said})
    brought = Reading(outcome=Outcome.READ, timetable=timetable, hints=hints)
    found = upcoming(state(every=every), brought, polling=Polling(shortest=shortest))
    assert_waits(found, wait)
    assert found.reason == reason


def test_auto_is_what_the_rhythm_says() -> None:
    """A feed of ``every: auto`` is polled as it publishes, its hints still hold, and so does what is shortest."""
    rhythm = Rhythm(usual=4 * HOUR, longest=8 * HOUR, newest=NOW)
    found = upcoming(state(every=None, rhythm=rhythm), READ)
    assert_waits(found, 2 * HOUR)
    assert found.reason == "auto: about 6 entries a day"
    assert upcoming(state(every=None, rhythm=rhythm), reading(max_age=3 * HOUR)).reason == "max-age"


@pytest.mark.parametrize(
    ("pace", "said", "wait", "reason"),
    [
        (20 * MINUTE, {}, 20 * MINUTE, "entries were missed"),
        (2 * HOUR, {}, HOUR, "every"),
        (20 * MINUTE, {"max_age": 40 * MINUTE}, 40 * MINUTE, "max-age"),
        (2 * MINUTE, {}, 5 * MINUTE, "polling.shortest"),
    ],
)
def test_a_pace_stands_in_for_the_interval(pace: timedelta, said: dict[str, Any], wait: timedelta, reason: str) -> None:
    """Where entries were missed the tighter pace stands in for ``every``; what servers and the floor ask for holds."""
    found = upcoming(state(every=HOUR, pace=pace), reading(**said))
    assert_waits(found, wait)
    assert found.reason == reason


@pytest.mark.parametrize("outcome", [Outcome.UNCHANGED, Outcome.FAILED])
def test_without_a_new_document_the_last_one_s_timetable_holds(outcome: Outcome) -> None:
    """Neither "not modified" nor a failure takes back what the last document asked for; a new document does."""
    before = state(timetable=Timetable(ttl=HOUR))
    assert upcoming(before, Reading(outcome=outcome)).reason == "ttl"
    assert upcoming(before, READ).reason == "every"


# --- failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "factor"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 48), (7, 48), (50, 48), (10**6, 48)]
)
def test_each_failure_doubles_the_wait(failures: int, factor: int) -> None:
    """The first failure costs nothing, each one more doubles the interval, up to a day."""
    found = upcoming(state(failures=failures), FAILED)
    assert_waits(found, factor * 30 * MINUTE)
    assert found.reason == ("every" if failures == 0 else f"failed {failures + 1} in a row")


@pytest.mark.parametrize(("failures", "factor"), [(0, 4), (1, 16), (2, 48), (10**6, 48)])
def test_an_address_with_nothing_at_it_is_asked_more_rarely(failures: int, factor: int) -> None:
    """Each 404 makes the interval four times as long, from the first on, up to a day."""
    missing = Reading(outcome=Outcome.FAILED, status=404, reason="nothing there")
    found = upcoming(state(failures=failures), missing)
    assert_waits(found, factor * 30 * MINUTE)
    assert found.reason == f"failed {failures + 1} in a row (HTTP 404)"


@pytest.mark.parametrize("every", [DAY, 2 * DAY, 366 * DAY])
@pytest.mark.parametrize("status", [404, 500, None])
def test_backing_off_never_shortens_the_interval(every: timedelta, status: int | None) -> None:
    """A feed that is polled once a day or less is not polled more often because it fails."""
    failed = Reading(outcome=Outcome.FAILED, status=status)
    assert_waits(upcoming(state(every=every, failures=30), failed), every)


@pytest.mark.parametrize("outcome", GOOD)
def test_a_success_ends_the_backing_off(outcome: Outcome) -> None:
    """After any good answer the feed is back at its own interval."""
    assert_waits(upcoming(state(failures=9), Reading(outcome=outcome)), 30 * MINUTE)


def test_a_feed_that_is_gone_is_never_polled_again() -> None:
    """HTTP 410 stops the polling and says so."""
    found = upcoming(state(), reading(Outcome.GONE, retry_after=NOW + HOUR))
    assert found.at is None
    assert "410" in found.reason


# --- slots -----------------------------------------------------------------------------------------------------------


@given(urls, intervals, st.integers(0, 10**6 - 1))
def test_a_slot_is_never_early_and_never_far(url: str, every: timedelta, fraction: int) -> None:
    """The next poll is 95 % to 120 % of the interval after the request, on a whole second, and always the same."""
    asked = NOW - SECOND + fraction * MICROSECOND
    brought = replace(READ, asked=asked)
    one, other = (upcoming(state(every=every, url=url), brought) for _ in range(2))
    assert one == other
    assert_waits(one, max(every, POLLING.shortest), asked=asked)


@given(urls, intervals, st.lists(st.floats(0, 0.05), min_size=3, max_size=6))
def test_polls_that_run_a_little_late_shift_nothing(url: str, every: timedelta, lateness: list[float]) -> None:
    """While requests run up to 5 % of the interval late, slots follow each other in one steady distance."""
    before, polling = state(every=every, url=url), Polling(shortest=SECOND)
    slots = [moment(upcoming(before, READ, polling=polling))]
    for late in lateness:
        asked = slots[-1] + every * late
        recorded = asked + min(every * 0.01, HOUR)
        slots.append(moment(upcoming(before, replace(READ, asked=asked), polling=polling, now=recorded)))
    distances = {later - earlier for earlier, later in pairwise(slots)}
    assert len(distances) == 1
    assert every <= distances.pop() <= every * 1.2 + SECOND


@given(intervals, st.floats(0.06, 0.9))
def test_a_poll_that_ran_long_late_waits_a_quarter_more_at_most(every: timedelta, late: float) -> None:
    """After a poll far behind its slot the next one is a slot again, no more than 120 % of the interval away."""
    slot = moment(upcoming(state(every=every), READ))
    asked = slot + max(every, POLLING.shortest) * late
    found = upcoming(state(every=every), replace(READ, asked=asked), now=asked)
    assert_waits(found, max(every, POLLING.shortest), asked=asked)


def test_feeds_asked_together_do_not_stay_together() -> None:
    """A thousand feeds that were asked at one moment are spread evenly over a quarter of the interval."""
    found = [moment(upcoming(state(every=HOUR, url=f"https://news.example/{n}"), READ)) for n in range(1000)]
    minutes = [sum(1 for at in found if at - NOW < 57 * MINUTE + minute * MINUTE) for minute in range(1, 16)]
    assert minutes[-1] == 1000
    each = [later - earlier for earlier, later in pairwise([0, *minutes])]
    assert 35 <= min(each) <= max(each) <= 105


def test_a_slot_belongs_to_the_feed() -> None:
    """The offset comes from the feed's address alone, so that no restart changes it."""
    assert moment(upcoming(state(), READ)) == datetime(2026, 1, 14, 12, 33, 34, tzinfo=UTC)


@pytest.mark.parametrize("asked", [NOW - 400 * DAY, NOW - 61 * MINUTE, NOW + SECOND, NOW + 400 * DAY, None])
def test_a_request_at_an_impossible_time_counts_as_now(asked: datetime | None) -> None:
    """When a clock was set between request and recording, the next poll is neither at once nor in a year."""
    assert upcoming(state(), replace(READ, asked=asked)) == upcoming(state(), READ)


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
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_for_a_day_at_most(
    retry_after: datetime | None, at: datetime | None, quiet_until: datetime | None, status: int
) -> None:
    """A server that asks for quiet gets it, for a day at most; asking for less than our interval changes nothing."""
    found = upcoming(state(), replace(reading(Outcome.FAILED, retry_after=retry_after), status=status))
    assert found.host_quiet == (status == 429)
    assert quiet_until is None or found.quiet_until == quiet_until
    if at is None:
        assert_waits(found, 30 * MINUTE)
    else:
        assert (found.at, found.reason) == (at, "Retry-After")


@pytest.mark.parametrize(
    ("every", "failures", "longest"),
    [(10 * MINUTE, 0, 12 * MINUTE + SECOND), (10 * MINUTE, 1, 24 * MINUTE + SECOND), (DAY, 0, HOUR), (MINUTE, 9, HOUR)],
)
def test_too_many_requests_quiet_the_host_also_without_a_time(
    every: timedelta, failures: int, longest: timedelta
) -> None:
    """A 429 that names no time quiets every feed of its host until this one is asked again, for an hour at most."""
    found = upcoming(state(every=every, failures=failures), Reading(outcome=Outcome.FAILED, status=429))
    assert found.host_quiet
    assert found.quiet_until == min(moment(found), NOW + HOUR)
    assert found.quiet_until <= NOW + longest


@pytest.mark.parametrize("status", [None, 200, 403, 404, 500, 503])
def test_no_other_answer_quiets_a_host(status: int | None) -> None:
    """Whatever else goes wrong, also a 503 that names a time, is the feed's alone."""
    assert not upcoming(state(), Reading(outcome=Outcome.FAILED, status=status)).host_quiet
    asking = replace(reading(Outcome.FAILED, retry_after=NOW + HOUR), status=status)
    assert not upcoming(state(), asking).host_quiet


# --- hours and days that are skipped ---------------------------------------------------------------------------------


def skipping(*, hours: frozenset[int] = frozenset(), days: frozenset[int] = frozenset()) -> Reading:
    """Build a reading whose document names these hours and days."""
    return Reading(outcome=Outcome.READ, timetable=Timetable(skip_hours=hours, skip_days=days))


@pytest.mark.parametrize(
    ("hours", "days", "hour", "reason"),
    [
        ({13}, {}, None, "every"),
        ({12}, {}, NOW + HOUR, "skipHours"),
        ({12, 13, 14}, {}, NOW + 3 * HOUR, "skipHours"),
        (set(range(24)) - {11}, {}, NOW + 23 * HOUR, "skipHours"),
        (set(range(12, 24)), {}, NOW + 12 * HOUR, "skipHours"),
        ({}, {2}, NOW + 12 * HOUR, "skipDays"),
        ({}, {2, 3}, NOW + 36 * HOUR, "skipDays"),
        ({}, {0, 1, 2, 3, 4, 5}, NOW + 4 * DAY - 12 * HOUR, "skipDays"),
        ({0, 1}, {2}, NOW + 14 * HOUR, "skipHours"),
        ({12}, {3}, NOW + HOUR, "skipHours"),
        (set(range(12, 24)), {3}, NOW + 36 * HOUR, "skipDays"),
        (set(range(24)), {}, None, "every"),
        ({}, set(range(7)), None, "every"),
        (set(range(24)), {2}, NOW + 12 * HOUR, "skipDays"),
    ],
)
def test_skipped_hours_and_days_are_waited_for(
    hours: set[int], days: set[int], hour: datetime | None, reason: str
) -> None:
    """A poll in a skipped hour moves into the next one that is not; to skip all of them is nonsense."""
    found = upcoming(state(), skipping(hours=frozenset(hours), days=frozenset(days)))
    assert found.reason == reason
    if hour is None:
        assert_waits(found, 30 * MINUTE)
    else:
        assert hour <= moment(found) < hour + HOUR


def test_feeds_that_skip_the_same_hours_do_not_come_on_the_stroke() -> None:
    """Each feed has its own second of the first hour in which it is welcome."""
    brought = skipping(hours=frozenset({12, 13}))
    found = {upcoming(state(url=f"https://news.example/{number}"), brought).at for number in range(100)}
    assert len(found) > 90


@given(
    urls,
    intervals,
    st.frozensets(st.integers(0, 23), max_size=23),
    st.frozensets(st.integers(0, 6), max_size=6),
    st.none() | st.timedeltas(SECOND, 3 * DAY),
)
def test_a_skipped_hour_is_never_polled(
    url: str, every: timedelta, hours: frozenset[int], days: frozenset[int], quiet: timedelta | None
) -> None:
    """No poll falls into a skipped hour or day, after a Retry-After neither, and skipping only ever puts it off."""
    before = state(every=every, url=url, timetable=Timetable(skip_hours=hours, skip_days=days))
    asking = reading(Outcome.FAILED, retry_after=NOW + quiet if quiet else None)
    found, free = upcoming(before, asking), upcoming(state(every=every, url=url), asking)
    assert moment(found).hour not in hours
    assert moment(found).weekday() not in days
    assert moment(free) <= moment(found) < moment(free) + 8 * DAY
    assert found.reason == free.reason if found.at == free.at else found.reason in ("skipHours", "skipDays")
    assert found.quiet_until == free.quiet_until


# --- all of it -------------------------------------------------------------------------------------------------------

wishes = st.none() | st.timedeltas(min_value=timedelta(0), max_value=10**4 * DAY)


@settings(deadline=None)
@given(
    st.builds(Hints, max_age=wishes, expires=wishes, retry_after=st.none() | st.datetimes(timezones=st.just(UTC))),
    st.builds(Timetable, ttl=wishes, update=wishes),
    st.sampled_from([Outcome.READ, Outcome.UNCHANGED, Outcome.FAILED]),
    st.sampled_from([None, 200, 404, 429, 503]),
    st.integers(0, 10**6),
    intervals,
)
def test_the_next_poll_is_never_too_early_nor_too_late(
    hints: Hints, timetable: Timetable, outcome: Outcome, status: int | None, failures: int, every: timedelta
) -> None:
    """Nothing that servers say brings a poll before its interval, nor keeps it away for longer than that or a day."""
    brought = Reading(outcome=outcome, status=status, hints=hints, timetable=timetable)
    found = upcoming(state(every=every, failures=failures, timetable=timetable), brought)
    assert max(every, POLLING.shortest) * 19 / 20 <= moment(found) - NOW <= max(every, DAY) * 1.2 + SECOND
    assert found.quiet_until is None or NOW < found.quiet_until <= min(moment(found), NOW + DAY)
    stated = {
        "every": every,
        "polling.shortest": POLLING.shortest,
        "ttl": timetable.ttl,
        "sy:update": timetable.update,
        "max-age": hints.max_age,
        "Expires": hints.expires,
    }
    if found.reason == "Retry-After":
        assert found.at == found.quiet_until
    elif found.reason.startswith("failed"):
        assert outcome is Outcome.FAILED
    else:
        wait = stated[found.reason]
        assert wait is not None
        assert_waits(found, wait if found.reason in ("every", "polling.shortest") else min(wait, DAY))


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
        ({"twin": "Other News"}, False, False),
        ({"twin": "Other News", "next_poll": NOW - DAY}, False, False),
    ],
)
def test_due_or_not(changes: dict[str, Any], is_due: bool, by_force: bool) -> None:
    """A feed waits for its time; force waits only for Retry-After, 410 and twins; a clock gone back is no wait."""
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


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (None, "")),
        ({"next_poll": NOW + HOUR, "next_reason": "ttl"}, (NOW + HOUR, "ttl")),
        ({"next_poll": NOW + HOUR, "next_reason": "ttl", "quiet_until": NOW + MINUTE}, (NOW + HOUR, "ttl")),
        (
            {"next_poll": NOW + HOUR, "next_reason": "ttl", "quiet_until": NOW + 2 * HOUR},
            (NOW + 2 * HOUR, "Retry-After"),
        ),
        ({"next_poll": NOW - HOUR, "next_reason": "ttl", "quiet_until": NOW - MINUTE}, (NOW - HOUR, "ttl")),
        ({"next_poll": NOW + HOUR, "next_reason": "ttl", "quiet_until": NOW + 2 * DAY}, (NOW + HOUR, "ttl")),
        ({"quiet_until": NOW + MINUTE}, (NOW + MINUTE, "Retry-After")),
        ({"twin": "Other News", "next_poll": NOW + HOUR, "quiet_until": NOW + DAY}, (None, "")),
        ({"gone": True, "next_reason": "gone", "quiet_until": NOW + MINUTE}, (None, "gone")),
    ],
)
def test_when_a_feed_is_to_be_expected(changes: dict[str, Any], expected: tuple[datetime | None, str]) -> None:
    """The next poll is the one that was decided, or later, where its host has asked for quiet since."""
    assert schedule.expected(state(**changes), now=NOW) == expected


@pytest.mark.parametrize(
    ("fetched", "wants_all"),
    [
        (NOW, False),
        (NOW - 7 * DAY + SECOND, False),
        (NOW - 7 * DAY, True),
        (NOW - 400 * DAY, True),
        (NOW + SECOND, True),
        (None, True),
    ],
)
def test_after_long_nothing_but_304_the_whole_document_is_wanted(fetched: datetime | None, wants_all: bool) -> None:
    """A week after a whole document last came, or where a clock leaves that unknown, validators are left out."""
    before = state(trace=Trace(fetched=fetched))
    assert schedule.wants_all(before, polling=Polling(), now=NOW) == wants_all
