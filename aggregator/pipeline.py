"""The two recipes: *poll* turns feeds into items, *publish* turns items into pages and a feed. They meet at the store.

Joins the parts and says in the log what they did; decides nothing that a core module could decide, and knows no thread
of its own.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from aggregator import editions, grouping
from aggregator.core import edition, identity, pieces, rhythm, schedule, text, urls
from aggregator.core.errors import StoreError
from aggregator.core.model import Change, Config, Edition, FeedState, Outcome, Reading, Unread, Verdict
from aggregator.edges import memory, stamp, workers
from aggregator.edges.store import Writer

log = logging.getLogger("aggregator")

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
#: How long the records of single polls are kept.
KEEP_POLLS = timedelta(days=14)


class Polled(Struct, frozen=True, kw_only=True):
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
    missed: int = 0  #: entries that came and went since the poll before, an estimate
    left_out: int = 0  #: entries that were too many to read
    unread: tuple[Unread, ...] = ()  #: lines of a headline list that cannot be read
    moved: str | None = None  #: the address it has just moved to

    @property
    def matters(self) -> bool:
        """Ask whether a page may look different after this poll."""
        return bool(self.new or self.edited or self.elsewhere or self.reason or self.recovered)


# --- poll ------------------------------------------------------------------------------------------------------------


def due(store: Writer, *, now: datetime, ignore_hints: bool = False) -> list[FeedState]:
    """Give the feeds that may be polled now, the longest waiting first; those that failed last time after all others.

    Most of those will fail again, and many of them slowly.
    """
    waiting = store.archive.waiting(until=None if ignore_hints else now)
    states = (state for state in waiting if schedule.is_due(state, now=now, ignore_hints=ignore_hints))
    return sorted(states, key=lambda state: (state.failures > 0, state.next_poll or _LONG_AGO, state.id))


def pool(config: Config, *, hosts: workers.Hosts) -> workers.Pool:
    """Make what reads feeds side by side by the rules of the settings, as gently as ``hosts`` says.

    Raises ClusterError where the settings name a cluster and the library for it is not installed.
    """
    rules = workers.Rules.of(config)
    if config.polling.cluster is None:
        return workers.Pool(workers.Threads(workers.Desk(rules)), hosts=hosts)
    from aggregator.edges.workers.cluster import Cluster  # noqa: PLC0415 - few have one

    return workers.Pool(Cluster(config.polling.cluster, rules), hosts=hosts)


def record(store: Writer, config: Config, readings: Iterable[Sequence[tuple[FeedState, Reading]]]) -> Iterator[Polled]:
    """Record readings as they come, all that have come together in one transaction, each of them whole or not at all.

    A bug met there costs that feed its poll, and no other. Raises StoreError when the store cannot be written; what
    came in earlier transactions stays.
    """
    for batch in readings:
        with store.transaction() as now:
            recorded = [_recorded(store, config, state, reading, now=now) for state, reading in batch]
        for polled in recorded:
            _say(polled)
            yield polled


def _recorded(store: Writer, config: Config, state: FeedState, reading: Reading, *, now: datetime) -> Polled:
    try:
        with store.part():
            return _judged(store, config, state, reading, now=now)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever one feed brings, the others go on
        reason = text.line(f"a bug in aggregator: {type(error).__name__}: {error}")
        bug = Reading(
            outcome=Outcome.FAILED,
            asked=reading.asked,
            moved=state.moved,
            reason=reason,
            traceback=traceback.format_exc(),
        )
        with store.part():
            return _judged(store, config, state, bug, now=now)


def _judged(store: Writer, config: Config, state: FeedState, reading: Reading, *, now: datetime) -> Polled:
    """Compare what a poll brought with what is known, decide when to come again, and record it."""
    entries = identity.distinct(reading.items, feed=state.id, guids_last=state.unsteady < identity.UNSTEADY)
    marks = pieces.unpacked(state.pieces) if entries or reading.repeated else {}
    changes = identity.compare(
        entries,
        store.known(identity.wanted(entries), feed=state.id),
        repeated=[marks[mark] for mark in reading.repeated],
        before=marks.values() if marks else None,
        now=now,
        backfill=config.polling.backfill,
        first_time=not state.met,
    )
    state = _steadied(state, reading, changes)
    state, missed = _in_rhythm(store, config, state, reading, changes, now=now)
    upcoming = schedule.after(state, reading, polling=config.polling, now=now)
    store.record(state, reading, changes=changes, upcoming=upcoming, missed=missed, now=now)
    return _summed_up(state, reading, changes, missed=missed)


def _steadied(state: FeedState, reading: Reading, changes: Sequence[Change]) -> FeedState:
    """Count on whether a feed gives known entries other guids at every poll."""
    count = identity.unsteadiness(changes, repeated=bool(reading.repeated), before=state.unsteady)
    return state if count == state.unsteady else replace(state, unsteady=count)


def _in_rhythm(
    store: Writer, config: Config, state: FeedState, reading: Reading, changes: Sequence[Change], *, now: datetime
) -> tuple[FeedState, int]:
    """Bring a feed's rhythm and pace up to date after a poll that worked, and estimate the entries that were missed."""
    if reading.reason:
        return state, 0
    missed = rhythm.missed(state, reading, changes, now=now)
    added = [
        min(change.item.published or now, now)
        for change in changes
        if change.verdict in (Verdict.NEW, Verdict.ELSEWHERE)
    ]
    if added:
        times = added + store.archive.newest_times(state.id, limit=rhythm.SAMPLE)
        state = replace(state, rhythm=rhythm.of(times, now=now))
    pace = rhythm.paced(state, missed=missed, polling=config.polling, now=now)
    return (state if pace == state.pace else replace(state, pace=pace)), missed


def _summed_up(state: FeedState, reading: Reading, changes: Iterable[Change], *, missed: int) -> Polled:
    found = Counter(change.verdict for change in changes)
    return Polled(
        name=state.feed.name or reading.title or state.name,
        url=urls.public(state.feed.url),
        outcome=reading.outcome,
        status=reading.status,
        entries=len(reading.items) + len(reading.repeated),
        missed=missed,
        left_out=reading.left_out,
        unread=reading.unread,
        moved=reading.moved if reading.moved != state.moved else None,
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
    if polled.missed:
        log.warning("missed url=%s entries=%d; it is polled more often for a while", polled.url, polled.missed)
    if polled.left_out:
        log.warning("left out url=%s entries=%d; one document may bring so many", polled.url, polled.left_out)
    if polled.unread:
        log.warning("unread url=%s lines=%d; %s", polled.url, len(polled.unread), polled.unread[0])
    if polled.moved:
        log.info("moved url=%s to=%s", polled.url, polled.moved)


# --- close and publish -----------------------------------------------------------------------------------------------


def is_close_due(store: Writer, config: Config) -> bool:
    """Ask whether the time of any edition has come: far less work than ``close_due`` where much has come in."""
    with store.transaction() as now:
        return bool(_due_editions(store, config, now=now))


def _due_editions(store: Writer, config: Config, *, now: datetime) -> list[Edition]:
    archive = store.archive
    moments, last = archive.open_moments(), archive.last_closed()
    return edition.due(moments, now=now, after=last, at=config.closes_at, zone=config.timezone)


def close_due(store: Writer, config: Config) -> list[Edition]:
    """Close every edition whose time has come; what each says, and could not see, is written down with it.

    What has come in since last time finds its story first.
    """
    with store.transaction() as now:
        due_now = close_by(store, config, now=now)
    for closed in due_now:
        log.info("closed edition=%s at=%s", closed.date, closed.closes.isoformat())
    return due_now


def close_by(store: Writer, config: Config, *, now: datetime) -> list[Edition]:
    """Do what ``close_due`` does, inside a transaction."""
    grouping.regroup(store, config)
    due_now = _due_editions(store, config, now=now)
    failing = store.archive.missed()
    for closing in due_now:
        store.close(
            closing,
            missed=[feed for feed in failing if feed.since < closing.closes],
            accounts=editions.accounts(store.archive, closing, config=config),
        )
    if due_now:
        grouping.regroup(store, config)  # by the words of the new edition, so that the next run finds nothing to do
    return due_now


def publish(
    store: Writer, config: Config, *, site_url: str | None, keep_going: Callable[[], bool] = lambda: True
) -> tuple[Path, ...]:
    """Bring the site's files up to date with the store, if anything they are made from has changed since.

    Gives the files that were replaced. ``site_url`` is where the site is served, for settings that do not say where it
    lives. Once ``keep_going`` says no, older editions are left for the next time.
    """
    folder = config.storage / "site"
    made_from = (
        store.archive.revision(),
        config.title,
        config.timezone.key,
        config.closes_at,
        config.site_url or site_url,
        len(config.feeds),
        config.rulings,
    )
    if stamp.stamp(folder, *made_from) == store.archive.published():
        return ()
    memory.give_back()  # what grouping has left
    from aggregator import publishing  # noqa: PLC0415 - a run that found nothing new needs no templates

    replaced = publishing.publish(store.archive, config, site_url=site_url, keep_going=keep_going)
    if replaced:
        log.info("published files=%d", len(replaced))
    if keep_going():
        announced = publishing.announced(store.archive, config)
        store.note_published(stamp.stamp(folder, *made_from), announced=announced)
    return replaced


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
    results = _polled_once(store, config, everything=everything, watch=watch)
    close_due(store, config)
    publish(store, config, site_url=site_url)
    return results


def _polled_once(
    store: Writer, config: Config, *, everything: bool, watch: Callable[[int, Iterable[Polled]], Iterable[Polled]]
) -> list[Polled]:
    """Poll what is due; each feed's state goes when its turn is over, and the pool before anything else is begun."""
    hosts = workers.Hosts(per_host=config.polling.per_host, gap=config.polling.gap)
    with pool(config, hosts=hosts) as reading:
        with store.transaction() as now:
            reading.add(due(store, now=now, ignore_hints=everything))
        number, batches = reading.waiting, reading.batches(stop=threading.Event())
        return list(watch(number, record(store, config, batches)))
