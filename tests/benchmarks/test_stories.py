"""The measure of stories: figures that can be worked out by hand, and what the command prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import stories

ROWS: list[dict[str, Any]] = [
    {"id": "a1", "title": "Ferry sinks off Port Kelling", "desc": "", "source": "A", "ts": 1768348800.5, "gold": "a"},
    {"id": "a2", "title": "Ferry sinks near Port Kelling", "desc": "", "source": "B", "ts": 1768350000, "gold": "a"},
    {"id": "b1", "title": "Senate passes farm bill", "desc": "", "source": "A", "ts": 1768351000, "gold": "b"},
]


@pytest.mark.parametrize(
    ("found", "precision", "recall", "b3"),
    [
        ({"1": "x", "2": "x", "3": "y", "4": "y"}, 1.0, 1.0, 1.0),
        ({"1": "x", "2": "x", "3": "x", "4": "x"}, 1 / 3, 1.0, 2 / 3),
        ({"1": "w", "2": "x", "3": "y", "4": "z"}, 1.0, 0.0, 2 / 3),
        ({"1": "x", "2": "y", "3": "y", "4": "z"}, 0.0, 0.0, 0.6),
    ],
)
def test_figures(found: dict[str, str], precision: float, recall: float, b3: float) -> None:
    """Precision and recall are of pairs of items in one story; B-cubed is of each item's story."""
    figures = stories.score(found, {"1": "a", "2": "a", "3": "b", "4": "b"})
    assert (figures.precision, figures.recall) == pytest.approx((precision, recall))
    assert figures.b3 == pytest.approx(b3)


def test_ignored_pairs_and_items_without_a_label() -> None:
    """Pairs that are not to be scored, and items that nobody labelled, are neither right nor wrong."""
    found = {"1": "x", "2": "x", "3": "x", "4": "x"}
    figures = stories.score(found, {"1": "a", "2": "a", "3": "b"}, ignored=[frozenset({"1", "3"})])
    assert figures.precision == pytest.approx(1 / 2)
    assert figures.recall == 1


def file_of(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Write a labelled file."""
    path = folder / "rows.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_prints_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints one line of figures, by the code that groups in production."""
    ignored = tmp_path / "pairs.json"
    ignored.write_text('[["a1", "b1"]]')
    stories.main([str(file_of(tmp_path, ROWS)), "--ignore", str(ignored)])
    assert capsys.readouterr().out.startswith("P 1.000  R 1.000  F1 1.000  B3 1.000")


def test_prints_stories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --assign it prints each item's story, one a line, also of items without a label."""
    unlabelled = [{key: value for key, value in row.items() if key != "gold"} for row in ROWS]
    stories.main([str(file_of(tmp_path, unlabelled)), "--assign"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [{"id": "a1", "story": "a1"}, {"id": "a2", "story": "a1"}, {"id": "b1", "story": "b1"}]
