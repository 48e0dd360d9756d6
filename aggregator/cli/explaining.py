"""The command that says why a story is what it is: explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from aggregator.cli import naming, screen

if TYPE_CHECKING:
    from aggregator.core.model import Config, Evidence, Stored
    from aggregator.edges.store import Archive
    from aggregator.explaining import Explained, Printed

#: Stories that are explained where the words fit several.
MOST_EXPLAINED = 3
#: Stories of one affair that are named.
MOST_BESIDE = 10


@click.command(cls=naming.Naming)
@click.argument("what", metavar="URL|TITLE|STORY")
@click.pass_obj
def explain(options: screen.Options, what: str) -> None:
    """Say why a story's reports belong together.

    It is named by the link of one of its articles, by words of a headline, by a line of a headline list, or by its
    number (in the page's #story-17, in `export json`).
    """
    config = screen.settings_to_look(options)
    from aggregator.edges.store import Archive

    with Archive.open(config.storage) as archive:
        numbers = naming.stories(archive, config, what) if archive else ()
        for at, number in enumerate(numbers[:MOST_EXPLAINED]):
            if archive:
                screen.say(("\n" if at else "") + "\n".join(_explained(archive, config, number)))
    if not numbers:
        raise click.ClickException(f"no story is known by {what!r}; {naming.HOW}")
    if len(numbers) > MOST_EXPLAINED:
        others = screen.count(len(numbers) - MOST_EXPLAINED, "older story")
        screen.say(f"\nAnd {others} with {what!r}; use more words, or a link.")


def _explained(archive: Archive, config: Config, number: int) -> Iterator[str]:
    from aggregator import explaining

    story = archive.story(number)
    if story:
        yield from _told(explaining.explained(archive, config, story), config.timezone)
        if story.id != number:
            yield f"Story {number} went into it."


def _told(explained: Explained, timezone: ZoneInfo) -> Iterator[str]:
    from aggregator.core import tellings

    story = explained.story
    yield f"Story {story.id}: {story.lead.title}"
    outlets = {name for origin in story.origins for name in origin.outlets}
    yield f"{screen.count(len(story.items), 'report')} by {screen.count(len(outlets), 'outlet')}"
    for origin in story.origins:
        carriers = tellings.carriers(origin)
        if origin.is_agency and carriers and len(origin.outlets) > 1:
            yield f"{origin.name}, carried by {len(carriers)}: {', '.join(carriers)}"
        elif len(origin.outlets) > 1:
            yield f"The same text at {len(origin.outlets)} outlets: {', '.join(origin.outlets)}"
    for printed in explained.editions:
        yield from _printed(printed)
    if explained.muted:
        yield "It is muted in stories.yaml."
    for telling in story.tellings:
        yield ""
        leads = "leads" if telling.item.id == story.lead.id else ""
        yield from _report(telling.item, explained, timezone, note=leads)
        for copy in telling.copies:
            yield from _report(copy, explained, timezone, note="nearly the same words, folded under the one above")
    yield from _nearest(explained)


def _printed(printed: Printed) -> Iterator[str]:
    """Say what an edition has of a story, where it stands there, and what that place is made of."""
    account, place = printed.account, printed.place
    before = f", day {account.day}, told before on {account.last}" if account.last else ""
    inside = f" in {place.section}" if place and place.section else ""
    where = f", place {place.number} of {place.stories}{inside}" if place else ""
    yield f"In the edition of {printed.date}: {account.standing}{before}{where}"
    if place and place.beside:
        yield _beside(place.beside)
    if place and account.rank:
        counts = f", of which {place.counted:.2f} counts, since {place.before} " if place.counted < account.rank else ""
        led = "story of the same source ranks higher" if place.before == 1 else "stories of the same source rank higher"
        yield f"  rank {place.rank or f'{account.rank:.2f}'}{f'{counts}{led}' if counts else ''}"


def _beside(numbers: Sequence[int]) -> str:
    named = ", ".join(map(str, numbers[:MOST_BESIDE]))
    others = f" and {len(numbers) - MOST_BESIDE} more" if len(numbers) > MOST_BESIDE else ""
    return f"  under one heading with {'story' if len(numbers) == 1 else 'stories'} {named}{others}: one affair"


def _report(item: Stored, explained: Explained, timezone: ZoneInfo, *, note: str) -> Iterator[str]:
    time = item.time.astimezone(timezone)
    # What was imported has a day, and no time of it.
    told = f"{time:%Y-%m-%d}" if item.place else f"{time:%Y-%m-%d %H:%M %Z}"
    yield f"  {naming.title(item)}, {told}{f' ({note})' if note else ''}"
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
    return f"{best.score:.2f} to {other.source or f'“{other.title}”'}, {best.hours:g} h apart: {why}"


def _nearest(explained: Explained) -> Iterator[str]:
    if explained.nearest:
        yield ""
        yield f"Nearest outside it ({explained.threshold:.2f} on the whole would do):"
    for near in explained.nearest:
        ruled = "; set apart by you" if near.is_set_apart else ""
        yield f"  {near.score:.2f}  {naming.title(near.item)} (story {near.item.story}{ruled})"
