"""Where a feed has moved to: which redirects are believed, and when (RFC 9110 §15.4). Asks nobody."""

from __future__ import annotations

from urllib.parse import urlsplit

from aggregator.core import urls
from aggregator.core.model import FeedState
from aggregator.edges.http import Response

_PERMANENT = frozenset({301, 308})


def moved(state: FeedState, response: Response) -> str | None:
    """Give the address at which a feed is asked for from now on; None: the configured one.

    Only for answers that brought a feed (a captive portal redirects too): the last of the permanent redirects with
    which the chain begins. A 304 proves nothing about an address that has not served the feed yet.
    """
    target = state.moved
    for status, address in response.redirects if response.body or response.repeats else ():
        if status not in _PERMANENT:
            break
        target = address
    return target if target and target != state.feed.url and _is_safe(state.feed.url, target) else None


def is_for_good(response: Response) -> bool:
    """Ask whether every redirect on the way to an answer was a permanent one; also where there was none."""
    return all(status in _PERMANENT for status, _ in response.redirects)


def _is_safe(configured: str, target: str) -> bool:
    """Leave out moves that would lose something for ever: a password, or encryption."""
    has_password = urls.public(configured) != configured
    return not has_password and not (configured.startswith("https:") and urlsplit(target).scheme != "https")
