"""Days as people write them, in words and in figures."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import days

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


@pytest.mark.parametrize(
    "written",
    [
        "January 14th, 2026",
        "january 14TH 2026",
        "Jan 14, 2026",
        "Jan. 14 2026",
        "January 14 , 2026",
        "Wednesday, January 14, 2026",
        "Wed, 14 Jan 2026",
        "14 January 2026",
        "14 January, 2026",
        "14th of January, 2026",
        "the 14th of January 2026",
        "14-Jan-2026",
        "14. Januar 2026",
        "14. Jänner 2026",
        "14 janvier 2026",
        "14 de enero de 2026",
        "14 gennaio 2026",
        "14 de janeiro de 2026",
        "14 januari 2026",
        "2026-01-14",
        "2026-1-14",
        "2026/01/14",
        "14.01.2026",
        "14. 1. 2026",
        "1/14/2026",
        "1/14/26",
        "Jan 14, 26",
        "January 14th, '26",
        "14/1/2026",
        "January\u00a014th,\u00a02026",
    ],
)
def test_a_day_is_read_in_many_spellings(written: str) -> None:
    """Words and figures, English and other months, with and without weekday and ordinal, all name one day."""
    assert days.read(written) == date(2026, 1, 14)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1st March 2025", date(2025, 3, 1)),
        ("1er mars 2025", date(2025, 3, 1)),
        ("Sept 3rd, 2025", date(2025, 9, 3)),
        ("May 22nd, 2025", date(2025, 5, 22)),
        ("2/2/2026", date(2026, 2, 2)),
        ("28. Februar 2025", date(2025, 2, 28)),
        ("15 août 2025", date(2025, 8, 15)),
        ("3 dicembre 2025", date(2025, 12, 3)),
    ],
)
def test_each_spelling_names_its_own_day(written: str, day: date) -> None:
    """Months, ordinals and figures are told apart."""
    assert days.read(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "",
        "January",
        "January 2026",
        "January 14th",
        "January 14th, 6",
        "January 14th, 76",
        "January 14th, 20266",
        "14/1/26",
        "1/2/26",
        "26/1/14",
        "14.01.26",
        "13/14/26",
        "February 30th, 2026",
        "Februray 3rd, 2026",
        "13/13/2026",
        "1/2/2026",
        "2026-13-01",
        "January 14th, 0001",
        "January 14th, 9999",
        "soon - January 14th, 2026",
        "January 14th, 2026 and more",
    ],
)
def test_what_names_no_day_is_none(written: str) -> None:
    """Half dates, days that the calendar does not have, and figures that two readers read differently are no days."""
    assert days.read(written) is None


@given(DAYS)
def test_every_day_is_read_as_the_program_writes_it(day: date) -> None:
    """What ``ordinal`` writes, ``read`` reads; no two days are written alike."""
    assert days.read(days.ordinal(day)) == day
    assert days.read(day.isoformat()) == day


@given(st.text(max_size=60))
def test_no_text_is_too_strange(written: str) -> None:
    """Any text is a day or none, and nothing is raised."""
    assert days.read(written) is None or isinstance(days.read(written), date)
