"""Headline lists: ``- Title - Source - January 14th, 2026 [January 14th, 2026]``, as people and programs write them.

The list may stand in plain text, Markdown or HTML, with an article before it. Titles and sources are kept as they were
written; only what would break a line is taken out. Knows no store, and not which items are known.
"""

from __future__ import annotations

from aggregator.core.lists import choosing, parsing, rows
from aggregator.core.lists.items import item, noon
from aggregator.core.model import Listing

__all__ = ["item", "noon", "read"]


def read(document: str, *, base: str = "") -> Listing:
    """Read the headline list in a document; ``base`` is where its relative links start."""
    found = rows.of(document, base=base)
    return choosing.choose([(row, parsing.parse(row)) for row in found])
