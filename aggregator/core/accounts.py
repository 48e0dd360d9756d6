"""What an edition says of a story to those who have read the editions before: new, developing, or nothing but repeats.

Compares what came into the edition with what earlier ones have told. Decides what is said; the order of the stories is
``rank``'s, and which items are one story is ``group``'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from aggregator.core import likeness, tellings, text
from aggregator.core.model import Account, Standing, Stored, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What editions before this one have told of a story."""

    first: date  #: the first of them
    last: date
    headline: str  #: in the last of them
    items: tuple[Stored, ...]


def arranged(story: Story) -> Story:
    """Give a story with its items laid out, and those named who report it for themselves."""
    told = tellings.arrange(story.items)
    return Story(id=story.id, guid=story.guid, tellings=told, origins=tellings.origins(told), account=story.account)


def of(
    story: Story, before: Told | None, *, on: date, rank: float, muted: bool = False, words: Sequence[str] = ()
) -> Account:
    """Say what the edition of a date has of a story, that was arranged; ``words`` are what its reports share."""
    lead = story.lead
    if before is None:
        standing = Standing.MUTED if muted else Standing.NEW
        return Account(lead=lead.id, headline=lead.title, standing=standing, rank=rank, words=tuple(words))
    outlets = {text.folded(name) for item in before.items for name in tellings.outlets_of(item)}
    return Account(
        lead=lead.id,
        headline=lead.title,
        standing=_standing(story, before.items, muted=muted),
        rank=rank,
        day=(on - before.first).days + 1,
        last=before.last,
        was=before.headline if text.folded(before.headline) != text.folded(lead.title) else "",
        more=_unheard(story.items, outlets),
        words=tuple(words),
    )


def _standing(story: Story, before: Iterable[Stored], *, muted: bool) -> Standing:
    if muted:
        return Standing.MUTED
    worded = [likeness.wording(item.title) for item in before]
    is_repeat = all(
        any(likeness.is_copy(likeness.wording(telling.item.title), old) for old in worded) for telling in story.tellings
    )
    return Standing.REPEATED if is_repeat else Standing.DEVELOPING


def _unheard(items: Iterable[Stored], heard: Collection[str]) -> tuple[str, ...]:
    """Name the outlets that had not told the story yet, each once."""
    names = {text.folded(name): name for item in items for name in tellings.outlets_of(item)}
    return tuple(name for folded, name in names.items() if folded not in heard)
