"""What `list` and `check` say of feeds: when each comes next and why, and what became of it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from aggregator import config
from aggregator.cli import listing, main
from aggregator.core.model import Feed, FeedState, Rhythm
from aggregator.core.text import instant
from aggregator.edges.store import FILE_NAME, Writer

NOW = datetime(2026, 1, 14, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PATH = Path("feeds.yaml")
LONDON = ZoneInfo("Europe/London")
FEEDS = """\
feeds:
  - {url: "https://reader:s3cret@courier.example/feed", name: Courier, category: World}
  - {url: "https://gazette.example/feed", name: Harbour and Shipping Gazette, category: Business}
  - {url: "https://herald.example/feed", name: Herald}
"""


def state(**changes: Any) -> FeedState:
    """Build a feed that is well: polled 12 minutes ago, with items."""
    feed = Feed(url="https://courier.example/feed", category="World")
    default: dict[str, Any] = {
        "id": 1,
        "feed": feed,
        "name": "Courier",
        "last_polled": NOW - 12 * MINUTE,
        "sightings": 40,
    }
    upcoming = {"next_poll": NOW + 42 * MINUTE, "next_reason": "max-age"}
    return FeedState(**default | upcoming | changes)


def silent() -> Rhythm:
    """Build the rhythm of a feed that usually publishes every four hours, and has not for nine days."""
    return Rhythm(usual=4 * HOUR, longest=12 * HOUR, newest=NOW - 9 * DAY)


# --- rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "last", "upcoming"),
    [
        ({}, "12 min ago", "in 42 min: max-age"),
        ({"next_reason": ""}, "12 min ago", "in 42 min"),
        ({"next_poll": NOW}, "12 min ago", "now: max-age"),
        ({"next_poll": NOW - DAY}, "12 min ago", "now: max-age"),
        ({"quiet_until": NOW + 3 * HOUR}, "12 min ago", "in 3 h: Retry-After"),
        ({"twin": "Herald"}, "12 min ago", "with Herald"),
        ({"gone": True, "next_poll": None, "next_reason": "gone"}, "12 min ago", "never"),
        ({"last_polled": None, "next_poll": None, "next_reason": ""}, "never", "when aggregator runs"),
        ({"last_polled": NOW + DAY}, "just now", "in 42 min: max-age"),
        ({"last_polled": NOW - 3 * DAY}, "3 days ago", "in 42 min: max-age"),
    ],
)
def test_a_row_says_when_and_why(changes: dict[str, Any], last: str, upcoming: str) -> None:
    """The list tells how long ago a feed was read, in how long it is read again, and what decided that."""
    row = listing.cells(state(**changes), now=NOW)
    assert len(row) == len(listing.COLUMNS)
    assert row[:2] == ("Courier", "World")
    assert row[3:] == ("40", last, upcoming)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "ok"),
        ({"rhythm": silent()}, "silent"),
        ({"rhythm": silent(), "failures": 1}, "failing"),
        ({"twin": "Herald", "rhythm": silent()}, "twin"),
        ({"gone": True}, "gone"),
        ({"sightings": 0}, "empty"),
    ],
)
def test_a_row_and_its_record_have_the_status(changes: dict[str, Any], status: str) -> None:
    """A feed that has fallen silent, or whose twin is polled, is not called well."""
    assert listing.cells(state(**changes), now=NOW)[2] == status
    assert listing.record(state(**changes), now=NOW)["status"] == status


@pytest.mark.parametrize(
    ("length", "said"),
    [
        *((0 * SECOND, "0 s"), (89 * SECOND, "89 s"), (90 * SECOND, "2 min"), (89 * MINUTE, "89 min")),
        *((90 * MINUTE, "2 h"), (35 * HOUR, "35 h"), (36 * HOUR, "2 days"), (400 * DAY, "400 days")),
    ],
)
def test_a_span_is_said_in_one_unit(length: timedelta, said: str) -> None:
    """A length of time has two digits or so, and its unit."""
    assert listing.span(length) == said


@given(st.timedeltas(timedelta(0), 1000 * DAY), st.timedeltas(timedelta(0), 1000 * DAY))
def test_a_longer_span_never_sounds_shorter(one: timedelta, other: timedelta) -> None:
    """Of two lengths the longer one is said to be no shorter."""
    units = {"s": 1, "min": 60, "h": 3600, "days": 86_400}

    def heard(length: timedelta) -> int:
        number, unit = listing.span(length).split()
        return int(number) * units[unit]

    assert heard(min(one, other)) <= heard(max(one, other))


# --- notes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        (
            {"moved": "https://reader:pw@new.example/feed"},
            ["Courier: moved to https://new.example/feed; update feeds.yaml"],
        ),
        (
            {"twin": "Herald", "moved": "https://herald.example/feed", "failures": 3, "last_error": "HTTP 500"},
            ["Courier: ends at the same address as Herald; polled once. Take one of them out of feeds.yaml"],
        ),
        ({"rhythm": silent()}, ["Courier: nothing new since 2026-01-05, usually every 4 h"]),
        (
            {"failures": 3, "last_error": "HTTP 404: there is nothing at this address", "rhythm": silent()},
            ["Courier: HTTP 404: there is nothing at this address"],
        ),
        (
            {"gone": True, "last_error": "HTTP 410: the feed was removed for good"},
            [
                "Courier: HTTP 410: the feed was removed for good; it is not asked again while it stands in feeds.yaml",
            ],
        ),
        ({"unsteady": 2}, []),
        (
            {"unsteady": 3},
            ["Courier: gives its entries new guids at every poll; they are known by link, headline and text"],
        ),
        ({"left_out": 1234}, ["Courier: its document holds more entries than are read; 1,234 were left out"]),
        (
            {"sightings": 0, "moved": "https://new.example/feed"},
            [
                "Courier: moved to https://new.example/feed; update feeds.yaml",
                "Courier: its document holds no entries",
            ],
        ),
    ],
)
def test_notes_below_the_list(changes: dict[str, Any], said: list[str]) -> None:
    """What moved, what is polled with another, what fails, what is silent: a line each, without a password."""
    assert list(listing.notes(state(**changes), path=PATH, timezone=LONDON)) == said


def test_a_date_is_local() -> None:
    """The day since which a feed is silent is that of the settings' time zone."""
    (note,) = listing.notes(state(rhythm=silent()), path=PATH, timezone=ZoneInfo("Pacific/Kiritimati"))
    assert "since 2026-01-06" in note


def test_advice_is_of_the_settings_alone() -> None:
    """Only what feeds.yaml could follow is advice: a feed that fails or is silent is none of its mistakes."""
    assert list(listing.advice(state(failures=3, last_error="HTTP 500", rhythm=silent()), path=PATH)) == []


# --- records ---------------------------------------------------------------------------------------------------------


def test_a_record_has_all_of_it() -> None:
    """Programs get the same: the reason, where the feed moved to, whose twin it is, and its rhythm in seconds."""
    assert listing.record(state(moved="https://me:pw@new.example/feed", rhythm=silent()), now=NOW) == {
        "url": "https://courier.example/feed",
        "title": "Courier",
        "category": "World",
        "status": "silent",
        "last_error": None,
        "items": 40,
        "last_polled": "2026-01-14T11:48:00Z",
        "next_poll": "2026-01-14T12:42:00Z",
        "next_reason": "max-age",
        "moved_to": "https://new.example/feed",
        "same_as": None,
        "rhythm": {"usual_seconds": 14_400, "longest_seconds": 43_200, "newest": "2026-01-05T12:00:00Z"},
    }
    twin = listing.record(state(twin="Herald"), now=NOW)
    assert (twin["same_as"], twin["next_poll"], twin["next_reason"]) == ("Herald", None, None)
    assert (twin["moved_to"], twin["rhythm"]) == (None, None)


# --- the commands ----------------------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in a folder with three feeds."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    yield tmp_path


def remember(feed: str, **columns: object) -> None:
    """Write down what polling could have learnt of a feed, in a store made for the settings."""
    found = config.load(PATH)
    with Writer(found.storage, who="a test") as store:
        store.configure(found.feeds)
    settings = ", ".join(f"{column} = ?" for column in columns)
    with closing(sqlite3.connect(found.storage / FILE_NAME)) as db, db:
        db.execute(f"UPDATE feeds SET {settings} WHERE name = ?", [*columns.values(), feed])


def aggregator(*words: str, width: int | None = None) -> str:
    """Run a command line as if in a terminal of this width, None: into a pipe; give what it printed."""
    environment = {"FORCE_COLOR": "1", "COLUMNS": str(width)} if width else {}
    result = CliRunner(env=environment).invoke(main, words)
    assert result.exit_code == 0, result.output
    return re.sub("\x1b\\[[0-9;]*m", "", result.output)


def test_list_before_the_first_poll(here: Path) -> None:
    """Without a store every feed is new, is read when the program runs, and nothing is said of it."""
    printed = aggregator("list")
    assert printed.count("when aggregator runs") == 3
    assert [row["status"] for row in json.loads(aggregator("list", "--json"))] == ["new", "new", "new"]
    assert "Hint" not in aggregator("check")


def test_list_says_when_each_feed_comes_next_and_why(here: Path) -> None:
    """The next poll stands there as a span with its reason, and notes stand below the table."""
    soon = datetime.now(UTC) + 42 * MINUTE + 5 * SECOND
    remember("Courier", last_polled=instant(NOW), next_poll=instant(soon), next_reason="max-age")
    remember("Herald", moved="https://new.example/feed")
    printed = aggregator("list")
    assert re.search(r"Courier +World +empty +0 +\d+ days ago +in 42 min: max-age", printed)
    assert "Herald: moved to https://new.example/feed; update feeds.yaml" in printed
    courier, _, herald = json.loads(aggregator("list", "--json"))
    assert (courier["next_poll"], courier["next_reason"]) == (instant(soon.replace(microsecond=0)), "max-age")
    assert herald["moved_to"] == "https://new.example/feed"


def test_two_feeds_that_end_at_one_address_are_named(here: Path) -> None:
    """`list` and `check` name the feed that is not polled, and the one that is."""
    remember("Herald", moved="https://gazette.example/feed")
    said = "Herald: ends at the same address as Harbour and Shipping Gazette; polled once"
    assert said in aggregator("list")
    assert f"Hint: {said}" in aggregator("check")
    assert [row["same_as"] for row in json.loads(aggregator("list", "--json"))] == [
        None,
        None,
        "Harbour and Shipping Gazette",
    ]


def test_a_category_that_nothing_is_in_is_hinted_at(here: Path) -> None:
    """What is left out of grouping and fits no feed is a hint of `check`, with the category that was probably meant."""
    (here / "feeds.yaml").write_text(f"grouping: {{leave_out: [World, busines, Recipes]}}\n{FEEDS}")
    said = "Hint: feeds.yaml: grouping.leave_out: no feed is in the category"
    assert [line for line in aggregator("check").splitlines() if line.startswith("Hint")] == [
        f'{said} "busines"; did you mean "Business"?',
        f'{said} "Recipes"; known are "World", "Business"',
    ]
    (here / "feeds.yaml").write_text('grouping: {leave_out: [World]}\nfeeds: ["https://a.example/"]\n')
    assert f'{said} "World"; no feed has a category' in aggregator("check")


def test_check_hints_and_finds_no_mistake(here: Path) -> None:
    """A feed that has moved is a hint of `check`, which still ends well; no password is shown."""
    remember("Courier", moved="https://reader:s3cret@new.example/feed")
    printed = aggregator("check")
    assert "no mistakes found" in printed
    assert "Hint: Courier: moved to https://new.example/feed; update feeds.yaml" in printed
    assert "s3cret" not in printed + aggregator("list") + aggregator("list", "--json")


def test_check_needs_no_sound_store(here: Path) -> None:
    """A store that cannot be read is no mistake of feeds.yaml, and costs its hints alone."""
    remember("Herald", moved="https://new.example/feed")
    (here / "storage" / FILE_NAME).write_bytes(b"no database" * 1000)
    printed = aggregator("check")
    assert "no mistakes found" in printed
    assert "Hint" not in printed


@pytest.mark.parametrize("width", [80, 100])
def test_the_list_fits_an_ordinary_terminal(here: Path, width: int) -> None:
    """At 80 columns no line is wider, no word of a status or a time is broken, and a row takes three lines at most."""
    upcoming = instant(datetime.now(UTC) + 42 * MINUTE + 5 * SECOND)
    polled = instant(datetime.now(UTC) - 12 * MINUTE)
    for feed, reason in (
        ("Courier", "auto: about 6 entries a day"),
        ("Harbour and Shipping Gazette", "failed 3 in a row (HTTP 404)"),
        ("Herald", "every"),
    ):
        remember(feed, last_polled=polled, next_poll=upcoming, next_reason=reason)
    table, _, _ = aggregator("list", width=width).partition("\nCourier: ")
    lines = table.splitlines()
    assert max(map(len, lines)) <= width
    assert table.count("12 min ago") == 3
    assert table.count("in 42 min:") == 3
    assert table.count("empty") == 3
    assert len([line for line in lines if line.strip()]) <= 2 + 3 * 3
