"""How JSON Feed documents are understood."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.errors import ParseError
from aggregator.core.model import Document, Entry, Prose
from aggregator.edges import sources

URL = "https://example.org/feeds/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def feed(**fields: Any) -> Document:
    """Parse a JSON Feed with these top-level fields."""
    return sources.parse(json.dumps({"version": VERSION, "title": "News", **fields}).encode(), url=URL)


def entry(**fields: Any) -> Entry:
    """Parse a JSON Feed of one item with these fields."""
    (only,) = feed(items=[fields]).entries
    return only


def reason(body: str, *, content_type: str = "") -> str:
    """Parse what is no JSON Feed, and give the reason."""
    with pytest.raises(ParseError) as caught:
        sources.parse(body.encode(), url=URL, content_type=content_type)
    return caught.value.reason


def test_a_whole_item_is_understood() -> None:
    """Every field that we keep is taken from its place in JSON Feed 1.1."""
    assert entry(
        id="tag:1",
        url="https://example.org/1",
        external_url="https://example.net/",
        title="Bread",
        summary="It is back.",
        content_html="<p>Back.</p>",
        content_text="Back.",
        date_published="2026-01-14T07:00:00Z",
        date_modified="2026-01-14T09:30:15.25+01:00",
        language="en-GB",
        authors=[{"name": "Ann Lee"}, {"name": "Bo"}, {"url": "https://example.org/"}],
        attachments=[{"url": "javascript:x"}, {"url": "/bread.mp3"}],
    ) == Entry(
        guid="tag:1",
        link="https://example.org/1",
        title=Prose(value="Bread", base=URL),
        summary=Prose(value="It is back.", base=URL),
        content=Prose(value="<p>Back.</p>", is_html=True, base=URL),
        author="Ann Lee, Bo",
        published=datetime(2026, 1, 14, 7, tzinfo=UTC),
        updated=datetime(2026, 1, 14, 8, 30, 15, tzinfo=UTC),
        enclosure="https://example.org/bread.mp3",
        language="en-GB",
    )


def test_a_feed_says_who_it_is() -> None:
    """Title, home page and language come from the top level."""
    document = feed(home_page_url="/home", language="de", items=[])
    assert (document.title, document.language) == ("News", "de")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("https://jsonfeed.org/version/1", "JSON Feed 1.0"),
        ("https://jsonfeed.org/version/1.1", "JSON Feed 1.1"),
        ("http://jsonfeed.org/version/1.1", "JSON Feed 1.1"),
        ("https://jsonfeed.org/version/" + "9" * 50, "JSON Feed 9.0"),
        (None, "JSON Feed"),
    ],
)
def test_the_version_is_named(version: str | None, expected: str) -> None:
    """The format is the version's number; without a version, a title and items are enough."""
    assert feed(version=version, items=[]).format == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"items": []}', "no JSON Feed"),
        ('{"title": "x", "items": {}}', "no JSON Feed"),
        ('{"version": "1.1", "title": "x", "items": []}', "no JSON Feed"),
        ('{"version": ["https://jsonfeed.org/version/1"]}', "no JSON Feed"),
        ('{"version": ', "the JSON is broken"),
        ("{" * 3, "the JSON is broken"),
        ('{"a":' * 200_000, "nested too deeply"),
    ],
)
def test_other_json_is_refused(body: str, expected: str) -> None:
    """JSON that is broken, too deep or something else is refused with that reason."""
    assert expected in reason(body)


def test_the_content_type_makes_it_json_unless_it_is_markup() -> None:
    """A body called JSON is judged as JSON, but XML that is called JSON is read as XML."""
    assert "not an object" in reason("[1, 2]", content_type="application/feed+json; charset=utf-8")
    xml = b'<rss version="2.0"><channel><title>x</title></channel></rss>'
    assert sources.parse(xml, url=URL, content_type="application/json").format == "RSS 2.0"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_of_json_are_read(encoding: str) -> None:
    """JSON in UTF-8 or UTF-16, with or without a byte order mark, is read."""
    body = json.dumps({"version": VERSION, "title": "Хлеб 🥖", "items": []}, ensure_ascii=False).encode(encoding)
    assert sources.parse(body, url=URL).title == "Хлеб 🥖"


def test_numbers_stand_for_their_text() -> None:
    """An id that is a number keeps every digit, however long it is."""
    assert entry(id=42).guid == "42"
    assert entry(id=int("9" * 4000)).guid == "9" * 4000
    assert entry(id=1.10).guid == "1.1"


@pytest.mark.parametrize("value", [None, True, [], ["x"], {}, {"a": "b"}])
def test_values_of_the_wrong_type_are_ignored(value: object) -> None:
    """What is no text where text belongs counts as missing, and the entry is kept."""
    names = (
        "id",
        "url",
        "external_url",
        "title",
        "summary",
        "content_html",
        "content_text",
        "date_published",
        "language",
    )
    assert entry(**dict.fromkeys((*names, "date_modified", "attachments"), value)) == Entry(
        title=Prose(base=URL), summary=Prose(base=URL), content=Prose(base=URL)
    )


def test_items_of_the_wrong_type_are_ignored() -> None:
    """What is no object among the items is no entry; items that are no list are none."""
    assert [one.guid for one in feed(items=["x", 3, None, {"id": "a"}, [{}]]).entries] == ["a"]
    assert feed(items="x").entries == feed(items=None).entries == ()


def test_plain_content_stands_in_for_markup() -> None:
    """content_text is the content where there is no content_html, and is no markup."""
    assert entry(content_text="a < b").content == Prose(value="a < b", base=URL)


def test_links_are_absolute_web_addresses() -> None:
    """Links are made absolute against the feed's address; external_url stands in; other schemes are no links."""
    assert entry(url="/1").link == "https://example.org/1"
    assert entry(url="javascript:x", external_url="https://example.net/2").link == "https://example.net/2"
    assert entry(url="mailto:x@example.org").link is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"author": {"name": "Ann"}}, "Ann"),
        ({"author": "Ann"}, "Ann"),
        ({"author": {"name": "Old"}, "authors": [{"name": "New"}]}, "New"),
        ({"authors": []}, ""),
        ({"authors": [{"name": "ann@example.org (Ann Lee)"}]}, "Ann Lee"),
        ({"authors": [{"name": "ann@example.org"}, {"name": ["x"]}]}, "ann@example.org"),
    ],
)
def test_authors_of_both_versions_are_read(fields: dict[str, Any], expected: str) -> None:
    """1.1's authors come before 1.0's author, and a name before an e-mail address."""
    assert entry(**fields).author == expected


def test_the_feeds_author_is_that_of_items_without_one() -> None:
    """Authors of the feed are those of the items that name none (JSON Feed 1.1, "Top-level")."""
    document = feed(authors=[{"name": "The Desk"}], items=[{"id": 1}, {"id": 2, "author": {"name": "Ann"}}])
    assert [one.author for one in document.entries] == ["The Desk", "Ann"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-14T07:00:00Z", datetime(2026, 1, 14, 7, tzinfo=UTC)),
        ("2026-01-14t07:00:00.123456789z", datetime(2026, 1, 14, 7, tzinfo=UTC)),
        ("2026-01-14T07:00:00+0100", datetime(2026, 1, 14, 6, tzinfo=UTC)),
        ("2026-01-14 07:00:00 -05", datetime(2026, 1, 14, 12, tzinfo=UTC)),
        ("2026-01-14T07:00", datetime(2026, 1, 14, 7, tzinfo=UTC)),
        ("2026-01-14", datetime(2026, 1, 14, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("0000-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2026-02-30T00:00:00Z", None),
        ("1630886460", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read_leniently_and_never_guessed(value: str, expected: datetime | None) -> None:
    """RFC 3339 dates and their usual slips are read as UTC; what the calendar cannot hold is no date."""
    assert entry(date_published=value).published == expected


def test_half_an_emoji_is_dropped() -> None:
    """A lone surrogate, which no database or page can hold, is dropped; a pair is one character."""
    body = f'{{"version": "{VERSION}", "items": [{{"id": "a\\ud83d", "title": "\\ud83e\\udd56"}}]}}'
    (only,) = sources.parse(body.encode(), url=URL).entries
    assert (only.guid, only.title.value) == ("a", "🥖")


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["id", "url", "title", "authors", "author", "attachments", "date_published", "content_html"]),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "url"]), inner),
            max_leaves=5,
        ),
    )
)
def test_no_value_breaks_an_item(item: dict[str, Any]) -> None:
    """Whatever stands in an item's fields, the item becomes one entry."""
    assert len(feed(items=[item]).entries) == 1
