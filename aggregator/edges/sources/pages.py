"""Web pages: what kind of document this is, and which feeds it offers. Fetches nothing; a link found is only an offer.

By regular expressions that never go back (possessive) over a bounded beginning, not by ``html.parser``, which is
quadratic: 60 KB of ``<a `` cost it 77 s.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from aggregator.core import urls
from aggregator.edges.sources import charset

#: Characters of a page that are looked at: feeds are announced in its head, or in the footer of a small one.
READ_LIMIT = 400 * 1024
#: More offers than this are no help to anyone.
OFFER_LIMIT = 50

#: Elements that a document begins with when it is a web page or a piece of one.
ELEMENTS = frozenset(
    "html head body title meta link script style div p span a h1 h2 h3 center table img br b hr pre main header section"
    " noscript article form iframe ul nav".split()
)

#: One step of a page: something to pass over whole, or a tag. Its quotes may hold any character, ">" too.
#: Linear: a failed tag ends at the next "<" outside quotes, and nothing inside is tried twice.
_STEP = re.compile(
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:>|\Z)"
    r"|<(?:script|style)(?=[\s>]).*?(?:</(?:script|style)|\Z)"
    r"""|<(?P<name>[a-z][a-z0-9:._-]*+)(?P<attributes>(?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""",
    re.IGNORECASE | re.DOTALL,
)
_ROOT = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:>|\Z)|<([a-z][a-z0-9:._-]{0,80})", re.IGNORECASE | re.DOTALL)
_FEED_ROOT = re.compile(r"<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""(?<![\w:-])([a-z][\w:-]*+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++))""", re.IGNORECASE
)

_FEED_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/rdf+xml application/feed+json application/json"
    " application/xml text/xml".split()
)
_FEED_PATH = re.compile(r"(?:^|[/.?&=_-])(?:feeds?|rss2?|atom)(?:$|[/.?&=])|\.(?:xml|rdf)$", re.IGNORECASE)
#: Announced as JSON or named .xml, but something else: WordPress's own interface, sitemaps.
_NO_FEED = re.compile(r"/wp-json/|/oembed|sitemap", re.IGNORECASE)

_USUAL_NAMES = ("feed", "feed/", "rss", "rss.xml", "atom.xml", "index.xml", "feed.xml", "feed.json")


def root_element(document: str) -> str:
    """Name the first element of a document, in lower case; "" when it has none."""
    for step in _ROOT.finditer(document[:READ_LIMIT]):
        if step.group(1):
            return step.group(1).lower()
    return ""


def wrapped_feed(document: str) -> str:
    """Take a web page from the feed in it on, "" if it has none (Avian's Blog once sent ``<html><body><feed>``)."""
    root = _FEED_ROOT.search(document[:READ_LIMIT])
    return document[root.start() :] if root else ""


def discover(body: bytes, *, url: str, content_type: str = "") -> tuple[str, ...]:
    """List the addresses of feeds that a web page from ``url`` links to, absolute, each once, the announced ones first.

    Announced means ``<link rel="alternate">`` with a feed's type (RSS autodiscovery); the others are plain links that
    look like feeds. None of them has been tried.
    """
    return links(charset.decode(body, content_type=content_type), url=url)


def links(document: str, *, url: str) -> tuple[str, ...]:
    """List what ``discover`` does, of a page that is text already."""
    tags = list(_tags(document[:READ_LIMIT]))
    base = next((_base(url, tag["href"]) for name, tag in tags if name == "base" and "href" in tag), url)
    announced = [tag["href"] for name, tag in tags if name == "link" and _announces(tag)]
    linked = [tag["href"] for name, tag in tags if name == "a" and _looks_like_feed(tag.get("href", ""))]
    found = (urls.clean(_without_feed_scheme(href), base=base) for href in announced + linked)
    return tuple(dict.fromkeys(link for link in found if link))[:OFFER_LIMIT]


def guesses(url: str) -> tuple[str, ...]:
    """List where feeds usually live: beside the page first, then at its site's root; () if it is no web address."""
    page = urls.clean(url)
    if not page:
        return ()
    folder = _folder(urlsplit(page).path)
    return tuple(dict.fromkeys(urljoin(page, start + name) for start in (folder, "/") for name in _USUAL_NAMES))


def _folder(path: str) -> str:
    """Take "/blog" and "/blog/" and "/blog/post.html" all for the folder "/blog/"."""
    parent, _, last = path.rpartition("/")
    return f"{parent}/" if not last or "." in last else f"{path}/"


def _base(url: str, href: str) -> str:
    return urls.clean(href, base=url) or url


def _tags(document: str) -> Iterator[tuple[str, dict[str, str]]]:
    for step in _STEP.finditer(document):
        name = (step["name"] or "").lower()
        if name in ("link", "a", "base"):
            yield name, _attributes(step["attributes"])


def _attributes(tag: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare).strip()
        for name, double, single, bare in reversed(_ATTRIBUTE.findall(tag))  # the first of two counts (HTML §13.2.5.33)
    }


def _announces(tag: dict[str, str]) -> bool:
    kind = tag.get("type", "").partition(";")[0].strip().lower()
    relations = tag.get("rel", "").lower().split()
    href = tag.get("href", "")
    return "alternate" in relations and kind in _FEED_TYPES and bool(href) and not _NO_FEED.search(href)


def _looks_like_feed(href: str) -> bool:
    address = href.partition("#")[0]
    where = address.partition("//")[2].partition("/")[2] if "//" in address else address
    return bool(_FEED_PATH.search(where)) and not _NO_FEED.search(where)


def _without_feed_scheme(href: str) -> str:
    """Read ``feed://host/`` and ``feed:https://host/``, which old pages offer to feed readers."""
    rest = href.removeprefix("feed:")
    return href if rest == href else f"http:{rest}" if rest.startswith("//") else rest
