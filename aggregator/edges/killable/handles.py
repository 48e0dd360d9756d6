"""The nursery and its workers as the process sees them that has work for them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Self

from aggregator.edges.killable import messages

#: Seconds after which a task is a slow one: it gives up its place to others, and yields to them.
SLOW = 1.0
#: Added to the niceness of a slow one: it still gets a third of the time that another gets, so that an honest one ends.
NICER = 5

#: Paths are handed over, for not every program finds its modules where a bare interpreter looks.
_PROGRAM = """
import sys
sys.path[:] = {path!r}
from aggregator.edges.killable import nursery
nursery.main({control}, preload={preload!r}, cpu={cpu!r}, memory={memory!r})
"""


class Nursery:
    """The process that makes workers; thread-safe. Its methods raise EOFError or OSError when it is gone."""

    def __init__(self, *, preload: tuple[str, ...], cpu: float, memory: int) -> None:
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._orders, control = socket.socketpair()
        program = _PROGRAM.format(path=sys.path, control=control.fileno(), preload=preload, cpu=cpu, memory=memory)
        with control:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-c", program],
                pass_fds=[control.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # what is typed on a terminal is not meant for it
            )

    def make(self) -> Worker:
        """Make a worker, which is given tasks by a connection of its own."""
        ours, theirs = socket.socketpair()
        with ExitStack() as undoing, theirs:
            undoing.enter_context(ours)
            with self._lock:
                messages.send_connection(self._orders, theirs)
                pid = messages.receive_number(self._orders)
            if pid < 0:
                raise OSError(-pid, os.strerror(-pid))
            undoing.pop_all()
        return Worker(nursery=self, connection=ours, pid=pid)

    def end(self, pid: int) -> int:
        """Kill a worker, if it has not died yet; give its exit code, negative for the signal that it died of."""
        with self._lock:
            messages.send_number(self._orders, pid)
            return messages.receive_number(self._orders)

    def stop(self) -> None:
        """Have it kill all its workers and end; whoever waits for it is told at once."""
        self.stopped.set()
        with suppress(OSError):
            self._orders.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop it and wait until nothing is left of it."""
        self.stop()
        with self._lock:
            self._orders.close()
        self._process.wait()


@dataclass(slots=True, kw_only=True, eq=False)
class Worker:
    """A process that does one task at a time, for one thread at a time."""

    nursery: Nursery
    connection: socket.socket
    pid: int
    is_slow: bool = field(default=False, init=False)
    _is_ended: bool = field(default=False, init=False)
    _code: int | None = field(default=None, init=False)

    def if_alive(self) -> Self | None:
        """Give it, if it has nothing to do and is still there; else clear it away."""
        if messages.is_there(self.connection, within=0):  # an idle one says nothing but farewell
            self.end()
            return None
        return self

    def give(self, task: bytes, *, wall: float) -> None:
        """Send a task."""
        self.connection.settimeout(wall)
        messages.send(self.connection, task)

    def is_quick(self) -> bool:
        """Wait for the answer as long as nobody minds; tell whether it is there, or the worker dead."""
        return messages.is_there(self.connection, within=SLOW)

    def yield_to_others(self) -> None:
        """Be slow from now on."""
        self.is_slow = True
        with suppress(OSError):  # it died this moment
            before = os.getpriority(os.PRIO_PROCESS, self.pid)  # the whole program may have been started as a nice one
            os.setpriority(os.PRIO_PROCESS, self.pid, before + NICER)

    def take(self, *, wall: float) -> bytearray:
        """Wait for the answer; raise TimeoutError when it does not come, EOFError or OSError when the worker died."""
        self.connection.settimeout(wall)
        return messages.receive(self.connection)

    def stop(self) -> None:
        """Tell whoever waits for the answer that none will come."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def end(self) -> int | None:
        """Kill it and close its connection, once; give its exit code, None when the nursery is gone too."""
        if not self._is_ended:
            self._is_ended = True
            self.connection.close()
            with suppress(EOFError, OSError):
                self._code = self.nursery.end(self.pid)
        return self._code
