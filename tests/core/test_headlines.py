"""Lines of the headline list."""

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
