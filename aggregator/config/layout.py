"""How a settings file is laid out: where its list of feeds stands and in which style, so that one can be added.

Works on YAML tokens, which tell block from flow style, dashes and brackets. Changes nothing and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from yaml.tokens import (
    AnchorToken,
    BlockEndToken,
    BlockEntryToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    FlowEntryToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    KeyToken,
    ScalarToken,
    TagToken,
    Token,
    ValueToken,
)

_OPENING: Final = (BlockMappingStartToken, BlockSequenceStartToken, FlowMappingStartToken, FlowSequenceStartToken)
_CLOSING: Final = (BlockEndToken, FlowMappingEndToken, FlowSequenceEndToken)


class Part(Struct, frozen=True, kw_only=True):
    """One feed of a list or one setting of a group; all numbers here are offsets into the text, from 0."""

    start: int  #: its dash, or its first character where there is none
    end: int  #: just after its last character
    is_text: bool  #: just a text, no more
    in_braces: bool
    comma: int | None = None  #: just after the comma that follows it


class Brackets(Struct, frozen=True, kw_only=True):
    """A list in [...] or a group in {...}."""

    start: int  #: just after the opening one
    end: int  #: of the closing one
    last: Part | None  #: None: there is nothing in it


class Feeds(Struct, frozen=True, kw_only=True):
    """What stands behind ``feeds:``: brackets, dashes or nothing."""

    after_name: int  #: just after the colon
    null: tuple[int, int] | None = None  #: where "null" or "~" is written out
    brackets: Brackets | None = None
    last: Part | None = None  #: behind the last dash


class Layout(Struct, frozen=True, kw_only=True):
    """A settings file: its outermost braces, if it is one {...}, and its list of feeds, if it names one."""

    start: int  #: of its first setting
    braces: Brackets | None
    feeds: Feeds | None


def find(tokens: Sequence[Token]) -> Layout | None:
    """Find the list of feeds; None where the file is no group of settings, or where an alias stands for the list."""
    written = [token for token in tokens if not isinstance(token, AnchorToken | TagToken)]
    first = next((at for at, token in enumerate(written) if isinstance(token, _OPENING)), None)
    if first is None or not isinstance(written[first], BlockMappingStartToken | FlowMappingStartToken):
        return None
    whole = _enclosed(written[first:])
    braces = _brackets(whole) if isinstance(whole[0], FlowMappingStartToken) else None
    named = [setting for setting in _cut(whole[1:-1], KeyToken) if _is_feeds(setting)]
    feeds = _feeds(named[0]) if named else None
    return Layout(start=_start(whole[0]), braces=braces, feeds=feeds) if feeds or not named else None


def _start(token: Token) -> int:
    return int(token.start_mark.index)


def _end(token: Token) -> int:
    return int(token.end_mark.index)


def _enclosed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Give the tokens from an opening one, the first, to the one that closes it."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth == 0:
            return tokens[: at + 1]
    return tokens


def _cut(tokens: Sequence[Token], kind: type[Token]) -> Iterator[list[Token]]:
    """Cut tokens before each one of a kind that is not inside anything."""
    depth, part = 0, list[Token]()
    for token in tokens:
        if depth == 0 and isinstance(token, kind) and part:
            yield part
            part = []
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        part.append(token)
    if part:
        yield part


def _is_feeds(setting: Sequence[Token]) -> bool:
    match setting:
        case [KeyToken(), ScalarToken(value="feeds"), ValueToken(), *_]:
            return True
        case _:
            return False


def _feeds(setting: Sequence[Token]) -> Feeds | None:
    after_name = _end(setting[2])
    match [token for token in setting[3:] if token is not setting[-1] or not isinstance(token, FlowEntryToken)]:
        case []:
            return Feeds(after_name=after_name)
        case [ScalarToken() as null]:
            return Feeds(after_name=after_name, null=(_start(null), _end(null)))
        case [FlowSequenceStartToken(), *_] as whole:
            return Feeds(after_name=after_name, brackets=_brackets(whole))
        case [BlockSequenceStartToken(), *dashes]:
            return Feeds(after_name=after_name, last=_last_dash(dashes))
        case [BlockEntryToken(), *_] as dashes:  # a list at the margin of its name
            return Feeds(after_name=after_name, last=_last_dash(dashes))
        case _:
            return None


def _last_dash(tokens: Sequence[Token]) -> Part | None:
    dash, *content = list(_cut(tokens, BlockEntryToken))[-1]
    written = [token for token in content if not isinstance(token, BlockEndToken)]
    return _part(_start(dash), written) if written else None


def _brackets(whole: Sequence[Token]) -> Brackets:
    parts = [
        [token for token in part if token is not part[0] or not isinstance(token, FlowEntryToken)]
        for part in _cut(whole[1:-1], FlowEntryToken)
    ]
    filled = [part for part in parts if part]
    comma = _end(whole[-2]) if isinstance(whole[-2], FlowEntryToken) else None
    last = _part(_start(filled[-1][0]), filled[-1], comma=comma) if filled else None
    return Brackets(start=_end(whole[0]), end=_start(whole[-1]), last=last)


def _part(start: int, content: Sequence[Token], *, comma: int | None = None) -> Part:
    return Part(
        start=start,
        end=_end(content[-1]),
        is_text=len(content) == 1,
        in_braces=isinstance(content[0], FlowMappingStartToken),
        comma=comma,
    )
