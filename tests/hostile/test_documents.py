"""Hostile documents, on the straight way of `aggregator once`: scripts, bombs for the processor, giants, odd texts.

Beside each of them a healthy feed is read, which proves that they harm nobody else.
"""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from aggregator import pipeline
from tests.core.test_text import ATTACKS, assert_harmless
from tests.edges.printed import VECTORS, Outline
from tests.edges.servers import Answer, reply, routes
from tests.hostile.documents import atom, described, endless, everywhere, quadratic, raising
from tests.hostile.office import HEALTHY, Office, peak, unharmed
from tests.newsstand import entry, rss

MIB = 2**20


def serving(documents: dict[str, bytes] | dict[str, str]) -> Answer:
    """Answer with documents by their number."""
    bodies = [body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body for body in documents.values()]
    return lambda visit: visit.send(reply(bodies[int(visit.path[1:])]))


def subscribe(office: Office, documents: dict[str, bytes] | dict[str, str]) -> None:
    """Serve documents and subscribe to each by its name."""
    server = office.serve(serving(documents))
    office.subscribe({name: server.url(f"/{number}") for number, name in enumerate(documents)})


# --- 1: scripts ------------------------------------------------------------------------------------------------------

IMAGE = '"><img src=x onerror=alert(1)>'
#: The elements of our own pages.
OWN = set(
    "html head title meta link style body header nav main footer section article div span p ul li a bdi time".split()
)


@pytest.mark.logs("failed url=")
def test_no_text_of_a_publisher_is_anything_but_text(office: Office) -> None:
    """Scripts, handlers, styles, frames and bad links run nowhere, whichever field or failure brings them."""
    vectors = [*ATTACKS, *VECTORS]
    answers = {
        "/": reply(everywhere(vectors).encode("utf-8", "replace")),
        "/page": reply(f"<html><a href='/feed{IMAGE}'>".encode()),
        "/text": reply(b"{{7*7}} ' onmouseover=alert(1) javascript:alert(1)"),
        "/root": reply(b"<alert(1)><script>alert(1)</script>"),
        "/coding": reply(b"x", headers=(f"Content-Encoding: {IMAGE}",)),
        "/place": reply(status="302 Found", headers=(f"Location: /{IMAGE}",)),
    }
    server = office.serve(routes(answers))
    office.subscribe({server.url("/"): server.url("/")} | {path: server.url(path) for path in [*answers][1:]})
    polled = office.once()
    assert unharmed(office, polled)
    assert sum(one.new for one in polled.values()) == len(vectors) + 1
    assert [path for path in [*answers][1:] if not polled[path].reason] == []
    pages = office.pages()
    for outline in (Outline(page) for name, page in pages.items() if name.endswith(".html")):
        assert {tag for tag, _ in outline.elements if not re.fullmatch("h[1-6]", tag)} <= OWN
        assert not [name for _, given in outline.elements for name in given if name.startswith(("on", "src", "style"))]
        links = [str(given["href"]) for tag, given in outline.elements if tag == "a"]
        assert [link for link in links if not re.match(r"https?://|#|[a-z0-9-]+\.(html|xml|txt)$", link)] == []
    told = ElementTree.fromstring(pages["feed.xml"].encode())
    assert [link.text for link in told.iterfind("channel/item/link") if not str(link.text).startswith("http")] == []
    for content, link in office.rows("SELECT content, coalesce(link, 'http:') FROM items"):
        assert_harmless(content)
        assert link.startswith("http")


# --- 5: bombs for the processor --------------------------------------------------------------------------------------


@pytest.mark.logs("failed url=")
def test_what_was_quadratic_is_read_within_seconds(office: Office) -> None:
    """The inputs on which feedparser, expat, nh3 and html.parser take minutes take seconds at most, all together."""
    documents = quadratic()
    office.limit(cpu=timedelta(seconds=4))
    subscribe(office, documents)
    polled = office.once()
    assert unharmed(office, polled)
    assert {name: polled[name].reason for name in documents if polled[name].new == 0} == {
        "instructions": "the document is broken XML, and no entry can be read from it",
        "sections": "the document is broken XML, and no entry can be read from it",
        "skipped hours": "the document is broken XML, and no entry can be read from it",
        "a web page": "this is a web page, not a feed",
        "nested JSON": "the JSON is nested too deeply",
    }


@pytest.mark.logs("processor time")
def test_what_takes_for_ever_is_killed_and_nobody_waits_for_it(office: Office) -> None:
    """A document that exceeds its processor time costs its feed a failure; the others are read before it has."""
    documents = endless()  # more of them than places for two cores
    office.limit(cpu=timedelta(seconds=1))
    office.delay = 0.7  # so that they have begun
    subscribe(office, documents)
    polled = office.once()
    assert unharmed(office, polled)
    assert next(iter(polled)) == HEALTHY
    assert {polled[name].reason for name in documents} == {
        "reading it took more than 1 s of processor time; it was given up"
    }
    assert {(office.states()[name].failures, office.states()[name].next_reason) for name in documents} == {(1, "every")}
    assert all(name in office.pages()["index.html"] for name in documents)


# --- 8: documents that parsers raise on ------------------------------------------------------------------------------


def test_what_parsers_raise_on_is_read(office: Office) -> None:
    """Encodings, references, entities, places and dates on which feedparser fails cost nobody an entry."""
    documents = raising()
    subscribe(office, documents)
    polled = office.once()
    assert unharmed(office, polled)
    assert {name: [item["title"] for item in office.items(name)] for name in documents} == {
        name: [name] for name in documents
    }


@pytest.mark.logs("failed url=")
def test_what_is_no_document_is_named(office: Office) -> None:
    """Bytes of any kind are a failure in words, and no bug of ours."""
    documents = {
        "nothing": b"",
        "a mark": b"\xef\xbb\xbf",
        "space": b" \r\n" * 99,
        "nulls": b"\x00" * 99,
        "octets": bytes(range(256)) * 9,
        "half": rss(entry("Half")).encode()[:90],
        "wide": "\ud800".encode("utf-16", "surrogatepass") * 9,
        "JSON": b'{"version": "https://jsonfeed.org/version/1.1", "items": [}',
        "list": b"[1, 2, 3]",
        "number": b"1e999999999",
        "path": b"/etc/passwd",
        "address": b"http://127.0.0.1/feed",
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(99),
    }
    subscribe(office, documents)
    polled = office.once()
    assert unharmed(office, polled)
    assert [name for name in documents if not polled[name].reason] == []


# --- 9, 31: characters -----------------------------------------------------------------------------------------------

CONTROLS = "".join(map(chr, (*range(1, 9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF)))
INVISIBLE = "\u202e\u202d\u2066\u200b\u2060\ufeff\u00ad\u2028"
PILED = "\u0301" * 99


def test_no_character_reaches_a_page_that_does_not_belong_there(office: Office) -> None:
    """Controls are gone from pages, feed, list and export, however they came; so are overrides and piled-up marks."""
    numbers = "".join(f"&amp;#{ord(one)};" for one in CONTROLS)
    spoilt = f"Tide{INVISIBLE} table{PILED} of{CONTROLS} {numbers}May{'!' * 90}"
    documents = {
        "Written": rss(described(spoilt, title=spoilt), title=f"A{CONTROLS}"),
        "Packed": rss(described(f"<![CDATA[<p>{spoilt.replace('&amp;', '&')}</p>]]>", title=f"Packed {spoilt}")),
    }
    subscribe(office, documents)
    assert unharmed(office, office.once())
    pages = office.pages()
    ElementTree.fromstring(pages["feed.xml"].encode())
    for text in (*pages.values(), office.exported()):
        assert set(text) & {*CONTROLS, *INVISIBLE} <= {"\u2066"}  # an isolate ends with its paragraph
        assert re.search("\u0301{5}", text) is None
    titles = {name: office.items(name)[0]["title"] for name in documents}
    assert all(re.fullmatch("(Packed )?Tide.* table\u0301{4} of.*May!{90}", title) for title in titles.values())
    headline = re.compile(r"<h\d class=\"headline\" dir=\"auto\">(?:Packed )?Tide")
    told_once = pages["2026-01-14.html"]  # two copies of one headline: the second stands under the first
    assert len(headline.findall(told_once)) == 1
    assert "Also at" in told_once or "Reported also by" in told_once
    assert "overflow-wrap: anywhere" in pages["index.html"] or "overflow-wrap: break-word" in pages["index.html"]


# --- 19: dates -------------------------------------------------------------------------------------------------------

#: What publishers write for dates, and what becomes of it; None: it counts as published when it was first seen.
DATES = {
    "": None,
    "yesterday": None,
    "1768381200": None,
    "0001-01-01T00:00:00Z": None,
    "Mon, 01 Jan 0001 00:00:00 GMT": None,
    "Thu, 01 Jan 1970 00:00:00 GMT": None,
    "9999-12-31T23:59:59Z": None,
    "Fri, 31 Dec 9999 23:59:59 -1400": None,
    "99999999999999999999-01-01": None,
    "Wed, 32 Jan 2026 25:61:61 GMT": None,
    "Fri, 16 Jan 2026 09:00:00 GMT": None,
    "Wed, 14 Jan 2026 21:00:00 GMT": "2026-01-14T21:00:00Z",
    "Wed, 14 Jan 2026 08:00:00 +0000": "2026-01-14T08:00:00Z",
    "Wed, 14 Jan 2026 08:00:00 KLINGON": "2026-01-14T08:00:00Z",
    "2026-01-14T08:00:00+05:30": "2026-01-14T02:30:00Z",
}


def test_no_date_loses_an_entry_or_puts_it_into_the_future(office: Office) -> None:
    """Unusable dates are no dates, and an entry's time is never later than when it was first seen."""
    dated = [entry(f"Dated {date!r}", guid=date or "none", more=f"<pubDate>{date}</pubDate>") for date in DATES]
    subscribe(office, {"Dates": rss(*dated)})
    assert unharmed(office, office.once())
    rows = office.rows("SELECT title, published, time, first_seen FROM items WHERE source = 'Dates'")
    assert {title: published for title, published, _, _ in rows} == {f"Dated {d!r}": DATES[d] for d in DATES}
    seen = "2026-01-14T09:00:00Z"
    assert all((time, first) == (min(published or seen, seen), seen) for _, published, time, first in rows)
    assert all(f"- Dated {date!r}" in office.pages()["2026-01-14.txt"] for date in DATES)


# --- 25: giants ------------------------------------------------------------------------------------------------------


#: What publishers' texts become, by table.
TEXTS = {
    "items": "title source link summary content author",
    "sightings": "guid link title",
    "keys": "key",
    "titles": "title",
    "feeds": "title",
}


def _giants() -> dict[str, str]:
    """Write documents and entries of a size that nobody needs."""
    long, pictures = "x" * MIB, "&lt;img src=x>" * 5000
    parts = f"<description>{long}</description><author>{long}</author><category>{long}</category>"
    far = f' xml:base="http://far.example/{"b" * 4000}/"'
    shown = (f'<entry><id>{n}</id><content type="html">{pictures}</content></entry>' for n in range(8))
    return {
        "entries": rss(*(entry(f"Tale {n} of a thousand", guid=f"e{n}") for n in range(100_000))),
        "title": rss(entry("Wide " * (2 * MIB - 1000), guid="t")),
        "categories": rss(entry("Filed", guid="c", more="<category>x</category>" * 5000)),
        "fields": rss(entry("Long", guid=long, link=f"http://x.example/{long}", more=parts), title=long),
        "pictures": atom(*shown, more=far),
    }


@pytest.mark.logs("entries=98000")
@pytest.mark.logs("entries=96000")
def test_of_giants_a_bounded_part_is_kept(office: Office) -> None:
    """Entries are capped per poll and texts per field, and it is said; a later poll reads the entries left out."""
    documents = _giants()
    subscribe(office, documents)
    with peak() as grown:
        polled = office.once()
        assert grown() < 200 * MIB
    assert unharmed(office, polled)
    assert {name: polled[name].new for name in documents} == {
        "entries": 2000, "title": 1, "categories": 1, "fields": 1, "pictures": 8
    }  # fmt: skip
    assert "98,000 were left out" in office.printed("list")
    sizes = {
        f"{table}.{column}": office.rows(f"SELECT max(length(coalesce({column}, ''))) FROM {table}")[0][0]
        for table, columns in TEXTS.items()
        for column in columns.split()
    }
    assert max(size for name, size in sizes.items() if name != "items.content") <= 1100
    assert sizes["items.content"] <= MIB // 2
    assert max(len(page.encode()) for page in office.pages().values()) <= 4 * MIB
    office.patch.setattr(pipeline, "publish", lambda *_, **__: ())  # four thousand stories, once more
    assert office.once()["entries"].new == 2000
