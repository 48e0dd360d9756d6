"""A document as rows of text, each with the line on which it stands: lines of a text, or the blocks of a web page.

Does not know what a headline list is, but for this: where a block of a page holds several dated lines, they are rows.
HTML is read by expressions that never go back, since what comes may be hostile.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from aggregator.core import urls
from aggregator.core.lists import tails


class Row(Struct, frozen=True, kw_only=True):
    """One line of a text, or one block of a web page."""

    number: int  #: of its line in the document, from 1
    text: str
    link: str | None = None
    is_listed: bool = False  #: it is an element of an HTML list
    is_html: bool = False
    is_next: bool = True  #: nothing empty lies between it and the row before
    cells: tuple[str, ...] = ()  #: of a row of a table, the last of which holds a date and nothing else


_BLOCKS = "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure"
_BLOCKS += " footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol option p pre section summary table tbody"
_BLOCKS += " td tfoot th thead title tr ul br"
_BLOCK_TAGS = frozenset(_BLOCKS.split())
#: Blocks in which a line break in the source is a space.
_FLOWING = frozenset("li p td th dd dt h1 h2 h3 h4 h5 h6 a caption".split())
_NAMES = "|".join(sorted(_BLOCK_TAGS, key=len, reverse=True))
#: A line that begins or ends with the tag of a block makes a document HTML; a headline about tags does not.
_IS_HTML = re.compile(
    rf"^[ \t]*<(?:!doctype|(?:{_NAMES}))(?=[\s>/])|</(?:{_NAMES})>[ \t]*$|<br[ \t]*/?>[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_PART = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^<>]*+>"
    r"|<(?P<silent>script|style|template|svg|noscript|select|title)(?=[\s>]).*?(?:</(?P=silent)[^>]*>|\Z)"
    r"""|<(?P<end>/?)(?P<name>[a-z][a-z0-9]*+)(?P<attributes>(?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""",
    re.IGNORECASE | re.DOTALL,
)
_HREF = re.compile(r"""(?<![\w:-])href\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++))""", re.IGNORECASE)
#: Of a table whose rows are lines of a list: title, source and a date.
_FEWEST_CELLS = 3
#: What HTML takes for white space; a no-break space is none.
_SPACES = re.compile("[ \t\n\f]+")


def of(document: str, *, base: str) -> list[Row]:
    """Give the rows of a document that are not empty."""
    text = document.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = _tabled(_blocks(text, base=base)) if _IS_HTML.search(text) else _lines(text)
    return [part for row in found for part in _apart(row)]


def _tabled(blocks: Iterable[_Cut]) -> Iterator[Row]:
    """Put the cells of each row of a table together where the last one is a date; other rows stay as they are."""
    for (table_row, _), cut in groupby(blocks, key=lambda one: (one.cell[0], one.cell[1] > 0)):
        rows = list(cut)
        places = [one.cell[1] for one in rows]
        told = dict(zip(places, (one.row.text for one in rows), strict=True))
        is_one = table_row and len(told) == len(rows) > 1 and places[-1] >= _FEWEST_CELLS
        if is_one and tails.in_cell(rows[-1].row.text):
            cells = tuple(told.get(place, "") for place in range(1, places[-1] + 1))
            link = next((one.row.link for one in rows if one.row.link), None)
            yield replace(rows[0].row, text=" - ".join(cells), link=link, cells=cells)
        else:
            yield from (one.row for one in rows)


def _apart(row: Row) -> list[Row]:
    parts = [] if row.cells else tails.split(row.text)
    return [row] if len(parts) < 2 else [replace(row, text=part) for part in parts]


def _lines(text: str) -> Iterator[Row]:
    is_next = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield Row(number=number, text=line.rstrip(), is_next=is_next)
        is_next = bool(line.strip())


@dataclass(slots=True)
class _Source:
    """One line of a page's source, as far as it belongs to one block."""

    number: int
    pieces: list[str] = field(default_factory=list)
    link: str | None = None

    @property
    def text(self) -> str:
        """Give what a reader sees of it."""
        return _plain("".join(self.pieces))


class _Cut(Struct, frozen=True):
    """A row that was cut out of a page, and the row and cell of a table in which it stood."""

    row: Row
    cell: tuple[int, int]


@dataclass(slots=True)
class _Block:
    """One block of a page, as it is gathered."""

    name: str
    is_listed: bool
    lines: list[_Source]
    cell: tuple[int, int] = (0, 0)  #: rows of tables until here, and cells of this one; 0: outside

    def add(self, written: str, *, number: int) -> None:
        """Add what stands between two tags, from a line of the source on."""
        first, *others = written.split("\n")
        self.lines[-1].pieces.append(html.unescape(first))
        self.lines += [_Source(number + at, [html.unescape(other)]) for at, other in enumerate(others, 1)]

    def refer(self, link: str | None) -> None:
        """Note a link that stands here."""
        self.lines[-1].link = self.lines[-1].link or link

    def rows(self) -> Iterator[_Cut]:
        """Give its lines where several of them are dated, else all of it as one."""
        lines = [(line, text) for line in self.lines if (text := line.text) or line.link]
        if self.name in _FLOWING and sum(tails.is_dated_twice(text) for _, text in lines) < 2:
            lines = [(_joined([line for line, _ in lines]), " ".join(text for _, text in lines))] if lines else []
        for line, text in lines:
            if text.strip():
                row = Row(number=line.number, text=text, link=line.link, is_listed=self.is_listed, is_html=True)
                yield _Cut(row, self.cell)


def _joined(lines: list[_Source]) -> _Source:
    number = next((line.number for line in lines if line.text), lines[0].number)
    return _Source(number, link=next((line.link for line in lines if line.link), None))


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _blocks(document: str, *, base: str) -> Iterator[_Cut]:
    block, at, number = _Block("", False, [_Source(1)]), 0, 1
    for part in _PART.finditer(document):
        block.add(document[at : part.start()], number=number)
        number += document.count("\n", at, part.end())
        at = part.end()
        name = (part["name"] or "").lower()
        if name in _BLOCK_TAGS:
            yield from block.rows()
            block = _after(block, name, is_end=bool(part["end"]), number=number)
        elif name == "a":
            block.refer(_href(part["attributes"], base=base))
    block.add(document[at:], number=number)
    yield from block.rows()


def _href(attributes: str, *, base: str) -> str | None:
    found = _HREF.search(attributes)
    href = html.unescape(found[1] or found[2] or found[3] or "").strip() if found else ""
    return None if href.startswith("#") else urls.clean(href, base=base)


def _after(block: _Block, name: str, *, is_end: bool, number: int) -> _Block:
    """Begin the block that a tag begins, or the rest of the one around it."""
    source = [_Source(number)]
    if name == "br":
        return _Block(block.name, block.is_listed, source, block.cell)
    is_listed = name == "li" and not is_end if name in ("li", "ul", "ol") else block.is_listed
    return _Block("" if is_end else name, is_listed, source, _cell_after(block.cell, name, is_end=is_end))


def _cell_after(cell: tuple[int, int], name: str, *, is_end: bool) -> tuple[int, int]:
    """Count on the rows and cells of tables; text between two rows is in no cell."""
    if name in ("tr", "table"):
        return (cell[0] + 1, 0)
    return (cell[0], cell[1] + 1) if name in ("td", "th") and not is_end else cell
