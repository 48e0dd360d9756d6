"""What is remembered of what a document says of itself, and when it is recognised."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.edges import sources
from aggregator.edges.sources import heads, parsing

URL = "https://example.org/feeds/news.xml"
ATOM = "http://www.w3.org/2005/Atom"
HEAD = "<title>News</title><language>en</language><ttl>90</ttl><link>/</link>"
ITEM = "<item><title>One</title></item>"


def rss(head: str = HEAD, *, items: str = ITEM) -> str:
    """Write an RSS 2.0 document."""
    return f"<rss version='2.0'><channel>{head}{items}</channel></rss>"


def remembered(document: str, *, url: str = URL) -> str:
    """Read a document for the first time, and give what is remembered of its head."""
    return sources.parse(document.encode(), url=url).head


def times_parsed(document: str, *, head: str, url: str = URL, monkeypatch: pytest.MonkeyPatch) -> int:
    """Count how often feedparser is asked to read a document whose entries are known and whose head was ``head``."""
    known = set(sources.parse(document.encode(), url=url).pieces)
    parsed, asked = parsing.parsed, []

    def counted(written: bytes, *, url: str) -> parsing.Values:
        asked.append(written)
        return parsed(written, url=url)

    with monkeypatch.context() as patched:
        patched.setattr(parsing, "parsed", counted)
        sources.parse(document.encode(), url=url, known=known, head=head)
    return len(asked)


@pytest.mark.parametrize(
    "after",
    [
        rss(),
        rss(items=ITEM + "\n  " + ITEM),
        rss("\n" + HEAD.replace("<ttl>", "\n\t<ttl>")),
        *(
            rss(f"{HEAD}<{name}>{date}</{name}>")
            for name in ("lastBuildDate", "pubDate", "updated")
            for date in ("Wed, 14 Jan 2026 07:00:00 +0000", "2026-01-14T07:00:00.5+01:00", "")
        ),
    ],
)
def test_a_head_that_says_nothing_new_is_not_read(after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is spaced, and whenever it says that it was written, a head is known again."""
    assert times_parsed(after, head=remembered(rss()), monkeypatch=monkeypatch) == 0


@pytest.mark.parametrize(
    "after",
    [
        rss(HEAD.replace("News", "Olds")),
        rss(HEAD.replace("90", "91")),
        rss(HEAD + "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily</sy:updatePeriod>"),
        rss().replace("2.0", "0.92"),
        rss(HEAD + "<updated><title>Olds</title></updated>"),
        rss(HEAD + "<pubDate>a &amp; b</pubDate>"),
        rss(HEAD + f"<updated>{'long ' * 20}</updated>"),
    ],
)
def test_a_head_that_says_something_else_is_read(after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is different in a head but plain dates has it read anew."""
    assert times_parsed(after, head=remembered(rss()), monkeypatch=monkeypatch) == 1


def test_what_is_recalled_is_what_was_read() -> None:
    """Title, language, format and timetable of a head that is not read again are those of the first time."""
    first = sources.parse(rss().encode(), url=URL)
    again = sources.parse(rss().encode(), url=URL, known=set(first.pieces), head=first.head)
    assert (again.format, again.title, again.language) == ("RSS 2.0", "News", "en")
    assert (again.timetable.ttl, again.head) == (timedelta(minutes=90), first.head)


def test_skipped_hours_are_not_remembered_but_read() -> None:
    """A list of hours that is not part of what feedparser tells is found in every document."""
    hours = "<skipHours><hour>3</hour></skipHours>"
    first = sources.parse(rss(HEAD + hours).encode(), url=URL)
    again = sources.parse(rss(HEAD + hours).encode(), url=URL, known=set(first.pieces), head=first.head)
    assert again.timetable.skip_hours == first.timetable.skip_hours == {3}


def test_a_head_belongs_to_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """At another address a head is read anew: addresses in it are relative to that."""
    moved = times_parsed(rss(), head=remembered(rss()), url="https://example.com/", monkeypatch=monkeypatch)
    assert moved == 1


def test_an_author_of_all_entries_is_remembered() -> None:
    """Entries that name nobody are by the author whom Atom's head names, also when that is not read again."""
    feed = f"<feed xmlns='{ATOM}'><author><name>Ann</name></author>{{}}</feed>"
    first = sources.parse(feed.format("<entry><id>1</id></entry>").encode(), url=URL)
    both = feed.format("<entry><id>2</id></entry><entry><id>1</id></entry>").encode()
    again = sources.parse(both, url=URL, known=set(first.pieces), head=first.head)
    assert [(entry.guid, entry.author) for entry in again.entries] == [("2", "Ann")]


def test_a_long_head_is_not_remembered() -> None:
    """What is remembered takes little room, whatever a publisher calls itself."""
    assert remembered(rss("<title>" + "a" * 3000 + "</title>")) == ""


@pytest.mark.parametrize("head", ["x", "[]", '["00"]', "{}", '["0000000000000000", 1]'])
def test_what_was_never_remembered_is_not_recalled(head: str) -> None:
    """A text that is none of ours is as good as none."""
    assert heads.read(rss(items="").encode(), url=URL, remembered=head) == heads.read(
        rss(items="").encode(), url=URL, remembered=""
    )


def test_a_document_that_cannot_be_cut_has_no_head_to_remember() -> None:
    """A document that is read whole is read whole every time."""
    assert remembered("<!DOCTYPE rss>" + rss()) == ""
