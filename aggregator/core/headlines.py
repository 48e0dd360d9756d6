"""Headlines as lines of text. Reads no feed and knows no item.

The headline list is the plain-text form of an edition, one item a line: ``- Title - Source - January 14th, 2026
[January 14th, 2026]``, the date published first, the date seen in brackets.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.core import days


def line(title: str, source: str, *, published: datetime | None, seen: datetime, timezone: ZoneInfo) -> str:
    """Write one line of the headline list; an undated item prints its date seen twice."""
    shown = ordinal_date(published or seen, timezone)
    told = f"{title} - {source}" if source else f"{title} -"
    return f"- {told} - {shown} [{ordinal_date(seen, timezone)}]"


def ordinal_date(moment: datetime, timezone: ZoneInfo) -> str:
    """Write a local date as the list does: "January 14th, 2026"."""
    return days.ordinal(moment.astimezone(timezone).date())
