"""Why a story is what it is: what its reports share, who speaks for himself, what its place on the page is made of.

Joins the store with what the core knows about likeness; prints nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from aggregator import editions, grouping
from aggregator.core import accounts as telling
from aggregator.core import edition, group, rank
from aggregator.core.model import Account, Config, Evidence, Report, Rulings, Statistics, Stored, Story
from aggregator.edges.store import Archive

#: Reports of a story with which each other one is compared: its first ones are told best.
COMPARED = 8
#: Items outside a story that are named because they come nearest.
NEAREST = 3


class Neighbour(Struct, frozen=True, kw_only=True):
    """An item that came near to being in a story."""

    item: Stored
    score: float
    is_set_apart: bool  #: by a ruling of the user's


class Place(Struct, frozen=True, kw_only=True):
    """Where a story stands on the page of an edition, and what that is made of."""

    number: int  #: from 1, in its section
    stories: int  #: in that section
    section: str  #: its category; "" where it has none
    rank: rank.Rank | None  #: None: what it was made of when the edition closed is no longer so
    counted: float  #: what its rank counts, so that no source fills the page
    before: int  #: stories of the edition, led by the same source, that rank higher
    beside: tuple[int, ...]  #: the stories of one affair with it in that section, which stand together, in their order


class Printed(Struct, frozen=True, kw_only=True):
    """What an edition has of a story."""

    date: date
    account: Account
    place: Place | None  #: None: it is not on the page


class Explained(Struct, frozen=True, kw_only=True):
    """A story with the evidence for each of its items."""

    story: Story
    editions: tuple[Printed, ...]  #: those that have it, the oldest first
    evidence: dict[int, tuple[Evidence, ...]]  #: by item; what it shares with others of the story, the most first
    mean: dict[int, float]  #: by item; how alike it is to those on the whole
    nearest: tuple[Neighbour, ...]  #: outside the story, the most alike first
    threshold: float  #: from which on reports are alike enough
    muted: bool


def explained(archive: Archive, config: Config, story: Story) -> Explained:
    """Explain one story, with all its items of all editions."""
    laid_out = telling.arranged(replace(story, account=None))
    known = grounds(archive, config)
    found = evidence(laid_out, known)
    return Explained(
        story=laid_out,
        editions=tuple(_editions(archive, config, laid_out)),
        evidence=found,
        mean={item: group.mean(shared) for item, shared in found.items()},
        nearest=tuple(
            Neighbour(item=item, score=score, is_set_apart=_is_set_apart(item, laid_out, known.rulings))
            for item, score in archive.nearest(laid_out.items, limit=NEAREST)
        ),
        threshold=group.THRESHOLDS[config.strictness],
        muted=laid_out.id in grouping.muted(archive, config),
    )


def _is_set_apart(item: Stored, story: Story, rulings: Rulings) -> bool:
    """Ask whether the user wants an item not to be in a story, or one of the story's items in no other."""
    members = {one.id for one in story.items}
    alone = rulings.alone & (members | {item.id})
    return bool(alone) or any(item.id in apart and apart & members for apart in rulings.apart)


class Grounds(Struct, frozen=True, kw_only=True):
    """What evidence is judged by; read once for many stories."""

    statistics: Statistics
    rulings: Rulings


def grounds(archive: Archive, config: Config) -> Grounds:
    """Read what evidence is judged by."""
    return Grounds(
        statistics=archive.basis().statistics or Statistics(),
        rulings=grouping.obeying(archive, config),
    )


def evidence(story: Story, grounds: Grounds) -> dict[int, tuple[Evidence, ...]]:
    """Tell for each item of a story what it shares with the first others of it."""
    reports = [telling.report(item) for item in story.items]
    return {one.id: _against(one, reports, grounds) for one in reports}


def _against(one: Report, reports: Iterable[Report], grounds: Grounds) -> tuple[Evidence, ...]:
    others = [other for other in reports if other.id != one.id][:COMPARED]
    return group.evidence(one, others, grounds.statistics, grounds.rulings)


def _editions(archive: Archive, config: Config, story: Story) -> Iterator[Printed]:
    """Tell of each edition that has a story what it says of it, the oldest first."""
    dates = {item.edition for item in story.items}
    for one in reversed(editions.every(archive, config)):
        if (one.date if one.closed else None) in dates:
            number = archive.printed(story.id, of=one.date) if one.closed else story.id
            as_seen = editions.view(archive, one, config=config)
            stories = editions.told(archive, as_seen)
            own = next(iter(stories.fetch([number])), None) if number in stories.ids else None
            if own and own.account:
                damped = rank.damped(editions.spots(archive, as_seen, stories))
                affairs = archive.affairs(of=as_seen.date, seen=as_seen.moments)
                place = _place(own, own.account.rank, damped, affairs, by=as_seen.by)
                yield Printed(date=one.date, account=own.account, place=place)


def _place(
    story: Story, value: float, damped: Sequence[rank.Damped], affairs: Mapping[int, int], *, by: datetime
) -> Place | None:
    """Find a story among all that its edition has, in their order."""
    own = next(one for one in damped if one.spot.story == story.id)
    if not own.spot.is_shown:
        return None
    shown = (one.spot for one in damped if one.spot.is_shown and one.spot.category == own.spot.category)
    section = [one.story for one in edition.together(shown, affairs)]
    affair = affairs.get(story.id)
    made_of = rank.of(story, by=by)
    return Place(
        number=1 + section.index(story.id),
        stories=len(section),
        section=own.spot.category,
        rank=made_of if math.isclose(made_of.value, value, abs_tol=1e-6) else None,
        counted=own.counted,
        before=own.before,
        beside=tuple(one for one in section if affair and affairs.get(one) == affair and one != story.id),
    )
