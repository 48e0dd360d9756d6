"""Commands about stories: why they are what they are, and what the user wants instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from aggregator.cli import screen

if TYPE_CHECKING:
    from aggregator.core.model import Evidence, Stored
    from aggregator.edges.store import Archive
    from aggregator.explaining import Explained

#: Stories that are explained where the words fit several.
MOST_EXPLAINED = 3


@click.command()
@click.argument("what", metavar="URL|TITLE|STORY")
@click.pass_obj
def explain(options: screen.Options, what: str) -> None:
    """Say why a story's reports belong together.

    It is named by the link of one of its articles, by words of a headline, or by its number (in the page's
    #story-17, in `export json`).
    """
    config = screen.settings(options)
    from aggregator import explaining
    from aggregator.edges.store import Archive

    with Archive.open(config.storage) as archive:
        numbers = _numbers(archive, what) if archive else []
        for at, number in enumerate(numbers):
            story = archive.story(number) if archive else None
            if archive and story:
                screen.say(("\n" if at else "") + "\n".join(_told(explaining.explained(archive, config, story))))
                if str(number) == what.strip().removeprefix("story-") and story.id != number:
                    screen.say(f"Story {number} went into it.")
    if not numbers:
        raise click.ClickException(f"no story is known by {what!r}; name a link, words of a headline, or a number")


def _numbers(archive: Archive, what: str) -> list[int]:
    """Find the stories that are meant."""
    if not what.strip():
        return []
    named = what.strip().removeprefix("#").removeprefix("story-")
    if named.isdecimal() and len(named) < 19:
        return [int(named)] if archive.story(int(named)) else []
    items = archive.find(what)
    found = archive.stories_of(items[:1]) if items else archive.search(what.strip(), limit=MOST_EXPLAINED)
    return list(found)


def _told(explained: Explained) -> Iterator[str]:
    from aggregator.core import tellings

    story = explained.story
    yield f"Story {story.id}: {story.lead.title}"
    outlets = {name for origin in story.origins for name in origin.outlets}
    yield (
        f"{screen.count(len(story.items), 'report')} by {screen.count(len(outlets), 'outlet')}; rank {explained.rank}"
    )
    for origin in story.origins:
        carriers = tellings.carriers(origin)
        if carriers and len(origin.outlets) > 1:
            yield f"{origin.name}, carried by {len(carriers)}: {', '.join(carriers)}"
    for day, account in explained.accounts:
        before = f", day {account.day}, told before on {account.last}" if account.last else ""
        yield f"In the edition of {day}: {account.standing}{before}"
    if explained.muted:
        yield "It is muted in stories.yaml."
    for telling in story.tellings:
        yield ""
        yield from _report(telling.item, explained, note="leads" if telling.item.id == story.lead.id else "")
        for copy in telling.copies:
            yield from _report(copy, explained, note="nearly the same words, folded under the one above")
    yield from _nearest(explained)


def _report(item: Stored, explained: Explained, *, note: str) -> Iterator[str]:
    yield f"  {item.title} - {item.source}, {item.time:%Y-%m-%d %H:%M} UTC{f' ({note})' if note else ''}"
    if item.link:
        yield f"    {item.link}"
    found = explained.evidence.get(item.id, ())
    if found:
        yield f"    {explained.mean[item.id]:.2f} alike on the whole; {_shared(found[0], explained)}"
    for title in item.earlier_titles:
        yield f"    earlier headline: {title}"


def _shared(best: Evidence, explained: Explained) -> str:
    other = next(item for item in explained.story.items if item.id == best.item)
    words = ", ".join(f"{word} {share:.0%}" for word, share in best.words)
    why = words if best.rule == "words" else f"{best.rule}{f' ({words})' if words else ''}"
    return f"{best.score:.2f} to {other.source}, {best.hours:g} h apart: {why}"


def _nearest(explained: Explained) -> Iterator[str]:
    if explained.nearest:
        yield ""
        yield f"Nearest outside it ({explained.threshold:.2f} on the whole would do):"
    for near in explained.nearest:
        ruled = "; set apart by you" if near.is_set_apart else ""
        yield f"  {near.score:.2f}  {near.item.title} - {near.item.source} (story {near.item.story}{ruled})"


# --- rulings ---------------------------------------------------------------------------------------------------------


@click.group()
def story() -> None:
    """Correct how articles are grouped.

    What you say is kept in stories.yaml beside the settings file, takes effect with the next run or at once in a
    running daemon, and lasts. Take a line out of the file to take it back.
    """


_ARTICLES = click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")


@story.command()
@_ARTICLES
@click.pass_obj
def join(options: screen.Options, articles: Sequence[str]) -> None:
    """Make articles one story.

    An ARTICLE is a link, a headline, or a story's number, which means the article that leads it.
    """
    _rule(options, "join", articles)


@story.command()
@_ARTICLES
@click.pass_obj
def split(options: screen.Options, articles: Sequence[str]) -> None:
    """Take an article out of its story; of several, keep each away from the others.

    An ARTICLE is a link, a headline, or a story's number, which means the article that leads it.
    """
    _rule(options, "split" if len(articles) == 1 else "never", articles)


@story.command()
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
        named = tuple(dict.fromkeys(_article(archive, article) for article in articles))
    if kind in (RulingKind.JOIN, RulingKind.NEVER) and len(named) < 2:
        raise click.UsageError("it takes two articles that differ")
    if rulings.add(path, Ruling(kind=RulingKind(kind), articles=named)):
        screen.say(f"{path}: {kind} {', '.join(named)}")
        screen.say("It takes effect with the next `aggregator once`, at once where `aggregator run` is running.")
        screen.say("Editions that have closed stay as they are.")
    else:
        screen.say(f"{path}: that is what it says already")


def _article(archive: Archive, article: str) -> str:
    """Name an article by what lasts: its link, else "Title - Source"."""
    from aggregator.core import accounts

    numbers = _numbers(archive, article)
    found = archive.find(article)
    if found:
        told = archive.story(next(iter(archive.stories_of(found[:1]))))
        item = next((item for item in told.items if item.id == found[0]), None) if told else None
    elif len(numbers) == 1:
        told = archive.story(numbers[0])
        item = accounts.arranged(told).lead if told else None
    elif numbers:
        several = ", ".join(map(str, numbers))
        raise click.ClickException(f"several stories are known by {article!r} ({several}); name a number or a link")
    else:
        item = None
    if item is None:
        raise click.ClickException(f"no article is known by {article!r}; name a link, words of a headline, or a number")
    return item.link or (f"{item.title} - {item.source}" if item.source else item.title)
