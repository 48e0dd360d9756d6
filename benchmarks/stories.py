"""How well reports are grouped into stories, measured on labelled headlines by the very code that groups in production.

``python -m benchmarks.stories FILE.jsonl [--ignore PAIRS.json] [--strictness normal]`` prints the figures, with
``--affairs LABELS.json`` also those of what stands under one heading; ``--assign`` prints one ``{"id", "story"}`` a
line instead, for somebody else's scorer. A line of the file holds ``id, title, desc, source, ts`` (epoch seconds),
``url`` and, to be scored, ``gold``; see docs/stories.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from msgspec import Struct

from aggregator.core import group
from aggregator.core.model import Open, Report, Statistics, Strictness

Pair = frozenset[str]
_HOW = 'write for example {"id": "a1", "title": "Ferry sinks", "source": "Courier", "ts": 1768348800, "gold": "ferry"}'


class Figures(Struct, frozen=True, kw_only=True):
    """How well groups agree with labels."""

    precision: float
    recall: float
    f1: float
    b3: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure or assign what the command line names; what cannot be read ends it with one line and exit code 1."""
    options = _parser().parse_args(arguments)
    try:
        rows, ignored = _rows(options.file), _pairs_in(options.ignore) if options.ignore else []
        labels = _affairs_in(options.affairs) if options.affairs else None
        before = _rows(options.before) if options.before else None
        if not options.assign and all(row.get("gold") is None for row in rows):
            raise ValueError(f'{options.file}: no line has a label, "gold", to be scored; --assign prints stories')
    except (OSError, ValueError) as error:
        sys.exit(f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error))
    begun = time.perf_counter()
    strictness = Strictness(options.strictness)
    found = stories(rows, strictness=strictness, counted=before)
    seconds = time.perf_counter() - begun
    if options.assign:
        for row in rows:
            print(json.dumps({"id": row["id"], "story": found[row["id"]]}))
        return
    figures = score(found, {row["id"]: row.get("gold") for row in rows}, ignored=ignored)
    print(
        f"P {figures.precision:.3f}  R {figures.recall:.3f}  F1 {figures.f1:.3f}  B3 {figures.b3:.3f}"
        f"  {len(rows) / seconds:.0f} headlines/s"
    )
    if labels:
        together = score_affairs(affairs(rows, strictness=strictness, counted=before), *labels)
        print(f"  of one affair: P {together.precision:.3f}  R {together.recall:.3f}  F1 {together.f1:.3f}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stories", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--ignore", type=Path, help="pairs on which two readers could differ; not scored")
    parser.add_argument("--affairs", type=Path, help="what two readers would put under one heading, to be scored too")
    parser.add_argument(
        "--before", type=Path, help="count the words of this file, as when an edition has closed, not of FILE"
    )
    parser.add_argument("--assign", action="store_true", help="print each item's story and no figures")
    parser.add_argument("--strictness", default="normal", choices=[str(strictness) for strictness in Strictness])
    return parser


def _rows(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a file; raise ValueError with the place and what to write there."""
    found: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            row = _parsed(line, f"{path}:{number}")
            problem = _problem(row) or (f"{row['id']!r} is the id of a line above" if row["id"] in found else None)
            if problem:
                raise ValueError(f"{path}:{number}: {problem}")
            found[row["id"]] = row
    if not found:
        raise ValueError(f"{path}: it holds no line; {_HOW}")
    return [*found.values()]


def _problem(row: dict[str, Any]) -> str | None:
    """Say what is wrong with a row; None when it is sound."""
    if not isinstance(row.get("id"), str | int):
        return f'it has no "id"; {_HOW}'
    if not isinstance(row.get("title"), str):
        return f'it has no text "title"; {_HOW}'
    for name in ("desc", "source", "url", "language"):
        if not isinstance(row.get(name), str | None):
            return f'"{name}" is no text; {_HOW}'
    try:
        datetime.fromtimestamp(int(row["ts"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return f'it has no time "ts" in seconds since 1970; {_HOW}'
    return None


def _pairs_in(path: Path) -> list[Pair]:
    """Read the pairs that are not scored."""
    return _pairs_of(_json("\n".join(_lines(path)), str(path)), path)


def _pairs_of(pairs: object, path: Path) -> list[Pair]:
    if not isinstance(pairs, list) or not all(map(_is_pair, pairs)):
        raise ValueError(f'{path}: this is no list of pairs; write [["a1", "b1"]]')
    return [frozenset(pair) for pair in pairs]


def _affairs_in(path: Path) -> tuple[list[list[str]], list[Pair]]:
    """Read what belongs under one heading, and the pairs that are not scored."""
    told = _json("\n".join(_lines(path)), str(path))
    groups, unscored = (told.get("affairs"), told.get("unscored", [])) if isinstance(told, dict) else (None, [])
    if not (isinstance(groups, list) and all(map(_is_group, groups))):
        raise ValueError(
            f'{path}: these are no affairs; write {{"affairs": [["a1", "b1"]], "unscored": [["a1", "c1"]]}}'
        )
    return groups, _pairs_of(unscored, path)


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and _is_group(pair)


def _is_group(group: object) -> bool:
    return isinstance(group, list) and all(isinstance(one, str | int) for one in group)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: it is not UTF-8; save it as UTF-8") from error


def _parsed(line: str, place: str) -> dict[str, Any]:
    row = _json(line, place)
    if not isinstance(row, dict):
        raise ValueError(f"{place}: this is no object; {_HOW}")
    return row


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{place}: this is no JSON ({error}); {_HOW}") from error


def stories(
    rows: Sequence[dict[str, Any]],
    *,
    strictness: Strictness = Strictness.NORMAL,
    counted: Sequence[dict[str, Any]] | None = None,
) -> dict[str, str]:
    """Group the rows of a file as a first poll groups what it brings; a story goes by its first item.

    ``counted``: rows whose words are counted, as they are when an edition closes; None: these.
    """
    items = _opened(rows)
    board = group.Board(statistics=_counted(items, counted), strictness=strictness)
    board.add(items)
    return {rows[item - 1]["id"]: rows[members[0] - 1]["id"] for members in board.groups() for item in members}


def affairs(
    rows: Sequence[dict[str, Any]],
    *,
    strictness: Strictness = Strictness.NORMAL,
    counted: Sequence[dict[str, Any]] | None = None,
) -> dict[str, str]:
    """Put the rows of a file under headings likewise; one goes by its first story."""
    items = _opened(rows)
    statistics = _counted(items, counted)
    board = group.Board(statistics=statistics, strictness=strictness)
    ties = board.add(items)
    story_of = {item: members[0] for members in board.groups() for item in members}
    affair_of = group.affairs.of(
        story_of,
        ties,
        opened=lambda numbers: [items[number - 1] for number in numbers],
        statistics=statistics,
        strictness=strictness,
    )
    return {rows[item - 1]["id"]: rows[first - 1]["id"] for item, first in (story_of | affair_of).items()}


def _opened(rows: Sequence[dict[str, Any]]) -> list[Open]:
    return [
        Open(id=number, time=report.time, terms=group.terms.of(report))
        for number, report in enumerate(map(_report, rows), start=1)
    ]


def _counted(items: Sequence[Open], rows: Sequence[dict[str, Any]] | None = None) -> Statistics:
    words = [item.terms for item in (items if rows is None else _opened(rows))]
    return group.statistics.counted(group.statistics.cold(), words, words)


def _report(row: dict[str, Any]) -> Report:
    return Report(
        id=0,
        title=row["title"],
        source=row.get("source") or "",
        time=datetime.fromtimestamp(int(row["ts"]), UTC),
        summary=row.get("desc") or "",
        language=row.get("language") or "",
        link=row.get("url"),
    )


def score(found: dict[str, str], gold: Mapping[str, str | None], *, ignored: Iterable[Pair] = ()) -> Figures:
    """Compare groups with labels: pairwise precision, recall and F1, B-cubed F1; items without a label are left out."""
    labels = {item: label for item in found if (label := gold.get(item)) is not None}
    found = {item: found[item] for item in labels}
    skipped = set(ignored)
    ours, theirs = _pairs(found) - skipped, _pairs(labels) - skipped
    precision = len(ours & theirs) / len(ours) if ours else 1.0
    recall = len(ours & theirs) / len(theirs) if theirs else 1.0
    return Figures(precision=precision, recall=recall, f1=_harmonic(precision, recall), b3=_b_cubed(found, labels))


def score_affairs(found: dict[str, str], labels: Sequence[Sequence[str]], unscored: Iterable[Pair]) -> Figures:
    """Compare headings with labels; what is under no heading in them stands alone."""
    gold = {item: item for item in found} | {item: together[0] for together in labels for item in together}
    return score(found, gold, ignored=unscored)


def _pairs(story_of: dict[str, str]) -> set[Pair]:
    return {frozenset(pair) for members in _members(story_of).values() for pair in combinations(sorted(members), 2)}


def _members(story_of: dict[str, str]) -> dict[str, set[str]]:
    members = defaultdict(set)
    for item, story in story_of.items():
        members[story].add(item)
    return members


def _b_cubed(found: dict[str, str], gold: dict[str, str]) -> float:
    ours, theirs = _members(found), _members(gold)
    shared = {item: len(ours[story] & theirs[gold[item]]) for item, story in found.items()}
    precision = sum(shared[item] / len(ours[found[item]]) for item in found) / max(len(found), 1)
    recall = sum(shared[item] / len(theirs[gold[item]]) for item in found) / max(len(found), 1)
    return _harmonic(precision, recall)


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


if __name__ == "__main__":
    main()
