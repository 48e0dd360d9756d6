"""Small builders of values for tests: a believable default for every field, so that a test names only what it is about.

Ids, guids and first-seen times follow from the item's number. Nothing here reads a clock or keeps a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from aggregator.core.model import (
    Digest,
    Edition,
    Listed,
    Missed,
    Section,
    Shelf,
    Sighting,
    Site,
    Stored,
    Story,
    Telling,
)

LONDON = ZoneInfo("Europe/London")
#: The noon around which default times lie.
NOON = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)


def sighting(name: str = "Example News", **changes: Any) -> Sighting:
    """Build one feed's telling of an item."""
    slug = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    default = Sighting(
        feed=f"https://{slug}.example/feed.xml",
        name=name,
        guid=None,
        link=f"https://{slug}.example/article",
        title="A headline",
        first_seen=NOON,
    )
    return replace(default, **changes)


def stored(number: int = 1, **changes: Any) -> Stored:
    """Build an item as the store holds it; a higher number was seen later."""
    seen = changes.get("first_seen", NOON + timedelta(minutes=number))
    source = changes.get("source", "Example News")
    link = changes.get("link", f"https://news.example/{number}")
    title = changes.get("title", f"Headline number {number}")
    default = Stored(
        id=number,
        story=number,
        title=title,
        source=source,
        link=link,
        published=seen - timedelta(minutes=5),
        first_seen=seen,
        time=seen - timedelta(minutes=5),
        summary=f"What happened in case {number}.",
        sightings=(sighting(source, link=link, title=title, first_seen=seen),),
    )
    return replace(default, **changes)


def telling(item: Stored, *copies: Stored, **changes: Any) -> Telling:
    """Build a report of a story."""
    return replace(Telling(item=item, copies=copies), **changes)


def story(number: int = 1, *others: Stored, **changes: Any) -> Story:
    """Build a story led by the item of this number; ``changes`` are the lead's."""
    return Story(id=number, guid=f"story:{number}", tellings=tuple(map(telling, (stored(number, **changes), *others))))


def edition(day: date = date(2026, 1, 14), *, closed: bool = True, missed: Sequence[Missed] = ()) -> Edition:
    """Build the edition of a day that closes at 24:00 London time."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    closes = (midnight + timedelta(days=1)).astimezone(UTC)  # wall-clock arithmetic: the next local midnight
    return Edition(date=day, closes=closes, closed=closed, missed=tuple(missed))


def shelf(*stories: Story) -> Shelf[Story]:
    """Build what gives stories that are there already."""
    by_id = {story.id: story for story in stories}
    return Shelf(ids=tuple(by_id), fetch=lambda ids: [by_id[one] for one in ids])


def listed(item: Stored) -> Listed:
    """Build what a headline list has of an item."""
    return Listed(
        title=item.title,
        source=item.source,
        published=item.published,
        first_seen=item.first_seen,
        place=item.place,
    )


def digest(*stories: Story, of: Edition | None = None, affairs: Mapping[int, int] | None = None) -> Digest:
    """Build a digest with a section for each category of its stories' leads, in order of appearance.

    ``affairs`` tells which of them stand under one heading; they follow each other.
    """
    categories = dict.fromkeys(story.lead.category for story in stories)
    items = {item.id: item for story in stories for item in story.items if item.shown or item.place}
    return Digest(
        edition=of or edition(),
        stories=shelf(*stories),
        sections=tuple(
            Section(
                category=category,
                stories=shelf(*(one for one in stories if one.lead.category == category)),
                affairs=affairs or {},
            )
            for category in categories
        ),
        imported=frozenset(one.id for one in stories if all(item.place is not None for item in one.items)),
        listed=Shelf(ids=tuple(items), fetch=lambda ids: [listed(items[one]) for one in ids]),
    )


def missed(name: str = "Quiet Gazette", **changes: Any) -> Missed:
    """Build a feed that could not be read."""
    return replace(Missed(name=name, reason="the server answered 503", since=NOON - timedelta(hours=6)), **changes)


def site(**changes: Any) -> Site:
    """Build what every page knows of its site."""
    return replace(Site(title="The Daily Digest", timezone=LONDON, url="https://digest.example/"), **changes)
