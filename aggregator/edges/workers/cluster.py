"""Reading on a Dask cluster, for those who outgrow one machine: a Desk in each of its processes, as in this one.

The sender keeps the limits of the hosts, so it hands out no more feeds than the cluster has threads: each is asked for
at once. Nothing is stored there, and nothing is remembered but the Desks. Whoever reaches the scheduler's port can run
any code on the cluster: that network is a private one, or speaks TLS (Dask's own settings).
"""

from __future__ import annotations

import importlib.util
import threading
import time
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from aggregator import __version__
from aggregator.core import text
from aggregator.core.errors import ClusterError
from aggregator.core.model import FeedState, Outcome, Reading
from aggregator.edges.workers.desk import Desk, Rules
from aggregator.edges.workers.pool import Deliver

if TYPE_CHECKING:
    from distributed import Client

#: Seconds for which the number of threads that a cluster has is believed.
BELIEVED = 2.0
#: Dask takes a task for the cause after so many workers have died of it (its setting allowed-failures), then says so.
_KILLED = "KilledWorker"


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnderWay:
    """A feed that the cluster reads, and who waits for it."""

    state: FeedState
    deliver: Deliver
    until: float


class Cluster:
    """Read on the cluster of a Dask scheduler ("tcp://host:8786"); it is reached for when there is something to read.

    ``patience`` bounds every word with the scheduler, ``longest`` the time from handing a feed out to its reading: a
    worker may have frozen. Raises ClusterError when distributed is not installed.
    """

    def __init__(
        self,
        address: str,
        rules: Rules,
        *,
        patience: timedelta = timedelta(seconds=5),
        longest: timedelta = timedelta(seconds=150),
    ) -> None:
        if importlib.util.find_spec("distributed") is None:
            raise ClusterError(
                address, "polling.workers names a Dask cluster; install headline-aggregator[dask] to use one"
            )
        self._address = address
        self._rules = rules
        self._patience = patience.total_seconds()
        self._longest = longest.total_seconds()
        self._client: Client | None = None
        self._executor: Executor | None = None
        self._threads = 0
        self._believed_until = 0.0
        self._trouble: ClusterError | None = None
        self._numbers = count()
        self._under_way: dict[int, _UnderWay] = {}

    def capacity(self) -> int:
        """Tell how many feeds the cluster reads at a time; raise ClusterError when it reads none now."""
        self._give_up_overdue()
        if self._trouble:
            trouble, self._trouble = self._trouble, None
            raise trouble
        if time.monotonic() >= self._believed_until:
            self._threads = self._counted()
            self._believed_until = time.monotonic() + BELIEVED
        return self._threads

    def submit(self, state: FeedState, *, now: datetime, deliver: Deliver) -> None:
        """Have a feed read by the cluster; to be called after ``capacity``."""
        number = next(self._numbers)
        self._under_way[number] = _UnderWay(state=state, deliver=deliver, until=time.monotonic() + self._longest)
        try:
            assert self._executor
            future = self._executor.submit(read_here, __version__, self._rules, state, now)
        except Exception as error:
            ...

    def stop(self) -> None:
        """Do nothing: the workers read to the end what they are reading, and nobody takes it."""

    def close(self) -> None:
        """Leave the cluster; what it was still reading is given up there."""
