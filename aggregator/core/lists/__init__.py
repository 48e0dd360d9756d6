"""Headline lists: ``- Title - Source - January 14th, 2026 [January 14th, 2026]``, as people and programs write them.

The list may stand in plain text, Markdown or HTML, with an article before it. Titles and sources are kept as they were
written; only what would break a line is taken out. Knows no store, and not which items are known.
"""

from __future__ import annotations

from datetime import date, timedelta

from aggregator.core import text
from aggregator.core.lists import choosing, parsing, rows, tails, wrapping
from aggregator.core.lists.items import item, noon
from aggregator.core.model import Listing, Unread

#: Characters of a line that are shown where it is complained of.
_SHOWN = 60

__all__ = ["is_one", "item", "noon", "read", "until"]


def is_one(document: str) -> bool:
    """Ask whether a document holds several lines that end as those of a headline list do."""
    return sum(tails.is_dated_twice(row.text) for row in rows.of(document, base="")) > 1


def read(document: str, *, base: str = "") -> Listing:
    """Read the headline list in a document; ``base`` is where its relative links start."""
    found = rows.of(document, base=base)
    return choosing.choose(wrapping.joined([(row, parsing.parse(row)) for row in found]))


def until(listing: Listing, today: date) -> Listing:
    """Move lines that were seen on a day that has not come yet, a slip of the year perhaps, to those unread.

    A day is allowed for zones.
    """
    ahead = [line for line in listing.lines if line.seen > today + timedelta(days=1)]
    reason = "its date seen has not come yet"
    unread = [Unread(number=line.number, reason=reason, text=text.shortened(line.title, _SHOWN)) for line in ahead]
    return Listing(
        lines=tuple(line for line in listing.lines if line not in ahead),
        unread=tuple(sorted((*listing.unread, *unread), key=lambda one: one.number)),
    )
