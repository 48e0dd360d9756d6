"""The other side of ``killable``: a process that has the parsers loaded, and forks itself for every worker.

A fork costs milliseconds where a fresh interpreter that imports the parsers costs a quarter of a second; and a process
with one thread forks safely where one with thirty cannot. The nursery alone is the parent of the workers, so a process
id means the same worker until it is told to end it. All of them end when the process that they work for does.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import math
import os
import pickle
import resource
import signal
import socket
import time
import traceback
from collections.abc import Iterable

from aggregator.edges.killable import messages

#: Bytes of an answer: a larger one would hurt the process that receives it, and no honest document makes one.
ANSWER_LIMIT = 64 * 2**20

#: What a terminal or a service manager says to all processes at once; these end when the one they work for does.
_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STDERR = 2


def main(control: int, *, preload: Iterable[str], cpu: float, memory: int) -> None:
    """Load modules, then make and end workers as told over a socket, until the other side of it is gone.

    ``control`` is the socket's descriptor, ``cpu`` the processor time of one task (seconds), ``memory`` the address
    space of a worker (bytes).
    """
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    for name in preload:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is loaded stays shared with the workers
    children: set[int] = set()
    with socket.socket(fileno=control) as orders, contextlib.suppress(EOFError, OSError):
        while True:
            _obey(messages.receive_order(orders), children, orders=orders, cpu=cpu, memory=memory)
    for pid in children:
        _end(pid)


def _obey(order: socket.socket | int, children: set[int], *, orders: socket.socket, cpu: float, memory: int) -> None:
    """Make a worker for a connection and tell its process id, or end the worker of this id and tell how it ended."""
    if isinstance(order, int):
        children.remove(order)
        messages.send_number(orders, _end(order))
        return
    with order:
        try:
            pid = os.fork()
        except OSError as error:  # too many processes
            pid = -(error.errno or errno.EAGAIN)
        if pid == 0:
            orders.close()
            _live(order, cpu=cpu, memory=memory)
    if pid > 0:
        children.add(pid)
    messages.send_number(orders, pid)


def _end(pid: int) -> int:
    """Kill a worker, if it has not died yet; give its exit code, negative for the signal that it died of."""
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


# --- a worker --------------------------------------------------------------------------------------------------------


def _live(connection: socket.socket, *, cpu: float, memory: int) -> None:
    """Work until the connection closes, and end at once: what the nursery does at its end is no worker's affair."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), _STDERR)  # Rust says there that it has no memory left
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_AS, memory)
        work(connection, cpu=cpu)
    finally:
        os._exit(0)


def work(connection: socket.socket, *, cpu: float) -> None:
    """Do one task after the other, each in its own budget of processor time, until the connection closes."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = messages.receive(connection)
            # The kernel counts whole seconds and kills at the limit, also in the midst of a regular expression.
            _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + cpu))
            messages.send(connection, answer(task))


def answer(task: bytes | bytearray) -> bytes:
    """Do a task: a pickled pair of a function and its argument. Give the pickled pair of a result and an error."""
    try:
        function, argument = pickle.loads(task)  # noqa: S301 - written by the process that this one works for
        written = pickle.dumps((function(argument), None), protocol=pickle.HIGHEST_PROTOCOL)
        return written if len(written) <= ANSWER_LIMIT else pickle.dumps((None, MemoryError()))
    except MemoryError:
        return pickle.dumps((None, MemoryError()))
    except Exception as error:  # noqa: BLE001 - it is raised again where the task came from
        return pickle.dumps((None, _portable(error)))


def _portable(error: Exception) -> Exception:
    """Give an error that arrives as it was raised; some cannot be written, some not be read again."""
    error.add_note("It was raised in a process that reads documents:\n" + traceback.format_exc())
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - written in this line
    except Exception:  # noqa: BLE001 - whatever hinders it, its words must arrive
        plain = RuntimeError(f"{type(error).__name__}: {error}")
        plain.add_note(error.__notes__[-1])
        return plain
    return error


def _limit(what: int, most: int) -> None:
    """Set a limit, and leave open to set another; where a system knows no such limit, do without."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
