"""Commands about the settings and single feeds: init, check, add, list, test, config schema."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli import screen

if TYPE_CHECKING:
    from aggregator.core.model import Config, FeedType, Reading
    from aggregator.edges.workers import Desk

SCHEMA_NAME = "feeds.schema.json"
SHOWN_ENTRIES = 30
#: What an address may hold; the values of the setting ``type``.
KINDS = ("feed", "headlines")


@click.command()
@click.pass_obj
def init(options: screen.Options) -> None:
    """Make a feeds.yaml to start from.

    It names some twenty public news feeds; a schema for editors is put beside it.
    """
    from aggregator import config

    path = options["path"]
    if path.exists():
        raise click.ClickException(f"{path} is already there; it was not changed")
    schema = path.with_name(SCHEMA_NAME)
    try:
        path.write_text(config.starter().replace(f"docs/{SCHEMA_NAME}", SCHEMA_NAME, 1), encoding="utf-8")
        schema.write_text(_schema(), encoding="utf-8")
    except OSError as error:
        remedy = "; make its folder first" if isinstance(error, FileNotFoundError) else ""
        raise click.ClickException(f"{error.filename}: {error.strerror}{remedy}") from error
    click.echo(f"Made {path}, and {schema} for your editor. Next:")
    page = path.with_name("storage") / "site" / "index.html"
    click.echo(f"  1. choose your feeds in it, or `{screen.command(path, 'add https://…')}`")
    click.echo(f"  2. `{screen.command(path, 'once')}` reads them and writes the page to {page}")
    click.echo(f"  3. `{screen.command(path, 'run')}` does so from now on, and serves the page")


@click.command()
@click.pass_obj
def check(options: screen.Options) -> None:
    """Check feeds.yaml for mistakes.

    Each is named with its line, its column and what to write instead; the exit code is then 78.
    """
    found = screen.settings(options)
    categories = {feed.category for feed in found.feeds if feed.category}
    inside = f" in {screen.count(len(categories), 'category')}" if categories else ""
    click.echo(f"{options['path']}: {screen.count(len(found.feeds), 'feed')}{inside}; no mistakes found.")
    click.echo(f"Editions close at {_time_of_day(found)}, {found.timezone.key}; the store is {found.storage}")
    for hint in _hints(found, options["path"]):
        click.echo(f"Hint: {hint}")


def _hints(found: Config, path: Path) -> list[str]:
    """Say which lines of the settings file do nothing, or were overtaken by polling as far as a store can be read."""
    from aggregator import config
    from aggregator.cli import listing
    from aggregator.core.errors import StoreError

    hints = [f"{path}: {hint}" for hint in config.idle_categories(found)]
    try:
        feeds = [line for state in listing.states(found) for line in listing.advice(state, path=path)]
        return [*hints, *feeds, *listing.idle(found, path=path)]
    except StoreError:  # feeds.yaml is checked here; the commands that need the store name what is wrong with it
        return hints


def _time_of_day(found: Config) -> str:
    minutes = int(found.closes_at.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


@click.command()
@click.argument("url")
@click.option("--type", "kind", type=click.Choice(KINDS), help="What URL holds: a feed, or a headline list.")
@click.option("--name", help="What to call the feed; its own title otherwise.")
@click.option("--category", help="The section it belongs to.")
@click.option("--every", help="How often to read it, such as 15m, or auto.")
@click.pass_obj
def add(
    options: screen.Options, url: str, kind: str | None, name: str | None, category: str | None, every: str | None
) -> None:
    """Add the feed at URL to feeds.yaml.

    URL may be a web page that links to a feed, or with --type headlines one that lists dated headlines. Comments and
    order of the file stay as they are.
    """
    from aggregator import config
    from aggregator.core.errors import ConfigError
    from aggregator.edges import workers

    found = screen.settings_to_look(options)
    with workers.Desk(workers.Rules.of(found)) as desk:
        address, others = _found(desk, _with_scheme(url), kind=kind)
    if any(feed.url == address for feed in found.feeds):
        raise click.ClickException(f"{_public(address)} is already in {options['path']}")
    text = options["path"].read_bytes().decode("utf-8")
    try:
        changed = config.add_feed(text, address, type=kind, name=name, category=category, every=every)
    except ConfigError as error:
        if not any(mistake.line for mistake in error.mistakes):  # the file is right, an option is wrong
            raise click.UsageError("; ".join(mistake.message for mistake in error.mistakes)) from error
        raise ConfigError(options["path"], error.mistakes) from error
    if not os.access(options["path"], os.W_OK):
        raise click.ClickException(f"{options['path']} cannot be written; mend its permissions")
    _replace(options["path"], changed)
    click.echo(f"Added {_public(address)}")
    for other in others:
        click.echo(f"The page also links to {other}")


def _found(desk: Desk, url: str, *, kind: str | None) -> tuple[str, tuple[str, ...]]:
    """Give the address of the feed at or behind a URL, and others; a headline list is where it is or nowhere."""
    from aggregator.core.model import FeedType

    if kind != FeedType.HEADLINES:
        return desk.find(url)
    _read(desk, url, kind=FeedType.HEADLINES)
    return url, ()


def _read(desk: Desk, url: str, *, kind: FeedType) -> Reading:
    """Read what is at a URL, once; raise ClickException where that does not succeed."""
    from aggregator.core.model import Feed, FeedState, Outcome

    reading = desk.read(FeedState(id=0, feed=Feed(url=url, type=kind), name=url), now=datetime.now(UTC))
    if reading.outcome is not Outcome.READ:
        raise click.ClickException(f"{_public(url)}: {reading.reason}")
    return reading


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"https://{url}"


def _replace(path: Path, text: str) -> None:
    """Put a new text in the place of a file, whole or not at all, with the same permissions."""
    target = path.resolve()
    with tempfile.NamedTemporaryFile("wb", dir=target.parent, prefix=f".{target.name}.", delete=False) as fresh:
        fresh.write(text.encode("utf-8"))
    Path(fresh.name).chmod(target.stat().st_mode & 0o7777)
    Path(fresh.name).replace(target)


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print an array for other programs.")
@click.pass_obj
def show_list(options: screen.Options, as_json: bool) -> None:
    """List the feeds and how they do.

    Also when each was last read, when it will be next and why then; below, what became of those that moved, fail or
    have fallen silent.
    """
    from aggregator.cli import listing

    found, now = screen.settings_to_look(options), datetime.now(UTC)
    states = listing.states(found)
    if as_json:
        click.echo(json.dumps([listing.record(state, now=now) for state in states], indent=2, ensure_ascii=False))
        return
    screen.table(listing.COLUMNS, [listing.cells(state, now=now) for state in states])
    for state in states:
        for note in listing.notes(state, path=options["path"], timezone=found.timezone):
            click.echo(note)


@click.command()
@click.argument("url")
@click.option("--type", "kind", type=click.Choice(KINDS), help="What URL holds; as feeds.yaml says otherwise.")
@click.pass_obj
def test(options: screen.Options, url: str, kind: str | None) -> None:
    """Show what is understood of the feed at URL.

    It is read once; nothing is stored.
    """
    from aggregator.core.model import Config, FeedType
    from aggregator.edges import workers

    path = options["path"]
    found = screen.settings_to_look(options) if path.exists() else Config(path=path, feeds=(), storage=path.parent)
    address = _with_scheme(url)
    listed = next((feed.type for feed in found.feeds if feed.url == address), FeedType.FEED)
    with workers.Desk(workers.Rules.of(found)) as desk:
        reading = _read(desk, address, kind=FeedType(kind) if kind else listed)
    _explain(reading, found)
    for unread in reading.unread:
        click.echo(f"Cannot be read: {unread}")


def _public(url: str) -> str:
    from aggregator.core.urls import public

    return public(url)


def _explain(reading: Reading, found: Config) -> None:
    click.echo(f"{reading.title or 'A feed without a title'} ({reading.format}), {_entries(reading)}")
    known = [
        name
        for name, value in (("ETag", reading.validators.etag), ("Last-Modified", reading.validators.last_modified))
        if value
    ]
    click.echo(f'Can say "not modified": {"yes, by " + " and ".join(known) if known else "no"}')
    rows = [
        (
            item.published.astimezone(found.timezone).strftime("%Y-%m-%d %H:%M") if item.published else "undated",
            item.title,
            item.source,
            item.link or "no link",
        )
        for item in reading.items[:SHOWN_ENTRIES]
    ]
    screen.table(("Published", "Title", "Source", "Link"), rows)
    if len(reading.items) > SHOWN_ENTRIES:
        click.echo(f"… and {screen.count(len(reading.items) - SHOWN_ENTRIES, 'entry')} more")


def _entries(reading: Reading) -> str:
    undated = sum(item.published is None for item in reading.items)
    without = f", {undated} without a believable date" if undated else ""
    return screen.count(len(reading.items), "entry") + without


@click.group("config")
def config_group() -> None:
    """Show what may stand in feeds.yaml."""


@config_group.command()
def schema() -> None:
    """Print the JSON Schema of feeds.yaml, for editors."""
    click.echo(_schema(), nl=False)


def _schema() -> str:
    from aggregator import config

    return json.dumps(config.schema(), indent=2, ensure_ascii=False) + "\n"
