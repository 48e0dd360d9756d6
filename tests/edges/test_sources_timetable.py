"""When a document asks to be read, as its own text and feedparser tell it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Timetable
from aggregator.edges import sources
from aggregator.edges.sources import timetable

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ITEM = "<item><title>A headline</title><link>https://example.org/1</link></item>"
SY = "http://purl.org/rss/1.0/modules/syndication/"
CORPUS = Path(__file__).parents[1] / "corpus"


def read(channel: str, *, prefix: str = "sy") -> Timetable:
    """Parse an RSS 2.0 feed with this in its channel."""
    body = f'<rss version="2.0" xmlns:{prefix}="{SY}"><channel><title>News</title>{channel}</channel></rss>'
    return sources.parse(body.encode(), url="https://example.org/feed").timetable


def of(document: str) -> Timetable:
    """Read a document's skipped hours and days alone."""
    return timetable.read(document, ttl="", period="", frequency="")


def hours(*written: object) -> str:
    """Write a list of skipped hours."""
    return f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in written)}</skipHours>"


def days(*written: str) -> str:
    """Write a list of skipped days."""
    return f"<skipDays>{''.join(f'<day>{day}</day>' for day in written)}</skipDays>"


def test_a_whole_timetable() -> None:
    """Every wish of a document is understood, and an entry's own ttl is none of the feed's."""
    told = f"<ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod>{hours(1, 5, 23)}{days('Saturday', 'Sunday')}"
    assert read(told + ITEM.replace("</item>", "<ttl>5</ttl></item>")) == Timetable(
        ttl=HOUR, update=DAY, skip_hours=frozenset({1, 5, 23}), skip_days=frozenset({5, 6})
    )
    assert read(ITEM) == Timetable()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("60", HOUR), (" 5 ", 5 * MINUTE), ("527040", 366 * DAY), ("527041", None), ("0", None), ("-1", None)),
        *(("1e3", None), ("999999", None), ("٣", None), ("9" * 5000, None), ("", None)),
    ],
)
def test_ttl_is_whole_minutes(value: str, expected: timedelta | None) -> None:
    """A ttl is a sane, positive number of minutes, or nothing."""
    assert read(f"<ttl>{value}</ttl>{ITEM}").ttl == expected


@pytest.mark.parametrize(
    ("period", "frequency", "expected"),
    [
        ("hourly", None, HOUR),
        ("hourly", "1", HOUR),
        (" Hourly\n", " 2 ", 30 * MINUTE),
        ("daily", "24", HOUR),
        ("weekly", None, 7 * DAY),
        ("monthly", "3", 10 * DAY),
        ("yearly", None, 365 * DAY),
        (None, "4", 6 * HOUR),
        ("hourly", "7", timedelta(seconds=514)),
        ("hourly", "100", timedelta(seconds=36)),
        ("hourly", "999999", None),
        ("hourly", "0", None),
        ("hourly", "-1", None),
        ("hourly", "1.5", None),
        ("hourly", "9" * 5000, None),
        ("hourly", "often", None),
        ("fortnightly", "1", None),
        ("", "", None),
        (None, None, None),
    ],
)
def test_update_period_and_frequency(period: str | None, frequency: str | None, expected: timedelta | None) -> None:
    """The period is divided by the frequency; left out they are daily and once; nonsense is no wish."""
    for prefix in ("sy", "synd"):
        told = "" if period is None else f"<{prefix}:updatePeriod>{period}</{prefix}:updatePeriod>"
        if frequency is not None:
            told += f"<{prefix}:updateFrequency>{frequency}</{prefix}:updateFrequency>"
        assert read(told + ITEM, prefix=prefix).update == expected


def test_update_period_of_atom_and_rdf() -> None:
    """The syndication module is understood in Atom and RSS 1.0 too."""
    told = f'<sy:updatePeriod xmlns:sy="{SY}">daily</sy:updatePeriod>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>{told}<entry><id>1</id></entry></feed>'
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        f"<channel><title>A</title>{told}</channel>{ITEM}</rdf:RDF>"
    )
    for body in (atom, rdf):
        assert sources.parse(body.encode(), url="https://example.org/feed").timetable.update == DAY


def test_a_json_feed_has_no_timetable() -> None:
    """JSON Feed knows no such thing."""
    body = b'{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": []}'
    assert sources.parse(body, url="https://example.org/feed").timetable == Timetable()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (hours(*range(24)), set(range(24))),
        (hours(24), {0}),
        (hours("00", " 07 ", "\n8\n"), {0, 7, 8}),
        (hours(25, 99, 100, -1, "x", "", "1.5", "٣"), set()),
        (hours(), set()),
        ("<skiphours><HOUR>3</HOUR></skiphours>", {3}),
        ("<SkipHours ><hours>3</hours ></SkipHours >", {3}),
        ("<skipHours>\r\n  <hour>3</hour>\r\n</skipHours>", {3}),
        ("<skipHours/>", set()),
        ("<skipHours><hour>3</hour>", set()),
        ("<!-- " + hours(3) + " -->", set()),
        ("<!-- a --><!-- b -->" + hours(3) + "<!-- c -->", {3}),
        ("<!-- " + hours(3), set()),
        (hours(3) + hours(4), {3}),
        (days("Monday") + hours(3) + days("Tuesday"), {3}),
    ],
)
def test_skipped_hours(written: str, expected: set[int]) -> None:
    """Hours from 0 to 23 count, 24 is the one after midnight as in RSS 0.91, and what is none is left out."""
    assert of(f"<rss><channel>{written}{ITEM}</channel></rss>").skip_hours == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (days("Monday", "Sunday"), {0, 6}),
        (days(" tuesday ", "WEDNESDAY", "\nThursday\n"), {1, 2, 3}),
        (days("Friday", "Friday", "Sabbath", "Mon", "6", ""), {4}),
        (hours(1) + days("Saturday"), {5}),
    ],
)
def test_skipped_days(written: str, expected: set[int]) -> None:
    """Days go by their English names, Monday being 0; what is none is left out."""
    assert of(f"<rss><channel>{written}{ITEM}</channel></rss>").skip_days == expected


def test_the_lists_stand_before_or_after_the_entries_but_never_in_them() -> None:
    """RSS 0.91 has its lists behind the items; what an item says is its own."""
    assert of(f"<channel>{ITEM}{ITEM}{hours(3)}{days('Monday')}</channel>") == Timetable(
        skip_hours=frozenset({3}), skip_days=frozenset({0})
    )
    inside = ITEM.replace("</item>", f"{hours(3)}{days('Monday')}</item>")
    assert of(f"<channel>{inside}{inside}</channel>") == Timetable()
    entry = f"<entry><content>{hours(3)}</content></entry>"
    assert of(f"<feed>{entry}{entry}</feed>") == Timetable()


def test_the_corpus_skips_as_it_says() -> None:
    """A complete RSS 2.0 feed of the corpus has its ttl."""
    body = (CORPUS / "rss-2.0-complete.xml").read_bytes()
    assert sources.parse(body, url="https://example.org/feed").timetable.ttl == HOUR


@given(st.text(alphabet="<>/!- skiphoursdaynmtue0129[]item", max_size=400))
def test_no_text_is_a_fault(document: str) -> None:
    """Whatever a document holds, hours and days are hours and days."""
    found = of(document)
    assert found.skip_hours <= set(range(24))
    assert found.skip_days <= set(range(7))


@pytest.mark.parametrize(
    "piece",
    [
        "<skipHours>",
        "<!--",
        "<!-- -->",
        "<hour>",
        "<skipHours><hour>",
        "<hour> ",
        "<",
        "</item",
        "<a",
        "<skipDays ",
        "<a:",
    ],
)
def test_hostile_repetition_is_come_through(piece: str) -> None:
    """Two million characters of any one thing say nothing; a quadratic search would not come back from them."""
    repeated = piece * (2_000_000 // len(piece))
    assert of(repeated) == Timetable()
    assert of(f"<skipHours>{repeated}</skipHours>") == Timetable()


def test_long_heads_and_lists_are_cut_off() -> None:
    """What stands beyond a hundred thousand characters of the head, or four thousand of a list, is not looked for."""
    assert of("x" * 99_000 + hours(3)).skip_hours == {3}
    assert of("x" * 101_000 + hours(3)).skip_hours == set()
    assert of(f"<skipHours>{' ' * 3_000}<hour>3</hour></skipHours>").skip_hours == {3}
    assert of(f"<skipHours>{' ' * 5_000}<hour>3</hour></skipHours>").skip_hours == set()
