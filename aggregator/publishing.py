"""The second recipe: *publish* turns items into pages, a feed and exports. It meets polling at the store.

Lays out what the store holds and has it written; decides nothing that a core module could decide, and knows no clock:
the same store gives the same bytes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from aggregator.core import edition, text
from aggregator.core.model import Config, Digest, Edition, Site, Stored, Story
from aggregator.edges import render
from aggregator.edges.store import Archive


def publish(
    archive: Archive, config: Config, *, site_url: str | None, keep_going: Callable[[], bool] = lambda: True
) -> tuple[Path, ...]:
    """Bring the site's files up to date with the store; give those that were replaced.

    ``site_url`` is where the site is served, for settings that do not say where it lives. Once ``keep_going`` says no,
    older editions are left for the next time.
    """
    editions = all_editions(archive, config)
    revisions = archive.revisions()
    unclosed = next((one for one in reversed(editions) if not one.closed), None)
    latest = next((one for one in editions if one.closed), None)
    laid_out = functools.lru_cache(maxsize=2)(lambda one: digest(archive, one, config=config))
    return render.site(
        config.storage / "site",
        site=Site(title=config.title, timezone=config.timezone, url=config.site_url or site_url),
        latest=laid_out(latest) if latest else None,
        since=laid_out(unclosed) if unclosed else None,
        editions=editions,
        stories=archive.newest(limit=render.FEED_STORIES),
        missed=archive.missed(),
        feeds=len(config.feeds),
        asked=archive.asked(),
        digest_of=laid_out,
        revision=lambda one: revisions.get(one.date, ""),
        keep_going=keep_going,
    )


def all_editions(archive: Archive, config: Config) -> list[Edition]:
    """Give every edition, newest first: what is not yet closed, then what is."""
    unclosed = edition.dated(
        archive.open_moments(), after=archive.last_closed(), at=config.closes_at, zone=config.timezone
    )
    return [*reversed(unclosed), *archive.closed()]


def digest(archive: Archive, of: Edition, *, config: Config) -> Digest:
    """Lay out one edition from the store, with what may be shown of it."""
    stories = stories_of(archive, of, config=config, hidden=False)
    order = archive.category_order(of=of.date if of.closed else None)
    return edition.build(of, [_as_of(story, of) for story in stories] if of.closed else stories, order=order)


def _as_of(story: Story, of: Edition) -> Story:
    return replace(story, items=tuple(edition.as_of(item, closes=of.closes) for item in story.items))


def stories_of(archive: Archive, of: Edition, *, config: Config, hidden: bool = True) -> list[Story]:
    """Give the stories of an edition, each with that edition's items only; ``hidden``: also those no page shows."""
    if of.closed:
        return archive.stories(of=of.date, hidden=hidden)
    last = archive.last_closed()

    @functools.cache  # what was recorded together was first seen at one moment
    def date_of(seen: datetime) -> date:
        return edition.date_of(seen, after=last, at=config.closes_at, zone=config.timezone)

    stories = archive.stories(of=None, hidden=hidden)
    return [story for story in stories if date_of(story.lead.first_seen) == of.date]


def exported(archive: Archive, config: Config, *, only: date | None = None) -> Iterator[dict[str, object]]:
    """Give the editions as plain data for ``export json``, newest first; ``only`` that of one date."""
    for one in all_editions(archive, config):
        if only in (None, one.date):
            stories = [_exported_story(story) for story in stories_of(archive, one, config=config)]
            yield {"edition": one.date.isoformat(), "stories": stories}


def _exported_story(story: Story) -> dict[str, object]:
    items = [_exported_item(item) for item in story.items]
    return {"id": story.id, "title": story.lead.title, "items": items}


def _exported_item(item: Stored) -> dict[str, object]:
    return {
        "id": item.id,
        "title": item.title,
        "source": item.source,
        "link": item.link,
        "published": text.instant(item.published),
        "first_seen": text.instant(item.first_seen),
        "shown": item.shown,
        "summary": item.summary,
        "sightings": [
            {
                "feed": sighting.feed,
                "guid": sighting.guid,
                "link": sighting.link,
                "title": sighting.title,
                "first_seen": text.instant(sighting.first_seen),
            }
            for sighting in item.sightings
        ],
    }
