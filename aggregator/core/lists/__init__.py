"""Headline lists: ``- Title - Source - January 14th, 2026 [January 14th, 2026]``, as people and programs write them.

The list may stand in plain text, Markdown or HTML, with an article before it. Titles and sources are kept as they were
written; only what would break a line is taken out. Knows no store, and not which items are known.
"""

from __future__ import annotations

from aggregator.core.lists import choosing, parsing, rows, tails
from aggregator.core.lists.items import item, noon
from aggregator.core.model import Listing

__all__ = ["is_one", "item", "noon", "read"]


def is_one(document: str) -> bool:
    """Ask whether a document holds several lines that end as those of a headline list do."""
    return sum(tails.is_dated_twice(row.text) for row in rows.of(document, base="")) > 1


def read(document: str, *, base: str = "") -> Listing:
    """Read the headline list in a document; ``base`` is where its relative links start."""
    found = rows.of(document, base=base)
    return choosing.choose([(row, parsing.parse(row)) for row in found])
