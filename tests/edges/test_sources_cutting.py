"""How documents are cut into their entries, and which are not."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.core.model import Document
from aggregator.edges import sources
from aggregator.edges.sources import choosing, cutting

URL = "https://example.org/feeds/news.xml"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
ATOM = "http://www.w3.org/2005/Atom"
ONE, TWO = "<item><title>One</title></item>", "<item><title>Two</title></item>"


def rss(items: str) -> str:
    """Write an RSS 2.0 document."""
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"


def parse(document: str, *, known: Set[bytes] = frozenset()) -> Document:
    """Read a document."""
    return sources.parse(document.encode(), url=URL, known=known)


def titles(document: Document) -> list[str]:
    """Give the titles of the entries that were read."""
    return [entry.title.value for entry in document.entries]


def entries(document: str) -> list[str]:
    """Cut a document that can be cut, and give its entries; nothing of it may be lost."""
    cut = cutting.cut(document)
    assert cut
    assert sorted(cut.head + b"".join(cut.entries)) == sorted(document.encode())
    return [entry.decode() for entry in cut.entries]


# --- what is cut -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened", "name", "closed"),
    [
        ("<rss version='2.0'><channel>", "item", "</channel></rss>"),
        ('<rss version="0.91" a=">"><channel b=\'/>\'>', "item", "</channel></rss>"),
        (f"<feed xmlns='{ATOM}'>", "entry", "</feed>"),
        (f"<a:feed xmlns:a='{ATOM}'>", "a:entry", "</a:feed>"),
        ("<feed version='0.3' xmlns='http://purl.org/atom/ns#'>", "entry", "</feed>"),
        (f"<rdf:RDF xmlns:rdf='{RDF}' xmlns=\"http://purl.org/rss/1.0/\">", "item", "</rdf:RDF>"),
        (f"<r:RDF xmlns:r='{RDF}' xmlns='http://my.netscape.com/rdf/simple/0.9/'>", "item", "</r:RDF>"),
    ],
)
def test_the_known_formats_are_cut(opened: str, name: str, closed: str) -> None:
    """Every format is cut into the tags around its entries, its entries, and the rest, in order, byte for byte."""
    prefix = name.rpartition(":")[0] + ":" if ":" in name else ""
    one, two = f"<{name} x='1'>é<b/></{name} >", f"<{name}/>"
    head, tail = f"<{prefix}title>N</{prefix}title>", "<!-- end -->"
    cut = cutting.cut(f"{opened}{head}{one} {two}{tail}{closed}")
    assert cut
    assert cut == cutting.Cut(
        head=f"{opened}{head} {tail}{closed}".encode(),
        opened=opened.encode(),
        closed=closed.encode(),
        entries=(one.encode(), two.encode()),
    )


@pytest.mark.parametrize(
    "entry",
    [
        "<item><a/></item>",
        "<item/>",
        "<item\n/>",
        "<item></item\t\n>",
        "<item a='/item>'>x</item>",
        "<item a='>' b=\"'/>\">x</item>",
        "<item><![CDATA[</item><item>]]></item>",
        "<item><!-- </item><item> --></item>",
        "<item><?x </item>?></item>",
        "<item><items><b>item</b></items></item>",
        "<item><é>ü</é></item>",
        "<item xmlns:x='urn:x'><x:a/></item>",
    ],
)
def test_an_entry_ends_where_its_own_end_tag_does(entry: str) -> None:
    """Whatever stands in an entry, it is cut at its own edges, and so are those beside it."""
    assert entries(rss(f"{ONE}{entry}{entry}{TWO}{entry}")) == [ONE, entry, entry, TWO, entry]


@pytest.mark.parametrize(
    "declaration",
    [
        "<?xml version='1.0'?>",
        "<?xml version='1.0' encoding='no-such'?>",
        '<?xml version="1.1" encoding="utf-16"?>',
        "<?xml version=1.0?>",
    ],
)
def test_what_a_declaration_says_does_not_matter(declaration: str) -> None:
    """An encoding that is no more, another version of XML, and a broken declaration are no reason not to cut."""
    cut = cutting.cut(declaration + rss(ONE))
    assert cut and cut.entries == (ONE.encode(),)


def test_a_second_channel_without_entries_belongs_to_the_head() -> None:
    """A channel beside the one that has the entries is no reason not to cut."""
    assert entries(rss(f"{ONE}</channel><channel>")) == [ONE]


def test_a_feed_without_entries_is_cut_into_its_head() -> None:
    """A document without entries is all head."""
    cut = cutting.cut(rss(""))
    assert cut and (cut.head, cut.entries) == (rss("").encode(), ())


# --- what is skimmed -------------------------------------------------------------------------------------------------

HELD_BACK = f"<!--{ONE}-->"


@pytest.mark.parametrize(
    "document",
    [
        rss(ONE),
        rss(f"{ONE} <x/> {TWO}<!-- end -->"),
        rss(f"<items><li/></items>{ONE}<x>item</x>{ONE}"),
        rss("<item a='1'>é<b/></item>" + TWO),
        rss(f"<?x y?>{ONE}"),
        f"<a:feed xmlns:a='{ATOM}'><a:entry>1</a:entry><a:id/><a:entry>2</a:entry></a:feed>",
        f"<rdf:RDF xmlns:rdf='{RDF}' xmlns='http://purl.org/rss/1.0/'><channel/>{ONE}{TWO}</rdf:RDF>",
        "<?xml version='1.0'?>" + rss(ONE),
    ],
)
def test_a_document_is_skimmed_as_it_is_cut(document: str) -> None:
    """Where entries are what they look like, skimming gives what cutting gives, and each of them is an entry."""
    skimmed = cutting.skimmed(document.encode())
    assert skimmed and skimmed == cutting.cut(document)
    assert all(cutting.are_entries([entry], of=skimmed) for entry in skimmed.entries)


@pytest.mark.parametrize(
    "document",
    [
        rss(""),
        rss(HELD_BACK),
        rss(HELD_BACK + TWO),
        rss(HELD_BACK + "<?x y?>"),
        rss(HELD_BACK + "<?place-of-an-entry?>"),
        rss(ONE + "<?place-of-an-entry?>"),
        rss(f"<x><![CDATA[{ONE}]]></x>"),
        rss(f"<x y='{ONE}'/>"),
        rss(f"{ONE}<group>{TWO}</group>"),
        rss(f"{ONE}<item/>"),
        rss(f"{ONE}<entry/>"),
        rss(f"{ONE}</channel><channel>{TWO}"),
        rss(f"{ONE}<x>"),
        "<!DOCTYPE rss>" + rss(ONE),
        f"{ONE}{rss(TWO)}",
        f"{rss(ONE)}{TWO}",
        f"<rss>{ONE}<channel>{TWO}</channel></rss>",
        f"<html>{ONE}</html>",
        ONE,
    ],
)
def test_what_only_looks_like_an_entry_is_not_skimmed(document: str) -> None:
    """Where anything stands in the place of an entry that is none, or an entry where none belongs, nobody skims."""
    assert cutting.skimmed(document.encode()) is None


@pytest.mark.parametrize(
    "pieces",
    [
        [ONE + TWO],
        [ONE, TWO + "<x/>"],
        ["<item>", "</item>"],
        ["<item><![CDATA[</item>", "]]></item>"],
        ["<x/>"],
        ["<item><item/></item>"],
        ["<item>&nbsp;</item>"],
        ["<x:item/>"],
        ["</channel><channel>" + ONE],
    ],
)
def test_what_is_no_entry_is_recognised(pieces: list[str]) -> None:
    """Pieces that are more than an entry each, or less, or something else, are no entries."""
    of = cutting.cut(rss(ONE))
    assert of and not cutting.are_entries([piece.encode() for piece in pieces], of=of)


def test_what_is_left_out_is_not_taken_for_an_entry_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more entries are unknown than are read at once, a document is read in full, the rest could break it."""
    first = parse(rss(ONE))
    monkeypatch.setattr(choosing, "MOST_ENTRIES", 1)
    broken = "<item><title>A</title>&nbsp;<x></item>"
    again = parse(rss(f"{TWO}{ONE}{broken}"), known=set(first.pieces))
    assert (titles(again), again.pieces, again.repeated) == (["Two"], (), ())


# --- what is not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        "",
        "Not found",
        "<rss version='2.0'><channel><item>",
        rss("<item>A & B</item>"),
        rss("<item>&nbsp;</item>"),
        rss("<item><x:a/></item>"),
        rss(ONE) + rss(TWO),
        "<!DOCTYPE rss>" + rss(ONE),
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss(ONE),
        rss("<item><item/></item>"),
        rss("<item><x:item xmlns:x='urn:x'/></item>"),
        rss("<item><Entry/></item>"),
        rss("<item><channel/></item>"),
        rss("<item><x:FEED xmlns:x='urn:x'/></item>"),
        rss(f"{ONE}<group>{TWO}</group>"),
        rss(f"{ONE}<x:item xmlns:x='urn:x'/>"),
        rss(f"{ONE}<entry/>"),
        rss(f"{ONE}<item xmlns='urn:x'/>"),
        rss(f"{ONE}</channel>{TWO}<channel>"),
        rss(f"{ONE}</channel><channel>{TWO}"),
        rss(f"{ONE}</channel><x>{TWO}</x><channel>"),
        f"<rss><x>{ONE}</x></rss>",
        f"<rss><item/><channel>{ONE}</channel></rss>",
        f"<RSS><channel>{ONE}</channel></RSS>",
        f"<channel>{ONE}</channel>",
        f"<html><rss><channel>{ONE}</channel></rss></html>",
        f"<feed xmlns='{ATOM}'><item/></feed>",
        f"<feed xmlns='{ATOM}'><entry><x><entry/></x></entry></feed>",
        "<feed><entry/></feed>",
        f"<rdf:RDF xmlns:rdf='{RDF}'><item xmlns='http://purl.org/rss/1.0/'/></rdf:RDF>",
        f"<rdf:RDF xmlns:rdf='{RDF}' xmlns:c='http://purl.org/rss/1.0/modules/content/'><item/></rdf:RDF>",
    ],
)
def test_what_is_uncertain_is_not_cut(document: str) -> None:
    """A document that is broken, declares its markup, or has entries out of their place is not cut."""
    assert cutting.cut(document) is None


def test_a_document_that_is_not_cut_is_read_whole() -> None:
    """Entries of a document that cannot be cut are all read at every time, and have no marks."""
    document = parse("<!DOCTYPE rss>" + rss(ONE + TWO), known={b"anything"})
    assert (titles(document), document.pieces, document.repeated) == (["One", "Two"], (), ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"entries": ((ONE + TWO).encode(),)},
        {"entries": (ONE.encode(), b"<b/>")},
        {"entries": (ONE.encode(), b"<item>")},
        {"head": rss(TWO).encode(), "entries": (ONE.encode(),)},
        {"head": b"<rss><channel>", "entries": (ONE.encode(), TWO.encode())},
        {"head": b"<x/>", "entries": (ONE.encode(), TWO.encode())},
    ],
)
def test_a_document_is_read_whole_where_feedparser_sees_other_entries(
    wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a document ever be cut wrongly, it is read as if it could not be cut."""
    whole = rss(ONE + TWO)
    cut = cutting.cut(whole)
    assert cut
    monkeypatch.setattr(cutting, "cut", lambda _: replace(cut, **wrong))
    assert (titles(parse(whole)), parse(whole).pieces) == (["One", "Two"], ())


def test_a_mended_document_is_cut() -> None:
    """A document whose ampersands can be put right is cut when they are."""
    broken = rss("<item><title>A & B</title></item>" + TWO)
    document = parse(broken)
    assert (titles(document), len(document.pieces)) == (["A & B", "Two"], 2)
    assert titles(parse(broken, known={document.pieces[1]})) == ["A & B"]


def test_a_feed_in_a_web_page_whose_entries_are_known_is_still_a_feed() -> None:
    """A feed that a server has put into a page's body does not turn into a page when nothing in it is new."""
    page = f"<html>{rss(ONE)}"
    document = parse(page)
    assert titles(document) == ["One"]
    assert parse(page, known=set(document.pieces)).repeated == document.pieces
