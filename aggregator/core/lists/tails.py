"""The end of a line of a headline list: the date published, and the date seen in brackets. Nothing of the rest."""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec import Struct

from aggregator.core import days

#: Characters from a line's end in which its dates are looked for.
REACH = 200
DASHES = "-‐‑‒–—―−|"
_EMPHASIS = r"[*_]{0,3}"
_END = rf"{_EMPHASIS}\s{{0,9}}\|?\s{{0,9}}[.;,]?\s{{0,9}}\Z"
#: What every end that is looked for holds; most lines of most documents do not.
_YEAR = re.compile(r"[0-9]{4}|[0-9]{2}[^\[\]()]{0,20}[\])]")
_DAY = rf"(?<!\w){days.PATTERN}(?!\w)"
#: Of a line that has two dates, the second in brackets, years may be short, and times of day may stand beside them. Not
#: with a zone, in which it may be another day.
_ANY_DAY = rf"(?<!\w){days.ANY_YEAR}(?!\w)"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\s?[ap]\.?m\b\.?)?(?!\w)"
_BEFORE = rf"(?:(?<=[{DASHES}]\s){_CLOCK},?\s{{1,3}})?"
_AFTER = rf"(?:,?\s{{1,3}}(?:at\s{{1,3}})?{_CLOCK})?"
_TWICE = re.compile(
    rf"{_BEFORE}{_EMPHASIS}(?P<published>{_ANY_DAY}){_AFTER}{_EMPHASIS}(?:\s{{0,9}}[{DASHES},]{{0,2}})\s{{0,9}}"
    rf"{_EMPHASIS}\\?[\[(]\s{{0,9}}(?P<seen>{_ANY_DAY}){_AFTER}\s{{0,9}}\\?[\])]{_END}",
    re.IGNORECASE,
)
_SEEN = re.compile(rf"\\?[\[(]\s{{0,9}}(?P<seen>{_DAY})\s{{0,9}}\\?[\])]{_END}", re.IGNORECASE)
#: As in a table. An event from one day to another looks like it too, so such a line counts only among others.
_UNBRACKETED = re.compile(
    rf"(?<=[{DASHES}])\s{{0,9}}(?P<published>{_DAY})\s{{1,9}}[{DASHES}]{{1,2}}\s{{1,9}}(?P<seen>{_DAY}){_END}",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(rf"(?<=[{DASHES}])\s{{0,9}}{_EMPHASIS}(?P<published>{_DAY}){_EMPHASIS}{_END}", re.IGNORECASE)
#: Where one line may end and the next begins with its bullet.
_NEXT = re.compile(r"[\])][*_]{0,3}\s{1,9}(?=[-–—*•]\s)")
_CELL = re.compile(rf"\s*[\[(]?\s{{0,9}}(?P<day>{_ANY_DAY}){_AFTER}\s{{0,9}}[\])]?\s*", re.IGNORECASE)


class Tail(Struct, frozen=True, kw_only=True):
    """The dates that a line ends with, as they were written; "" for one that is missing."""

    start: int  #: where in the line they begin
    published: str = ""
    seen: str = ""
    is_sure: bool = False  #: both, the second in brackets


def find(line: str) -> Tail | None:
    """Find the dates that a line ends with; None where it ends with none."""
    start = max(0, len(line) - REACH)
    if not _YEAR.search(line, start):
        return None
    for pattern in (_TWICE, _SEEN, _UNBRACKETED, _PUBLISHED):
        found = pattern.search(line, start)
        if found:
            told = {name: value.strip() for name, value in found.groupdict().items()}
            return Tail(start=found.start(), is_sure=pattern is _TWICE, **told)
    return None


def in_cell(written: str) -> str:
    """Give the date that a cell of a table holds and nothing else, with or without brackets; "" where it does not."""
    found = _CELL.fullmatch(written) if len(written) <= REACH else None
    return found["day"] if found else ""


def is_dated_twice(line: str) -> bool:
    """Ask whether a line ends as those of a headline list do."""
    return _ends_dated_twice(line, len(line))


def _ends_dated_twice(text: str, end: int) -> bool:
    return _TWICE.search(text, max(0, end - REACH), end) is not None


def split(text: str) -> list[str]:
    """Take a text apart in which lines of a list follow each other, each with its bullet."""
    ends = [found.end() for found in _NEXT.finditer(text) if _ends_dated_twice(text, found.end())]
    return [text[begin:end].strip() for begin, end in pairwise([0, *ends, len(text)])] if ends else [text]
