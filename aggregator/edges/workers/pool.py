"""Reading many feeds side by side, gently: so many at a time to one host, with a gap between them.

The sender of the work keeps the limits; the threads only wait for the network. They are daemon threads, so that a
name server that never answers cannot hold up the end of the program.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue

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
    turns = _Turns(due, hosts=hosts)
    size = min(threads, turns.waiting)
    work: SimpleQueue[FeedState | None] = SimpleQueue()
    done: SimpleQueue[tuple[FeedState, Reading]] = SimpleQueue()
    for _ in range(size):
        threading.Thread(target=_work, args=(work, done, read), name="reader", daemon=True).start()
    try:
        while (turns.waiting or turns.asked) and not stop.is_set():
            for state in turns.now(at_most=size - turns.asked):
                work.put(state)
            with suppress(Empty):
                state, reading = done.get(timeout=turns.pause() if turns.asked < size else LOOK_AGAIN)
                turns.answered(state)
                if not stop.is_set():
                    yield state, reading
    finally:
        for _ in range(size):
            work.put(None)


def _work(
    work: SimpleQueue[FeedState | None],
    done: SimpleQueue[tuple[FeedState, Reading]],
    read: Callable[[FeedState], Reading],
) -> None:
    while (state := work.get()) is not None:
        done.put((state, read(state)))


class _Turns:
    """Whose turn it is: the feeds of one round in a queue for each host, the hosts in order of when they are ready."""

    def __init__(self, due: Iterable[FeedState], *, hosts: Hosts) -> None:
        self._hosts = hosts
        self._queues: dict[str, deque[FeedState]] = defaultdict(deque)
        for state in due:
            self._queues[urls.host(state.feed.url)].append(state)
        self._asking: Counter[str] = Counter()
        #: Hosts with something waiting and room for one more request, each once.
        self._ready = [(hosts.ready_at(host), host) for host in self._queues]
        heapq.heapify(self._ready)
        self.waiting = sum(map(len, self._queues.values()))
        self.asked = 0

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

    def _line_up(self, host: str) -> None:
        if self._queues[host]:
            heapq.heappush(self._ready, (self._hosts.ready_at(host), host))

    def pause(self) -> float:
        """Tell how long to wait for an answer before looking again (seconds); short, so that a stop is noticed."""
        until = self._ready[0][0] - time.monotonic() if self._ready else LOOK_AGAIN
        return min(max(until, 0.001), LOOK_AGAIN)
