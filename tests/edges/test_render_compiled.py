"""Compiled templates that are kept: taken where they fit, made anew where they do not, never in the way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from aggregator.edges import stamp
from aggregator.edges.render import compiled


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Python keep compiled modules, in a folder of the test, and name the one for the templates."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    return tmp_path / "kept" / str(tmp_path / "templates").lstrip("/")


def printed(folder: Path, source: str, *, made_by: str = "this version") -> tuple[str, bool]:
    """Print a template from a folder as a fresh process would; say too whether it had to be compiled."""
    environment = Environment(
        loader=DictLoader({"a.html": source}),
        bytecode_cache=compiled.beside(folder, made_by=made_by),
        autoescape=True,
    )
    asked: list[str] = []

    def compile_anew(*given: object, **named: object) -> object:
        asked.append("a.html")
        return Environment.compile(environment, *given, **named)  # type: ignore[call-overload]

    environment.compile = compile_anew  # type: ignore[method-assign, assignment]
    return environment.get_template("a.html").render(word="<rain>"), bool(asked)


def test_what_was_compiled_once_is_taken(tmp_path: Path, kept: Path) -> None:
    """A second process prints the same and compiles nothing."""
    assert printed(tmp_path / "templates", "{{ word }}") == ("&lt;rain&gt;", True)
    assert printed(tmp_path / "templates", "{{ word }}") == ("&lt;rain&gt;", False)
    assert len(list(kept.iterdir())) == 1


def test_another_template_or_another_version_is_compiled_anew(tmp_path: Path, kept: Path) -> None:
    """Another text of the template, or other settings by which it is compiled, are never printed from what was kept."""
    printed(tmp_path / "templates", "{{ word }}")
    assert printed(tmp_path / "templates", "{{ word }}!") == ("&lt;rain&gt;!", True)
    assert printed(tmp_path / "templates", "{{ word }}!", made_by="the next version") == ("&lt;rain&gt;!", True)
    assert len(list(kept.iterdir())) == 1


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, kept: Path) -> None:
    """However much of the file a power cut left, the template prints, and is kept whole again."""
    printed(tmp_path / "templates", "{{ word }}")
    (path,) = kept.iterdir()
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        assert printed(tmp_path / "templates", "{{ word }}") == ("&lt;rain&gt;", True)
        assert path.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_left_alone(tmp_path: Path, kept: Path) -> None:
    """Where nothing can be kept, templates are compiled each time."""
    kept.parent.mkdir(parents=True)
    kept.write_text("in the way")
    for _ in range(2):
        assert printed(tmp_path / "templates", "{{ word }}") == ("&lt;rain&gt;", True)


def test_what_is_kept_is_no_part_of_the_theme(tmp_path: Path) -> None:
    """That something was compiled beside the templates is no reason to write the site anew."""
    before = stamp.stamp(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    assert stamp.stamp(tmp_path) == before
    (tmp_path / "page.html").touch()
    assert stamp.stamp(tmp_path) != before


def test_nothing_is_kept_where_python_keeps_nothing(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Python is told to keep no compiled modules, no templates are kept either."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert printed(tmp_path / "templates", "{{ word }}") == ("&lt;rain&gt;", True)
    assert not kept.exists()
