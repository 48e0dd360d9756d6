"""Commands that do the work or give it out: once, run, export json, demo."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli import screen

if TYPE_CHECKING:
    from aggregator.core.model import Config
    from aggregator.pipeline import Polled


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every feed now, but for those that said Retry-After or 410.")
@click.option("--strict", is_flag=True, help="Exit 1 when a feed failed.")
@click.pass_context
def once(ctx: click.Context, everything: bool, strict: bool) -> None:
    """Read what is due, publish, and end.

    For cron, and for trying out. Feeds that fail are named, and do not change the exit code unless --strict.
    """
    options: screen.Options = ctx.obj
    screen.log_to_stderr(options, level=logging.ERROR)
    config = screen.settings(options)
    from aggregator import pipeline
    from aggregator.core.urls import served_at
    from aggregator.edges.store import Writer

    site_url = served_at(config.listen) if config.listen and config.listen[1] else None
    with Writer(config.storage, who="aggregator once") as store:
        results = pipeline.run_once(store, config, site_url=site_url, everything=everything, watch=screen.progress)
    _summarise(results, config)
    if strict and any(polled.reason for polled in results):
        ctx.exit(1)


def _summarise(results: list[Polled], config: Config) -> None:
    failed = [polled for polled in results if polled.reason]
    unchanged = sum(polled.outcome == "unchanged" for polled in results)
    read = len(results) - len(failed) - unchanged
    polled_feeds = f"{len(results)} of {screen.count(len(config.feeds), 'feed')} polled"
    screen.say(f"{polled_feeds}: {read} read, {unchanged} unchanged, {len(failed)} failed.")
    new, edited = sum(polled.new for polled in results), sum(polled.edited for polled in results)
    elsewhere = sum(polled.elsewhere for polled in results)
    screen.say(f"{screen.count(new, 'new item')}, {edited} edited, {elsewhere} known from another feed.")
    for polled in results:
        if polled.outcome == "read" and not polled.entries:
            click.echo(f"empty: {polled.name}: its document holds no entries", err=True)
        if polled.unread:
            lines = screen.count(len(polled.unread), "line")
            first = screen.legible(str(polled.unread[0]))
            click.echo(f"unread: {polled.name}: {lines} could not be read, the first: {first}", err=True)
    for polled in failed:
        click.echo(f"failed: {polled.name}: {polled.reason}", err=True)
    if not results:
        screen.say("No feed is due yet; `aggregator list` tells when, --all does not wait.")
    screen.say(f"The page: {config.storage / 'site' / 'index.html'}")


@click.command()
@click.pass_obj
def run(options: screen.Options) -> None:
    """Read, publish and serve until stopped.

    Feeds are read on their schedule; Ctrl-C or SIGTERM end it without losing anything. A changed feeds.yaml takes
    effect at once (storage and serve at the next start); one with mistakes leaves the old settings in force.
    """
    screen.log_to_stderr(options, level=logging.INFO)
    config = screen.settings(options)
    from aggregator import daemon

    daemon.run(config, reload=lambda: screen.settings(options), announce=_announced(config))


def _announced(config: Config) -> Callable[[str | None], None]:
    def announce(address: str | None) -> None:
        screen.say("The digest page is served here, until Ctrl-C:" if address else "The digest page, not served, is")
        screen.say(address or str(config.storage / "site" / "index.html"))

    return announce


@click.group()
def export() -> None:
    """Print what is stored."""


@export.command("json")
@click.option("--edition", help="The edition of this date (2026-01-14); all of them otherwise, newest first.")
@click.option("--why", is_flag=True, help="Say of each item what it shares with others of its story.")
@click.pass_obj
def export_json(options: screen.Options, edition: str | None, why: bool) -> None:
    """Print editions for other programs.

    Each with its stories, their items and where they were seen; items that no page shows have "shown": false.
    """
    config = screen.settings_to_look(options)
    from aggregator import publishing
    from aggregator.edges.store import Archive

    only, printed = _date(edition) if edition else None, False
    with Archive.open(config.storage) as archive:
        found = publishing.exported(archive, config, only=only, why=why) if archive else iter(())
        if only:
            one = next(found, None)
            if one is None:
                raise click.ClickException(f"there is no edition of {only}")
            _print(*one)
            click.echo()
            return
        click.echo("[", nl=False)
        for number, one in enumerate(found):
            click.echo("," if number else "", nl=True)
            _print(*one)
            printed = True
        click.echo("\n]")
    if not printed:
        screen.nothing_yet(options)


def _print(edition: date, stories: Iterable[object]) -> None:
    """Print an edition as JSON, a story at a time: all that a large one says would take hundreds of megabytes."""
    click.echo(f'{{\n  "edition": "{edition}",\n  "stories": [', nl=False)
    end = ""
    for story in stories:
        told = json.dumps(story, indent=2, ensure_ascii=False).replace("\n", "\n    ")
        click.echo(f"{',' if end else ''}\n    {told}", nl=False)
        end = "\n  "
    click.echo(f"{end}]\n}}", nl=False)


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date; write it like 2026-01-14", param_hint="--edition") from error


@click.command()
@click.pass_obj
def demo(options: screen.Options) -> None:
    """Show it at work; needs no internet.

    A bundled newsroom on this machine is read by the real daemon, in a temporary folder, and the page is served.
    """
    screen.log_to_stderr(options, level=logging.INFO)
    from aggregator import config, daemon, pipeline
    from aggregator.demo import Newsroom
    from aggregator.edges.store import Writer

    with Newsroom() as newsroom, tempfile.TemporaryDirectory(prefix="aggregator-demo-") as folder:
        path = Path(folder) / "feeds.yaml"
        path.write_text(newsroom.settings(closes_at=_soon(timedelta(seconds=90))), encoding="utf-8")
        settings = config.load(path)
        screen.say(f"Reading a newsroom of {len(settings.feeds)} feeds on this machine; new items appear as you watch.")
        try:
            with Writer(settings.storage, who="aggregator demo") as store:
                pipeline.run_once(store, settings, site_url=None)
        except KeyboardInterrupt:
            return
        daemon.run(settings, reload=lambda: config.load(path), announce=_announced(settings))


def _soon(ahead: timedelta) -> str:
    """Give the time of day some moments ahead, so that one sees an edition close."""
    moment = datetime.now(UTC).astimezone() + ahead
    return moment.strftime("%H:%M")
