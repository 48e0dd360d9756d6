"""Single lines of a headline list: how they are read from the right, kept as written, and refused with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aggregator.core import edition, headlines, lists, text
from aggregator.core.model import Line, Listing

LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 1, 14)
DATES = "January 14th, 2026 [January 14th, 2026]"


def read(document: str, **more: str) -> Listing:
    """Read a document."""
    return lists.read(document, **more)


def one(line: str) -> Line:
    """Read a document of one line that is one of a list."""
    found = read(line)
    assert found.unread == ()
    (only,) = found.lines
    return only


def told(line: str) -> tuple[str, str]:
    """Give title and source of a line."""
    return one(line).title, one(line).source


def reasons(document: str) -> list[tuple[int, str]]:
    """Give what could not be read."""
    return [(unread.number, unread.reason) for unread in read(document).unread]


# --- from the right --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "title", "source"),
    [
        (f"- Council votes - Example News - {DATES}", "Council votes", "Example News"),
        (f"- Council votes - again - and again - News - {DATES}", "Council votes - again - and again", "News"),
        (f"- Council votes | Letters - The Post - {DATES}", "Council votes | Letters", "The Post"),
        (f"- Bridge – or ferry — who knows - The Post - {DATES}", "Bridge – or ferry — who knows", "The Post"),
        (f"- Council votes - - {DATES}", "Council votes", ""),
        (f"- Council votes - The Post - - {DATES}", "Council votes - The Post", ""),
        (f"- Council votes -  - {DATES}", "Council votes", ""),
        (f"- Council votes - The New York Ti - {DATES}", "Council votes", "The New York Ti"),
        (f"- Council votes - Yahoo! News, U.S - {DATES}", "Council votes", "Yahoo! News, U.S"),
        (
            f"- A e-bike in a well-known place - news.example - {DATES}",
            "A e-bike in a well-known place",
            "news.example",
        ),
        (f"- In [brackets] (and so) - X [UK] - {DATES}", "In [brackets] (and so)", "X [UK]"),
        (f"- On January 3rd, 2026 - it rained - News - {DATES}", "On January 3rd, 2026 - it rained", "News"),
        (f"- A bridge | B — The Post - {DATES}", "A bridge | B", "The Post"),
        (f"– Council votes – Harbour - News – {DATES}", "Council votes", "Harbour - News"),
        (f"- 10 things - News - {DATES}", "10 things", "News"),
        (f"- - 5 °C - News - {DATES}", "- 5 °C", "News"),
        (f"- 5. Avenue - News - {DATES}", "5. Avenue", "News"),
        (f"- • bullet - News - {DATES}", "• bullet", "News"),
        (f"- > quoted - News - {DATES}", "> quoted", "News"),
    ],
)
def test_title_and_source_are_split_from_the_right(line: str, title: str, source: str) -> None:
    """The source is what stands before the dates; all before it is the title, whatever dashes and pipes it holds."""
    assert told(line) == (title, source)


@pytest.mark.parametrize(
    "line",
    [
        f"Council votes - The Post - {DATES}",
        f"  - Council votes - The Post - {DATES}  ",
        f"* Council votes - The Post - {DATES}",
        f"+ Council votes - The Post - {DATES}",
        f"•Council votes - The Post - {DATES}",
        f"-Council votes - The Post - {DATES}",
        f"• Council votes - The Post - {DATES}",
        f"1. Council votes - The Post - {DATES}",
        f"12) Council votes - The Post - {DATES}",
        f"> - Council votes - The Post - {DATES}",
        f"– Council votes – The Post – {DATES}",
        f"- Council votes — The Post — {DATES}",
        f"- Council votes | The Post | {DATES}",
        "| Council votes | The Post | January 14th, 2026 | [January 14th, 2026] |",
        "| Council votes | The Post | January 14th, 2026 | January 14th, 2026 |",
        "- Council votes - The Post - January 14th, 2026 - January 14th, 2026",
        f"\u200b- Council votes - The Post - {DATES}\u200b",
        "- Council votes - The Post - January 14th,\u200b 2026 [\u200eJanuary\u00ad 14th, 2026\u200f]",
        f"- Council votes\n  - The Post -\n  {DATES}",
        "> - Council votes - The Post - January 14th, 2026 [January\n> 14th,\n>2026]",
        f"- Council votes -- The Post -- {DATES}",
        f"-\u00a0Council votes\u00a0-\u00a0The Post\u00a0-\u00a0{DATES}",
        f"-\tCouncil votes\t-\tThe Post\t-\t{DATES}",
        f"- Council votes - The Post - {DATES}.",
        f"- Council votes - The Post, {DATES}",
        f"- Council votes - The Post- {DATES}",
        "- Council votes - The Post - Jan 14, 2026 [Jan 14, 2026]",
        "- Council votes - The Post - 14 January 2026 [14 January 2026]",
        "- Council votes - The Post - 2026-01-14 [2026-01-14]",
        "- Council votes - The Post - Jan 14, 26 [Jan 14, 26]",
        "- Council votes - The Post - 1/14/26 [1/14/26]",
        "- Council votes - The Post - January 14th, 2026 10:32 AM [January 14th, 2026]",
        "- Council votes - The Post - January 14th, 2026 at 10:32 p.m. [January 14th, 2026, 22:40:07]",
        "- Council votes - The Post - 10:32 January 14th, 2026 [2026-01-14 11:00]",
        "- Council votes - The Post - January 14th, 2026 (January 14th, 2026)",
        "- Council votes - The Post - January 14th, 2026 - [ January 14th, 2026 ]",
        "- Council votes - The Post - JANUARY 14TH, 2026[JANUARY 14TH, 2026]",
        "- Council votes - The Post - January 14th, 2026",
        f"- **Council votes** - The Post - {DATES}",
        "- **Council votes** - **The Post** - *January 14th, 2026* [January 14th, 2026]",
        f"**Council votes - The Post - {DATES}**",
        f"- [Council votes](https://post.example/1) - *The Post* - {DATES}",
        f"- [Council votes - The Post](https://post.example/1) - {DATES}",
        r"- [Council votes](https://post.example/1) - The Post - January 14th, 2026 \[January 14th, 2026\]",
        f"- Council votes - The Post - {DATES} https://post.example/1",
        "- Council votes&nbsp;-&nbsp;The Post&nbsp;-&nbsp;January 14th, 2026&nbsp;[January 14th, 2026]",
        f"\ufeff- Council votes - The Post - {DATES}\r\n",
    ],
)
def test_a_line_is_read_however_it_is_set(line: str) -> None:
    """Other bullets, separators, dates and blanks, Markdown, entities and marks say the same."""
    found = one(line)
    assert (found.title, found.source) == ("Council votes", "The Post")
    assert (found.published, found.seen) == (DAY, DAY)
    assert found.link == ("https://post.example/1" if "https:" in line else None)


def test_both_dates_are_kept_apart() -> None:
    """The date before the brackets is when it was published, the one in them when it was seen."""
    found = one("- A - B - December 31st, 2025 [January 14th, 2026]")
    assert (found.published, found.seen) == (date(2025, 12, 31), DAY)


def test_missing_dates_are_made_up_from_the_other() -> None:
    """Without brackets it was seen when it was published; without a date published it is undated."""
    assert one("- A - B - January 14th, 2026").seen == DAY
    for line in ("- A - B [January 14th, 2026]", "- A - B - [January 14th, 2026]"):
        found = one(line)
        assert (found.title, found.source, found.published, found.seen) == ("A", "B", None, DAY)


@pytest.mark.parametrize(
    "title",
    [
        "AT&amp;T wins",
        "Two  blanks",
        "F**k this *now*",
        "snake_case and [brackets]",
        "Soft\u00adhyphen, zero\u200bwidth, no\u00a0break",
        "“Quotes” – and ‘more’",
        "日本語の見出し",
        "e\u0301",
        "<b>not markup</b>",
        "Back\\slash",
        "*Starred*",
    ],
)
def test_texts_are_kept_as_they_were_written(title: str) -> None:
    """Nothing of a title or source is folded, decoded or tidied."""
    assert told(f"- {title} - {title} - {DATES}") == (title, title)


def test_what_would_break_the_line_is_taken_out() -> None:
    """Controls, direction overrides and the line ends that are not a file's go; they would break the line again."""
    found = one(f"- A\u2028b\x07c\u202ed\u0085e - S\x00 - {DATES}")
    assert (found.title, found.source) == ("A bcd e", "S")


# --- there and back --------------------------------------------------------------------------------------------------

_WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)
_DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))


@given(_WORDS, st.one_of(st.just(""), _WORDS), _DAYS, _DAYS, st.sampled_from(["UTC", "Pacific/Auckland", "Asia/Tokyo"]))
def test_a_line_that_was_written_is_read_and_written_alike(
    title: str, source: str, published: date, seen: date, zone: str
) -> None:
    """Whatever title and source hold, the line of what was read is the line that was read."""
    title, source = text.unbroken(title).strip(), text.unbroken(source).strip()
    assume(title and title.strip("-‐‑‒–—―−| ") and "**" not in title + source and "](" not in title + source)
    timezone = ZoneInfo(zone)
    at, then = (lists.noon(day, zone=timezone) for day in (published, seen))
    line = headlines.line(title, source, published=at, seen=then, timezone=timezone)
    found = one(line)
    item = lists.item(found, zone=timezone)
    noticed = edition.seen_on(found.seen, at=timedelta(hours=7), zone=timezone)
    again = headlines.line(item.title, item.source, published=item.published, seen=noticed, timezone=timezone)
    assert again == line


def test_a_day_is_its_noon_where_it_is_printed() -> None:
    """A day without a time is kept as the noon of the configured zone, which is the same day there."""
    line = one("- A - B - July 1st, 2026 [July 2nd, 2026]")
    assert lists.item(line, zone=LONDON).published == datetime(2026, 7, 1, 11, tzinfo=UTC)
    kiribati = ZoneInfo("Pacific/Kiritimati")
    moment = lists.item(line, zone=kiribati).published
    assert moment is not None
    assert headlines.ordinal_date(moment, kiribati) == "July 1st, 2026"


def test_what_tells_two_lines_apart_is_in_their_guids() -> None:
    """Outlets that print one headline, and a column that comes back, are items of their own; a repeat is not."""
    lines = [
        "- Live - A - January 14th, 2026 [January 14th, 2026]",
        "- Live - B - January 14th, 2026 [January 14th, 2026]",
        "- Live - A - January 15th, 2026 [January 15th, 2026]",
        "- Live - A - January 14th, 2026 [January 15th, 2026]",
    ]
    guids = [lists.item(one(line), zone=LONDON).guid for line in lines]
    assert guids[0] == guids[3]
    assert len(set(guids)) == 3


# --- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("- A - B - February 30th, 2026 [January 14th, 2026]", "“February 30th, 2026” is no date"),
        ("- A - B - January 14th, 2026 [Janruary 14th, 2026]", "“Janruary 14th, 2026” is no date"),
        ("- A - B - January 14th [January 14th, 2026]", "“January 14th” is no date"),
        ("- A - B - 1/2/2026 [1/2/2026]", "“1/2/2026” is no date"),
        ("- A - B - 1/2/26 [1/2/26]", "“1/2/26” is no date"),
        ("- A - B - Jan 14, 26 [14/1/26]", "“14/1/26” is no date"),
        ("- A - B - January 14th, 2026 22:10 EST [January 14th, 2026]", "“January 14th, 2026 22:10 EST” is no date"),
        ("- A - B - January 14th, 2026 [January 14th, 20", "no date was recognised at its end"),
        ("- A - B - January 14th, 2026 [Jan", "no date was recognised at its end"),
        ("- A - B - January 14th, 2026 [14th]", "no date was recognised at its end"),
        (f"- - {DATES}", "it has no title"),
        (f"- - B - {DATES}", "it has no title"),
        (f"- {'A' * 2000} - B - {DATES}", "it is longer than 2,000 characters"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line: str, reason: str) -> None:
    """What looks like a line of a list is named with its number and what is wrong with it; the others are read."""
    around = f"- Before - B - {DATES}"
    assert reasons(f"{around}\n{line}\n{around}\n") == [(2, reason)]
    assert len(read(f"{around}\n{line}\n{around}\n").lines) == 2
    assert reasons(line) == [(1, reason)]


def test_an_unread_line_is_shown_by_its_beginning() -> None:
    """The complaint quotes the line, shortened and without what could move a cursor."""
    (unread,) = read("- " + "A\x1b[2J " * 50 + "- B - February 30th, 2026 [January 14th, 2026]").unread
    assert str(unread).startswith("line 1: “February 30th, 2026” is no date: “- A")
    assert len(str(unread)) < 160
    assert "\x1b" not in str(unread)


@given(st.lists(st.text(max_size=80), max_size=12))
def test_no_document_is_too_strange(lines: list[str]) -> None:
    """Any document gives lines in its order, each with a title and a number, and nothing is raised."""
    found = read("\n".join(lines))
    numbers = [line.number for line in found.lines]
    assert numbers == sorted(numbers)
    assert all(line.title.strip() for line in found.lines)
