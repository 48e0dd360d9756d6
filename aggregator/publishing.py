"""The second recipe: *publish* turns items into pages, a feed and exports. It meets polling at the store.

Lays out what the store holds and has it written; decides nothing that a core module could decide, and knows no clock:
the same store gives the same bytes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from aggregator import editions, explaining
from aggregator.core import text
from aggregator.core.model import Config, Evidence, Site, Stored, Story
from aggregator.edges import render
from aggregator.edges.store import Archive


def publish(
    archive: Archive, config: Config, *, site_url: str | None, keep_going: Callable[[], bool] = lambda: True
) -> tuple[Path, ...]:
    """Bring the site's files up to date with the store; give those that were replaced.

    ``site_url`` is where the site is served, for settings that do not say where it lives. Once ``keep_going`` says no,
    older editions are left for the next time.
    """
    dated = editions.every(archive, config)
    revisions = archive.revisions()
    unclosed = next((one for one in reversed(dated) if not one.closed), None)
    latest = next((one for one in dated if one.closed), None)
    laid_out = functools.lru_cache(maxsize=2)(lambda one: editions.digest(archive, one, config=config))
    return render.site(
        config.storage / "site",
        site=Site(title=config.title, timezone=config.timezone, url=config.site_url or site_url),
        latest=laid_out(latest) if latest else None,
        since=laid_out(unclosed) if unclosed else None,
        editions=dated,
        stories=editions.newest(archive, config, limit=render.FEED_STORIES),
        missed=archive.missed(),
        feeds=len(config.feeds),
        asked=archive.asked(),
        digest_of=laid_out,
        revision=lambda one: revisions.get(one.date, ""),
        keep_going=keep_going,
    )


def exported(
    archive: Archive, config: Config, *, only: date | None = None, why: bool = False
) -> Iterator[dict[str, object]]:
    """Give the editions as plain data for ``export json``, newest first; ``only`` that of one date.

    ``why``: each item also says what it has in common with others of its story.
    """
    for one in editions.every(archive, config):
        if only in (None, one.date):
            laid_out = editions.digest(archive, one, config=config, hidden=True)
            found = [
                _exported_story(story, explaining.evidence(archive, config, story) if why else None)
                for story in (*laid_out.stories, *laid_out.left_out)
            ]
            yield {"edition": one.date.isoformat(), "closed": one.closed, "stories": found}


def _exported_story(story: Story, found: Mapping[int, Sequence[Evidence]] | None) -> dict[str, object]:
    account = story.account
    said: dict[str, object] = {}
    if account:
        said = {
            "standing": account.standing,
            "rank": round(account.rank, 4),
            "day": account.day,
            "told_before": account.last.isoformat() if account.last else None,
            "headline_was": account.was or None,
            "more_outlets": list(account.more),
            "words": list(account.words),
        }
    return {
        "id": story.id,
        "guid": story.guid,
        "title": story.lead.title,
        **said,
        "origins": [{"name": origin.name, "outlets": list(origin.outlets)} for origin in story.origins],
        "items": [
            _exported_item(item, copy_of=telling.item if item is not telling.item else None, found=found)
            for telling in story.tellings
            for item in telling.items
        ],
    }


def _exported_item(
    item: Stored, *, copy_of: Stored | None, found: Mapping[int, Sequence[Evidence]] | None
) -> dict[str, object]:
    plain = {
        "id": item.id,
        "title": item.title,
        "source": item.source,
        "link": item.link,
        "published": text.instant(item.published),
        "first_seen": text.instant(item.first_seen),
        "shown": item.shown,
        "copy_of": copy_of.id if copy_of else None,
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
    return plain if found is None else {**plain, "why": [_exported_evidence(one) for one in found[item.id]]}


def _exported_evidence(one: Evidence) -> dict[str, object]:
    return {
        "item": one.item,
        "rule": one.rule,
        "score": round(one.score, 4),
        "hours": one.hours,
        "words": [{"word": word, "share": share} for word, share in one.words],
    }
