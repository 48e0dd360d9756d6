"""One row of a headline list: its title, source and dates, from the right; or why it cannot be read.

What the program writes itself is read back letter by letter; everything else is read generously.
"""

from __future__ import annotations

import html
import re
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from aggregator.core import days, text, urls
from aggregator.core.lists import tails
from aggregator.core.lists.rows import Row
from aggregator.core.lists.tails import DASHES, Tail
from aggregator.core.model import Line, Unread

#: Characters of the longest line that is read; no headline comes near it.
LINE_LIMIT = 2000
_SHOWN = 80

_BULLET = re.compile(
    r"\s{0,99}(?:>\s{0,9}){0,9}(?:[-*+–—|]\s+|[-–—](?=[^\W\d_])|[•◦▪▫●○■□‣⁃∙·]\s{0,99}|\(?[0-9]{1,3}[.)]\s+)"
)
#: Cells of a table before its dates: title and source.
_TOLD = 2
#: "1", "12.": the number of a row in a table.
_COUNT = re.compile(r"\s*[0-9]{1,5}[.)]?\s*")
_QUOTED = re.compile(r"\s{0,99}(?:>\s{0,9}){0,9}")
_SEPARATOR = re.compile(rf"(?<=\s)[{DASHES}]{{1,2}}(?=\s)")
#: What is left of the separator before the dates.
_LAST = re.compile(rf"\s{{0,99}}(?:(?P<kind>[{DASHES}])[{DASHES}]?|,)?\s{{0,99}}\Z")
_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]]{1,999}(?:\[[^\[\]]*\][^\[\]]*)*)\]"
    r"\(<?(?P<url>https?://[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+[\"'][^\"']*[\"'])?\)"
)
_BOLD = re.compile(r"\*\*(?P<text>.+)\*\*")
_EMPHASIS = re.compile(r"(?P<mark>\*|__?)(?P<text>.+)(?P=mark)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
#: Characters without width that come along when text is copied from a page; in dates they are in the way.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
#: What stands where a date should, and is none.
_NEARLY_DATE = re.compile(
    rf"(?:{'|'.join(month[:3] for month in days.MONTHS)})[a-z]{{0,7}}\.?\s[0-9].*|[0-9][0-9./-]*", re.IGNORECASE
)


class Parsed(Struct, frozen=True, kw_only=True):
    """What a row turned out to be: a line of a list, perhaps, or none."""

    line: Line | None = None
    reason: str = ""  #: why it cannot be read; "" where it can, or holds no date at all
    is_sure: bool = False  #: it ends as the lines of a list do: with two dates
    is_bulleted: bool = False
    separators: int = 0

    def unread(self, row: Row, *, reason: str = "no date was recognised at its end") -> Unread:
        """Say that the row looks like a line of a list and cannot be read."""
        shown = text.shortened(text.line(row.text[:LINE_LIMIT]), _SHOWN)
        return Unread(number=row.number, reason=self.reason or reason, text=shown)


def parse(row: Row) -> Parsed:
    """Read a row; raises nothing."""
    if row.cells:
        return _of_cells(row)
    plain, link = (row.text, row.link) if row.is_html or len(row.text) > LINE_LIMIT else _without_link(row.text)
    plain = plain if tails.is_dated_twice(plain) else _cleaner(plain, is_html=row.is_html)
    tail = tails.find(plain)
    bullet = _BULLET.match(plain)
    shape = Parsed(
        is_bulleted=row.is_listed or bullet is not None,
        is_sure=tail is not None and tail.is_sure,
        separators=len(_SEPARATOR.findall(plain[bullet.end() if bullet else 0 : LINE_LIMIT])),
    )
    if tail is None:
        return shape
    if len(plain) > LINE_LIMIT:
        return replace(shape, reason=f"it is longer than {LINE_LIMIT:,} characters")
    return _dated(plain, tail, replace(row, link=link), shape, is_markdown=not row.is_html and link is not None)


def _of_cells(row: Row) -> Parsed:
    """Read a row of a table: title, source, and one or two dates; a number before them is no part of it."""
    dates = [day for cell in row.cells[-2:] if (day := tails.in_cell(cell))]
    told = [text.unbroken(cell.strip()) for cell in row.cells[: -len(dates)]]
    told = told[1:] if len(told) > _TOLD and _COUNT.fullmatch(told[0]) else told
    is_bracketed = row.cells[-1].lstrip()[0] in "[("
    shape = Parsed(is_sure=len(dates) > 1 and is_bracketed, separators=len(row.cells) - 1)
    if len(told) != _TOLD or any(map(tails.in_cell, told)):
        return replace(shape, reason="its columns are not title, source and dates")
    if not told[0]:
        return replace(shape, reason="it has no title")
    published, seen = days.read(dates[0]), days.read(dates[-1])
    if published is None or seen is None:
        return replace(shape, reason=f"“{text.line(dates[-1 if published else 0])}” is no date")
    is_dated = len(dates) > 1 or not is_bracketed
    line = Line(
        number=row.number,
        title=told[0],
        source=told[1],
        published=published if is_dated else None,
        seen=seen,
        link=row.link,
    )
    return replace(shape, line=line)


def _cleaner(plain: str, *, is_html: bool) -> str:
    """Take out what keeps a line from being read, entities and what has no width; as it is where that is not why."""
    decoded = html.unescape(plain) if "&" in plain and not is_html else plain
    seen = decoded if decoded.isascii() else f"{decoded[: -tails.REACH]}{decoded[-tails.REACH :].translate(_INVISIBLE)}"
    return next((one for one in (decoded, seen) if one != plain and tails.is_dated_twice(one)), plain)


def unquoted(text: str) -> str:
    """Take the marks of a quoted mail off a line."""
    return _QUOTED.sub("", text, count=1)


def _without_link(written: str) -> tuple[str, str | None]:
    """Take the Markdown of links, and an address behind the dates, out of a line; give the first address."""
    found = _LINK.search(written)
    plain = _LINK.sub(lambda link: link["text"], written) if found else written
    words = plain.rsplit(None, 1)
    if not found and len(words) == 2 and re.fullmatch(r"[<(]?https?://\S+", words[1]) and tails.find(words[0]):
        return words[0], urls.clean(words[1].strip("<>()"))
    return plain, urls.clean(found["url"]) if found else None


def _dated(plain: str, tail: Tail, row: Row, shape: Parsed, *, is_markdown: bool) -> Parsed:
    """Read a row whose end holds dates."""
    published, seen = days.read(tail.published), days.read(tail.seen)
    for written, day in ((tail.published, published), (tail.seen, seen)):
        if written and day is None:
            return replace(shape, reason=f"“{text.line(written)}” is no date")
    exact = None if is_markdown else _exactly(plain, published, seen)
    title, source = (_unmarked(part, is_markdown=is_markdown) for part in exact or _generously(plain, tail))
    if not title.strip(f"{DASHES} ") or (not source and re.match(rf"[{DASHES}]\s", title)):
        return replace(shape, reason="it has no title")
    if not published and _NEARLY_DATE.fullmatch(source):
        return replace(shape, reason=f"“{text.line(source)}” is no date")
    day = seen or published
    if day is None or (not shape.is_sure and not shape.separators):
        return shape
    line = Line(
        number=row.number,
        title=text.unbroken(title),
        source=text.unbroken(source),
        published=published,
        seen=day,
        link=row.link,
    )
    return replace(shape, line=line)


def _exactly(plain: str, published: date | None, seen: date | None) -> tuple[str, str] | None:
    """Read a line just as the program writes it, to the last blank; None where it is written otherwise."""
    if not (published and seen):
        return None
    end = f" - {days.ordinal(published)} [{days.ordinal(seen)}]"
    if not (plain.startswith("- ") and plain.endswith(end)):
        return None
    rest = plain.removesuffix(end)[2:]
    if rest.endswith(" -"):  # no source
        return rest[:-2], ""
    title, separator, source = rest.rpartition(" - ")
    return (title, source) if separator and source.strip() else None


def _generously(plain: str, tail: Tail) -> tuple[str, str]:
    rest = plain[: tail.start]
    begin = _BULLET.match(rest) or _QUOTED.match(rest)
    rest = rest[begin.end() if begin else 0 :]
    if plain.rstrip().endswith("**") and rest.startswith("**") and rest.count("**") == 1:  # all of the line is bold
        rest = rest[2:]
    last = _LAST.search(rest)
    kind = last["kind"] if last and last["kind"] else "-"
    title, source = _split(rest[: last.start()] if last else rest, kind=kind)
    return title.strip(), source.strip()


def _split(rest: str, *, kind: str) -> tuple[str, str]:
    """Split title and source at the last separator of the kind that stands before the dates, else at any other."""
    if re.search(rf"\s[{DASHES}]\Z", rest):  # no source
        return rest[:-1], ""
    found = list(_SEPARATOR.finditer(rest))
    alike = [separator for separator in found if separator[0][0] == kind] or found
    return (rest[: alike[-1].start()], rest[alike[-1].end() :]) if alike else (rest, "")


def _unmarked(part: str, *, is_markdown: bool) -> str:
    """Take off the Markdown that a whole title or source stands in."""
    bold = _BOLD.fullmatch(part)
    if bold and "**" not in bold["text"]:
        part, is_markdown = bold["text"], True
    if not is_markdown:
        return part
    emphasis = _EMPHASIS.fullmatch(part)
    if emphasis and emphasis["mark"] not in emphasis["text"]:
        part = emphasis["text"]
    return _ESCAPE.sub(r"\1", part)
