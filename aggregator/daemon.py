"""The daemon: three jobs on APScheduler, and an end that loses nothing.

The schedule is data: a job asks the store what is due, and never the trigger; so missed runs, restarts and clock
changes cost nothing. All jobs run in one thread, which makes it the one writer, and none of them runs for long: reading
is done by other threads, and its readings are recorded in slices. Decides nothing about feeds or pages.
"""

from __future__ import annotations

import dataclasses
import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from msgspec.structs import replace

from aggregator import pipeline
from aggregator.config import rulings
from aggregator.core import urls
from aggregator.core.errors import AggregatorError, ConfigError, ServeError, StoreError
from aggregator.core.model import Config
from aggregator.edges import web, workers
from aggregator.edges.store import FILE_NAME, Writer

log = logging.getLogger("aggregator")

#: Seconds between two looks at what is due; a look that finds nothing costs a query.
TICK = 1
CLOSE_LOOK = 5
TIDY_EVERY = 6 * 3600
#: Seconds for which readings are recorded before other jobs get their turn.
SLICE = 2
#: While reading goes on, new items reach the page at least this often (seconds) ...
PUBLISH_EVERY = 5
#: ... unless more than one part in so many of the time went into it: the edition of ten thousand feeds, of whom one is
#: read at every moment, would be written all day long.
PUBLISH_SHARE = 10
#: Seconds for which they wait at most: after a close, when all is grouped anew, publishing takes minutes, and once.
LONGEST_PAUSE = 600
#: Seconds without polling after the store could not be written.
REST = 30
#: More feeds than this in the queue are enough; the others are still due when they have been read.
ENOUGH_WAITING = 1000
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # the last: the terminal was closed


def run(config: Config, *, reload: Callable[[], Config], announce: Callable[[str | None], None]) -> None:
    """Poll, close, publish and serve until SIGTERM, SIGINT or SIGHUP.

    ``reload`` reads the settings again when their file has changed (raising ConfigError); ``announce`` is called once
    with the address of the served page, None when it is not served. Raises StoreBusy and StoreError at the start, and
    StoreError when the database is taken away while it runs.
    """
    stop = threading.Event()
    before = {number: signal.signal(number, _setter(stop)) for number in _SIGNALS}
    try:
        with Writer(config.storage, who="aggregator run") as store, ExitStack() as stack:
            address = _serve(config, stack)
            jobs = _Jobs(store, config, reload=reload, stop=stop, site_url=address or _would_be(config))
            jobs.start()
            scheduler = _scheduler(jobs)
            announce(address)
            scheduler.start()
            _wait(stop, scheduler)
            jobs.stop()
            scheduler.shutdown(wait=True)
            jobs.close()
            if jobs.ended is not None:
                raise jobs.ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(stop: threading.Event, scheduler: BackgroundScheduler) -> None:
    """Wait for the end; wake the scheduler when the clock was set back, since it sleeps until a time of day."""
    ahead = time.time() - time.monotonic()
    while not stop.wait(CLOSE_LOOK):
        now = time.time() - time.monotonic()
        if now < ahead - TICK:
            log.warning("clock set back seconds=%d", ahead - now)
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
        ahead = now


def _setter(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def on_signal(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature that signal wants
        stop.set()

    return on_signal


def _serve(config: Config, stack: ExitStack) -> str | None:
    """Serve the site if wanted and possible; a taken address is a warning, and polling goes on."""
    if config.listen is None:
        return None
    try:
        bound = web.bind(config.listen)
    except ServeError as error:
        log.warning("not serving reason=%r", str(error))
        return None
    server = web.Server(config.storage / "site", bound=bound)
    stack.callback(server.stop)
    return web.address_of(bound)


def _would_be(config: Config) -> str | None:
    return urls.served_at(config.listen) if config.listen and config.listen[1] else None


def _scheduler(jobs: _Jobs) -> BackgroundScheduler:
    # It warns each second that a long round of polling is still running; that is no fault.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max_workers=1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    now = datetime.now(UTC)
    scheduler.add_job(jobs.poll_due, "interval", seconds=TICK, next_run_time=now)
    scheduler.add_job(jobs.close_due, "interval", seconds=CLOSE_LOOK, next_run_time=now)
    scheduler.add_job(jobs.tidy, "interval", seconds=TIDY_EVERY)
    return scheduler


class _Jobs:
    """What the daemon does again and again, and the settings now in force."""

    def __init__(
        self,
        store: Writer,
        config: Config,
        *,
        reload: Callable[[], Config],
        stop: threading.Event,
        site_url: str | None,
    ) -> None:
        self._store = store
        self._config = config
        self._reload = reload
        self._stop = stop
        self._site_url = site_url
        self._seen = _versions(config.path)
        self._hosts = workers.Hosts(per_host=config.polling.per_host, gap=config.polling.gap)
        self._pool = pipeline.pool(config, hosts=self._hosts)
        self._unpublished = False
        self._published_at = time.monotonic()
        self._publishing_took = 0.0
        self._rest_until = 0.0
        self.ended: StoreError | None = None  #: why it cannot go on

    def start(self) -> None:
        """Catch up with what happened while nobody was running, and write the pages."""
        self._store.configure(self._config.feeds, shortest=self._config.polling.shortest)
        pipeline.close_due(self._store, self._config)
        with _reported("publish"):
            self._publish()

    def stop(self) -> None:
        """Break off what is being read; what was not recorded is read again next time."""
        self._pool.stop()

    def close(self) -> None:
        """Leave nothing behind."""
        self._pool.close()

    def poll_due(self) -> None:
        """Line up the feeds that are due, record what has been read, and publish what that brought."""
        self._look_after_store()
        if time.monotonic() < self._rest_until:
            return
        with _reported("poll", self._rest):
            self._take_new_settings()
            if self._pool.waiting < ENOUGH_WAITING:
                self._pool.add(pipeline.due(self._store, now=datetime.now(UTC)))
            batches = self._pool.batches(stop=self._stop, seconds=SLICE)
            for polled in pipeline.record(self._store, self._config, batches):
                self._unpublished = self._unpublished or polled.matters
            if self._unpublished and self._is_time_to_publish():
                self._publish()

    def _is_time_to_publish(self) -> bool:
        """Ask whether all has been read, or enough time has passed; only the latter where publishing takes long."""
        pause = min(max(PUBLISH_EVERY, self._publishing_took * PUBLISH_SHARE), LONGEST_PAUSE)
        is_quick = pause == PUBLISH_EVERY
        return time.monotonic() - self._published_at > pause or (is_quick and not self._pool.busy)

    def _rest(self) -> None:
        """Leave servers alone for a while: what they say cannot be kept now, and would have to be asked again."""
        self._rest_until = time.monotonic() + REST

    def close_due(self) -> None:
        """Close the editions whose time has come, and publish them."""
        with _reported("close"):
            if pipeline.is_close_due(self._store, self._config):
                self._publish()

    def tidy(self) -> None:
        """Keep the database small and quick."""
        with _reported("tidy"):
            self._store.tidy(keep_polls=pipeline.KEEP_POLLS)

    def _look_after_store(self) -> None:
        """End when the database was deleted or replaced: what is written to it now would be lost."""
        if not self._store.is_in_place() and not self._stop.is_set():
            path = self._config.storage / FILE_NAME
            self.ended = StoreError(path, "it was deleted or replaced while aggregator was running; start it again")
            self._stop.set()

    def _publish(self) -> None:
        """Group what has come in, close what is due, and write the pages."""
        began = self._published_at = time.monotonic()
        self._unpublished = True  # until it is done; a full disk may prevent it
        pipeline.close_due(self._store, self._config)
        pipeline.publish(
            self._store,
            self._config,
            site_url=self._site_url,
            keep_going=lambda: not self._stop.is_set(),
        )
        self._unpublished = False
        self._published_at = time.monotonic()
        self._publishing_took = self._published_at - began

    def _take_new_settings(self) -> None:
        """Use a changed settings file; one that is broken or gone leaves the old ones in force and says so, once."""
        versions = _versions(self._config.path)
        if versions == self._seen:
            return
        if versions[0] is None:
            log.warning("settings file %s is gone, the old settings stay in force", self._config.path)
        else:
            try:
                self._use(self._reload())
            except ConfigError as error:
                log.error("settings not changed, the old ones stay in force:\n%s", error)
        self._seen = versions

    def _use(self, fresh: Config) -> None:
        old = self._config
        for name in ("storage", "listen"):
            if getattr(fresh, name) != getattr(old, name):
                setting = {"listen": "serve"}.get(name, name)
                log.warning("setting %s takes effect when aggregator is started again", setting)
        self._store.configure(fresh.feeds, shortest=fresh.polling.shortest)
        self._config = replace(fresh, storage=old.storage, listen=old.listen)
        if workers.Rules.of(fresh) != workers.Rules.of(old):
            self._read_anew()
        if fresh.allow != old.allow:
            self._store.retry_failing()
        log.info("settings changed feeds=%d rulings=%d", len(fresh.feeds), len(fresh.rulings))
        self._publish()  # stories are made by the new settings

    def _read_anew(self) -> None:
        """Read by new rules; what is being read by the old ones is broken off, and is still due."""
        self._pool.close()
        polling = self._config.polling
        self._hosts = dataclasses.replace(self._hosts, per_host=polling.per_host, gap=polling.gap)
        self._pool = pipeline.pool(self._config, hosts=self._hosts)


def _versions(path: Path) -> tuple[tuple[int, int] | None, ...]:
    """Tell one state of the settings file and of the rulings beside it from the next."""
    return _version(path), _version(path.with_name(rulings.FILE_NAME))


def _version(path: Path) -> tuple[int, int] | None:
    """Tell one version of a file from the next; None while it is not there (some editors replace it)."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


@contextmanager
def _reported(job: str, after: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let no job end the daemon: say what went wrong, in one line where it is expected, and try again later."""
    try:
        yield
    except (AggregatorError, OSError, sqlite3.OperationalError) as error:
        log.error("failed job=%s reason=%r; it is tried again", job, str(error))
        after()
    except Exception:
        log.exception("bug job=%s", job)
        after()
