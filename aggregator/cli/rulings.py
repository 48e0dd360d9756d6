"""Commands about what the user wants of stories: story join, split, mute, list, forget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from aggregator.cli import naming, screen

if TYPE_CHECKING:
    from aggregator.core.model import Config, Ruling
    from aggregator.edges.store import Archive


@click.group()
def story() -> None:
    """Correct how articles are grouped.

    What you say is kept in stories.yaml beside the settings file, takes effect with the next run or at once in a
    running daemon, and lasts until you take it back: `list` numbers what you said, `forget` takes it out.
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
        _say_when()
    else:
        screen.say(f"{path}: that is what it says already")


def _say_when() -> None:
    screen.say("It takes effect with the next `aggregator once`, at once where `aggregator run` is running.")
    screen.say("Editions that have closed stay as they are.")


# --- what was said ---------------------------------------------------------------------------------------------------


@story.command("list")
@click.pass_obj
def show_list(options: screen.Options) -> None:
    """List what you have said of stories.

    Numbered in the order of stories.yaml, with what each article is called today.
    """
    config = screen.settings(options)
    from aggregator.edges.store import Archive

    with Archive.open(config.storage) as archive:
        rows = [row for number, ruling in enumerate(config.rulings, 1) for row in _rows(archive, number, ruling)]
    if rows:
        screen.table(("No.", "Ruling", "Article", "Today"), [[screen.legible(cell) for cell in row] for row in rows])
    else:
        screen.say("Nothing has been said of stories yet; `aggregator story join`, `split` and `mute` do.")


def _rows(archive: Archive | None, number: int, ruling: Ruling) -> Iterator[tuple[str, ...]]:
    first = str(number), str(ruling.kind)
    for at, article in enumerate(ruling.articles):
        yield (*(("", "") if at else first), article, _today(archive, article))


def _today(archive: Archive | None, article: str) -> str:
    """Say what an article is called today, and its story."""
    found = archive.find(article) if archive else []
    told = archive.story(next(iter(archive.stories_of(found[:1])))) if archive and found else None
    item = next((item for item in told.items if item.id == found[0]), None) if told else None
    return f"{naming.title(item)} (story {item.story})" if item else "not known; it rules nothing"


@story.command(cls=naming.Naming)
@click.argument("whats", nargs=-1, required=True, metavar="NUMBER|ARTICLE...")
@click.pass_obj
def forget(options: screen.Options, whats: Sequence[str]) -> None:
    """Take back what you have said.

    A NUMBER is that of a ruling in `aggregator story list`. An ARTICLE, a link or a headline, means every ruling that
    names it, and every mute of its story. The rest of stories.yaml stays as it is.
    """
    config = screen.settings(options)
    from aggregator.config import rulings
    from aggregator.edges.store import Archive

    path = options["path"].with_name(rulings.FILE_NAME)
    with Archive.open(config.storage) as archive:
        numbers = sorted({number for what in whats for number in _said(archive, config, what)})
    rulings.forget(path, numbers)
    for number in numbers:
        ruling = config.rulings[number]
        screen.say(f"{path}: forgotten: {ruling.kind} {', '.join(ruling.articles)}")
    _say_when()


def _said(archive: Archive | None, config: Config, what: str) -> set[int]:
    """Find the rulings that are meant, the first being number 0; raise ClickException where there is none."""
    named = what.strip()
    if named.isdecimal():
        found = {int(named) - 1} & set(range(len(config.rulings)))
    else:
        found = {at for at, ruling in enumerate(config.rulings) if named in ruling.articles}
        if archive:  # what nobody knows any more can still be named as it was
            items = archive.find(named if found else naming.article(archive, config, what))
            found |= {at for at, ruling in enumerate(config.rulings) if _is_about(archive, ruling, items)}
    if not found:
        raise click.ClickException(f"nothing was said of {what!r}; `aggregator story list` numbers what was")
    return found


def _is_about(archive: Archive, ruling: Ruling, items: Sequence[int]) -> bool:
    """Ask whether a ruling names one of these items, or mutes the story of one."""
    from aggregator.core.model import RulingKind

    named = {item for article in ruling.articles for item in archive.find(article)}
    if ruling.kind is RulingKind.MUTE:
        return not archive.stories_of(named).isdisjoint(archive.stories_of(items))
    return not named.isdisjoint(items)
