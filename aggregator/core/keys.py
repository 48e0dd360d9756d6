"""The keys an item goes by, each made once: by guid, link, exact text and headline; and the hash of what a reader sees.

Does not know which of them prove anything: that is identity's.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from msgspec import Struct

from aggregator.core import text, titles, urls
from aggregator.core.model import Item


class Keys(Struct, frozen=True, kw_only=True):
    """What one item of one feed goes by; None where it has no such key."""

    guid: str | None  #: valid within its feed
    link: str | None  #: valid anywhere; none for home pages and links that name no article
    text: str  #: exact text and date, valid within its feed; the link is no part of it
    words: str | None  #: exact text without its date; only of entries that have neither guid nor link
    headlines: tuple[str, ...]  #: headline and outlet, by its name and by its site; none when the headline is generic
    title: str | None  #: the headline alone, folded
    fingerprint: str  #: of what a reader sees, to tell an edit from a repeat; dates are volatile and left out

    def __iter__(self) -> Iterator[str]:
        """Give every key under which the store may know the item."""
        return (key for key in (self.guid, self.link, self.text, self.words, *self.headlines) if key)


def of(item: Item, *, feed: int, guids_last: bool = True) -> Keys:
    """Make the keys of an item that ``feed`` tells; of a feed whose guids do not last, none by guid."""
    title = titles.key(item.title, item.source)
    guid = item.guid if guids_last else None
    link = of_link(item.link) if item.link else None
    headed, body = item.title.encode(), _body(item)
    return Keys(
        guid=f"guid {feed} {_bounded(guid)}" if guid else None,
        link=link,
        text=f"text {feed} {_hashed(headed, body, (text.instant(item.published) or '').encode())}",
        words=None if guid or link else f"words {feed} {_hashed(headed, body)}",
        headlines=tuple(headline(title, outlet) for outlet in outlets(item.source, item.home or item.link))
        if title
        else (),
        title=title,
        fingerprint=_hashed(headed, (item.link or "").encode(), body),
    )


def of_link(link: str) -> str | None:
    """Make the key of a clean link; None where it names no article."""
    return f"link {_bounded(urls.key(link) or '')}" if urls.names_article(link) else None


def of_headline(title: str, source: str) -> str | None:
    """Make the key of a headline and the outlet, by name or domain, that told it; None where it is generic."""
    told = titles.key(title, source)
    return headline(told, titles.outlet(source)) if told else None


def headline(title: str, outlet: str) -> str:
    """Make the key of a folded headline and outlet."""
    return f"headline {_bounded(f'{outlet} | {title}')}"


def outlets(source: str, address: str | None) -> tuple[str, ...]:
    """Name the outlet of an article for comparing: as it is called, and by its site where that says another name."""
    name = titles.outlet(source)
    site = titles.outlet(urls.origin(address)) if address and not urls.is_opaque(address) else name
    return (name,) if site == name else (name, site)


def fingerprint(item: Item, *, link: str | None) -> str:
    """Hash what a reader would see of an item if its link were ``link``."""
    return _hashed(item.title.encode(), (link or "").encode(), _body(item))


def _body(item: Item) -> bytes:
    """Write what stands under a headline, for hashing."""
    return f"{item.summary}\x1f{item.content}\x1f{item.author}".encode()


def _hashed(*parts: bytes) -> str:
    return blake2b(b"\x1f".join(parts), digest_size=16).hexdigest()


def _bounded(value: str) -> str:
    """Keep keys readable in the database, and short where a publisher is not."""
    return value if len(value) <= 200 else value[:160] + "…" + blake2b(value.encode(), digest_size=16).hexdigest()
