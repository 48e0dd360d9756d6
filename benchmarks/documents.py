"""Writes what a feed tells as RSS 2.0, Atom or RSS 1.0, in the ways that real publishing programs write them."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from benchmarks.world import Article, Feed, Format, Telling

_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(feed: Feed, telling: Telling, *, site: str) -> bytes:
    """Write a feed's document in UTF-8; ``site`` is the address of its server, without a slash at the end."""
    document = _PROLOGUE + _WRITERS[feed.format](feed, telling, site)
    if feed.flaw:
        document = document.replace("</title>", f"{feed.flaw}</title>")
    return document.encode()


def _zulu(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _markup(feed: Feed, html: str) -> str:
    """Write HTML as the content of an element."""
    return f"<![CDATA[{html}]]>" if feed.uses_cdata else escape(html)


def _rss(feed: Feed, telling: Telling, site: str) -> str:
    items = "".join(_rss_item(feed, article, site) for article in feed.articles(telling))
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:media="http://search.yahoo.com/mrss/">\n<channel>\n'
        f"  <title>{feed.title}</title>\n  <link>{site}/</link>\n  <description>All of {feed.title}</description>\n"
        f'  <atom:link href="{site}{feed.path}" rel="self" type="application/rss+xml"/>\n'
        f"  <language>en-gb</language>\n  <lastBuildDate>{format_datetime(feed.updated(telling))}</lastBuildDate>\n"
        f"  <generator>Presswork 4.2</generator>\n{items}</channel>\n</rss>\n"
    )


def _rss_item(feed: Feed, article: Article, site: str) -> str:
    link = site + article.path
    parts = [
        f"<title>{escape(article.title)}</title>",
        f"<link>{link}</link>",
        f"<description>{_markup(feed, f'<p>{article.teaser}</p>')}</description>",
        f'<guid isPermaLink="false">{feed.number}-{article.number}@news.example</guid>',
        f"<pubDate>{format_datetime(article.published)}</pubDate>",
        f"<category>{_markup(feed, 'News')}</category>",
        f'<media:content url={quoteattr(link + ".jpg")} width="460" medium="image"/>',
    ]
    if article.author:
        parts.append(f"<dc:creator>{_markup(feed, article.author)}</dc:creator>")
    if article.html:
        parts.append(f"<content:encoded>{_markup(feed, article.html)}</content:encoded>")
    return _element("item", parts)


def _atom(feed: Feed, telling: Telling, site: str) -> str:
    entries = "".join(_atom_entry(feed, article, site) for article in feed.articles(telling))
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">\n  <title>{feed.title}</title>\n'
        f'  <link rel="alternate" type="text/html" href="{site}/"/>\n  <link rel="self" href="{site}{feed.path}"/>\n'
        f"  <id>tag:news.example,2026:{feed.number}</id>\n  <updated>{_zulu(feed.updated(telling))}</updated>\n"
        f"  <author><name>{feed.title}</name></author>\n{entries}</feed>\n"
    )


def _atom_entry(feed: Feed, article: Article, site: str) -> str:
    parts = [
        f'<title type="text">{escape(article.title)}</title>',
        f'<link rel="alternate" type="text/html" href="{site}{article.path}"/>',
        f"<id>tag:news.example,2026:{feed.number}-{article.number}</id>",
        f"<published>{_zulu(article.published)}</published>",
        f"<updated>{_zulu(article.published)}</updated>",
        f'<summary type="text">{escape(article.teaser)}</summary>',
    ]
    if article.author:
        parts.append(f"<author><name>{article.author}</name></author>")
    if article.html:
        parts.append(f'<content type="html" xml:base="{site}/">{_markup(feed, article.html)}</content>')
    return _element("entry", parts)


def _rdf(feed: Feed, telling: Telling, site: str) -> str:
    articles = feed.articles(telling)
    listed = "".join(f'    <rdf:li rdf:resource="{site}{article.path}"/>\n' for article in articles)
    items = "".join(_rdf_item(feed, article, site) for article in articles)
    return (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">\n'
        f'<channel rdf:about="{site}{feed.path}">\n  <title>{feed.title}</title>\n  <link>{site}/</link>\n'
        f"  <description>All of {feed.title}</description>\n  <dc:date>{_zulu(feed.updated(telling))}</dc:date>\n"
        f"  <items><rdf:Seq>\n{listed}  </rdf:Seq></items>\n</channel>\n{items}</rdf:RDF>\n"
    )


def _rdf_item(feed: Feed, article: Article, site: str) -> str:
    link = site + article.path
    parts = [
        f"<title>{escape(article.title)}</title>",
        f"<link>{link}</link>",
        f"<description>{escape(article.teaser)}</description>",
        f"<dc:date>{_zulu(article.published)}</dc:date>",
    ]
    if article.author:
        parts.append(f"<dc:creator>{article.author}</dc:creator>")
    if article.html:
        parts.append(f"<content:encoded>{_markup(feed, article.html)}</content:encoded>")
    return _element(f'item rdf:about="{link}"', parts)


def _element(start: str, parts: list[str]) -> str:
    inner = "".join(f"    {part}\n" for part in parts)
    return f"  <{start}>\n{inner}  </{start.partition(' ')[0]}>\n"


_WRITERS = {Format.RSS: _rss, Format.ATOM: _atom, Format.RDF: _rdf}
