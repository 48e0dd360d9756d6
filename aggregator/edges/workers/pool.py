"""Reading many feeds side by side, gently. The sender of the work keeps the limits of each host, whoever reads.

Those who read are threads of this process (here) or a Dask cluster (``cluster``); the pool knows no difference.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Protocol, Self

from aggregator.core.model import FeedState, Reading
from aggregator.edges.http import Response
from aggregator.edges.workers.turns import Hosts, Turn, Turns

#: Feeds that threads read at a time: at first, and when those are all waiting for slow servers. More threads cost
#: processor time (32: 1.0 ms a request, 128: 1.3 ms) and memory for what each may be downloading.
THREADS = 32
MOST_THREADS = 128
#: Seconds without any answer after which all who read are taken to be waiting.
STALLED = 0.05

#: Seconds for which readings are gathered before they are given: a transaction costs as much as recording a 304, and
#: nobody waits for it, since whoever has answered is handed the next feed meanwhile.
GATHERED = 0.05

#: What became of a feed that was handed out: its reading, an answer that leads on to another host, or None when nobody
#: could ask for it.
Outcome = Reading | Response | None
#: Takes it, from any thread.
Deliver = Callable[[Turn, Outcome], None]
#: Readings with the feeds that they are of.
Batch = list[tuple[FeedState, Reading]]


class Readers(Protocol):
    """Those who read."""

    @property
    def capacity(self) -> int:
        """Tell how many feeds they read at a time."""

    def check(self) -> None:
        """Raise AggregatorError when nobody can read now."""

    def grow(self) -> None:
        """Read more feeds at a time, if that is possible: all are busy, and none has answered for a while."""

    def submit(self, turn: Turn, *, now: datetime, deliver: Deliver) -> None:
        """Have a feed read at once, as far as the host of its turn leads, asked for at ``now``."""

    def stop(self) -> None:
        """Break off what is being read."""

    def close(self) -> None:
        """Stop, and leave nothing behind."""


class Pool:
    """Read feeds as gently as their hosts want it; more can be added meanwhile. A context manager.

    Belongs to one thread, which adds feeds and takes readings.
    """

    def __init__(self, readers: Readers, *, hosts: Hosts) -> None:
        self._readers = readers
        self._turns = Turns(hosts)
        self._done: SimpleQueue[tuple[Turn, Outcome]] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def stop(self) -> None:
        """Break off what is being read; from any thread."""
        self._readers.stop()

    def close(self) -> None:
        """Stop, and leave nothing behind."""
        self._readers.close()

    @property
    def busy(self) -> bool:
        """Ask whether any feed is waiting or being read."""
        return bool(self._turns.waiting or self._turns.asked)

    @property
    def waiting(self) -> int:
        """Count the feeds that wait for their host or for a reader."""
        return self._turns.waiting

    def add(self, feeds: Iterable[FeedState]) -> None:
        """Line up feeds to be read; one that is waiting or being read already is not lined up again."""
        self._turns.add(feeds)

    def batches(self, *, stop: threading.Event, seconds: float = math.inf) -> Iterator[Batch]:
        """Give readings as they come, those together that have come, at most as many as are read at a time.

        Ends when no feed is left, when ``seconds`` have passed, or when ``stop`` is set. What is not given was not
        recorded, and is still due: after a stop; after a 429 the other feeds that wait for its host. Raises
        AggregatorError when nobody can read now; what waits then stays lined up.
        """
        until = time.monotonic() + seconds
        while self.busy and not stop.is_set() and time.monotonic() < until:
            self._readers.check()
            batch = self._gathered(self._hand_out(), stop=stop)
            if batch:
                yield batch

    def _hand_out(self) -> float:
        """Give the readers all that the hosts allow; tell how long nothing more can be given, unless one answers."""
        capacity = self._readers.capacity
        for turn in self._turns.now(at_most=capacity - self._turns.asked):
            self._readers.submit(turn, now=datetime.now(UTC), deliver=self._deliver)
        return self._turns.pause() if self._turns.asked < capacity else STALLED

    def _gathered(self, pause: float, *, stop: threading.Event) -> Batch:
        """Wait so long (seconds) for a reading, and take those that come soon after it; the readers go on meanwhile."""
        batch: Batch = []
        until = 0.0
        with suppress(Empty):
            while self.busy and len(batch) < self._readers.capacity:
                turn, outcome = self._done.get(timeout=pause)
                if stop.is_set():
                    break
                until = until if batch else time.monotonic() + GATHERED
                self._take_back(turn, outcome)
                if isinstance(outcome, Reading):
                    batch.append((turn.state, outcome))
                pause = min(self._hand_out(), max(0.0, until - time.monotonic()))
        if not batch and self._turns.waiting and self._turns.asked >= self._readers.capacity:
            self._readers.grow()
        return batch

    def _deliver(self, turn: Turn, outcome: Outcome) -> None:
        self._done.put((turn, outcome))

    def _take_back(self, turn: Turn, outcome: Outcome) -> None:
        """Give the turn to the next feed of the host; be quiet there if it says so; come again if nobody could ask."""
        if isinstance(outcome, Reading) and outcome.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._turns.silence(turn.host)
        self._turns.answered(turn, leading_on=outcome if isinstance(outcome, Response) else None)
        if outcome is None:
            self._turns.add([turn.state])


class Desk(Protocol):
    """What threads read at; ``step`` must not raise."""

    @property
    def documents(self) -> int:
        """Count the documents that are being understood or wait for it; who has brought them waits for no server."""

    def step(self, state: FeedState, *, now: datetime, after: Response | None = None) -> Reading | Response:
        """Read a feed as far as one host leads, asked for at ``now``."""

    def stop(self) -> None:
        """Break off what is being read."""

    def close(self) -> None:
        """Stop, and leave nothing behind."""


class Threads:
    """Read in threads of this process, started when they are needed.

    They are daemon threads, so that a name server that never answers cannot hold up the end of the program.
    """

    def __init__(self, desk: Desk, *, at_first: int = THREADS, at_most: int = MOST_THREADS) -> None:
        self._desk = desk
        self.capacity = min(at_first, at_most)
        self._at_most = at_most
        self._started = 0
        self._lock = threading.Lock()
        self._reading = 0
        self._work: SimpleQueue[tuple[Turn, datetime, Deliver] | None] = SimpleQueue()

    def check(self) -> None:
        """Be always able to read."""

    def grow(self) -> None:
        """Read twice as many feeds at a time, as long as that is within bounds, where servers are what is slow.

        Where documents are, more of them would only take memory: 128 of fifty kilobytes with what is made of them are
        30 MB.
        """
        if 2 * self._desk.documents < self.capacity:
            self.capacity = min(2 * self.capacity, self._at_most)

    def submit(self, turn: Turn, *, now: datetime, deliver: Deliver) -> None:
        """Hand a feed to a thread that has nothing to do, or to a new one."""
        self._work.put((turn, now, deliver))
        with self._lock:
            self._reading += 1
            is_short = self._started < self._reading
        if is_short:
            self._started += 1
            threading.Thread(target=self._serve, name="reader", daemon=True).start()

    def stop(self) -> None:
        """Break off what is being read."""
        self._desk.stop()

    def close(self) -> None:
        """Break off what is being read, and let the threads end."""
        for _ in range(self._started):
            self._work.put(None)
        self._desk.close()

    def _serve(self) -> None:
        while (task := self._work.get()) is not None:
            turn, now, deliver = task
            outcome = self._desk.step(turn.state, now=now, after=turn.after)
            with self._lock:
                self._reading -= 1
            deliver(turn, outcome)
