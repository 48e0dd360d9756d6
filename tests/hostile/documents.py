"""Documents that nobody means well with, and what such texts may hold."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from tests.newsstand import entry, rss

ATOM = "http://www.w3.org/2005/Atom"


def described(text: str, *, guid: str = "d", title: str = "Ferry aground at noon") -> str:
    """Write an item with a description."""
    return entry(title, guid=guid, more=f"<description>{text}</description>")


def atom(*entries: str, more: str = "") -> str:
    """Write an Atom document."""
    return f'<feed xmlns="{ATOM}"{more}><title>Atom</title>{"".join(entries)}</feed>'


def declaring(declarations: str, document: str) -> str:
    """Put a document type with declarations of its own before a document."""
    return document.replace("?><rss", f"?><!DOCTYPE rss [{declarations}]><rss", 1)


def laughs() -> str:
    """Write entities of entities: a thousand million words from a thousand characters."""
    layers = (f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return declaring('<!ENTITY l0 "ha">' + "".join(layers), rss(described("&l9;")))


def quadratic() -> dict[str, str]:
    """Write what parsers take quadratic time for, as long as was measured to take them 5 to 49 seconds (feedparser)."""
    quoted, bare = (" ".join(f"a{n}={mark}x{mark}" for n in range(40_000)) for mark in ('"', ""))
    return {
        "author": rss(entry("Q", guid="q", more=f"<author>{'a.' * 24_000}</author>")),
        "comments": rss(described("<!--" * 120_000)),
        "comments in a text": rss(described(f"<![CDATA[{'<!--' * 120_000}]]>")),
        "attributes": rss(described(f"<a {quoted}/>")),
        "attributes without quotes": rss(described(f"<a {bare}>")),
        "namespaces": rss(described(f"<a {quoted.replace('a', 'xmlns:a')}/>")),
        "entities": declaring("".join(f'<!ENTITY e{n} "x">' for n in range(50_000)), rss(entry("Q", guid="q"))),
        "entities of entities": laughs(),
        "one long entity": declaring(f'<!ENTITY a "{"a" * 50_000}">', rss(described("&a;" * 50_000))),
        "nested markup": rss(described(f"<![CDATA[{'<div>' * 13_000}]]>")),
        "formatting": rss(described(f"<![CDATA[{'<b>' * 10_000}{'<p>' * 10_000}]]>")),
        "instructions": rss("<?" * 500_000),
        "sections": rss("<![CDATA[" * 100_000),
        "categories": rss(entry("C", guid="c", more="<category>x</category>" * 300_000)),
        "skipped hours": rss("<skipHours>" * 50_000),
        "a web page": "<html>" + "<link rel=alternate " * 100_000,
        "nested JSON": '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 500_000,
    }


def endless() -> dict[str, str]:
    """Write what still takes minutes, in different parts of the way from bytes to clean items."""
    deep = "<div>" * 13_000
    return {
        "nh3": rss(*(described(f"<![CDATA[{deep}]]>", guid=str(n), title=f"T{n}") for n in range(140))),
        "expat": rss("<a>" * 2_000_000),
        "xml:base": atom("<entry><id>1</id>" + "<a xml:base='a/'>" * 60_000 + "</a>" * 60_000 + "</entry>"),
        "references": rss(described("&#" * 4_000_000)),
    }


def raising() -> dict[str, bytes]:
    """Write what feedparser raises on, against its promise, each holding one entry called by its name."""

    def told(name: str, more: str = "", *, encoding: str = "utf-8") -> str:
        return rss(entry(name, guid=name, more=more)).replace("utf-8", encoding, 1)

    georss = '<g:where xmlns:g="http://www.georss.org/georss" xmlns:m="http://www.opengis.net/gml">'
    georss += '<m:Point srsName="http://x.example/#99999999"><m:pos srsDimension="x">1</m:pos></m:Point></g:where>'
    texts = {
        "punycode": told("punycode", encoding="punycode"),
        "undefined": told("undefined", encoding="undefined"),
        "no such encoding": told("no such encoding", encoding="x-klingon"),
        "beyond Unicode": told("beyond Unicode", "<description>&#x110000;</description>"),
        "surrogate": told("surrogate", "<description>&#xD800;&#55357;</description>"),
        "entity with a backslash": declaring('<!ENTITY p "C:\\data\\1">', told("entity with a backslash")),
        "place": told("place", georss),
        "year 0": told("year 0", "<pubDate>0000-01-01T00:00:00Z</pubDate>"),
        "year 10000": told("year 10000", "<pubDate>9999-12-31T23:59:59-14:00</pubDate>"),
        "before the calendar": told("before the calendar", "<pubDate>0001-01-01T00:00:00+14:00</pubDate>"),
    }
    return {name: text.encode() for name, text in texts.items()}


def everywhere(vectors: Iterable[str]) -> str:
    """Write a feed that has each of these texts in every field, as text and as markup."""
    return rss(*(_carrying(vector, number) for number, vector in enumerate(vectors)), title="<script>alert(0)</script>")


def _carrying(vector: str, number: int) -> str:
    text = escape(vector)
    creator = f'<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{text}</dc:creator>'
    content = f'<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/">{text}</c:encoded>'
    attribute = escape(vector, {'"': "&quot;"})
    more = f'<description>{text}</description>{creator}{content}<category>{text}</category><source url="{attribute}">'
    more += f'{text}</source><enclosure url="{attribute}" type="{attribute}"/><comments>{text}</comments>'
    return entry(f"Vector {number}: {vector}", guid=f"{number} {vector}", link=vector, more=more)
