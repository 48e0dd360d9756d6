"""What an answer's headers say about coming again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import schedule
from aggregator.core.model import Hints

NOW = datetime(2026, 1, 14, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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
        ('no-cache="Set-Cookie", max-age=3600', HOUR),
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
    found = schedule.hints({"cache-control": control}, status=200, now=NOW)
    assert found.max_age == max_age


def test_a_huge_max_age_is_a_long_one() -> None:
    """Digits beyond reason overflow nothing."""
    found = schedule.hints({"cache-control": "max-age=" + "9" * 400}, status=200, now=NOW)
    assert found.max_age is not None
    assert found.max_age > 365 * DAY


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
        found = schedule.hints(headers, status=status, now=NOW)
        assert found.retry_after == (None if wait is None else NOW + wait)


@pytest.mark.parametrize(
    ("value", "sent", "wait"),
    [
        ("Wed, 14 Jan 2026 13:00:00 GMT", "", HOUR),
        ("Wed, 14 Jan 2026 13:00:00 GMT", SENT, 4 * HOUR),
        ("Wed, 14 Jan 2026 11:00:00 GMT", "", timedelta(0)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", SENT, timedelta(0)),
        ("Wednesday, 14-Jan-26 13:00:00 GMT", "", HOUR),
        ("Wed, 14 Jan 2026 13:00:00 GMT", "yesterday", HOUR),
        ("0", "", None),
        ("-1", SENT, None),
        ("soon", "", None),
        ("", "", None),
        ("Wed, 32 Jan 2026 13:00:00 GMT", "", None),
    ],
)
def test_expires(value: str, sent: str, wait: timedelta | None) -> None:
    """Expires is a date by the server's own clock; a past one is no wait, and what is no date is no hint."""
    headers = {"expires": value} | ({"date": sent} if sent else {})
    assert schedule.hints(headers, status=200, now=NOW).expires == wait
    assert schedule.hints(headers | {"cache-control": "no-cache"}, status=200, now=NOW) == Hints()
    assert schedule.hints(headers | {"cache-control": "no-store"}, status=200, now=NOW) == Hints()


def test_retry_after_is_on_a_whole_second_and_never_before() -> None:
    """The begun second of a request is not taken off what the server asked for."""
    found = schedule.hints({"retry-after": "120"}, status=429, now=NOW - timedelta(milliseconds=300))
    assert found.retry_after == NOW + 2 * MINUTE


@pytest.mark.parametrize("status", [200, 304, 403, 404, 410, 500, 502])
def test_retry_after_counts_on_429_and_503_only(status: int) -> None:
    """Other answers ask for no quiet."""
    assert schedule.hints({"retry-after": "120"}, status=status, now=NOW).retry_after is None


texts = st.text(max_size=40) | st.sampled_from([SENT, "Fri, 31 Dec 9999 23:59:59 GMT", "max-age=60", "9" * 40])


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["retry-after", "date", "cache-control", "expires"]), texts))
def test_no_header_is_a_fault(headers: dict[str, str]) -> None:
    """Whatever a server sends, the hints are within bounds."""
    found = schedule.hints(headers, status=503, now=NOW)
    assert found.retry_after is None or NOW <= found.retry_after <= NOW + DAY
    assert found.max_age is None or found.max_age >= timedelta(0)
    assert found.expires is None or found.expires >= timedelta(0)
