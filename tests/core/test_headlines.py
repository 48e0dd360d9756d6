"""Lines of the headline list, and which headlines name an article."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import headlines

LONDON = ZoneInfo("Europe/London")
AUCKLAND = ZoneInfo("Pacific/Auckland")

#: Headlines that come back day after day and tell nothing of one article.
GENERIC = [
    "Morning briefing",
    "Morning Briefing: Wednesday",
    "Your Wednesday Briefing",
    "Evening update",
    "Letters, 14 January",
    "Letters to the Editor",
    "Corrections and clarifications",
    "Politics live",
    "This week in science",
    "Books of the week",
    "Open thread",
    "Weekend Open Thread",
    "Weather",
    "Weather forecast for Tuesday",
    "Today's weather",
    "What’s on tonight",
    "News in brief",
    "The news in pictures",
    "The Week in Pictures",
    "Pictures of the day",
    "Photo of the Week",
    "Top stories",
    "Top 10 stories of the week",
    "Live updates",
    "LIVE",
    "Live blog",
    "Daily crossword",
    "Quiz of the week",
    "Sudoku",
    "Editorial",
    "Editorial cartoon",
    "Our readers’ letters",
    "Obituaries",
    "Horoscope for today",
    "January 14th, 2026",
    "14 January 2026",
    "2026-01-14",
    "1st of May",
    "Podcast",
    "From the archive",
    "Front page",
    "Market report",
    "Midday market update",
    "Breaking news",
    "Untitled",
    "No title",
    "Home",
    "Index",
    "Number 42",
    "42",
    "!!!",
    "",
    "   ",
    "Obama",
    "Zürich",
    "Погода",
    "Ώρα",
    "G7",
]

#: Real-sounding headlines of one article that hold such words.
TELLING = [
    "Morning briefing: ministers agree the fishing treaty",
    "Weather warning: storm Ada reaches Cornwall",
    "Letters found in attic rewrite a poet's life",
    "Open thread found on shirt convicts burglar",
    "Live: England v Australia, first Test",
    "Live blog: parliament votes on the budget",
    "Books burn in library fire",
    "Health editor wins prize",
    "Top judge resigns",
    "May resigns",
    "March of the penguins returns",
    "Editorial: the bridge must be rebuilt",
    "Obituary: Ada Lovelace",
    "Crossword setter wins lottery",
    "Sunday trading law falls",
    "Market crash",
    "The Week in Review: herring prices",
    "News of the herring",
    "COVID-19",
    "Heres what we know",
    "Q&A: how the tunnel was dug",
    "First photo of a black hole",
    "Today in 1926: the wireless arrives",
    "地震",
    "東京で雪",
    "แผ่นดินไหว",
    "Погода портится",
    "Ураган в городе",
]


# --- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "ordinal"),
    [
        *((day, f"{day}th") for day in (*range(4, 21), *range(24, 31))),
        *((1, "1st"), (2, "2nd"), (3, "3rd")),
        *((21, "21st"), (22, "22nd"), (23, "23rd"), (31, "31st")),
    ],
)
def test_ordinal_dates(day: int, ordinal: str) -> None:
    """The day of the month is written with the ending that English gives it."""
    assert headlines.ordinal_date(datetime(2026, 1, day, 12, tzinfo=UTC), LONDON) == f"January {ordinal}, 2026"


def test_the_months_have_their_names() -> None:
    """Every month is written in full, whatever the locale."""
    written = [headlines.ordinal_date(datetime(2026, month, 5, tzinfo=UTC), LONDON) for month in range(1, 13)]
    assert [one.split()[0] for one in written] == list(calendar.month_name)[1:]


def test_the_date_is_the_local_one() -> None:
    """One moment has the date that the clock on the wall shows, across midnight and the turn of the year."""
    moment = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    assert headlines.ordinal_date(moment, LONDON) == "December 31st, 2025"
    assert headlines.ordinal_date(moment, AUCKLAND) == "January 1st, 2026"
    assert headlines.ordinal_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), LONDON) == "July 1st, 2026"


@settings(deadline=None)
@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_an_ordinal_date_can_be_read_back(day: date) -> None:
    """No two days are written alike."""
    written = headlines.ordinal_date(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), LONDON)
    bare = re.sub(r"(?<=\d)(st|nd|rd|th),", ",", written)
    assert datetime.strptime(bare, "%B %d, %Y").replace(tzinfo=UTC).date() == day


def test_a_line_holds_both_dates() -> None:
    """A line of the list names title, source, the date published, then the date seen."""
    line = headlines.line(
        "Herring – a tale - part 2",
        "Example News",
        published=datetime(2026, 1, 13, 23, tzinfo=UTC),
        seen=datetime(2026, 1, 14, 7, tzinfo=UTC),
        timezone=LONDON,
    )
    assert line == "- Herring – a tale - part 2 - Example News - January 13th, 2026 [January 14th, 2026]"


def test_an_undated_item_prints_its_date_seen_twice() -> None:
    """Where the publisher gives no date, the date seen stands in both places."""
    seen = datetime(2026, 1, 14, 7, tzinfo=UTC)
    line = headlines.line("Herring", "Example News", published=None, seen=seen, timezone=AUCKLAND)
    assert line == "- Herring - Example News - January 14th, 2026 [January 14th, 2026]"
    late = headlines.line("Herring", "News", published=None, seen=seen + timedelta(hours=6), timezone=AUCKLAND)
    assert late == "- Herring - News - January 15th, 2026 [January 15th, 2026]"


# --- names of articles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", GENERIC)
def test_a_generic_headline_names_nothing(title: str) -> None:
    """The titles of columns, bare dates, numbers and single words have no key."""
    assert headlines.key(title) is None
    assert headlines.key(title) is None


@pytest.mark.parametrize("title", TELLING)
def test_a_headline_of_one_article_names_it(title: str) -> None:
    """A headline with a word of its own has a key, however many ordinary words it holds."""
    assert headlines.key(title) is not None
    assert headlines.key(title) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Here's what we know", "Heres what we know"),
        ("Here’s what we know", "Heres what we know"),
        ("HERE‘S WHAT WE KNOW!", "here's what we know"),
        ("Minister: ‘No deal’ on fish", 'Minister: "No deal" on fish'),
        ("Storm Ada – latest", "Storm Ada - latest"),
        ("Café owner wins", "Cafe owner wins"),
        ("Storm  Ada\u00a0arrives…", "Storm Ada arrives"),
    ],
)
def test_typography_makes_no_other_headline(one: str, other: str) -> None:
    """Apostrophes, quotation marks, dashes, case and accents do not tell two headlines apart."""
    assert headlines.key(one) == headlines.key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Herring 1.2 released", "Herring 1.3 released"),
        ("Storm kills 3 in Cornwall", "Storm kills 5 in Cornwall"),
        ("Minister resigns", "Minister resigns again"),
        ("Minister did resign", "Minister did not resign"),
        ("Storm report: Cornwall", "Storm report: Devon"),
        ("Heat 1 of the regatta", "Heat 2 of the regatta"),
    ],
)
def test_words_and_numbers_do(one: str, other: str) -> None:
    """A number, a place or a "not" makes another headline."""
    assert headlines.key(one) != headlines.key(other)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_key_is_its_own_headline_folded(title: str) -> None:
    """Any title has a key or is generic, and white space around it makes no difference."""
    key = headlines.key(title)
    assert headlines.key(f"  {title}\n") == key
