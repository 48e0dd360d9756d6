"""From entries as published to items fit to store: clean texts, safe links, believable dates.

Decides field by field and loses no entry. Does not know what is already stored, nor which items are the same.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from aggregator.core import text, urls
from aggregator.core.model import Document, Entry, Item

TITLE_LIMIT = 500
SUMMARY_LIMIT = 600
NAME_LIMIT = 200
GUID_LIMIT = 1000

#: Before the first web page there was no feed: such a date is a default or a slip (0001-01-01, 1970-01-01).
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: Clocks and zones are off by up to a day; beyond it a date is a wish (NetNewsWire, Planet Venus draw the same line).
FUTURE = timedelta(days=1)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def items(document: Document, *, name: str | None, url: str, now: datetime) -> tuple[Item, ...]:
    """Clean every entry of a document, in its order.

    ``name`` is the feed's configured name (None: its own title), ``url`` where the document came from, ``now`` the
    moment against which future dates are judged.
    """
    source = name or feed_title(document) or urls.public(url)
    return tuple(_item(entry, document=document, source=source, url=url, now=now) for entry in document.entries)


def feed_title(document: Document) -> str:
    """Give a feed's own title as a clean line, "" when it has none."""
    return text.shortened(text.plain(document.title, is_html=True), NAME_LIMIT)


def _item(entry: Entry, *, document: Document, source: str, url: str, now: datetime) -> Item:
    link = _link(entry, url)
    content = text.safe_html(entry.content.value, base=entry.content.base or url) if entry.content.is_html else ""
    told = text.plain(entry.summary.value, is_html=entry.summary.is_html) or text.plain(
        entry.content.value, is_html=entry.content.is_html
    )
    title = _title(entry, told=told, link=link)
    summary = text.shortened(told, SUMMARY_LIMIT)
    return Item(
        title=title,
        source=text.shortened(text.plain(entry.source, is_html=True), NAME_LIMIT) or source,
        home=entry.home,
        guid=_guid(entry.guid),
        link=link,
        summary="" if summary == title else summary,
        content=content,
        author=text.shortened(text.plain(entry.author, is_html=True), NAME_LIMIT),
        language=_language(entry.language or document.language),
        published=believable(entry.published, now=now) or believable(entry.updated, now=now),
        updated=believable(entry.updated, now=now),
    )


def _title(entry: Entry, *, told: str, link: str | None) -> str:
    title = text.plain(entry.title.value, is_html=entry.title.is_html) or text.first_words(told)
    return text.shortened(title or text.line(urls.file_name(entry.enclosure or link or "")) or "Untitled", TITLE_LIMIT)


def _link(entry: Entry, url: str) -> str | None:
    """Take the publisher's own link out of what wraps it."""
    link = urls.clean(entry.link, base=url) or urls.clean(entry.enclosure, base=url)
    return urls.unwrapped(link) if link else None


def _guid(guid: str | None) -> str | None:
    kept = text.legal(guid or "").strip()
    if len(kept) > GUID_LIMIT:
        kept = kept[:GUID_LIMIT] + blake2b(kept.encode(), digest_size=16).hexdigest()
    return kept or None


def _language(value: str) -> str:
    tag = value.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) and len(tag) <= 35 else ""


def believable(moment: datetime | None, *, now: datetime) -> datetime | None:
    """Keep a date that can be true: after the web's first page, at most a day ahead of ``now``; else None."""
    return moment if moment and EARLIEST <= moment <= now + FUTURE else None
