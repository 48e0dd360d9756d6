"""The second recipe: *publish* turns items into pages, a feed and exports. It meets polling at the store.

Lays out what the store holds and has it written; decides nothing that a core module could decide, and knows no clock:
the same store gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path

from aggregator import editions, explaining
from aggregator.core import edition, text
from aggregator.core.model import Account, Config, Evidence, Site, Stored, Story
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
    laid_out = lru_cache(maxsize=2)(lambda one: editions.digest(archive, one, config=config))
    return render.site(
        config.storage / "site",
        site=Site(title=config.title, timezone=config.timezone, url=config.site_url or site_url),
        latest=laid_out(latest) if latest else None,
        since=edition.announced(laid_out(unclosed)) if unclosed else None,
        editions=dated,
        stories=editions.newest(archive, config, limit=render.FEED_STORIES),
        missed=archive.missed(),
        feeds=len(config.feeds),
        asked=archive.asked(),
        digest_of=laid_out,
        revision=lambda one: revisions.get(one.date, ""),
        keep_going=keep_going,
    )


def announced(archive: Archive, config: Config) -> list[int]:
    """Give the stories that stand in the outgoing feed once it has been written."""
    return editions.announced(archive, config, limit=render.FEED_STORIES)


def headline_lists(archive: Archive, config: Config, *, only: date | None = None) -> Iterator[bytes]:
    """Give the headline lists of the editions for ``export headlines``, newest first; ``only`` that of one date."""
    for one in editions.every(archive, config):
        if only in (None, one.date):
            yield render.headline_list(editions.digest(archive, one, config=config).listed, config.timezone)


def exported(
    archive: Archive, config: Config, *, only: date | None = None, why: bool = False
) -> Iterator[tuple[date, Iterator[dict[str, object]]]]:
    """Give the editions with their stories as plain data for ``export json``, newest first; ``only`` that of one date.

    ``why``: stories also say what their place is made of, and items what they share with others of their story.
    """
    grounds = explaining.grounds(archive, config) if why else None
    for one in editions.every(archive, config):
        if only in (None, one.date):
            laid_out = editions.digest(archive, one, config=config, hidden=True)
            explain = partial(_explained, grounds=grounds, headings=laid_out.headings) if grounds else None
            export = explain or _exported_story
            yield one.date, map(export, chain(laid_out.stories, laid_out.left_out))


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


def _explained(story: Story, *, grounds: explaining.Grounds, headings: Mapping[int, int]) -> dict[str, object]:
    found = explaining.evidence(story, grounds)
    items: list[dict[str, object]] = []
    for telling in (*story.tellings, *story.repeats):
        for item in telling.items:
            copied = telling.item.id if item is not telling.item else None
            shared = [_exported_evidence(one) for one in found[item.id]]
            items.append({**_exported_item(item), "copy_of": copied, "why": shared})
    origins = [
        {"name": origin.name, "is_agency": origin.is_agency, "outlets": list(origin.outlets)}
        for origin in story.origins
    ]
    return {
        **_exported_story(story),
        "items": items,
        "why": {**_exported_account(story.account), "heading": headings.get(story.id), "origins": origins},
    }


def _exported_account(account: Account | None) -> dict[str, object]:
    if account is None:
        return {}
    return {
        "standing": account.standing,
        "rank": round(account.rank, 4),
        "day": account.day,
        "told_before": account.last.isoformat() if account.last else None,
        "headline_was": account.was or None,
        "more_outlets": list(account.more),
        "words": list(account.words),
        "repeats": list(account.repeats),
    }


def _exported_evidence(one: Evidence) -> dict[str, object]:
    return {
        "item": one.item,
        "rule": one.rule,
        "score": round(one.score, 4),
        "hours": one.hours,
        "words": [{"word": word, "share": share} for word, share in one.words],
    }
