"""What looks into documents, called as the killable processes call it: here in this process, and once in theirs."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from aggregator.core import pieces
from aggregator.core.errors import ParseError
from aggregator.core.model import Timetable
from aggregator.edges import understanding
from aggregator.edges.killable import Killable
from aggregator.edges.sources import parsing
from aggregator.edges.understanding import Job, Offers, Page, Understood

NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
URL = "https://news.example/feed.xml"
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Example  News</title><ttl>90</ttl>
<item><title>Council votes on bridge</title><guid>a1</guid><link>/articles/1</link></item>
<item><title>River <b>rises</b></title><guid>a2</guid><link>/articles/2</link></item></channel></rss>"""
PAGE = b"""<!doctype html><html><head><title>News</title>
<link rel="alternate" type="application/rss+xml" href="/news/feed.xml"></head><body>Hello</body></html>"""


def job(body: bytes = FEED, *, known: Iterable[bytes] = (), name: str | None = None) -> Job:
    """Build the job of reading a document."""
    packed = pieces.packed((mark, number) for number, mark in enumerate(known))
    now = int(NOW.timestamp())
    return Job(body=body, url=URL, content_type="application/rss+xml", known=packed, name=name, now=now)


def test_a_document_becomes_clean_items() -> None:
    """Title, format, timetable and clean items with absolute links come of a document, and a mark for each."""
    understood = understanding.understand(job())
    assert (understood.format, understood.title) == ("RSS 2.0", "Example News")
    assert understood.timetable == Timetable(ttl=timedelta(minutes=90))
    assert [(item.title, item.link, item.source) for item in understood.items] == [
        ("Council votes on bridge", "https://news.example/articles/1", "Example News"),
        ("River rises", "https://news.example/articles/2", "Example News"),
    ]
    assert (len(set(understood.pieces)), understood.repeated, understood.left_out) == (2, (), 0)


def test_the_configured_name_is_the_source_of_items() -> None:
    """A feed that has a name in the settings lends it to its items."""
    assert {item.source for item in understanding.understand(job(name="The Example")).items} == {"The Example"}


def test_what_is_known_is_not_read_again() -> None:
    """Entries whose marks are known come back as marks, the others as items."""
    first, second = understanding.understand(job()).pieces
    again = understanding.understand(job(known=[first]))
    assert [item.title for item in again.items] == ["River rises"]
    assert (again.pieces, again.repeated) == ((second,), (first,))


def test_what_a_document_says_of_itself_goes_out_and_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be remembered of a head comes with the items, and is used when it is given back."""
    first = understanding.understand(job())
    monkeypatch.setattr(parsing, "parsed", lambda *_, **__: pytest.fail("read again"))
    again = understanding.understand(replace(job(known=first.pieces), head=first.head))
    assert first.head and replace(again, repeated=()) == replace(first, items=(), pieces=())


def test_what_is_no_feed_is_refused() -> None:
    """A web page is a ParseError in plain words."""
    with pytest.raises(ParseError, match="this is a web page, not a feed"):
        understanding.understand(job(PAGE))


def test_a_feed_is_told_from_a_page() -> None:
    """Whether an address leads to a feed is a question with a plain answer."""
    assert understanding.is_feed(Page(body=FEED, url=URL))
    assert not understanding.is_feed(Page(body=PAGE, url=URL))


def test_a_page_offers_feeds() -> None:
    """What a page links to, and where its site's feeds usually live, are listed apart."""
    offers = understanding.offers(Page(body=PAGE, url="https://news.example/start", content_type="text/html"))
    assert offers.linked == ("https://news.example/news/feed.xml",)
    assert "https://news.example/feed.xml" in offers.guessed


@pytest.mark.parametrize(
    "value", [job(), Page(body=PAGE, url=URL), Understood(format="RSS 2.0"), Offers(linked=(), guessed=())]
)
def test_values_survive_the_way_to_another_process(value: object) -> None:
    """What goes in and what comes out is the same after it was written and read."""
    assert pickle.loads(pickle.dumps(value)) == value


def test_another_process_understands_the_same() -> None:
    """A killable process gives exactly what this one gives, errors included."""
    with Killable() as killable:
        assert killable.run(understanding.understand, job()) == understanding.understand(job())
        assert killable.run(understanding.is_feed, Page(body=FEED, url=URL))
        assert killable.run(understanding.offers, Page(body=PAGE, url=URL)).linked
        with pytest.raises(ParseError) as caught:
            killable.run(understanding.understand, job(PAGE))
    with pytest.raises(ParseError) as expected:
        understanding.understand(job(PAGE))
    assert (caught.value.url, caught.value.reason) == (expected.value.url, expected.value.reason)
