"""The two recipes: *poll* turns feeds into items, *publish* turns items into pages and a feed. They meet at the store.

Joins the parts and says in the log what they did; decides nothing that a core module could decide. Knows no thread of
its own and no time but the store's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from aggregator.core import edition, identity, schedule, urls
from aggregator.core.model import (
    Change,
    Config,
    Digest,
    Edition,
    FeedState,
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

#: How many stories the outgoing feed holds at most.
FEED_STORIES = 200
#: How long the records of single polls are kept.
KEEP_POLLS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll of one feed came to."""

    state: FeedState
    reading: Reading
    changes: tuple[Change, ...]

    @property
    def new(self) -> int:
        """Count the items that were not known before."""
        return sum(change.verdict is Verdict.NEW for change in self.changes)

    @property
    def edited(self) -> int:
        """Count the items that their feed tells differently now."""
        return sum(change.verdict is Verdict.EDITED for change in self.changes)

    @property
    def elsewhere(self) -> int:
        """Count the items known from other feeds that this one carries too."""
        return sum(change.verdict is Verdict.ELSEWHERE for change in self.changes)

    @property
    def matters(self) -> bool:
        """Ask whether a page may look different after this poll."""
        return bool(self.new or self.edited or self.elsewhere or self.reading.reason or self.state.failures)


# --- poll ------------------------------------------------------------------------------------------------------------


def due(store: Writer, *, now: datetime, ignore_hints: bool = False) -> list[FeedState]:
    """Give the feeds that may be polled now, the longest waiting first."""
    waiting = store.archive.waiting(until=None if ignore_hints else now)
    states = (state for state in waiting if schedule.is_due(state, now=now, ignore_hints=ignore_hints))
    return sorted(states, key=lambda state: (state.next_poll or datetime.min.replace(tzinfo=UTC), state.id))


def poll(
    store: Writer,
    config: Config,
    *,
    feeds: Sequence[FeedState],
    fetcher: Fetcher,
    hosts: workers.Hosts,
    stop: threading.Event,
) -> Iterator[Polled]:
    """Read feeds side by side and record each reading as it comes, one transaction a feed."""

    def read(state: FeedState) -> Reading:
        return workers.read(state, fetcher=fetcher, now=datetime.now(UTC).replace(microsecond=0))

    for state, reading in workers.read_all(feeds, read=read, hosts=hosts, stop=stop):
        polled = _record(store, config, state, reading)
        _say(polled)
        yield polled


def _record(store: Writer, config: Config, state: FeedState, reading: Reading) -> Polled:
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
    return Polled(state=state, reading=reading, changes=changes)


def _say(polled: Polled) -> None:
    reading, url = polled.reading, urls.public(polled.state.feed.url)
    if reading.traceback:
        log.error("bug url=%s\n%s", url, reading.traceback)
    elif reading.reason:
        log.warning("failed url=%s status=%s reason=%r", url, reading.status, reading.reason)
    else:
        found = (polled.new, polled.edited, polled.elsewhere)
        log.info("polled url=%s status=%s new=%d edited=%d elsewhere=%d", url, reading.status, *found)


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
        for closing in editions:
            store.close(closing, missed=store.archive.missed())
    for closed in editions:
        log.info("closed edition=%s at=%s", closed.date, closed.closes.isoformat())
    return editions


def publish(archive: Archive, config: Config, *, site_url: str | None) -> tuple[Path, ...]:
    """Bring the site's files up to date with the store; give those that were replaced."""
    editions = all_editions(archive, config)
    by_date = archive.revisions()
    unclosed = next((one for one in editions if not one.closed), None)
    latest = next((one for one in editions if one.closed), None)
    replaced = render.site(
        config.storage / "site",
        site=Site(title=config.title, timezone=config.timezone, url=config.site_url or site_url),
        latest=digest(archive, latest, config=config) if latest else None,
        since=digest(archive, unclosed, config=config) if unclosed else None,
        editions=editions,
        stories=archive.newest(limit=FEED_STORIES),
        missed=archive.missed(),
        feeds=len(config.feeds),
        digest_of=lambda one: digest(archive, one, config=config),
        revision=lambda one: by_date.get(one.date, ""),
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
        "published": _text(item.published),
        "first_seen": _text(item.first_seen),
        "shown": item.shown,
        "summary": item.summary,
        "sightings": [
            {
                "feed": sighting.feed,
                "guid": sighting.guid,
                "link": sighting.link,
                "title": sighting.title,
                "first_seen": _text(sighting.first_seen),
            }
            for sighting in item.sightings
        ],
    }


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


# --- both, once ------------------------------------------------------------------------------------------------------


def run_once(
    store: Writer,
    config: Config,
    *,
    site_url: str | None,
    everything: bool = False,
    watch: Callable[[int, Iterable[Polled]], Iterable[Polled]] = lambda _, polled: polled,
    stop: threading.Event | None = None,
) -> list[Polled]:
    """Poll what is due, close what is due, publish. ``watch`` wraps the polls as they come, to show progress."""
    store.configure(config.feeds)
    with store.transaction() as now:
        feeds = due(store, now=now, ignore_hints=everything)
    hosts = workers.Hosts(per_host=config.polling.per_host, gap=config.polling.gap)
    with Fetcher(allow=config.allow) as fetcher:
        polls = poll(store, config, feeds=feeds, fetcher=fetcher, hosts=hosts, stop=stop or threading.Event())
        results = list(watch(len(feeds), polls))
    close_due(store, config)
    publish(store.archive, config, site_url=site_url)
    return results
