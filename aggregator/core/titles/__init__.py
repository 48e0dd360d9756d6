"""Headlines as names of an article: what is compared, never what is shown. Knows no item and no feed.

``plain`` folds away what tells no two articles apart, ``key`` says which of the headlines that remain name one at all.
"""

from aggregator.core.titles.folding import plain
from aggregator.core.titles.generic import is_telling, key
from aggregator.core.titles.outlets import outlet

__all__ = ["is_telling", "key", "outlet", "plain"]
