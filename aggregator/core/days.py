"""Calendar days as people write them: "January 14th, 2026", "14. Januar 2026", "2026-01-14". Knows no clock."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date

MONTHS = "January February March April May June July August September October November December".split()

#: The months in other languages than English, in the order of the year.
_ELSEWHERE = (
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
_SHORT = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NUMBERS = {
    name: number
    for names in (*(line.split() for line in _ELSEWHERE), [month.lower() for month in MONTHS], _SHORT)
    for number, name in enumerate(names, 1)
} | {"sept": 9, "jänner": 1}

_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?\s+)?"
_NAME = r"[^\W\d_]{3,10}"
_DAY = r"[0-9]{1,2}"
_ORDINAL = r"(?:\s?(?:st|nd|rd|th|er|ère|º|ª|°))?"
#: Of two digits where nobody can take it for a day; up to 69 it is of this century.
_YEAR = "(?:[0-9]{4}|['’]?[0-9]{2})"
_CENTURY_ENDS = 70
_SPELLINGS = (
    rf"(?P<name_1>{_NAME})\.?\s+(?P<day_1>{_DAY}){_ORDINAL}(?:\s*,\s*|\s+)(?P<year_1>{_YEAR})",
    rf"(?:the\s+)?(?P<day_2>{_DAY})(?:{_ORDINAL}|\.)(?:\s+(?:of|de)\s+|\s+|-)(?P<name_2>{_NAME})\.?"
    r"(?:\s*,\s*|\s+(?:de\s+)?|-)(?P<year_2>[0-9]{4})",
    rf"(?P<year_3>[0-9]{{4}})(?:-(?P<month_3>{_DAY})-|/(?P<month_4>{_DAY})/)(?P<day_3>{_DAY})",
    rf"(?P<day_5>{_DAY})\.\s?(?P<month_5>{_DAY})\.\s?(?P<year_5>[0-9]{{4}})",
    rf"(?P<one_6>{_DAY})/(?P<two_6>{_DAY})/(?P<year_6>{_YEAR})",
)
#: Years of which there are headlines; others are slips, and would leave the calendar when a zone is applied.
_YEARS = range(1900, 2200)
#: A day, for building larger patterns: without groups that could be taken for theirs. Each attempt is bounded.
ANY_YEAR = _WEEKDAY + "(?:" + "|".join(re.sub(r"\(\?P<\w+>", "(?:", one) for one in _SPELLINGS) + ")"
#: The same with years of four digits, since two prove less.
PATTERN = ANY_YEAR.replace(_YEAR, "[0-9]{4}")
_ANY = re.compile(_WEEKDAY + "(?:" + "|".join(_SPELLINGS) + ")", re.IGNORECASE)


def read(written: str) -> date | None:
    """Read a day; None where the text is none, the calendar does not have it, or 1/2/2026 leaves open which it is.

    1/14/26 is a day, since there is no month of 14; 14/1/26 is two to two readers, one of whom begins with the year.
    """
    found = _ANY.fullmatch(written.strip())
    if not found:
        return None
    told = {name.partition("_")[0]: value for name, value in found.groupdict().items() if value}
    try:
        day = date(_year(told["year"]), *_month_and_day(told))
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _year(written: str) -> int:
    digits = written.lstrip("'’")
    year = int(digits)
    return year if len(digits) > len("26") else 2000 + year if year < _CENTURY_ENDS else 0


def _month_and_day(told: Mapping[str, str]) -> tuple[int, int]:
    if "name" in told:
        return _NUMBERS.get(told["name"].lower(), 0), int(told["day"])
    if "month" in told:
        return int(told["month"]), int(told["day"])
    one, two = int(told["one"]), int(told["two"])
    if one <= 12 and two <= 12 and one != two:
        return 0, 0  # an American and a Briton would read two days
    if len(told["year"]) < len("2026") and two <= 12:
        return 0, 0  # and so would who begins with the year
    return min(one, two), max(one, two)


@functools.lru_cache(maxsize=512)  # the headlines of an edition are of a few days
def ordinal(day: date) -> str:
    """Write a day as the headline list does: "January 14th, 2026"."""
    return f"{MONTHS[day.month - 1]} {day.day}{_suffix(day.day)}, {day.year}"


def _suffix(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
