"""What the commands share on the screen: settings or a message, log lines, progress, tables."""

from __future__ import annotations

import logging
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from aggregator.core.errors import AggregatorError, ConfigError, Mistake

if TYPE_CHECKING:
    from aggregator.core.model import Config
    from aggregator.pipeline import Polled


#: Controls but for the end of a line, and overrides of the direction of text.
_MOVING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Options(TypedDict):
    """What was said before the command."""

    path: Path
    verbose: bool


def settings(options: Options) -> Config:
    """Read the settings file; raises ConfigError, also where there is no such file."""
    from aggregator import config

    return config.load(_existing(options))


def settings_to_look(options: Options) -> Config:
    """Read the settings file for a command that only looks: it goes on without rulings that are wrong, and says so.

    To publish without them would show what the user wants no more of. Raises ConfigError for the settings themselves.
    """
    from aggregator import config

    found, error = config.load_sound(_existing(options))
    if error:
        first, *others = str(error).splitlines()
        more = f" (and {count(len(others), 'more mistake')})" if others else ""
        click.echo(legible(f"Warning: {first}{more}; left out here, while `once` and `run` refuse to start"), err=True)
    return found


def _existing(options: Options) -> Path:
    if not options["path"].exists():
        missing = f"there is no such file; `{command(options['path'], 'init')}` makes one, -c FILE names another"
        raise ConfigError(options["path"], [Mistake(line=0, column=0, message=missing)])
    return options["path"]


def command(path: Path, name: str) -> str:
    """Write the command line that uses this settings file."""
    return f"aggregator {name}" if path == Path("feeds.yaml") else f"aggregator -c {shlex.quote(str(path))} {name}"


def complain(error: AggregatorError) -> None:
    """Print an error, a line each where it names several mistakes; nothing in it can move the cursor."""
    prefix = "" if isinstance(error, ConfigError) else "Error: "
    for line in str(error).splitlines():
        click.echo(prefix + legible(line), err=True)


def legible(line: str) -> str:
    """Write a line so that nothing in it can move the cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def nothing_yet(options: Options) -> None:
    """Say on standard error why an export is empty; its exit code is that of any other."""
    read, kept = command(options["path"], "once"), command(options["path"], "import headlines")
    click.echo(f"There is no edition yet: `{read}` reads the feeds, `{kept} FILE` takes in a list.", err=True)


def log_to_stderr(options: Options, *, level: int) -> None:
    """Send log lines to standard error."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if options["verbose"] else level,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S%z",
    )
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns of every odd header, with a traceback
    logging.getLogger("aggregator").setLevel(logging.DEBUG if options["verbose"] else level)


def progress(total: int, polled: Iterable[Polled]) -> Iterator[Polled]:
    """Show a progress bar while feeds are read, on a terminal only."""
    if not sys.stderr.isatty():
        yield from polled
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading feeds", total=total)
        for one in polled:
            bar.advance(task)
            yield one


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; as wide as the terminal, or as its content where there is none."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(shown)


def count(number: int, noun: str) -> str:
    """Write a number with its noun: "1 feed", "2 feeds", "3 entries"."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def say(message: str) -> None:
    """Print a line, or several, at once, also into a pipe; nothing in it can move the cursor or turn the text round."""
    click.echo(_MOVING.sub("?", message))
    sys.stdout.flush()
