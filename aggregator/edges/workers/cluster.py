"""Reading on a Dask cluster, for those who outgrow one machine: at a Desk in each of its processes, as in this one.

The sender keeps the limits of the hosts, so it hands out no more feeds than the cluster has threads: each is asked for
at once. Nothing is stored there. Whoever reaches the port of a scheduler can run any code on its workers, so that
network is a private one or speaks TLS (by Dask's own settings).
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from msgspec import Struct

from aggregator import __version__
from aggregator.core import text
from aggregator.core.errors import ClusterError
from aggregator.core.model import FeedState, Outcome, Reading
from aggregator.edges.http import Response
from aggregator.edges.workers.desk import Desk, Rules
from aggregator.edges.workers.pool import Deliver
from aggregator.edges.workers.scheduler import Scheduler
from aggregator.edges.workers.turns import Turn

#: Seconds for which the number of threads that a cluster has is believed.
BELIEVED = 2.0


class _Handed(Struct, frozen=True, kw_only=True):
    """A feed that the cluster reads."""

    turn: Turn
    now: datetime
    deliver: Deliver
    until: float  #: its reading is not waited for any longer (monotonic seconds)


class Cluster:
    """Read on the cluster of a Dask scheduler ("tcp://host:8786"), which is joined when there is something to read.

    ``patience`` bounds every exchange with the scheduler, ``longest`` the time until a feed's reading is there, for a
    worker may freeze. Raises ClusterError when distributed is not installed.
    """

    def __init__(
        self,
        address: str,
        rules: Rules,
        *,
        patience: timedelta = timedelta(seconds=5),
        longest: timedelta = timedelta(seconds=150),
    ) -> None:
        if not Scheduler.is_installed():
            raise ClusterError(address, "polling.workers names a Dask cluster; pip install 'headline-aggregator[dask]'")
        self._address, self._rules = address, rules
        self._patience, self._longest = patience.total_seconds(), longest.total_seconds()
        self._scheduler: Scheduler | None = None
        self.capacity = 0  #: threads of all workers
        self._believed_until = 0.0
        self._numbers = count()
        self._handed: dict[int, _Handed] = {}  #: the longest waiting first
        self._trouble = ""

    def check(self) -> None:
        """Join the cluster where that is to be done; raise ClusterError when it cannot read now."""
        self._give_up_overdue()
        if self._trouble:
            trouble, self._trouble = self._trouble, ""
            raise ClusterError(self._address, trouble)
        if self._scheduler and not self._scheduler.is_connected:
            self._leave()
        if time.monotonic() >= self._believed_until:
            self.capacity = self._counted()
            self._believed_until = time.monotonic() + BELIEVED

    def grow(self) -> None:
        """Do nothing: a cluster has the threads that it was given."""

    def submit(self, turn: Turn, *, now: datetime, deliver: Deliver) -> None:
        """Have a feed read by a worker."""
        if self._scheduler is None:
            deliver(turn, None)
            return
        number = next(self._numbers)
        self._handed[number] = _Handed(turn=turn, now=now, deliver=deliver, until=time.monotonic() + self._longest)
        future = self._scheduler.submit(read_here, __version__, self._rules, turn.state, now, turn.after)
        future.add_done_callback(partial(self._deliver, number))

    def stop(self) -> None:
        """Do nothing: workers read to the end what they are reading, and nobody takes it."""

    def close(self) -> None:
        """Leave the cluster; what waits there is forgotten."""
        self._leave()

    def _counted(self) -> int:
        """Count the threads of the cluster, over a new connection where there is none."""
        try:
            self._scheduler = self._scheduler or Scheduler(self._address, patience=self._patience)
            return self._scheduler.threads()
        except ClusterError:
            self._leave()
            raise

    def _leave(self) -> None:
        """End the connection; what is handed out is nobody's any more, and may be handed out again."""
        scheduler, self._scheduler = self._scheduler, None
        self.capacity, self._believed_until = 0, 0.0
        if scheduler:
            scheduler.close()
        for number in list(self._handed):
            if handed := self._handed.pop(number, None):
                handed.deliver(handed.turn, None)

    # --- what came of it ---------------------------------------------------------------------------------------------

    def _deliver(self, number: int, future: Future[Reading | Response]) -> None:
        """Pass on a reading; what the cluster could not read is read again, but not for ever what kills its workers."""
        handed = self._handed.pop(number, None)
        if handed is None:
            return
        error = None if future.cancelled() else future.exception()
        if future.cancelled():
            handed.deliver(handed.turn, None)
        elif error is None:
            handed.deliver(handed.turn, future.result())
        elif _is_deadly(error):
            handed.deliver(handed.turn, _failed(handed, _DEADLY))
        else:
            self._trouble = _words(error)
            handed.deliver(handed.turn, None)

    def _give_up_overdue(self) -> None:
        now, reason = time.monotonic(), f"no worker of the cluster had read it after {self._longest:g} s"
        for number, handed in list(self._handed.items()):
            if handed.until > now:
                break
            if self._handed.pop(number, None):
                handed.deliver(handed.turn, _failed(handed, reason))


_DEADLY = "the workers of the cluster died of it, one after the other"


def _is_deadly(error: BaseException) -> bool:
    """Tell whether Dask holds the feed for what several workers have died of (its setting allowed-failures)."""
    return type(error).__name__ == "KilledWorker"


def _words(error: BaseException) -> str:
    return text.shortened(text.line(f"a worker cannot read: {type(error).__name__}: {error}"), 400)


def _failed(handed: _Handed, reason: str) -> Reading:
    return Reading(outcome=Outcome.FAILED, asked=handed.now, moved=handed.turn.state.moved, reason=reason)


# --- on a worker -----------------------------------------------------------------------------------------------------

_desks: dict[Rules, Desk] = {}
_making = threading.Lock()


def read_here(
    version: str, rules: Rules, state: FeedState, now: datetime, after: Response | None
) -> Reading | Response:
    """Read a feed, as far as one host leads, at the Desk of this process: made for the first one, it stays.

    Raises RuntimeError when the sender is another version: its values may mean something else here.
    """
    if version != __version__:
        raise RuntimeError(f"it has aggregator {__version__}, the sender {version}")
    with _making:
        desk = _desks.get(rules) or _desks.setdefault(rules, Desk(rules))
    return desk.step(state, now=now, after=after)
