"""How bytes from the network are told apart: feeds, web pages, and what is neither."""

from __future__ import annotations

import re
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.errors import ParseError
from aggregator.edges import sources

URL = "https://example.org/feeds/news.xml"
PIECES = [
    *(
        "<rss version='2.0'>",
        "<channel>",
        "<item>",
        "<title>",
        "</item>",
        "<guid>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "<html>",
    ),
    *(
        "<feed xmlns=",
        "'http://www.w3.org/2005/Atom'>",
        "<link href=",
        "<entry>",
        "&#x",
        "1;",
        "&amp;",
        "\ufeff",
        "\x00",
    ),
    *("{", '"items"', ":", "[", "]", "}", "é"),
]
ITEM = "<item><title>Bread is back</title></item>"


def rss(items: str = ITEM, *, head: str = "") -> str:
    """Write an RSS 2.0 document around some items."""
    return f'{head}<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def reason(body: bytes | str, *, content_type: str = "") -> str:
    """Parse what is no feed, and give the reason."""
    raw = body.encode() if isinstance(body, str) else body
    with pytest.raises(ParseError) as caught:
        sources.parse(raw, url=URL, content_type=content_type)
    assert caught.value.url == URL
    assert "\n" not in str(caught.value)
    return caught.value.reason


def titles(body: bytes | str, *, content_type: str = "") -> list[str]:
    """Parse a feed, and give the titles of its entries."""
    raw = body.encode() if isinstance(body, str) else body
    return [entry.title.value for entry in sources.parse(raw, url=URL, content_type=content_type).entries]


@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00\x00"])
def test_an_empty_body_is_called_empty(body: bytes) -> None:
    """A body of nothing, white space or a lone byte order mark is an empty document."""
    assert reason(body) == "the document is empty"


def test_a_web_page_names_the_feed_it_links_to() -> None:
    """A web page is refused with the first feed that it announces."""
    page = """<!DOCTYPE html><html><head><title>News</title>
      <link rel="alternate" type="application/rss+xml" href="/all.xml?a=1&amp;b=2">
      <link rel="alternate" type="application/atom+xml" href="/atom.xml"></head><body>Hello</body></html>"""
    assert reason(page) == "this is a web page, not a feed; it links to https://example.org/all.xml?a=1&b=2"


@pytest.mark.parametrize("page", ["<html><p>Hi</html>", "<!doctype html><title>x</title>", "<!-- c --><p>Gone</p>"])
def test_a_web_page_without_feeds_is_called_a_web_page(page: str) -> None:
    """A web page or a piece of one that links to no feed is still told from a broken feed."""
    assert reason(page, content_type="text/html") == "this is a web page, not a feed"


def test_a_web_page_that_mentions_feed_namespaces_is_no_feed() -> None:
    """An XHTML page with a feed's namespace and no feed in it is a web page, not an empty feed."""
    page = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:atom="http://www.w3.org/2005/Atom"><body>x</body></html>'
    assert reason(page) == "this is a web page, not a feed"


def test_a_feed_wrapped_into_a_web_page_is_read() -> None:
    """A feed that a server has put inside a page's body is read all the same."""
    assert titles(f"<html><body>{rss()}</body></html>") == ["Bread is back"]


def test_a_feed_that_calls_itself_a_web_page_is_read() -> None:
    """The content type text/html does not stop a feed from being read."""
    assert titles(rss(), content_type="text/html; charset=utf-8") == ["Bread is back"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Not found\nat all", "no feed format was recognised (it begins with “Not found at all”)"),
        ('<opml version="2.0"/>', "no feed format was recognised (its root element is <opml>)"),
        ("<?xml version='1.0'?><urlset/>", "no feed format was recognised (its root element is <urlset>)"),
    ],
)
def test_what_is_no_feed_is_described(body: str, expected: str) -> None:
    """A document in no known format is refused with what it seems to be."""
    assert reason(body) == expected


@pytest.mark.parametrize("name", ["secret.xml", "/etc/passwd", "https://example.org/feed"])
def test_a_body_that_is_a_path_is_never_opened(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that reads as a file's path or as an address is text, and nothing is opened or fetched."""
    (tmp_path / "secret.xml").write_text(rss())
    monkeypatch.chdir(tmp_path)
    assert "no feed format was recognised" in reason(name)
    assert "no feed format was recognised" in reason(str(tmp_path / "secret.xml"))


def test_what_the_parser_throws_becomes_a_parse_error() -> None:
    """What feedparser raises against its promise, here at GML, is a ParseError that names it."""
    body = (
        '<rss version="2.0" xmlns:gml="http://www.opengis.net/gml">'
        '<channel><item><gml:Point srsName="EPSG:x"><gml:pos>1 2</gml:pos></gml:Point></item></channel></rss>'
    )
    assert reason(body).startswith("the parser failed: ValueError: invalid literal")


def test_places_that_nobody_asks_for_fail_nothing() -> None:
    """What feedparser would raise on in GeoRSS is passed over, and its entry is read."""
    place = '<georss:where><gml:Point srsName="EPSG:x"><gml:pos>1 2</gml:pos></gml:Point></georss:where>'
    spaces = 'xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml"'
    body = f'<rss version="2.0" {spaces}><channel><item>{place}<title>Here</title></item></channel></rss>'
    assert [entry.title.value for entry in sources.parse(body.encode(), url=URL).entries] == ["Here"]


@pytest.mark.parametrize(
    "error", [UnicodeError("a\nb"), re.error("bad escape"), RecursionError(), KeyError("x"), AttributeError("y" * 999)]
)
def test_whatever_the_parser_throws_is_one_short_line(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any exception of the parser becomes a ParseError of one short line, raised from it."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(feedparser, "parse", fail)
    with pytest.raises(ParseError) as caught:
        sources.parse(rss().encode(), url=URL)
    assert caught.value.__cause__ is error
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "idna", "unicode_escape", "zlib", "no-such", "utf-16"])
def test_an_absurd_declared_encoding_does_not_matter(encoding: str) -> None:
    """A declaration that names no encoding of documents (feedparser raises on some) is passed over."""
    assert titles(rss(head=f'<?xml version="1.0" encoding="{encoding}"?>')) == ["Bread is back"]


def test_a_backslash_in_an_entity_is_survived() -> None:
    """An entity that would be a broken regular expression is read as what it is."""
    declared = '<!DOCTYPE rss [<!ENTITY p "C:\\data">]>'
    assert len(titles(rss("<item><title>a &p; b</title></item>", head=declared))) == 1


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    """An entity that points to a file brings nothing of that file."""
    (tmp_path / "secret.txt").write_text("the secret")
    declared = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
    assert "secret" not in titles(rss("<item><title>a &x; b</title></item>", head=declared))[0]


def test_a_feed_without_entries_is_a_feed() -> None:
    """A feed with no entries is understood, not refused."""
    assert sources.parse(rss("").encode(), url=URL).entries == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"\n\n  <?xml version='1.0'?>{rss()}", ["Bread is back"]),
        (f"<br /><b>Warning</b>: junk in x.php\n<?xml version='1.0'?>{rss()}", ["Bread is back"]),
        (f"<rss version='2.0'><channel>{ITEM}<item><guid>2</guid><title>Half</title><desc", ["Bread is back", "Half"]),
        (f"<rss version='2.0'><channel>{ITEM}<item><title>Half</title><link>https://exa", ["Bread is back"]),
        (rss("<item><title>Bread & butter</title></item>"), ["Bread & butter"]),
        (rss("<item><title>Bread&nbsp;is&hellip;</title></item>"), ["Bread\xa0is…"]),
        (rss("<item><title>Bread&#x110000; is&#xD800;&#0; back</title></item>"), ["Bread is back"]),
        (rss("<item><title>Bread\x0b is \x00back</title></item>"), ["Bread is back"]),
        (rss("<item><dc:date>2026</dc:date><title>Undeclared</title></item>"), ["Undeclared"]),
    ],
)
def test_broken_documents_give_what_can_be_read(body: str, expected: list[str]) -> None:
    """Junk in front, a cut end, bare ampersands, HTML entities and controls lose no more than what nothing names."""
    assert [title.strip() for title in titles(body)] == expected


def test_parsing_warns_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    """An entry with a publication date alone does not trigger feedparser's deprecated fall-back."""
    dated = "<item><title>x</title><pubDate>Wed, 14 Jan 2026 07:00:00 GMT</pubDate></item>"
    (entry,) = sources.parse(rss(dated).encode(), url=URL).entries
    assert (entry.published is not None, entry.updated) == (True, None)
    assert not recwarn.list


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(PIECES),
            max_size=30,
        ).map(lambda pieces: "".join(pieces).encode()),
    ),
    st.sampled_from(["", "text/xml", "application/json", "text/html; charset=utf-16", "a/b; charset=\x00\ud800"]),
)
def test_anything_is_a_document_or_a_parse_error(body: bytes, content_type: str) -> None:
    """Whatever the bytes are, parsing ends in a Document or a ParseError, and discovery in addresses."""
    try:
        assert sources.parse(body, url=URL, content_type=content_type).format
    except ParseError as error:
        assert error.reason
    assert all(link.startswith("http") for link in sources.discover(body, url=URL, content_type=content_type))


@pytest.mark.parametrize(
    "body", [b"<rss><channel><item><titl", b"<rss version='2.0'><channel><title>News</title", b"<feed"]
)
def test_a_document_cut_off_before_its_first_entry_is_no_feed(body: bytes) -> None:
    """Broken XML without a single entry is refused, so that a cut-off answer does not count as an empty feed."""
    with pytest.raises(ParseError):
        sources.parse(body, url="https://example.org/feed")


def test_a_whole_document_without_entries_is_an_empty_feed() -> None:
    """A well-formed feed may be empty."""
    body = b"<rss version='2.0'><channel><title>News</title></channel></rss>"
    assert sources.parse(body, url="https://example.org/feed").entries == ()
