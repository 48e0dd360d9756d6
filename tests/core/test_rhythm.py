"""How often a feed really publishes, when it is silent, and what passed between two polls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import rhythm
from aggregator.core.model import Change, Feed, FeedState, Item, Outcome, Polling, Reading, Rhythm, Status, Verdict

NOW = datetime(2026, 1, 14, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLLING = Polling(shortest=5 * MINUTE)
READ = Reading(outcome=Outcome.READ)


def state(*, every: timedelta | None = None, **changes: Any) -> FeedState:
    """Build what is remembered of a feed, ``every: auto`` unless said otherwise."""
    return FeedState(id=1, feed=Feed(url="https://news.example/feed", every=every), name="Example News", **changes)


def publishing(usual: timedelta, *, longest: timedelta | None = None, silence: timedelta = timedelta(0)) -> Rhythm:
    """Build the rhythm of a feed whose newest entry is as old as its silence."""
    return Rhythm(usual=usual, longest=longest or usual, newest=NOW - silence)


def steps(*gaps: timedelta) -> list[datetime]:
    """Give times that end now, these gaps apart, the oldest gap first."""
    return [NOW - sum(gaps[at:], timedelta(0)) for at in range(len(gaps) + 1)]


# --- measuring -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ([], None),
        (steps(HOUR), None),
        ([NOW] * 50, None),
        (steps(HOUR, timedelta(0), timedelta(0)), None),
        (steps(HOUR, 3 * HOUR), (2 * HOUR, 3 * HOUR)),
        (steps(*[HOUR] * 29), (HOUR, HOUR)),
        (steps(*[DAY] * 40, *[HOUR] * 29), (HOUR, HOUR)),  # habits of long ago do not count
        (steps(10 * 365 * DAY, *[HOUR] * 20), (HOUR, HOUR)),  # nor does an article that is pinned
        (steps(10 * 365 * DAY, *[HOUR] * 3), (21900.75 * HOUR, 10 * 365 * DAY)),  # two of four gaps would prove nothing
        (steps(*[MINUTE] * 9, DAY, *[MINUTE] * 9, DAY, *[MINUTE] * 9), (1467 * MINUTE / 28, DAY)),  # ten at a time
    ],
)
def test_rhythm_of_times(times: list[datetime], found: tuple[timedelta, timedelta] | None) -> None:
    """Usual gap, longest silence and newest entry come from the newest thirty times that differ, the outlier aside."""
    expected = None if found is None else (found[0], found[1], NOW)
    measured = rhythm.of(times, now=NOW)
    got = None if measured is None else (measured.usual, measured.longest, measured.newest)
    if expected is None or got is None:
        assert got == expected
    else:
        assert got[1:] == expected[1:]
        assert timedelta(0) <= got[0] - expected[0] < SECOND


moments = st.integers(-400 * 86_400, 400 * 86_400).map(lambda seconds: NOW + seconds * SECOND)


@given(st.lists(moments, max_size=60), st.randoms())
def test_a_rhythm_is_sane(times: list[datetime], random: Any) -> None:
    """In whatever order times come, the usual gap is at most the longest and at least a second, and none is future."""
    shuffled = list(times)
    random.shuffle(shuffled)
    found = rhythm.of(times, now=NOW)
    assert found == rhythm.of(shuffled, now=NOW)
    past = {time for time in times if time <= NOW}
    assert (found is None) == (len(past) < 3)
    if found:
        assert SECOND <= found.usual <= found.longest
        assert found.newest == max(past)
        assert found.usual % SECOND == timedelta(0)


# --- every: auto -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "wait", "reason"),
    [
        (None, 30 * MINUTE, "auto: too little is known of it"),
        (publishing(4 * HOUR), 2 * HOUR, "auto: about 6 entries a day"),
        (publishing(MINUTE), 10 * MINUTE, "auto: about 1440 entries a day"),
        (publishing(DAY), 12 * HOUR, "auto: about 1 entry a day"),
        (publishing(30 * HOUR), 15 * HOUR, "auto: about 1 entry a day"),
        (publishing(3 * DAY), DAY, "auto: about 1 entry in 3 days"),
        (publishing(300 * DAY), DAY, "auto: about 1 entry in 300 days"),
        (publishing(HOUR, longest=8 * HOUR, silence=16 * HOUR), 30 * MINUTE, "auto: about 24 entries a day"),
        (publishing(HOUR, longest=8 * HOUR, silence=20 * HOUR), 37.5 * MINUTE, "auto: nothing new for 20 hours"),
        (publishing(HOUR, longest=8 * HOUR, silence=50 * HOUR), 93.75 * MINUTE, "auto: nothing new for 2 days"),
        (publishing(HOUR, silence=40 * HOUR), 10 * HOUR, "auto: nothing new for 40 hours"),
        (publishing(HOUR, longest=8 * HOUR, silence=90 * DAY), DAY, "auto: nothing new for 90 days"),
        (publishing(timedelta(0)), 10 * MINUTE, "auto: about 86400 entries a day"),
    ],
)
def test_auto_follows_the_rhythm(known: Rhythm | None, wait: timedelta, reason: str) -> None:
    """``auto`` polls twice as often as entries come, between ten minutes and a day, and less the longer none comes."""
    assert rhythm.interval(state(rhythm=known), now=NOW) == (wait, reason)


@given(st.timedeltas(SECOND, 400 * DAY), st.timedeltas(SECOND, 400 * DAY), st.timedeltas(timedelta(0), 400 * DAY))
def test_auto_keeps_its_bounds(usual: timedelta, more: timedelta, silence: timedelta) -> None:
    """Whatever the rhythm, ``auto`` stays between ten minutes and a day, in whole seconds; silence never hastens it."""
    known = publishing(usual, longest=usual + more, silence=silence)
    wait, reason = rhythm.interval(state(rhythm=known), now=NOW)
    sooner, _ = rhythm.interval(state(rhythm=known), now=NOW - silence)
    assert 10 * MINUTE <= sooner <= wait <= DAY
    assert wait % SECOND == timedelta(0)
    assert reason.startswith("auto: ")


def test_a_stated_interval_is_no_matter_of_rhythm() -> None:
    """``every: 2h`` is two hours, however often the feed publishes."""
    assert rhythm.interval(state(every=2 * HOUR, rhythm=publishing(MINUTE)), now=NOW) == (2 * HOUR, "every")


@pytest.mark.parametrize(
    ("pace", "found"),
    [(HOUR, (HOUR, "entries were missed")), (2 * HOUR, (2 * HOUR, "every")), (DAY, (2 * HOUR, "every"))],
)
def test_a_tighter_pace_goes_before_the_interval(pace: timedelta, found: tuple[timedelta, str]) -> None:
    """A pace counts where it is shorter than the feed's own interval, and names itself."""
    assert rhythm.interval(state(every=2 * HOUR, pace=pace), now=NOW) == found


# --- pace ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "pace", "missed", "after"),
    [
        (HOUR, None, 0, None),
        (HOUR, None, 3, 30 * MINUTE),
        (HOUR, 30 * MINUTE, 1, 15 * MINUTE),
        (HOUR, 8 * MINUTE, 1, 5 * MINUTE),
        (HOUR, 5 * MINUTE, 99, 5 * MINUTE),
        (5 * MINUTE, None, 1, None),
        (MINUTE, None, 1, None),
        (HOUR, 30 * MINUTE, 0, 33 * MINUTE),
        (HOUR, 59 * MINUTE, 0, None),
        (HOUR, 2 * HOUR, 0, None),
        (30 * MINUTE, HOUR, 2, 15 * MINUTE),
    ],
)
def test_pace_after_a_poll(every: timedelta, pace: timedelta | None, missed: int, after: timedelta | None) -> None:
    """What was missed halves the interval in force, down to ``polling.shortest``; other polls ease it by a tenth."""
    assert rhythm.paced(state(every=every, pace=pace), missed=missed, polling=POLLING, now=NOW) == after


def test_pace_of_auto_is_half_of_what_the_rhythm_says() -> None:
    """Under ``every: auto`` the interval in force is the rhythm's."""
    known = state(rhythm=publishing(4 * HOUR))
    assert rhythm.paced(known, missed=1, polling=POLLING, now=NOW) == HOUR


def test_pace_eases_until_it_is_gone() -> None:
    """Eight polls that miss nothing undo one halving, and twenty-two undo three."""
    for halvings, polls in ((1, 8), (3, 22)):
        pace = rhythm.paced(state(every=4 * HOUR), missed=1, polling=POLLING, now=NOW)
        for _ in range(halvings - 1):
            pace = rhythm.paced(state(every=4 * HOUR, pace=pace), missed=1, polling=POLLING, now=NOW)
        for _ in range(polls):
            assert pace is not None
            pace = rhythm.paced(state(every=4 * HOUR, pace=pace), missed=0, polling=POLLING, now=NOW)
        assert pace is None


@given(
    st.integers(1, 366 * 86_400),
    st.none() | st.integers(1, 366 * 86_400),
    st.integers(1, 86_400),
    st.integers(0, 3),
)
def test_a_pace_is_tighter_than_the_interval_and_no_tighter_than_the_shortest(
    every: int, pace: int | None, shortest: int, missed: int
) -> None:
    """A new pace lies below the feed's own interval; it is in whole seconds; missing something never eases it."""
    before = pace * SECOND if pace else None
    known, polling = state(every=every * SECOND, pace=before), Polling(shortest=shortest * SECOND)
    found = rhythm.paced(known, missed=missed, polling=polling, now=NOW)
    if found is not None:
        assert found < every * SECOND
        assert found % SECOND == timedelta(0)
    if missed and found is not None:
        assert found >= shortest * SECOND
        assert found <= max(min(before or every * SECOND, every * SECOND), shortest * SECOND)
    if not missed and before:
        assert found is None or found > before


# --- what was missed -------------------------------------------------------------------------------------------------


def judged(*ages: timedelta | None, verdict: Verdict = Verdict.NEW) -> list[Change]:
    """Judge entries of these ages, None: undated."""
    dates = [None if age is None else NOW - age for age in ages]
    return [Change(verdict=verdict, item=Item(title="A", source="B", published=date), rule="new") for date in dates]


def remembered(**changes: Any) -> FeedState:
    """Build a feed that publishes every ten minutes, whose last document, of three hours ago, held 20 entries."""
    default: dict[str, Any] = {"rhythm": publishing(10 * MINUTE), "entries": 20, "last_polled": NOW - 3 * HOUR}
    return state(**default | changes)


@pytest.mark.parametrize(
    ("before", "changes", "found"),
    [
        (remembered(), judged(10 * MINUTE, 80 * MINUTE), 10),  # nothing is known of 100 minutes
        (remembered(last_polled=NOW - 100 * MINUTE), judged(None, None, None), 7),  # 100 minutes less a window of 30
        (remembered(last_polled=NOW - 15 * MINUTE), judged(10 * MINUTE, 5 * MINUTE), 1),
        (remembered(last_polled=NOW - MINUTE), judged(5 * HOUR), 1),
        (remembered(failing_since=NOW - 5 * HOUR), judged(2 * HOUR), 18),  # failed polls looked at nothing
        (remembered(rhythm=None), judged(HOUR), 1),
        (remembered(rhythm=publishing(timedelta(0))), judged(3 * HOUR - MINUTE), 60),
        (remembered(), judged(HOUR, verdict=Verdict.ELSEWHERE), 12),
        (remembered(), [*judged(HOUR), *judged(2 * HOUR, verdict=Verdict.UNCHANGED)], 0),
        (remembered(), [*judged(HOUR), *judged(2 * HOUR, verdict=Verdict.EDITED)], 0),
        (remembered(), [], 0),
        (remembered(entries=0), judged(HOUR), 0),
        (remembered(entries=1), judged(HOUR), 0),
        (state(), judged(HOUR), 0),
    ],
)
def test_what_was_missed_between_two_documents(before: FeedState, changes: Sequence[Change], found: int) -> None:
    """No entry in common means that at least one was missed: as many as usually come in the time that none saw."""
    assert rhythm.missed(before, READ, changes, now=NOW) == found


def test_an_entry_that_was_not_read_again_is_in_common() -> None:
    """An entry recognised by its mark alone is one that both documents hold."""
    reading = Reading(outcome=Outcome.READ, repeated=(b"8 bytes.",))
    assert rhythm.missed(remembered(), reading, judged(HOUR), now=NOW) == 0


# --- silence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usual", "longest", "silence", "is_silent"),
    [
        (HOUR, HOUR, 71 * HOUR, False),  # three days at least
        (HOUR, HOUR, 73 * HOUR, True),
        (HOUR, 16 * HOUR, 73 * HOUR, True),
        (HOUR, 64 * HOUR, 10 * DAY, False),  # it knows weekends
        (HOUR, 64 * HOUR, 11 * DAY, True),
        (7 * DAY, 7 * DAY, 27 * DAY, False),
        (7 * DAY, 7 * DAY, 29 * DAY, True),
    ],
)
def test_silent_is_four_times_the_longest_silence(
    usual: timedelta, longest: timedelta, silence: timedelta, is_silent: bool
) -> None:
    """A feed is silent after four times what it lately was at most, and never before three days."""
    known = state(rhythm=publishing(usual, longest=longest, silence=silence), last_polled=NOW, sightings=9)
    assert rhythm.is_silent(known) == is_silent
    assert rhythm.status(known) == (Status.SILENT if is_silent else Status.OK)


def test_nobody_is_silent_who_was_not_listened_to() -> None:
    """A feed that was not polled for a month, or never, or of which little is known, is not called silent."""
    ages = publishing(HOUR, silence=30 * DAY)
    assert not rhythm.is_silent(state(rhythm=ages, last_polled=NOW - 29 * DAY))
    assert not rhythm.is_silent(state(rhythm=ages))
    assert not rhythm.is_silent(state(last_polled=NOW))


@given(st.timedeltas(SECOND, 100 * DAY), st.timedeltas(timedelta(0), 100 * DAY), st.timedeltas(SECOND, 900 * DAY))
def test_silence_begins_once_and_never_within_the_rhythm(usual: timedelta, more: timedelta, after: timedelta) -> None:
    """While entries come as they lately did a feed is not silent, and once it is, it stays so until one comes."""
    longest = usual + more
    known = Rhythm(usual=usual, longest=longest, newest=NOW)

    def is_silent(silence: timedelta) -> bool:
        return rhythm.is_silent(state(rhythm=known, last_polled=NOW + silence))

    assert not is_silent(longest)
    assert not is_silent(3 * DAY)
    assert not is_silent(after) or is_silent(after + DAY)
    assert is_silent(4 * longest + 3 * DAY + SECOND)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, Status.NEW),
        ({"last_polled": NOW}, Status.EMPTY),
        ({"last_polled": NOW, "sightings": 3}, Status.OK),
        ({"last_polled": NOW, "sightings": 3, "failures": 1}, Status.FAILING),
        ({"last_polled": NOW, "gone": True}, Status.GONE),
        ({"last_polled": NOW, "sightings": 3, "twin": "Other"}, Status.TWIN),
    ],
)
def test_every_other_status_is_the_feed_s_own(changes: dict[str, Any], status: Status) -> None:
    """Failing, gone, new and empty go before silent; a feed whose twin is polled has no status but that."""
    assert rhythm.status(state(**changes)) == status
    silent = publishing(HOUR, silence=30 * DAY)
    expected = Status.SILENT if status is Status.OK else status
    assert rhythm.status(state(rhythm=silent, **changes)) == expected
