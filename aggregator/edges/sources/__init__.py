"""What a publisher sent, understood: RSS, RDF, Atom and JSON Feed documents, and the feeds behind a web page.

``parse`` turns bytes into a Document whose entries are as published: hostile until ``core.normalise`` has cleaned them.
Nothing is fetched or opened here, and nothing is bounded in time: feedparser has quadratic corners, so what came from
the network is parsed where it can be killed.

A new feed format is a module beside these and one line in ``parse``. Headline lists are parsed on their own
(``headline_lists``), since their texts stay as they are written.
"""

from __future__ import annotations

from collections.abc import Set

from aggregator.core import text, urls
from aggregator.core.errors import ParseError
from aggregator.core.model import Document
from aggregator.edges.sources import charset, json_feed, pages, syndication
from aggregator.edges.sources.pages import discover, guesses

__all__ = ["discover", "guesses", "parse"]


def parse(
    body: bytes, *, url: str, content_type: str = "", known: Set[bytes] = frozenset(), head: str = ""
) -> Document:
    """Understand a feed document that came from ``url`` (after redirects).

    ``content_type`` is the answer's header, "" when it had none; ``known`` are marks of entries that need not be read
    again (``Document.pieces`` and ``repeated`` of the document before), ``head`` is what is remembered of that one's
    head. Raises ParseError, in words that a user can act on.
    """
    undecoded = charset.undecoded(body, content_type=content_type) if known else b""
    if undecoded and (again := syndication.parse_again(undecoded, url=url, known=known, head=head)):
        return again
    document = charset.decode(body, content_type=content_type)
    if not document:
        raise ParseError(url, "the document is empty")
    if json_feed.looks_like_json(document, content_type=content_type):
        return json_feed.parse(document, url=url, known=known)
    root = pages.root_element(document)
    feed = _syndicated(document, root=root, url=url, known=known, head=head)
    if feed is None:
        raise ParseError(url, _why_not(document, root=root, url=url))
    return feed


def _syndicated(document: str, *, root: str, url: str, known: Set[bytes], head: str) -> Document | None:
    """Read RSS and Atom, also one wrapped into a web page by its server, but no page that is none of them."""
    if root != "html":
        return syndication.parse(document, url=url, known=known, head=head)
    feed = syndication.parse(pages.wrapped_feed(document), url=url, known=known, head=head)
    return feed if feed and (feed.entries or feed.repeated) else None


def _why_not(document: str, *, root: str, url: str) -> str:
    from aggregator.edges.sources import headline_lists  # noqa: PLC0415 - few have one, and it takes a while to load

    if headline_lists.are_in(document):
        return "this is a headline list, not a feed; add type: headlines to its line in feeds.yaml"
    if root in pages.ELEMENTS:
        return _web_page(pages.links(document, url=url))
    return f"no feed format was recognised ({_impression(document, root=root)})"


def _web_page(found: tuple[str, ...]) -> str:
    offer = f"; it links to {urls.public(found[0])}" if found else ""
    return f"this is a web page, not a feed{offer}"


def _impression(document: str, *, root: str) -> str:
    if root:
        return f"its root element is <{text.shortened(text.line(root), 40)}>"
    beginning = text.shortened(text.line(document[:400]), 60)
    return f"it begins with “{beginning}”"
