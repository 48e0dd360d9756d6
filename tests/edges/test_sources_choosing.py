"""Which entries of a document are read: what is known, what a mark covers, and how many are the most."""

from __future__ import annotations

import json
from collections.abc import Callable, Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.model import Document
from aggregator.edges import sources
from aggregator.edges.sources import choosing

URL = "https://example.org/feeds/news.xml"
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
    for form in FORMS:
        assert reads_anew(form("a", "b"), form("a", "b"), url="https://example.org/moved.xml")


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
