"""What is meant by words on the command line: which story, which article. Prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from aggregator.core.model import Config, Line, Stored
    from aggregator.edges.store import Archive

#: Numbers that are named where words fit several stories.
_NAMED = 3
#: What may stand for a story or an article.
HOW = "name a link, words of a headline, or a number"


class Naming(click.Command):
    """A command that names articles: one may be a line of a headline list, whose dash is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what begins with a dash and a blank, and all behind it, for what it is."""
        at = next((at for at, word in enumerate(args) if word.startswith("- ")), None)
        return super().parse_args(ctx, args if at is None or "--" in args[:at] else [*args[:at], "--", *args[at:]])


def stories(archive: Archive, config: Config, what: str) -> Sequence[int]:
    """Find the stories that are meant, the newest first: by number, link, headline, or words of one."""
    named = what.strip().removeprefix("#").removeprefix("story-")
    if named.isdecimal() and len(named) < 19:
        return [int(named)] if archive.story(int(named)) else []
    found = items(archive, config, what)
    if found:
        return [found[0].story]
    line = _line(what)  # its outlet may be cut short, or called otherwise than here
    titles = (what, line.title if line else "", what.rpartition(" - ")[0])
    return next((numbers for words in titles if (numbers := archive.search(words))), [])


def article(archive: Archive, config: Config, what: str) -> str:
    """Name the article that is meant by what lasts: its link, else "Title - Source"; raise ClickException for none."""
    from aggregator.core import accounts

    found = items(archive, config, what)
    numbers = [] if found else stories(archive, config, what)
    if len(numbers) > 1:
        several = ", ".join(map(str, numbers[:_NAMED])) + (", …" if len(numbers) > _NAMED else "")
        raise click.ClickException(f"several stories are known by {what!r} ({several}); name a number or a link")
    told = archive.story(numbers[0]) if numbers else None
    item = found[0] if found else accounts.arranged(told).lead if told else None
    if item is None:
        raise click.ClickException(f"no article is known by {what!r}; {HOW}")
    return item.link or title(item)


def title(item: Stored) -> str:
    """Write "Title - Source"; a line of a headline list may name no source."""
    return f"{item.title} - {item.source}" if item.source else item.title


def items(archive: Archive, config: Config, what: str) -> list[Stored]:
    """Find the articles that go by a link, by "Title - Source", or by a line of a headline list; the newest first."""
    found, line = archive.find(what), None
    if not found:
        line = _line(what)
        found = archive.find(f"{line.title} - {line.source}" if line.source else line.title) if line else []
    told = (archive.story(number) for number in archive.stories_of(found))
    known = {item.id: item for story in told if story for item in story.items}
    named = [known[number] for number in found if number in known]
    return [item for item in named if line and _is_dated(item, line, config)] or named


def _line(what: str) -> Line | None:
    from aggregator.core import lists

    lines = lists.read(what).lines
    return lines[0] if len(lines) == 1 else None


def _is_dated(item: Stored, line: Line, config: Config) -> bool:
    """Ask whether the headline list prints an item with the dates of a line."""
    seen = item.first_seen.astimezone(config.timezone).date()
    published = item.published.astimezone(config.timezone).date() if item.published else seen
    return (published, seen) == (line.published or line.seen, line.seen)
