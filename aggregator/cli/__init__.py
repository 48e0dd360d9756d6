"""The command line: starts what was asked for, and says in plain words what came of it.

Each command imports what it needs when it runs, so that ``--help`` is instant. Decides nothing.
"""

from __future__ import annotations

import atexit
import errno
import gc
import sys
from pathlib import Path

import click

from aggregator import __version__
from aggregator.cli import screen
from aggregator.cli.explaining import explain
from aggregator.cli.feeds import add, check, config_group, init, show_list, test
from aggregator.cli.headlines import import_group
from aggregator.cli.rulings import story
from aggregator.cli.work import demo, export, once, run
from aggregator.core.errors import AggregatorError

#: New objects between two collections of garbage. What the commands import makes a hundred thousand that stay; to look
#: through them every 700 objects, as Python does, is a sixth of the start-up of `once` (measured: 0.69 s, then 0.58 s).
COLLECT_EVERY = 50_000


class _Group(click.Group):
    """Turn the errors that we expect into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except AggregatorError as error:
            screen.complain(error)
            sys.exit(error.exit_code)
        except click.NoSuchOption as error:
            if error.option_name in ("-c", "--config", "-v", "--verbose"):
                raise click.UsageError(
                    f"{error.option_name} goes before the command: aggregator {error.option_name} …", ctx
                ) from error
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of our output has gone; click ends quietly
                raise
            click.echo(f"Error: {error.filename or 'the output'}: {error.strerror or error}", err=True)
            sys.exit(AggregatorError.exit_code)


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 75 another aggregator is writing, 78 feeds.yaml has mistakes.",
)
@click.option(
    "-c",
    "--config",
    "path",
    type=click.Path(path_type=Path, readable=False),  # what is wrong with it, the command says
    envvar="AGGREGATOR_CONFIG",
    show_envvar=True,
    default=Path("feeds.yaml"),
    show_default=True,
    help="The settings file.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more of what happens.")
@click.version_option(__version__, prog_name="aggregator", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context, path: Path, verbose: bool) -> None:
    """Read the feeds named in feeds.yaml, keep each article once, and write one digest page and one feed.

    Start with `aggregator demo` to see it work, or with `aggregator init` to make a feeds.yaml of your own.
    """
    gc.set_threshold(COLLECT_EVERY)
    atexit.register(gc.freeze)  # what is left then need not be looked through before it goes: 70 ms of `once`
    ctx.obj = {"path": path, "verbose": verbose}
    if ctx.invoked_subcommand is None:
        if path.exists():
            click.echo(ctx.get_help())
        else:
            click.echo(
                f"{path}: there is no such file. `{screen.command(path, 'init')}` makes one, `aggregator demo` shows"
                " what this is; `aggregator --help` lists all commands.",
                err=True,
            )
        ctx.exit(2)


for _command in (
    init,
    check,
    add,
    once,
    run,
    show_list,
    test,
    explain,
    story,
    import_group,
    export,
    config_group,
    demo,
):
    main.add_command(_command)
