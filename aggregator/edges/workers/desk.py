"""Where feeds are read: what fetches, what understands, and the Reader between them; the same here and on a cluster."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from aggregator.core.model import Config, FeedState, IPNetwork, Polling, Reading
from aggregator.edges import memory, understanding
from aggregator.edges.http import Fetcher, Response
from aggregator.edges.killable import Killable
from aggregator.edges.understanding import Job, Understood
from aggregator.edges.workers import finding
from aggregator.edges.workers.reading import Reader


class Rules(Struct, frozen=True, kw_only=True):
    """How feeds are read; a value, so that it can be sent to other machines."""

    polling: Polling
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))  #: of days without a time of day
    allow: tuple[IPNetwork, ...] = ()  #: networks that may be reached though they are not public
    contact: str | None = None  #: an address at which servers learn who asks
    deadline: timedelta = timedelta(seconds=30)  #: of a whole exchange
    limit: int = 10 * 2**20  #: bytes of the largest body

    @classmethod
    def of(cls, config: Config) -> Self:
        """Take the rules from the settings."""
        return cls(polling=config.polling, timezone=config.timezone, allow=config.allow, contact=config.site_url)


class Desk:
    """Read feeds, and find them, by some rules; thread-safe, to be closed."""

    def __init__(self, rules: Rules) -> None:
        memory.share()
        self._fetcher = Fetcher(allow=rules.allow, contact=rules.contact, deadline=rules.deadline, limit=rules.limit)
        self._killable = Killable()
        self._lock = threading.Lock()
        self._documents = 0
        self._reader = Reader(self._fetcher, self._understood, polling=rules.polling, timezone=rules.timezone)

    @property
    def documents(self) -> int:
        """Count the documents that are here: being understood, or waiting for it."""
        return self._documents

    def _understood(self, job: Job) -> Understood:
        with self._lock:
            self._documents += 1
        try:
            return self._killable.run(understanding.understand, job)
        finally:
            with self._lock:
                self._documents -= 1

    def read(self, state: FeedState, *, now: datetime) -> Reading:
        """Read one feed, asked for at ``now``, wherever it leads; whatever happens is a Reading."""
        return self._reader.read(state, now=now)

    def step(self, state: FeedState, *, now: datetime, after: Response | None = None) -> Reading | Response:
        """Read one feed as far as one host leads: the feed's own, or the one to which ``after`` leads on."""
        return self._reader.step(state, now=now, after=after)

    def find(self, url: str) -> tuple[str, tuple[str, ...]]:
        """Give the address of the feed at or behind a URL, and the others that the page links to.

        Raises FeedError when there is none or it cannot be had.
        """
        return finding.find(url, fetcher=self._fetcher, killable=self._killable)

    def stop(self) -> None:
        """Break off what is being read, at once, and refuse what comes later."""
        self._fetcher.stop()
        self._killable.stop()

    def close(self) -> None:
        """Stop, and wait until nothing is left behind."""
        self._fetcher.close()
        self._killable.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
