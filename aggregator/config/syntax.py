"""From text to a tree of YAML nodes: YAML 1.2's core schema over PyYAML, and JSON where PyYAML is stricter than JSON.

Knows which plain scalars are numbers (``010`` is ten) and which are text (``no``, ``07:00``), and refuses what would
expand or nest without bound. Does not look into the nodes: names given twice, tags and values are ``document``'s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from yaml.composer import Composer
from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner
from yaml.tokens import Token

from aggregator.core.errors import Mistake

DEEPEST: Final = 100  #: levels of nesting; settings need four
MOST_COPIES: Final = 1_000_000  #: values that aliases may add, so that a "billion laughs" file ends here
TAG: Final = "tag:yaml.org,2002:"

# YAML 1.2 §5.1, without the three that PyYAML still takes for line breaks, as YAML 1.1 did, and stray byte order marks.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_MANY_LEVELS: Final = re.compile(r"(?:[-?]\s+){100}")
_TOO_DEEP: Final = "this is nested too deeply for settings; write it flatter"

# YAML 1.2 §10.3.2, the core schema: kind, pattern, the characters it may start with.
_CORE_SCHEMA: Final = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
)

# What PyYAML or libyaml says -> what to do about it. Anything else is passed on in its own words.
_REMEDIES: Final = (
    ("cannot start any token", "a value cannot start with this character; put the value in quotes"),
    (
        "mapping values are not allowed",
        'a ": " stands where none can; put the whole value in quotes, or check the indentation of this line',
    ),
    ("expected a single document", 'a second document starts here; keep one, and remove the "---" line'),
    ("undefined alias", "this alias names nothing; write its anchor (&name) further up, or the value itself"),
    ("duplicate anchor", "this anchor is there already; give one of the two another name"),
    ("expected ':'", 'a name without a value; write "name: value"'),
    ("unexpected end of stream", "a quote opened above is never closed; close it"),
    (
        "expected ','|expected (?:the )?node content",
        "a bracket is still open; write a comma between two values, and close the bracket after the last",
    ),
    ("expected key|block end|expected '-'", "this does not line up with anything above; indent it like its neighbours"),
    ("escape", "double quotes know no such escape; write the backslash twice, or use single quotes"),
)


class Unreadable(Exception):
    """Say why a text is no YAML, or none that we are willing to expand."""

    def __init__(self, place: tuple[int, int], message: str) -> None:
        self.mistake = Mistake(line=place[0], column=place[1], message=message)
        super().__init__(message)


class _CoreResolver(BaseResolver):
    """Tell numbers, truth values and nothing from text by the rules of YAML 1.2, not PyYAML's of 1.1."""


for _kind, _pattern, _first in _CORE_SCHEMA:
    _CoreResolver.add_implicit_resolver(TAG + _kind, re.compile(rf"(?:{_pattern})\Z"), _first)


class PureReader(Reader, Scanner, Parser, Composer, _CoreResolver):
    """Read with PyYAML's Python code."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        _CoreResolver.__init__(self)

    def compose_scalar_node(self, anchor: Any) -> ScalarNode:
        """Make one character of two escapes that are its halves, as JSON writes it (RFC 8259 §7); PyYAML leaves two."""
        node = super().compose_scalar_node(anchor)
        with suppress(UnicodeDecodeError):  # a half alone
            node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16")
        return node


_reader: Any = PureReader

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without libyaml: all the same, six times slower
    pass
else:

    class FastReader(CParser, _CoreResolver):
        """Read with libyaml."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _CoreResolver.__init__(self)

    _reader = FastReader


def read(text: str) -> tuple[Node | None, str]:
    """Understand a text; give its root (None: nothing but comments) and the text that the nodes' marks count in.

    A byte order mark is to be taken off before. Raises ``Unreadable`` for a syntax error, a second document, recursion
    and runaway aliases.
    """
    try:
        root, marked = _compose(text), text
    except Unreadable:
        as_json = _read_json(text)
        if as_json is None:
            raise
        root, marked = as_json
    if root is not None:
        _weigh(root)
    return root, marked


def tokens(text: str) -> tuple[Token, ...]:
    """Split a text into its tokens, for those who edit it; none where it is JSON that PyYAML refuses."""
    for reader in (_reader, PureReader):
        try:
            return tuple(_all_of("token", reader(text)))
        except YAMLError:
            continue
    return ()


def spot(mark: Mark | None) -> tuple[int, int]:
    """Give line and column of a mark as people count, from 1; zeros where there is none."""
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def children(node: Node) -> Iterator[Node]:
    """Give the nodes directly below a node, names and contents alike."""
    if isinstance(node, MappingNode):
        for pair in node.value:
            yield from pair
    elif isinstance(node, SequenceNode):
        yield from node.value


def distinct(root: Node) -> Iterator[Node]:
    """Give a node and all below it, each once, however many aliases point at it."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        yield node
        for child in children(node):
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)


def _compose(text: str, reader: Any = None) -> Node | None:
    reader = reader or _reader
    found = _UNPRINTABLE.search(text)
    if found:
        line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
        raise Unreadable((line, column), f"U+{ord(found[0]):04X} is not a character for settings; remove it")
    try:
        if text.count("[") + text.count("{") > DEEPEST or _MANY_LEVELS.search(text):
            _measure_depth(reader(text))
        root: Node | None = reader(text).get_single_node()
    except MarkedYAMLError as error:
        raise _reworded(error, text) from error
    except YAMLError as error:
        raise Unreadable((0, 0), f"this is not YAML ({error}); compare it with an example") from error
    except RecursionError as error:  # PyYAML's Python code, on levels made by indentation alone
        raise Unreadable((1, 1), _TOO_DEEP) from error
    return root


def _measure_depth(reader: Any) -> None:
    """Refuse deep nesting before it is composed: libyaml's composer recurses on the C stack without a bound."""
    depth = 0
    for event in _all_of("event", reader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable(spot(event.start_mark), _TOO_DEEP)


def _all_of(what: str, reader: Any) -> Iterator[Any]:
    check, get = getattr(reader, f"check_{what}"), getattr(reader, f"get_{what}")
    while check():
        yield get()


def _reworded(error: MarkedYAMLError, text: str) -> Unreadable:
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    if mark and text.startswith("\t", mark.index):
        return Unreadable(spot(mark), "a tab cannot indent; write spaces instead")
    for pattern, remedy in _REMEDIES:
        if re.search(pattern, said):
            return Unreadable(spot(mark), remedy)
    problem = error.problem or error.context
    return Unreadable(
        spot(mark), f"this is not YAML ({problem}); check quotes, brackets and indentation here and above"
    )


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it was written, names given twice included."""


def _read_json(text: str) -> tuple[Node | None, str] | None:
    """Read JSON that PyYAML refuses: tabs keep their places, so do surrogate pairs; what json alone reads has none."""
    try:
        value = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    blanks = text.replace("\t", " ")  # JSON allows tabs between its tokens only
    for reader in (_reader, PureReader):
        try:
            return _compose(blanks, reader), blanks
        except Unreadable:
            continue
    return _from_json(value), blanks


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # Python reads NaN and Infinity, JSON has neither


def _from_json(value: Any) -> Node:
    if isinstance(value, _Pairs):
        return MappingNode(f"{TAG}map", [(_from_json(name), _from_json(content)) for name, content in value])
    if isinstance(value, list):
        return SequenceNode(f"{TAG}seq", [_from_json(content) for content in value])
    if isinstance(value, str):
        return ScalarNode(f"{TAG}str", value)
    kind = "null" if value is None else type(value).__name__
    return ScalarNode(TAG + kind, "" if value is None else str(value))


def _weigh(root: Node) -> None:
    """Refuse recursion, deep nesting and aliases that multiply; each list and group is looked at once."""
    weights: dict[int, tuple[int, int]] = {}  # by node: how many nodes it comes to, and how many levels

    def weight(node: Node, above: frozenset[int]) -> tuple[int, int]:
        if isinstance(node, ScalarNode):
            return 1, 1
        if id(node) in above:
            raise Unreadable(spot(node.start_mark), "this value contains itself; write the values out, not the alias")
        if id(node) not in weights and len(above) <= DEEPEST:
            below = above | {id(node)}
            inner = [weight(child, below) for child in children(node)]
            weights[id(node)] = 1 + sum(size for size, _ in inner), 1 + max((levels for _, levels in inner), default=0)
        size, levels = weights.get(id(node), (0, DEEPEST + 1))
        if levels > DEEPEST:
            raise Unreadable(spot(node.start_mark), _TOO_DEEP)
        return size, levels

    size, _ = weight(root, frozenset())
    if size > MOST_COPIES and size > MOST_COPIES + sum(1 for _ in distinct(root)):
        raise Unreadable(spot(root.start_mark), "the aliases (*name) multiply beyond measure; write the values out")
