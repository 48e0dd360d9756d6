"""The daemon: three jobs on APScheduler, and an end that loses nothing.

The schedule is data: a job asks the store what is due, and never the trigger; so missed runs, restarts and clock
changes cost nothing. All jobs run in one thread, which makes it the one writer. Decides nothing about feeds or pages.
"""

from __future__ import annotations

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from aggregator import pipeline
from aggregator.core.errors import AggregatorError, ConfigError, ServeError
from aggregator.core.model import Config, FeedState
from aggregator.edges import web, workers
from aggregator.edges.http import Fetcher
from aggregator.edges.store import Writer

log = logging.getLogger("aggregator")

#: Seconds between two looks at what is due; a look that finds nothing costs a query.
TICK = 1
CLOSE_LOOK = 5
TIDY_EVERY = 6 * 3600
#: While a long round of polling goes on, its items reach the page at least this often (seconds).
PUBLISH_EVERY = 5


def run(config: Config, *, reload: Callable[[], Config], announce: Callable[[str | None], None]) -> None:
    """Poll, close, publish and serve until SIGTERM or SIGINT.

    ``reload`` reads the settings again when their file has changed (raising ConfigError); ``announce`` is called once
    with the address of the served page, None when it is not served. Raises StoreBusy and StoreError at the start.
    """
    stop = threading.Event()
    before = {number: signal.signal(number, _setter(stop)) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with Writer(config.storage, who="aggregator run") as store, ExitStack() as stack:
            address = _serve(config, stack)
            jobs = _Jobs(store, config, reload=reload, stop=stop, site_url=address or _would_be(config))
            jobs.start()
            scheduler = _scheduler(jobs)
            announce(address)
            scheduler.start()
            stop.wait()
            jobs.stop()
            scheduler.shutdown(wait=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
    return web.address(config.listen) if config.listen and config.listen[1] else None


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
        self._seen = _version(config.path)
        self._fetcher = Fetcher(allow=config.allow)
        self._hosts = workers.Hosts(per_host=config.polling.per_host, gap=config.polling.gap)

    def start(self) -> None:
        """Catch up with what happened while nobody was running, and write the pages."""
        self._store.configure(self._config.feeds)
        self.close_due()
        self._publish()

    def stop(self) -> None:
        """Break off what is being downloaded; what was not recorded is read again next time."""
        self._fetcher.stop()

    def poll_due(self) -> None:
        """Poll the feeds that are due and publish what they brought."""
        with _reported("poll"):
            self._take_new_settings()
            feeds = pipeline.due(self._store, now=datetime.now(UTC))
            if feeds:
                self._poll(feeds)

    def _poll(self, feeds: list[FeedState]) -> None:
        unpublished, last = False, time.monotonic()
        polls = pipeline.poll(
            self._store, self._config, feeds=feeds, fetcher=self._fetcher, hosts=self._hosts, stop=self._stop
        )
        for polled in polls:
            unpublished = unpublished or polled.matters
            if unpublished and time.monotonic() - last > PUBLISH_EVERY:
                self._publish()
                unpublished, last = False, time.monotonic()
        if unpublished:
            self._publish()

    def close_due(self) -> None:
        """Close the editions whose time has come, and publish them."""
        with _reported("close"):
            if pipeline.close_due(self._store, self._config):
                self._publish()

    def tidy(self) -> None:
        """Keep the database small and quick."""
        with _reported("tidy"):
            self._store.tidy(keep_polls=pipeline.KEEP_POLLS)

    def _publish(self) -> None:
        with _reported("publish"):
            pipeline.publish(self._store.archive, self._config, site_url=self._site_url)

    def _take_new_settings(self) -> None:
        """Use a changed settings file; one that is broken leaves the old settings in force and says so, once."""
        version = _version(self._config.path)
        if version in (None, self._seen):
            return
        self._seen = version
        try:
            fresh = self._reload()
        except ConfigError as error:
            log.error("settings not changed, the old ones stay in force:\n%s", error)
            return
        self._use(fresh)

    def _use(self, fresh: Config) -> None:
        old = self._config
        if (fresh.storage, fresh.listen) != (old.storage, old.listen):
            log.warning("settings storage and serve take effect when aggregator is started again")
        self._config = replace(fresh, storage=old.storage, listen=old.listen)
        self._hosts = workers.Hosts(per_host=fresh.polling.per_host, gap=fresh.polling.gap)
        if fresh.allow != old.allow:
            self._fetcher.close()
            self._fetcher = Fetcher(allow=fresh.allow)
        self._store.configure(fresh.feeds)
        log.info("settings changed feeds=%d", len(fresh.feeds))
        self._publish()


def _version(path: Path) -> tuple[int, int] | None:
    """Tell one version of a file from the next; None while it is not there (some editors replace it)."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


@contextmanager
def _reported(job: str) -> Iterator[None]:
    """Let no job end the daemon: say what went wrong, in one line where it is expected, and try again later."""
    try:
        yield
    except (AggregatorError, OSError, sqlite3.OperationalError) as error:
        log.error("failed job=%s reason=%r; it is tried again", job, str(error))
    except Exception:
        log.exception("bug job=%s", job)
