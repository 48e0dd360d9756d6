"""Which entries are the same article. Merges by proof only: a missed duplicate is better than a lost article.

Four kinds of key. The *guid* identifies an entry within its feed. The *link* identifies it anywhere, unless it is a
home page, or two entries of one document share it, or two items already do. The exact *text* and date identify within a
feed whose guids and links do not last. *Headline + source* identifies across feeds, or where guid and link are missing
or opaque; within 72 hours; never when the headline is generic. What a feed rewrites as a whole is known by the
headlines of what has just left it.

Knows nothing of stories (the same event) nor of the database: ``Known`` values come in, ``Change`` values go out.
"""

from aggregator.core.identity.entries import Told, distinct, wanted
from aggregator.core.identity.judging import compare
from aggregator.core.identity.rewriting import UNSTEADY, unsteadiness
from aggregator.core.identity.rules import HEADLINE_WINDOW, MOST_EDITS, MOST_HOLDERS

__all__ = [
    "HEADLINE_WINDOW",
    "MOST_EDITS",
    "MOST_HOLDERS",
    "UNSTEADY",
    "Told",
    "compare",
    "distinct",
    "unsteadiness",
    "wanted",
]
