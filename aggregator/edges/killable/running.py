"""Who gets a worker, for how long, and what is said when it died. Its callers are the threads that wait."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self, TypeVar, cast

from aggregator.core.errors import FeedError
from aggregator.edges.killable import handles
from aggregator.edges.killable.handles import Nursery, Worker
from aggregator.edges.killable.places import Places

#: What every worker has loaded before its first task.
PRELOADED = ("aggregator.edges.sources", "aggregator.edges.understanding")
_GIVEN_UP = "it was given up"


class Task(Protocol):
    """What a function is given that runs in a killable process."""

    @property
    def url(self) -> str:
        """Tell what it is about."""


Given = TypeVar("Given", bound=Task)
Result = TypeVar("Result")


class Killable:
    """Run functions in processes that are killed when they take too much; thread-safe, to be closed.

    A few ``processes`` (None: two for each core, at least four) serve any number of callers. A task gets ``cpu`` of
    processor time, ``wall`` of time and ``memory`` bytes of address space. One that takes longer than a second is
    counted among ``processes`` no more, so that slow ones, however many, never hold up the others. Everything is
    started when there is work, and ended after ``idle`` without any.
    """

    def __init__(
        self,
        *,
        processes: int | None = None,
        cpu: timedelta = timedelta(seconds=20),
        wall: timedelta = timedelta(seconds=60),
        memory: int = 2**30,
        idle: timedelta = timedelta(seconds=60),
        preload: Sequence[str] = PRELOADED,
    ) -> None:
        self._places = Places(processes or max(4, 2 * (os.cpu_count() or 1)))
        self._cpu, self._wall, self._idle_for = cpu.total_seconds(), wall.total_seconds(), idle.total_seconds()
        self._memory, self._preload = memory, tuple(preload)
        self._lock = threading.Lock()
        self._nursery: Nursery | None = None
        self._keeper: threading.Thread | None = None  #: of the nursery
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._last_used = 0.0
        self._is_stopped = False

    def run(self, function: Callable[[Given], Result], argument: Given) -> Result:
        """Call a module's function in another process, and give what it returns or raise what it raises.

        Raises FeedError about the argument's ``url`` when that took too much, or was stopped.
        """
        worker, is_fit = self._take(argument.url), False
        try:
            # Only now: many callers may wait for a worker, and each copy is as large as its document.
            task = pickle.dumps((function, argument), protocol=pickle.HIGHEST_PROTOCOL)
            result, error = pickle.loads(self._asked(worker, task))  # noqa: S301 - written by our own worker
            is_fit = not (worker.is_slow or isinstance(error, MemoryError))
        except (EOFError, OSError) as failure:
            raise FeedError(argument.url, self._obituary(worker, failure)) from None
        finally:
            self._give_back(worker, is_fit=is_fit)
        if isinstance(error, MemoryError):
            raise FeedError(argument.url, f"reading it took more than {self._memory >> 20} MiB of memory; {_GIVEN_UP}")
        if error is not None:
            raise error
        return cast(Result, result)

    def stop(self) -> None:
        """Kill what is running: everyone who waits gets a FeedError "stopped" at once, and so does who comes later."""
        with self._lock:
            self._is_stopped = True
            for worker in self._busy:
                worker.stop()
            self._drop(self._nursery)
        self._places.close()

    def close(self) -> None:
        """Stop, and wait until no process is left."""
        self.stop()
        if self._keeper:
            self._keeper.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # --- one task ----------------------------------------------------------------------------------------------------

    def _asked(self, worker: Worker, task: bytes) -> bytearray:
        """Give a task to a worker and wait for its answer."""
        worker.give(task, wall=self._wall)
        if worker.is_quick():
            return worker.take(wall=self._wall)
        worker.yield_to_others()
        self._places.leave()
        return worker.take(wall=self._wall - handles.SLOW)

    def _obituary(self, worker: Worker, failure: Exception) -> str:
        """Say why no answer came."""
        if self._is_stopped:
            return "stopped"
        code = worker.end()
        if isinstance(failure, TimeoutError):
            return f"reading it took more than {self._wall:g} s; {_GIVEN_UP}"
        if code == -signal.SIGXCPU:
            return f"reading it took more than {self._cpu:g} s of processor time; {_GIVEN_UP}"
        cause = signal.Signals(-code).name if code and code < 0 else f"exit code {code}"
        return f"the process that read it died ({cause}); {_GIVEN_UP}"

    # --- who gets a worker -------------------------------------------------------------------------------------------

    def _take(self, url: str) -> Worker:
        """Wait for a place, then give a worker that has nothing to do, or a new one."""
        is_given = self._places.take()
        with self._lock:
            if self._is_stopped or not is_given:
                raise FeedError(url, "stopped")
            nursery = self._nursery = self._nursery or self._start()
            idle = self._idle.pop() if self._idle else None
        try:
            worker = (idle and idle.if_alive()) or nursery.make()
        except (EOFError, OSError) as error:
            raise FeedError(url, self._without_worker(nursery, error)) from error
        with self._lock:
            self._busy.add(worker)
            if self._is_stopped:
                worker.stop()
        return worker

    def _without_worker(self, nursery: Nursery, error: Exception) -> str:
        """Leave the place again; begin anew with the next task if the nursery is gone. Say what happened."""
        if isinstance(error, (EOFError, ConnectionError)):
            with self._lock:
                self._drop(nursery)
        self._places.leave()
        return "stopped" if self._is_stopped else f"no process could be started to read it ({error or 'it died'})"

    def _give_back(self, worker: Worker, *, is_fit: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            self._last_used = time.monotonic()
            is_kept = is_fit and worker.nursery is self._nursery
            if is_kept:
                self._idle.append(worker)
        if not is_kept:
            worker.end()
        if not worker.is_slow:
            self._places.leave()

    # --- the nursery -------------------------------------------------------------------------------------------------

    def _start(self) -> Nursery:
        nursery = Nursery(preload=self._preload, cpu=self._cpu, memory=self._memory)
        self._keeper = threading.Thread(target=self._keep, args=(nursery,), name="nursery-keeper", daemon=True)
        self._keeper.start()
        return nursery

    def _keep(self, nursery: Nursery) -> None:
        """Wait until nobody needs the nursery any more, and close it."""
        while not nursery.stopped.wait(self._idle_for):
            with self._lock:
                if self._places.are_free and not self._busy and time.monotonic() - self._last_used >= self._idle_for:
                    self._drop(nursery)
        nursery.close()

    def _drop(self, nursery: Nursery | None) -> None:
        """Let the nursery and its idle workers go; to be called with the lock held."""
        if nursery is None or nursery is not self._nursery:
            return
        self._nursery = None
        nursery.stop()
        for worker in self._idle:
            worker.connection.close()
        self._idle.clear()
