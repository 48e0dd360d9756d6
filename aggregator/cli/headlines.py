"""Commands about headline lists: import headlines, export headlines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING

import click

from aggregator.cli import screen
from aggregator.cli.work import export

if TYPE_CHECKING:
    from aggregator.core.model import Config, Line, Listing


@export.command("headlines")
@click.option(
    "--edition",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The edition of this date (2026-01-14); all of them otherwise, newest first.",
)
@click.pass_obj
def export_headlines(options: screen.Options, edition: datetime | None) -> None:
    """Print editions as a headline list.

    One item a line: "- Title - Source - January 14th, 2026 [January 14th, 2026]", the date published, then the date
    seen; what came in a list, in the order of that list.
    """
    config = screen.settings_to_look(options)
    from aggregator import publishing
    from aggregator.edges.store import Archive

    only, printed = edition.date() if edition else None, False
    with Archive.open(config.storage) as archive:
        found = publishing.headline_lists(archive, config, only=only) if archive else iter(())
        if only:
            one = next(found, None)
            if one is None:
                raise click.ClickException(f"there is no edition of {only}")
            found = iter((one,))
        for lines in found:
            click.echo(lines, nl=False)
            printed = True
    if not printed:
        screen.nothing_yet(options)


@click.group("import")
def import_group() -> None:
    """Take in what was kept elsewhere."""


@import_group.command("headlines")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.File("rb"))
@click.pass_context
def import_headlines(ctx: click.Context, files: Sequence[IO[bytes]]) -> None:
    """Put headline lists into their editions.

    Each line "- Title - Source - January 14th, 2026 [January 14th, 2026]" goes to the edition dated its date seen, the
    one in brackets, closed or not, and is announced nowhere. The list may stand in plain text, Markdown or HTML; "-" is
    standard input. What is known already stays as it is. The exit code is 1 when a line cannot be read; the others are
    in.
    """
    config = screen.settings(ctx.obj)
    today = datetime.now(config.timezone).date()
    listings = {_name(file): _listing(file, today) for file in files}
    lines = [line for listing in listings.values() for line in listing.lines]
    if lines:
        _import(config, lines)
    complaints = [complaint for name, listing in listings.items() for complaint in _complaints(name, listing)]
    for complaint in complaints:
        click.echo(complaint, err=True)
    ctx.exit(1 if complaints else 0)


def _name(file: IO[bytes]) -> str:
    return "standard input" if file.name in ("-", "<stdin>") else str(file.name)


def _listing(file: IO[bytes], today: date) -> Listing:
    from aggregator.core import lists
    from aggregator.edges.sources import headline_lists

    return lists.until(lists.read(headline_lists.decoded(file.read())), today)


def _import(config: Config, lines: Sequence[Line]) -> None:
    from aggregator import importing, pipeline
    from aggregator.core.urls import served_at
    from aggregator.edges.store import Writer

    with Writer(config.storage, who="aggregator import headlines") as store:
        new = importing.headlines(store, config, lines)
        screen.say(f"{screen.count(len(lines), 'line')} read: {new:,} new, {len(lines) - new:,} already known.")
        site_url = served_at(config.listen) if config.listen and config.listen[1] else None
        pipeline.publish(store, config, site_url=site_url)
    screen.say(f"The page: {config.storage / 'site' / 'index.html'}")


def _complaints(name: str, listing: Listing) -> Iterator[str]:
    """Say what could not be read of a file, a line each."""
    if not listing.lines and not listing.unread:
        yield f"{name}: no line like “- Title - Source - January 14th, 2026 [January 14th, 2026]” was found"
    for unread in listing.unread:
        yield f"{name}: {unread}"
    if listing.unread:
        yield f"{name}: {screen.count(len(listing.unread), 'line')} could not be read"
