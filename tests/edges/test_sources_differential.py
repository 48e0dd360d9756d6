"""Whole or in part, entries are the same: documents read at once against documents read as far as they are unknown.

Compared are the entries as published and the items that become of them, field by field.
"""

from __future__ import annotations

import json
from collections.abc import Set
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import normalise
from aggregator.core.errors import ParseError
from aggregator.core.model import Document, Entry, Item
from aggregator.edges import sources
from aggregator.edges.sources import charset, parsing

CORPUS = Path(__file__).parent.parent / "corpus"
EXPECTED = ".expected.json"
URL = "https://example.org/feeds/news.xml"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)

#: What a document tells of one entry.
Told = tuple[Entry, Item]


def parse(body: bytes, *, known: Set[bytes] = frozenset(), content_type: str = "", head: str = "") -> Document:
    """Read a document."""
    return sources.parse(body, url=URL, content_type=content_type, known=known, head=head)


def told(document: Document) -> list[Told]:
    """Give the entries that were read, each with its item."""
    return list(zip(document.entries, normalise.items(document, name=None, url=URL, now=NOW), strict=True))


def assert_same_without(whole: Document, known: Set[bytes], *, body: bytes, content_type: str = "") -> None:
    """Read a document again where its head and some marks are known: it says the same of itself, and of the unknown."""
    part = parse(body, known=known, content_type=content_type, head=whole.head)
    assert told(part) == [one for one, mark in zip(told(whole), whole.pieces, strict=True) if mark not in known]
    assert part.pieces == tuple(mark for mark in whole.pieces if mark not in known)
    assert part.repeated == tuple(mark for mark in whole.pieces if mark in known)
    assert (part.format, part.title) == (whole.format, whole.title)
    assert (part.language, part.timetable, part.left_out) == (whole.language, whole.timetable, whole.left_out)
    assert part.head == whole.head


# --- the corpus ------------------------------------------------------------------------------------------------------


def corpus() -> list[str]:
    """Name the documents of the corpus, all of them."""
    return sorted(path.name.removesuffix(EXPECTED) for path in CORPUS.glob(f"*{EXPECTED}"))


@pytest.mark.parametrize("name", corpus())
def test_a_document_of_the_corpus_is_the_same_whole_and_in_part(name: str) -> None:
    """Whether none, half, all, all but the first or all but the last are known, the others are what they always are."""
    body = (CORPUS / name).read_bytes()
    content_type = json.loads((CORPUS / (name + EXPECTED)).read_text(encoding="utf-8")).get("content_type", "")
    try:
        whole = parse(body, content_type=content_type)
    except ParseError:
        return
    marks = whole.pieces
    if not marks:
        again = parse(body, content_type=content_type, known={b"8 letter"})
        assert (told(again), again.repeated) == (told(whole), ())
        return
    for known in (marks, marks[::2], marks[1::2], marks[1:], marks[:-1], marks[:1]):
        assert_same_without(whole, frozenset(known), body=body, content_type=content_type)


def test_most_of_the_corpus_is_cut() -> None:
    """The comparison compares something: at least ninety documents of the corpus can be cut."""
    cut = 0
    for name in corpus():
        try:
            cut += bool(parse((CORPUS / name).read_bytes()).pieces)
        except ParseError:
            continue
    assert cut >= 90


def test_most_of_the_corpus_is_read_again_without_being_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least sixty documents of the corpus whose entries are known are only compared with what is known of them."""
    found = [(CORPUS / name).read_bytes() for name in corpus()]
    before = [(body, document) for body in found if (document := cut_or_none(body))]
    monkeypatch.setattr(charset, "decode", lambda *_, **__: pytest.fail("decoded"))
    monkeypatch.setattr(parsing, "parsed", lambda *_, **__: pytest.fail("parsed"))
    again = 0
    for body, document in before:
        with suppress(pytest.fail.Exception):
            again += parse(body, known=set(document.pieces), head=document.head).repeated == document.pieces
    assert again >= 60


def cut_or_none(body: bytes) -> Document | None:
    """Read a document; None where it is no feed, holds no entry, or cannot be cut."""
    try:
        document = parse(body)
    except ParseError:
        return None
    return document if document.pieces else None


# --- from one version to the next ------------------------------------------------------------------------------------


class Memory:
    """A feed that is polled: keeps what the last document told, and reads of the next only what that did not hold."""

    def __init__(self) -> None:
        self.told: dict[bytes, Told] = {}
        self.head = ""

    def poll(self, body: bytes) -> list[str]:
        """Read the next version of a document, and give the titles of the entries that were read.

        What is known of it afterwards is what reading it whole tells.
        """
        document = parse(body, known=set(self.told), head=self.head)
        self.head = document.head
        fresh = dict(zip(document.pieces, told(document), strict=True))
        self.told = {mark: self.told[mark] for mark in document.repeated} | fresh
        whole = parse(body)
        assert (document.title, document.timetable) == (whole.title, whole.timetable)
        assert self.told == dict(zip(whole.pieces, told(whole), strict=True))
        return [item.title for _, item in fresh.values()]


RSS = "<rss version='2.0'><channel>{}</channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/base/'>{}</feed>"
RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
    "<channel>{}</rdf:RDF>"
)


def written(shape: str, *entries: str, head: str = "<title>News</title>") -> bytes:
    """Write a version of a feed; an entry is its title, and what follows a colon its text."""
    name = "entry" if shape == ATOM else "item"
    text = "summary" if shape == ATOM else "description"
    parts = [one.partition(":") for one in entries]
    body = "".join(f"<{name}><title>{a}</title><{text}>{b}</{text}><link>/{a}</link></{name}>" for a, _, b in parts)
    return shape.format(f"{head}{'</channel>' if shape == RDF else ''}{body}").encode()


@pytest.mark.parametrize("shape", [RSS, ATOM, RDF], ids=["rss", "atom", "rdf"])
def test_every_version_of_a_feed_is_what_it_is_when_read_whole(shape: str) -> None:
    """An entry that comes, changes, changes back or comes again is read; one that stays, moves or goes is not."""
    feed = Memory()
    assert feed.poll(written(shape, "a", "b", "c")) == ["a", "b", "c"]
    assert feed.poll(written(shape, "a", "b", "c")) == []
    assert feed.poll(written(shape, "new", "a", "b", "c")) == ["new"]
    assert feed.poll(written(shape, "new", "a", "middle", "b", "c")) == ["middle"]
    assert feed.poll(written(shape, "new", "a:edited", "middle", "b", "c")) == ["a"]
    assert feed.poll(written(shape, "new", "a", "middle", "b", "c")) == ["a"]
    assert feed.poll(written(shape, "c", "b", "new")) == []
    assert feed.poll(written(shape, "c", "a", "b", "new")) == ["a"]
    assert feed.poll(written(shape, "c", "c", "b", "new")) == []
    assert feed.poll(written(shape, "c", "b", head="<title>News</title><ttl>5</ttl><updated>2026</updated>")) == []
    assert feed.poll(written(shape, "c", "b", head="<title>Olds</title>")) == ["c", "b"]
    assert feed.poll(written(shape)) == []
    assert feed.poll(written(shape, "c", head="<title>Olds</title>")) == ["c"]


# --- any document ----------------------------------------------------------------------------------------------------

NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "m": "http://search.yahoo.com/mrss/",
}
DECLARED = " ".join(f"xmlns:{prefix}='{uri}'" for prefix, uri in NAMESPACES.items())
#: Parts of entries and of heads, among them all that feedparser was found to carry from one entry to the next.
PARTS = """
    <title>Bread</title>
    <title type='html' xml:base='t/'>&lt;a href="r">x&lt;/a></title>
    <title type='xhtml' xml:lang='fr'><div xmlns='http://www.w3.org/1999/xhtml'>a <b>b</b></div></title>
    <title>in <title>a title</title></title>
    <title type='html'><div>no markup</div></title>
    <link>relative/1</link>
    <link href='relative/2'/>
    <link xml:base='/l/' rel='enclosure' href='3.mp3'/>
    <guid>1</guid>
    <guid isPermaLink='false'>https://example.org/1</guid>
    <id>tag:example.org,2026:1</id>
    <description>&lt;img src="/i.png"> and &amp;amp;</description>
    <description><![CDATA[<a href='/a'>a</a> ]]]]><![CDATA[> </item>]]></description>
    <summary type='html' xml:base='s/'><div>x</div></summary>
    <summary xml:lang='de'>Brot</summary>
    <content:encoded><![CDATA[<p><a href='c'>c</a></p>]]></content:encoded>
    <content type='html' xml:base='/c/'><div>x</div><p/></content>
    <content type='xhtml'><svg xmlns='http://www.w3.org/2000/svg'><title>t</title></svg><source/><body/></content>
    <content type='text/plain' mode='base64'>QnJlYWQ=</content>
    <media:description>Clip <![CDATA[<a href='d'>d</a>]]></media:description>
    <itunes:summary>Notes</itunes:summary>
    <m:content url='v.mp4'/>
    <x:content xmlns:x='http://search.yahoo.com/mrss/' url='w.mp4'/>
    <m:content xmlns:m='urn:other' url='u.mp4'/>
    <x:title xmlns:x='urn:itunes'>X</x:title>
    <itunes:title xmlns:itunes='urn:itunes'>I</itunes:title>
    <media:title xmlns:media='http://purl.org/dc/elements/1.1/'>M</media:title>
    <author><name>Ann</name><email>ann@example.org</email></author>
    <author>bo@example.org (Bo)</author>
    <dc:creator>Cy</dc:creator>
    <contributor><name>Di</name></contributor>
    <source url='s'>Elsewhere</source>
    <source xml:base='/s/'><title>There</title><author><name>Ed</name></author></source>
    <image><link href='i'/><dc:creator>Fay</dc:creator><title>Logo</title></image>
    <textInput><title>Search</title><dc:creator>Gil</dc:creator></textInput>
    <dc:language>nl</dc:language>
    <language>it</language>
    <enclosure url='e.mp3'/>
    <pubDate>Wed, 14 Jan 2026 07:00:00 GMT</pubDate>
    <updated>2026-01-14T08:00:00Z</updated>
    <!-- <item> in a comment -->
    <?pi </item>?>
    text
""".strip().splitlines()
parts = st.lists(st.sampled_from(PARTS), max_size=6).map("".join)
attributes = st.sampled_from(
    ["", "", "", " xml:base='/e/'", " xml:base='e/'", " xml:lang='es'", " xmlns:m='http://purl.org/dc/elements/1.1/'"]
)
SHELLS = {
    "item": f"<rss version='2.0' {DECLARED}{{}}><channel>{{}}</channel></rss>",
    "entry": f"<feed xmlns='http://www.w3.org/2005/Atom' {DECLARED}{{}}>{{}}</feed>",
}


@st.composite
def feeds(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Write two versions of a feed that have entries in common, with other parts of their head between these."""
    name = draw(st.sampled_from(sorted(SHELLS)))
    made = [f"<{name}{draw(attributes)}>{draw(parts)}</{name}>" for _ in range(draw(st.integers(1, 5)))]
    heads = [draw(parts) for _ in range(2)]

    def version() -> bytes:
        chosen = draw(st.lists(st.sampled_from([*made, *heads]), min_size=1, max_size=8))
        root = draw(st.sampled_from(["", "", " xml:base='https://base.example/'"]))
        return SHELLS[name].format(root, "".join(chosen)).encode()

    return version(), version()


@settings(max_examples=150)
@given(versions=feeds(), chosen=st.sets(st.integers(0, 7)))
def test_any_document_is_the_same_whole_and_in_part(versions: tuple[bytes, bytes], chosen: set[int]) -> None:
    """Whatever stands in and between the entries, each is what it is without those that are known."""
    body, _ = versions
    whole = parse(body)
    assert len(whole.pieces) == len(whole.entries)
    for known in (chosen, set(range(1, 8)), set(range(7))):
        assert_same_without(whole, {mark for at, mark in enumerate(whole.pieces) if at in known}, body=body)


@settings(max_examples=150)
@given(versions=feeds())
def test_a_mark_means_the_same_in_every_version(versions: tuple[bytes, bytes]) -> None:
    """What a mark of one version stands for is what it stands for in another, whatever became of the head."""
    first, second = (parse(body) for body in versions)
    before = dict(zip(first.pieces, told(first), strict=True))
    after = dict(zip(second.pieces, told(second), strict=True))
    assert {mark: before[mark] for mark in before.keys() & after} == {
        mark: after[mark] for mark in after.keys() & before
    }


#: What spoils a document where it stands, hides what follows, or makes it another; and what only looks so.
DAMAGE = (
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ", b"?>", b"<?place-of-an-entry?>"),
    *(
        b"<x>",
        b"</x>",
        b"<item>",
        b"</item>",
        b"<item/>",
        b"</item >",
        b"<entry>",
        b"</entry>",
        b"<Item>",
        b"<a:item/>",
    ),
    *(b"<channel>", b"</channel>", b"<rss>", b"</rss>", b"<feed>", b"</feed>", b"<!DOCTYPE rss>", b"<!ENTITY a 'b'>"),
    *(
        b"\x00",
        b"\x0b",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        "é".encode(),
        b"\xe9",
        b"&",
        b"&amp;",
        b"&nbsp;",
        b"<",
        b">",
    ),
    *(b"\xef\xbb\xbf", b" ", b"\n", b"'", b'"', b"<?xml version='1.0' encoding='iso-8859-1'?>"),
)


@settings(max_examples=400)
@given(
    versions=feeds(),
    damage=st.lists(st.tuples(st.sampled_from(DAMAGE), st.integers(0, 2000), st.integers(0, 30)), max_size=3),
)
def test_a_damaged_document_is_the_same_whole_and_in_part(
    versions: tuple[bytes, bytes], damage: list[tuple[bytes, int, int]]
) -> None:
    """However what follows a poll is damaged, what was known of it makes no other document of it."""
    first, second = versions
    before = parse(first)
    for piece, at, gone in damage:
        at %= len(second) + 1
        second = second[:at] + piece + second[at + gone :]
    whole = cut_or_none(second)
    for known in (set(before.pieces), set(before.pieces[1:])):
        if whole:
            assert_same_without(whole, known, body=second)
        else:
            with suppress(ParseError):
                again = parse(second, known=known, head=before.head)
                assert (again.pieces, again.repeated, told(again)) == ((), (), told(parse(second)))
