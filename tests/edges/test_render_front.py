"""The front page, the pages of editions, the archive and the lists of headlines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.core.model import Digest, Edition
from tests.builders import LONDON, digest, edition, missed, stored, story
from tests.edges.printed import MONDAY, WEDNESDAY, Outline, build, page, three_days


def test_front_page_has_what_came_since_above_the_last_edition(tmp_path: Path) -> None:
    """What came since the last close stands above the edition that closed last; older editions do not appear."""
    build(tmp_path, *three_days())
    text = Outline(page(tmp_path, "index.html")).text
    assert -1 < text.find("Since then") < text.find("Third of all") < text.find("Second of all")
    assert "First of all" not in text


def test_front_page_without_news_since_says_so(tmp_path: Path) -> None:
    """When nothing has come since the close, one sentence says it and no empty section is shown."""
    build(tmp_path, digest(of=edition(WEDNESDAY, closed=False)), *three_days()[1:])
    text = Outline(page(tmp_path, "index.html")).text
    assert "Nothing has come in since then." in text
    assert "Since then" not in text


def test_front_page_before_the_first_close_is_the_open_edition(tmp_path: Path) -> None:
    """Before any edition has closed the front page is the open one, with the time of its close."""
    build(tmp_path, three_days()[0])
    text = Outline(page(tmp_path, "index.html")).text
    assert "Third of all" in text
    assert "open until 24:00" in text


@pytest.mark.parametrize("digests", [(), (digest(of=edition(WEDNESDAY, closed=False)),)])
@pytest.mark.parametrize("feeds", [0, 1, 12])
def test_front_page_with_nothing_says_what_happens_next(
    digests: tuple[Digest, ...], feeds: int, tmp_path: Path
) -> None:
    """With no story at all the front page explains what comes, and does not claim that feeds answered."""
    build(tmp_path, *digests, feeds=feeds)
    text = Outline(page(tmp_path, "index.html")).text
    assert "Nothing to read yet" in text
    assert ("appear here" in text) and ("closes on Wednesday 14 January 2026 at 24:00" in text) == bool(digests)
    assert "answered" not in text


def test_footer_names_the_feeds_that_fail_now(tmp_path: Path) -> None:
    """The front page counts the feeds that answered and names the others with reason and local time."""
    failing = missed("Weather <b>Daily</b>", reason="timed out & gone", since=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    build(tmp_path, *three_days(), missing=[failing], feeds=2)
    text = Outline(page(tmp_path, "index.html")).text
    assert "1 of 2 feeds answered" in text
    assert "Weather <b>Daily</b>: timed out & gone, since 1 July 2026, 23:30" in text


# --- editions and the archive ----------------------------------------------------------------------------------------


def test_edition_links_back_but_never_forward(tmp_path: Path) -> None:
    """An edition's page links to the one before, the archive and the latest page, not to the one after."""
    build(tmp_path, *three_days())
    links = Outline(page(tmp_path, "2026-01-13.html")).all("href")
    assert {"2026-01-12.html", "archive.html", "index.html", "2026-01-13.txt", "feed.xml"} <= set(links)
    assert "2026-01-14.html" not in links


def test_open_edition_is_marked_as_open(tmp_path: Path) -> None:
    """The page of the open edition says that it is open and until when; a closed one says when it closed."""
    build(tmp_path, *three_days())
    assert "still open: stories are added until 24:00" in Outline(page(tmp_path, "2026-01-14.html")).text
    assert "Closed at 24:00" in Outline(page(tmp_path, "2026-01-13.html")).text


def test_archive_lists_all_editions_with_their_closes(tmp_path: Path) -> None:
    """The archive links every edition's page and list, newest first, with its closing time."""
    morning = replace(edition(MONDAY), closes=datetime(2026, 1, 12, 7, 0, tzinfo=UTC))
    opened, tuesday, _ = three_days()
    build(tmp_path, opened, tuesday, digest(of=morning))
    outline = Outline(page(tmp_path, "archive.html"))
    links = [link for link in outline.all("href") if link.startswith("2026")]
    assert links == [f"2026-01-{day}.{kind}" for day in (14, 13, 12) for kind in ("html", "txt")]
    assert "open until 24:00" in outline.text
    assert "closed 07:00" in outline.text


def test_headline_list_has_one_line_a_shown_item(tmp_path: Path) -> None:
    """The text of an edition is one line an item, items that are not shown left out."""
    others = (stored(8, title="Another view", source="Far Times"), stored(9, title="Hidden", shown=False))
    build(tmp_path, digest(story(1, *others, title="A view – and more", published=None)))
    assert page(tmp_path, "2026-01-14.txt") == (
        "- A view – and more - Example News - January 14th, 2026 [January 14th, 2026]\n"
        "- Another view - Far Times - January 14th, 2026 [January 14th, 2026]\n"
    )


@pytest.mark.parametrize(
    ("closes", "words"),
    [
        (datetime(2026, 3, 29, 6, 0, tzinfo=UTC), "07:00"),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), "24:00"),
        (datetime(2026, 3, 29, 0, 0, tzinfo=UTC), "00:00"),
    ],
)
def test_closing_time_is_local_and_midnight_belongs_to_its_day(closes: datetime, words: str, tmp_path: Path) -> None:
    """A close is told in local time over the change of clocks, and midnight at the end of the day as 24:00."""
    day = Edition(date=date(2026, 3, 29), closes=closes, closed=True)
    build(tmp_path, digest(story(1), of=day))
    assert LONDON.key in page(tmp_path, "2026-03-29.html")
    assert f"Closed at {words}" in Outline(page(tmp_path, "2026-03-29.html")).text
