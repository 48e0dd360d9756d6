"""The keys an item goes by, each made once: by guid, link, exact text and headline; and the hash of what a reader sees.

Does not know which of them prove anything: that is identity's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from aggregator.core import text, titles, urls
from aggregator.core.model import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What one item of one feed goes by; None where it has no such key."""

    guid: str | None  #: valid within its feed
    link: str | None  #: valid anywhere; none for home pages and links that name no article
    text: str  #: exact text and date, valid within its feed; the link is no part of it
    headline: str | None  #: headline and source; none when the headline is generic
    title: str | None  #: the headline alone, folded
    fingerprint: str  #: of what a reader sees, to tell an edit from a repeat; dates are volatile and left out

    def __iter__(self) -> Iterator[str]:
        """Give every key under which the store may know the item."""
        return (key for key in (self.guid, self.link, self.text, self.headline) if key)


def of(item: Item, *, feed: int) -> Keys:
    """Make the keys of an item that ``feed`` tells."""
    title = titles.key(item.title)
    page = urls.key(item.link) if item.link and not urls.is_opaque(item.link) else None
    told = (item.title, item.summary, item.content, item.author)
    return Keys(
        guid=f"guid {feed} {_bounded(item.guid)}" if item.guid else None,
        link=f"link {_bounded(page)}" if page else None,
        text=f"text {feed} {_hashed(*told, text.instant(item.published) or '')}",
        headline=f"headline {_bounded(f'{text.folded(item.source)} | {title}')}" if title else None,
        title=title,
        fingerprint=_hashed(item.title, item.link or "", item.summary, item.content, item.author),
    )


def _hashed(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _bounded(value: str) -> str:
    """Keep keys readable in the database, and short where a publisher is not."""
    return value if len(value) <= 200 else value[:160] + "…" + blake2b(value.encode(), digest_size=16).hexdigest()
