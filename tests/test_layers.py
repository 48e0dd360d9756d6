"""Who may import whom: the imports of every module are read and held to one table; and the reader itself is tested."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from msgspec import Struct

import aggregator

#: A module imports only from rows below its own; neighbours never import each other.
ROWS = """
    __main__
    cli
    daemon demo importing
    pipeline
    publishing
    explaining
    editions
    grouping
    config
    edges.workers edges.web
    edges.understanding
    edges.sources edges.store edges.render edges.notify
    edges.http edges.killable edges.schema edges.stamp edges.memory
    edges.rekeying
    core.edition
    core.accounts core.rulings
    core.rank core.group core.tellings
    core.normalise core.identity core.schedule core.rules
    core.keys core.likeness
    core.lists core.headlines core.titles core.pieces core.rhythm
    core.text core.urls core.days
    core.model
    core.errors
"""
ROW_OF = {name: number for number, row in enumerate(ROWS.split("\n")) for name in row.split()}

#: The folders that hold the modules of the table, and import nothing themselves.
FOLDERS = frozenset({"aggregator", "aggregator.core", "aggregator.edges"})
MAY_LOG = frozenset({"pipeline", "daemon", "cli"})

#: What touches the world, tells the time or says something; core decides without.
NOT_IN_CORE = frozenset(
    "asyncio concurrent fcntl fileinput ftplib getpass glob http imaplib importlib io locale logging mmap"
    " multiprocessing os pkgutil poplib queue select selectors shutil signal smtplib socket socketserver sqlite3 ssl"
    " subprocess sys sysconfig syslog tempfile threading time urllib.request uuid warnings webbrowser xmlrpc".split()
)
#: Libraries that compute and touch nothing.
PURE_LIBRARIES = frozenset({"msgspec", "nh3"})
#: Paths are values there: what a setting or an error is about.
MAY_NAME_PATHS = frozenset({"core.model", "core.errors"})
IO_FUNCTIONS = frozenset({"open", "print", "input", "breakpoint", "exec", "eval", "__import__"})
CLOCKS = frozenset({"now", "utcnow", "today"})


class Module(Struct, frozen=True, kw_only=True, dict=True):
    """One module's name and source."""

    name: str
    source: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """Give its syntax tree."""
        return ast.parse(self.source)


# --- reading imports -------------------------------------------------------------------------------------------------


def package() -> list[Module]:
    """Read every module of the package."""
    root = Path(aggregator.__file__).parent
    return [_module(path, root=root.parent) for path in sorted(root.rglob("*.py"))]


def _module(path: Path, *, root: Path) -> Module:
    parts = path.relative_to(root).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(name=name, source=path.read_text(encoding="utf-8"), is_package=is_package)


def imports(module: Module, *, names: frozenset[str]) -> Iterator[str]:
    """Give the full name of everything a module imports, wherever in it; a module of ``names`` by its own name."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, module)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield inner if inner in names or source == "aggregator" else source


def _absolute(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    here = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*here, *([node.module] if node.module else [])])


def row_name(name: str) -> str | None:
    """Give the name under which the table knows a module: its own, or its folder's; None where it has no row."""
    inner = name.removeprefix("aggregator.").split(".")
    return next((part for length in (1, 2) if (part := ".".join(inner[:length])) in ROW_OF), None)


# --- judging them ----------------------------------------------------------------------------------------------------


def violations(modules: Iterable[Module]) -> list[str]:
    """Say everything that these modules do against the table, one line each."""
    modules = list(modules)
    names = frozenset(module.name for module in modules)
    lines = [line for module in modules for line in _of(module, names=names)]
    return lines + _cycles(modules, names=names)


def _of(module: Module, *, names: frozenset[str]) -> Iterator[str]:
    imported = sorted(set(imports(module, names=names)))
    own = row_name(module.name)
    if own is None and module.name not in FOLDERS:
        yield f"{module.name} has no row in the table"
    for target in imported:
        if target.split(".")[0] == "aggregator":
            yield from _upward(module.name, target)
        else:
            yield from _outward(module.name, target)
    if module.name.startswith("aggregator.core"):
        yield from (f"{module.name}:{line} {deed}" for line, deed in _deeds(module.tree))


def _upward(name: str, target: str) -> Iterator[str]:
    own, other = row_name(name), row_name(target)
    if target == "aggregator.__version__" or (own is not None and own == other):
        return
    if own is None or other is None or ROW_OF[own] >= ROW_OF[other]:
        yield f"{name} imports {target}, which is not below it"


def _outward(name: str, target: str) -> Iterator[str]:
    own, top = row_name(name), target.split(".")[0]
    if top == "logging" and own not in MAY_LOG:
        yield f"{name} imports {target}; only {', '.join(sorted(MAY_LOG))} log"
    if not name.startswith("aggregator.core"):
        return
    is_library = top not in sys.stdlib_module_names and top not in PURE_LIBRARIES
    is_path = top == "pathlib" and own not in MAY_NAME_PATHS
    if is_library or is_path or top in NOT_IN_CORE or target in NOT_IN_CORE:
        yield f"{name} imports {target}; core touches nothing"


def _deeds(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find where a module reads a clock, or calls what reads or writes."""
    bound = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "datetime"
        for alias in node.names
        if alias.name in {"datetime", "date"}
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and _is_date_class(node.value, bound):
            yield node.lineno, f"reads the clock ({ast.unparse(node)})"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in IO_FUNCTIONS:
            yield node.lineno, f"calls {node.func.id}"


def _is_date_class(node: ast.expr, bound: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in {"datetime", "date"}
    return isinstance(node, ast.Name) and node.id in bound


def _cycles(modules: Iterable[Module], *, names: frozenset[str]) -> list[str]:
    graph = {module.name: set(imports(module, names=names)) & names - {module.name} for module in modules}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [f"a circle of imports: {' → '.join(reversed(error.args[1]))}"]
    return []


# --- the package -----------------------------------------------------------------------------------------------------


def test_the_package_keeps_to_the_table() -> None:
    """Every module imports only from rows below its own, core touches nothing, and nothing goes in circles."""
    assert violations(package()) == []


def test_reads_the_whole_package() -> None:
    """The reading reaches folders, parts of folder-modules and imports of every form."""
    modules = {module.name: module for module in package()}
    names = frozenset(modules)
    assert {"aggregator", "aggregator.cli.work", "aggregator.core.urls", "aggregator.edges.store.writer"} <= names
    assert "aggregator.edges.schema" in set(imports(modules["aggregator.edges.store.database"], names=names))
    assert "aggregator.edges.store" in set(imports(modules["aggregator.pipeline"], names=names))
    assert "aggregator.daemon" in set(imports(modules["aggregator.cli.work"], names=names))


# --- the judge -------------------------------------------------------------------------------------------------------

GOOD = (
    Module(name="aggregator", source="__version__ = '1'", is_package=True),
    Module(name="aggregator.core", source="", is_package=True),
    Module(name="aggregator.edges", source="", is_package=True),
    Module(name="aggregator.core.errors", source="from pathlib import Path"),
    Module(name="aggregator.core.text", source="import nh3\nfrom urllib.parse import quote"),
    Module(name="aggregator.core.urls", source="from .errors import AggregatorError"),
    Module(name="aggregator.edges.http", source="from aggregator import __version__\nimport socket"),
    Module(name="aggregator.edges.store", source="from .writer import Writer", is_package=True),
    Module(name="aggregator.edges.store.writer", source="from .database import connect"),
    Module(name="aggregator.edges.store.database", source="from ...core import urls\nimport sqlite3"),
    Module(name="aggregator.pipeline", source="import logging\nfrom .edges import store"),
)


def with_source(name: str, source: str, *, is_package: bool = False) -> list[str]:
    """Say what the judge finds when one module of the good example, or one more, has this source."""
    changed = Module(name=name, source=source, is_package=is_package)
    return violations([*(module for module in GOOD if module.name != name), changed])


def test_a_clean_example_is_clean() -> None:
    """Imports downward, of parts of one folder-module and of the version are all in order."""
    assert violations(GOOD) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("aggregator.core.errors", "from . import urls"),
        ("aggregator.core.errors", "from .urls import host"),
        ("aggregator.core.errors", "import aggregator.core.urls"),
        ("aggregator.core.errors", "from aggregator.core import urls as addresses"),
        ("aggregator.core.errors", "def late():\n    from .urls import host"),
        ("aggregator.core.errors", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .urls import host"),
        ("aggregator.core.text", "from . import urls"),
        ("aggregator.edges.http", "from .store import Writer"),
        ("aggregator.edges.store.database", "from ... import pipeline"),
        ("aggregator.edges.store.database", "from aggregator.pipeline import poll"),
        ("aggregator.edges.http", "from aggregator import pipeline"),
        ("aggregator.edges.http", "from aggregator import core"),
        ("aggregator.edges.http", "import aggregator"),
    ],
)
def test_finds_an_import_that_is_not_downward(name: str, source: str) -> None:
    """An import upward or sideways is found, whatever its form and wherever it stands."""
    assert any("not below it" in line and line.startswith(f"{name} ") for line in with_source(name, source))


def test_finds_a_module_without_a_row() -> None:
    """A module that the table does not name is found."""
    assert with_source("aggregator.edges.utils", "") == ["aggregator.edges.utils has no row in the table"]


@pytest.mark.parametrize("source", ["from .writer import Writer", "from . import Writer"])
def test_finds_a_circle_in_a_folder_module(source: str) -> None:
    """Parts of one folder-module that import each other in a circle, also by way of their folder, are found."""
    (line,) = with_source("aggregator.edges.store.database", source)
    assert line.startswith("a circle of imports: ")
    assert "aggregator.edges.store.database" in line


@pytest.mark.parametrize(
    "source",
    [
        "import logging",
        "import socket as wire",
        "from time import monotonic",
        "import urllib.request",
        "from urllib.request import urlopen",
        "import requests",
        "def late():\n    import sqlite3",
        "from pathlib import Path",
    ],
)
def test_finds_what_core_must_not_import(source: str) -> None:
    """In core every import of what touches the world is found, and so is any library not known to be pure."""
    assert any("core touches nothing" in line for line in with_source("aggregator.core.urls", source))


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\nnow = datetime.now(UTC)",
        "from datetime import date as day\ntoday = day.today()",
        "import datetime\nclock = datetime.datetime.utcnow",
        "page = open('page.html')",
        "print('seen')",
    ],
)
def test_finds_a_clock_and_a_call_that_touches(source: str) -> None:
    """In core a reading of the clock, called or only named, and a built-in that reads or writes are found."""
    assert any(line.startswith("aggregator.core.urls:") for line in with_source("aggregator.core.urls", source))


def test_a_moment_named_now_is_no_clock() -> None:
    """A value that happens to be called now, today or date is no reading of the clock."""
    source = "from datetime import date, datetime\ndef young(bench, day):\n    return bench.now, day.today, date.min"
    assert with_source("aggregator.core.urls", source) == []


def test_finds_logging_where_nobody_logs() -> None:
    """An edge that logs is found."""
    (line,) = with_source("aggregator.edges.http", "from logging import getLogger")
    assert line == "aggregator.edges.http imports logging; only cli, daemon, pipeline log"
