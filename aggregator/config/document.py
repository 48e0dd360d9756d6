"""A settings file as values with places: what it says, and on which line it says it.

Knows names given twice, tags, aliases and merge keys. Does not know a single setting: what the values mean is said in
``shape``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from aggregator.config import syntax
from aggregator.core.errors import Mistake

Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = "Scalar | list[Value] | dict[str, Value]"
Step: TypeAlias = str | int


def _text(text: str) -> str:
    text.encode()  # raises ValueError where half a character ("\\ud83d") was written
    return text


def _nothing(text: str) -> None:
    if text not in ("", "~", "null", "Null", "NULL"):
        raise ValueError(text)


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _integer(text: str) -> int:
    if len(text) > 100:  # Python neither reads nor prints numbers of thousands of digits
        raise ValueError(text)
    based = text[:2] in ("0o", "0x")
    return int(text, 0 if based else 10)


def _real(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


_CONVERSIONS: Final[dict[str, Callable[[str], Scalar]]] = {
    "str": _text,
    "null": _nothing,
    "bool": _truth,
    "int": _integer,
    "float": _real,
}

_TAGS: Final = {
    MappingNode: {f"{syntax.TAG}map"},
    SequenceNode: {f"{syntax.TAG}seq"},
    ScalarNode: {syntax.TAG + kind for kind in _CONVERSIONS},
}


class Document(Struct, frozen=True, kw_only=True):
    """A settings file, understood as YAML."""

    root: Node | None  #: None: nothing but comments
    text: str  #: what the places count in: the file's text, where tabs of JSON have become blanks

    @property
    def value(self) -> Value:
        """Give the file's content as plain values, aliases and merge keys followed."""
        return None if self.root is None else _value(self.root)

    def place(self, path: Sequence[Step], *, of_name: bool = False) -> tuple[int, int]:
        """Find line and column, from 1, of the value at a path or of its name; failing that, of what encloses it."""
        if self.root is None:
            return 1, 1
        name, node = self.root, self.root
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            name, node = found
        return syntax.spot((name if of_name else node).start_mark)

    def mistakes(self) -> tuple[Mistake, ...]:
        """Name what YAML allows and settings do not: names given twice, foreign tags, names that are not text."""
        nodes = () if self.root is None else syntax.distinct(self.root)
        return tuple(mistake for node in nodes for mistake in _mistakes(node))


def read(text: str) -> Document:
    """Understand a text as YAML 1.2; raises ``syntax.Unreadable`` where it is none."""
    root, marked = syntax.read(text.removeprefix("\ufeff"))
    return Document(root=root, text=marked)


def _mistakes(node: Node) -> Iterator[Mistake]:
    if node.tag not in _TAGS[type(node)]:
        tag = node.tag.replace(syntax.TAG, "!!")
        yield _mistake(node, f'the tag "{tag}" means nothing here; write the value without it')
    elif isinstance(node, ScalarNode):
        try:
            _scalar(node)
        except ValueError:
            yield _mistake(node, "this cannot be read as what it claims to be; put it in quotes if it is text")
    elif isinstance(node, MappingNode):
        yield from _name_mistakes(node)


def _name_mistakes(node: MappingNode) -> Iterator[Mistake]:
    first: dict[str, Node] = {}
    for name, content in node.value:
        if not isinstance(name, ScalarNode):
            yield _mistake(name, 'the name of a setting is text; write "name: value"')
        elif name.value == "<<" and not all(isinstance(source, MappingNode) for source in _sources(content)):
            yield _mistake(content, '"<<" takes in the settings of another group; write "<<: *name"')
        elif name.value in first:
            line, _ = syntax.spot(first[name.value].start_mark)
            where = f" (line {line} and here)" if line else ""
            yield _mistake(name, f'"{name.value}" is given twice{where}; keep one of the two')
        else:
            first[name.value] = name


def _mistake(node: Node, message: str) -> Mistake:
    line, column = syntax.spot(node.start_mark)
    return Mistake(line=line, column=column, message=message)


def _value(node: Node) -> Value:
    if isinstance(node, MappingNode):
        return {name.value: _value(content) for name, content in _pairs(node)}
    if isinstance(node, SequenceNode):
        return [_value(content) for content in node.value]
    try:
        return _scalar(node)
    except (KeyError, ValueError):  # named among the mistakes
        return str(node.value)


def _scalar(node: Node) -> Scalar:
    return _CONVERSIONS[_kind(node)](node.value)


def _kind(node: Node) -> str:
    return node.tag.removeprefix(syntax.TAG)


def _child(node: Node, step: Step) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        # The last of several wins, as in the values.
        found = [(name, content) for name, content in _pairs(node) if name.value == step]
        return found[-1] if found else None
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _pairs(node: MappingNode) -> Iterator[tuple[ScalarNode, Node]]:
    """Give names and contents in the order of their weight, the least first: what "<<" takes in, then its own."""
    named = [pair for pair in node.value if isinstance(pair[0], ScalarNode)]
    sources = [source for name, content in named if name.value == "<<" for source in _sources(content)]
    for source in reversed(sources):
        if isinstance(source, MappingNode):
            yield from _pairs(source)
    yield from (pair for pair in named if pair[0].value != "<<")


def _sources(content: Node) -> Sequence[Node]:
    return content.value if isinstance(content, SequenceNode) else [content]
