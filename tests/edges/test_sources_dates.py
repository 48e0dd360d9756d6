"""Dates in the two usual forms, read at once, are the moments that feedparser reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from feedparser import datetimes
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.edges.sources import dates, parsing  # noqa: F401 - parsing makes feedparser read them so


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tue, 13 Jan 2026 08:30:15 GMT", datetime(2026, 1, 13, 8, 30, 15, tzinfo=UTC)),
        ("13 Jan 2026 00:30:00 +0100", datetime(2026, 1, 12, 23, 30, tzinfo=UTC)),
        ("2026-01-13T08:30:15Z", datetime(2026, 1, 13, 8, 30, 15, tzinfo=UTC)),
        ("2026-01-13T08:30:15.999-05:30", datetime(2026, 1, 13, 14, 0, 15, tzinfo=UTC)),
    ],
)
def test_a_usual_date_is_read(written: str, moment: datetime) -> None:
    """A date of RFC 822 or RFC 3339 as nearly all write it becomes a moment in UTC, with whole seconds."""
    assert dates.usual(written) == moment


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1630886460",
        "2026-01-13",
        "2026-02-30T08:30:00Z",
        "2026-01-13T08:30:60Z",
        "2026-01-13T08:30:00",
        "Tue, 13 Jan 26 08:30:00 GMT",
        "Tue, 13 Jän 2026 08:30:00 GMT",
        "Tue, 13 Jnr 2026 08:30:00 GMT",
        "Tue, 13 Jan 2026 08:30:00 EST",
        "Tue, 13 Jan 2026 08:30:00 GMT ",
        "٢٠٢٦-01-13T08:30:00Z",
    ],
)
def test_any_other_date_is_left_to_those_who_know_it(written: str) -> None:
    """What is not in one of the two forms to the letter, or is in no calendar, is not read here."""
    assert dates.usual(written) is None


two = st.integers(0, 62).map("{:02}".format)
year = st.integers(1000, 2999).map(str)
month = st.sampled_from("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Okt".split())
time = st.tuples(two, two, two).map(":".join)
sign = st.sampled_from("+-")
zone = st.builds("{}{}{}{}".format, sign, two, st.sampled_from(["", ":"]), two) | st.sampled_from(["GMT", "Z", "UT"])
mail = st.builds("{}{} {} {} {} {}".format, st.sampled_from(["", "Tue, ", "Tuesday, "]), two, month, year, time, zone)
part = st.sampled_from(["", ".5", ".999999", ",5", ".99999999999999999999"])
web = st.builds("{}-{}-{}{}{}{}{}".format, year, two, two, st.sampled_from("Tt "), time, part, zone)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(mail | web)
@example("Sat, 31 Oct 2026 23:59:59 -1159")
@example("2024-02-29T00:00:00.000001+14:00")
def test_a_usual_date_is_what_feedparser_makes_of_it(written: str) -> None:
    """Whatever is read at once is read so by feedparser's own readers too."""
    usual = dates.usual(written)
    if usual is not None:
        found = (reader(written) for reader in datetimes._date_handlers[1:])
        assert usual == dates.from_struct(next(filter(None, found), None))


def test_usual_dates_are_read_first() -> None:
    """The usual forms are asked for before all others."""
    written = "Tue, 13 Jan 2026 08:30:15 +0100"
    before = dates.usual.cache_info()
    assert dates.from_struct(datetimes._parse_date(written)) == datetime(2026, 1, 13, 7, 30, 15, tzinfo=UTC)
    assert dates.usual.cache_info() != before
