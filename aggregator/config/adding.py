"""One more feed in the text of a settings file, everything else in it left as it is: comments, order, style.

Decides by the layout where the new lines go, and reads the result again before giving it away: what would not say
exactly the old settings plus this feed is refused. Does not touch the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from aggregator.config import document as documents
from aggregator.config import layout as layouts
from aggregator.config import wording
from aggregator.config.checking import Fault
from aggregator.config.document import Document, Value
from aggregator.config.layout import Brackets, Feeds, Layout, Part
from aggregator.config.reading import examine
from aggregator.config.shape import FEED
from aggregator.config.syntax import TAG, Unreadable, tokens
from aggregator.core.errors import ConfigError, Mistake

_NAME: Final = "feeds.yaml"  #: for messages; the caller knows the path
_MARK: Final = "\ufeff"

Edit = tuple[int, int, str]  # from, to, what to put there


def add_feed(
    text: str,
    feed: str,
    *,
    type: str | None = None,
    name: str | None = None,
    category: str | None = None,
    every: str | None = None,
) -> str:
    """Give a settings file's text with one more feed at the end of its list.

    Raises ``ConfigError`` where the file or the feed has mistakes, where the feed is there already, and, saying what to
    write by hand, where the file is laid out in a way that cannot be added to safely.
    """
    fields = _checked({"url": feed, "type": type, "name": name, "category": category, "every": every})
    body = text.removeprefix(_MARK)
    before = _sound(body, feed)
    edits = _edits(body, document=before, fields=fields)
    after = _apply(body, edits)
    if not edits or not _is_sum(after, before=before, fields=fields):
        advice = f"no safe place for one more feed; write it into the list of feeds by hand: - {_braced(fields)}"
        raise ConfigError(_NAME, [Mistake(line=0, column=0, message=advice)])
    return text[: len(text) - len(body)] + after


def _checked(given: Mapping[str, str | None]) -> dict[str, str]:
    fields = {setting: value for setting, value in given.items() if value is not None}
    faults = list[Fault]()
    line = FEED.read(fields, path=(), faults=faults)
    if faults:
        found = (wording.mistake(fault, Document(root=None, text="")) for fault in faults)
        raise ConfigError(_NAME, [mistake._replace(line=0, column=0) for mistake in found])
    stripped = {setting: line[setting] for setting in ("name", "category") if setting in line}
    return fields | stripped


def _sound(text: str, feed: str) -> Document:
    """Read the text as it is; having no feeds yet is its only allowed mistake."""
    try:
        document = documents.read(text)
    except Unreadable as error:
        raise ConfigError(_NAME, [error.mistake]) from error
    _, found = examine(document)
    mistakes = [mistake for mistake in found if mistake.message != wording.NO_FEEDS]
    if mistakes:
        raise ConfigError(_NAME, mistakes)
    known = wording.urls(document.value)
    if feed in known:
        line, column = document.place(("feeds", known.index(feed), "url"))
        raise ConfigError(_NAME, [Mistake(line=line, column=column, message=f"{feed} is in the list already")])
    return document


def _is_sum(text: str, *, before: Document, fields: Mapping[str, str]) -> bool:
    """Ask whether a text is sound and says what the old one says, plus one feed at the end."""
    try:
        after = documents.read(text)
    except Unreadable:
        return False
    old, new = before.value or {}, after.value
    if examine(after)[1] or not isinstance(old, dict) or not isinstance(new, dict):
        return False
    expected = [[*_listed(old), entry] for entry in (dict(fields), fields["url"])]
    return _listed(new) in expected and {**old, "feeds": None} == {**new, "feeds": None}


def _listed(settings: Mapping[str, Value]) -> list[Value]:
    feeds = settings.get("feeds")
    return feeds if isinstance(feeds, list) else []


def _edits(text: str, *, document: Document, fields: Mapping[str, str]) -> list[Edit]:
    """Put the feed where the layout has its place; nowhere where it has none."""
    if document.value is None:  # nothing but comments, perhaps a "---"
        return [_lines(text, len(text), lines=["feeds:", *_dashed(fields, indent="  ")])]
    layout = layouts.find(tokens(document.text))
    if layout is None:
        return []
    if layout.feeds is None:
        return _new_list(text, layout, fields=fields)
    if layout.feeds.brackets:
        return _into_brackets(text, layout.feeds.brackets, entry=_entry(text, layout.feeds.brackets, fields=fields))
    if layout.feeds.last:
        lines = _like(text, layout.feeds.last, fields=fields)
        return [_lines(text, _behind(text, layout.feeds.last), lines=lines)]
    return _instead_of_nothing(text, layout.feeds, layout=layout, fields=fields)


def _new_list(text: str, layout: Layout, *, fields: Mapping[str, str]) -> list[Edit]:
    if layout.braces:
        as_json = _is_json(text)
        name = '"feeds"' if as_json else "feeds"
        return _into_brackets(text, layout.braces, entry=f"{name}: [{_braced(fields, as_json=as_json)}]")
    margin = _indent(text, layout.start)
    return [_lines(text, len(text), lines=[f"{margin}feeds:", *_dashed(fields, indent=f"{margin}  ")])]


def _instead_of_nothing(text: str, feeds: Feeds, *, layout: Layout, fields: Mapping[str, str]) -> list[Edit]:
    """Write the list where ``feeds:`` has no value, or a written null."""
    start, end = feeds.after_name, feeds.null[1] if feeds.null else feeds.after_name
    if layout.braces:
        return [(start, end, f" [{_braced(fields, as_json=_is_json(text))}]")]
    dashes = _dashed(fields, indent=_indent(text, layout.start) + "  ")
    return [(start, end, ""), _lines(text, _next_line(text, end), lines=dashes)]


def _entry(text: str, brackets: Brackets, *, fields: Mapping[str, str]) -> str:
    """Write the new feed as one more in brackets: in braces, or just its address where the last one is so."""
    as_json = _is_json(text)
    if brackets.last and brackets.last.is_text and set(fields) == {"url"}:
        return _scalar(fields["url"], in_flow=True, as_json=as_json)
    return _braced(fields, as_json=as_json)


def _like(text: str, last: Part, *, fields: Mapping[str, str]) -> list[str]:
    """Write the new feed in the style of the last one: dash, blanks behind it, braces, an empty line between."""
    indent, line = _indent(text, last.start), text.rfind("\n", 0, last.start) + 1
    gap = re.compile(" *").match(text, last.start + 1)
    blanks = gap[0] if gap and text[gap.end() : gap.end() + 1].strip() else " "
    spaced = [""] if re.search(r"\n[ \t]*\r?\n\Z", text[:line]) else []
    if last.in_braces:
        return [*spaced, f"{indent}-{blanks}{_braced(fields)}"]
    if last.is_text and set(fields) == {"url"}:
        return [*spaced, f"{indent}-{blanks}{_scalar(fields['url'])}"]
    return [*spaced, *_dashed(fields, indent=indent, blanks=blanks)]


def _behind(text: str, last: Part) -> int:
    """Find the start of the line behind a feed and the comments that are indented deeper than its dash."""
    at = _next_line(text, len(text[: last.end].rstrip()))
    deeper = re.compile(rf"{re.escape(_indent(text, last.start))}[ \t]+#[^\r\n]*(?:\r\n|\n|\r|\Z)")
    while found := deeper.match(text, at):
        at = found.end()
    return at


def _into_brackets(text: str, brackets: Brackets, *, entry: str) -> list[Edit]:
    last = brackets.last
    if last is None:
        return [(brackets.start, brackets.start, entry)]
    own_line = not text[_line_start(text, last.start) : last.start].strip()
    glue = _line_end(text) + _indent(text, last.start) if own_line else " "
    at = last.comma or last.end
    if own_line and re.search(r"[\r\n]", text[at : brackets.end]):  # behind the comment on that line
        found = re.compile(r"[^\r\n]*").match(text, at)
        at = found.end() if found else at
    if last.comma:
        return [(at, at, f"{glue}{entry},")]
    return [(last.end, last.end, ","), (at, at, glue + entry)]


def _dashed(fields: Mapping[str, str], *, indent: str, blanks: str = " ") -> list[str]:
    starts = [f"{indent}-{blanks}", *[f"{indent} {blanks}"] * (len(fields) - 1)]
    return [
        f"{start}{setting}: {_scalar(value)}" for start, (setting, value) in zip(starts, fields.items(), strict=True)
    ]


def _braced(fields: Mapping[str, str], *, as_json: bool = False) -> str:
    names = {setting: json.dumps(setting) if as_json else setting for setting in fields}
    pairs = (f"{names[setting]}: {_scalar(value, in_flow=True, as_json=as_json)}" for setting, value in fields.items())
    return "{" + ", ".join(pairs) + "}"


def _scalar(value: str, *, in_flow: bool = False, as_json: bool = False) -> str:
    return value if not as_json and _is_plain(value, in_flow=in_flow) else json.dumps(value, ensure_ascii=False)


def _is_plain(value: str, *, in_flow: bool) -> bool:
    """Ask whether a text means itself without quotes, also to readers that still follow YAML 1.1."""
    if Resolver().resolve(ScalarNode, value, (True, False)) != f"{TAG}str":  # type: ignore[no-untyped-call]
        return False
    try:
        read = documents.read(f"{{name: {value}}}" if in_flow else f"name: {value}")
    except Unreadable:
        return False
    return read.value == {"name": value} and not read.mistakes() and value[0] not in "'\"-?:"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(text: str, at: int, *, lines: Iterable[str]) -> Edit:
    """Insert whole lines at the start of a line, or behind a last line that does not end."""
    end = _line_end(text)
    block = end.join(lines)
    unfinished = at > 0 and text[at - 1] not in "\r\n"
    return (at, at, end + block if unfinished else block + end)


def _apply(text: str, edits: Iterable[Edit]) -> str:
    parts, done = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[0]):
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _line_end(text: str) -> str:
    found = re.search(r"\r\n|\n|\r", text)
    return found[0] if found else "\n"


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _next_line(text: str, at: int) -> int:
    found = re.compile(r"\r\n|\n|\r").search(text, at)
    return found.end() if found else len(text)


def _indent(text: str, at: int) -> str:
    """Give the white space before the line's first character; for a place further right, as much as leads there."""
    before = text[_line_start(text, at) : at]
    return before if not before.strip() else before[: len(before) - len(before.lstrip())]
