"""The two recipes: *poll* turns feeds into items, *publish* turns items into pages and a feed. They meet at the store.

Joins the parts and says in the log what they did; decides nothing that a core module could decide, and knows no thread
of its own.
"""

from __future__ import annotations

import functools
import logging
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from aggregator.core import edition, identity, schedule, text, urls
from aggregator.core.errors import StoreError
from aggregator.core.model import (
    Change,
    Config,
    Digest,
    Edition,
    FeedState,
    Outcome,
    Reading,
    Site,
    Stored,
    Story,
    Verdict,
)
from aggregator.edges import render, workers
from aggregator.edges.http import Fetcher
from aggregator.edges.store import Archive, Writer

log = logging.getLogger("aggregator")

#: How long the records of single polls are kept.
KEEP_POLLS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll of one feed came to, without what it carried."""

    name: str
    url: str  #: without a password
    outcome: Outcome
    status: int | None
    entries: int
    new: int  #: items that were not known before
    edited: int  #: items that their feed tells differently now
    elsewhere: int  #: items known from other feeds that this one carries too
    reason: str = ""  #: of a failure
    traceback: str = ""  #: of a bug
    recovered: bool = False

    @property
    def matters(self) -> bool:
        """Ask whether a page may look different after this poll."""
        return bool(self.new or self.edited or self.elsewhere or self.reason or self.recovered)


# --- poll ------------------------------------------------------------------------------------------------------------


def due(store: Writer, *, now: datetime, ignore_hints: bool = False) -> list[FeedState]:
    """Give the feeds that may be polled now, the longest waiting first."""
    waiting = store.archive.waiting(until=None if ignore_hints else now)
    states = (state for state in waiting if schedule.is_due(state, now=now, ignore_hints=ignore_hints))
    return sorted(states, key=lambda state: (state.next_poll or datetime.min.replace(tzinfo=UTC), state.id))


def fetcher(config: Config) -> Fetcher:
    """Make what talks to servers by the rules of the settings."""
    return Fetcher(allow=config.allow, contact=config.site_url)


def pool(fetcher: Fetcher, *, hosts: workers.Hosts) -> workers.Pool:
    """Make what reads feeds side by side, as gently as ``hosts`` says."""

    def read(state: FeedState) -> Reading:
        return workers.read(state, fetcher=fetcher, now=datetime.now(UTC).replace(microsecond=0))

    return workers.Pool(read, hosts=hosts)


def record(store: Writer, config: Config, readings: Iterable[tuple[FeedState, Reading]]) -> Iterator[Polled]:
    """Record each reading as it comes, one transaction a feed; a bug met there costs that feed its poll, and no other.

    Raises StoreError when the store cannot be written; what was recorded before stays.
    """
    for state, reading in readings:
        try:
            polled = _recorded(store, config, state, reading)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one feed brings, the others go on
            reason = text.line(f"a bug in aggregator: {type(error).__name__}: {error}")
            bug = Reading(outcome=Outcome.FAILED, reason=reason, traceback=traceback.format_exc())
            polled = _recorded(store, config, state, bug)
        _say(polled)
        yield polled


def _recorded(store: Writer, config: Config, state: FeedState, reading: Reading) -> Polled:
    with store.transaction() as now:
        known = store.known(identity.keys(reading.items, feed=state.id), feed=state.id)
        changes = identity.compare(
            reading.items,
            known,
            feed=state.id,
            now=now,
            backfill=config.polling.backfill,
            first_time=not state.met,
        )
        upcoming = schedule.after(state, reading, polling=config.polling, now=now)
        store.record(state, reading, changes=changes, upcoming=upcoming, now=now)
    return _summed_up(state, reading, changes)


def _summed_up(state: FeedState, reading: Reading, changes: Iterable[Change]) -> Polled:
    found = Counter(change.verdict for change in changes)
    return Polled(
        name=state.feed.name or reading.title or state.name,
        url=urls.public(state.feed.url),
        outcome=reading.outcome,
        status=reading.status,
        entries=len(reading.items),
        new=found[Verdict.NEW],
        edited=found[Verdict.EDITED],
        elsewhere=found[Verdict.ELSEWHERE],
        reason=reading.reason,
        traceback=reading.traceback,
        recovered=bool(state.failures),
    )


def _say(polled: Polled) -> None:
    if polled.traceback:
        log.error("bug url=%s\n%s", polled.url, polled.traceback)
    elif polled.reason:
        log.warning("failed url=%s status=%s reason=%r", polled.url, polled.status, polled.reason)
    else:
        level = logging.INFO if polled.matters else logging.DEBUG
        found = (polled.new, polled.edited, polled.elsewhere)
        log.log(level, "polled url=%s status=%s new=%d edited=%d elsewhere=%d", polled.url, polled.status, *found)


# --- publish ---------------------------------------------------------------------------------------------------------


def close_due(store: Writer, config: Config) -> list[Edition]:
    """Close every edition whose time has come; what each could not see is written down with it."""
    with store.transaction() as now:
        editions = edition.due(
            store.archive.open_moments(),
            now=now,
            after=store.archive.last_closed(),
            at=config.closes_at,
            zone=config.timezone,
        )
        failing = store.archive.missed()
        for closing in editions:
            store.close(closing, missed=[feed for feed in failing if feed.since < closing.closes])
    for closed in editions:
        log.info("closed edition=%s at=%s", closed.date, closed.closes.isoformat())
    return editions


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
    replaced = render.site(
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
    if replaced:
        log.info("published files=%d", len(replaced))
    return replaced


def all_editions(archive: Archive, config: Config) -> list[Edition]:
    """Give every edition, newest first: what is not yet closed, then what is."""
    unclosed = edition.dated(
        archive.open_moments(), after=archive.last_closed(), at=config.closes_at, zone=config.timezone
    )
    return [*reversed(unclosed), *archive.closed()]


def digest(archive: Archive, of: Edition, *, config: Config) -> Digest:
    """Lay out one edition from the store, with what may be shown of it."""
    stories = (_shown(story, of) for story in stories_of(archive, of, config=config))
    order = archive.category_order(of=of.date if of.closed else None)
    return edition.build(of, [story for story in stories if story.items], order=order)


def _shown(story: Story, of: Edition) -> Story:
    items = (item for item in story.items if item.shown)
    return replace(story, items=tuple(edition.as_of(item, closes=of.closes) if of.closed else item for item in items))


def stories_of(archive: Archive, of: Edition, *, config: Config) -> list[Story]:
    """Give the stories of an edition, each with that edition's items only, whether shown or not."""
    if of.closed:
        return archive.stories(of=of.date)
    last = archive.last_closed()
    return [
        story
        for story in archive.stories(of=None)
        if edition.date_of(story.lead.first_seen, after=last, at=config.closes_at, zone=config.timezone) == of.date
    ]


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


# --- both, once ------------------------------------------------------------------------------------------------------


def run_once(
    store: Writer,
    config: Config,
    *,
    site_url: str | None,
    everything: bool = False,
    watch: Callable[[int, Iterable[Polled]], Iterable[Polled]] = lambda _, polled: polled,
) -> list[Polled]:
    """Poll what is due, close what is due, publish. ``watch`` wraps the polls as they come, to show progress."""
    store.configure(config.feeds, shortest=config.polling.shortest)
    with store.transaction() as now:
        feeds = due(store, now=now, ignore_hints=everything)
    hosts = workers.Hosts(per_host=config.polling.per_host, gap=config.polling.gap)
    with fetcher(config) as fetching, pool(fetching, hosts=hosts) as reading:
        reading.add(feeds)
        results = list(watch(len(feeds), record(store, config, reading.readings(stop=threading.Event()))))
    close_due(store, config)
    publish(store.archive, config, site_url=site_url)
    return results
