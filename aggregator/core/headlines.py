"""Headlines as lines of text. Reads no feed and knows no item.

The headline list is the plain-text form of an edition, one item a line: ``- Title - Source - January 14th, 2026
[January 14th, 2026]``, the date published first, the date seen in brackets.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

_MONTHS = "January February March April May June July August September October November December".split()


def line(title: str, source: str, *, published: datetime | None, seen: datetime, timezone: ZoneInfo) -> str:
    """Write one line of the headline list; an undated item prints its date seen twice."""
    shown = ordinal_date(published or seen, timezone)
    return f"- {title} - {source} - {shown} [{ordinal_date(seen, timezone)}]"


def ordinal_date(moment: datetime, timezone: ZoneInfo) -> str:
    """Write a local date as the list does: "January 14th, 2026"."""
    day = moment.astimezone(timezone).date()
    return f"{_MONTHS[day.month - 1]} {day.day}{_suffix(day.day)}, {day.year}"


def _suffix(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
