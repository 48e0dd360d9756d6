"""What the user says of stories, in a file of its own beside feeds.yaml: read it, add a line, take lines out.

Each line is one ruling, ``- join: [...]``, ``- split: ...``, ``- never: [...]`` or ``- mute: ...``, and names articles
by what lasts: their link, or ``Title - Source``. Later lines win. Does not know which articles the store holds.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from yaml.nodes import MappingNode, Node, SequenceNode

from aggregator.config import document as documents
from aggregator.config.document import Document, Step, Value
from aggregator.config.syntax import Unreadable
from aggregator.core.errors import ConfigError, Mistake
from aggregator.core.model import Ruling, RulingKind

FILE_NAME: Final = "stories.yaml"
_MANY: Final = frozenset({RulingKind.JOIN, RulingKind.NEVER})  #: these need two articles at least
_LONGEST: Final = 4096  #: characters of a link or a headline
_HOW: Final = "write for example: - mute: https://example.org/article"
_HEAD: Final = """\
# Corrections to how articles are grouped into stories; later lines win.
# - join: [A, B]   one story        - split: A   a story of its own
# - never: [A, B]  never together   - mute: A    no more of its story until it ends
# A and B are links, or "Title - Source".
"""


def load(path: Path) -> tuple[Ruling, ...]:
    """Read the rulings in a file; none where there is no file. Raises ``ConfigError`` with every mistake in it."""
    return parse(_text(path), path)


def sound(path: Path) -> tuple[tuple[Ruling, ...], ConfigError | None]:
    """Read the rulings in a file that can be read, and give what is wrong with the others."""
    try:
        found, mistakes = _read(_text(path))
    except ConfigError as error:
        return (), error
    return found, ConfigError(path, mistakes) if mistakes else None


def parse(text: str, path: Path) -> tuple[Ruling, ...]:
    """Read rulings from a text; ``path`` is what messages print."""
    found, mistakes = _read(text)
    if mistakes:
        raise ConfigError(path, mistakes)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigError(path, [Mistake(line=0, column=0, message=f"cannot be read ({reason})")]) from error


def _read(text: str) -> tuple[tuple[Ruling, ...], list[Mistake]]:
    """Give the sound lines of a text, and the mistakes of the others; one that YAML does not allow spoils them all."""
    try:
        document = documents.read(text)
    except Unreadable as error:
        return (), [error.mistake]
    spoilt, lines = document.mistakes(), document.value
    sound = lines if isinstance(lines, list) and not spoilt else []
    found = tuple(_ruling(line) for line in sound if isinstance(line, dict) and _problem(line) is None)
    return found, sorted([*spoilt, *_mistakes(document)], key=lambda mistake: (mistake.line, mistake.column))


def _mistakes(document: Document) -> Iterator[Mistake]:
    lines = document.value
    if lines is None:
        return
    if not isinstance(lines, list):
        yield _mistake(document, (), f"this is a list of rulings; {_HOW}")
        return
    for number, line in enumerate(lines):
        problem = _problem(line)
        if problem:
            yield _mistake(document, (number,), problem)


def _mistake(document: Document, path: tuple[Step, ...], message: str) -> Mistake:
    line, column = document.place(path)
    return Mistake(line=line, column=column, message=message)


def _problem(line: Value) -> str | None:
    """Say what is wrong with one ruling; None when it is sound."""
    if not isinstance(line, dict) or len(line) != 1:
        return f"a ruling is one word and the articles it is about; {_HOW}"
    ((name, named),) = line.items()
    if name not in [*RulingKind]:
        return f'"{name}" is no ruling; use join, split, never or mute'
    articles = named if isinstance(named, list) else [named]
    if not all(isinstance(one, str) and one.strip() and len(one) <= _LONGEST for one in articles):
        return f'{name}: an article is named by its link or by "Title - Source"; {_HOW}'
    if RulingKind(name) in _MANY and len(articles) < 2:
        return f"{name}: it takes two articles; write - {name}: [A, B]"
    return None


def _ruling(line: dict[str, Value]) -> Ruling:
    ((name, named),) = line.items()
    articles = named if isinstance(named, list) else [named]
    return Ruling(kind=RulingKind(name), articles=tuple(str(one).strip() for one in articles))


def add(path: Path, ruling: Ruling) -> bool:
    """Put a ruling at the end of a file, making it if need be; says whether it was not the last word on it already.

    What stands in the file stays as it is. Raises ``ConfigError`` where the file has mistakes or cannot take a line.
    """
    known = load(path)
    if ruling in known and not any(set(ruling.articles) & set(later.articles) for later in _after(known, ruling)):
        return False
    before = path.read_bytes().decode() if path.exists() else _HEAD
    end = "\r\n" if "\r\n" in before else "\n"
    articles = [json.dumps(one, ensure_ascii=False) for one in ruling.articles]
    written = articles[0] if len(articles) == 1 else f"[{', '.join(articles)}]"
    after = f"{before.rstrip()}{end}- {ruling.kind}: {written}{end}"
    try:
        is_added = parse(after.removeprefix("\ufeff"), path) == (*known, ruling)
    except ConfigError:
        is_added = False
    if not is_added:
        advice = f"no safe place for one more line; write it by hand: - {ruling.kind}: {written}"
        raise ConfigError(path, [Mistake(line=0, column=0, message=advice)])
    _replace(path, after)
    return True


def forget(path: Path, numbers: Collection[int]) -> None:
    """Take rulings out of a file, the first being number 0; what else stands in it, such as comments, stays as it is.

    Raises ``ConfigError`` where the file has mistakes, or its layout does not say which lines to take out.
    """
    known = load(path)
    before = path.read_bytes().decode()
    body = before.removeprefix("\ufeff")
    after = _without(body, numbers)
    kept = tuple(ruling for number, ruling in enumerate(known) if number not in numbers)
    try:
        is_right = after is not None and parse(after, path) == kept
    except ConfigError:
        is_right = False
    if after is None or not is_right:
        lines = ", ".join(str(documents.read(body).place((number,))[0]) for number in sorted(numbers))
        advice = f"no safe way to take this out; do it by hand, at line {lines}"
        raise ConfigError(path, [Mistake(line=0, column=0, message=advice)])
    _replace(path, before[: len(before) - len(body)] + after)


def _without(text: str, numbers: Collection[int]) -> str | None:
    """Cut the lines of some rulings out of a text; None where they share lines with others."""
    document = documents.read(text)
    root = document.root
    if not isinstance(root, SequenceNode) or root.flow_style or len(document.text) != len(text):
        return None
    for number in sorted(numbers, reverse=True):
        node = root.value[number]
        dash = text.rfind("-", 0, node.start_mark.index)
        start = max(text.rfind(end, 0, dash) for end in "\r\n") + 1
        last = len(text[: _end(node)].rstrip())
        found = re.compile(r"\r\n|\n|\r|\Z").search(text, last)
        if text[start:dash].strip() or found is None:
            return None
        text = text[:start] + text[found.end() :]
    return text


def _end(node: Node) -> int:
    """Find the end of what is written of a node: of a group or list without brackets, of the last thing in it."""
    if isinstance(node, MappingNode) and not node.flow_style:
        return _end(node.value[-1][1])
    if isinstance(node, SequenceNode) and not node.flow_style:
        return _end(node.value[-1])
    return int(node.end_mark.index)


def _after(known: tuple[Ruling, ...], ruling: Ruling) -> tuple[Ruling, ...]:
    return known[len(known) - known[::-1].index(ruling) :]


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all; a link keeps leading to it."""
    target = path.resolve()
    mode = target.stat().st_mode if target.exists() else 0o644
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), mode & 0o777)
    Path(file.name).replace(target)
