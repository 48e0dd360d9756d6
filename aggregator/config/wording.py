"""Mistakes of the settings in plain words: where they are, what is wrong, and what to write instead.

Turns faults into ``Mistake``s. Decides nothing: what is wrong has been found before.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Final

from aggregator.config.checking import Fault, Kind
from aggregator.config.document import Document, Step, Value
from aggregator.config.shape import GROUPS
from aggregator.config.texts import kind, quoted
from aggregator.core.errors import Mistake
from aggregator.core.model import Config

NO_FEEDS: Final = 'no feeds yet; write for example "feeds: [https://example.org/news.xml]"'

_EXAMPLES: Final = {
    "digest": '{closes_at: "07:00"}',
    "polling": "{every: 30m}",
    "grouping": "{strictness: normal}",
    "grouping.leave_out": "[Sport]",
    "network": '{allow: ["127.0.0.0/8"]}',
    "network.allow": '["127.0.0.0/8"]',
    "serve": '{listen: "127.0.0.1:8080"}, or false',
    "feeds": "[https://example.org/news.xml]",
}

_ALSO_CALLED: Final = {
    "interval": "every",
    "refresh": "every",
    "link": "url",
    "xmlurl": "url",
    "section": "category",
    "folder": "category",
    "tags": "category",
    "tz": "timezone",
    "sources": "feeds",
    "subscriptions": "feeds",
    "port": "listen",
    "address": "listen",
    "closes": "closes_at",
    "data": "storage",
}


def mistake(fault: Fault, document: Document) -> Mistake:
    """Word a fault, with its place in the document."""
    return _at(document, fault.path, message=_said(fault), of_name=fault.kind is Kind.UNKNOWN)


def _said(fault: Fault) -> str:
    name = _dotted(fault.path)
    match fault.kind:
        case Kind.UNKNOWN:
            return _unknown(fault.path)
        case Kind.MISSING:
            return _missing(name)
        case Kind.REFUSED:
            return f"{name.removeprefix('feeds.')}: {fault.reason}"
        case Kind.MISPLACED:
            return _wrong_kind(fault.path, fault.value)


def repeated_feeds(value: Value, document: Document) -> tuple[Mistake, ...]:
    """Find feeds whose address was listed before, and name both lines."""
    first: dict[str, int] = {}
    repeated = []
    for index, url in enumerate(urls(value)):
        if url in first and url is not None:
            before, again = (document.place(("feeds", at, "url"))[0] for at in (first[url], index))
            lines = f" (lines {before} and {again})" if again else ""
            repeated.append(
                _at(
                    document, ("feeds", index, "url"), message=f"{quoted(url)} is listed twice{lines}; keep one of them"
                )
            )
        elif url is not None:
            first[url] = index
    return tuple(repeated)


def urls(value: Value) -> list[str | None]:
    """Give the addresses in the file's list of feeds as they were written, None for a line without one."""
    feeds = value.get("feeds") if isinstance(value, dict) else None
    written = [feed.get("url") if isinstance(feed, dict) else feed for feed in feeds] if isinstance(feeds, list) else []
    return [url if isinstance(url, str) else None for url in written]


def _at(document: Document, path: Sequence[Step], *, message: str, of_name: bool = False) -> Mistake:
    line, column = document.place(path, of_name=of_name)
    return Mistake(line=line, column=column, message=message)


def _dotted(path: Sequence[Step]) -> str:
    return ".".join(step for step in path if isinstance(step, str))


def _missing(name: str) -> str:
    if name == "feeds":
        return NO_FEEDS
    return 'this feed has no address; write "url: https://example.org/news.xml"'


def _wrong_kind(path: Sequence[Step], value: object) -> str:
    if not path:
        return f'this file is {kind(value)}, not settings; write for example "feeds: [https://example.org/news.xml]"'
    if isinstance(path[-1], int) and value is None:
        return "this feed is empty; write its address, or remove the line"
    if isinstance(path[-1], int):
        return f"this is {kind(value)}, not a feed; write its address, or remove the line"
    name = _dotted(path)
    return f"{name} cannot be {kind(value)}; write {path[-1]}: {_EXAMPLES.get(name, '…')}"


def _unknown(path: Sequence[Step]) -> str:
    """Say that a setting is not known here, and which one was probably meant or where it belongs."""
    *above, written = [step for step in path if isinstance(step, str)]
    known = list(GROUPS[".".join(above)].settings)
    said = f"{quoted(written)} is not a setting{_of(above)}"
    folded = written.casefold().replace("-", "_").strip()
    called = {name: name for name in known} | {also: name for also, name in _ALSO_CALLED.items() if name in known}
    close = difflib.get_close_matches(folded, called, n=1)
    if close:
        return f'{said}; did you mean "{called[close[0]]}"?'
    homes = [group for group, fields in GROUPS.items() if folded in fields.settings]
    if homes:
        where = "at the left margin" if homes[0] == "" else f'under "{homes[0]}"'
        return f'{said}; "{folded}" belongs {where}'
    return f"{said}; known are {', '.join(known)}"


def idle_categories(config: Config) -> tuple[str, ...]:
    """Say which categories are left out of grouping though no feed is in them, and which were probably meant."""
    known = {feed.category.casefold(): feed.category for feed in config.feeds if feed.category}
    return tuple(_idle(name, known) for name in config.left_out if name not in known.values())


def _idle(name: str, known: Mapping[str, str]) -> str:
    said = f"grouping.leave_out: no feed is in the category {quoted(name)}"
    close = difflib.get_close_matches(name.casefold(), known, n=1)
    if close:
        return f"{said}; did you mean {quoted(known[close[0]])}?"
    return f"{said}; known are {', '.join(map(quoted, known.values()))}" if known else f"{said}; no feed has a category"


def _of(above: Sequence[Step]) -> str:
    if not above:
        return ""
    return " of a feed" if above[0] == "feeds" else f" of {above[0]}"
