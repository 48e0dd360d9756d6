"""Ends exchanges that have run out of time, whatever they are waiting for.

Timeouts of sockets bound one read each, so a server that drips holds its reader for ever. Here every exchange is known
to one thread, which shuts its sockets down when its time is over. Does not bound the look-up of names: that is the
resolver's (resolv.conf: timeout, attempts), and cannot be interrupted.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from aggregator.edges.http.words import Failed, within


class Exchange:
    """One fetch under way, from the first connection to the last redirect; of its seconds some may be spent already."""

    def __init__(self, seconds: float, *, spent: float = 0.0) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds - spent
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._reason: str | None = None

    def left(self) -> float:
        """Give the seconds left; zero or less: none."""
        return self._ends - time.monotonic()

    def spent(self) -> float:
        """Give the seconds that it has taken until now."""
        return self._seconds - self.left()

    def over(self) -> str | None:
        """Say why nothing that this exchange brings may be believed any more; None: it may.

        A connection cut during the headers looks like a status 200 with an empty body, because http.client takes the
        end of the stream for the end of the headers. So ask this before believing anything.
        """
        return self._reason or (within(self._seconds) if self.left() <= 0 else None)

    def check(self) -> None:
        """Raise Failed when the exchange is over."""
        reason = self.over()
        if reason is not None:
            raise Failed(reason)

    def watch(self, connection: socket.socket) -> None:
        """Remember a socket, so that it can be shut down at any moment, also in the middle of a TLS handshake.

        A duplicate is kept: TLS takes the descriptor away from the socket that it wraps.
        """
        with self._lock:
            self._sockets.append(connection.dup())
            if self._reason is not None:
                self._shut()

    def cut(self, reason: str) -> None:
        """End the exchange now: what waits for its sockets wakes up, and what they brought is worth nothing."""
        with self._lock:
            self._reason = self._reason or reason
            self._shut()

    def close(self) -> None:
        """Forget the sockets; they belong to the connection."""
        with self._lock:
            for duplicate in self._sockets:
                duplicate.close()
            self._sockets = []

    def _shut(self) -> None:
        for duplicate in self._sockets:
            with contextlib.suppress(OSError):  # not connected, or the other side was faster
                duplicate.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """Know every exchange under way, and cut those whose time is over; thread-safe.

    There are few of them at a time, so the one that ends first is looked for among all.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changed = threading.Condition()
        self._under_way: set[Exchange] = set()
        self._stopped = False
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def exchange(self, *, spent: float = 0.0) -> Iterator[Exchange]:
        """Begin an exchange and end it with the block; one begun after ``stop`` is over from the start."""
        exchange = self._begin(Exchange(self._seconds, spent=spent))
        try:
            yield exchange
        finally:
            with self._changed:
                self._under_way.discard(exchange)
            exchange.close()

    def stop(self) -> None:
        """Cut every exchange under way and all that begin later, and let the thread end."""
        with self._changed:
            self._stopped = True
            for exchange in self._under_way:
                exchange.cut("stopped")
            self._changed.notify()

    def close(self) -> None:
        """Stop, and wait for the thread."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _begin(self, exchange: Exchange) -> Exchange:
        with self._changed:
            if self._stopped:
                exchange.cut("stopped")
                return exchange
            self._under_way.add(exchange)
            if self._thread is None or not self._thread.is_alive():  # not yet started, or lost in a fork
                self._thread = threading.Thread(target=self._run, name="fetch-deadlines", daemon=True)
                self._thread.start()
            elif self._next() is exchange:
                self._changed.notify()
            return exchange

    def _run(self) -> None:
        with self._changed:
            while not self._stopped:
                ending = self._next()
                if ending is None:
                    self._changed.wait()
                elif ending.left() > 0:
                    self._changed.wait(ending.left())
                else:
                    self._under_way.remove(ending)
                    ending.cut(within(self._seconds))

    def _next(self) -> Exchange | None:
        """Give the exchange that ends first."""
        return min(self._under_way, key=Exchange.left, default=None)
