"""Commands about what the user wants of stories: story join, split, mute, list, forget."""

from __future__ import annotations

from collections.abc import Sequence

import click

from aggregator.cli import naming, screen


@click.group()
def story() -> None:
    """Correct how articles are grouped.

    What you say is kept in stories.yaml beside the settings file, takes effect with the next run or at once in a
    running daemon, and lasts. Take a line out of the file to take it back.
    """


_ARTICLES = click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")


@story.command(cls=naming.Naming)
@_ARTICLES
@click.pass_obj
def join(options: screen.Options, articles: Sequence[str]) -> None:
    """Make articles one story.

    An ARTICLE is a link, a headline, or a story's number, which means the article that leads it.
    """
    _rule(options, "join", articles)


@story.command(cls=naming.Naming)
@_ARTICLES
@click.pass_obj
def split(options: screen.Options, articles: Sequence[str]) -> None:
    """Take an article out of its story; of several, keep each away from the others.

    An ARTICLE is a link, a headline, or a story's number, which means the article that leads it.
    """
    _rule(options, "split" if len(articles) == 1 else "never", articles)


@story.command(cls=naming.Naming)
@_ARTICLES
@click.pass_obj
def mute(options: screen.Options, articles: Sequence[str]) -> None:
    """Show no more of an article's story until its event has ended.

    An ARTICLE is a link, a headline, or a story's number, which means the article that leads it.
    """
    for article in articles:
        _rule(options, "mute", [article])


def _rule(options: screen.Options, kind: str, articles: Sequence[str]) -> None:
    config = screen.settings(options)
    from aggregator.config import rulings
    from aggregator.core.model import Ruling, RulingKind
    from aggregator.edges.store import Archive

    path = options["path"].with_name(rulings.FILE_NAME)
    with Archive.open(config.storage) as archive:
        if archive is None:
            raise click.ClickException("nothing has been read yet; `aggregator once` reads the feeds")
        named = tuple(dict.fromkeys(naming.article(archive, config, article) for article in articles))
    if kind in (RulingKind.JOIN, RulingKind.NEVER) and len(named) < 2:
        raise click.UsageError("it takes two articles that differ")
    if rulings.add(path, Ruling(kind=RulingKind(kind), articles=named)):
        screen.say(f"{path}: {kind} {', '.join(named)}")
        screen.say("It takes effect with the next `aggregator once`, at once where `aggregator run` is running.")
        screen.say("Editions that have closed stay as they are.")
    else:
        screen.say(f"{path}: that is what it says already")
