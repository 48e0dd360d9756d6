"""Which rows of a document are its headline list: an article before the list, a byline or a menu is none of it."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import accumulate, chain

from aggregator.core.lists.parsing import Parsed
from aggregator.core.lists.rows import Row
from aggregator.core.model import Listing

#: Rows between two lines of a list that still leave it one list: headings, remarks, lines that cannot be read.
NEAR = 6
#: How the end of a line looks that was to hold a date seen, and was cut or mistyped.
_LIKE_BRACKET = re.compile(r"[\[(][^\[\]()]{0,60}[\])]?[*_]{0,3}\s{0,9}\Z")
_LIKE_DATE = re.compile(r"[0-9]{2}|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)

Read = tuple[Row, Parsed]


def choose(rows: Sequence[Read]) -> Listing:
    """Give the lines of the list, and what looks like one of them but cannot be read."""
    dated_twice = [parsed for _, parsed in rows if parsed.is_sure]
    bulleted = 2 * sum(parsed.is_bulleted for parsed in dated_twice) > len(dated_twice)
    sure = frozenset(
        at for at, (_, parsed) in enumerate(rows) if parsed.is_sure and (parsed.is_bulleted or not bulleted)
    )
    chosen = _grown(rows, sure, bulleted=bulleted) if sure else _undated(rows)
    inside = _inside(len(rows), chosen)
    return Listing(
        lines=tuple(parsed.line for at, (_, parsed) in enumerate(rows) if at in chosen and parsed.line),
        unread=tuple(
            parsed.unread(row)
            for at, (row, parsed) in enumerate(rows)
            if _is_unread(row, parsed, is_chosen=at in chosen, is_inside=at in inside, bulleted=bulleted)
        ),
    )


def _grown(rows: Sequence[Read], sure: Set[int], *, bulleted: bool) -> frozenset[int]:
    """Add to the sure lines of a list those between them, and those beside them in one unbroken row."""
    inside = _inside(len(rows), sure)
    chosen = set(sure) | {at for at, (_, parsed) in enumerate(rows) if at in inside and parsed.line}
    for at, before in chain(
        ((at, at - 1) for at in range(1, len(rows))), ((at, at + 1) for at in range(len(rows) - 2, -1, -1))
    ):
        _, parsed = rows[at]
        is_beside = before in chosen and rows[max(at, before)][0].is_next
        is_like = parsed.is_sure or (parsed.is_bulleted == bulleted and (parsed.line or parsed.reason))
        # In a text one row of bullets is one list; in a page a menu may be next to it.
        is_begun = parsed.separators > 1 or not rows[at][0].is_html
        if is_beside and (is_like or (parsed.is_bulleted and bulleted and is_begun)):
            chosen.add(at)
    return frozenset(chosen)


def _undated(rows: Sequence[Read]) -> frozenset[int]:
    """Choose where no line has two dates: those with a bullet, several in a row, or the only one there is."""
    held = [parsed.line is not None for _, parsed in rows]
    beside = [False, *held], [*held[1:], False]
    return frozenset(
        at
        for at, (_, parsed) in enumerate(rows)
        if held[at] and (parsed.is_bulleted or beside[0][at] or beside[1][at] or len(rows) == 1)
    )


def _inside(count: int, chosen: Set[int]) -> frozenset[int]:
    """Give the places that have a chosen one near, before and behind."""
    far = count + NEAR
    before = list(accumulate(range(count), lambda last, at: at if at in chosen else last, initial=-far))[1:]
    behind = list(
        accumulate(reversed(range(count)), lambda last, at: at if at in chosen else last, initial=count + far)
    )[1:][::-1]
    return frozenset(at for at in range(count) if at - before[at] <= NEAR and behind[at] - at <= NEAR)


def _is_unread(row: Row, parsed: Parsed, *, is_chosen: bool, is_inside: bool, bulleted: bool) -> bool:
    if parsed.line is not None:
        return False
    if parsed.reason:
        return is_chosen or is_inside or parsed.is_sure or (parsed.separators > 1 and parsed.is_bulleted)
    if is_chosen:
        return True
    if is_inside:
        return parsed.is_bulleted if bulleted else parsed.separators > 1
    bracket = _LIKE_BRACKET.search(row.text, max(0, len(row.text) - 70))
    is_like = bracket is not None and _LIKE_DATE.search(bracket[0]) is not None
    return is_like and parsed.separators > (0 if parsed.is_bulleted else 1)
