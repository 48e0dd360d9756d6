"""Lines of a headline list that an editor or a mail program has wrapped, put together again.

Only where the list has bullets: they tell where a line begins. Does not know what stands in a line.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from aggregator.core.lists import parsing, tails
from aggregator.core.lists.parsing import LINE_LIMIT, Parsed
from aggregator.core.lists.rows import Row

#: Rows that one line may have been wrapped into.
MOST = 5

Read = tuple[Row, Parsed]


def joined(rows: Sequence[Read]) -> list[Read]:
    """Put rows together where one with a bullet goes on in others until it is dated; each as it is, without bullets."""
    whole = list[Read]()
    at = 0
    while at < len(rows):
        length = _length(rows[at : at + MOST])
        whole.append(rows[at] if length == 1 else _together([row for row, _ in rows[at : at + length]]))
        at += length
    dated = [parsed for _, parsed in whole if parsed.is_sure]
    return whole if 2 * sum(parsed.is_bulleted for parsed in dated) > len(dated) else list(rows)


def _length(rows: Sequence[Read]) -> int:
    """Count the rows that are one line with the first of these."""
    (first, begun), *others = rows
    if first.is_html or begun.is_sure or not begun.is_bulleted:
        return 1
    text = first.text
    for length, (row, parsed) in enumerate(others, 2):
        begins = parsed.is_bulleted and _indent(row) <= _indent(first)
        if not row.is_next or begins or len(text) + len(row.text) > LINE_LIMIT:
            return 1
        text = f"{text} {parsing.unquoted(row.text).strip()}"
        if tails.is_dated_twice(text):
            return length
    return 1


def _indent(row: Row) -> int:
    return len(row.text) - len(row.text.lstrip())


def _together(rows: Sequence[Row]) -> Read:
    first, *others = rows
    rest = (parsing.unquoted(row.text).strip() for row in others)
    whole = replace(first, text=" ".join((first.text, *rest)))
    return whole, parsing.parse(whole)
