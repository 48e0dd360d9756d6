"""From entries as published to items fit to store, rule by rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import normalise, text
from aggregator.core.model import Document, Entry, Item, Prose

NOW = datetime(2026, 1, 14, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
URL = "https://feeds.example/news/rss.xml"

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
PROSE = st.builds(Prose, value=ANYTHING, is_html=st.booleans(), base=st.sampled_from(["", URL, "x:", "http://["]))
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
LINKS = st.none() | ANYTHING | st.sampled_from(["/a", "http://[", "javascript:x", "https://news.example/a"])
ENTRIES = st.builds(
    Entry,
    guid=st.none() | ANYTHING,
    link=LINKS,
    title=PROSE,
    summary=PROSE,
    content=PROSE,
    author=ANYTHING,
    source=ANYTHING,
    published=MOMENTS,
    updated=MOMENTS,
    enclosure=LINKS,
    language=ANYTHING,
)


def html(value: str, *, base: str = "") -> Prose:
    """Write a text with markup."""
    return Prose(value=value, is_html=True, base=base)


def document(*entries: Entry, **changes: Any) -> Document:
    """Build a document of these entries."""
    return Document(format="RSS 2.0", entries=entries, **changes)


def item(entry: Entry, *, name: str | None = "Example News", url: str = URL, **changes: Any) -> Item:
    """Clean one entry of a document."""
    (made,) = normalise.items(document(entry, **changes), name=name, url=url, now=NOW)
    return made


# --- whole documents -------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(ENTRIES, max_size=4), st.none() | st.just("Example News"), ANYTHING, ANYTHING)
def test_no_entry_is_lost_and_every_item_is_clean(
    entries: list[Entry], name: str | None, title: str, language: str
) -> None:
    """Whatever is published, each entry becomes one item with a title, a source, safe links and believable dates."""
    told = document(*entries, title=title, language=language)
    items = normalise.items(told, name=name, url=URL, now=NOW)
    assert len(items) == len(entries)
    for one in items:
        assert 0 < len(one.title) <= normalise.TITLE_LIMIT
        assert 0 < len(one.source) <= normalise.NAME_LIMIT
        assert len(one.summary) <= normalise.SUMMARY_LIMIT
        for line in (one.title, one.source, one.summary, one.author):
            assert text.line(line) == line
        assert one.link is None or (one.link.isascii() and one.link.startswith(("http://", "https://")))
        assert one.guid is None or (one.guid.strip() and text.legal(one.guid) == one.guid)
        for moment in (one.published, one.updated):
            assert moment is None or normalise.EARLIEST <= moment <= NOW + DAY


def test_items_keep_their_order() -> None:
    """Items stand as the document lists them."""
    entries = [Entry(guid=str(number)) for number in (3, 1, 2)]
    made = normalise.items(document(*entries), name=None, url=URL, now=NOW)
    assert [one.guid for one in made] == ["3", "1", "2"]


def test_an_empty_entry_is_an_item() -> None:
    """An entry that says nothing is still an entry."""
    assert item(Entry()) == Item(title="Untitled", source="Example News")


# --- source ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "name", "title", "source"),
    [
        ("The <b>Herald</b> &amp; Star", "Example News", "Feed", "The Herald & Star"),
        ("", "Example News", "Feed", "Example News"),
        ("  ", "Example News", "Feed", "Example News"),
        ("<br>", "Example News", "Feed", "Example News"),
        ("", None, "The Feed&#8217;s own\n title", "The Feed’s own title"),
        ("", None, "", "https://feeds.example/news/rss.xml"),
        ("", None, "<p> </p>", "https://feeds.example/news/rss.xml"),
    ],
)
def test_the_source_is_the_first_name_there_is(own: str, name: str | None, title: str, source: str) -> None:
    """The entry's own source comes first, then the configured name, the feed's title, its address."""
    url = "https://reader:word@feeds.example/news/rss.xml"
    assert item(Entry(source=own), name=name, title=title, url=url).source == source


def test_a_feeds_title_is_a_short_line() -> None:
    """A feed's own title has no markup and a bounded length."""
    assert normalise.feed_title(document(title=" The <i>Daily</i>\n&amp;c. ")) == "The Daily &c."
    assert len(normalise.feed_title(document(title="word " * 1000))) <= normalise.NAME_LIMIT
    assert normalise.feed_title(document()) == ""


# --- title and summary -----------------------------------------------------------------------------------------------

LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        (Entry(title=Prose(value=" R&amp;D  wins ")), "R&D wins"),
        (Entry(title=html("<b>Bold</b> claim")), "Bold claim"),
        (Entry(title=Prose(value="a <b> c")), "a <b> c"),
        (Entry(title=html("<br>"), summary=Prose(value="Told in short")), "Told in short"),
        (Entry(summary=Prose(value=LONG)), "one two three four five six seven eight nine ten eleven twelve…"),
        (Entry(content=html("<p>Only</p><p>content</p>")), "Only content"),
        (Entry(enclosure="https://cdn.example/audio/show-1.mp3?x=1", link="/a/b"), "show-1.mp3"),
        (Entry(link="https://news.example/2026/storm-ada/"), "storm-ada"),
        (Entry(link="https://news.example/"), "Untitled"),
        (Entry(enclosure="http://[broken"), "Untitled"),
    ],
)
def test_a_title_is_found_somewhere(entry: Entry, title: str) -> None:
    """A missing title is the beginning of the text, else the file's or the page's name, else "Untitled"."""
    assert item(entry).title == title


@pytest.mark.parametrize(
    ("entry", "summary"),
    [
        (Entry(title=Prose(value="T"), summary=html("<p>One</p><p>two</p>")), "One two"),
        (Entry(title=Prose(value="T"), content=html("<p>Content</p>")), "Content"),
        (Entry(title=Prose(value="T"), summary=html("<br>"), content=html("Content")), "Content"),
        (Entry(title=Prose(value="T"), summary=Prose(value="Short"), content=html("Long")), "Short"),
        (Entry(title=Prose(value="Same"), summary=html("<p>Same</p>")), ""),
        (Entry(summary=Prose(value="Only this")), ""),
        (Entry(summary=Prose(value=LONG)), LONG),
        (Entry(title=Prose(value="T")), ""),
    ],
)
def test_a_summary_adds_to_the_title(entry: Entry, summary: str) -> None:
    """The summary is the published one, else the content as text, and nothing where it only repeats the title."""
    assert item(entry).summary == summary


def test_texts_are_bounded() -> None:
    """Title, summary, names and guid of any length are cut, the texts at a word."""
    flood = "word " * 5000
    made = item(
        Entry(title=Prose(value=flood), summary=html(flood), author=flood, source=flood, guid="x" * 5000),
    )
    for value, limit in [
        (made.title, normalise.TITLE_LIMIT),
        (made.summary, normalise.SUMMARY_LIMIT),
        (made.author, normalise.NAME_LIMIT),
        (made.source, normalise.NAME_LIMIT),
    ]:
        assert limit - 10 < len(value) <= limit
        assert value.endswith("word…")
    assert made.guid and len(made.guid) == normalise.GUID_LIMIT + 32


# --- content ---------------------------------------------------------------------------------------------------------


def test_content_is_kept_as_safe_html() -> None:
    """Kept HTML has no scripts, and its links start from its own base, else from the document's address."""
    hostile = "<p onclick=x>Text <a href=b>b</a><script>alert(1)</script></p>"
    rel = 'rel="noopener noreferrer nofollow"'
    assert item(Entry(content=html(hostile))).content == (
        f'<p>Text <a href="https://feeds.example/news/b" {rel}>b</a></p>'
    )
    assert item(Entry(content=html(hostile, base="https://news.example/a/"))).content == (
        f'<p>Text <a href="https://news.example/a/b" {rel}>b</a></p>'
    )


def test_content_without_markup_is_no_html() -> None:
    """Plain content is told in the summary and never stored as HTML."""
    made = item(Entry(title=Prose(value="T"), content=Prose(value="1 < 2 <script>")))
    assert (made.content, made.summary) == ("", "1 < 2 <script>")


# --- link, guid, language --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "enclosure", "kept"),
    [
        ("https://news.example/a", None, "https://news.example/a"),
        ("a?b=ä", None, "https://feeds.example/news/a?b=%C3%A4"),
        ("javascript:alert(1)", "https://cdn.example/a.mp3", "https://cdn.example/a.mp3"),
        (None, "/a.mp3", "https://feeds.example/a.mp3"),
        ("  ", None, None),
        ("", "", None),
        ("mailto:desk@news.example", "data:,x", None),
    ],
)
def test_the_link_is_safe_or_none(link: str | None, enclosure: str | None, kept: str | None) -> None:
    """A link is http or https and absolute; the enclosure stands in for one that is missing or unsafe."""
    assert item(Entry(link=link, enclosure=enclosure)).link == kept


def test_the_link_shown_is_the_publishers_own() -> None:
    """What wraps a link is taken off; titles stay as they were written, whatever they are compared as."""
    told = item(
        Entry(
            link="https://www.google.com/url?q=https%3A%2F%2Fcourier.example%2F1%3Futm_source%3Drss",
            title=Prose(value="UPDATE 2-Trumpâs ferry - Courier"),
            home="https://courier.example/",
        )
    )
    assert told.link == "https://courier.example/1?utm_source=rss"
    assert told.title == "UPDATE 2-Trumpâs ferry - Courier"
    assert told.home == "https://courier.example/"


def test_long_guids_that_differ_at_the_end_stay_different() -> None:
    """Cutting a guid does not make two of one."""
    entries = (Entry(guid="x" * 5000 + end) for end in "ab")
    one, other = normalise.items(Document(format="RSS 2.0", entries=tuple(entries)), name="N", url=URL, now=NOW)
    assert one.guid != other.guid


@pytest.mark.parametrize(
    ("guid", "kept"),
    [
        ("tag:news.example,2026:1", "tag:news.example,2026:1"),
        (" 42\n", "42"),
        ("a\x01b", "ab"),
        ("Case Kept", "Case Kept"),
        ("", None),
        (" \n", None),
        ("\x00", None),
        (None, None),
    ],
)
def test_a_guid_is_an_opaque_name(guid: str | None, kept: str | None) -> None:
    """A guid is kept as it is but for what XML forbids and the white space around it."""
    assert item(Entry(guid=guid)).guid == kept


@pytest.mark.parametrize(
    ("own", "feeds", "kept"),
    [
        ("de", "en", "de"),
        ("", "en-GB", "en-GB"),
        ("pt_BR", "en", "pt-BR"),
        (" zh-Hant-TW ", "", "zh-Hant-TW"),
        ("English", "en", ""),
        ('en" onload="x', "", ""),
        ("en-" + "a-" * 40, "", ""),
        ("", "", ""),
    ],
)
def test_a_language_is_a_tag_or_nothing(own: str, feeds: str, kept: str) -> None:
    """The entry's language comes before the feed's, and what is no language tag is none."""
    assert item(Entry(language=own), language=feeds).language == kept


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_believable"),
    [
        (None, False),
        (NOW, True),
        (NOW - 365 * DAY, True),
        (NOW + DAY, True),
        (NOW + DAY + SECOND, False),
        (normalise.EARLIEST, True),
        (normalise.EARLIEST - SECOND, False),
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime(1, 1, 1, tzinfo=UTC), False),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), False),
    ],
)
def test_a_date_is_believable_or_none(moment: datetime | None, is_believable: bool) -> None:
    """A date before the web or more than a day ahead is no date."""
    assert normalise.believable(moment, now=NOW) == (moment if is_believable else None)


@pytest.mark.parametrize(
    ("published", "updated", "kept"),
    [
        (NOW - DAY, NOW, (NOW - DAY, NOW)),
        (None, NOW, (NOW, NOW)),
        (NOW + 2 * DAY, NOW - DAY, (NOW - DAY, NOW - DAY)),
        (NOW, NOW + 2 * DAY, (NOW, None)),
        (datetime(1970, 1, 1, tzinfo=UTC), None, (None, None)),
        (None, None, (None, None)),
    ],
)
def test_the_update_stands_in_for_a_missing_date(
    published: datetime | None, updated: datetime | None, kept: tuple[datetime | None, datetime | None]
) -> None:
    """An entry is dated as published, else as updated, else not at all."""
    made = item(Entry(published=published, updated=updated))
    assert (made.published, made.updated) == kept
