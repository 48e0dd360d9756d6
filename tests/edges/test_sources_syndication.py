"""How RSS, RDF and Atom entries are understood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core.model import Document, Entry, Prose
from aggregator.edges import sources

URL = "https://example.org/feeds/news.xml"
HOME = "https://www.example.net/news/"
SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
    }.items()
)


def rss(channel: str) -> Document:
    """Parse an RSS 2.0 feed with this in its channel."""
    body = f'<rss version="2.0" {SPACES}><channel>{channel}</channel></rss>'
    return sources.parse(body.encode(), url=URL)


def item(fields: str) -> Entry:
    """Parse an RSS 2.0 feed of one item."""
    (only,) = rss(f"<title>News</title><link>{HOME}</link><item>{fields}</item>").entries
    return only


def atom(fields: str, *, attributes: str = "") -> Entry:
    """Parse an Atom 1.0 feed of one entry."""
    body = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>News</title><entry>{fields}</entry></feed>'
    (only,) = sources.parse(body.encode(), url=URL).entries
    return only


# --- the feed --------------------------------------------------------------------------------------------------------

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<rss version="0.91"><channel/></rss>', "RSS 0.91"),
        ('<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "x"><rss version="0.91"/>', "RSS 0.91"),
        ('<rss version="0.92"><channel/></rss>', "RSS 0.92"),
        ('<rss version="2.0"><channel/></rss>', "RSS 2.0"),
        ("<rss><channel/></rss>", "RSS"),
        (f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/"/>', "RSS 0.90"),
        (f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/"/>', "RSS 1.0"),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"/>', "Atom 0.3"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "Atom 1.0"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom"/>', "Atom 1.0"),
    ],
)
def test_formats_are_named_as_people_name_them(body: str, expected: str) -> None:
    """The format is in people's words."""
    assert sources.parse(body.encode(), url=URL).format == expected


def test_a_feed_says_who_it_is() -> None:
    """Title, home page and language come from the channel."""
    document = rss("<title>News</title><link>/home</link><language>en-gb</language>")
    assert (document.title, document.language) == ("News", "en-gb")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("60", timedelta(hours=1)), (" 5 ", timedelta(minutes=5)), ("0", None), ("-1", None), ("1e3", None)),
        *(("999999", None), ("٣", None), ("9" * 5000, None), ("", None)),
    ],
)
def test_ttl_is_whole_minutes(value: str, expected: timedelta | None) -> None:
    """A ttl is a sane, positive number of minutes, or nothing."""
    assert rss(f"<ttl>{value}</ttl>").timetable.ttl == expected


# --- identity --------------------------------------------------------------------------------------------------------


def test_guids_are_kept_as_published() -> None:
    """A guid is kept letter by letter, so that a feed that moves keeps its ids, and does not replace the link."""
    entry = item("<link>/1</link><guid>12345</guid>")
    assert (entry.guid, entry.link) == ("12345", "https://example.org/1")
    assert atom("<id>12345</id>", attributes='xml:base="https://elsewhere.example/"').guid == "12345"


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("<guid>https://example.org/1</guid>", "https://example.org/1"),
        ('<guid isPermaLink="true">https://example.org/1</guid>', "https://example.org/1"),
        ('<guid isPermaLink="false">https://example.org/1</guid>', None),
        ("<guid>12345</guid>", None),
        ("<guid>/1</guid>", None),
        ("<link></link><guid>https://example.org/1</guid>", "https://example.org/1"),
        ("<link>javascript:x</link><guid>https://example.org/1</guid>", "https://example.org/1"),
        ("<guid>https://example.org/?id=1</guid><link>https://example.org/1</link>", "https://example.org/1"),
    ],
)
def test_a_permalink_guid_stands_in_for_the_link(guid: str, link: str | None) -> None:
    """Without a link, the guid is the link if it may be one and is a whole address."""
    assert item(guid).link == link


def test_rdf_entries_go_by_their_about() -> None:
    """An RSS 1.0 item's rdf:about is its guid, and dc names its author and date."""
    body = f"""<rdf:RDF {RDF} {SPACES} xmlns="http://purl.org/rss/1.0/"><item rdf:about="urn:x:1"><title>Bread</title>
      <link>https://example.org/1</link><dc:creator>Ann</dc:creator><dc:date>2026-01-14T07:00:00+01:00</dc:date>
      </item></rdf:RDF>"""
    (entry,) = sources.parse(body.encode(), url=URL).entries
    assert (entry.guid, entry.author, entry.published) == ("urn:x:1", "Ann", None)
    assert entry.updated == datetime(2026, 1, 14, 6, tzinfo=UTC)


# --- links -----------------------------------------------------------------------------------------------------------


def test_the_original_link_comes_before_feedburners() -> None:
    """feedburner:origLink is the article's address, and its enclosure's original the enclosure."""
    entry = item(
        "<link>https://feeds.example/~r/1</link><feedburner:origLink>https://example.org/1</feedburner:origLink>"
        '<enclosure url="https://feeds.example/~r/1.mp3"/>'
        "<feedburner:origEnclosureLink>https://example.org/1.mp3</feedburner:origEnclosureLink>"
    )
    assert (entry.link, entry.enclosure) == ("https://example.org/1", "https://example.org/1.mp3")


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("<link>https://feedproxy.google.com/~r/x/1</link><guid>https://example.org/1</guid>", "https://example.org/1"),
        ("<link>https://example.org/</link><guid>https://example.org/1</guid>", "https://example.org/1"),
        (
            '<link>https://t.co/1</link><guid isPermaLink="false">https://example.org/1</guid>',
            "https://t.co/1",
        ),
        ("<link>https://t.co/1</link><guid>https://bit.ly/1</guid>", "https://t.co/1"),
        (
            "<link>https://www.google.com/url?q=https%3A%2F%2Fexample.org%2F2</link><guid>https://example.org/1</guid>",
            "https://www.google.com/url?q=https%3A%2F%2Fexample.org%2F2",
        ),
    ],
)
def test_a_link_that_names_no_article_gives_way_to_a_permalink(links: str, expected: str) -> None:
    """A home page, or a service that counts clicks and hides the target, is the link only where nothing better is."""
    assert item(links).link == expected


def test_an_entry_names_its_outlet_and_where_that_is() -> None:
    """The source of an entry that an aggregator carries has a name and an address."""
    entry = item('<source url="https://courier.example/feed">The Courier</source>')
    assert (entry.source, entry.home) == ("The Courier", "https://courier.example/feed")
    told = atom('<source><title>The Courier</title><link href="https://courier.example/"/></source>')
    assert (told.source, told.home) == ("The Courier", "https://courier.example/")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("<link>/1</link>", "https://example.org/1"),
        ("<link> 1 2 </link>", "https://example.org/feeds/1%202"),
        ('<link xml:base="https://other.example/">1</link>', "https://other.example/1"),
        ("<link>https://</link>", None),
        ("<link>http:</link>", None),
        ("<link>JavaScript:alert(1)</link>", None),
    ],
)
def test_relative_rss_links_start_from_the_feed(link: str, expected: str | None) -> None:
    """Relative links of RSS are resolved against the feed's own address, unless xml:base says otherwise."""
    assert item(link).link == expected


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ('<link href="1"/>', "https://example.org/base/1"),
        ('<link rel="self" href="s"/><link rel="alternate" type="text/html" href="a"/>', "https://example.org/base/a"),
        ('<link rel="alternate" type="application/pdf" href="a.pdf"/>', "https://example.org/base/a.pdf"),
        ('<link rel="http://www.iana.org/assignments/relation/alternate" href="a"/>', "https://example.org/base/a"),
        ('<link rel="edit" href="e"/><link rel="self" href="s"/>', None),
        ('<link xml:base="/deep/er/" href="1"/>', "https://example.org/deep/er/1"),
        ('<link href="//cdn.example/1"/>', "https://cdn.example/1"),
        ('<link href="javascript:alert(1)"/>', None),
        ('<link href="http://[/"/>', None),
    ],
)
def test_atom_links_are_resolved_against_their_base(links: str, expected: str | None) -> None:
    """The alternate link, absolute by xml:base, is the link; self and edit and other schemes are none."""
    assert atom(links, attributes='xml:base="/base/"').link == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            '<enclosure url="/a.mp3" type="audio/mpeg" length="1"/><enclosure url="/b.mp3"/>',
            "https://example.org/a.mp3",
        ),
        ('<enclosure url="ftp://example.org/a.mp3"/>', None),
        ('<media:group><media:content url="https://example.org/v.mp4"/></media:group>', "https://example.org/v.mp4"),
        ("", None),
    ],
)
def test_an_enclosure_is_the_first_that_can_be_fetched(fields: str, expected: str | None) -> None:
    """Enclosures come before media:content, absolute, http or https only; they are no link."""
    entry = item(f"<title>Episode</title>{fields}")
    assert (entry.enclosure, entry.link) == (expected, None)


# --- texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bread", Prose(value="Bread", base=URL)),
        ("AT&amp;amp;T", Prose(value="AT&amp;T", is_html=True, base=URL)),
        ("&lt;b&gt;Bread&lt;/b&gt; is back", Prose(value="<b>Bread</b> is back", is_html=True, base=URL)),
        ("A line&lt;br&gt;and another", Prose(value="A line<br>and another", is_html=True, base=URL)),
        ("C&lt;T&gt; and &lt;div&gt; explained", Prose(value="C<T> and <div> explained", base=URL)),
        ("<![CDATA[Fish & chips]]>", Prose(value="Fish & chips", base=URL)),
    ],
)
def test_rss_titles_are_text_or_markup_by_what_they_hold(title: str, expected: Prose) -> None:
    """An RSS title that holds HTML is HTML; angle brackets that are none stay text."""
    assert item(f"<title>{title}</title>").title == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ('<title type="text">a &lt;b&gt; &amp;amp; c</title>', Prose(value="a <b> &amp; c", base=URL)),
        ('<title type="html">&lt;b&gt;x&lt;/b&gt;</title>', Prose(value="<b>x</b>", is_html=True, base=URL)),
        (
            '<title type="xhtml" xml:base="/t/"><div xmlns="http://www.w3.org/1999/xhtml">a <i>b</i></div></title>',
            Prose(value="a <i>b</i>", is_html=True, base="https://example.org/t/"),
        ),
    ],
)
def test_atom_texts_are_what_their_type_says(title: str, expected: Prose) -> None:
    """Atom's text, html and xhtml constructs are told apart, with the base of their links."""
    assert atom(title).title == expected


def test_summary_and_content_are_kept_apart() -> None:
    """The description is the summary and content:encoded the content, in either order."""
    summary, content = "<description>Short</description>", "<content:encoded>&lt;p&gt;Long&lt;/p&gt;</content:encoded>"
    for entry in (item(summary + content), item(content + summary)):
        assert (entry.summary.value, entry.content.value) == ("Short", "<p>Long</p>")
        assert entry.summary.is_html and entry.content.is_html


def test_content_alone_is_no_summary() -> None:
    """A content without a summary is the content, not copied into the summary."""
    entry = item("<content:encoded>&lt;p&gt;Long&lt;/p&gt;</content:encoded>")
    assert (entry.summary.value, entry.content.value) == ("", "<p>Long</p>")


def test_the_same_text_twice_is_kept_once() -> None:
    """A content that says what the summary says is left out."""
    entry = item("<description>Same</description><content:encoded>Same</content:encoded>")
    assert (entry.summary.value, entry.content.value) == ("Same", "")


def test_a_second_description_may_hold_markup() -> None:
    """What an RSS feed adds to its description is content, and markup if it holds a tag."""
    (first, second) = (f"<dc:description>{told}</dc:description>" for told in ("Short", "&lt;img src='x'&gt; and more"))
    assert item(first + second).content == Prose(value="<img src='x'> and more", is_html=True, base=URL)


def test_the_longest_markup_is_the_content() -> None:
    """Of several contents the longest HTML is kept, before any plain text; binary ones never are."""
    plain = '<content type="text">plain and very, very long indeed</content>'
    short = '<content type="html">&lt;p&gt;short&lt;/p&gt;</content>'
    longer = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>longer text</p></div></content>'
    image = '<content type="image/png">iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQ</content>'
    assert atom(plain + short + longer + image).content.value == "<p>longer text</p>"
    assert atom(plain + image).content == Prose(value="plain and very, very long indeed", base=URL)
    assert atom(image).content.value == ""


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("<itunes:summary>Notes</itunes:summary>", "Notes"),
        ("<media:group><media:description>Clip</media:description></media:group>", "Clip"),
        ('<media:description type="plain">Clip</media:description>', "Clip"),
        ("<itunes:summary>Notes</itunes:summary><description>Real</description>", "Real"),
        ("<media:description>Clip</media:description><description>Real</description>", "Real"),
        ("<description>Real</description><media:description>Clip</media:description>", "Real"),
    ],
)
def test_players_texts_stand_in_for_a_missing_description(fields: str, expected: str) -> None:
    """media:description and itunes:summary are the summary only where there is no other, in any order."""
    entry = item(fields)
    assert (entry.summary.value, entry.content.value) == (expected, "")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("<media:title>Clip</media:title><title>Real</title>", "Real"),
        ("<title>Real</title><media:title>Clip</media:title>", "Real"),
        ("<itunes:title>Episode</itunes:title>", "Episode"),
        ("<dc:title>Dublin</dc:title>", "Dublin"),
    ],
)
def test_other_titles_stand_in_for_a_missing_title(fields: str, expected: str) -> None:
    """The item's own title comes before media's, dc's and itunes'."""
    assert item(fields).title.value == expected


# --- authors, sources, languages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("<dc:creator>Ann Lee</dc:creator>", "Ann Lee"),
        ("<author>ann@example.org (Ann Lee)</author>", "Ann Lee"),
        ("<author>Ann Lee &lt;ann@example.org&gt;</author>", "Ann Lee"),
        ("<author>ann@example.org</author>", "ann@example.org"),
        ("<author>ann@example.org</author><dc:creator>Ann Lee</dc:creator>", "Ann Lee"),
        ("<dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator><dc:creator>Ann</dc:creator>", "Ann, Bo"),
        ("<author></author>", ""),
        ("", ""),
    ],
)
def test_authors_are_names(fields: str, expected: str) -> None:
    """An author is a name, each once; an e-mail address only where no name is there."""
    assert item(fields).author == expected


def test_atom_authors_are_their_names() -> None:
    """Of an Atom author only the name is shown, and contributors are none."""
    person = "<name>Ann Lee</name><email>ann@example.org</email><uri>https://example.org/ann</uri>"
    both = f"<author>{person}</author><author><name>Bo</name></author><contributor><name>Cy</name></contributor>"
    assert atom(both).author == "Ann Lee, Bo"


def test_atom_entries_inherit_authors() -> None:
    """An Atom entry without an author has its source's, else its feed's (RFC 4287); an RSS item has not."""
    source = "<source><author><name>Source</name></author></source>"
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Feed</name></author>
      <entry><author><name>Ann</name></author></entry><entry>{}</entry><entry/></feed>"""
    entries = sources.parse(body.format(source).encode(), url=URL).entries
    assert [entry.author for entry in entries] == ["Ann", "Source", "Feed"]
    (entry,) = rss("<managingEditor>desk@example.org</managingEditor><item/>").entries
    assert entry.author == ""


def test_an_endless_author_is_no_author() -> None:
    """A payload in place of a name is dropped without searching it for an address."""
    assert item(f"<author>a@{'a.' * 100_000}</author>").author == ""


def test_an_entry_names_its_own_source() -> None:
    """The source's title is taken in RSS and Atom, and its link and id do not replace the entry's."""
    told = item('<source url="https://other.example/feed">Other News</source><link>https://example.org/1</link>')
    assert (told.source, told.link) == ("Other News", "https://example.org/1")
    source = '<source><id>other</id><title>Other News</title><link href="https://other.example/"/></source>'
    entry = atom(f'<id>mine</id><link href="https://example.org/1"/>{source}')
    assert (entry.source, entry.guid, entry.link) == ("Other News", "mine", "https://example.org/1")


def test_languages_are_as_declared() -> None:
    """An entry's language is its own, in Atom by xml:lang and in RSS by dc:language."""
    assert atom('<title xml:lang="fr">Pain</title>', attributes='xml:lang="en"').language == "fr"
    assert atom("<title>Bread</title>", attributes='xml:lang="en"').language == "en"
    assert item("<title>Brot</title><dc:language>de</dc:language>").language == "de"
    assert item("<title>Bread</title>").language == ""


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Wed, 14 Jan 2026 07:00:00 GMT", datetime(2026, 1, 14, 7, tzinfo=UTC)),
        ("Wed, 14 Jan 2026 07:00:00", datetime(2026, 1, 14, 7, tzinfo=UTC)),
        ("14 January 26 7:00", datetime(2026, 1, 14, 7, tzinfo=UTC)),
        ("32 Jan 2026 07:00", None),
        ("Wed, 14 Jan 2026 07:00:00 -0500", datetime(2026, 1, 14, 12, tzinfo=UTC)),
        ("14 jan 26 07:00 EST", datetime(2026, 1, 14, 12, tzinfo=UTC)),
        ("2026-01-14T07:00:00+01:00", datetime(2026, 1, 14, 6, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("1630886460", None),
        ("1630886460000", None),
        ("soon", None),
        ("", None),
    ],
)
def test_publication_dates_are_utc_or_none(value: str, expected: datetime | None) -> None:
    """A date is converted to UTC; what the calendar cannot hold, and bare numbers, are no dates."""
    assert item(f"<pubDate>{value}</pubDate>").published == expected


def test_each_date_keeps_its_meaning() -> None:
    """Published and updated never stand in for each other here; created stands in for published."""
    published, updated = "<published>2026-01-14T07:00:00Z</published>", "<updated>2026-01-14T08:00:00Z</updated>"
    seven, eight = datetime(2026, 1, 14, 7, tzinfo=UTC), datetime(2026, 1, 14, 8, tzinfo=UTC)
    assert (atom(published).published, atom(published).updated) == (seven, None)
    assert (atom(updated).published, atom(updated).updated) == (None, eight)
    assert (atom(published + updated).published, atom(published + updated).updated) == (seven, eight)
    assert item("<dcterms:created>2026-01-14T07:00:00Z</dcterms:created>").published == seven


def test_nothing_is_needed() -> None:
    """An item with nothing in it is an entry with nothing in it."""
    assert item("") == Entry(title=Prose(base=URL), summary=Prose(base=URL), content=Prose(base=URL))


def test_a_strange_address_of_the_document_does_not_matter() -> None:
    """A document from nowhere on the web is read; only its relative links are lost."""
    body = b'<rss version="2.0"><channel><item><title>x</title><link>/1</link></item></channel></rss>'
    (entry,) = sources.parse(body, url="feed.xml").entries
    assert (entry.title.value, entry.link) == ("x", None)
