"""Documentation that lies fails the build: what it names is compared with the code."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from aggregator.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")


def commands(group: click.Group = main, before: str = "aggregator") -> list[tuple[str, click.Command]]:
    """List every command that does something, with the words that call it."""
    found = []
    for name, command in group.commands.items():
        words = f"{before} {name}"
        found += commands(command, words) if isinstance(command, click.Group) else [(words, command)]
    return found


@pytest.mark.parametrize(("words", "command"), commands(), ids=[words for words, _ in commands()])
def test_the_readme_names_every_command_and_option(words: str, command: click.Command) -> None:
    """Each command and each of its own options is in the README, and has a help text."""
    assert f"`{words}" in README
    assert command.help
    for option in (parameter for parameter in command.params if isinstance(parameter, click.Option)):
        assert option.help
        assert any(f"`{name}" in README for name in option.opts)


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    """Every `aggregator …` in the README and in the docs is a command."""
    known = {words.split()[1] for words, _ in commands()}
    for text in (README, DESIGN, (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")):
        named = re.findall(r"(?:`|bin/)aggregator ([a-z]+)", text)
        assert set(named) <= known


def test_readme_and_help_agree_on_the_exit_codes() -> None:
    """The exit codes of the README are those that `--help` and the errors state."""
    from aggregator.core.errors import AggregatorError, ConfigError, StoreBusy

    for code in (AggregatorError.exit_code, StoreBusy.exit_code, ConfigError.exit_code):
        assert re.search(rf"\b{code}\b", README)
        assert re.search(rf"\b{code}\b", main.epilog or "")


def test_make_targets_of_the_readme_exist() -> None:
    """Each `make …` that the README tells is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+) ", README)) - {"that"} <= targets | {"and"}
    assert {"demo", "test", "check"} <= targets


def test_links_and_pictures_of_the_documents_exist() -> None:
    """Every relative link in README and docs leads to a file."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_design_names_every_part_and_table() -> None:
    """Each module of core and edges, and each table of the store, is in docs/design.md."""
    from sqlite_utils import Database

    from aggregator.edges import schema

    for folder in ("core", "edges"):
        for part in (ROOT / "aggregator" / folder).iterdir():
            if not part.name.startswith("_"):
                assert re.search(rf"\b{part.stem}\b", DESIGN), part
    db = Database(memory=True)
    schema.apply(db)
    names = [name for name in db.table_names() if not name.startswith(("_", "sqlite_"))]
    db.close()
    assert all(f"`{name}`" in DESIGN for name in names), names


def test_the_version_is_in_one_place() -> None:
    """The package's version is what the build and `--version` use."""
    from aggregator import __version__

    assert 'path = "aggregator/__init__.py"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
