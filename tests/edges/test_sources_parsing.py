"""How feedparser's mistakes are mended: no entry leaves anything to the next, and no document costs too much."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from feedparser.util import FeedParserDict

from aggregator.core.errors import ParseError
from aggregator.core.model import Entry, Prose
from aggregator.edges import sources

URL = "https://example.org/feeds/news.xml"
DECLARED = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'"

Both = Callable[[str], tuple[Entry, ...]]


@pytest.fixture(params=["", "<!DOCTYPE any>"], ids=["in pieces", "whole"])
def both(request: pytest.FixtureRequest) -> Both:
    """Read a document in pieces, and whole: a document type declaration keeps it from being cut."""
    return lambda document: sources.parse(f"{request.param}{document}".encode(), url=URL).entries


def test_a_base_ends_with_its_element(both: Both) -> None:
    """The base of a text, here of one with a div where no markup is said to be, is not that of what follows."""
    text = '<content type="html" xml:base="c/"><div>x</div></content>'
    one, two = both(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry xml:base="/one/">{text}<link href="1"/></entry>'
        '<entry><link href="2"/><title>x</title></entry></feed>'
    )
    assert (one.content.base, one.link) == ("https://example.org/one/c/", "https://example.org/one/1")
    assert (two.title.base, two.link) == (URL, "https://example.org/feeds/2")


def test_an_entry_has_its_own_base(both: Both) -> None:
    """What feedparser gives no base for, a player's text and an enclosure, has that of its entry, not of its title."""
    (entry,) = both(
        f"<rss version='2.0' {DECLARED}><channel><item xml:base='/e/'><title xml:base='/t/'>x</title>"
        "<media:description>Clip</media:description><enclosure url='1.mp3'/></item></channel></rss>"
    )
    assert (entry.title.base, entry.summary.base) == ("https://example.org/t/", "https://example.org/e/")
    assert entry.enclosure == "https://example.org/e/1.mp3"


def test_a_broken_title_is_forgotten_with_its_entry(both: Both) -> None:
    """A title inside a title does not keep the texts of the next entries from having a type."""
    _, two = both(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a<title>b</title></title></entry>'
        '<entry><title type="html">&lt;i>c&lt;/i></title></entry></feed>'
    )
    assert two.title == Prose(value="<i>c</i>", is_html=True, base=URL)


@pytest.mark.parametrize("head", ["", "<image><title>Logo</title></image><textInput><title>Search</title></textInput>"])
@pytest.mark.parametrize("name", ["image", "textInput"])
def test_what_stands_in_an_entry_is_its_own(head: str, name: str, both: Both) -> None:
    """Whether or not the feed has an image or a text input, one of an entry belongs to it, and breaks nothing."""
    entry, _ = both(
        f"<rss version='2.0' {DECLARED}><channel>{head}<item><{name}><dc:creator>Ann</dc:creator></{name}></item>"
        "<item><title>x</title></item></channel></rss>"
    )
    assert entry.author == "Ann"


def test_a_prefix_means_what_its_entry_declares(both: Both) -> None:
    """A prefix that one entry uses for something else means in the next what it means outside."""
    before, between, after = both(
        f"<rss version='2.0' {DECLARED} xmlns:m='http://search.yahoo.com/mrss/'><channel>"
        "<item><m:description>Clip</m:description></item>"
        "<item xmlns:media='http://purl.org/dc/elements/1.1/' xmlns:m='urn:x'><m:description>?</m:description>"
        "<media:creator>Ann</media:creator></item>"
        "<item><m:description>Clip</m:description></item></channel></rss>"
    )
    assert (before, between.author, between.summary.value) == (after, "Ann", "")
    assert after.summary.value == "Clip"


def test_a_base_of_a_document_from_nowhere_ends_too() -> None:
    """Where the document itself has no base, one that an entry states is not that of the next."""
    document = '<feed xmlns="http://www.w3.org/2005/Atom"><entry xml:base="https://a.example/"/><entry><link href="1"/>'
    _, two = sources.parse(f"{document}</entry></feed>".encode(), url="feed.xml").entries
    assert two.link is None


# --- what is left out ------------------------------------------------------------------------------------------------


def test_what_nobody_asks_for_is_left_out_whole(both: Both) -> None:
    """A title, a name and a text inside an element that is not read are not the entry's; what stands around it is."""
    entry, following = both(
        f"<rss version='2.0' {DECLARED} xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><item>"
        "<media:community><title>Other</title><media:tags><link>https://x.example/</link></media:tags> Text "
        "</media:community><category><title>Third</title></category><dc:creator>Ann</dc:creator>"
        "<itunes:owner><itunes:author>Bob</itunes:author></itunes:owner>"
        "<description>One <category>two</category> three</description><title>Own</title></item>"
        "<item><title>Next</title></item></channel></rss>"
    )
    assert (entry.title.value, entry.author, entry.link) == ("Own", "Ann", None)
    assert entry.summary.value.split() == ["One", "three"]
    assert following.title.value == "Next"


def test_an_element_of_another_namespace_is_no_element_that_is_left_out(both: Both) -> None:
    """What is passed over goes by namespace and name: Atom's comments are unknown, a media:title is a title."""
    one, two = both(
        f"<feed xmlns='http://www.w3.org/2005/Atom' {DECLARED}><entry><media:title>Clip</media:title></entry>"
        "<entry><title>x<category/>y</title></entry></feed>"
    )
    assert (one.title.value, two.title.value) == ("Clip", "xy")


def test_names_that_mean_others_still_do() -> None:
    """Values are found, set and asked for under the other names that feedparser has for them."""
    values = FeedParserDict(id="1", published="today", links=[FeedParserDict(rel="enclosure", href="a")])
    values["guid"] = "2"
    assert (values["guid"], values.get("id"), "guid" in values, values.get("modified")) == ("2", "2", True, None)
    assert (values.setdefault("date", "now"), values["updated"]) == ("now", "now")
    assert [link.href for link in values["enclosures"]] == ["a"]
    assert "enclosures" in values and values.get("nothing", 3) == 3


def test_letters_of_windows_are_repaired(both: Both) -> None:
    """Controls that stand for letters of windows-1252 become those; other letters stay."""
    (entry,) = both("<rss version='2.0'><channel><item><title>\x93Brücke\x94 – 5 \x80</title></item></channel></rss>")
    assert entry.title.value == "“Brücke” – 5 €"


# --- what costs too much ---------------------------------------------------------------------------------------------


def test_an_element_has_only_so_many_attributes(both: Both) -> None:
    """Attributes beyond the five hundredth, which would cost quadratic time, are passed over, and the entry is read."""
    many = " ".join(f"a{number}=''" for number in range(600))
    about = "xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' r:about='urn:1'"
    early, late = f"<item {about} {many}><title>x</title></item>", f"<item {many} {about}><title>x</title></item>"
    found = both(f"<rss version='2.0'><channel>{early}{late}</channel></rss>")
    assert [(entry.guid, entry.title.value) for entry in found] == [("urn:1", "x"), (None, "x")]


def test_what_feedparser_fails_on_is_a_failure_of_the_feed(both: Both) -> None:
    """An entry that feedparser raises on fails its feed, in whichever way the document is read."""
    with pytest.raises(ParseError, match="the parser failed: KeyError"):
        both(
            "<rss version='2.0'><channel><item xmlns:g='http://www.opengis.net/gml'><g:pos>1 2</g:pos></item>"
            "</channel></rss>"
        )
