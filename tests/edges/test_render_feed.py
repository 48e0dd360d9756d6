"""The outgoing feed, read as a subscriber would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from aggregator.edges import render
from tests.builders import NOON, sighting, site, stored, story


def parsed(content: bytes) -> Any:
    """Read a feed as a subscriber would, without cleaning it."""
    return feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)


def categories(content: bytes) -> list[str | None]:
    """Read the categories of a feed's items; feedparser does not where our own reading of feeds is loaded."""
    return [element.text for element in ElementTree.fromstring(content).iter("category")]


def test_feed_tells_everything_about_a_story() -> None:
    """A subscriber reads title, link, permanent id, date, author, category, source, and who else had the story."""
    lead = {
        "title": "Rain & “hail”",
        "summary": "It fell <hard>.",
        "author": "Ada Writer",
        "category": "World",
        "language": "en-GB",
        "time": NOON,
        "first_seen": NOON + timedelta(minutes=9),
        "sightings": (sighting("Far Times"), sighting("Example News", feed="https://news.example/rss?a=1&b=2")),
    }
    content = render.feed([story(7, stored(8, source="Old Post"), **lead)], site=site())
    result = parsed(content)
    (entry,) = result.entries
    assert not result.bozo
    assert result.version == "rss20"
    assert (entry.title, entry.link, entry.id, entry.guidislink) == (
        "Rain & “hail”",
        "https://news.example/7",
        "story:7",
        False,
    )
    assert entry.description == (
        "<p>It fell &lt;hard&gt;.</p>"
        '<ul><li><a href="https://news.example/8">Headline number 8</a> – Old Post</li></ul>'
        "<p>Example News — also in Far Times, Old Post</p>"
    )
    assert (entry.author, entry.source.title) == ("Ada Writer", "Example News")
    assert categories(content) == ["World"]
    assert entry.source.href == "https://news.example/rss?a=1&b=2"
    assert entry.published == "Wed, 14 Jan 2026 12:00:00 GMT"
    assert result.feed.updated == "Wed, 14 Jan 2026 12:09:00 GMT"
    assert (result.feed.title, result.feed.link, result.feed.language) == (
        "The Daily Digest",
        "https://digest.example/",
        "en-GB",
    )
    assert result.feed.docs == "https://www.rssboard.org/rss-specification"
    assert [link.href for link in result.feed.links if link.rel == "self"] == ["https://digest.example/feed.xml"]


def test_feed_leaves_out_what_is_not_known() -> None:
    """Without stories or an address of the site, dates, language and the link to itself are absent."""
    content = render.feed([], site=site(url=None)).decode()
    assert not any(name in content for name in ("lastBuildDate", "<language", "atom:link", "pubDate"))
    bare = story(link=None, author="", category="", summary="", sightings=())
    told = render.feed([bare], site=site())
    (entry,) = parsed(told).entries
    assert not {"link", "author", "source"} & set(entry)
    assert categories(told) == []
    assert entry.description == "<p>Example News</p>"


@pytest.mark.parametrize(("languages", "language"), [(("fr", "fr"), "fr"), (("fr", "de"), None), (("fr", ""), None)])
def test_feed_names_a_language_only_if_all_agree(languages: tuple[str, ...], language: str | None) -> None:
    """The feed's language is that of its stories where they have one in common."""
    told = [story(number, language=each) for number, each in enumerate(languages)]
    assert parsed(render.feed(told, site=site())).feed.get("language") == language


def test_feed_holds_the_newest_200() -> None:
    """The feed holds 200 stories at most, the newest, in the order given."""
    ids = [entry.id for entry in parsed(render.feed([story(n) for n in range(250, 0, -1)], site=site())).entries]
    assert ids == [f"story:{number}" for number in range(250, 50, -1)]


def test_feed_drops_the_oldest_beyond_its_size() -> None:
    """The feed stays within its limit by leaving out the oldest stories, escapes counted."""
    told = [story(number, summary="<&é>" * 500) for number in range(50, 0, -1)]
    content = render.feed(told, site=site(), limit=100_000)
    ids = [entry.id for entry in parsed(content).entries]
    assert 70_000 < len(content) <= 100_000
    assert ids == [f"story:{number}" for number in range(50, 50 - len(ids), -1)]


def test_feed_is_4_mib_at_most() -> None:
    """Two hundred stories of the greatest length stay within 4 MiB."""
    told = [story(number, summary="&" * 10_000) for number in range(200, 0, -1)]
    assert len(render.feed(told, site=site())) <= 4 * 2**20
