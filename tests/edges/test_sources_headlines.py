"""Headline lists as a source of entries: what of a page is read, kept as written, recognised again, and refused."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from aggregator.core.errors import ParseError
from aggregator.edges import sources, understanding
from aggregator.edges.killable import Killable
from aggregator.edges.sources import choosing, headline_lists
from aggregator.edges.sources.headline_lists import Page
from aggregator.edges.understanding import Job, Understood

URL = "https://blog.example/list.html"
AUCKLAND = ZoneInfo("Pacific/Auckland")
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
TEXT = """
- AT&amp;T  wins - News - January 13th, 2026 [January 14th, 2026]
- Second - - January 14th, 2026 [January 14th, 2026]
- Undated - News - [January 12th, 2026]
"""
HTML = """<html><head><title>The &amp; List</title></head><body><p>By A - Blog - January 14th, 2026</p><ul>
<li><a href="one">Bridge &amp; ferry</a> - News - January 13th, 2026 [January 14th, 2026]</li>
<li>Second - News - January 14th, 2026 [January 14th, 2026]</li></ul></body></html>"""


def parse(document: str, known: frozenset[bytes] = frozenset()) -> Page:
    """Read a document."""
    return headline_lists.parse(document.encode(), url=URL, timezone=AUCKLAND, known=known)


def understand(document: str, now: datetime = NOW) -> Understood:
    """Do what a worker does with a document."""
    return understanding.understand(
        Job(body=document.encode(), url=URL, is_list=True, timezone=AUCKLAND.key, now=int(now.timestamp()))
    )


def test_lines_become_items_as_they_are_written() -> None:
    """Title and source keep blanks and entities, an empty source stays empty, days are noons of the zone."""
    page = parse(TEXT)
    assert [(item.title, item.source) for item in page.items] == [
        ("AT&amp;T  wins", "News"),
        ("Second", ""),
        ("Undated", "News"),
    ]
    published = [item.published for item in page.items]
    assert published == [datetime(2026, 1, day, 23, tzinfo=UTC) for day in (12, 13, 11)]


def test_a_page_gives_title_and_links() -> None:
    """The page's title names the source, relative links start from the page, a byline is no item."""
    page = parse(HTML)
    assert page.title == "The & List"
    assert [(item.title, item.link) for item in page.items] == [
        ("Bridge & ferry", "https://blog.example/one"),
        ("Second", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8", "utf-8-sig"])
def test_wide_encodings_need_no_mark(encoding: str) -> None:
    """UTF-16 is known by the places of its zeros, whatever the header says; no letter is lost."""
    written = "- Ferry – Møn «aground» - Die Zeit für - January 14th, 2026 [January 14th, 2026]\r\n- Świt - Ł\r\n"
    assert headline_lists.decoded(written.encode(encoding)) == written
    page = headline_lists.parse(
        written.encode(encoding), url=URL, timezone=AUCKLAND, content_type="text/plain; charset=iso-8859-1"
    )
    assert (page.items[0].title, page.items[0].source) == ("Ferry – Møn «aground»", "Die Zeit für")


def test_known_lines_are_not_read_again() -> None:
    """A line whose mark is known is named as repeated; any change of it makes another mark."""
    first = parse(TEXT)
    grown = TEXT + "- Third - News - January 15th, 2026 [January 15th, 2026]\n"
    second = parse(grown.replace("January 12th", "January 11th"), known=frozenset(first.choice.pieces))
    assert [item.title for item in second.items] == ["Undated", "Third"]
    assert second.choice.repeated == first.choice.pieces[:2]


def test_no_more_lines_than_entries_of_a_feed_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long list the first lines are read, and the others counted."""
    monkeypatch.setattr(choosing, "MOST_ENTRIES", 2)
    page = parse(TEXT)
    assert (len(page.items), page.choice.left_out) == (2, 1)


def test_lines_that_cannot_be_read_are_told() -> None:
    """Each broken line comes with its number in the document, blank lines before it counted."""
    understood = understand(TEXT + "- Broken - News - January 32nd, 2026 [January 14th, 2026]\n")
    assert [str(unread) for unread in understood.unread] == [
        "line 5: “January 32nd, 2026” is no date: “- Broken - News - January 32nd, 2026 [January 14th, 2026]”"
    ]


@pytest.mark.parametrize("document", ["", "Nothing here", "<html><body><p>Hello</p></body></html>", "- A - B - soon"])
def test_a_document_without_a_list_is_refused(document: str) -> None:
    """What holds no line is no headline list, and the reason shows what one looks like."""
    with pytest.raises(ParseError, match="no line like “- Title - Source - January 14th, 2026"):
        parse(document)


@pytest.mark.parametrize("document", [TEXT, HTML, TEXT.replace("[", "&#91;").replace("- ", "<li>- ")])
def test_a_list_that_is_configured_as_a_feed_is_recognised(document: str) -> None:
    """The reason why it is no feed says which setting it needs."""
    with pytest.raises(ParseError, match="add type: headlines to its line in feeds"):
        sources.parse(document.encode(), url=URL)


def test_a_page_that_only_has_dates_is_still_a_web_page() -> None:
    """A blog with bylines and an announced feed is told as before, with its feed."""
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head>'
    page += "<p>By A - Blog - January 14th, 2026</p><li>B - Blog - January 13th, 2026</li></html>"
    with pytest.raises(ParseError, match=r"a web page, not a feed; it links to https://blog\.example/feed"):
        sources.parse(page.encode(), url=URL)


def test_a_date_that_cannot_be_true_is_none() -> None:
    """A date far ahead of the clock is not believed, as in a feed."""
    understood = understand(HTML, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert [item.published for item in understood.items] == [None, None]


def test_a_list_is_understood_where_it_can_be_killed() -> None:
    """The same comes of it in a process of its own, whose values can travel."""
    with Killable() as killable:
        job = Job(body=HTML.encode(), url=URL, is_list=True, timezone=AUCKLAND.key, now=int(NOW.timestamp()))
        assert killable.run(understanding.understand, job) == understanding.understand(job)
