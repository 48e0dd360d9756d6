"""Durations, times of day and time zones as the settings write them.

Validators take whatever YAML holds and raise ``ValueError`` with what is wrong and what to write. No clock is read.
"""

from __future__ import annotations

import difflib
import re
import warnings
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import tzlocal

from aggregator.config.texts import kind, quoted

DURATION: Final = (
    "(?=[0-9])(?:[0-9]{1,9}w)?(?:[0-9]{1,9}d)?(?:[0-9]{1,9}h)?(?:[0-9]{1,9}m)?(?:[0-9]{1,9}s)?"  #: 90s, 30m, 1h30m
)
TIME_OF_DAY: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00"  #: 00:00 to 24:00

_SECONDS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST: Final = timedelta(days=366)
_LONGEST_BACKFILL: Final = timedelta(days=36_600)
_LOOSE: Final = re.compile(  # what people also write: "30 minutes", "2 hrs", "45 SEC"
    r"\s*([0-9]{1,9})\s*(s|m|h|d|w)(?:ecs?|econds?|ins?|inutes?|rs?|ours?|ays?|ks?|eeks?)?\s*", re.IGNORECASE
)


def interval(value: object) -> timedelta:
    """Check a time between two polls: 1 s to 366 days."""
    return _duration(value, least=timedelta(seconds=1), most=_LONGEST)


def every(value: object) -> timedelta | None:
    """Check how often a feed is polled: an interval, or None for ``auto``."""
    if isinstance(value, str) and value.strip().lower() == "auto":
        return None
    return _duration(value, least=timedelta(seconds=1), most=_LONGEST, also=", or auto")


def gap(value: object) -> timedelta:
    """Check a pause between two requests: 0 s to 366 days."""
    return _duration(value, least=timedelta(0), most=_LONGEST)


def backfill(value: object) -> timedelta | None:
    """Check how far back a new feed is shown: a duration up to a century, or None for ``all``."""
    if isinstance(value, str) and value.strip().lower() == "all":
        return None
    return _duration(value, least=timedelta(0), most=_LONGEST_BACKFILL)


def time_of_day(value: object) -> timedelta:
    """Check a local time of day, ``00:00`` to ``24:00``; give the time since midnight."""
    if isinstance(value, str) and re.fullmatch(TIME_OF_DAY, value):
        hours, minutes = value.split(":")
        return timedelta(hours=int(hours), minutes=int(minutes))
    raise ValueError(f'{kind(value)} is not a time of day; write "{_nearest_time(value)}", with hours 00 to 24')


def zone(value: object) -> ZoneInfo:
    """Check the name of a time zone against the IANA database."""
    if not isinstance(value, str):
        raise ValueError(f"{kind(value)} is not a time zone; write for example Europe/London")
    try:
        return ZoneInfo(value)
    except (LookupError, ValueError, OSError) as error:
        hint = _nearest_zone(value)
        advice = f"did you mean {hint}?" if hint else "write a name like Europe/London or UTC"
        raise ValueError(f"{quoted(value)} is not a time zone; {advice}") from error


def system_zone() -> ZoneInfo:
    """Give the time zone that the system is set to, UTC where it does not say or has a name of its own for it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tzlocal warns that it takes UTC; so do we
            return ZoneInfo(tzlocal.get_localzone_name())
    except (LookupError, ValueError, OSError, TypeError):
        return ZoneInfo("UTC")


def spell(duration: timedelta) -> str:
    """Write a duration as the settings do: 1h30m."""
    rest, parts = int(duration.total_seconds()), []
    for unit, seconds in _SECONDS.items():
        count, rest = divmod(rest, seconds)
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"


def _duration(value: object, *, least: timedelta, most: timedelta, also: str = "") -> timedelta:
    if not isinstance(value, str) or not re.fullmatch(DURATION, value):
        raise ValueError(_no_duration(value, also=also))
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in re.findall("([0-9]+)([a-z])", value))
    if seconds < least.total_seconds():
        raise ValueError(f"{value} is too short; write {spell(least)} or more")
    if seconds > most.total_seconds():
        raise ValueError(f"{value} is too long; write {most.days}d or less")
    return timedelta(seconds=seconds)


def _no_duration(value: object, *, also: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return f"the number {value} has no unit; write {round(min(value, 10**9)) or 1}m, not {value}"
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        return f"{value} has no unit; write {value}m, not {value}"
    loose = _LOOSE.fullmatch(value) if isinstance(value, str) else None
    example = f"{loose[1]}{loose[2].lower()}" if loose else f"30m, 2h or 1h30m{also}"
    return f"{kind(value)} is not a duration; write {example}"


def _nearest_time(value: object) -> str:
    found = re.fullmatch(r"\s*([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*(?:h|am|uhr)?\s*", str(value), re.IGNORECASE)
    guess = f"{int(found[1]):02}:{found[2] or '00'}" if found else ""
    return guess if re.fullmatch(TIME_OF_DAY, guess) else "07:00"


def _nearest_zone(name: str) -> str | None:
    wanted = name.strip().replace(" ", "_").casefold()
    names = {known.casefold(): known for known in sorted(available_timezones(), reverse=True)}
    cities = {folded.rpartition("/")[2]: known for folded, known in names.items()}
    exact = names.get(wanted) or cities.get(wanted.rpartition("/")[2])
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.7)
    return exact or (names[close[0]] if close else None)
