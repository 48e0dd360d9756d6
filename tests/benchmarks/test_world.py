"""The benchmark's press: the same for the same seed, mixed as promised, and each telling what its name says."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median
from xml.parsers import expat

import pytest

from aggregator.edges import sources
from benchmarks import documents
from benchmarks.world import Feed, Format, Telling, World

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
SITE = "http://press.example"
WORLD = World(size=100, now=NOW)
#: One of each format, and the ill-formed ones.
PICKED = [feed for feed in WORLD.feeds if feed.number < 6 or feed.flaw]


def written(feed: Feed, telling: Telling = Telling.FIRST) -> bytes:
    """Write a feed's document."""
    return documents.write(feed, telling, site=SITE)


def items(document: bytes) -> list[bytes]:
    """Cut a document into its raw items."""
    return re.findall(rb"<(?:item|entry)[ >].*?</(?:item|entry)>", document, re.DOTALL)


def is_well_formed(document: bytes) -> bool:
    """Ask expat."""
    try:
        expat.ParserCreate().Parse(document, True)
    except expat.ExpatError:
        return False
    return True


def test_the_same_seed_writes_the_same_bytes() -> None:
    """A world follows from size, seed and moment alone; another seed makes another."""
    again, other = (World(size=3, now=NOW, seed=seed) for seed in (1, 2))
    assert [written(feed) for feed in again.feeds] == [written(feed) for feed in WORLD.feeds[:3]]
    assert all(written(feed) != written(WORLD.feeds[feed.number]) for feed in other.feeds)


def test_the_mixture_is_as_promised() -> None:
    """Of a hundred feeds 72, 21 and 7 have the three formats, two are ill-formed, and their sizes are real ones'."""
    feeds, sizes = WORLD.feeds, [len(written(feed)) for feed in WORLD.feeds]
    assert Counter(feed.format for feed in feeds) == {Format.RSS: 72, Format.ATOM: 21, Format.RDF: 7}
    assert [feed.number for feed in feeds if not is_well_formed(written(feed))] == [21, 71]
    assert 40_000 < median(sizes) < 60_000
    assert 20 <= WORLD.items(Telling.FIRST) / len(feeds) <= 26


@pytest.mark.parametrize("feed", PICKED, ids=lambda feed: f"{feed.number}-{feed.format.name}-{feed.flaw}")
def test_every_item_can_be_read(feed: Feed) -> None:
    """Each document, also an ill-formed one, holds the items that the world counts, each with a name and a date."""
    document = sources.parse(written(feed), url=SITE + feed.path, content_type=feed.format)
    assert len(document.entries) == feed.length
    assert len({entry.guid or entry.link for entry in document.entries}) == feed.length
    assert len({entry.title.value for entry in document.entries}) == feed.length
    published = [entry.published or entry.updated for entry in document.entries]
    assert all(date and NOW - timedelta(days=150) < date < NOW for date in published)
    assert published == sorted(published, key=lambda date: date or NOW, reverse=True)


@pytest.mark.parametrize("feed", PICKED, ids=lambda feed: f"{feed.number}-{feed.format.name}-{feed.flaw}")
def test_tellings_differ_as_their_names_say(feed: Feed) -> None:
    """HEAD changes bytes before the first item only; NEWS puts one new item on top and drops the oldest."""
    first, head, news = (written(feed, telling) for telling in Telling)
    assert head != first
    assert items(head) == items(first)
    assert len(head) == len(first)
    assert items(news)[1:] == items(first)[:-1]
    assert items(news)[0] not in items(first)


def test_what_is_stored_in_the_end_is_counted() -> None:
    """After the news a store holds one item more of each feed, since the dropped one stays."""
    assert WORLD.items(Telling.HEAD) == WORLD.items(Telling.FIRST) == sum(len(items(written(f))) for f in WORLD.feeds)
    assert WORLD.items(Telling.NEWS) == WORLD.items(Telling.FIRST) + 100
