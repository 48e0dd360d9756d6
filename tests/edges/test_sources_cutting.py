"""How documents are cut into their entries, and which of those are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.errors import ParseError
from aggregator.core.model import Document
from aggregator.edges import sources
from aggregator.edges.sources import choosing, cutting

URL = "https://example.org/feeds/news.xml"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
ATOM = "http://www.w3.org/2005/Atom"
ONE, TWO = "<item><title>One</title></item>", "<item><title>Two</title></item>"


def rss(items: str, *, head: str = "<title>News</title>", root: str = "<rss version='2.0'>") -> str:
    """Write an RSS 2.0 document."""
    return f"{root}<channel>{head}{items}</channel></rss>"


def parse(document: str, *, known: Set[bytes] = frozenset(), url: str = URL) -> Document:
    """Read a document."""
    return sources.parse(document.encode(), url=url, known=known)


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
    assert entries(rss(f"{ONE}{entry}{entry}{TWO}")) == [ONE, entry, entry, TWO]


@pytest.mark.parametrize(
    "declaration",
    ["<?xml version='1.0'?>", '<?xml version="1.1" encoding="utf-16"?>', "<?xml version='1.0'?>\n<!-- -->"],
)
def test_what_a_declaration_says_does_not_matter(declaration: str) -> None:
    """The encoding and version that a document declares are no longer those of the text that is cut."""
    cut = cutting.cut(declaration + rss(ONE))
    assert cut and cut.entries == (ONE.encode(),)


def test_a_feed_without_entries_is_cut_into_its_head() -> None:
    """A document without entries is all head."""
    cut = cutting.cut(rss(""))
    assert cut and (cut.head, cut.entries) == (rss("").encode(), ())


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


# --- which entries are read ------------------------------------------------------------------------------------------

#: Writes a feed with entries of these titles.
Form = Callable[..., str]
FORMS: list[Form] = [
    lambda *names: rss("".join(f"<item><title>{name}</title></item>" for name in names)),
    lambda *names: json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": name, "title": name} for name in names]}
    ),
]


@pytest.mark.parametrize("form", FORMS)
def test_only_unknown_entries_are_read(form: Form) -> None:
    """What is known is not read again but named, in the document's order."""
    first = parse(form("a", "b", "c"))
    assert (titles(first), len(set(first.pieces)), first.repeated) == (["a", "b", "c"], 3, ())
    second = parse(form("d", "c", "b", "e"), known=set(first.pieces))
    assert titles(second) == ["d", "e"]
    assert len(second.pieces) == 2 and not set(second.pieces) & set(first.pieces)
    assert second.repeated == (first.pieces[2], first.pieces[1])
    third = parse(form("d", "c", "b", "e"), known={*second.pieces, *second.repeated})
    assert (third.entries, third.pieces, len(third.repeated)) == ((), (), 4)


@pytest.mark.parametrize("form", FORMS)
def test_copies_of_an_entry_share_their_mark_and_their_fate(form: Form) -> None:
    """An entry that is listed twice is read twice, as in a document read whole, or not at all."""
    document = parse(form("a", "b", "a"))
    assert titles(document) == ["a", "b", "a"]
    assert document.pieces[0] == document.pieces[2] != document.pieces[1]
    again = parse(form("a", "b", "a"), known={document.pieces[0]})
    assert (titles(again), again.repeated) == (["b"], (document.pieces[0],) * 2)


@pytest.mark.parametrize("form", FORMS)
def test_so_many_entries_are_read_of_one_document(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries beyond the most are counted, and are read when those before them are known."""
    monkeypatch.setattr(choosing, "MOST_ENTRIES", 2)
    first = parse(form("a", "b", "c", "d", "e"))
    assert (titles(first), len(first.pieces), first.left_out) == (["a", "b"], 2, 3)
    second = parse(form("a", "b", "c", "d", "e"), known=set(first.pieces))
    assert (titles(second), second.repeated, second.left_out) == (["c", "d"], first.pieces, 1)


def test_so_many_entries_are_kept_of_a_document_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The most holds for documents that cannot be cut, too."""
    monkeypatch.setattr(choosing, "MOST_ENTRIES", 2)
    document = parse("<!DOCTYPE rss>" + rss(ONE + TWO + ONE))
    assert (titles(document), document.left_out) == (["One", "Two"], 1)


def test_a_hundred_thousand_entries_are_read_in_part() -> None:
    """A document of very many entries is cut, not parsed, beyond the most."""
    document = parse(rss("".join(f"<item><guid>{number}</guid></item>" for number in range(100_000))))
    assert (len(document.entries), document.left_out) == (choosing.MOST_ENTRIES, 100_000 - choosing.MOST_ENTRIES)
    assert document.entries[-1].guid == str(choosing.MOST_ENTRIES - 1)


@given(st.lists(st.binary(min_size=1, max_size=1), max_size=20), st.sets(st.binary(min_size=1, max_size=1)))
def test_every_entry_is_read_or_known_or_left_out(marks: list[bytes], known: set[bytes]) -> None:
    """No entry is lost or taken twice; order is the document's; and none that is known is read."""
    choice = choosing.choose(marks, known)
    assert len(choice.pieces) + len(choice.repeated) + choice.left_out == len(marks)
    assert choice.pieces == tuple(marks[place] for place in choice.places)
    assert list(choice.places) == sorted(choice.places)
    assert known.isdisjoint(choice.pieces) and known.issuperset(choice.repeated)


# --- what a mark covers ----------------------------------------------------------------------------------------------


def reads_anew(before: str, after: str, *, url: str = URL) -> bool:
    """Say whether the entries of a document, all known from another version of it, are read again."""
    known = set(parse(before).pieces)
    document = parse(after, known=known, url=url)
    assert len(document.entries) in (0, len(known)) and len(document.repeated) + len(document.entries) == len(known)
    return bool(document.entries)


ITEMS = ONE + TWO


@pytest.mark.parametrize(
    "after",
    [
        rss(ITEMS, head="<title>Other News</title>"),
        rss(ITEMS, head="<title>News</title><language>de</language>"),
        rss(ITEMS, root="<rss version='2.0' xml:base='https://elsewhere.example/'>"),
        rss(ITEMS, root="<rss version='2.0' xml:lang='fr'>"),
        rss(ITEMS, root="<rss version='0.92'>"),
        rss(ITEMS).replace("<channel>", "<channel xml:base='/x/'>"),
    ],
)
def test_what_entries_inherit_reads_them_all_again(after: str) -> None:
    """When what every entry takes from its feed has changed, all are read again."""
    assert reads_anew(rss(ITEMS), after)


@pytest.mark.parametrize(
    "after",
    [
        rss(ITEMS, head="<title>News</title><lastBuildDate>Wed, 14 Jan 2026 07:00:00 GMT</lastBuildDate>"),
        rss(ITEMS, head="<title>News</title><ttl>5</ttl><generator>x</generator><link>/home</link>"),
        rss(ITEMS, head="<title>News</title><image><title>Logo</title><url>/logo.png</url></image>"),
        rss(ITEMS, head="<title>News</title><managingEditor>ed@example.org</managingEditor>"),
        rss(f"{ITEMS}<pubDate>Wed, 14 Jan 2026 07:00:00 GMT</pubDate>"),
        "<?xml version='1.0'?>\n" + rss(f"\n{ONE}\n<!-- x -->\n{TWO}"),
    ],
)
def test_what_entries_do_not_inherit_reads_none_again(after: str) -> None:
    """A date of the feed, its logo, or the space between its entries makes no entry unknown."""
    assert not reads_anew(rss(ITEMS), after)


def test_entries_are_read_again_at_another_address() -> None:
    """Relative links lead elsewhere when the document is at another address."""
    assert reads_anew(rss(ITEMS), rss(ITEMS), url="https://example.org/moved.xml")


def test_atom_entries_inherit_the_author_of_their_feed() -> None:
    """Another author of an Atom feed is another author of its entries; a new date of it is nothing."""
    feed = "<feed xmlns='http://www.w3.org/2005/Atom'><updated>2026</updated><author><name>{}</name></author>{}</feed>"
    entry = "<entry><id>1</id></entry>"
    assert reads_anew(feed.format("Ann", entry), feed.format("Bo", entry))
    assert not reads_anew(feed.format("Ann", entry), feed.format("Ann", entry).replace("2026", "2027"))


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        ({"title": "Other"}, True),
        ({"language": "de"}, True),
        ({"authors": [{"name": "Ann"}]}, True),
        ({"home_page_url": "/home", "description": "x", "next_url": "/2"}, False),
        ({"items": [{"title": "a", "id": "1"}]}, False),
        ({"items": [{"id": "1", "title": "b"}]}, True),
    ],
)
def test_a_mark_of_json_covers_what_its_item_inherits(change: dict[str, object], anew: bool) -> None:
    """Title, language and authors of a JSON Feed read its items again; other fields, and their order, do not."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [{"id": "1", "title": "a"}]}
    assert reads_anew(json.dumps(feed), json.dumps({**feed, **change})) == anew


# --- what costs too much ---------------------------------------------------------------------------------------------


def test_an_element_has_only_so_many_attributes() -> None:
    """Attributes beyond the five hundredth, which would cost quadratic time, are passed over, and the entry is read."""
    many = " ".join(f"a{number}=''" for number in range(600))
    about = f"xmlns:rdf='{RDF}' rdf:about='urn:1'"
    early, late = f"<item {about} {many}><title>x</title></item>", f"<item {many} {about}><title>x</title></item>"
    assert [(entry.guid, entry.title.value) for entry in parse(rss(early + late)).entries] == [
        ("urn:1", "x"),
        (None, "x"),
    ]


def test_what_feedparser_fails_on_fails_only_where_it_is_read() -> None:
    """An entry that feedparser raises on is a failure of the feed as long as it is new, and it stays so."""
    bad = "<item xmlns:g='http://www.opengis.net/gml'><g:pos>1 2</g:pos></item>"
    known = set(parse(rss(ONE)).pieces)
    with pytest.raises(ParseError, match="the parser failed: KeyError"):
        parse(rss(ONE + bad), known=known)
