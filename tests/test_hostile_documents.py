"""Hostile documents, on the straight way of `aggregator once`: scripts, bombs for the processor, giants, odd texts.

Beside each of them a healthy feed is read, which proves that they harm nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from aggregator.core import text
from tests.core.test_text import ATTACKS, assert_harmless
from tests.edges.printed import VECTORS, Outline
from tests.edges.servers import Answer, reply, routes
from tests.hostile.documents import atom, described, endless, everywhere, quadratic, raising
from tests.hostile.office import HEALTHY, START, Office, opened, peak, unharmed
from tests.newsstand import entry, rss

MIB = 2**20


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Open an office."""
    with opened(tmp_path, monkeypatch) as office:
        yield office


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
    for (content,) in office.rows("SELECT content FROM items"):
        assert_harmless(content)


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
    documents = endless()
    office.limit(cpu=timedelta(seconds=1))
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
    print({name: polled[name].reason for name in documents})
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
    print(documents)
    subscribe(office, documents)
    polled = office.once()
    assert unharmed(office, polled)
    print(office.items("Written"), office.items("Packed"))
