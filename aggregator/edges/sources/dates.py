"""Dates of feeds as aware UTC datetimes with whole seconds, or None. Never guesses, nor judges which one can be true.

feedparser and JSON both let pass what ``datetime`` cannot hold: year 0, year 10000, offsets that leave the calendar.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate
from time import struct_time

_WITHOUT_ZONE = re.compile(r"(?:[A-Za-z]{3,9},? +)?\d{1,2} +[A-Za-z]{3,9} +(?:\d\d|\d{4}) +\d{1,2}:\d\d(?::\d\d)?")
#: RFC 3339 §5.6, and what publishers make of it: a space for the T, no seconds, offsets as "+0100" or "+01" or apart.
_RFC3339 = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ]\s*(?P<time>\d\d:\d\d)(?P<second>:\d\d)?(?:[.,]\d+)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?"
)

#: The two forms that nearly all dates have, and every reader takes for the same moment.
_USUAL = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?P<day>[0-3]\d) (?P<month>[A-Z][a-z]{2}) (?P<year>[12]\d{3})"
    r" (?P<time>[0-2]\d:[0-5]\d:[0-5]\d) (?:GMT|(?P<zone>[+-][01]\d[0-5]\d))"
    r"|[12]\d{3}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-][01]\d:[0-5]\d)",
    re.ASCII,
)
_MONTHS = {
    name: f"{number:02}" for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}


@functools.lru_cache(maxsize=512)  # Atom says when an entry was published, and the same again for when it was updated
def usual(value: str) -> datetime | None:
    """Convert a date in one of the two usual forms, RFC 822 and RFC 3339 to the letter; None for anything else."""
    found = _USUAL.fullmatch(value)
    if not found:
        return None
    day, month, year, time, zone = found.groups()
    written = f"{year}-{_MONTHS.get(month)}-{day}T{time}{zone or 'Z'}" if day else value
    try:
        return datetime.fromisoformat(written).replace(microsecond=0).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def from_struct(parsed: object) -> datetime | None:
    """Convert feedparser's UTC ``struct_time``; None for what is none or lies outside the calendar."""
    if not isinstance(parsed, struct_time):
        return None
    try:
        return datetime(*parsed[:5], min(parsed.tm_sec, 59), tzinfo=UTC)  # a leap second is 60
    except ValueError:
        return None


def from_mail(value: str) -> datetime | None:
    """Convert an RFC 822 date without a zone, as UTC (RFC 5322 §4.3 for unknown zones); None for anything else."""
    parsed = parsedate(value) if _WITHOUT_ZONE.fullmatch(value.strip()) else None
    return from_struct(struct_time(parsed)) if parsed else None


def from_text(value: str) -> datetime | None:
    """Convert an RFC 3339 date, offsets read leniently and a missing one as UTC; None for anything else."""
    found = _RFC3339.fullmatch(value.strip())
    if not found:
        return None
    second = (found["second"] or ":00").replace(":60", ":59")  # a leap second (RFC 3339 §5.7)
    try:
        local = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{second}+00:00")
        return local - _offset(found["zone"] or "Z")
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta(0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size
