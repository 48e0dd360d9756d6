"""When a document asks to be read: RSS's ttl, skipHours and skipDays, and RSS 1.0's syndication module.

What makes no sense is no wish. Does not decide when a feed is read; see ``core.schedule``.
"""

from __future__ import annotations

import re
from datetime import timedelta

from aggregator.core.model import Timetable

#: Characters before the first entry, and after the last, in which skipped hours and days are looked for; and characters
#: of their list: 24 hours, a line each and indented, take about 1000.
_REACH = 100_000
_LIST = 4_000
#: Longer ones than a year are a mistake of units.
_LONGEST = timedelta(days=366)

_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_SKIP_HOURS = re.compile(r"<skipHours\s*>", re.IGNORECASE)
_SKIP_DAYS = re.compile(r"<skipDays\s*>", re.IGNORECASE)
_HOUR = re.compile(r"<hours?\s*>\s*([0-9]{1,2})\s*<")  # some write <hours>
_DAY = re.compile(r"<day\s*>\s*([a-z]{6,9})\s*<")
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
#: Of the RSS 1.0 syndication module.
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def read(document: str, *, ttl: str, period: str, frequency: str) -> Timetable:
    """Understand a document's timetable; ``ttl``, sy:updatePeriod and sy:updateFrequency as written, "" for none.

    Skipped hours and days are found in the document itself, since feedparser keeps the last of them only.
    """
    outside = _outside(document)
    return Timetable(
        ttl=_minutes(ttl),
        update=_update(period.lower(), frequency),
        skip_hours=_hours(_list(_SKIP_HOURS, outside)),
        skip_days=_days(_list(_SKIP_DAYS, outside)),
    )


def _minutes(written: str) -> timedelta | None:
    """Read RSS 2.0's ``<ttl>``: minutes, as a whole number."""
    sane = re.fullmatch(r"[0-9]{1,6}", written)
    span = timedelta(minutes=int(written)) if sane else timedelta(0)
    return span if timedelta(0) < span <= _LONGEST else None


def _update(period: str, frequency: str) -> timedelta | None:
    """Divide the period by how often in it; left out they are daily and once (RSS 1.0, module syndication)."""
    if not period and not frequency:
        return None
    length, often = _PERIODS.get(period or "daily"), frequency or "1"
    if length is None or not re.fullmatch(r"[0-9]{1,6}", often) or int(often) == 0:
        return None
    return timedelta(seconds=length // timedelta(seconds=1) // int(often)) or None


def _outside(document: str) -> str:
    """Give what stands around the entries, as far as we look, without comments."""
    first, last = _ENTRY.search(document), document.rfind("</item")
    before = document[: min(first.start(), _REACH)] if first else document[:_REACH]
    after = document[last : last + _REACH] if last >= 0 else ""  # where the examples of RSS 0.91 have their lists
    return _without_comments(before) + _without_comments(after)


def _list(name: re.Pattern[str], text: str) -> str:
    """Give what stands in the first list of this name, in small letters; "" where it does not end."""
    start = name.search(text)
    following = text[start.end() : start.end() + _LIST].lower() if start else ""
    content, end, _ = following.partition("</skip")
    return content if end else ""


def _without_comments(text: str) -> str:
    before, *commented = text.split("<!--")
    return before + "".join(one.partition("-->")[2] for one in commented)


def _hours(skipped: str) -> frozenset[int]:
    """Read hours from 0 to 23; RSS 0.91 counts them from 1 to 24, and 24 is the one after midnight."""
    hours = (int(hour) for hour in _HOUR.findall(skipped))
    return frozenset(hour % 24 for hour in hours if hour <= 24)


def _days(skipped: str) -> frozenset[int]:
    return frozenset(_DAYS.index(day) for day in _DAY.findall(skipped) if day in _DAYS)
