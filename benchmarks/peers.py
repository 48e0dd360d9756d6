"""The programs that are compared: how each is installed, set up, started, and asked what it has stored.

Each keeps all it has in one folder, which can be copied: a measurement starts from a copy of a store that was filled
before. All read the same addresses in the same order, with 32 at a time where that can be said.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct

WORKERS = 32

#: What reader needs beside itself: its own copy of feedparser imports sgmllib, which Python 3 has not.
_READER = ("reader", "sgmllib3k")
_SETTINGS = """\
polling: {per_host: 64, gap: 0s}
network: {allow: ["127.0.0.0/8"]}
serve: false
feeds:
"""


class Peer(Struct, frozen=True, kw_only=True):
    """A program that reads feeds."""

    name: str
    version: str
    set_up: Callable[[Path, Sequence[str]], None]  #: writes its settings into an empty folder
    command: Callable[[Path], list[str]]  #: that reads all feeds of a folder once, whatever was read before
    stored: Callable[[Path], int]  #: counts the items in a folder's store
    polls_to_prime: int = 1  #: that it takes until validators are stored


def found(names: Sequence[str], *, cache: Path) -> list[Peer]:
    """Find or install these peers, in their order; newsboat is left out where it is not installed.

    ``cache`` is where reader's environment is made, which takes the network and a minute once.
    """
    makers = {"aggregator": _aggregator, "reader": lambda: _reader(cache), "newsboat": _newsboat}
    return [peer for name in names if (peer := makers[name]()) is not None]


def _count(path: Path, query: str) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute(query).fetchone()[0])


def _version(*command: str) -> str:
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return said.split(" - ")[0].split()[-1]


# --- aggregator ------------------------------------------------------------------------------------------------------


def _aggregator() -> Peer:
    script = str(Path(sys.executable).with_name("aggregator"))

    def set_up(folder: Path, urls: Sequence[str]) -> None:
        (folder / "feeds.yaml").write_text(_SETTINGS + "".join(f"  - {url}\n" for url in urls), encoding="ascii")

    return Peer(
        name="aggregator",
        version=_version(script, "--version"),
        set_up=set_up,
        command=lambda folder: [script, "-c", str(folder / "feeds.yaml"), "once", "--all"],
        stored=lambda folder: _count(folder / "storage" / "aggregator.db", "SELECT count(*) FROM sightings"),
    )


# --- reader ----------------------------------------------------------------------------------------------------------


def _reader(cache: Path) -> Peer:
    python = _environment(cache / "reader", _READER)
    script = str(Path(__file__).with_name("reader_peer.py"))

    def command(folder: Path) -> list[str]:
        return [str(python), script, str(folder / "reader.db"), str(folder / "feeds.txt"), str(WORKERS)]

    return Peer(
        name="reader",
        version=_version(str(python), "-c", "import reader; print(reader.__version__)"),
        set_up=_listed,
        command=command,
        stored=lambda folder: _count(folder / "reader.db", "SELECT count(*) FROM entries"),
    )


def _listed(folder: Path, urls: Sequence[str]) -> None:
    (folder / "feeds.txt").write_text("".join(f"{url}\n" for url in urls), encoding="ascii")


def _environment(folder: Path, packages: Sequence[str]) -> Path:
    """Make a virtual environment with these packages, unless it is there and whole; give its Python."""
    python, whole = folder / "bin" / "python", folder / ".installed"
    if not whole.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True, timeout=120)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
        subprocess.run(install, check=True, timeout=600)
        whole.touch()
    return python


# --- newsboat --------------------------------------------------------------------------------------------------------


def _newsboat() -> Peer | None:
    program = shutil.which("newsboat")
    if program is None:
        return None

    def set_up(folder: Path, urls: Sequence[str]) -> None:
        _listed(folder, urls)
        (folder / "config").write_text(f"reload-threads {WORKERS}\n", encoding="ascii")

    def command(folder: Path) -> list[str]:
        files = (("-u", "feeds.txt"), ("-C", "config"), ("-c", "cache.db"))
        return [program, *(word for flag, name in files for word in (flag, str(folder / name))), "-x", "reload"]

    return Peer(
        name="newsboat",
        version=_version(program, "--version"),
        set_up=set_up,
        command=command,
        stored=lambda folder: _count(folder / "cache.db", "SELECT count(*) FROM rss_item"),
        polls_to_prime=2,
    )
