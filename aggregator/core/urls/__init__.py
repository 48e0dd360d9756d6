"""Links: which may be shown, and which name the same page. Fetches nothing and resolves no redirect.

Two forms of one link: the *clean* link is what a reader clicks (the publisher's own, made safe, taken out of what wraps
it), the *key* is only ever compared, so it may forget what does not tell two pages apart.
"""

from aggregator.core.urls.cleaning import LINK_LIMIT, clean, is_plain
from aggregator.core.urls.comparing import key, names_article, origin
from aggregator.core.urls.showing import file_name, host, public, served_at
from aggregator.core.urls.wrappers import is_opaque, unwrapped

__all__ = [
    "LINK_LIMIT",
    "clean",
    "file_name",
    "host",
    "is_opaque",
    "is_plain",
    "key",
    "names_article",
    "origin",
    "public",
    "served_at",
    "unwrapped",
]
