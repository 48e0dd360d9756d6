"""Numbers, truth values and choices of the settings.

Validators take whatever YAML holds and raise ``ValueError`` with what is wrong and what to write.
"""

from __future__ import annotations

from aggregator.config.texts import kind
from aggregator.core.model import FeedType, Strictness


def per_host(value: object) -> int:
    """Check a number of requests at a time: 1 to 64."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 64:
        raise ValueError(f"{kind(value)} is not a whole number from 1 to 64; write for example 1")
    return value


def weight(value: object) -> float:
    """Check how much a feed's reports count: 0.1 to 10."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.1 <= value <= 10:
        raise ValueError(f"{kind(value)} is not a number from 0.1 to 10; write for example 2")
    return float(value)


def yes_or_no(value: object) -> bool:
    """Check a truth value."""
    if not isinstance(value, bool):
        raise ValueError(f"{kind(value)} is not true or false; write one of the two")
    return value


def feed_type(value: object) -> FeedType:
    """Check what an address holds."""
    try:
        return FeedType(str(value))
    except ValueError as error:
        raise ValueError(f"{kind(value)} is not understood; write {' or '.join(FeedType)}") from error


def strictness(value: object) -> Strictness:
    """Check how alike items must be to share a story."""
    try:
        return Strictness(str(value))
    except ValueError as error:
        *others, last = Strictness
        known = f"{', '.join(others)} or {last}"
        raise ValueError(f"{kind(value)} is not understood; write {known}") from error
