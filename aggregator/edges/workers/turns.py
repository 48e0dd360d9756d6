"""Whose turn it is: so many requests at a time to one host, with a gap between them. Asks nobody itself."""

from __future__ import annotations

import heapq
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from msgspec import Struct

from aggregator.core import urls
from aggregator.core.model import FeedState
from aggregator.edges.http import Response

#: Seconds between two looks at whether to stop, while nothing happens.
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


class Turn(Struct, frozen=True, kw_only=True):
    """A feed to be asked for."""

    state: FeedState
    host: str  #: to be asked
    number: int  #: in the order in which feeds were lined up
    after: Response | None = None  #: the answer of another host, which leads on to this one


class Turns:
    """Feeds in a queue for each host, the hosts in order of when they are ready; belongs to one thread.

    Every feed costs a step into the order and one out of it, however many hosts there are.
    """

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._queues: dict[str, deque[Turn]] = defaultdict(deque)
        self._asking: Counter[str] = Counter()
        self._feeds: set[int] = set()  #: ids of those that are waiting or being asked
        #: Hosts with something waiting and room for one more request, each once; of equals the longest waiting first.
        self._ready: list[tuple[float, int, str]] = []
        self._numbers = count()
        self.waiting = 0
        self.asked = 0

    def add(self, feeds: Iterable[FeedState]) -> None:
        """Line up feeds that are not lined up yet."""
        for state in feeds:
            if state.id not in self._feeds:
                self._feeds.add(state.id)
                self._append(Turn(state=state, host=urls.host(state.address), number=next(self._numbers)))

    def _append(self, turn: Turn) -> None:
        self._queues[turn.host].append(turn)
        self.waiting += 1
        if len(self._queues[turn.host]) == 1 and self._asking[turn.host] < self._hosts.per_host:
            self._line_up(turn.host)

    def now(self, *, at_most: int) -> Iterator[Turn]:
        """Give the feeds that may be asked at this moment, and count them as being asked."""
        moment = time.monotonic()
        while at_most > 0 and self._ready and self._ready[0][0] <= moment:
            _, _, host = heapq.heappop(self._ready)
            self._hosts.asked(host, at=moment)
            self._asking[host] += 1
            self.waiting, self.asked, at_most = self.waiting - 1, self.asked + 1, at_most - 1
            yield self._queues[host].popleft()
            if self._asking[host] < self._hosts.per_host:
                self._line_up(host)

    def answered(self, turn: Turn, *, leading_on: Response | None = None) -> None:
        """Note that an answer is here, so that its host has room again; line up the feed for where it leads on to."""
        host = turn.host
        if self._asking[host] == self._hosts.per_host:
            self._line_up(host)
        self._asking[host] -= 1
        self.asked -= 1
        if not self._queues[host] and not self._asking[host]:
            del self._queues[host], self._asking[host]
        if leading_on:
            host = urls.host(leading_on.redirects[-1][1])
            self._append(Turn(state=turn.state, host=host, number=turn.number, after=leading_on))
        else:
            self._feeds.discard(turn.state.id)

    def silence(self, host: str) -> None:
        """Drop the feeds of a host that wait for it; not those that were led there, for others were asked for these."""
        dropped = [turn for turn in self._queues[host] if not turn.after]
        self._queues[host] = deque(turn for turn in self._queues[host] if turn.after)
        self._feeds -= {turn.state.id for turn in dropped}
        self.waiting -= len(dropped)
        if not self._queues[host]:
            self._ready = [ready for ready in self._ready if ready[2] != host]
            heapq.heapify(self._ready)

    def pause(self) -> float:
        """Tell how long to wait for an answer before looking again (seconds); short, so that a stop is noticed."""
        until = self._ready[0][0] - time.monotonic() if self._ready else LOOK_AGAIN
        return min(max(until, 0.001), LOOK_AGAIN)

    def _line_up(self, host: str) -> None:
        if self._queues[host]:
            heapq.heappush(self._ready, (self._hosts.ready_at(host), self._queues[host][0].number, host))
