"""When editions close, over every clock change, and that every item lands in exactly one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from aggregator.core import edition
from aggregator.core.model import Account, Digest, Standing, Story, Telling
from tests import builders

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

#: A zone and a local day on which its clocks change: forward, back, at night, at midnight, by half an hour, by a day.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Africa/Cairo", date(2026, 4, 24)),  # 00:00 does not exist
    ("Africa/Cairo", date(2026, 10, 29)),  # 23:00 to 24:00 occurs twice
    ("America/Santiago", date(2026, 9, 6)),  # 00:00 does not exist
    ("America/Santiago", date(2026, 4, 4)),  # 23:00 to 24:00 occurs twice
    ("America/St_Johns", date(2010, 3, 14)),  # changed at 00:01
    ("America/St_Johns", date(2010, 11, 6)),  # midnight itself occurs twice
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that does not exist
    ("Pacific/Kwajalein", date(1993, 8, 21)),  # another
    ("Asia/Pyongyang", date(2018, 5, 4)),  # 23:30 became 24:00
    ("Asia/Kathmandu", date(2026, 1, 14)),  # no change, and a quarter of an hour in the offset
    ("UTC", date(2026, 1, 14)),
]
ZONES = sorted({name for name, _ in CHANGES} | {"Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago"})

#: Local times of day at which an edition may close.
TIMES = [timedelta(minutes=minutes) for minutes in (0, 1, 30, 60, 90, 120, 121, 150, 180, 420, 1380, 1410, 1439, 1440)]


def utc(*parts: int) -> datetime:
    """Write an instant."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


# --- when an edition closes: against a walk along the clock ----------------------------------------------------------


@cache
def walk(zone: str, day: date) -> list[tuple[datetime, datetime]]:
    """Read the clock on a wall minute by minute, two days before to three days after: (instant, what it shows)."""
    start = datetime.combine(day, time(), tzinfo=UTC) - 2 * DAY
    instants = (start + minutes * MINUTE for minutes in range(5 * 24 * 60))
    return [(instant, instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) for instant in instants]


def watched_close(day: date, *, at: timedelta, zone: str) -> datetime:
    """Find the first instant at which the clock shows the closing time or something later."""
    wanted = datetime.combine(day, time()) + at
    return next(instant for instant, shown in walk(zone, day) if shown >= wanted)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_an_edition_closes_when_the_clock_on_the_wall_says_so(zone: str, day: date, shift: int) -> None:
    """Around every kind of clock change the close is the first instant at which a watched clock has reached it."""
    day += shift * DAY
    for at in TIMES:
        assert edition.close(day, at=at, zone=ZoneInfo(zone)) == watched_close(day, at=at, zone=zone), (day, at)


@pytest.mark.parametrize(
    ("zone", "day", "at", "closes"),
    [
        ("UTC", date(2026, 1, 14), 24 * HOUR, utc(2026, 1, 15)),
        ("UTC", date(2026, 1, 14), 0 * HOUR, utc(2026, 1, 14)),
        ("Europe/London", date(2026, 1, 14), 7 * HOUR, utc(2026, 1, 14, 7)),
        ("Europe/London", date(2026, 7, 14), 7 * HOUR, utc(2026, 7, 14, 6)),
        ("Europe/Berlin", date(2026, 3, 28), 24 * HOUR, utc(2026, 3, 28, 23)),
        ("Europe/Berlin", date(2026, 3, 29), 24 * HOUR, utc(2026, 3, 29, 22)),
        ("Europe/Berlin", date(2026, 3, 29), 2.5 * HOUR, utc(2026, 3, 29, 1)),  # in the gap: its end
        ("Europe/Berlin", date(2026, 3, 29), 2 * HOUR, utc(2026, 3, 29, 1)),
        ("Europe/Berlin", date(2026, 3, 29), 3 * HOUR, utc(2026, 3, 29, 1)),
        ("Europe/Berlin", date(2026, 10, 25), 2.5 * HOUR, utc(2026, 10, 25, 0, 30)),  # the first of two
        ("Europe/Berlin", date(2026, 10, 25), 3 * HOUR, utc(2026, 10, 25, 2)),
        ("America/New_York", date(2026, 3, 8), 2.5 * HOUR, utc(2026, 3, 8, 7)),
        ("America/New_York", date(2026, 11, 1), 1.5 * HOUR, utc(2026, 11, 1, 5, 30)),
        ("America/Santiago", date(2026, 9, 5), 24 * HOUR, utc(2026, 9, 6, 4)),  # midnight does not exist
        ("America/Santiago", date(2026, 9, 6), 0 * HOUR, utc(2026, 9, 6, 4)),
        ("America/Santiago", date(2026, 4, 4), 24 * HOUR, utc(2026, 4, 5, 4)),  # 23:00 to 24:00 twice before it
        ("America/Santiago", date(2026, 4, 4), 23.5 * HOUR, utc(2026, 4, 5, 2, 30)),
        ("Pacific/Apia", date(2011, 12, 29), 24 * HOUR, utc(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 30), 7 * HOUR, utc(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 31), 7 * HOUR, utc(2011, 12, 30, 17)),
    ],
)
def test_close_by_example(zone: str, day: date, at: timedelta, closes: datetime) -> None:
    """24:00 ends its day, a time that occurs twice is the first, one that does not exist the first after the gap."""
    assert edition.close(day, at=at, zone=ZoneInfo(zone)) == closes


@settings(deadline=None)
@given(
    st.dates(min_value=date(1971, 1, 1), max_value=date(2100, 1, 1)),
    st.integers(0, 24 * 60),
    st.timezones(),
)
def test_editions_close_in_order(day: date, minutes: int, zone: ZoneInfo) -> None:
    """In every zone there is, a day closes after the one before it, or with it where one of them did not happen."""
    at = minutes * MINUTE
    closes = [edition.close(day + shift * DAY, at=at, zone=zone) for shift in range(3)]
    assert closes == sorted(closes)
    assert timedelta(0) <= closes[1] - closes[0] <= 2 * DAY + HOUR


# --- which edition an item belongs to --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "seen", "at", "after", "day"),
    [
        ("UTC", utc(2026, 1, 14, 6, 59, 59), 7 * HOUR, None, date(2026, 1, 14)),
        ("UTC", utc(2026, 1, 14, 7), 7 * HOUR, None, date(2026, 1, 15)),
        ("UTC", utc(2026, 1, 14, 23, 59, 59), 24 * HOUR, None, date(2026, 1, 14)),
        ("UTC", utc(2026, 1, 15), 24 * HOUR, None, date(2026, 1, 15)),
        ("UTC", utc(2026, 1, 14), 0 * HOUR, None, date(2026, 1, 15)),
        ("UTC", utc(2026, 1, 14, 6), 7 * HOUR, date(2026, 1, 13), date(2026, 1, 14)),
        ("UTC", utc(2026, 1, 14, 6), 7 * HOUR, date(2026, 1, 14), date(2026, 1, 15)),  # that one is closed
        ("UTC", utc(2026, 1, 14, 6), 7 * HOUR, date(2026, 1, 20), date(2026, 1, 21)),
        ("Europe/London", utc(2026, 7, 14, 6, 30), 7 * HOUR, None, date(2026, 7, 15)),
        ("Pacific/Kiritimati", utc(2026, 1, 14, 12), 24 * HOUR, None, date(2026, 1, 15)),
        ("Pacific/Pago_Pago", utc(2026, 1, 14, 8), 24 * HOUR, None, date(2026, 1, 13)),
        ("America/Santiago", utc(2026, 4, 5, 3, 15), 23 * HOUR, None, date(2026, 4, 5)),  # second 23:15
        ("America/Santiago", utc(2026, 4, 5, 3, 15), 24 * HOUR, None, date(2026, 4, 4)),
        ("Pacific/Apia", utc(2011, 12, 30, 9, 59), 24 * HOUR, None, date(2011, 12, 29)),
        ("Pacific/Apia", utc(2011, 12, 30, 10), 24 * HOUR, None, date(2011, 12, 31)),
    ],
)
def test_date_of_by_example(zone: str, seen: datetime, at: timedelta, after: date | None, day: date) -> None:
    """An item goes to the first edition that closes after it was seen and has not closed yet."""
    assert edition.date_of(seen, after=after, at=at, zone=ZoneInfo(zone)) == day


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_every_minute_around_a_change_has_its_edition(zone: str, day: date) -> None:
    """The edition of an item is the first of all days that closes after it, found by trying them one by one."""
    for at in (0 * HOUR, 150 * MINUTE, 1410 * MINUTE, 24 * HOUR):
        days = [(day + shift * DAY, watched_close(day + shift * DAY, at=at, zone=zone)) for shift in range(-3, 5)]
        for seen, _ in walk(zone, day)[24 * 60 : 4 * 24 * 60 : 7]:
            wanted = next(one for one, closes in days if closes > seen)
            assert edition.date_of(seen, after=None, at=at, zone=ZoneInfo(zone)) == wanted, (seen, at)


def test_editions_without_items_do_not_exist() -> None:
    """Only days on which something was seen have an edition, each once, oldest first, open until it has closed."""
    seen = [utc(2026, 1, 16, 8), utc(2026, 1, 14, 8), utc(2026, 1, 14, 9)]
    zone, at = ZoneInfo("UTC"), 24 * HOUR
    both = edition.dated(seen, after=None, at=at, zone=zone)
    assert [(one.date.day, one.closes, one.closed) for one in both] == [
        (14, utc(2026, 1, 15), False),
        (16, utc(2026, 1, 17), False),
    ]
    assert edition.due(seen, now=utc(2026, 1, 14, 23, 59, 59), after=None, at=at, zone=zone) == []
    (first,) = edition.due(seen, now=utc(2026, 1, 15), after=None, at=at, zone=zone)
    assert (first.date.day, first.closed) == (14, True)
    assert len(edition.due(seen, now=utc(2026, 1, 17), after=None, at=at, zone=zone)) == 2
    assert edition.due([], now=utc(2026, 1, 17), after=None, at=at, zone=zone) == []


# --- exactly one edition ---------------------------------------------------------------------------------------------


class Setting(Struct, frozen=True, kw_only=True):
    """What the user may change between two runs."""

    at: timedelta
    zone: ZoneInfo


@dataclass(slots=True)
class Shelf:
    """The store's part in closing, in memory: items by number, and the editions that have closed."""

    seen: list[datetime] = field(default_factory=list)
    placed: dict[int, date] = field(default_factory=dict)
    closed: dict[date, datetime] = field(default_factory=dict)

    def now(self, clock: datetime) -> datetime:
        """Give the store's time: never before the last close, as its writer has it."""
        return max(clock, *self.closed.values()) if self.closed else clock

    def close_due(self, clock: datetime, setting: Setting) -> None:
        """Close what is due, as the pipeline does, and hold each closing to the rules."""
        now, last = self.now(clock), max(self.closed, default=None)
        unplaced = {number: seen for number, seen in enumerate(self.seen) if number not in self.placed}
        dates = {n: edition.date_of(seen, after=last, at=setting.at, zone=setting.zone) for n, seen in unplaced.items()}
        for one in edition.due(unplaced.values(), now=now, after=last, at=setting.at, zone=setting.zone):
            self._close(one.date, one.closes, now=now, dates=dates)

    def _close(self, day: date, closes: datetime, *, now: datetime, dates: dict[int, date]) -> None:
        assert closes <= now
        previous = max(self.closed.values(), default=None)
        assert day not in self.closed
        assert all(day > other and closes > self.closed[other] for other in self.closed)
        taken = [n for n, seen in enumerate(self.seen) if n not in self.placed and seen < closes]
        assert taken, "an edition without items"
        assert all(previous is None or previous <= self.seen[number] for number in taken)
        assert {number for number, wanted in dates.items() if wanted == day} == set(taken)
        self.closed[day] = closes
        self.placed |= dict.fromkeys(taken, day)


SETTINGS = st.builds(
    Setting,
    at=st.sampled_from(TIMES) | st.integers(0, 24 * 60).map(lambda minutes: minutes * MINUTE),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
STARTS = st.sampled_from(CHANGES).map(lambda change: datetime.combine(change[1], time(), tzinfo=UTC) - 4 * DAY)
#: How far the clock moves before the next event: mostly a little, at times days that were missed, at times back.
STEPS = st.one_of(
    st.integers(0, 3 * 3600),
    st.integers(0, 86400),
    st.integers(0, 9 * 86400),
    st.sampled_from([0, 1, 1800, 3600, 86399, 86400, 86401]),
    st.integers(-2 * 86400, -1),
).map(lambda seconds: seconds * SECOND)
EVENTS = st.lists(st.tuples(STEPS, st.sampled_from(["see", "see", "see", "close", "close", "change"])), max_size=40)


def told(start: datetime, events: list[tuple[timedelta, str]], changes: list[Setting]) -> Shelf:
    """Let the events happen one after the other, then close all that is left."""
    shelf, clock, chosen = Shelf(), start, 0
    for step, event in events:
        clock += step
        if event == "see":
            shelf.seen.append(shelf.now(clock))
        elif event == "close":
            shelf.close_due(clock, changes[chosen])
        else:
            chosen = (chosen + 1) % len(changes)
    shelf.close_due(shelf.now(clock) + 400 * DAY, changes[chosen])
    return shelf


BERLIN = Setting(at=150 * MINUTE, zone=ZoneInfo("Europe/Berlin"))


@settings(max_examples=300, deadline=None)
@given(STARTS, EVENTS, st.lists(SETTINGS, min_size=1, max_size=3))
@example(utc(2026, 10, 24), [(30 * MINUTE, event) for _ in range(60) for event in ("see", "close")], [BERLIN])
@example(utc(2026, 3, 28), [(30 * MINUTE, event) for _ in range(60) for event in ("see", "close")], [BERLIN])
def test_every_item_lands_in_exactly_one_edition(
    start: datetime, events: list[tuple[timedelta, str]], changes: list[Setting]
) -> None:
    """Whatever was missed, changed or set back, each item is in one edition, seen in [previous close, close).

    Editions close in order of date and of time, none is closed twice, and nothing enters one that has closed.
    """
    shelf = told(start, events, changes)
    assert sorted(shelf.placed) == list(range(len(shelf.seen)))
    ordered = sorted(shelf.closed)
    for number, day in shelf.placed.items():
        earlier = [shelf.closed[other] for other in ordered if other < day]
        assert shelf.seen[number] < shelf.closed[day]
        assert not earlier or max(earlier) <= shelf.seen[number]


@settings(deadline=None)
@given(STARTS, EVENTS, SETTINGS)
def test_missed_runs_change_nothing(start: datetime, events: list[tuple[timedelta, str]], setting: Setting) -> None:
    """While the clock goes forward, it makes no difference to the editions when, or how often, closing ran."""
    forward = [(abs(step), event) for step, event in events]
    never = [(step, "wait" if event == "close" else event) for step, event in forward]
    always = [pair for step, event in forward for pair in ((step, event), (timedelta(0), "close"))]
    shelves = [told(start, run, [setting]) for run in (forward, never, always)]
    assert shelves[0] == shelves[1] == shelves[2]


# --- layout ----------------------------------------------------------------------------------------------------------


def account(lead: int, standing: Standing = Standing.NEW) -> Account:
    """Build what an edition says of a story."""
    return Account(lead=lead, headline="", standing=standing)


def laid_out(
    stories: Sequence[Story],
    *,
    order: Mapping[str, int] | None = None,
    standings: Mapping[int, Standing] | None = None,
    affairs: Mapping[int, int] | None = None,
) -> Digest:
    """Lay out an edition of these stories, new ones but for ``standings``."""
    spots = [edition.spot(story, account(story.id, (standings or {}).get(story.id, Standing.NEW))) for story in stories]
    items = {item.id: item for story in stories for item in story.items}
    return edition.build(
        builders.edition(),
        spots,
        order=order or {},
        affairs=affairs or {},
        stories=builders.shelf(*stories).fetch,
        listed=lambda ids: [builders.listed(items[one]) for one in ids],
    )


def test_an_edition_is_laid_out_by_category() -> None:
    """Categories stand as ranked, the uncategorised last; in each the stories keep their order."""
    later = builders.NOON + HOUR
    stories = [
        builders.story(1, category="World", time=builders.NOON),
        builders.story(2, category="", time=later),
        builders.story(3, category="Arts", time=builders.NOON),
        builders.story(4, category="World", time=later),
        builders.story(5, category="World", time=builders.NOON),
    ]
    order = {"World": 1, "Arts": 2, "": 0}
    digest = laid_out(stories, order=order)
    laid = [(section.category, [story.id for story in section.stories]) for section in digest.sections]
    assert laid == [("World", [1, 4, 5]), ("Arts", [3]), ("", [2])]
    assert [story.id for story in digest.stories] == [1, 4, 5, 3, 2]
    assert laid_out([], order=order).sections == ()


def test_stories_of_one_affair_stand_together() -> None:
    """They follow the first of them in its section; a page has the first in full, each with the others beside it."""
    times = {number: builders.NOON - number * HOUR for number in range(1, 8)}
    stories = [
        builders.story(number, category="Arts" if number == 7 else "World", time=time) for number, time in times.items()
    ]
    digest = laid_out(stories, order={"World": 1, "Arts": 2}, affairs={2: 9, 4: 9, 6: 9, 7: 9, 5: 3})
    world, arts = digest.sections
    assert [story.id for story in digest.stories] == [1, 2, 4, 6, 3, 5, 7]
    shown = [(head.id, [story.id for story in beside]) for head, beside in world.first(3)]
    assert shown == [(1, []), (2, [4, 6]), (3, [])]
    assert [(head.id, len(beside)) for head, beside in arts.first(3)] == [(7, 0)]
    assert [[story.id for story in world.behind(most)] for most in (0, 1, 2, 9)] == [
        [1, 2, 4, 6, 3, 5],
        [2, 4, 6, 3, 5],
        [3, 5],
        [],
    ]


def test_what_is_announced_of_an_affair_stands_together_still() -> None:
    """Without a story that was only imported, the others of its affair stand together, under the next of them."""
    stories = [
        replace(builders.story(1), tellings=(Telling(item=builders.stored(1, place=1)),)),
        *(builders.story(number, time=builders.NOON - number * HOUR) for number in (2, 3, 4)),
    ]
    (section,) = edition.announced(laid_out(stories, affairs={1: 5, 2: 5, 4: 5})).sections
    assert [(head.id, [story.id for story in beside]) for head, beside in section.first(9)] == [(2, [4]), (3, [])]


def test_a_closed_edition_shows_what_was_known_at_its_close() -> None:
    """Feeds that carried an item after the close are not shown, its corrections are."""
    closes = builders.NOON + HOUR
    moments = [builders.NOON, closes - SECOND, closes, closes + DAY]
    sightings = tuple(builders.sighting(f"Feed {n}", first_seen=moment) for n, moment in enumerate(moments))
    item = builders.stored(1, title="Corrected", sightings=sightings, earlier_titles=("Wrong",))
    shown = edition.as_of(item, closes=closes)
    assert shown.sightings == sightings[:2]
    assert (shown.title, shown.earlier_titles) == ("Corrected", ("Wrong",))
