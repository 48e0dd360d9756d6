"""Reading many feeds side by side, gently: so many at a time to one host, with a gap between them.

The sender of the work keeps the limits; the threads only wait for the network. They are daemon threads, so that a
name server that never answers cannot hold up the end of the program.
"""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from aggregator.core import urls
from aggregator.core.model import FeedState, Reading

THREADS = 32
LOOK_AGAIN = 0.2


@dataclass(slots=True)
class Hosts:
    """What every host (with its port) has lately been asked; kept from one round of polling to the next."""

    per_host: int = 1
    gap: timedelta = timedelta(seconds=1)
    #: When each host may be asked again, on the monotonic clock.
    _free_at: dict[str, float] = field(default_factory=dict)

    def ready_at(self, host: str) -> float:
        """Tell from when on a host may be asked (monotonic seconds)."""
        return self._free_at.get(host, 0.0)

    def asked(self, host: str, *, at: float) -> None:
        """Note that a host is being asked, so that the next request to it keeps the gap."""
        if len(self._free_at) > 10_000:
            self._free_at = {name: free for name, free in self._free_at.items() if free > at}
        self._free_at[host] = at + self.gap.total_seconds()


def read_all(
    due: Iterable[FeedState],
    *,
    read: Callable[[FeedState], Reading],
    hosts: Hosts,
    stop: threading.Event,
    threads: int = THREADS,
) -> Iterator[tuple[FeedState, Reading]]:
    """Read the feeds that are due and give each reading as soon as it is there, in no order.

    At most ``hosts.per_host`` requests at a time go to one host. Once ``stop`` is set nothing more is asked and nothing
    more is given: what was not given was not recorded, and is read again. ``read`` must not raise.
    """
    with Pool(read, hosts=hosts, threads=threads) as pool:
        pool.add(due)
        yield from pool.readings(stop=stop)


class Pool:
    """Threads that read feeds, to which more can be given while they read; a context manager.

    Belongs to one thread, which adds feeds and takes readings; ``read`` must not raise.
    """

    def __init__(self, read: Callable[[FeedState], Reading], *, hosts: Hosts, threads: int = THREADS) -> None:
        self._read = read
        self._most = threads
        self._started = 0
        self._turns = _Turns(hosts)
        self._work: SimpleQueue[FeedState | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[FeedState, Reading]] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the threads end when they have read what they are reading."""
        for _ in range(self._started):
            self._work.put(None)

    @property
    def busy(self) -> bool:
        """Ask whether any feed is waiting or being read."""
        return bool(self._turns.waiting or self._turns.asked)

    @property
    def waiting(self) -> int:
        """Count the feeds that wait for their host or for a thread."""
        return self._turns.waiting

    def add(self, feeds: Iterable[FeedState]) -> None:
        """Line up feeds to be read; one that is waiting or being read already is not lined up again."""
        self._turns.add(feeds)

    def readings(self, *, stop: threading.Event, seconds: float = math.inf) -> Iterator[tuple[FeedState, Reading]]:
        """Give readings as they come until none is left, until ``seconds`` have passed, or until ``stop`` is set."""
        until = time.monotonic() + seconds
        while self.busy and not stop.is_set() and time.monotonic() < until:
            self._hand_out()
            with suppress(Empty):
                state, reading = self._done.get(timeout=self._pause())
                self._turns.answered(state)
                if not stop.is_set():
                    yield state, reading

    def _hand_out(self) -> None:
        """Give the threads all that their hosts allow, and start as many threads as that needs."""
        for state in self._turns.now(at_most=self._most - self._turns.asked):
            if self._started < min(self._most, self._turns.asked):
                self._started += 1
                threading.Thread(target=self._serve, name="reader", daemon=True).start()
            self._work.put(state)

    def _serve(self) -> None:
        while (state := self._work.get()) is not None:
            self._done.put((state, self._read(state)))

    def _pause(self) -> float:
        return self._turns.pause() if self._turns.asked < self._most else LOOK_AGAIN


class _Turns:
    """Whose turn it is: feeds in a queue for each host, the hosts in order of when they are ready."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._queues: dict[str, deque[FeedState]] = defaultdict(deque)
        self._asking: Counter[str] = Counter()
        self._feeds: set[int] = set()  #: ids of those that are waiting or being asked
        #: Hosts with something waiting and room for one more request, each once.
        self._ready: list[tuple[float, str]] = []
        self.waiting = 0
        self.asked = 0

    def add(self, feeds: Iterable[FeedState]) -> None:
        """Line up feeds that are not lined up yet."""
        for state in feeds:
            if state.id not in self._feeds:
                self._feeds.add(state.id)
                self._append(state, host=urls.host(state.feed.url))

    def _append(self, state: FeedState, *, host: str) -> None:
        is_first = not self._queues[host]
        self._queues[host].append(state)
        self.waiting += 1
        if is_first and self._asking[host] < self._hosts.per_host:
            self._line_up(host)

    def now(self, *, at_most: int) -> Iterator[FeedState]:
        """Give the feeds that may be asked at this moment, and count them as being asked."""
        moment = time.monotonic()
        while at_most > 0 and self._ready and self._ready[0][0] <= moment:
            _, host = heapq.heappop(self._ready)
            self._hosts.asked(host, at=moment)
            self._asking[host] += 1
            self.waiting, self.asked, at_most = self.waiting - 1, self.asked + 1, at_most - 1
            yield self._queues[host].popleft()
            if self._asking[host] < self._hosts.per_host:
                self._line_up(host)

    def answered(self, state: FeedState) -> None:
        """Note that a feed's answer is here, so that its host has room again."""
        host = urls.host(state.feed.url)
        if self._asking[host] == self._hosts.per_host:
            self._line_up(host)
        self._asking[host] -= 1
        self.asked -= 1
        self._feeds.discard(state.id)
        if not self._queues[host] and not self._asking[host]:
            del self._queues[host], self._asking[host]

    def _line_up(self, host: str) -> None:
        if self._queues[host]:
            heapq.heappush(self._ready, (self._hosts.ready_at(host), host))

    def pause(self) -> float:
        """Tell how long to wait for an answer before looking again (seconds); short, so that a stop is noticed."""
        until = self._ready[0][0] - time.monotonic() if self._ready else LOOK_AGAIN
        return min(max(until, 0.001), LOOK_AGAIN)
